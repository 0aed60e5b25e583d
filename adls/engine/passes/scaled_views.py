"""A number that an array is multiplied by is applied after a new axis is, so that contraction can move it further out.

    d_t = d_value * -0.5                       v = np.expand_dims(d_value, 2)
    t = np.expand_dims(d_t, 2)          ->     t = v * -0.5
    d_m = np.sum(t * z, axis=0)                d_m = np.sum(t * z, axis=0)

Only where nothing else reads the product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from adls.engine.ir.ops import Const, Let, Op, Operand, Region, Statement, Var
from adls.engine.ir.types import Array, Type
from adls.engine.ir.walk import prims, regions, with_regions
from adls.engine.passes.adjoint.plan import Names
from adls.engine.passes.dead import reads
from adls.engine.passes.storage import Storage


def scaled_views(body: Region, passed: frozenset[str], type_of: Callable[[Operand], Type], names: Names) -> Region:
    """A backward function's body with views multiplied, not what they are views of; `passed` is as in `contract`."""
    if "numpy.expand_dims" not in prims(body):
        return body
    return _Rewriting(Storage(body, passed), reads(body), type_of, names).region(body)


class _Rewriting:
    def __init__(self, storage: Storage, left: Counter[str], type_of: Callable[[Operand], Type], names: Names) -> None:
        self.storage = storage
        self.left = left
        self.type_of = type_of
        self.names = names

    def region(self, region: Region) -> Region:
        out: list[Statement] = [with_regions(s, tuple(map(self.region, regions(s)))) for s in region]
        for view in [s for s in out if isinstance(s, Let) and s.op.prim == "numpy.expand_dims"]:
            self._rewrite(out, view)
        return tuple(out)

    def _rewrite(self, out: list[Statement], view: Let) -> None:
        end = next(n for n, s in enumerate(out) if s is view)
        found = self._product(out[:end], view.op.args[0])
        if found is None:
            return
        start, array, number = found
        inner = Var(self.names.temporary())
        out[end : end + 1] = [
            Let((inner,), replace(view.op, args=(array, *view.op.args[1:])), view.span),
            replace(view, op=Op("operator.mul", (inner, number))),
        ]
        del out[start]

    def _product(self, before: list[Statement], product: Operand) -> tuple[int, Var, Const] | None:
        """Where a product that nothing else reads is made, the array and the number."""
        if not isinstance(product, Var) or not self.storage.is_single(product.name) or (
                self.storage.updates[product.name] or self.left[product.name] != 1):
            return None
        for position, statement in enumerate(before):
            match statement:
                case Let((target,), Op("operator.mul", (Var() as array, Const() as number)), _) if target == product:
                    if not isinstance(self.type_of(array), Array) or self.storage.bound[array.name] > 1 or any(
                            self.storage.writes(each, array) for each in before[position:]):
                        return None
                    return position, array, number
        return None

"""The derivative of `out = 1 / (1 + exp(u))` is written with what the forward function returns alone.

    d_u = d_out * out * out * e            t = 1.0 - out
                                    ->     d_u = d_out * out * t

`e = exp(u)` need not be kept then, and where it overflows, so that `out` is 0, the derivative is 0 and not 0 times
infinity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from adls.engine.ir.ops import Const, Let, Op, Operand, Region, Statement, Var
from adls.engine.ir.types import Array, Float, Scalar, Type
from adls.engine.ir.walk import regions, with_regions, with_used
from adls.engine.passes.adjoint.plan import Names
from adls.engine.passes.dead import reads
from adls.engine.passes.storage import Storage

_EXPONENTIALS = ("numpy.exp", "math.exp")
_REAL = ("f32", "f64")


def logistic(body: Region, passed: frozenset[str], primal: Mapping[str, Op], type_of: Callable[[Operand], Type],
             names: Names) -> Region:
    """A backward function's body with such derivatives; `passed` and `primal` are as in `costly.share`."""
    values = {name: e for name, op in primal.items() if (e := _exponential(op, primal)) is not None
              and _is_real(type_of(Var(name)))}
    return _Rewriting(Storage(body, passed), reads(body), values, names).region(body) if values else body


def _exponential(op: Op, primal: Mapping[str, Op]) -> Var | None:
    """`exp(u)`, where the operation is `1 / (1 + exp(u))`."""
    match op:
        case Op("operator.truediv", (Const(1), Var(name)), ()):
            match primal.get(name):
                case Op("operator.add", (Const(1), Var() as e) | (Var() as e, Const(1)), ()):
                    made = primal.get(e.name)
                    return e if made is not None and made.prim in _EXPONENTIALS and not made.kwargs else None
    return None


def _is_real(type_: Type) -> bool:
    return isinstance(type_, Float) or (isinstance(type_, Array | Scalar) and type_.dtype in _REAL)


class _Rewriting:
    def __init__(self, storage: Storage, left: Counter[str], values: Mapping[str, Var], names: Names) -> None:
        self.storage = storage
        self.left = left
        self.values = values
        self.names = names

    def region(self, region: Region) -> Region:
        out: list[Statement] = [with_regions(s, tuple(map(self.region, regions(s)))) for s in region]
        for let in [s for s in out if isinstance(s, Let) and s.op.prim == "operator.mul"]:
            self._rewrite(out, let)
        return tuple(out)

    def _rewrite(self, out: list[Statement], let: Let) -> None:
        """Where a cotangent is multiplied by `e`, after it was by `out` twice."""
        position = next((n for n, s in enumerate(out) if s is let), 0)
        for product, e in (let.op.args, let.op.args[::-1]):
            value = next((Var(name) for name, each in self.values.items() if each == e and self._is_kept(name)), None)
            chain = self._chain(out[:position], product, value) if value is not None else []
            if value is not None and len(chain) == 2:
                out[chain[0] : position + 1] = self._with_slope(out[chain[0] : position + 1], e, value)
                return

    def _with_slope(self, part: list[Statement], e: Operand, value: Var) -> list[Statement]:
        """From the last multiplication by `out`, which goes, to that by `e`, which becomes one by `1 - out`."""
        last, *between, let = part
        assert isinstance(last, Let)
        assert isinstance(let, Let)
        slope = Var(self.names.temporary())
        other = {last.targets[0]: last.op.args[0] if last.op.args[1] == value else last.op.args[1], e: slope}
        args = tuple(other.get(arg, arg) if isinstance(arg, Var) else arg for arg in let.op.args)
        return [
            *(with_used(s, lambda operand: other.get(operand, operand) if operand != e else operand) for s in between),
            Let((slope,), Op("operator.sub", (Const(1.0), value)), let.span),
            replace(let, op=replace(let.op, args=args)),
        ]

    def _chain(self, before: list[Statement], product: Operand, value: Var) -> list[int]:
        """Where the product is multiplied by `out`, last first; signs between them stay."""
        found: list[int] = []
        while isinstance(product, Var) and self._is_inner(product):
            position = next((n for n, s in enumerate(before) if isinstance(s, Let) and s.targets == (product,)), None)
            let = before[position] if position is not None else None
            if position is None or not isinstance(let, Let):
                break
            if let.op.prim == "operator.mul" and value in let.op.args:
                found.append(position)
                product = let.op.args[0] if let.op.args[1] == value else let.op.args[1]
            elif let.op.prim == "operator.neg":
                product = let.op.args[0]
            else:
                break
        return found

    def _is_inner(self, var: Var) -> bool:
        """Whether one statement makes a variable, and one reads it."""
        return self.storage.is_single(var.name) and not self.storage.updates[var.name] and self.left[var.name] == 1

    def _is_kept(self, name: str) -> bool:
        return not self.storage.bound[name] and name not in self.storage.passed

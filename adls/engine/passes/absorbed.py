"""What a sum of products is multiplied by goes into the sum, where it makes a factor one that is there already.

    forward: z = t5 * scale                            t5 is not kept
    t21 = z * t5                                       t21 = z * z
    d_scale = runtime.sum_product(w, t21, axis=0)  ->  d_log = runtime.sum_product(w, t21, axis=0)
    d_log = d_scale * scale

The adjoint of `scale = np.exp(log)` multiplies like this. Only where the sum runs over a leading axis, which
`scale` has not, and where `z` is read anyway. Where the forward function computes `z**2`, that is kept in the place of
`t5`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from adls.engine.ir.ops import Const, Let, Op, Operand, Region, Statement, Var
from adls.engine.ir.types import Array, Type
from adls.engine.ir.walk import prims, regions, with_regions
from adls.engine.passes.dead import reads
from adls.engine.passes.formula_types import FormulaTypes
from adls.engine.passes.storage import Storage
from adls.engine.passes.terms import is_number

_SUM = "runtime.sum_product"


def absorbed(body: Region, passed: frozenset[str], primal: Mapping[str, Op], type_of: Callable[[Operand], Type],
             kept: Callable[[str, str], bool]) -> Region:
    """A backward function's body with such factors in its sums; `passed` and `primal` are as in `costly.share`.

    `kept(name, other)` keeps a value of the primal where another is kept, and says whether that could be done.
    """
    if _SUM not in prims(body):
        return body
    products: dict[frozenset[Operand], list[str]] = {}
    for name, op in primal.items():
        if op.prim == "operator.mul" and len(set(op.args)) == 2:
            products.setdefault(frozenset(op.args), []).append(name)
    if not products:
        return body
    storage = Storage(body, passed)
    types = FormulaTypes(type_of, storage.made)
    squares = {op.args[0].name: name for name, op in primal.items() if _is_square(op) and isinstance(op.args[0], Var)}

    def square(factor: Var) -> Var | None:
        name = squares.get(factor.name)
        return Var(name) if name is not None and kept(name, factor.name) else None

    return _Absorbing(storage, reads(body), products, types.type_of, square).region(body)


def _nothing(let: Let) -> Let:
    """What stands in a region for a statement that is about to be left out."""
    return Let((), Op("absorbed"), let.span)


def _is_square(op: Op) -> bool:
    return (op.prim == "operator.pow" and op.args[1] == Const(2)) or (
        op.prim == "operator.mul" and op.args[0] == op.args[1])


class _Absorbing:
    def __init__(self, storage: Storage, left: Counter[str], products: Mapping[frozenset[Operand], list[str]],
                 type_of: Callable[[Operand], Type], square: Callable[[Var], Var | None]) -> None:
        self.square = square
        self.storage = storage
        self.left = left
        self.products = products
        self.type_of = type_of

    def region(self, region: Region) -> Region:
        out: list[Statement] = [with_regions(s, tuple(map(self.region, regions(s)))) for s in region]
        if not any(isinstance(s, Let) and s.op.prim == _SUM for s in out):
            return region if tuple(out) == region else tuple(out)
        for position, statement in enumerate(out):
            if isinstance(statement, Let) and statement.op.prim == "operator.mul":
                for total, scale in (statement.op.args, statement.op.args[::-1]):
                    if self._absorb(out, position, statement, total, scale):
                        break
        return tuple(s for s in out if not (isinstance(s, Let) and s.op.prim == "absorbed"))

    def _absorb(self, out: list[Statement], end: int, let: Let, total: Operand, scale: Operand) -> bool:
        chain = self._chain(out[:end], total)
        if not chain or not self._is_residual(scale) or not self.storage.is_single(let.targets[0].name):
            return False
        first = out[chain[-1]]
        assert isinstance(first, Let)
        found = self._factor(out[:end], first, scale)
        if found is None:
            return False
        place, factor, product = found
        holder = out[place]
        assert isinstance(holder, Let)
        args = list(holder.op.args)
        args[args.index(factor)] = product
        out[place] = replace(holder, op=replace(holder.op, args=tuple(args)))
        square = self.square(product) if holder is not first and {*args} == {product} else None
        if square is not None:
            inner = tuple(square if arg == holder.targets[0] else arg for arg in first.op.args)
            out[chain[-1]] = replace(first, op=replace(first.op, args=inner))
            out[place] = _nothing(holder)
        last = out[chain[0]]
        assert isinstance(last, Let)
        out[chain[0]] = replace(last, targets=let.targets)
        out[end] = _nothing(let)
        return True

    def _chain(self, before: list[Statement], total: Operand) -> list[int]:
        """Where a sum of products is made, last first: it, and what only multiplies it by numbers or -1."""
        found: list[int] = []
        while isinstance(total, Var) and self._is_inner(total):
            place = self._place(before, total)
            let = before[place] if place is not None else None
            if place is None or not isinstance(let, Let):
                break
            found.append(place)
            if let.op.prim == _SUM:
                return found
            rest = [arg for arg in let.op.args if not is_number(arg, self.type_of(arg))]
            if let.op.prim not in ("operator.mul", "operator.neg") or len(rest) != 1:
                break
            total = rest[0]
        return []

    def _factor(self, before: list[Statement], total: Let, scale: Operand) -> tuple[int, Operand, Var] | None:
        """Where a factor of a sum stands, the factor, and the product of the factor and a scale that is there."""
        here = before.index(total)
        for arg in total.op.args[:2]:
            place = self._place(before, arg) if isinstance(arg, Var) and self._is_inner(arg) else None
            inner = before[place] if place is not None else None
            holders = [(here, arg)]
            if place is not None and isinstance(inner, Let) and inner.op.prim == "operator.mul":
                holders += [(place, each) for each in inner.op.args]
            for where, factor in holders:
                for name in self.products.get(frozenset((factor, scale)), ()):
                    if self._fits(before, total, factor, scale, Var(name)):
                        return where, factor, Var(name)
        return None

    def _fits(self, before: list[Statement], total: Let, factor: Operand, scale: Operand, product: Var) -> bool:
        if not self._is_residual(factor) or not self._is_residual(product) or not any(
                isinstance(s, Let) and product in s.op.operands for s in before):
            return False
        whole, thin, other = (self.type_of(each) for each in (product, scale, factor))
        if not (isinstance(whole, Array) and isinstance(thin, Array) and isinstance(other, Array)):
            return False
        if whole.dims is None or thin.dims is None or not whole.dtype == thin.dtype == other.dtype:
            return False
        options = dict(total.op.kwargs)
        first = options.get("axis") == Const(0) and options.get("keepdims", Const(False)) == Const(False)
        return first and len(total.op.args) == 2 and len(thin.dims) < len(whole.dims)

    def _place(self, before: list[Statement], var: Var) -> int | None:
        return next((n for n, s in enumerate(before) if isinstance(s, Let) and s.targets == (var,)), None)

    def _is_inner(self, var: Var) -> bool:
        """Whether one statement makes a variable, and one reads it."""
        return self.storage.is_single(var.name) and not self.storage.updates[var.name] and self.left[var.name] == 1

    def _is_residual(self, operand: Operand) -> bool:
        return isinstance(operand, Var) and not self.storage.bound[operand.name] and (
            operand.name not in self.storage.passed)

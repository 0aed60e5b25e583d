"""Which elements of an array an index names: what is told apart, and what is all of it.

Where a part begins and ends is a sum of lengths, which are never negative: of literals, and of numbers that are known
to be an array's length. So `x[:, :n]`, `x[:, n : 2 * n]` and `x[:, 2 * n :]` are apart, and all of x.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from typing import TypeAlias

from adls.engine.ir.ops import Const, Function, Let, Op, Operand, Var
from adls.engine.ir.types import Array, Dim, Int
from adls.engine.ir.walk import all_defined, statements
from adls.engine.passes.storage import is_update
from adls.engine.source.frozen import dataclass

Length: TypeAlias = dict[str, int]
"""A sum of lengths: how often each occurs, "" for 1."""


@dataclass(frozen=True, slots=True)
class Range:
    """The elements from `low` up to `high` along one axis, to its end where that is None; with `exact` just these."""

    low: Length
    high: Length | None
    exact: bool = True

    def before(self, other: Range) -> bool:
        return self.high is not None and _at_most(self.high, other.low)


Box: TypeAlias = tuple[Range, ...]
"""A range for each axis that an index names; the axes after them are whole."""

WHOLE: Box = ()
_AXIS = Range({}, None)
_SOMEWHERE = Range({}, None, exact=False)


def are_apart(box: Box, other: Box) -> bool:
    """Whether no element is in both parts of an array."""
    return any(a.before(b) or b.before(a) for a, b in zip_longest(box, other, fillvalue=_AXIS))


class Indices:
    """The indices in a backward function, by the operations that make them; `made` has what is bound once."""

    def __init__(self, function: Function) -> None:
        self.function = function
        lets = [s for s in statements(function.body) if isinstance(s, Let)]
        updates = Counter(let.targets[0].name for let in lets if is_update(let))
        bound = Counter(var.name for var in all_defined(function.body))
        self.made = {let.targets[0].name: let.op for let in lets if len(let.targets) == 1 and not is_update(let)
                     and bound[let.targets[0].name] - updates[let.targets[0].name] == 1}

    def box(self, index: Operand) -> Box:
        """The smallest part that is known to hold all that an index names."""
        made = self._made(index)
        items = made.args if made is not None and made.prim == "tuple" and not made.data else (index,)
        axes = [self._range(item) for item in items]
        return tuple(axis for axis in axes if axis is not None) if None not in axes else (_SOMEWHERE,)

    def covers(self, array: Var, boxes: Sequence[Box]) -> bool:
        """Whether parts, each next to the one before, go through an array from its start to its end."""
        rank = max(map(len, boxes), default=0)
        full = [(*box, *(_AXIS,) * (rank - len(box))) for box in boxes]
        differing = [axis for axis in range(rank) if any(box[axis] != _AXIS for box in full)]
        if len(differing) > 1 or not full:
            return False
        return not differing or self._goes_through(array, differing[0], [box[differing[0]] for box in full])

    def _goes_through(self, array: Var, axis: int, ranges: Sequence[Range]) -> bool:
        left = [each for each in ranges if each.exact]
        reached, end = Range({}, {}), self._end(array, axis)
        while reached.high is not None and reached.high != end:
            after = [each for each in left if each.low == reached.high]
            if not after:
                return False
            reached = after[0]
            left.remove(reached)
        return True

    def _end(self, array: Var, axis: int) -> Length | None:
        type_ = self.function.type_of(array)
        dims = type_.dims if isinstance(type_, Array) else None
        return _of_dim(dims[axis]) if dims is not None and axis < len(dims) else None

    # What an index names along one axis

    def _range(self, item: Operand) -> Range | None:
        """None where the item may not be an index along one axis."""
        made = self._made(item)
        if made is not None and made.prim == "slice":
            return self._slice(*made.args)
        at = self._length(item)
        if at is not None:
            return Range(at, _plus(at, _number(1)))
        return _SOMEWHERE if isinstance(self.function.type_of(item), Int) else None

    def _slice(self, low: Operand, high: Operand, step: Operand) -> Range:
        first = {} if low == Const(None) else self._length(low)
        last = None if high == Const(None) else self._length(high)
        if step not in (Const(None), Const(1)) or first is None or (last is None and high != Const(None)):
            return _SOMEWHERE
        return Range(first, last)

    def _length(self, operand: Operand) -> Length | None:
        """A number as a sum of lengths; None where it is none, or may be negative."""
        found = self._sum(operand)
        return found if found is not None and _at_most({}, found) else None

    def _sum(self, operand: Operand) -> Length | None:
        if isinstance(operand, Const):
            return _number(operand.value) if type(operand.value) is int else None
        match self.function.type_of(operand):
            case Int(int(value)):
                return _number(value)
            case Int(None, Dim(symbol, 0, False)) if symbol != "?":
                return {symbol: 1}  # Of other numbers it is not known whether they are lengths.
        match self._made(operand):
            case Op("operator.add" | "operator.sub" | "operator.mul" as prim, (left, right)):
                a, b = self._sum(left), self._sum(right)
                if a is None or b is None:
                    return None
                if prim == "operator.mul":
                    return _product(a, b)
                return _plus(a, b, -1 if prim == "operator.sub" else 1)
        return None

    def _made(self, operand: Operand) -> Op | None:
        return self.made.get(operand.name) if isinstance(operand, Var) else None


def _of_dim(dim: Dim) -> Length | None:
    if dim.symbol == "?":
        return None
    return _plus(_number(int(dim.symbol)) if dim.symbol.isdigit() else {dim.symbol: 1}, _number(dim.offset))


def _number(value: int) -> Length:
    return {"": value} if value else {}


def _plus(a: Length, b: Length, sign: int = 1) -> Length:
    total = {name: a.get(name, 0) + sign * b.get(name, 0) for name in {**a, **b}}
    return {name: count for name, count in total.items() if count}


def _product(a: Length, b: Length) -> Length | None:
    """The product of a sum of lengths and a number."""
    if set(a) <= {""}:
        a, b = b, a
    if not set(b) <= {""}:
        return None
    return {name: count * b[""] for name, count in a.items()} if b else {}


def _at_most(a: Length, b: Length) -> bool:
    """Whether a sum of lengths is never more than another."""
    return all(count >= 0 for count in _plus(b, a, -1).values())

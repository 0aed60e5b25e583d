"""Extrema that cancel: subtracted against overflow and added back, so that no derivative flows through them.

    top = np.max(a, axis=1, keepdims=True)
    return top[:, 0] + np.log(np.sum(np.exp(a - top), axis=1))      # whatever number `top` is, the result is the same

Let `top` grow by δ. What is computed from it grows by a multiple of δ (a *shift*), is multiplied by a power of exp(δ)
(a *scale*), or stays as it is. Where all that depends on `top` stays as it is in the end, the derivative with respect
to `top` is 0 by proof, at ties as well. δ may differ from row to row: a *layout* says along which axes, so that rows
are never mixed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from adls.engine.ir.ops import Const, Function, Let, Op, Operand, Region, Var
from adls.engine.ir.types import Array, Float, Int, NoneT, Scalar, Tuple
from adls.engine.ir.walk import all_defined, all_used, prims, regions, statements
from adls.engine.passes.alias import Memory
from adls.engine.passes.rows import Unbound, bind
from adls.engine.passes.typing.given import Slice, as_ints
from adls.engine.source.frozen import dataclass

Layout = tuple[bool, ...]
"""For each axis from the last to the first whether δ varies along it; the first ones are left out where it does not."""

_EXTREMA = frozenset(f"{owner}.{name}" for owner in ("numpy", "ndarray") for name in ("max", "min", "amax", "amin"))
_SUMS = {"numpy.sum", "ndarray.sum", "numpy.add.reduce"}
_MEANS = {"numpy.mean", "ndarray.mean"}


@dataclass(frozen=True, slots=True)
class Growth:
    """How a value changes with δ: it grows by `power` times δ, or (`scales`) is multiplied by exp(δ) to that power."""

    power: Fraction
    scales: bool
    layout: Layout


class _Mixed(Exception):
    """What depends on the extremum neither shifts, nor scales, nor stays as it is."""


def cancelling(function: Function, memory: Memory) -> frozenset[str]:
    """The variables that hold an extremum which the function's result does not depend on."""
    if _EXTREMA.isdisjoint(prims(function.body)):
        return frozenset()
    reads = Counter([operand.name for operand in all_used(function.body) if isinstance(operand, Var)])
    bound = Counter(var.name for var in all_defined(function.body))
    analysis = _Analysis(function, lambda name: bound[name] == 1 and not memory.is_written(name), reads)
    found = {name for region in _all_regions(function.body) for name in analysis.in_region(region)}
    return frozenset(found)


def _all_regions(body: Region) -> list[Region]:
    return [body, *(nested for statement in statements(body) for nested in regions(statement))]


@dataclass(frozen=True)
class _Analysis:
    function: Function
    is_fixed: Callable[[str], bool]
    reads: Counter[str]

    def in_region(self, region: Region) -> list[str]:
        return [let.targets[0].name for position, let in enumerate(region)
                if isinstance(let, Let) and let.op.prim in _EXTREMA and len(let.targets) == 1
                and self._cancels(let, region[position + 1 :])]

    def _cancels(self, let: Let, rest: Region) -> bool:
        try:
            growths = {let.targets[0].name: self._extremum(let)}
            left = Counter({let.targets[0].name: self._reads(let.targets[0])})
            for statement in rest:
                used = [o.name for o in all_used((statement,)) if isinstance(o, Var) and o.name in growths]
                if used:
                    found = self._grown(statement, growths)
                    left.subtract(used)
                    if found is not None:
                        assert isinstance(statement, Let)
                        growths[statement.targets[0].name] = found
                        left[statement.targets[0].name] = self._reads(statement.targets[0])
        except _Mixed:
            return False
        return not any(left.values())

    def _reads(self, var: Var) -> int:
        if not self.is_fixed(var.name):
            raise _Mixed
        return self.reads[var.name]

    def _extremum(self, let: Let) -> Growth:
        operands = self._bound(let.op)
        rank = self._rank(operands["a"])
        if any(operands.get(name, Const(value)) != Const(value) for name, value in
               {"out": None, "initial": None, "where": True}.items()):
            raise _Mixed
        axes = self._axes(operands["axis"], rank)
        layout = tuple(axis not in axes for axis in range(rank))
        return Growth(Fraction(1), False, _reduced(layout, axes, rank, operands["keepdims"]))

    # One operation on what grows

    def _grown(self, statement: object, growths: dict[str, Growth]) -> Growth | None:
        """How the result of an operation changes; None where it does not."""
        if not isinstance(statement, Let) or len(statement.targets) != 1:
            raise _Mixed
        op = statement.op
        name = op.prim.removeprefix("operator.").removeprefix("numpy.").removeprefix("ndarray.")
        if name in _BINARY and len(op.args) == 2 and not op.kwargs:
            left, right = (growths.get(arg.name) if isinstance(arg, Var) else None for arg in op.args)
            found = _BINARY[name](left, right, op.args)
            return found if found is not None and found.power else None
        first = growths.get(op.args[0].name) if op.args and isinstance(op.args[0], Var) else None
        if first is None or any(isinstance(o, Var) and o.name in growths for o in op.operands[1:]):
            raise _Mixed
        if name in _UNARY and len(op.args) == 1 and not op.kwargs:
            return _UNARY[name](first)
        if op.prim in _SUMS | _MEANS:
            return self._summed(op, first)
        return self._moved(op, first)

    def _summed(self, op: Op, growth: Growth) -> Growth:
        operands = self._bound(op)
        plain = {"dtype": None, "out": None, "initial": 0, "where": True}
        if any(operands.get(name, Const(value)) != Const(value) for name, value in plain.items()):
            raise _Mixed
        if not growth.scales and op.prim in _SUMS:
            raise _Mixed
        rank = self._rank(operands["a"])
        axes = self._axes(operands["axis"], rank)
        if any(axis < len(growth.layout) and growth.layout[axis] for axis in axes):
            raise _Mixed
        return replace(growth, layout=_reduced(growth.layout, axes, rank, operands["keepdims"]))

    def _moved(self, op: Op, growth: Growth) -> Growth:
        if op.prim == "copy":
            return growth
        rank = self._rank(op.args[0])
        if op.prim == "getitem":
            return replace(growth, layout=_picked(growth.layout, rank, self._index(op.args[1])))
        if op.prim in ("numpy.squeeze", "ndarray.squeeze"):
            axes = self._axes(self._bound(op)["axis"], rank)
            if self._bound(op)["axis"] == Const(None) or any(growth.layout[a : a + 1] == (True,) for a in axes):
                raise _Mixed
            return replace(growth, layout=_reduced(growth.layout, axes, rank, Const(False)))
        if op.prim == "numpy.expand_dims":
            axes = self._axes(op.args[1] if len(op.args) > 1 else dict(op.kwargs)["axis"], rank + 1)
            index = tuple(None if axis in axes else slice(None) for axis in reversed(range(rank + 1)))
            return replace(growth, layout=_picked(growth.layout, rank, index))
        raise _Mixed

    # What is known of operands

    def _bound(self, op: Op) -> dict[str, Operand]:
        try:
            bound = bind(op, self.function)
        except Unbound:
            raise _Mixed from None
        if bound is None:
            raise _Mixed
        return {name: operand for name, operand in bound.operands.items() if not isinstance(operand, tuple)}

    def _rank(self, operand: Operand) -> int:
        type_ = self.function.type_of(operand)
        if isinstance(type_, Float | Scalar):
            return 0
        if not isinstance(type_, Array) or type_.dims is None:
            raise _Mixed
        return len(type_.dims)

    def _axes(self, operand: Operand | None, rank: int) -> set[int]:
        """Axes counted from the last one."""
        type_ = NoneT() if operand is None else self.function.type_of(operand)
        if isinstance(type_, NoneT):
            return set(range(rank))
        axes = as_ints(type_)
        if axes is None or not rank:
            raise _Mixed
        return {rank - 1 - axis % rank for axis in axes}

    def _index(self, operand: Operand) -> tuple[object, ...]:
        """An index as Python has it, an integer as 0."""
        type_ = self.function.type_of(operand)
        found: list[object] = []
        for item in type_.items if isinstance(type_, Tuple) else (type_,):
            if isinstance(item, NoneT):
                found.append(None)
            elif isinstance(item, Int):
                found.append(0)
            elif isinstance(item, Slice) and all(isinstance(t, NoneT) for t in (item.low, item.high, item.step)):
                found.append(slice(None))
            else:
                raise _Mixed
        return tuple(found)


# Layouts


def _reduced(layout: Layout, axes: set[int], rank: int, keepdims: Operand) -> Layout:
    if not isinstance(keepdims, Const):
        raise _Mixed
    full = (*layout, *(False,) * (rank - len(layout)))
    if keepdims.value:
        return _stripped(tuple(varies and axis not in axes for axis, varies in enumerate(full)))
    return _stripped(tuple(varies for axis, varies in enumerate(full) if axis not in axes))


def _picked(layout: Layout, rank: int, index: tuple[object, ...]) -> Layout:
    """The layout of `x[index]`; δ must not vary along an axis of which one element is picked."""
    varies = iter(reversed((*layout, *(False,) * (rank - len(layout)))))
    found: list[bool] = []
    for item in index:
        if item is None:
            found.append(False)
        elif item == 0:
            if next(varies, True):
                raise _Mixed
        else:
            found.append(next(varies, False))
    return _stripped(tuple(reversed([*found, *varies])))


def _stripped(layout: Layout) -> Layout:
    while layout and not layout[-1]:
        layout = layout[:-1]
    return layout


# Arithmetic of growths


def _plus(a: Growth | None, b: Growth | None, args: tuple[Operand, ...]) -> Growth | None:
    return _together(a, b, 1)


def _minus(a: Growth | None, b: Growth | None, args: tuple[Operand, ...]) -> Growth | None:
    return _together(a, b, -1)


def _together(a: Growth | None, b: Growth | None, sign: int) -> Growth | None:
    if a is not None and b is not None:
        if a.layout != b.layout or a.scales != b.scales or (a.scales and a.power != b.power):
            raise _Mixed
        return a if a.scales else replace(a, power=a.power + sign * b.power)
    one = a or b
    if one is None or one.scales:
        raise _Mixed
    return one if a is not None else replace(one, power=sign * one.power)


def _times(a: Growth | None, b: Growth | None, args: tuple[Operand, ...]) -> Growth | None:
    return _product(a, b, args, 1)


def _over(a: Growth | None, b: Growth | None, args: tuple[Operand, ...]) -> Growth | None:
    return _product(a, b, args, -1)


def _product(a: Growth | None, b: Growth | None, args: tuple[Operand, ...], sign: int) -> Growth | None:
    if a is not None and b is not None:
        if a.layout != b.layout or not a.scales or not b.scales:
            raise _Mixed
        return replace(a, power=a.power + sign * b.power)
    one = a or b
    if one is None:
        raise _Mixed
    if one.scales:
        return one if a is not None else replace(one, power=sign * one.power)
    other = args[1] if a is not None else args[0]
    number = other.value if isinstance(other, Const) else None
    if not isinstance(number, int | float) or not number or not math.isfinite(number) or (a is None and sign < 0):
        raise _Mixed
    return replace(one, power=one.power * Fraction(number) ** sign)


def _exp(growth: Growth) -> Growth:
    if growth.scales:
        raise _Mixed
    return replace(growth, scales=True)


def _log(growth: Growth) -> Growth:
    if not growth.scales:
        raise _Mixed
    return replace(growth, scales=False)


def _neg(growth: Growth) -> Growth:
    return growth if growth.scales else replace(growth, power=-growth.power)


_BINARY = {"add": _plus, "sub": _minus, "subtract": _minus, "mul": _times, "multiply": _times, "truediv": _over,
           "divide": _over, "true_divide": _over}
_UNARY = {"exp": _exp, "log": _log, "neg": _neg, "negative": _neg}

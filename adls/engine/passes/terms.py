"""Cotangents as sums of products, before anything is multiplied: what contraction rearranges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from adls.engine.ir.ops import Const, Op, Operand
from adls.engine.ir.types import Array, Complex, Float, Int, Scalar, Type, same_dim
from adls.engine.passes.rows import Typed
from adls.engine.passes.typing.dims import Dims
from adls.engine.source.frozen import dataclass

ARITHMETIC = ("operator.mul", "operator.neg", "operator.add", "operator.sub", "operator.iadd")
_FLOATS = ("f32", "f64", "c64", "c128")


@dataclass(frozen=True, slots=True)
class Term:
    """A product of numbers and arrays, maybe negated."""

    numbers: tuple[Operand, ...]
    factors: tuple[Operand, ...]
    negative: bool = False

    def __neg__(self) -> Term:
        return replace(self, negative=not self.negative)

    def __mul__(self, other: Term) -> Term:
        return Term(self.numbers + other.numbers, self.factors + other.factors, self.negative != other.negative)

    def simple(self) -> Term:
        """The same product with one number for all that are known, none for 1 and a sign for -1."""
        known = [n.value for n in self.numbers if isinstance(n, Const) and isinstance(n.value, int | float)]
        rest = tuple(n for n in self.numbers if not (isinstance(n, Const) and isinstance(n.value, int | float)))
        product = math.prod(known)
        numbers = rest if abs(product) == 1 else (Const(product), *rest) if known else self.numbers
        return Term(numbers, self.factors, self.negative != (product == -1))


def combine(op: Op, parts: Sequence[list[Term]]) -> list[Term]:
    """The terms of an arithmetic operation on operands of these terms."""
    if op.prim == "operator.neg":
        return [-term for term in parts[0]]
    left, right = parts
    if op.prim == "operator.mul":
        return [a * b for a in left for b in right]
    return left + [-term for term in right] if op.prim == "operator.sub" else left + right


def is_number(operand: Operand, type_: Type) -> bool:
    """Whether an operand has no axes."""
    return isinstance(type_, Float | Int | Scalar | Complex) or (
        isinstance(operand, Const) and operand.value is not None)


class Shapes:
    """Which axes of a whole each factor has, as far as the types tell."""

    def __init__(self, typed: Typed, whole: Dims) -> None:
        self.typed = typed
        self.whole = whole

    def spans(self, factor: Operand, axis: int) -> bool | None:
        """Whether a factor has more than one element along an axis; None where that is not known."""
        dims = self._dims(factor)
        if dims is None:
            return None
        position = axis - (len(self.whole) - len(dims))
        if position < 0 or dims[position].one is True:
            return False
        return True if dims[position].one is False or same_dim(dims[position], self.whole[axis]) else None

    def size(self, factor: Operand) -> int:
        """The number of axes that a factor may have."""
        return sum(self.spans(factor, axis) is not False for axis in range(len(self.whole)))

    def rank(self, factor: Operand) -> int:
        dims = self._dims(factor)
        return -1 if dims is None else len(dims)

    def is_invariant(self, factor: Operand, axes: Sequence[int]) -> bool:
        return all(self.spans(factor, axis) is False for axis in axes)

    def cover(self, factors: Sequence[Operand], axes: Sequence[int]) -> bool:
        """Whether the product of the factors is known to have the whole's length along axes."""
        return all(self.whole[axis].one is True or any(self.spans(factor, axis) for factor in factors)
                   for axis in axes)

    def _dims(self, factor: Operand) -> Dims | None:
        type_ = self.typed.type_of(factor)
        return type_.dims if isinstance(type_, Array) else None


def one_dtype(term: Term, typed: Typed) -> bool:
    """Whether the order of multiplication and summation leaves the dtype alone."""
    dtypes = {getattr(typed.type_of(factor), "dtype", "?") for factor in term.factors}
    dtypes |= {type_.dtype for number in term.numbers if isinstance(type_ := typed.type_of(number), Scalar)}
    is_complex = any(isinstance(typed.type_of(number), Complex) for number in term.numbers)
    return len(dtypes) == 1 and dtypes <= set(_FLOATS) and not is_complex

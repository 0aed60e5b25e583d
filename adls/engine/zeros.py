"""Zeros in the structure of a value, as statements of a generated function."""

from __future__ import annotations

from dataclasses import replace

from adls.engine.ir.ops import Const, Global, Let, Op, Operand, Statement, Var
from adls.engine.ir.types import (
    Array,
    Bool,
    Callable,
    Dict,
    Float,
    Int,
    List,
    NoneT,
    Opaque,
    Scalar,
    Str,
    Tuple,
    Type,
)
from adls.engine.source.text import Span


class Zeros:
    """Writes statements that make zeros of a value's structure, by its type.

    `beside`: statements that make no number of those that stand for an int, which was read as one of the floats beside
    it; an int has no cotangent.
    """

    def __init__(self, span: Span, body: list[Statement], name: str = "zeros") -> None:
        self.span = span
        self.body = body
        self.name = name
        self.number = 0
        self.beside: list[Statement] = []

    def named(self, target: Var, operand: Operand, found: Type) -> None:
        """Make the zeros of a value, under a name."""
        zeros, last = self.of(operand, found), self.body[-1]
        if isinstance(zeros, Var) and isinstance(last, Let) and not self.beside:
            self.body[-1] = replace(last, targets=(target,))
        else:
            self.body.append(Let((target,), Op("copy", (zeros,)), self.span))

    def of(self, operand: Operand, found: Type) -> Operand:
        """The zeros of a value."""
        match found:
            case Float() | Scalar():
                return Const(0.0)
            case Array():
                return self.let(_zeros_like(operand))
            case List(_, tuple(items)):
                parts = [self.of(self.let(Op("getitem", (operand, Const(n)))), each) for n, each in enumerate(items)]
                return self._with_ints(Op("list", tuple(parts), data=()), found.item, list(enumerate(items)))
            case Dict(_, tuple(entries), ""):
                given: list[Operand] = []
                for key, each in entries:
                    given += [Const(key), self.of(self.let(Op("getitem", (operand, Const(key)))), each)]
                return self._with_ints(Op("dict", tuple(given)), found.value, list(entries))
            case Tuple(items):
                parts = [self.of(self.let(Op("getitem", (operand, Const(n)))), each) for n, each in enumerate(items)]
                return self.let(Op("tuple", tuple(parts), data=()))
            case NoneT() | Int() | Bool() | Str() | Callable() | Opaque():
                return Const(None)
            case List() | Dict():
                return self.let(Op("runtime.shadow_of", (operand,)))
            case _:
                return self.let(Op("call", (Global("runtime.zeros_of", "runtime.zeros_of"), operand), (), ()))

    def _with_ints(self, display: Op, joined: Type, items: list[tuple[object, Type]]) -> Operand:
        """A display of zeros, with one also for an int that may be read as one of the floats beside it."""
        ints = [key for key, each in items if isinstance(each, Int | Bool) and isinstance(joined, Float | Scalar)]
        step = 2 if display.prim == "dict" else 1
        args = [Const(0.0) if n % step == step - 1 and items[n // step][0] in ints else each
                for n, each in enumerate(display.args)]
        made = self.let(replace(display, args=tuple(args)))
        self.beside += [Let((), Op("setitem", (made, Const(key), Const(None))), self.span) for key in ints]
        return made

    def let(self, op: Op) -> Var:
        self.number += 1
        target = Var(f"{self.name}_{self.number}")
        self.body.append(Let((target,), op, self.span))
        return target


def _zeros_like(operand: Operand) -> Op:
    return Op("call", (Global("np.zeros_like", "numpy.zeros_like"), operand), (), ())

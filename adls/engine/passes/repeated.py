"""A number that is computed again from the same operands is the number that was computed before.

    t1 = 0.5 * h                      t1 = 0.5 * h
    a = x + t1 * u              ->    a = x + t1 * u
    t2 = 0.5 * h                      b = y + t1 * v
    b = y + t2 * v

So it is kept once, and has one cotangent. Only arithmetic on Python's floats (an integer is computed faster than kept)
and reads of single items of arrays that nobody writes: these warn of nothing, raise nothing the second time, and make
no object that anybody could tell from another. Only variables that are bound once, before: then the operands are what
they were.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TypeAlias

from adls.engine.ir.ops import Const, For, Function, Let, Op, Operand, Region, Statement, Var, is_temporary
from adls.engine.ir.types import Array, Float, Int, Scalar
from adls.engine.ir.walk import all_defined, regions, statements, with_regions, with_used
from adls.engine.passes.alias import Memory

_Key: TypeAlias = tuple[str, tuple[object, ...]]
_ARITHMETIC = {f"operator.{name}" for name in ("add", "sub", "mul", "truediv", "neg")}


def without_repeats(function: Function, memory: Memory) -> Function:
    """The function with each such number computed once."""
    sharing = _Sharing(function, memory)
    body = sharing.region(function.body, {})
    return replace(function, body=body) if sharing.shared else function


class _Sharing:
    def __init__(self, function: Function, memory: Memory) -> None:
        self.function = function
        self.memory = memory
        self.shared: dict[str, Var] = {}
        parameters = [*function.cells, *(param.var for param in function.params)]
        counts = Counter(var.name for var in [*parameters, *all_defined(function.body)])
        captured = {operand.name for s in statements(function.body) if isinstance(s, Let) and s.op.prim == "closure"
                    for operand in s.op.operands if isinstance(operand, Var)}
        self.once = {name for name, count in counts.items() if count == 1} - captured
        self.bound = {var.name for var in parameters}

    def region(self, region: Region, known: dict[_Key, Var]) -> Region:
        known = dict(known)
        out: list[Statement] = []
        for statement in region:
            renamed = with_used(statement, self._renamed)
            if isinstance(renamed, Let):
                made = self._let(renamed, known)
                out += [made] if made is not None else []
            else:
                if isinstance(statement, For):
                    self.bound.add(statement.target.name)
                out.append(with_regions(renamed, tuple(self.region(nested, known) for nested in regions(statement))))
        return tuple(out)

    def _let(self, let: Let, known: dict[_Key, Var]) -> Let | None:
        """The statement, or a copy of what was computed before; None where a temporary can go by the other name."""
        key = _key(let.op) if self._is_number(let) else None
        before = known.get(key) if key is not None else None
        self.bound |= {target.name for target in let.targets}
        if before is None:
            if key is not None and let.targets[0].name in self.once:
                known[key] = let.targets[0]
            return let
        target = let.targets[0].name
        if is_temporary(target) and target in self.once:
            self.shared[target] = before
            return None
        return replace(let, op=Op("copy", (before,)))

    def _is_number(self, let: Let) -> bool:
        op, type_of = let.op, self.function.type_of
        if len(let.targets) != 1 or op.kwargs or not all(map(self._is_settled, op.args)):
            return False
        if op.prim in _ARITHMETIC:
            return isinstance(type_of(let.targets[0]), Float) and all(
                isinstance(type_of(arg), Float | Int) for arg in op.args)
        if op.prim != "getitem" or not isinstance(op.args[1], Const) or not isinstance(op.args[0], Var):
            return False
        whole = type_of(op.args[0])
        return isinstance(whole, Array) and isinstance(type_of(let.targets[0]), Scalar) and (
            not self.memory.may_change(op.args[0].name))

    def _is_settled(self, operand: Operand) -> bool:
        return isinstance(operand, Const) or (
            isinstance(operand, Var) and operand.name in self.once and operand.name in self.bound)

    def _renamed(self, operand: Operand) -> Operand:
        return self.shared.get(operand.name, operand) if isinstance(operand, Var) else operand


def _key(op: Op) -> _Key:
    """What two equal operations agree in: `2` and `2.0` are equal, but make numbers of different types."""
    return op.prim, tuple((type(a.value), repr(a.value)) if isinstance(a, Const) else a for a in op.args)

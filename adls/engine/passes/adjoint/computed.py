"""What a formula asks for, and the forward pass has computed already: then it is kept, and not computed again.

    cos, sin = np.cos(angle), np.sin(angle)        d_angle = d_sin * cos        instead of d_sin * np.cos(angle)

Only elementwise functions of arrays that are dearer than the memory that they fill; only where the forward pass has
been at both places or at none, where the operand is one value, and where nobody writes what was computed.
"""

from __future__ import annotations

from functools import cached_property

from adls.engine.ir.ops import Function, Let, Op, Operand, Var, is_temporary
from adls.engine.ir.types import Array
from adls.engine.ir.walk import lets, statements, used
from adls.engine.passes.adjoint.index import Index, Place
from adls.engine.passes.alias import Memory

_COSTLY = {f"numpy.{name}" for name in (
    "cos", "sin", "tan", "exp", "exp2", "log", "sqrt", "cosh", "sinh", "tanh", "arcsin", "arccos", "arctan")}


class Computed:
    """The values of a primal that its backward pass may want again."""

    def __init__(self, function: Function, memory: Memory, index: Index) -> None:
        self.function = function
        self.memory = memory
        self.index = index

    def find(self, op: Op, place: Place, *, raising: bool) -> tuple[Var, Place] | None:
        """The variable that holds what an operation gives, and where it is bound; with `raising` an exception may
        have ended the forward pass anywhere."""
        if op.prim not in _COSTLY or op.kwargs or len(op.args) != 1 or not self._is_constant(op.args[0]):
            return None
        for let in self._made.get(op, ()):
            found = self._name(let.targets[0])
            if found is not None and self._is_reached(found[1], place, raising):
                return found
        return None

    @cached_property
    def _made(self) -> dict[Op, list[Let]]:
        found: dict[Op, list[Let]] = {}
        for let in lets(self.function):
            if let.op.prim in _COSTLY and len(let.targets) == 1:
                found.setdefault(let.op, []).append(let)
        return found

    def _is_constant(self, operand: Operand) -> bool:
        """Whether a variable names one array all along, which nobody writes."""
        if not isinstance(operand, Var) or not isinstance(self.function.type_of(operand), Array):
            return False
        bindings = len(self.index.definitions.get(operand.name, ())) + (operand.name in self.index.parameters)
        return bindings == 1 and not self.memory.may_change(operand.name)

    def _name(self, target: Var) -> tuple[Var, Place] | None:
        """The user's name of what a statement made, where it has one at once: through a copy, or a tuple unpacked."""
        found = self.index.single(target.name)
        if found is None or not self._is_constant(target):
            return None
        reader = self._only_reader(target) if is_temporary(target.name) else None
        named = None
        if reader is not None and reader.op.prim == "copy":
            named = reader.targets[0]
        elif reader is not None and reader.op.prim == "tuple":
            unpack = self._only_reader(reader.targets[0])
            if unpack is not None and unpack.op.prim == "unpack" and unpack.op.data is None:
                named = unpack.targets[reader.op.args.index(target)]
        return (self._name(named) if named is not None else None) or (target, found[0])

    def _only_reader(self, var: Var) -> Let | None:
        readers = [s for s in statements(self.function.body) if var in used(s)]
        return readers[0] if len(readers) == 1 and isinstance(readers[0], Let) else None

    def _is_reached(self, made: Place, place: Place, raising: bool) -> bool:
        """Whether the forward pass has bound it wherever it has been at `place`."""
        if made.conditional or place.scopes[: len(made.scopes)] != made.scopes:
            return False
        if made.number < place.number:
            return True
        between = range(place.number, made.number + 1)
        return not raising and not place.conditional and place.scopes == made.scopes and all(
            isinstance(s, Let) for s in statements(self.function.body) if self.index.place(s).number in between)

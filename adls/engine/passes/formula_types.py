"""Types of what a backward function computes: as the adjoint pass noted them, else by the rows' typing rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adls.engine.ir.ops import Const, Op, Operand, Var
from adls.engine.ir.types import Any, Tuple, Type
from adls.engine.passes.rows import Unbound, bind
from adls.engine.passes.typing.given import Given, Slice, const_type
from adls.engine.passes.typing.indexing import item_type
from adls.engine.passes.typing.registry import result_type


class FormulaTypes:
    """The types of operands, worked out when they are asked for."""

    def __init__(self, known: Callable[[Operand], Type], made: Mapping[str, Op]) -> None:
        self._known = known
        self._made = made
        self._found: dict[str, Type] = {}

    def type_of(self, operand: Operand) -> Type:
        if isinstance(operand, Const):
            return const_type(operand)
        known = self._known(operand)
        if not isinstance(operand, Var) or not isinstance(known, Any):
            return known
        if operand.name not in self._found:
            self._found[operand.name] = Any()
            op = self._made.get(operand.name)
            self._found[operand.name] = self._of(op) if op is not None else Any()
        return self._found[operand.name]

    def _of(self, op: Op) -> Type:
        match op.prim:
            case "copy":
                return self.type_of(op.args[0])
            case "tuple":
                return Tuple(tuple(map(self.type_of, op.args)))
            case "slice":
                low, high, step = map(self.type_of, op.args)
                return Slice(low=low, high=high, step=step)
            case "getitem":
                return item_type(self.type_of(op.args[0]), self.type_of(op.args[1]))
        try:
            bound = bind(op, self)
        except (Unbound, AttributeError):
            bound = None
        if bound is None or any(isinstance(operand, tuple) for operand in bound.operands.values()):
            return Any()
        types = {name: self.type_of(operand) for name, operand in bound.operands.items()
                 if not isinstance(operand, tuple)}
        return result_type(bound.row.result, Given(op.prim, types))

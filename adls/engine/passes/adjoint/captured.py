"""Containers and arrays that a function has captured, and that change between its making and a call of which only the
run knows the callee.

    d = {"w": x}
    fs.append(lambda: d["w"] * 2)          d_f = runtime.backward_dynamic(kept, d_y, (d, d_d))[0]
    d["w"] = x * x                         d_d["w"] -> x
    y = fs[0]()                            d_f -> d_d, where the lambda is made: too late for what it owes to `d`

What the callee owes to such an object goes to its shadow when the call is reversed, found by the object.
"""

from __future__ import annotations

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.ir.types import Array
from adls.engine.ir.walk import lets
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.cotangents import is_container
from adls.engine.passes.adjoint.index import Place


def changing_captures(b: Builder, place: Place) -> tuple[Operand, ...]:
    """Each such object that a call at `place` may know, and its shadow."""
    names = {cell.name: cell for let in lets(b.function) if let.op.prim == "closure"
             for cell in let.op.args if isinstance(cell, Var) and changes(b, let, cell) and _is_bound(b, cell, place)}
    return tuple(each for _, cell in sorted(names.items())
                 for each in (b.residuals.reference(cell, place, True, b.span), _shadow(b, cell)))


def changes(b: Builder, closure: Let, cell: Var) -> bool:
    """Whether a captured container or array may change after the function is made."""
    if not b.active(cell) or not b.residuals.changes_after(cell.name, b.index.place(closure), True):
        return False
    type_ = b.function.type_of(cell)
    return b.has_container(cell) if is_container(type_) else isinstance(type_, Array) and b.is_shadowed((cell.name,))


def _shadow(b: Builder, cell: Var) -> Operand:
    if is_container(b.function.type_of(cell)):
        return b.container(cell)
    found = b.shadow((cell.name,))
    assert found is not None
    return found


def _is_bound(b: Builder, cell: Var, place: Place) -> bool:
    """Whether a variable names one object only, which is there at a place."""
    if cell.name in b.memory.parameters:
        return not b.index.definitions.get(cell.name)
    found = b.index.single(cell.name)
    return found is not None and found[0].number < place.number and (
        place.scopes[: len(found[0].scopes)] == found[0].scopes)


def only_settled(b: Builder, item: Operand, cell: Var) -> Operand:
    """What a function owes to such an object where it is made: nothing, or it is refused when it runs."""
    return b.emit(Op("runtime.only_nothing", (item, Const(cell.name))))

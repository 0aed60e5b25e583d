"""Objects that are not known, come from outside and are not varied: a model of a library's, a settings object.

    def loss(x, model):                model, scale and table are such objects, or constants read off them
        scale = model.scale
        return model.apply(x) * scale * model.table()

As long as the function itself stores nothing in them, what is read off them is constant, though it is handed around
with what varies. What code that only the run knows stores in them is found out, and refused, as it runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from adls.engine.ir.ops import For, Function, Global, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Dict, List, Opaque, Tuple, may_vary
from adls.engine.ir.walk import statements
from adls.engine.passes.alias import Memory
from adls.engine.passes.effects import WRITERS, effect_of

_READS = ("attr", "getitem", "method", "call", "copy", "unpack", "builtins.getattr")


def untouched(function: Function, memory: Memory, varied: frozenset[str]) -> frozenset[str]:
    """The variables that are such objects, or were read off them."""
    roots = [name for name in memory.parameters if name not in varied and is_unknown(function, Var(name))]
    if not roots and not any(name.startswith("@") and isinstance(found, Opaque | Any)
                             for name, found in function.types.items()):
        return frozenset()
    return _left_alone(function, memory, roots)


def constant_containers(function: Function, memory: Memory, varied: frozenset[str], reached: set[str]
                        ) -> frozenset[str]:
    """The lists, dicts and tuples that a function gets, that do not vary and in which it stores nothing, with what was
    read off them: also where loops walk over them beside what varies, so that one class has the items of both."""
    roots = [name for name in memory.parameters
             if name in reached and name not in varied and isinstance(function.types[name], List | Dict | Tuple)]
    return _left_alone(function, memory, roots) if roots else frozenset()


def _left_alone(function: Function, memory: Memory, roots: list[str]) -> frozenset[str]:
    """Those of some parameters in which nothing is stored, and what was read off them."""
    bound = _bound(function)
    stored = {memory.class_of(name) for name in _stored(function)}

    def is_left_alone(name: str) -> bool:
        return not any(each in stored or memory.is_written(each) for each in memory.reached(name))

    found = {name for name in roots if name not in bound and is_left_alone(name)}
    for statement in statements(function.body):
        if isinstance(statement, Let) and _is_read(function, statement.op, found):
            found |= {target.name for target in statement.targets
                      if bound.get(target.name) == 1 and is_left_alone(target.name)}
    return frozenset(found)


def is_unknown(function: Function, operand: Operand) -> bool:
    """Whether nothing is known of an object."""
    type_ = function.type_of(operand)
    return isinstance(type_, Any) or (isinstance(type_, Opaque) and " " not in type_.name)


def _is_read(function: Function, op: Op, found: set[str]) -> bool:
    """Whether an operation reads of such objects only."""
    if op.prim not in _READS or not _is_of(op.args[0], found):
        return False
    return all(_is_of(operand, found) or not may_vary(function.type_of(operand)) for operand in op.operands[1:])


def _is_of(operand: Operand, found: set[str]) -> bool:
    return isinstance(operand, Global) or (isinstance(operand, Var) and operand.name in found)


def _bound(function: Function) -> dict[str, int]:
    """How often each variable is bound."""
    found: dict[str, int] = {}
    for statement in statements(function.body):
        targets = statement.targets if isinstance(statement, Let) else (
            (statement.target,) if isinstance(statement, For) else ())
        for target in targets:
            found[target.name] = found.get(target.name, 0) + 1
    return found


def _stored(function: Function) -> Iterator[str]:
    """What operations store something in: a method that only the run knows looks after that itself, by its name."""
    for statement in statements(function.body):
        if isinstance(statement, Let) and statement.op.prim not in ("apply", "forward"):
            op = statement.op
            effect = effect_of(op, function)
            if op.prim != "method" or op.data in WRITERS:
                stores = (*effect.writes, *(container for container, _ in (*effect.stores, *effect.spreads)))
                yield from (each.name for each in stores if isinstance(each, Var))

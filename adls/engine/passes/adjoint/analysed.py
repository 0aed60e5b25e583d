"""What is known of a primal before its adjoint is made, and how the adjoint will be called."""

from __future__ import annotations

from adls.engine.ir.ops import Function, Return, Var
from adls.engine.ir.types import Array, Tuple
from adls.engine.ir.walk import lets, statements
from adls.engine.passes.activity import Activity
from adls.engine.passes.activity import analyse as analyse_activity
from adls.engine.passes.adjoint.cotangents import is_container, leaf_types
from adls.engine.passes.adjoint.index import Index, build
from adls.engine.passes.adjoint.interface import RESULT_POSITION, AdjointKey, Interface
from adls.engine.passes.adjoint.sharing import (
    Program,
    dynamic_classes,
    given_back,
    looked_up,
    shared_classes,
    unknown_levels,
    with_nested,
)
from adls.engine.passes.alias import RESULT, UNKNOWN_CODE, Callee, Memory
from adls.engine.passes.alias import analyse as analyse_memory
from adls.engine.source.frozen import dataclass


@dataclass(frozen=True)
class Analysed:
    """A primal with the facts that its adjoint rests on."""

    function: Function
    memory: Memory
    activity: Activity
    index: Index
    dynamic: frozenset[str]
    shared: frozenset[str]


def is_its_own(key: AdjointKey) -> bool:
    """Whether nothing that the caller knows of memory makes the classes others than those that the function has."""
    return not key.merged and not any(position != RESULT_POSITION for position, _ in key.volatile)


def memory_under(key: AdjointKey, function: Function, callee: Callee) -> Memory:
    """The alias classes of a primal under what the caller knows of its arguments' memory."""
    names = callee(key.instance).parameters
    volatile = frozenset((names[n], level) for n, level in key.volatile if n != RESULT_POSITION)
    merged = tuple(((names[i], a), (names[j], b)) for (i, a), (j, b) in key.merged)
    return analyse_memory(function, callee, volatile, merged)


def analyse(key: AdjointKey, function: Function, memory: Memory, program: Program) -> Analysed:
    """The facts about a primal under an adjoint's key."""
    varied = [name for position, name in enumerate(memory.parameters) if position in key.active]
    shared, index = shared_classes(key, memory), build(function)
    for name in shared:
        memory.look_up(name)
    dynamic = with_nested(function, memory, dynamic_classes(key, function, memory, index, program) | shared)
    for name in dynamic:
        memory.look_up(name)  # Arrays beside containers in one class: a callee looks up the shadows of both.
    activity = analyse_activity(function, memory, varied)
    _write_unwatched(function, memory, activity)
    return Analysed(function, memory, activity, index, dynamic, shared)


def _write_unwatched(function: Function, memory: Memory, activity: Activity) -> None:
    """Unknown code that nothing varied is handed to is not watched as it runs: it counts as writing what it can."""
    for let in lets(function):
        if let.op.prim in (*UNKNOWN_CODE, "apply") and not any(map(activity.is_varied, let.op.operands)):
            for name in {operand.name for operand in let.op.operands if isinstance(operand, Var)}:
                for inner in filter(memory.is_touched, memory.reached(name)):
                    memory.write(inner)


def interface_of(key: AdjointKey, facts: Analysed) -> Interface:
    """How the adjoint will be called; known before its body is, so that recursion needs no second try."""
    names = facts.memory.parameters
    useful = [n for n in sorted(key.active) if names[n] in facts.activity.names]
    elsewhere = looked_up(facts.function, facts.memory, facts.shared)
    useful = [n for n in useful if (n, 0) not in elsewhere]
    shadows = tuple(n for n in useful if _takes_shadow(facts, names[n]))
    returned = tuple(n for n in useful if n not in shadows or isinstance(facts.function.types[names[n]], Tuple))
    seeded = any(isinstance(s, Return) and facts.activity(s.value) for s in statements(facts.function.body))
    seeded = seeded and (RESULT_POSITION, 0) not in elsewhere
    position = given_back(facts.function, facts.memory)
    settled = frozenset(level for level in unknown_levels(facts.function.result)
                        if facts.memory.at(RESULT, level) in facts.shared)
    return Interface(returned, shadows, seeded, None if (position, 0) in elsewhere else position, elsewhere, settled)


def _takes_shadow(facts: Analysed, name: str) -> bool:
    type_ = facts.function.types[name]
    if any(is_container(inner) for _, inner in leaf_types((name,), type_)):
        return True
    if not isinstance(type_, Array):
        return False
    if facts.memory.is_written(name):
        return True
    indexed = any(let.op.prim == "getitem" and let.op.args[0] == Var(name) for let in lets(facts.function))
    return indexed and not facts.index.definitions.get(name)

"""Which memory has shadows that only the run can relate, and which of it a caller and a callee both look up.

A *level* says how far inside a value its memory lies: 0 is the value itself, 1 is what a container or tuple holds, 2
what these hold. Where a callee may give back its argument's memory, or takes a container of arrays that are written,
caller and callee look the shadows up in one table (`runtime.Shadows`), which the caller passes: then nobody has to
know whose memory the result is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from adls.engine.ir.ops import Const, Function, Let, Region, Return, Var
from adls.engine.ir.types import Any, Array, Dict, List, Tuple, Type, is_reference
from adls.engine.ir.walk import lets, regions, statements, used
from adls.engine.passes.adjoint.cotangents import is_container, leaf_types
from adls.engine.passes.adjoint.index import Index, Place, build
from adls.engine.passes.adjoint.interface import RESULT_POSITION, AdjointKey
from adls.engine.passes.alias import RESULT, Memory
from adls.engine.passes.effects import effect_of

DEPTH = 4
"""How many levels of containers in containers are looked at within a value of unknown type."""


class Program(Protocol):
    """What is asked about the functions that are called."""

    def memory(self, instance: str) -> Memory:
        """The alias classes of a callee."""

    def gives_back(self, instance: str) -> int | None:
        """The position of the parameter that the callee writes and always gives back as it is."""

    def binds(self, instance: str) -> frozenset[object]:
        """The attributes that the callee, or one that it calls, binds to lists and dicts."""


def array_levels(type_: Type) -> frozenset[int]:
    """The levels at which a value's arrays lie."""
    return _levels_of(type_, lambda found: isinstance(found, Array))


def levels(type_: Type) -> frozenset[int]:
    """The levels at which a value's arrays and containers lie."""
    return _levels_of(type_, lambda found: isinstance(found, Array) or is_container(found))


def container_levels(type_: Type) -> frozenset[int]:
    """The levels at which a value's containers lie."""
    return _levels_of(type_, is_container)


def unknown_levels(type_: Type) -> frozenset[int]:
    """The levels at which lies what only the run knows."""
    return _levels_of(type_, lambda found: isinstance(found, Any))


def memory_levels(type_: Type) -> frozenset[int]:
    """The levels at which lies what may be memory; how far inside it there is more, nothing may be known of."""
    unknown = unknown_levels(type_)
    return levels(type_) | unknown | (frozenset(range(max(unknown), DEPTH + 1)) if unknown else frozenset())


def _levels_of(type_: Type, is_meant: Callable[[Type], bool]) -> frozenset[int]:
    own = frozenset((0,)) if is_meant(type_) else frozenset[int]()
    return own | frozenset(1 + level for each in _types_inside(type_) for level in _levels_of(each, is_meant))


def _types_inside(type_: Type) -> Iterable[Type]:
    match type_:
        case Tuple(items):
            return items
        case List(item, items):
            return (item,) if items is None else items
        case Dict(value, entries):
            return (value,) if entries is None else (t for _, t in entries)
        case _:
            return ()


def shared_classes(key: AdjointKey, memory: Memory) -> frozenset[str]:
    """The classes of a callee whose shadows are in the caller's table."""
    found: set[str] = set()
    for position, level in key.shared:
        name = RESULT if position == RESULT_POSITION else memory.parameters[position]
        for _ in range(level):
            name = memory.content_of(name)
        found.add(memory.class_of(name))
    return frozenset(found)


def looked_up(function: Function, memory: Memory, shared: frozenset[str]) -> frozenset[tuple[int, int]]:
    """The positions and levels of parameters (and of the result) whose shadows are in the caller's table."""
    named = [*enumerate(memory.parameters), (RESULT_POSITION, RESULT)]
    types = [*(function.types[name] for name in memory.parameters), function.result]
    return frozenset((position, level) for (position, name), type_ in zip(named, types, strict=True)
                     for level in levels(type_) if memory.at(name, level) in shared)


def shared_by_call(function: Function, memory: Memory, dynamic: frozenset[str], let: Let, active: Iterable[int],
                   program: Program) -> frozenset[tuple[int, int]]:
    """The positions and levels of a call's arguments, and of its result, that caller and callee both look up."""
    other = program.memory(str(let.op.data))
    found = {(RESULT_POSITION, level) for target in let.targets for level in _result_levels(
        function.type_of(target), memory, target.name, dynamic)}
    for position in active:
        arg = let.op.args[position]
        assert isinstance(arg, Var)
        found |= {(position, level) for level in levels(function.type_of(arg))
                  if memory.at(arg.name, level) in dynamic and (level > 0 or _meets(other, position))}
    return frozenset(found)


def _result_levels(type_: Type, memory: Memory, name: str, dynamic: frozenset[str]) -> set[int]:
    """The levels of what a callee makes that are looked up by its caller: a container in a container may have come to
    another place since, where a seed of its structure would not have it, and what only the run knows may be memory."""
    nested = container_levels(type_) | unknown_levels(type_)
    if len(nested) < 2 or not any(memory.at(name, level) in dynamic for level in nested):
        return set()
    return {level for level in memory_levels(type_) if memory.at(name, level) in dynamic}


def _meets(callee: Memory, position: int) -> bool:
    """Whether a callee may give back a parameter's memory, or reach it by another parameter."""
    names = callee.parameters
    mine = callee.class_of(names[position])
    if mine in callee.reached(RESULT) or mine in callee.reached(names[position])[1:]:
        return True
    return any(mine in callee.reached(name) for n, name in enumerate(names) if n != position)


# Classes that only the run can relate


def dynamic_classes(key: AdjointKey, function: Function, memory: Memory, index: Index,
                    program: Program) -> frozenset[str]:
    """The written classes whose shadows only the run can relate."""
    found: set[str] = set()
    containers = _written_containers(function, memory)
    for name, type_ in function.types.items():
        if name.startswith("@"):
            continue
        if isinstance(type_, Array) and memory.is_written(name) and not _is_static(function, memory, index, name,
                                                                                   program):
            found.add(memory.class_of(name))
        found |= {memory.at(name, level) for level in array_levels(type_)
                  if level and memory.is_written(memory.at(name, level))}
        if isinstance(type_, Any) and not key.is_generated:
            found |= {root for root in memory.reached(name) if memory.is_changed(root) or root in containers}
        if is_container(type_) and _may_be_given(memory, index, name, program):
            found.add(memory.class_of(name))
        if is_container(type_) or isinstance(type_, Tuple):
            inside = {memory.at(name, len(leaf) - 1) for leaf, t in leaf_types((name,), type_) if is_container(t)}
            if inside and (_is_rebound(memory, index, name) or _is_used_outside(function, index, name)):
                found |= inside
    for let in lets(function):
        first = let.op.args[0] if let.op.args else None
        if isinstance(first, Var) and _reorders(let, memory):
            found |= _nested_containers(function.type_of(first), memory, first.name)
        elif let.op.prim == "apply" and let.targets:
            found |= _shared_with(let, function, memory)
    return frozenset(found | _set_again(function, memory, index, program))


def _written_containers(function: Function, memory: Memory) -> set[str]:
    """The classes of lists and dicts that are written, where something may be one of them that isn't known for it."""
    if not any(isinstance(type_, Any) for name, type_ in function.types.items() if not name.startswith("@")):
        return set()
    classes = {memory.at(name, level) for name, type_ in function.types.items() if not name.startswith("@")
               for level in container_levels(type_)}
    return set(filter(memory.is_written, classes))


def with_nested(function: Function, memory: Memory, dynamic: frozenset[str]) -> frozenset[str]:
    """The classes with those of the containers around and inside: a shadow that is looked up has looked-up parts."""
    nests = [{memory.at(name, level) for level in container_levels(type_)}
             for name, type_ in function.types.items() if not name.startswith("@")]
    found = set(dynamic)
    while grown := [nest for nest in nests if len(nest) > 1 and nest & found and not nest <= found]:
        found.update(*grown)
    return frozenset(found)


def bound_attributes(function: Function, binds: Callable[[str], frozenset[object]]) -> frozenset[object]:
    """The attributes that a function, or one that it calls, binds to lists and dicts."""
    found: set[object] = set()
    for let in lets(function):
        if let.op.prim == "apply":
            found |= binds(str(let.op.data))
        elif _binds_container(let, function):
            found.add(let.op.data)
    return frozenset(found)


def _binds_container(let: Let, function: Function) -> bool:
    return let.op.prim == "setattr" and is_container(function.type_of(let.op.args[-1]))


def _set_again(function: Function, memory: Memory, index: Index, program: Program) -> set[str]:
    """The classes of containers that are read off an attribute which is, or was, another one at another time."""
    set_at: dict[tuple[str, object], list[Place]] = {}
    if not any(let.op.prim == "attr" and is_container(function.type_of(let.targets[0])) for let in lets(function)):
        return set()
    for let in lets(function):
        bound = program.binds(str(let.op.data)) if let.op.prim == "apply" else (
            (let.op.data,) if _binds_container(let, function) else ())
        for owner in (let.op.args[:1] if let.op.prim == "setattr" else let.op.args) if bound else ():
            if isinstance(owner, Var):
                for name in bound:
                    set_at.setdefault((memory.class_of(owner.name), name), []).append(index.place(let))
    found: set[str] = set()
    for let in lets(function) if set_at else ():
        owner = let.op.args[0] if let.op.args else Const(None)
        if let.op.prim == "attr" and isinstance(owner, Var) and is_container(function.type_of(let.targets[0])):
            places, here = set_at.get((memory.class_of(owner.name), let.op.data), ()), index.place(let)
            if len(places) > 1 or any(each.number > here.number or len(each.scopes) > 1 for each in places):
                found |= {memory.at(let.targets[0].name, level) for level in range(2)}
    return found


_REORDERING = {"list.pop", "list.insert", "list.reverse", "list.rotate", "dict.pop"}


def _shared_with(let: Let, function: Function, memory: Memory) -> set[str]:
    """The classes of a callee's result, or of the containers in it, and of the arguments that these may be, or be a
    part of."""
    name, type_ = let.targets[0].name, function.type_of(let.targets[0])
    mine = {memory.at(name, level) for level in container_levels(type_)}
    found: set[str] = set()
    for arg in let.op.args:
        if isinstance(arg, Var) and container_levels(function.type_of(arg)):
            theirs = [memory.at(arg.name, level) for level in range(3)]
            classes = {*mine, *(memory.at(each, 1) for each in mine), *theirs}
            itself = is_container(type_) and memory.class_of(name) in theirs
            if itself or (mine & set(theirs) and any(map(memory.is_written, classes))):
                found |= classes
    return found


def _reorders(let: Let, memory: Memory) -> bool:
    """Whether an operation may leave an item at another place than where the backward pass would look for it."""
    if let.op.prim in _REORDERING:
        return True
    if let.op.prim not in ("getitem", "unpack", "builtins.list", "list.copy"):
        return False
    names = [each.name for each in (*let.op.args[:1], *let.targets) if isinstance(each, Var)]
    return any(map(memory.is_written, names))


def _nested_containers(type_: Type, memory: Memory, name: str) -> set[str]:
    """The classes of a container and of those in it, where which item is where changes as the function runs."""
    item = type_.item if isinstance(type_, List) else type_.value if isinstance(type_, Dict) else None
    if item is None or not any(is_container(inner) for _, inner in leaf_types(("",), item)):
        return set()
    return {memory.at(name, level) for level in range(3)}


def _is_rebound(memory: Memory, index: Index, name: str) -> bool:
    """Whether a variable names one container here and another there."""
    definitions = index.definitions.get(name, [])
    return bool(definitions) and (len(definitions) > 1 or name in memory.parameters)


def _is_used_outside(function: Function, index: Index, name: str) -> bool:
    """Whether a container is used where the region that makes it, and so its shadow, is not entered (yet)."""
    found = index.definitions.get(name, [])
    if len(found) != 1 or not isinstance(found[0][1], Let):
        return False
    if not found[0][0].conditional and len(found[0][0].scopes) == 1:
        return False
    return not _is_used_inside(_region_of(function.body, found[0][1]), function, name)


def _may_be_given(memory: Memory, index: Index, name: str, program: Program) -> bool:
    """Whether a container that is written may be one that a callee was given, and gave back."""
    found = index.single(name)
    let = found[1] if found is not None else None
    return isinstance(let, Let) and let.op.prim == "apply" and memory.is_written(name) and gives_its_argument(
        program.memory(str(let.op.data)))


def gives_its_argument(callee: Memory) -> bool:
    """Whether what a callee gives back may share memory with what it was given."""
    given = {root for name in callee.parameters for root in callee.reached(name)}
    return any(root in given for root in callee.reached(RESULT))


def _is_static(function: Function, memory: Memory, index: Index, name: str, program: Program) -> bool:
    definitions = index.definitions.get(name, [])
    if name in memory.parameters:
        return not definitions
    if len(definitions) != 1 or not isinstance(definitions[0][1], Let):
        return False
    place, let = definitions[0]
    assert isinstance(let, Let)
    if not _is_static_op(function, let, program):
        return False
    always = not place.conditional and len(place.scopes) == 1
    return always or _is_used_inside(_region_of(function.body, let), function, name)


def _region_of(region: Region, let: Let) -> Region:
    """The innermost region that an operation stands in; () where it is elsewhere."""
    for statement in region:
        if statement is let:
            return region
        for inner in regions(statement):
            if found := _region_of(inner, let):
                return found
    return ()


def _is_used_inside(region: Region, function: Function, name: str) -> bool:
    """Whether nobody uses a variable but the statements of a region: its shadow is made where that is entered."""
    inside = {id(statement) for statement in statements(region)}
    return all(id(s) in inside for s in statements(function.body) if Var(name) in used(s))


def _is_static_op(function: Function, let: Let, program: Program) -> bool:
    op = let.op
    if len(let.targets) != 1 or op.prim in ("call", "method", "unpack", "forward_dynamic", "forward"):
        return False
    if op.prim == "apply":
        instance = str(op.data)
        return program.gives_back(instance) is not None or not gives_its_argument(program.memory(instance))
    kinds = {kind for kind, _ in effect_of(op, function).shares}
    if "element" in kinds:
        return False
    return "maybe" not in kinds or op.prim not in ("getitem", "attr")


def given_back(function: Function, memory: Memory) -> int | None:
    """The position of the array that a function writes, never binds again, and gives back by every return."""
    returned = [s.value for s in statements(function.body) if isinstance(s, Return)]
    names = memory.parameters
    found = {names.index(v.name) if isinstance(v, Var) and v.name in names else None for v in returned}
    position = found.pop() if len(found) == 1 else None
    if position is None or not isinstance(function.types[names[position]], Array):
        return None
    name = names[position]
    return position if memory.is_written(name) and not build(function).definitions.get(name) else None


def is_written_inside(memory: Memory, name: str, type_: Type) -> bool:
    """Whether memory is written that a value is, or holds."""
    return is_reference(type_) and any(memory.is_written(memory.at(name, level)) for level in levels(type_) or (0,))

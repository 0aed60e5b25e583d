"""May-alias analysis: which variables can name the same memory, and which memory is written in place.

Steensgaard's unification (Points-to Analysis in Almost Linear Time, POPL 1996), one class for each set of variables
that may share memory, with one class for what a container holds. Where no class is written, nothing is tested at run
time and cotangents are plain values; a written class gets a shadow in the backward pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from adls.engine.ir.ops import For, Function, Let, Op, Return, Try, Var, With
from adls.engine.ir.types import Any, Array, Dict, Iter, List, Tuple, Type, is_reference
from adls.engine.ir.types import Callable as Callable_
from adls.engine.ir.walk import statements
from adls.engine.passes.effects import WRITERS, Effect, effect_of, is_in_place

RESULT = "<result>"
UNKNOWN_CODE = {"call", "method"}
"""Operations whose callee only the run knows: it may write whatever it can reach."""


@dataclass
class Memory:
    """The alias classes of one function; `parameters` are its cells and parameters, in order."""

    parameters: tuple[str, ...]
    volatile: frozenset[tuple[str, int]] = frozenset()
    by_field: bool = False
    """Whether each attribute of an instance has a class of its own, until something is read that may be any of them."""
    unknown: list[str] = field(default_factory=list)
    """Variables that code which only the run knows gets hold of."""
    calls_unknown: bool = False
    """Whether the function, or one that it calls, calls such code, or refuses where a branch is taken."""
    _parent: dict[str, str] = field(default_factory=dict)
    _content: dict[str, str] = field(default_factory=dict)
    _fields: dict[str, dict[object, str]] = field(default_factory=dict)
    _written: set[str] = field(default_factory=set)
    _touched: set[str] = field(default_factory=set)
    _looked_up: set[str] = field(default_factory=set)
    _changed: set[str] = field(default_factory=set)

    def class_of(self, name: str) -> str:
        """The representative of a variable's class."""
        parent = self._parent.setdefault(name, name)
        if parent == name:
            return name
        root = self.class_of(parent)
        self._parent[name] = root
        return root

    def content_of(self, name: str) -> str:
        """The class of what a container's elements name."""
        root = self.class_of(name)
        if root not in self._content:
            content = self._content[root] = f"{root}[*]"
            for inner in self._fields.pop(root, {}).values():
                self.unify(content, inner)
            return self.class_of(content)
        return self.class_of(self._content[root])

    def field_of(self, name: str, key: object) -> str:
        """The class of what an attribute of an instance names."""
        root = self.class_of(name)
        if not self.by_field or root in self._content:
            return self.content_of(name)
        return self.class_of(self._fields.setdefault(root, {}).setdefault(key, f"{root}.{key}"))

    def fields_of(self, name: str) -> dict[object, str]:
        """The classes of an instance's attributes, where each has its own."""
        return {key: self.class_of(inner) for key, inner in self._fields.get(self.class_of(name), {}).items()}

    def at(self, name: str, level: int) -> str:
        """The class of what lies so many levels inside a value: 0 is its own, 1 that of what it holds."""
        root = self.class_of(name)
        for _ in range(level):
            root = self.class_of(self._content.get(root, f"{root}[*]"))
        return root

    def made_at(self, name: str, level: int) -> str:
        """As `at`, where nothing has been known yet of what the value holds."""
        for _ in range(level):
            name = self.content_of(name)
        return self.class_of(name)

    def reached(self, name: str) -> list[str]:
        """The classes of a variable, of what it holds, of what that holds..."""
        found = [self.class_of(name)]
        for outer in found:
            found += [inner for inner in self.inside(outer) if inner not in found]
        return found

    def inside(self, name: str) -> list[str]:
        """The classes of what a variable's memory holds."""
        fields = self.fields_of(name)
        if fields:
            return list(dict.fromkeys(fields.values()))
        return [self.content_of(name)] if self.has_content(name) else []

    def is_written(self, name: str) -> bool:
        """Whether memory that the variable may name is written in place in this function or a callee."""
        root = self.class_of(name)
        return root in self._written or root in self._looked_up

    def is_changed(self, name: str) -> bool:
        """Whether an array is written there: neither a container, nor what only has a shadow because others have."""
        return self.class_of(name) in self._changed

    def is_touched(self, name: str) -> bool:
        """Whether code that only the run knows gets hold of memory that the variable may name: it may write it."""
        root = self.class_of(name)
        return root in self._touched or self.is_written(name)

    def others(self, name: str) -> list[str]:
        """Variables, and what containers hold (`xs[*]`), that may name the same memory as a variable."""
        root = self.class_of(name)
        return [other for other in list(self._parent) if other != name and self.class_of(other) == root]

    def may_change(self, name: str) -> bool:
        """Whether the memory can change after a read: a residual of it has to be a copy."""
        root = self.class_of(name)
        return self.is_written(name) or any(self.at(each, level) == root for each, level in self.volatile)

    def unify(self, a: str, b: str) -> None:
        """Make two classes one, and what they hold likewise."""
        a, b = self.class_of(a), self.class_of(b)
        if a == b:
            return
        self._parent[b] = a
        for marked in (self._written, self._touched, self._looked_up, self._changed):
            if b in marked:
                marked.discard(b)
                marked.add(a)
        content, fields = self._content.pop(b, None), self._fields.pop(b, {})
        if content is not None:
            if a in self._content:
                self.unify(self._content[a], content)
            else:
                self._content[a] = content
                for inner in self._fields.pop(a, {}).values():
                    self.unify(content, inner)
        for key, inner in fields.items():
            self.unify(self.field_of(a, key), inner)

    def write(self, name: str, *, array: bool = True) -> None:
        """Mark a variable's memory as written in place; `array`: it may be that of an array."""
        self._written.add(self.class_of(name))
        if array:
            self._changed.add(self.class_of(name))

    def look_up(self, name: str) -> None:
        """Mark a variable's memory as what has a shadow that only the run finds."""
        self._looked_up.add(self.class_of(name))

    def touch(self, name: str) -> None:
        """Mark all that a variable's memory leads to as what unknown code may write."""
        self._touched.update(self.reached(name))

    def has_content(self, name: str) -> bool:
        root = self.class_of(name)
        return root in self._content or root in self._fields

    def summary(self) -> tuple[object, ...]:
        """What a caller can see, as a comparable value: for the fixpoint over recursion."""
        names = (*self.parameters, RESULT)
        roots = [self.class_of(name) for name in names]
        inner = [self.content_of(name) if self.has_content(name) else "" for name in names]
        every = roots + inner
        marks = tuple((every.index(root), root in self._written, root in self._changed, root in self._touched)
                      for root in every)
        return *marks, self.calls_unknown


Callee = Callable[[str], Memory]
"""Gives the memory of an instance by its key."""


Place = tuple[str, int]
"""A parameter, and how far inside it something lies."""


def analyse(function: Function, callee: Callee, volatile: frozenset[Place] = frozenset(),
            merged: tuple[tuple[Place, Place], ...] = (), *, by_field: bool = False) -> Memory:
    """The alias classes of a typed function.

    `volatile` parameters name memory that the caller may write after the call; `merged` ones name the same memory.
    """
    names = (*(cell.name for cell in function.cells), *(param.var.name for param in function.params))
    memory = Memory(names, volatile, by_field)
    for a, b in merged:
        memory.unify(memory.made_at(*a), memory.made_at(*b))
    for statement in statements(function.body):
        match statement:
            case Let(targets, op, _):
                _let(memory, function, targets, op, callee)
            case For(target, iterable, _, _) if isinstance(iterable, Var):
                _iterate(memory, function, target, iterable)
            case With(context, target, _) if target is not None and isinstance(context, Var):
                memory.unify(target.name, context.name)
            case Return(Var(name)):
                memory.unify(RESULT, name)
            case Try(_, _, _, _):
                pass
    for name in memory.unknown:
        memory.touch(name)
    return memory


def _iterate(memory: Memory, function: Function, target: Var, iterable: Var) -> None:
    type_ = function.type_of(iterable)
    if isinstance(type_, Array):
        memory.unify(target.name, iterable.name)
    elif _is_memory(function.type_of(target)) or isinstance(type_, Iter):
        memory.unify(target.name, memory.content_of(iterable.name))


def _let(memory: Memory, function: Function, targets: tuple[Var, ...], op: Op, callee: Callee) -> None:
    if op.prim in ("apply", "forward"):
        _call(memory, function, targets, op, callee)
        return
    effect = effect_of(op, function)
    for operand in effect.writes:
        if isinstance(operand, Var):
            # What only the run knows is updated as a number, or refused where an array would be seen by others.
            container = isinstance(function.type_of(operand), List | Dict)
            number = isinstance(function.type_of(operand), Any) and is_in_place(op.prim)
            memory.write(operand.name, array=not (container or number))
    _put_in(memory, function, op, effect)
    if memory.by_field and op.prim == "record" and targets and isinstance(function.type_of(targets[0]), Dict):
        _attributes(memory, function, targets[0], op)
    else:
        _give(memory, function, targets, op, effect)
    if op.prim in UNKNOWN_CODE:
        memory.calls_unknown = True
        memory.unknown += [operand.name for operand in op.operands
                           if isinstance(operand, Var) and _is_memory(function.type_of(operand))]
    elif op.prim == "runtime.refused":
        memory.calls_unknown = True  # Nothing flows through what is refused: a call of it is watched all the same.


def _put_in(memory: Memory, function: Function, op: Op, effect: Effect) -> None:
    """What an operation puts into containers."""
    for container, value in effect.stores:
        if isinstance(container, Var) and isinstance(value, Var) and _shareable(function, container, value):
            memory.unify(_place(memory, function, op, container), value.name)
        if memory.by_field and isinstance(container, Var) and not _is_reader(op):
            memory.write(container.name, array=False)
    for container, values in effect.spreads:
        if isinstance(container, Var) and isinstance(values, Var):
            _spread(memory, function, values, memory.content_of(container.name))


def _is_reader(op: Op) -> bool:
    """Whether a method that only the run knows has not the name of one that writes: what others write, it looks at."""
    return op.prim == "method" and op.data not in WRITERS


def _attributes(memory: Memory, function: Function, target: Var, op: Op) -> None:
    """What a new instance stores."""
    for name, operand in op.kwargs:
        if isinstance(operand, Var) and _is_memory(function.type_of(operand)):
            memory.unify(memory.field_of(target.name, name), operand.name)


def _give(memory: Memory, function: Function, targets: tuple[Var, ...], op: Op, effect: Effect) -> None:
    """What an operation's result shares with its operands."""
    for kind, operand in effect.shares:
        if not isinstance(operand, Var):
            continue
        if kind == "element" and op.prim == "attr" and targets and _is_memory(function.type_of(targets[0])):
            memory.unify(targets[0].name, _place(memory, function, op, operand))
            continue
        for position, target in enumerate(targets):
            starred = op.prim == "unpack" and op.data == position
            _share(memory, function, "items" if starred else kind, operand, target)


def _place(memory: Memory, function: Function, op: Op, container: Var) -> str:
    """The class of what an operation reads of, or puts into, a container."""
    type_ = function.type_of(container)
    if op.prim in ("attr", "setattr") and isinstance(type_, Dict) and type_.cls:
        return memory.field_of(container.name, op.data)
    return memory.content_of(container.name)


def _spread(memory: Memory, function: Function, values: Var, place: str) -> None:
    """What is in a value is in the class `place` too: rows are views of their array."""
    type_ = function.type_of(values)
    if isinstance(type_, Array | Any):
        memory.unify(place, values.name)
    if not isinstance(type_, Array):
        memory.unify(place, memory.content_of(values.name))


def _shareable(function: Function, container: Var, value: Var) -> bool:
    return not isinstance(function.type_of(container), Array) and _is_memory(function.type_of(value))


def _share(memory: Memory, function: Function, kind: str, operand: Var, target: Var) -> None:
    type_ = function.type_of(target)
    if kind in ("items", "pairs"):
        inner = memory.content_of(target.name)
        _spread(memory, function, operand, inner if kind == "items" else memory.content_of(inner))
    elif kind == "holds":
        if _is_memory(function.type_of(operand)):
            memory.unify(memory.content_of(target.name), operand.name)
    elif kind == "element":
        if _is_memory(type_):
            memory.unify(target.name, memory.content_of(operand.name))
    elif kind in ("view", "maybe") and isinstance(type_, Tuple | List):
        memory.unify(memory.content_of(target.name), operand.name)
    elif _is_memory(type_) or isinstance(type_, Iter):
        memory.unify(target.name, operand.name)
        if isinstance(type_, Iter):
            memory.unify(target.name, memory.content_of(target.name))


def _call(memory: Memory, function: Function, targets: tuple[Var, ...], op: Op, callee: Callee) -> None:
    other = callee(str(op.data))
    memory.calls_unknown |= other.calls_unknown
    linked: dict[str, str] = {}
    for name, operand in zip(other.parameters, op.args, strict=True):
        if isinstance(operand, Var) and _is_memory(function.type_of(operand)):
            _link(memory, operand.name, other, name, linked)
    if targets and _is_memory(function.type_of(targets[0])):
        _link(memory, targets[0].name, other, RESULT, linked)


def _link(memory: Memory, mine: str, other: Memory, theirs: str, linked: dict[str, str]) -> None:
    """Carry over to my variable what the callee does to its own."""
    root = other.class_of(theirs)
    if root in linked:
        memory.unify(linked[root], mine)
        return
    linked[root] = mine
    if other.is_written(theirs):
        memory.write(mine, array=other.is_changed(theirs))
    elif other.is_touched(theirs):
        memory.unknown.append(mine)
    fields = other.fields_of(theirs)
    for key, inner in fields.items():
        _link(memory, memory.field_of(mine, key), other, inner, linked)
    if other.has_content(theirs) and not fields:
        _link(memory, memory.content_of(mine), other, other.content_of(theirs), linked)


def _is_memory(type_: Type) -> bool:
    """Whether a value is a mutable object, a function, which holds what it has captured, or an iterator over either."""
    if isinstance(type_, Tuple):
        return any(map(_is_memory, type_.items))
    return is_reference(type_) or isinstance(type_, Callable_) or (isinstance(type_, Iter) and is_reference(type_.item))

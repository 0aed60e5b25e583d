"""Derivatives that would pass through module-level state: written into a global array, list, dict or object, and read.

    STATE[...] = x * 2.0
    return np.sum(STATE * x)

A global has no cotangent, so that the gradient would lack what went through it. Memory that is a global's is followed
as a variable's would be, over calls; what is stored and never read (a log) does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import partial

from adls.engine.ir.ops import Function, Global, Let, Operand, Region, Statement, Var
from adls.engine.ir.types import Any, Dict, List, Opaque, is_reference
from adls.engine.ir.walk import lets, regions, statements, used, with_regions, with_used
from adls.engine.passes.activity import closure, flow
from adls.engine.passes.alias import RESULT, Memory, analyse
from adls.engine.passes.effects import effect_of
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import Span

_PREFIX = "global "
_GENERATED = "adls:"
"""How instances of generated functions begin: what they were made from was followed when that was differentiated."""

_CALLS = ("call", "forward_dynamic", "record", "runtime.new")


@dataclass(frozen=True, slots=True)
class Mutation:
    """Where a function puts what carries a derivative into a global."""

    function: Function
    span: Span
    name: str


def mutated_globals(primals: Mapping[str, Function], entry: str, active: frozenset[int],
                    callee: Callable[[str], Memory], *, inside: bool = False) -> list[Mutation]:
    """The globals through which a derivative passes, of an entry with active positions and of all that it calls.

    `inside`: what called the entry may read any of them.
    """
    if not any(map(_globals, primals.values())):
        return []
    search = _Search(primals, callee)
    search.varied[entry] = set(active)
    todo = [entry]
    while todo:
        todo += search.visit(todo.pop())
    return [found for root, found in search.written.items() if root in search.read or search.unknown or inside]


def written_containers(primals: Mapping[str, Function], callee: Callable[[str], Memory]) -> frozenset[str]:
    """The paths of the global lists and dicts that a program writes into: what they hold changes as it runs."""
    if not any(map(_globals, primals.values())):
        return frozenset()
    search = _Search(primals, callee)
    paths: dict[str, set[str]] = {}
    for function in primals.values():
        for statement in statements(function.body):
            for operand in used(statement):
                if isinstance(operand, Global) and isinstance(function.type_of(operand), List | Dict):
                    paths.setdefault(_PREFIX + _root(operand), set()).add(operand.path)
    found: set[str] = set()
    for instance in primals if paths else ():
        _, memory = search.followed(instance)
        found |= {path for name, those in paths.items() if any(map(memory.is_written, memory.reached(name)))
                  for path in those}
    return frozenset(found)


@dataclass
class _Search:
    primals: Mapping[str, Function]
    callee: Callable[[str], Memory]
    varied: dict[str, set[int]] = field(default_factory=dict)
    written: dict[str, Mutation] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    _done: dict[str, tuple[Function, Memory]] = field(default_factory=dict)
    _through: dict[str, Mapping[int, frozenset[int]] | None] = field(default_factory=dict)
    _memories: dict[str, Memory | None] = field(default_factory=dict)
    unknown: bool = False
    """Whether a callee that only the run knows may read any global."""

    def visit(self, instance: str) -> list[str]:
        """Follow one function; gives the callees that have to be followed (again)."""
        function, memory = self.followed(instance)
        edges, sinks = flow(function, memory, self.through)
        names = [memory.parameters[n] for n in self.varied[instance]]
        reached = closure(names, edges)
        needed = closure(sinks, [(target, source) for source, target in edges])
        for root in {name.removeprefix(_PREFIX) for name in function.types if name.startswith(_PREFIX)}:
            if _PREFIX + root in needed:
                self.read.add(root)
            written = any(map(memory.is_written, memory.reached(_PREFIX + root)))
            if written and _PREFIX + root in reached and root not in self.written:
                self.written[root] = Mutation(function, _place(function, memory, _PREFIX + root, reached), root)
        self.unknown |= any(let.op.prim == "call" and any(target.name in needed for target in let.targets)
                            for let in lets(function))
        return [callee for let in lets(function) if let.op.prim == "apply"
                for callee in self._call(str(let.op.data), let, reached)]

    def followed(self, instance: str) -> tuple[Function, Memory]:
        """A function with its globals as variables, and what these share memory with."""
        if instance in self._done:
            return self._done[instance]
        function = _with_variables(self.primals[instance])
        memory = analyse(function, self.memory, by_field=True)
        self._done[instance] = function, memory
        types = dict(function.types)
        for let in lets(function):
            if let.op.prim == "apply" and let.targets and not str(let.op.data).startswith(_GENERATED):
                for name in self._given_back(str(let.op.data)):
                    types.setdefault(name, Any())
                    memory.unify(let.targets[0].name, name)
        self._done[instance] = replace(function, types=types), memory
        return self._done[instance]

    def through(self, instance: str) -> Mapping[int, frozenset[int]] | None:
        """Into which of its arguments each argument of a callee flows; None of one that calls itself."""
        if instance not in self._through and instance in self.primals:
            self._through[instance] = None
            function, memory = self.followed(instance)
            edges, _ = flow(function, memory, self.through)
            reached = [closure([name], edges) for name in memory.parameters]
            self._through[instance] = {n: frozenset(m for m, name in enumerate(memory.parameters) if name in found)
                                       for n, found in enumerate(reached)}
        return self._through.get(instance)

    def memory(self, instance: str) -> Memory:
        """What a callee does to memory, attribute by attribute but where it is called by itself."""
        if instance not in self._memories and instance in self.primals:
            self._memories[instance] = None
            self._memories[instance] = analyse(self.primals[instance], self.memory, by_field=True)
        return self._memories.get(instance) or self.callee(instance)

    def _given_back(self, instance: str) -> list[str]:
        """The globals that a function's result may be, or hold."""
        function, memory = self.followed(instance)
        result = memory.reached(RESULT)
        return [name for name in function.types if name.startswith(_PREFIX) and memory.class_of(name) in result]

    def _call(self, callee: str, let: Let, reached: set[str]) -> list[str]:
        if callee.startswith(_GENERATED):
            return []
        positions = {n for n, arg in enumerate(let.op.args) if isinstance(arg, Var) and arg.name in reached}
        before = self.varied.get(callee)
        if before is not None and positions <= before:
            return []
        self.varied[callee] = (before or set()) | positions
        return [callee]


def _globals(function: Function) -> set[str]:
    """The roots of the user's globals in a function that can be written into."""
    return {_root(operand) for statement in statements(function.body) for operand in used(statement)
            if isinstance(operand, Global) and operand is not _callee(statement) and _is_memory(function, operand)}


def _callee(statement: Statement) -> Operand | None:
    """What a statement calls, if only the run knows it, or whose instance it makes: neither writes into the global."""
    return statement.op.args[0] if isinstance(statement, Let) and statement.op.prim in _CALLS else None


def _is_memory(function: Function, operand: Global) -> bool:
    type_ = function.type_of(operand)
    return not operand.key and (is_reference(type_) or isinstance(type_, Opaque))


def _root(operand: Global) -> str:
    return operand.path.partition(".")[0]


def _with_variables(function: Function) -> Function:
    """The function with a variable in place of each global that can be written into."""
    types = dict(function.types)

    def other(operand: Operand, callee: Operand | None) -> Operand:
        if operand is callee or not isinstance(operand, Global) or not _is_memory(function, operand):
            return operand
        name = _PREFIX + _root(operand)
        type_ = function.type_of(operand) if operand.path == _root(operand) else Any()
        types[name] = type_ if types.get(name, type_) == type_ else Any()
        return Var(name)

    def region(inside: Region) -> Region:
        return tuple(with_regions(with_used(s, partial(other, callee=_callee(s))), tuple(map(region, regions(s))))
                     for s in inside)

    return replace(function, body=region(function.body), types=types)


def _place(function: Function, memory: Memory, name: str, reached: set[str]) -> Span:
    """The operation that puts something varied into a global."""
    classes = memory.reached(name)
    for let in lets(function):
        names = {operand.name for operand in let.op.operands if isinstance(operand, Var)}
        inside = {each for each in _written(let, function, memory) if memory.class_of(each) in classes}
        if inside and names & reached - inside:
            return let.span
    return function.span


def _written(let: Let, function: Function, memory: Memory) -> list[str]:
    if let.op.prim == "apply":
        return [arg.name for arg in let.op.args if isinstance(arg, Var)
                and any(map(memory.is_written, memory.reached(arg.name)))]
    effect = effect_of(let.op, function)
    operands = (*effect.writes, *(container for container, _ in effect.stores))
    return [operand.name for operand in operands if isinstance(operand, Var)]

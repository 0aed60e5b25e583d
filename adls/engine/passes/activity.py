"""Activity: the variables that depend on what is differentiated and on which the result depends.

Only they have cotangents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from adls.engine.ir.ops import For, Function, Handler, Let, Op, Operand, Region, Return, Try, Var, With
from adls.engine.ir.types import Any, Array, Dict, Float, List, Opaque, Scalar, Tuple, may_vary
from adls.engine.ir.walk import statements, used
from adls.engine.passes.alias import Memory
from adls.engine.passes.effects import effect_of, out_of_place
from adls.engine.passes.invariance import cancelling
from adls.engine.passes.outside import constant_containers, untouched
from adls.engine.passes.rows import Unbound, bind
from adls.engine.source.frozen import dataclass

STRUCTURAL = {"copy", "getitem", "setitem", "augitem", "tuple", "list", "dict", "unpack", "closure", "apply", "call",
              "method", "forward_dynamic", "attr", "setattr", "record", "builtins.zip", "builtins.enumerate",
              "builtins.reversed",
              "builtins.list", "builtins.tuple", "list.append", "list.extend", "list.insert", "list.pop",
              "list.rotate", "dict.items",
              "dict.values", "dict.get", "dict.pop", "dict.copy", "list.copy"}
"""Operations whose adjoint is the pass's own; for all others a row says which operands carry a derivative."""


LAYOUT = frozenset({"shape", "ndim", "dtype", "size", "itemsize", "nbytes", "strides", "flags"})
"""Attributes of arrays that say how they lie in memory: no derivative passes through them."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Names of variables that have a cotangent; `flowing` are all through which a derivative may pass, whatever
    their type; `varied` are all that depend on what is differentiated; `outside` are objects of others, of which
    nothing is known and in which nothing varied is stored; `needed` are all on which the result depends."""

    names: frozenset[str]
    flowing: frozenset[str] = frozenset()
    varied: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()

    def is_varied(self, operand: Operand) -> bool:
        """Whether an operand depends on what is differentiated, also where the result does not depend on it."""
        return isinstance(operand, Var) and operand.name in self.varied

    def __call__(self, operand: Operand) -> bool:
        return isinstance(operand, Var) and operand.name in self.names


def analyse(function: Function, memory: Memory, varied: Iterable[str]) -> Activity:
    """Activity from the parameters and cells named in `varied` to the result and to memory that callers see."""
    edges, sinks = flow(function, memory)
    start = frozenset(name for name in varied if may_vary(function.types[name]))
    outside = untouched(function, memory, start)
    if outside:
        edges = [edge for edge in edges if edge[1] not in outside]
    reached = closure(start, edges)
    constant = constant_containers(function, memory, start, reached)
    if constant:
        edges = [edge for edge in edges if edge[1] not in constant]
        reached = closure(start, edges)
    back = [(target, source) for source, target in edges]
    needed = closure(sinks, back)
    active = reached & needed
    names = frozenset(name for name in active if name in function.types and may_vary(function.types[name]))
    return Activity(names, frozenset(active), frozenset(reached), outside, frozenset(needed))


Through = Callable[[str], Mapping[int, frozenset[int]] | None]
"""Into which of its arguments each argument of a callee flows; None where it may be any."""


def flow(function: Function, memory: Memory, through: Through = lambda _: None
         ) -> tuple[list[tuple[str, str]], list[str]]:
    """Pairs (from, to) along which a derivative flows, and the variables whose value callers see."""
    edges: list[tuple[str, str]] = []
    sinks = _visible(memory)
    constant = cancelling(function, memory)
    for statement in statements(function.body):
        match statement:
            case Let((Var(name),), _, _) if name in constant:
                continue
            case Let(targets, op, _):
                known = through(str(op.data)) if op.prim == "apply" else None
                if known is not None:
                    edges += _called(targets, op, known)
                    continue
                sources = [operand.name for operand in carriers(op, function) if isinstance(operand, Var)]
                reached = _reached(targets, op, function, memory)
                edges += [(source, target) for source in sources for target in reached]
            case For(Var(target), Var(iterable), _, _):
                edges.append((iterable, target))
            case With(Var(context), Var(target), _):
                edges.append((context, target))
            case Try(body, handlers, _, _, _):
                edges += _raised(body, handlers)
            case Return(Var(name)):
                sinks.append(name)
    edges += _memory_edges(function, memory)
    return edges, sinks


def _raised(body: Region, handlers: tuple[Handler, ...]) -> list[tuple[str, str]]:
    """Whatever a body reads may be in the exceptions that its handlers get."""
    names = {operand.name for statement in statements(body) for operand in used(statement) if isinstance(operand, Var)}
    return [(name, handler.name.name) for handler in handlers if handler.name is not None for name in sorted(names)]


def _called(targets: tuple[Var, ...], op: Op, known: Mapping[int, frozenset[int]]) -> list[tuple[str, str]]:
    """Along which pairs a call carries a derivative: into its result, and into what the callee puts it."""
    edges: list[tuple[str, str]] = []
    for position, arg in enumerate(op.args):
        if isinstance(arg, Var):
            into = [op.args[n] for n in sorted(known.get(position, ()))]
            edges += [(arg.name, other.name) for other in (*targets, *into) if isinstance(other, Var)]
    return edges


def _reached(targets: tuple[Var, ...], op: Op, function: Function, memory: Memory) -> list[str]:
    """What an operation's operands flow into: its targets, and what it writes."""
    names = [target.name for target in targets]
    if op.prim == "apply":
        return names + [arg.name for arg in op.args
                        if isinstance(arg, Var) and any(map(memory.is_written, memory.reached(arg.name)))]
    effect = effect_of(op, function)
    written = (*effect.writes, *(container for container, _ in effect.stores))
    return names + [operand.name for operand in written if isinstance(operand, Var)]


def _memory_edges(function: Function, memory: Memory) -> list[tuple[str, str]]:
    """Names of one object that may be written, or holds what is, and a container and its content, reach each other."""
    edges: list[tuple[str, str]] = []
    for name in function.types:
        if name.startswith("@"):
            continue
        root = memory.class_of(name)
        if any(map(memory.is_written, memory.reached(name))) or isinstance(function.types[name], Opaque | Any):
            edges += [(name, "&" + root), ("&" + root, name)]
        for content in memory.inside(name):
            edges += [("&" + content, name), (name, "&" + content)]
    return edges


def _visible(memory: Memory) -> list[str]:
    """Parameters that are written, or hold what is: what is in them afterwards is a result too."""
    return [name for name in memory.parameters if any(map(memory.is_written, memory.reached(name)))]


def carriers(op: Op, function: Function) -> tuple[Operand, ...]:
    """The operands through which a derivative can reach the result of an operation."""
    if op.prim == "attr" and (op.data == "__class__" or (
            op.data in LAYOUT and isinstance(function.type_of(op.args[0]), Array | Scalar | Float))):
        return ()
    if op.prim in STRUCTURAL:
        indexed = op.prim == "getitem" and isinstance(function.type_of(op.args[0]), Array | Tuple | List | Dict)
        return op.operands[:1] if indexed or op.prim == "attr" else op.operands
    if op.prim.startswith("operator.i") and op.args:
        inner = Op(out_of_place(op.prim), op.args, op.kwargs, op.data)
        return carriers(inner, function) if inner.prim != op.prim else _row_carriers(op, function)
    return _row_carriers(op, function)


TEXTS = frozenset({"builtins.str", "builtins.repr", "builtins.format", "builtins.ascii"})
"""What makes texts: nothing is differentiated, but what is read out of a text would lack a derivative."""


def _row_carriers(op: Op, function: Function) -> tuple[Operand, ...]:
    if op.prim in TEXTS:
        return op.operands
    try:
        bound = bind(op, function)
    except Unbound:
        bound = None
    if bound is None:
        return op.operands
    found: list[Operand] = []
    for name in bound.row.cotangents:
        operand = bound.operands.get(name)
        if operand is not None:
            found += operand if isinstance(operand, tuple) else [operand]
    return tuple(found)


def closure(start: Iterable[str], edges: list[tuple[str, str]]) -> set[str]:
    """All that is reached from some names along the edges."""
    follow: dict[str, list[str]] = {}
    for source, target in edges:
        follow.setdefault(source, []).append(target)
    seen: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += follow.get(name, ())
    return seen

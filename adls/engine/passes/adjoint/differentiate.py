"""The adjoint pass: a typed primal becomes a forward and a backward function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from adls.engine.ir.ops import (
    Const,
    For,
    Function,
    If,
    Let,
    Op,
    Operand,
    Param,
    Region,
    Return,
    Statement,
    Var,
)
from adls.engine.ir.types import Any, Array, Float, Int, NoneT, Opaque, Str, Tuple, Type
from adls.engine.ir.walk import lets
from adls.engine.passes.adjoint.analysed import Analysed
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.cotangents import Cotangent, display_name, is_container, leaf_types
from adls.engine.passes.adjoint.emitter import Callees
from adls.engine.passes.adjoint.forward import forward_function
from adls.engine.passes.adjoint.index import FUNCTION_SCOPE, Index, Place, variable_names
from adls.engine.passes.adjoint.interface import RESULT_POSITION, AdjointKey, Interface
from adls.engine.passes.adjoint.memory import check_memory, deliver
from adls.engine.passes.adjoint.plan import Names
from adls.engine.passes.adjoint.recompute import recomputed
from adls.engine.passes.adjoint.residuals import RESIDUALS, Residual, Residuals
from adls.engine.passes.adjoint.rewritten import kept_types, rewritten
from adls.engine.passes.adjoint.sharing import Program
from adls.engine.passes.adjoint.statements import reverse_region
from adls.engine.passes.alias import RESULT, UNKNOWN_CODE, Memory
from adls.engine.passes.disguised import losses
from adls.engine.passes.effects import effect_of
from adls.engine.source.diagnostics import Diagnostic
from adls.engine.source.frozen import dataclass


@dataclass(frozen=True)
class Scope:
    """What one scope keeps: its residuals in the order of the tuple; `loops` are those within, by the names of their
    lists of tuples."""

    residuals: tuple[Residual, ...]
    loops: dict[str, Scope]


@dataclass(frozen=True)
class Adjoint:
    """A differentiated function: its two functions, how they are called, and the layout of what lies between them."""

    key: AdjointKey
    interface: Interface
    forward: Function
    backward: Function
    layout: Scope
    diagnostics: tuple[Diagnostic, ...]
    counters: Mapping[str, str] = field(default_factory=dict)
    """For each loop over a container whose iterations are numbered, the name of what they keep and of that number."""
    outright: Function | None = None
    """The backward function before arithmetic was put in place: to differentiate it again, nothing need be written."""


def differentiate(key: AdjointKey, facts: Analysed, interface: Interface, callees: Callees) -> Adjoint:
    """The adjoint of a primal.

    Raises nothing on user code: what cannot be differentiated is in the adjoint's diagnostics.
    """
    b = _builder(key, facts, interface, callees)
    body = b.region(lambda: _reverse_body(b, facts))
    backward = _backward_function(b, body)
    forward = forward_function(b)
    return Adjoint(key, interface, forward, backward, _layout(b, FUNCTION_SCOPE), tuple(b.diagnostics), _counters(b))


def _counters(b: Builder) -> dict[str, str]:
    numbered = {number: b.index.scope_of_loop[number] for number in b.plan.counters}
    return {b.plan.loops[number].kept.name: b.plan.counters[number].name for number, loop in numbered.items()
            if number in b.plan.loops and isinstance(loop, For)
            and not isinstance(b.function.type_of(loop.iterable), Array)}


def _builder(key: AdjointKey, facts: Analysed, interface: Interface, callees: Callees) -> Builder:
    function, memory = facts.function, facts.memory
    names = Names(variable_names(function) | {"np", "math", "runtime"})
    writes, strided = _memory_facts(function, memory, facts.index, callees)
    escapes = facts.shared | {memory.at(RESULT if n == RESULT_POSITION else memory.parameters[n], level)
                              for n, level in key.volatile}
    residuals = Residuals(function, memory, facts.index, names.pin, writes, escapes)
    b = Builder(key, function, memory, facts.activity, facts.index, residuals, names, interface, callees,
                facts.dynamic, facts.shared)
    b.plan.strided = strided
    b.span = function.span
    return b


def _memory_facts(function: Function, memory: Memory, index: Index,
                  program: Program) -> tuple[dict[str, list[Place]], set[str]]:
    """Where each class is written, and the classes in which strides decide what is a view."""
    writes: dict[str, list[Place]] = {}
    strided: set[str] = set()
    for let in lets(function):
        for root in _written_by(let, function, memory, program):
            writes.setdefault(root, []).append(index.place(let))
        if let.op.prim not in _CALLS and any(kind == "maybe" for kind, _ in effect_of(let.op, function).shares):
            strided |= {memory.class_of(target.name) for target in let.targets}
    return writes, strided


_CALLS = ("apply", "forward", "backward")


def _written_by(let: Let, function: Function, memory: Memory, program: Program) -> set[str]:
    """The classes that an operation may write, those inside its operands too where it is a call."""
    op, names = let.op, [operand.name if isinstance(operand, Var) else None for operand in let.op.operands]
    if op.prim == "apply":
        callee = program.memory(str(op.data))
        reach = {memory.at(name, level) for name, theirs in zip(names, callee.parameters, strict=True) if name
                 for level, inner in enumerate(callee.reached(theirs)) if callee.is_touched(inner)}
    elif op.prim in (*_CALLS, *UNKNOWN_CODE):
        reach = {inner for name in names if name for inner in memory.reached(name)}
    else:
        reach = set()
    written = {o.name for o in effect_of(op, function).writes if isinstance(o, Var)} if op.prim not in _CALLS else ()
    return {memory.class_of(name) for name in written} | set(filter(memory.is_written, reach))


def _reverse_body(b: Builder, facts: Analysed) -> None:
    for position in b.interface.shadows:
        name = b.memory.parameters[position]
        shadow = b.shadow_parameter(name)
        b.types[shadow.name] = b.function.types[name]
        if b.is_dynamic((name,)):
            continue
        if isinstance(b.function.types[name], Tuple):
            _take_apart(b, name, shadow)
        elif b.is_shadowed((name,)):
            b.shadows[(name,)] = shadow
        else:
            b.state[(name,)] = Cotangent(shadow, True)
    check_memory(b)
    _refuse_losses(b)
    reverse_region(b, facts.function.body, raising=b.key.guarded)


def _refuse_losses(b: Builder) -> None:
    """Refuse what reads numbers out of a form that has no cotangent: a text, a set, keys of a dict."""
    for loss in losses(b.function, b.active):
        b.span, found = loss.statement.span, b.function.type_of(Var(loss.source))
        if isinstance(loss.statement, Let) and loss.statement.op.prim == "attr":
            operands = loss.statement.targets[0], Const(loss.statement.op.data), Const("an exception")
            b.residuals.then(b.index.place(loss.statement), Op("runtime.only_constant", operands), b.span)
            continue
        if isinstance(loss.statement, Let) and _is_anything(b, loss.statement):
            operands = loss.statement.targets[0], Const(str(loss.statement.op.data)), Const("what was made of numbers")
            b.residuals.then(b.index.place(loss.statement), Op("runtime.only_constant", operands), b.span)
            continue
        what = "a text" if isinstance(found, Str) else "an exception" if found == Opaque("exception") else (
            "a set, the keys of a dict, an exception or the like")
        b.refuse("unsupported-construct", construct=f"a number read out of {what}", reason="it was made of what "
                 "varies, and carries no derivative", way_out="compute with the numbers themselves")


def _is_anything(b: Builder, let: Let) -> bool:
    """Whether only the run knows whether what a method gives is a number."""
    return let.op.prim == "method" and len(let.targets) == 1 and isinstance(b.function.type_of(let.targets[0]), Any)


def _take_apart(b: Builder, name: str, shadow: Var) -> None:
    """The shadows of the containers in a tuple that the caller passes as one."""
    for leaf, type_ in leaf_types((name,), b.function.types[name]):
        if is_container(type_) and not b.is_dynamic(leaf):
            item: Operand = shadow
            for step in leaf[1:]:
                item = b.emit(Op("getitem", (item, Const(step))))
            b.shadows[leaf], _ = b.name_value(item, display_name(leaf), type_)


def _backward_function(b: Builder, body: Region) -> Function:
    function = b.function
    b.span = function.span
    epilogue = b.region(lambda: _epilogue(b))
    body = recomputed(b.residuals, rewritten(b, (*body, *epilogue)), b.types, b.names.temporary)
    prologue = b.region(lambda: _prologue(b))
    filled = _fill_loops(b, (*prologue, *body))
    shadows = (Param(b.shadow_parameter(b.memory.parameters[n])) for n in b.interface.shadows)
    table = (Param(b.shadows_variable),) if b.key.shared else ()
    params = (Param(b.residuals_variable), Param(b.seed_variable), *shadows, *table)
    types: dict[str, Type] = {**b.residuals.types, **kept_types(b), **b.types,
                              b.seed_variable.name: function.result, b.residuals_variable.name: RESIDUALS}
    return replace(function, params=params, cells=(), body=filled, types=types, result=_result_type(b), role="backward")


def _result_type(b: Builder) -> Type:
    types = [b.function.types[b.memory.parameters[n]] for n in b.interface.returned]
    return types[0] if len(types) == 1 else Tuple(tuple(types)) if types else NoneT()


def _prologue(b: Builder) -> None:
    b.span = b.function.span
    tokens = [(name, _identity(b, name)) for name in _adopted(b)]
    unpacked = _keep_tuples(b)
    _unpack(b, b.residuals_variable, list(b.residuals.scopes[FUNCTION_SCOPE]))
    for let in unpacked:
        b.types |= {target.name: b.function.types[target.name] for target in let.targets}
        b.out.append(let)
    if b.plan.looks_up and not b.key.shared:
        b.effect(Op("runtime.Shadows"), (b.shadows_variable,))
    if b.plan.shares:
        own_table = b.plan.looks_up and not b.key.shared
        made = Op("method", (b.shadows_variable,), (), "made") if own_table else Op("dict")
        b.effect(made, (b.made_variable,))
    for name, token in tokens:
        method = "adopt" if isinstance(b.function.types[name], Array) else "adopt_containers"
        b.effect(Op("method", (b.shadows_variable, token, b.shadow_parameter(name)), (), method))


def _identity(b: Builder, name: str) -> Operand:
    """What the forward pass keeps of a parameter so that its shadow is found."""
    if isinstance(b.function.types[name], Array):
        return b.residuals.parameter_token(name, b.span)
    return b.residuals.parameter_structure(name, b.span)


def _adopted(b: Builder) -> list[str]:
    """The parameters whose shadows the caller passes, and which are looked up here."""
    names = [b.memory.parameters[n] for n in b.interface.shadows]
    return [name for name in names if _is_adopted(b, name)] if b.plan.looks_up else []


def _is_adopted(b: Builder, name: str) -> bool:
    """Whether shadows of a parameter, or of containers in it, are looked up at run time."""
    if isinstance(b.function.types[name], Tuple):
        return any(is_container(t) and b.is_dynamic(leaf) for leaf, t in leaf_types((name,), b.function.types[name]))
    return b.is_dynamic((name,))


def _keep_tuples(b: Builder) -> list[Let]:
    """Keep a parameter's tuple of numbers in place of the numbers: the backward pass unpacks it as the primal did."""
    scope, found = b.residuals.scopes[FUNCTION_SCOPE], []
    for let in b.function.body:
        source = let.op.args[0] if isinstance(let, Let) and let.op.prim == "unpack" and let.op.data is None else None
        if not isinstance(let, Let) or not isinstance(source, Var) or not _is_given_numbers(b, source):
            continue
        kept = [target.name for target in let.targets if target.name in scope]
        if len(kept) > 1 and all(b.index.single(target.name) for target in let.targets):
            for name in kept:
                del scope[name]
            b.residuals.value(source, b.index.place(let), False, let.span, "its items are read")
            found.append(let)
    return found


def _is_given_numbers(b: Builder, source: Var) -> bool:
    type_ = b.function.type_of(source)
    numbers = isinstance(type_, Tuple) and all(isinstance(item, Float | Int) for item in type_.items)
    return numbers and source.name in b.memory.parameters and not b.index.definitions.get(source.name)


def _unpack(b: Builder, source: Operand, names: list[str]) -> None:
    if len(names) == 1:
        b.effect(Op("getitem", (source, Const(0))), (Var(names[0]),))
    elif names:
        b.effect(Op("unpack", (source,)), tuple(map(Var, names)))


def _epilogue(b: Builder) -> None:
    """Give back the cotangents of the parameters, each in its structure."""
    place = b.place = Place(0, (FUNCTION_SCOPE,), False, 0)
    for position in b.interface.shadows:
        name = b.memory.parameters[position]
        left = b.state.get((name,)) if not isinstance(b.function.types[name], Tuple) else None
        shadow = b.shadow_parameter(name)
        if left is not None and left.operand != shadow:
            b.effect(Op("operator.isub" if left.negative else "operator.iadd", (shadow, left.operand)), (shadow,))
    values = [b.packed_parameter((b.memory.parameters[n],), place) for n in b.interface.returned]
    deliver(b)
    for name in _adopted(b) if b.key.shared else ():
        if isinstance(b.function.types[name], Array):
            b.effect(Op("method", (b.shadows_variable, _identity(b, name)), (), "disown"))
    if len(values) == 1:
        b.out.append(Return(values[0], b.span))
    elif values:
        b.out.append(Return(b.emit(Op("tuple", tuple(values))), b.span))
    else:
        b.out.append(Return(Const(None), b.span))


def _fill_loops(b: Builder, region: Region) -> Region:
    """Loops over what the iterations kept, now that it is known what that is."""
    return tuple(filled for statement in region for filled in _fill(b, statement))


def _fill(b: Builder, statement: Statement) -> list[Statement]:
    if isinstance(statement, If):
        return [replace(statement, then=_fill_loops(b, statement.then), orelse=_fill_loops(b, statement.orelse))]
    if not isinstance(statement, For):
        return [statement]
    body = _fill_loops(b, statement.body)
    names = list(b.residuals.scopes.get(int(statement.target.name[1:-1]), {}))
    walk = Var(b.names.temporary())
    b.types[walk.name] = RESIDUALS
    prim = "builtins.reversed" if names else "builtins.range"
    head = Let((walk,), Op(prim, (statement.iterable,)), statement.span)
    target, unpack = _loop_target(b, names, statement)
    return [head, For(target, walk, (*unpack, *body), (), statement.span)]


def _loop_target(b: Builder, names: list[str], statement: For) -> tuple[Var, Region]:
    if len(names) == 1:
        return Var(names[0]), ()
    if not names:
        unused = Var(b.names.fresh("_"))
        b.types[unused.name] = Int()
        return unused, ()
    each = Var(b.names.temporary())
    b.types[each.name] = RESIDUALS
    return each, (Let(tuple(map(Var, names)), Op("unpack", (each,)), statement.span),)


def _layout(b: Builder, scope: int) -> Scope:
    residuals = tuple(b.residuals.scopes.get(scope, {}).values())
    kept = {residual.name for residual in residuals}
    loops = {plan.kept.name: _layout(b, number) for number, plan in b.plan.loops.items() if plan.kept.name in kept}
    return Scope(residuals, loops)

"""Reversing calls: `y, r = f__fwd(a)` in the forward pass answers to `d_a = f__back(r, d_y)` in the backward pass."""

from __future__ import annotations

from adls.engine.ir.ops import Const, Global, Let, Op, Operand, Statement, Var, With
from adls.engine.ir.types import (
    Any,
    Array,
    Complex,
    Float,
    NoneT,
    Opaque,
    Tuple,
    is_reference,
    may_vary,
)
from adls.engine.ir.walk import statements, used
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.captured import changing_captures
from adls.engine.passes.adjoint.cotangents import Leaf, display_name, is_container
from adls.engine.passes.adjoint.index import Place
from adls.engine.passes.adjoint.interface import AdjointKey, Interface
from adls.engine.passes.adjoint.memory import lend, take_back, to_arrays
from adls.engine.passes.adjoint.outsiders import is_outside, keeps_nothing, watch_method
from adls.engine.passes.adjoint.residuals import RESIDUALS
from adls.engine.passes.adjoint.seeds import seed_of
from adls.engine.passes.adjoint.sequences import filled
from adls.engine.passes.adjoint.sharing import is_written_inside
from adls.engine.passes.effects import WRITERS, effect_of


def reverse_apply(b: Builder, let: Let) -> None:
    """A call of a user function that is known when compiling."""
    if not _concerns(b, let):
        if b.is_watched(let):
            _forward_call(b, let, b.key_of(let))
        return
    key, interface = b.key_of(let), b.interface_of(let)
    place = b.index.place(let)
    seeded = interface.seeded and _has_cotangent(b, let)
    if not seeded and not key.shared and not any(b.active(let.op.args[position]) for position in interface.shadows):
        _refuse_unknown_writes(b, let, key)
        if b.is_watched(let):
            _forward_call(b, let, key)
        return
    kept = _forward_call(b, let, key)
    seed = seed_of(b, let, key, interface)
    shadows = tuple(b.shadow_argument(let.op.args[position], place) for position in interface.shadows)
    if key.shared:
        b.plan.looks_up = True
        shadows = (*shadows, b.shadows_variable)
    targets = _targets(b, let, interface)
    if key.guarded:
        kept = b.emit(Op("getitem", (kept, Const(0))))
    holders = [arg for position in interface.shadows if isinstance(arg := let.op.args[position], Var)]
    for holder in holders:
        lend(b, holder, place)
    b.effect(Op("backward", (kept, seed, *shadows), (), key), targets)
    for holder in holders:
        take_back(b, holder, place)
    wide = {n for n, type_ in enumerate(b.callees.parameters(key)) if isinstance(type_, Any)}
    given = [(position in wide, *part) for position, target in zip(interface.returned, targets, strict=True)
             for part in _given_back(b, let.op.args[position], target, position in wide, {
                 level for n, level in interface.looked_up if n == position})]
    for is_wide, leaf, item in given:
        b.add(leaf, filled(b, item, leaf, b.leaf_type(leaf), place) if is_wide else item, owned=False)


def _refuse_unknown_writes(b: Builder, let: Let, key: AdjointKey) -> None:
    """A call that is made for what it writes, into a value of which the type is not known: there is no shadow of it."""
    for arg in let.op.args:
        if isinstance(arg, Var) and b.active(arg) and isinstance(b.function.type_of(arg), Any) and _is_shared(b, arg):
            b.refuse("dynamic-write", name=arg.name, reason=f"{key.name} writes into it, and its type is not known")


def _given_back(b: Builder, operand: Operand, value: Var, wide: bool,
                looked_up: set[int]) -> list[tuple[Leaf, Operand]]:
    """The cotangent that a callee gives back for an argument, leaf by leaf, but for those that it looked up, and for
    containers, unless the callee does not know them for containers."""
    if not isinstance(operand, Var) or not b.active(operand):
        return []
    return [(leaf, item) for leaf, item in b.taken_apart(value, (operand.name,)) if not b.is_reference(leaf) or not (
        len(leaf) - 1 in looked_up or (is_container(b.leaf_type(leaf)) and not wide))]


def _concerns(b: Builder, let: Let) -> bool:
    return any(map(b.active, let.targets)) or any(
        isinstance(arg, Var) and b.active(arg) and _is_shared(b, arg) for arg in let.op.args)


def _is_shared(b: Builder, arg: Var) -> bool:
    """Whether what the callee does to an argument is seen here."""
    type_ = b.function.type_of(arg)
    return is_container(type_) or is_written_inside(b.memory, arg.name, type_)


def _has_cotangent(b: Builder, let: Let) -> bool:
    return any(b.has(leaf) for target in let.targets for leaf, _ in b.leaves(target))


def _forward_call(b: Builder, let: Let, key: AdjointKey) -> Operand:
    """Have the forward pass call the callee's forward function; gives its residuals."""
    place = b.index.place(let)
    kept = b.pinned(("call", place.number), f"{key.name}_kept")
    b.residuals.types[kept.name] = RESIDUALS
    value = let.targets or (b.pinned(("ignored", place.number), "ignored"),)
    b.residuals.types.setdefault(value[0].name, b.function.types.get(value[0].name, NoneT()))
    if key.guarded:
        b.plan.calls[place.number] = [Let((kept,), Op("list"), let.span),
                                 Let(let.targets, Op("forward", (kept, *let.op.args), (), key), let.span)]
    else:
        b.plan.calls[place.number] = [Let((*value, kept), Op("forward", let.op.args, (), key), let.span)]
    return b.residuals.keep_name(place.scope, kept.name, RESIDUALS, let.span, f"what {key.name} keeps")


def _targets(b: Builder, let: Let, interface: Interface) -> tuple[Var, ...]:
    targets: list[Var] = []
    for position in interface.returned:
        operand = let.op.args[position]
        base = display_name((operand.name,)) if isinstance(operand, Var) else "d_unused"
        apart = isinstance(b.function.type_of(operand), Tuple)
        target = Var(b.names.temporary() if apart else b.names.fresh(base))
        b.types[target.name] = b.function.type_of(operand)
        targets.append(target)
    return tuple(targets)


def distribute(b: Builder, operand: Operand, value: Var) -> None:
    """Add a cotangent of an argument's structure to the argument's leaves."""
    if isinstance(operand, Var) and b.active(operand):
        blind = any(isinstance(type_, Any) for _, type_ in b.leaves(operand))
        for leaf, item in b.taken_apart(value, (operand.name,), Any() if blind else None):
            b.add(leaf, item, owned=False)


def _is_hopeless(b: Builder, op: Op) -> bool:
    """Whether the form of a dynamic call is refused."""
    named = dict(op.kwargs).get("**")
    own = f"ndarray.{op.data}" if op.prim == "method" else getattr(op.args[0], "key", "")
    if own and b.function.qualname.startswith(f"library:{own}"):  # It would call itself for ever.
        b.refuse("missing-rule", name=own, reason="no rule for arguments of these types")
    elif isinstance(op.data, tuple) and len(op.data) > 1:
        b.refuse("unsupported-construct", construct="a call with several stars", reason="which cotangent is whose is "
                 "not known", way_out="join them into one list first")
    elif named is not None and (b.active(named) or op.data):
        b.refuse("unsupported-construct", construct="`**` here", reason="which arguments it stands for is not known",
                 way_out="pass them by their names")
    else:
        return False
    return True


def reverse_dynamic(b: Builder, let: Let) -> None:
    """A call whose callee only the run knows."""
    op, place = let.op, b.index.place(let)
    active = any(map(b.active, op.operands))
    carries = active and any(map(b.active, let.targets))
    if op.prim == "method" and is_outside(b, op.args[0]) and any(map(b.active.is_varied, op.operands[1:])):
        keeps_nothing(b, let, carries)
        active = carries
    elif not carries and b.is_watched(let):
        _watch(b, let)
    if not active:
        return
    if _is_hopeless(b, op):
        return
    if any(map(b.active, effect_of(op, b.function).writes)):
        written = op.args[0] in effect_of(op, b.function).writes
        b.refuse("unsupported-construct", construct=f"`.{op.data}(...)`",
                 reason="it writes into " + ("its array or container" if written else "its argument"),
                 way_out="make the new array, and assign it")
        return
    receiver = op.args[0]
    if op.prim == "method" and isinstance(receiver, Var) and receiver.name in b.active.flowing and any(
            map(b.active, op.operands[1:])) and not any(map(b.active, let.targets)):
        b.refuse("unsupported-construct", construct=f"`.{op.data}(...)` of an object that is not known",
                 reason="it may keep what it is given", way_out="keep it in a list or an array")
        return
    if op.prim == "method" and op.data in WRITERS and isinstance(b.function.type_of(receiver), Any):
        b.residuals.first(place, Op("runtime.only_own_methods", (receiver, Const(op.data))), b.span)
    if not any(map(b.active, let.targets)):
        return
    kept = b.pinned(("call", place.number), "call_kept")
    b.residuals.types[kept.name] = RESIDUALS
    _dynamic_forward(b, let, kept)
    kept_var = b.residuals.keep_name(place.scope, kept.name, RESIDUALS, let.span, "what the callee keeps")
    if not _has_cotangent(b, let):
        return
    seed = _handed_over(b, let.targets, place)
    known = changing_captures(b, place)
    around = (b.emit(Op("tuple", known)),) if known else ()
    result = b.emit(Op("backward_dynamic", (kept_var, seed, *around)), b.names.fresh("d_call"), Any())
    star = _star(op)
    for position, operand in enumerate(op.operands):
        if not b.active(operand):
            continue
        if position == star:
            behind = position + 1 - len(op.operands)
            part = b.emit(Op("builtins.slice", (Const(position), Const(behind or None), Const(None))))
            _distribute_star(b, operand, b.emit(Op("getitem", (result, part)), None, Any()), place)
            continue
        where = position if star is None or position < star else position - len(op.operands)
        distribute(b, operand, _part(b, operand, result, where))


def _handed_over(b: Builder, targets: tuple[Var, ...], place: Place) -> Operand:
    """The cotangent of what only the run knows how it was made. It may be a part of an operand, whose shadow is looked
    up too, and gets back what is owed to it."""
    seed = b.packed(targets, place)
    found = any(is_container(b.leaf_type(leaf)) and b.is_dynamic(leaf) for target in targets
                for leaf, _ in b.leaves(target))
    return b.emit(Op("runtime.detached", (seed,)), None, Any()) if found else seed


def _part(b: Builder, operand: Operand, result: Operand, where: int) -> Var:
    """An operand's cotangent among those that a dynamic call gives: what was a whole number when it ran has none."""
    type_ = b.function.type_of(operand)
    part = b.emit(Op("getitem", (result, Const(where))), None, type_)
    return b.emit(Op("runtime.or_zero", (part,)), None, type_) if isinstance(type_, Float | Complex) else part


def _watch(b: Builder, let: Let) -> None:
    """Have the run look what a call writes whose value carries no derivative: of a value, or of a module's function."""
    op, place = let.op, b.index.place(let)
    owner = b.function.type_of(op.args[0])
    if op.prim == "call":
        watcher = "called_on" if isinstance(op.args[0], Var) and is_outside(b, op.args[0]) else "called"
        watched = Op(f"runtime.{watcher}", op.args, op.kwargs, op.data)
        b.plan.calls[place.number] = [Let(let.targets, watched, let.span)]
    elif op.prim == "method" and isinstance(owner, Opaque) and owner.name.startswith("module "):
        watch_method(b, let, "runtime.called")


def watched_context(b: Builder, statement: With) -> With:
    """The statement; refuses a context manager that may write into what varies."""
    if b.active.is_varied(statement.context) and is_reference(b.function.type_of(statement.context)):
        b.span = statement.span
        b.refuse("unsupported-construct", construct="this context manager", reason="it holds what varies, and may "
                 "write into it", way_out="call what it does before and after yourself")
    return statement


def _star(op: Op) -> int | None:
    """The position of the starred operand of a call."""
    stars = op.data if isinstance(op.data, tuple) else ()
    return stars[0] if stars else None


def _distribute_star(b: Builder, operand: Operand, items: Var, place: Place) -> None:
    """Add the cotangents of the arguments that a starred array or list became."""
    type_ = b.function.type_of(operand)
    assert isinstance(operand, Var)
    if isinstance(type_, Array):
        stacked = Op("runtime.stacked", (items, b.shape_of_leaf((operand.name,), place)))
        b.add((operand.name,), b.emit(stacked, None, type_), owned=True)
    elif isinstance(type_, Tuple):
        distribute(b, operand, items)
    elif is_container(type_) and b.has_container(operand):
        b.effect(Op("runtime.accumulate_all", (b.container(operand), to_arrays(b, operand, items, place))))
    else:
        b.refuse("unsupported-construct", construct="a starred argument here", reason="how many items it has is not "
                 "known, and they carry a derivative", way_out="pass the items one by one")


def reverse_as_call(b: Builder, let: Let, function: str) -> None:
    """An operation on a value of unknown type, as a call of the function that does it: the run knows its adjoint."""
    if let.op.prim != "unpack":
        _reverse_called(b, let, function, let.targets[0], let.op.args, 0)
        return
    for position, target in enumerate(let.targets):
        _reverse_called(b, let, function, target, (*let.op.args[:1], Const(position)), position)


def _reverse_called(b: Builder, let: Let, function: str, target: Var, args: tuple[Operand, ...], position: int) -> None:
    place = b.index.place(let)
    kept = b.pinned(("call", place.number, position), "call_kept")
    b.residuals.types[kept.name] = RESIDUALS
    call = Op("forward_dynamic", (Global(function, function), *args))
    made = b.plan.calls.setdefault(place.number, [])
    if not any(isinstance(each, Let) and kept in each.targets for each in made):
        made.append(Let((target, kept), call, let.span))
    kept_var = b.residuals.keep_name(place.scope, kept.name, RESIDUALS, let.span, "what the operation keeps")
    if not any(b.has(leaf) for leaf, _ in b.leaves(target)):
        return
    seed = _handed_over(b, (target,), place)
    result = b.emit(Op("backward_dynamic", (kept_var, seed)), b.names.fresh("d_call"), Any())
    if b.active(args[0]):
        distribute(b, args[0], b.emit(Op("getitem", (result, Const(1))), None, b.function.type_of(args[0])))


def _dynamic_forward(b: Builder, let: Let, kept: Var) -> None:
    op, number = let.op, b.index.place(let).number
    before: list[Statement] = []
    args = op.args
    if op.prim == "method":
        bound = b.pinned(("bound", number), f"bound_{op.data}")
        before = [Let((bound,), Op("attr", op.args[:1], (), op.data), let.span)]
        args = (bound, *op.args[1:])
    owned, args = _owned(b, let, args)
    args, kwargs, fixed = _fixed(b, let, args)
    before += [*owned, *fixed]
    if _may_change(b, let):
        mark = b.pinned(("changing", number), "t_changing")
        before.append(Let((mark,), Op("runtime.changing", args[:1]), let.span))
        args = (mark, *args[1:])
    forward = Op("forward_dynamic", args, kwargs, op.data if op.prim == "call" else None)
    made: list[Statement] = [*before, Let((*let.targets, kept), forward, let.span)]
    if any(b.is_reference((target.name,)) and b.memory.is_written(target.name) for target in let.targets):
        made.append(Let((), Op("runtime.refuse_shared", (let.targets[0], kept)), let.span))
    b.plan.calls[number] = made


def _may_change(b: Builder, let: Let) -> bool:
    """Whether memory that the callee gets hold of, or gives, may be written later: what it keeps are copies."""
    names = [each.name for each in (*let.targets, *let.op.operands) if isinstance(each, Var)]
    return any(b.memory.may_change(inner) for name in names for inner in b.memory.reached(name))


def _owned(b: Builder, let: Let, args: tuple[Operand, ...]) -> tuple[list[Let], tuple[Operand, ...]]:
    """Arguments that nobody else has are marked: the callee may write into them."""
    marks: list[Let] = []
    found = list(args)
    for position, arg in enumerate(args):
        if position and position != _star(let.op) and isinstance(arg, Var) and _is_only_here(b, let, arg):
            mark = b.pinned(("own", b.index.place(let).number, position), "t_own")
            marks.append(Let((mark,), Op("runtime.own", (arg,)), let.span))
            found[position] = mark
    return marks, tuple(found)


def _fixed(b: Builder, let: Let, args: tuple[Operand, ...]
           ) -> tuple[tuple[Operand, ...], tuple[tuple[str, Operand], ...], list[Let]]:
    """The callee and arguments with a mark on what does not depend on what is differentiated, and the marks."""
    marks: list[Let] = []

    def marked(position: int, plain: Operand, given: Operand) -> Operand:
        known = position == 0 and let.op.prim == "call" and isinstance(plain, Global)
        if known or not _is_fixed(b, plain) or position == _star(let.op):
            return given
        mark = b.pinned(("fixed", b.index.place(let).number, position), "t_fixed")
        marks.append(Let((mark,), Op("runtime.fixed", (given,)), let.span))
        return mark

    found = tuple(marked(n, plain, given) for n, (plain, given) in enumerate(zip(let.op.args, args, strict=True)))
    named = tuple((name, each if name == "**" else marked(n, each, each))
                  for n, (name, each) in enumerate(let.op.kwargs, start=len(args)))
    return found, named, marks


def _is_fixed(b: Builder, operand: Operand) -> bool:
    """Whether a callee would take an operand for what may vary, though it does not."""
    type_ = b.function.type_of(operand)
    constant = not isinstance(operand, Const) and not b.active.is_varied(operand)
    return constant and (isinstance(type_, Opaque) or may_vary(type_))


def _is_only_here(b: Builder, let: Let, arg: Var) -> bool:
    """Whether a variable is a fresh array, or the entry's own argument, that is read once and in no loop."""
    made = b.index.single(arg.name)
    if b.callees.is_entry(b.key) and arg.name in b.memory.parameters and made is None and b.place is not None:
        own = {arg.name, *(var.name for var in (*let.targets, *let.op.args[:1]) if isinstance(var, Var))}
        alone = not any(name not in own and b.memory.class_of(name) == b.memory.class_of(arg.name)
                        for name in b.function.types if not name.startswith("@"))
        return alone and len(b.place.scopes) == 1 and _reads(b, arg) == 1
    if made is None or not isinstance(made[1], Let) or not isinstance(b.function.type_of(arg), Array):
        return False
    if made[1].op.prim in ("apply", "call", "method") or effect_of(made[1].op, b.function).shares:
        return False
    return _reads(b, arg) == 1


def _reads(b: Builder, arg: Var) -> int:
    return sum(used(statement).count(arg) for statement in statements(b.function.body))

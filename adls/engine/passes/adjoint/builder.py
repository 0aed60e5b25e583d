"""The state of generating one backward pass: what has been emitted, the cotangents so far, the residuals asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from adls.engine.ir.ops import Const, For, Function, Global, If, Let, Op, Operand, Region, Statement, Var, While
from adls.engine.ir.types import Any, Array, Bool, Complex, Float, Int, Scalar, Tuple, Type, is_reference
from adls.engine.passes.activity import Activity
from adls.engine.passes.adjoint.cotangents import Cotangent, Leaf, State, display_name, is_container, leaf_types
from adls.engine.passes.adjoint.index import Index, Place
from adls.engine.passes.adjoint.interface import RESULT_POSITION, AdjointKey, Interface
from adls.engine.passes.adjoint.residuals import RESIDUALS, SHAPE, Residuals
from adls.engine.passes.alias import Memory
from adls.engine.passes.effects import index_kind
from adls.engine.source.diagnostics import KINDS, Diagnostic
from adls.engine.source.text import NOWHERE, Span


@dataclass
class Names:
    """Names not used yet in a function: `d_x`, then `d_x_2`..."""

    used: set[str]
    counters: dict[str, int] = field(default_factory=dict)
    pinned: set[str] = field(default_factory=set)

    def fresh(self, base: str) -> str:
        number = self.counters.get(base, 0)
        while True:
            number += 1
            name = base if number == 1 else f"{base}_{number}"
            if name not in self.used:
                break
        self.counters[base] = number
        self.used.add(name)
        return name

    def pin(self, base: str) -> str:
        """A name that stays taken when what is being emitted is given up and emitted again."""
        number, name = 1, base
        while name in self.used or name in self.pinned:
            number += 1
            name = f"{base}_{number}"
        self.pinned.add(name)
        self.used.add(name)
        return name

    def temporary(self) -> str:
        number = self.counters.get("t", 0) + 1
        while f"t{number}" in self.used:
            number += 1
        self.counters["t"] = number
        return f"t{number}"

    def snapshot(self) -> tuple[set[str], dict[str, int]]:
        return set(self.used), dict(self.counters)

    def restore(self, saved: tuple[set[str], dict[str, int]]) -> None:
        self.used, self.counters = saved[0] | self.pinned, dict(saved[1])


class Callees(Protocol):
    """What a builder asks of the rest of the program."""

    def interface(self, key: AdjointKey) -> Interface:
        """How the adjoint of a callee is called."""

    def source_line(self, file: str, line: int) -> str:
        """A line of a user's file, for diagnostics."""


class Builder:
    """Emits the backward pass of one function, statement by statement, last statement first."""

    def __init__(self, key: AdjointKey, function: Function, memory: Memory, active: Activity, index: Index,
                 residuals: Residuals, names: Names, interface: Interface,
                 callees: Callees, dynamic: frozenset[str]) -> None:
        self.key = key
        self.function = function
        self.memory = memory
        self.active = active
        self.index = index
        self.residuals = residuals
        self.names = names
        self.interface = interface
        self.callees = callees
        self.dynamic = dynamic
        self.out: list[Statement] = []
        self.state: State = {}
        self.shadows: dict[Leaf, Operand] = {}
        self.types: dict[str, Type] = {}
        self.span: Span = NOWHERE
        self.diagnostics: list[Diagnostic] = []
        self.place: Place | None = None
        self.raising = False
        self.plan = ForwardPlan()
        self._pins: dict[tuple[object, ...], Var] = {}
        self.seed_variable = Var(names.pin("d_value"))
        self.residuals_variable = Var(names.pin("residuals"))
        self.shadows_variable = Var(names.pin("shadows"))

    # Emitting

    def emit(self, op: Op, name: str | None = None, type_: Type | None = None) -> Var:
        """Append `name = op`, with a temporary where no name is given."""
        target = Var(name or self.names.temporary())
        self.out.append(Let((target,), op, self.span))
        if type_ is not None:
            self.types[target.name] = type_
        return target

    def effect(self, op: Op, targets: tuple[Var, ...] = ()) -> None:
        """Append an operation that is run for its effect, or whose targets exist already."""
        self.out.append(Let(targets, op, self.span))

    def region(self, body: Callable[[], None]) -> Region:
        """What `body` emits, as a region of its own."""
        outer, self.out = self.out, []
        try:
            body()
            return tuple(self.out)
        finally:
            self.out = outer

    def name_value(self, operand: Operand, base: str, type_: Type) -> tuple[Var, bool]:
        """Give a value a name of its own: the temporary just emitted is renamed, anything else is copied to the name.

        The flag says that it was a temporary, whose memory is nobody else's.
        """
        if isinstance(operand, Var) and self.out and self._is_last_temporary(operand):
            last = self.out[-1]
            assert isinstance(last, Let)
            target = Var(self.names.fresh(base))
            self.out[-1] = replace(last, targets=(target,))
            self.types[target.name] = type_
            return target, last.op.prim not in SHARING_PRIMS
        return self.emit(Op("copy", (operand,)), self.names.fresh(base), type_), False

    def _is_last_temporary(self, operand: Var) -> bool:
        last = self.out[-1]
        return isinstance(last, Let) and last.targets == (operand,) and _is_temporary(operand.name)

    # Cotangents

    def leaves(self, operand: Operand) -> list[tuple[Leaf, Type]]:
        """The leaves of an operand that has a cotangent; none for constants and inactive variables."""
        if not isinstance(operand, Var) or not self.active(operand):
            return []
        return leaf_types((operand.name,), self.function.type_of(operand))

    def leaf_type(self, leaf: Leaf) -> Type:
        type_ = self.function.types[str(leaf[0])]
        for step in leaf[1:]:
            type_ = type_.items[int(step)] if isinstance(type_, Tuple) else Any()
        return type_

    def is_shadowed(self, leaf: Leaf) -> bool:
        """Whether the leaf's cotangent lives in memory of its own that aliases as the primal's does."""
        type_ = self.leaf_type(leaf)
        if is_container(type_):
            return True
        return isinstance(type_, Array) and self.memory.is_written(self._class_name(leaf))

    def _class_name(self, leaf: Leaf) -> str:
        name = str(leaf[0])
        for _ in leaf[1:]:
            name = self.memory.content_of(name)
        return name

    def is_dynamic(self, leaf: Leaf) -> bool:
        """Whether only the run knows which memory the leaf's shadow is."""
        return isinstance(self.leaf_type(leaf), Array) and self.is_shadowed(leaf) and self.memory.class_of(
            self._class_name(leaf)) in self.dynamic

    def take(self, leaf: Leaf) -> Cotangent | None:
        """The cotangent of what a statement defines, which is zero before it."""
        if self.is_dynamic(leaf):
            return Cotangent(self._look_up("release", leaf, True), True)
        if leaf in self.shadows:
            return Cotangent(self.shadows[leaf], False)
        return self.state.pop(leaf, None)

    def has(self, leaf: Leaf) -> bool:
        """Whether the leaf's cotangent may be other than zero."""
        return leaf in self.shadows or self.is_dynamic(leaf) or leaf in self.state

    def shadow(self, leaf: Leaf, *, after: bool = False) -> Operand | None:
        """The leaf's shadow, where it has one."""
        if self.is_dynamic(leaf):
            return self._look_up("of", leaf, after)
        return self.shadows.get(leaf)

    def _look_up(self, method: str, leaf: Leaf, after: bool) -> Operand:
        assert self.place is not None
        token = self.residuals.token(leaf, self.place, after, self.span)
        self.plan.looks_up = True
        found = self.emit(Op("method", (self.shadows_variable, token), (), method), self.names.fresh(display_name(leaf)),
                          self.leaf_type(leaf))
        return found

    def add(self, leaf: Leaf, value: Operand, *, owned: bool | None = None) -> None:
        """Add a contribution to a leaf's cotangent; `owned` says whether its memory is nobody else's."""
        type_ = self.leaf_type(leaf)
        shadow = self.shadow(leaf)
        if shadow is not None and is_container(type_):
            self.effect(Op("runtime.add_into", (shadow, value)))
            return
        if shadow is not None:
            self.effect(Op("operator.iadd", (shadow, value)), (_variable(shadow),))
            return
        before = self.state.get(leaf)
        if before is None:
            self._first(leaf, value, type_, owned)
        elif self._updatable(leaf, before):
            target = _variable(before.operand)
            self.effect(Op("operator.iadd", (target, value)), (target,))
        else:
            self._sum(leaf, before.operand, value, type_)

    def _first(self, leaf: Leaf, value: Operand, type_: Type, owned: bool | None) -> None:
        if isinstance(value, Var) and self.out and self._is_last_temporary(value):
            named, fresh = self.name_value(value, display_name(leaf), type_)
            self.state[leaf] = Cotangent(named, fresh if owned is None else owned)
        else:
            self.state[leaf] = Cotangent(value, bool(owned))

    def _sum(self, leaf: Leaf, before: Operand, value: Operand, type_: Type) -> None:
        prim = "operator.add" if _has_plus(type_) else "runtime.add"
        total = self.emit(Op(prim, (before, value)), self.names.fresh(display_name(leaf)), type_)
        self.state[leaf] = Cotangent(total, True)

    def _updatable(self, leaf: Leaf, cotangent: Cotangent) -> bool:
        if not cotangent.owned or not isinstance(cotangent.operand, Var) or not _has_plus(self.leaf_type(leaf)):
            return False
        return sum(other.operand == cotangent.operand for other in self.state.values()) == 1

    def buffer(self, leaf: Leaf, place: Place) -> Operand:
        """The leaf's cotangent as memory that may be added to element by element."""
        shadow = self.shadow(leaf)
        if shadow is not None:
            return shadow
        before = self.state.get(leaf)
        if before is not None and self._updatable(leaf, before):
            return before.operand
        type_ = self.leaf_type(leaf)
        if before is None:
            made = self.zeros(leaf, place)
        else:
            made = self.emit(Op("numpy.array", (before.operand,)))
        named, _ = self.name_value(made, display_name(leaf), type_)
        self.state[leaf] = Cotangent(named, True)
        return named

    def zeros(self, leaf: Leaf, place: Place) -> Operand:
        """An operand that holds the leaf's zero cotangent."""
        type_ = self.leaf_type(leaf)
        if isinstance(type_, Float | Scalar):
            return Const(0.0)
        if isinstance(type_, Complex):
            return Const(0j)
        if not isinstance(type_, Array):
            return Const(None)
        shape = self.shape_of_leaf(leaf, place)
        dtype = () if type_.dtype == "f64" else (("dtype", _dtype(type_.dtype)),)
        return self.emit(Op("numpy.zeros", (shape,), dtype), type_=type_)

    def shape_of_leaf(self, leaf: Leaf, place: Place) -> Operand:
        """The shape of a leaf's value, kept by the forward pass where it was made."""
        name = str(leaf[0])
        found = self.index.single(name)
        after = found is not None
        where = found[0] if found is not None else place
        if len(leaf) > 1:
            steps = "".join(f"_{step}" for step in leaf[1:])
            var = self.pinned(("shape", leaf), f"{name}{steps}_shape")
            op = Op("runtime.shape_at", (Var(name), *(Const(step) for step in leaf[1:])))
            if name in self.memory.parameters and found is None:
                return self.residuals.keep_at_entry(var, op, SHAPE, self.span, f"the shape of {name}")
            return self.residuals.keep_at(where, after, var, op, SHAPE, self.span, f"the shape of {name}")
        return self.residuals.attribute(Var(name), "shape", SHAPE, where, after, self.span)

    def shadow_parameter(self, name: str) -> Var:
        """The parameter of the backward function in which the caller passes a parameter's shadow."""
        return self.pinned(("shadow parameter", name), f"d_{name}")

    def refuse(self, code: str, **details: str) -> None:
        """Note that the operation at the current span cannot be differentiated."""
        line = self.callees.source_line(self.function.file, self.span.line)
        found = Diagnostic(KINDS[code], self.function.file, self.span, self.function.name, tuple(details.items()), line)
        if found not in self.diagnostics:
            self.diagnostics.append(found)



    # Structured cotangents

    def leaves_below(self, leaf: Leaf) -> list[tuple[Leaf, Type]]:
        return leaf_types(leaf, self.leaf_type(leaf))

    def packed(self, targets: tuple[Var, ...], place: Place, *, containers: bool = True) -> Operand:
        """The cotangents of what a statement defines, in the structure of its value; they are zero from here on.

        Without `containers`, None stands for each container: its shadow has what it has.
        """
        if len(targets) == 1:
            return self.packed_leaf((targets[0].name,), place, containers=containers)
        return self.emit(Op("tuple", tuple(self.packed_leaf((target.name,), place) for target in targets)))

    def packed_leaf(self, leaf: Leaf, place: Place, *, containers: bool = True) -> Operand:
        type_ = self.leaf_type(leaf)
        if isinstance(type_, Tuple):
            items = tuple(self.packed_leaf((*leaf, position), place, containers=containers)
                          for position in range(len(type_.items)))
            return self.emit(Op("tuple", items), type_=type_)
        if not self.leaves_below(leaf) or (is_container(type_) and not containers):
            return Const(None)
        taken = self.take(leaf)
        return taken.operand if taken is not None else self.zeros(leaf, place)

    def seed(self, path: Leaf) -> Operand:
        """What the caller passes as the cotangent of the result, or of an item of it."""
        value: Operand = self.seed_variable
        for step in path:
            value = self.emit(Op("getitem", (value, Const(step))))
        return value

    # Values of the forward pass

    def forward_value(self, operand: Operand, place: Place, after: bool, reason: str) -> Operand:
        return self.residuals.value(operand, place, after, self.span, reason)

    def index_operand(self, operand: Operand, place: Place) -> Operand:
        """An index in the backward pass: computed again where that is cheap, else kept."""
        found = self.residuals.cheap_definition(operand, place)
        if found is None:
            return self.residuals.value(operand, place, False, self.span, "an index")
        where, let = found
        args = tuple(self.index_operand(arg, where) for arg in let.op.args)
        return self.emit(Op(let.op.prim, args, (), let.op.data), type_=self.function.type_of(operand))

    def metadata(self, operand: Operand, attribute: str, place: Place, *, after: bool = False) -> Operand:
        """`operand.shape`, `.ndim`, `.dtype` or `.size` without the operand."""
        type_ = self.function.type_of(operand)
        rank = _rank(type_)
        if attribute == "ndim" and rank is not None:
            return Const(rank)
        if attribute == "shape" and rank == 0:
            return self.emit(Op("tuple"))
        if isinstance(operand, Var) and isinstance(type_, Array | Scalar | Any):
            return self.residuals.attribute(operand, attribute, SHAPE, place, after, self.span)
        kept = self.residuals.value(operand, place, after, self.span, f"its {attribute}")
        return self.emit(Op(f"numpy.{attribute}", (kept,)))

    def cast(self, value: Operand, result: Type, type_: Type) -> Operand:
        """The value in the dtype of an operand, where the result's differs."""
        have, want = getattr(result, "dtype", None), getattr(type_, "dtype", None)
        if want is None or have in (None, "?", want) or want == "?":
            return value
        if isinstance(type_, Scalar):
            return self.emit(Op(_dtype(want).key, (value,)))
        real = want[0] == "f" and have[0] == "c"
        return self.emit(Op("runtime.real_as" if real else "ndarray.astype", (value, _dtype(want))))

    def scatter(self, buffer: Operand, where: Operand, index: Operand, value: Operand) -> None:
        """Add to items of a buffer; items named twice are added to twice."""
        if index_kind(index, self.function) == "basic":
            self.effect(Op("augitem", (buffer, where, value), (), "operator.iadd"))
        else:
            self.effect(Op("runtime.scatter_add", (buffer, where, value)))

    # What the forward pass has to do for the backward pass

    def pinned(self, key: tuple[object, ...], base: str) -> Var:
        """A variable of both passes with a name of its own; the same for the same key."""
        if key not in self._pins:
            self._pins[key] = Var(self.names.pin(base))
        return self._pins[key]

    def number(self, region: Region) -> int:
        return self.index.place(region[0]).number

    def progress_name(self, region: Region) -> str:
        return self.pinned(("progress", self.number(region)), "reached").name

    def note_progress(self, progress: Var, number: int, part: Region, region: Region) -> None:
        self.plan.progress_start[self.number(region)] = progress
        self.plan.progress.setdefault(self.number(part), {})[progress.name] = number
        self.residuals.keep_name(self.index.place(region[0]).scope, progress.name, Int(), self.span, "how far it ran")

    def handler_variable(self, statement: Statement) -> Var:
        number = self.index.place(statement).number
        return self.plan.handlers.setdefault(number, self.pinned(("handler", number), "handler"))

    def completed(self, statement: Statement) -> Operand:
        place = self.index.place(statement)
        var = self.plan.completed.setdefault(place.number, self.pinned(("completed", place.number), "completed"))
        return self.residuals.keep_name(place.scope, var.name, Bool(), self.span, "whether the loop ran to its end")

    def iteration(self, statement: For) -> Var:
        """The number of the loop's iteration, from 0, in the backward pass."""
        number = self.index.place(statement).number
        var = self.plan.counters.setdefault(number, self.pinned(("iteration", number), "iteration"))
        return self.residuals.keep_name(number, var.name, Int(), self.span, "which element this iteration took")

    def loop_item(self, statement: For, path: tuple[str | int, ...]) -> Var:
        """An item of the loop's target that carries no derivative, such as a key."""
        number = self.index.place(statement).number
        var = self.pinned(("item", number, path), "key")
        self.plan.items.setdefault(number, {})[var.name] = path
        return self.residuals.keep_name(number, var.name, Any(), self.span, "which entry this iteration took")

    def emit_iterations(self, statement: For | While, region: Region) -> None:
        """A loop over what the iterations kept, last first; `forward.py` fills in what that is."""
        place = self.index.place(statement)
        kept = self.pinned(("loop", place.number), f"iterations_{statement.span.line}")
        self.plan.loops[place.number] = LoopPlan(kept, self.raising)
        self.residuals.keep_name(place.scope, kept.name, RESIDUALS, statement.span, "a tuple for each iteration")
        self.out.append(For(Var(f"<{place.number}>"), kept, region, (), statement.span))

    def needs_layout(self, name: str) -> bool:
        """Whether strides decide somewhere in the class if a view is a view."""
        return self.memory.class_of(name) in self.plan.strided

    def is_view_flag(self, let: Let, operand: Var) -> Operand:
        """Whether the forward pass found the result to share memory with the operand."""
        place = self.index.place(let)
        var = self.pinned(("view", place.number), f"{let.targets[0].name}_is_view")
        return self.residuals.keep_at(place, True, var, Op("runtime.shares_memory", (let.targets[0], operand)), Bool(),
                                      let.span, "a view or a copy")

    def when_copied(self, let: Let, operand: Var, body: Callable[[], None]) -> None:
        flag = self.is_view_flag(let, operand)
        then = self.region(body)
        if then:
            test = self.emit(Op("operator.not_", (flag,)), type_=Bool())
            self.out.append(If(test, then, (), self.span))

    # Calls

    def key_of(self, let: Let) -> AdjointKey:
        """The adjoint that a call needs: which arguments are active, and what else may write their memory."""
        args = let.op.args
        active = frozenset(n for n, arg in enumerate(args) if self.active(arg))
        changing = {n for n, arg in enumerate(args) if isinstance(arg, Var) and self.memory.may_change(arg.name)
                    and is_reference(self.function.type_of(arg))}
        if any(self.memory.may_change(target.name) for target in let.targets):
            changing.add(RESULT_POSITION)
        guarded = self.raising
        return AdjointKey(str(let.op.data), active, frozenset(changing), self._merged(args), guarded)

    def _merged(self, args: tuple[Operand, ...]) -> tuple[tuple[int, int], ...]:
        named = [(n, arg.name) for n, arg in enumerate(args)
                 if isinstance(arg, Var) and is_reference(self.function.type_of(arg))]
        return tuple((i, j) for i, a in named for j, c in named
                     if i < j and self.memory.is_written(a) and self.memory.class_of(a) == self.memory.class_of(c))

    def interface_of(self, let: Let) -> Interface:
        return self.callees.interface(self.key_of(let))

    def shadow_argument(self, operand: Operand, place: Place) -> Operand:
        """What the callee adds an argument's cotangent to."""
        assert isinstance(operand, Var)
        type_ = self.function.type_of(operand)
        return self._shadow_tuple((operand.name,), type_) if isinstance(type_, Tuple) else self.buffer(
            (operand.name,), place)

    def _shadow_tuple(self, leaf: Leaf, type_: Type) -> Operand:
        if isinstance(type_, Tuple):
            items = (self._shadow_tuple((*leaf, n), item) for n, item in enumerate(type_.items))
            return self.emit(Op("tuple", tuple(items)))
        return self.shadows[leaf] if is_container(type_) and leaf in self.shadows else Const(None)


@dataclass
class LoopPlan:
    """`kept` is the list of what iterations kept; `raising`: an exception in an iteration may be caught outside the loop."""

    kept: Var
    raising: bool


@dataclass
class ForwardPlan:
    """What the forward pass does besides keeping residuals, by statement number."""

    calls: dict[int, list[Statement]] = field(default_factory=dict)
    progress: dict[int, dict[str, int]] = field(default_factory=dict)
    progress_start: dict[int, Var] = field(default_factory=dict)
    handlers: dict[int, Var] = field(default_factory=dict)
    completed: dict[int, Var] = field(default_factory=dict)
    counters: dict[int, Var] = field(default_factory=dict)
    items: dict[int, dict[str, tuple[str | int, ...]]] = field(default_factory=dict)
    loops: dict[int, LoopPlan] = field(default_factory=dict)
    strided: set[str] = field(default_factory=set)
    looks_up: bool = False


SHARING_PRIMS = frozenset({"copy", "getitem", "attr", "numpy.broadcast_to", "numpy.reshape", "ndarray.reshape",
                           "numpy.transpose", "ndarray.transpose", "numpy.expand_dims", "numpy.squeeze",
                           "numpy.swapaxes", "numpy.moveaxis", "numpy.ravel", "ndarray.ravel", "numpy.asarray",
                           "ndarray.swapaxes", "runtime.unbroadcast", "runtime.restore_axes", "numpy.diagonal",
                           "numpy.real", "numpy.flip", "numpy.rot90", "numpy.split"})
"""Operations whose result may share memory with an operand: a cotangent made by one is not the backward pass's own."""


def _is_temporary(name: str) -> bool:
    return name[:1] == "t" and name[1:].isdigit()


def _has_plus(type_: Type) -> bool:
    return isinstance(type_, Float | Complex | Scalar | Array)


def _variable(operand: Operand) -> Var:
    assert isinstance(operand, Var)
    return operand


def _dtype(name: str) -> Global:
    long = {"f": "float", "c": "complex", "i": "int", "u": "uint"}.get(name[0], name) + name[1:]
    return Global(f"np.{long}", f"numpy.{long}")


def _rank(type_: Type) -> int | None:
    if isinstance(type_, Array):
        return len(type_.dims) if type_.dims is not None else None
    return 0 if isinstance(type_, Float | Int | Complex | Scalar | Bool) else None

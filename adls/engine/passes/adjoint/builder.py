"""One backward pass in the making: values of the forward pass, and what that pass has to do for them."""

from __future__ import annotations

from collections.abc import Callable

from adls.engine.ir.ops import Const, For, If, Let, Op, Operand, Region, Statement, Var, While
from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Complex,
    Dict,
    Float,
    Int,
    List,
    Scalar,
    Tuple,
    Type,
    same_dim,
)
from adls.engine.passes.adjoint.cotangents import Leaf, display_name, is_container
from adls.engine.passes.adjoint.formulas import NUMBERS_SHAPE
from adls.engine.passes.adjoint.index import Place
from adls.engine.passes.adjoint.interface import RESULT_POSITION, AdjointKey, Inside, Interface
from adls.engine.passes.adjoint.leaves import Leaves, dtype_global
from adls.engine.passes.adjoint.plan import LoopPlan
from adls.engine.passes.adjoint.residuals import RESIDUALS, SHAPE
from adls.engine.passes.adjoint.sharing import memory_levels, shared_by_call
from adls.engine.passes.effects import index_kind


class Builder(Leaves):
    """Emits the backward pass of one function, statement by statement, last statement first."""

    def forward_value(self, operand: Operand, place: Place, after: bool, reason: str) -> Operand:
        return self.residuals.value(operand, place, after, self.span, reason)

    def slice_object(self, index: Operand, place: Place) -> Operand:
        """A slice as a value, for a function that takes one."""
        found = self.residuals.cheap_definition(index, place)
        if found is None:
            return self.index_operand(index, place)
        return self.emit(Op("builtins.slice", tuple(self.index_operand(arg, found[0]) for arg in found[1].op.args)))

    def metadata(self, operand: Operand, attribute: str, place: Place, *, after: bool = False) -> Operand:
        """`operand.shape`, `.ndim`, `.dtype` or `.size` without the operand."""
        type_ = self.function.type_of(operand)
        rank = _rank(type_)
        if attribute == "ndim" and rank is not None:
            return Const(rank)
        if attribute == "shape" and rank == 0:
            return self.emit(Op("tuple")) if isinstance(type_, Array) else NUMBERS_SHAPE
        if isinstance(operand, Var) and (attribute == "shapes" or isinstance(type_, Array | Scalar | Any)):
            return self.residuals.attribute(operand, attribute, SHAPE, place, after, self.span)
        kept = self.residuals.value(operand, place, after, self.span, f"its {attribute}")
        return self.emit(Op("numpy.result_type" if attribute == "dtype" else f"numpy.{attribute}", (kept,)))

    def cast(self, value: Operand, result: Type, type_: Type) -> Operand:
        """The value in the dtype of an operand, where the result's differs; its real part for a real operand.

        A Python float has no dtype to pass on: it leaves its operands theirs.
        """
        have, want = "" if isinstance(result, Float) else _dtype(result), _dtype(type_)
        if have in ("", want) or want in ("", "?") or (have == "?" and want[0] != "f"):
            return value
        real = want[0] == "f" and have[0] in "c?"  # Of what is real at one time and complex at another.
        if isinstance(type_, Float | Complex):
            return self.emit(Op("numpy.real", (value,))) if real else value
        if isinstance(type_, Scalar) or self.is_number(value):
            value = self.emit(Op("numpy.real", (value,))) if real else value
            return self.emit(Op(dtype_global(want).key, (value,)))
        return self.emit(Op("runtime.real_as" if real else "ndarray.astype", (value, dtype_global(want))))

    def real_part(self, value: Operand, given: Type, wanted: Type) -> Operand:
        """The cotangent of a name that may mean something complex at another time, for what is real."""
        if isinstance(wanted, Float | Scalar) and isinstance(given, Any):
            return self.emit(Op("numpy.real", (value,)))
        return self.cast(value, given, wanted) if isinstance(wanted, Array | Scalar | Float) else value

    def scatter(self, buffer: Operand, where: Operand, index: Operand, value: Operand, *,
                negative: bool = False) -> None:
        """Add to items of a buffer, or subtract; items named twice are added to twice."""
        if index_kind(index, self.function) == "basic" or self._names_each_once(index):
            self.effect(Op("augitem", (buffer, where, value), (), "operator.isub" if negative else "operator.iadd"))
            return
        if negative:
            value = self.emit(Op("operator.neg", (value,)))
        self.effect(Op("runtime.scatter_add", (buffer, where, value)))

    def _names_each_once(self, index: Operand) -> bool:
        """Whether an index is an `np.arange(n)` beside vectors of its length: it names no element twice."""
        type_, found = self.function.type_of(index), self._made(index)
        if found is None or found.prim != "tuple" or not isinstance(type_, Tuple):
            return False
        for item, each in zip(found.args, type_.items, strict=True):
            made = self._made(item)
            if made is None or made.prim != "numpy.arange" or len(made.args) != 1 or not isinstance(item, Var):
                continue
            if isinstance(each, Array) and not self.memory.may_change(item.name):
                return all(isinstance(other, Array) and _same_vector(each, other) for other in type_.items)
        return False

    def _made(self, operand: Operand) -> Op | None:
        found = self.index.single(operand.name) if isinstance(operand, Var) else None
        return found[1].op if found is not None and isinstance(found[1], Let) else None

    def taken_apart(self, value: Operand, leaf: Leaf, known: Type | None = None) -> list[tuple[Leaf, Operand]]:
        """The leaves of a cotangent that comes as one value of the leaf's structure, by one unpacking for each
        tuple. Where whoever made it knew of no tuple (`known`), it may be None."""
        type_ = self.leaf_type(leaf)
        if not isinstance(type_, Tuple):
            return [(leaf, value)] if self.leaves_below(leaf) else []
        if isinstance(known, Any) and self.leaves_below(leaf):
            nothing = self.emit(Op("tuple", (Const(None),) * len(type_.items)))
            value = self.emit(Op("runtime.or_nothing", (value, nothing)), None, Any())
        below = tuple(known.items) if isinstance(known, Tuple) else (known,) * len(type_.items)
        inner = [((*leaf, n), bool(self.leaves_below((*leaf, n)))) for n in range(len(type_.items))]
        if sum(varies for _, varies in inner) < 2:
            return [found for n, (each, varies) in enumerate(inner) if varies
                    for found in self.taken_apart(self.emit(Op("getitem", (value, Const(n)))), each, below[n])]
        targets = tuple(Var(self.names.fresh(display_name(each) if varies else "_")) for each, varies in inner)
        for target, (each, _) in zip(targets, inner, strict=True):
            self.types[target.name] = self.leaf_type(each)
        self.effect(Op("unpack", (value,)), targets)
        return [found for target, (each, varies), within in zip(targets, inner, below, strict=True) if varies
                for found in self.taken_apart(target, each, within)]

    # What the forward pass has to do

    def number(self, region: Region) -> int:
        return self.index.place(region[0]).number

    def progress_name(self, region: Region) -> str:
        return self.pinned(("progress", self.number(region)), "reached").name

    def note_progress(self, progress: Var, region: Region, parts: list[Region]) -> None:
        """Have the forward pass count the parts of a region that it has finished."""
        self.plan.progress_start[self.number(region)] = progress
        for number, part in enumerate(parts, start=1):
            if part:
                self.plan.progress.setdefault(self.index.place(part[-1]).number, {})[progress.name] = number
        self.residuals.keep_name(self.index.place(region[0]).scope, progress.name, Int(), self.span, "how far it ran")

    def handler_variable(self, statement: Statement) -> Var:
        number = self.index.place(statement).number
        return self.plan.handlers.setdefault(number, self.pinned(("handler", number), "handler"))

    def completed(self, statement: Statement) -> Operand:
        place = self.index.place(statement)
        var = self.plan.completed.setdefault(place.number, self.pinned(("completed", place.number), "completed"))
        return self.residuals.keep_name(place.scope, var.name, Bool(), self.span, "whether the loop ran to its end")

    def decision(self, test: Operand, place: Place) -> Operand:
        """Which way a branch went; of a value that may be another later, whether it was true then."""
        if isinstance(test, Var) and isinstance(self.function.type_of(test), List | Dict | Any):
            var = self.pinned(("decision", place.number), f"{test.name}_held")
            return self.residuals.keep_at(place, False, var, Op("builtins.bool", (test,)), Bool(), self.span,
                                          "which branch was taken")
        return self.residuals.value(test, place, False, self.span, "which branch was taken")

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
        handed = self.active.is_varied if self.is_watched(let) else self.active
        active = frozenset(n for n, arg in enumerate(args) if handed(arg))
        named = [(n, arg) for n, arg in enumerate(args) if isinstance(arg, Var)]
        changing = {(n, level) for n, var in (*named, *((RESULT_POSITION, target) for target in let.targets))
                    for level in memory_levels(self.function.type_of(var))
                    if self.memory.may_change(self.memory.at(var.name, level))}
        shared = shared_by_call(self.function, self.memory, self.dynamic, let, active, self.callees)
        chosen = any(target.name in self.chosen for target in let.targets)
        return AdjointKey(
            str(let.op.data), active, frozenset(changing), self._merged(args), self.raising, shared, chosen)

    def is_watched(self, let: Let) -> bool:
        """Whether a call hands what varies to code that only the run knows: the run looks what that code writes."""
        return any(map(self.active.is_varied, let.op.operands)) and (
            let.op.prim != "apply" or self.callees.memory(str(let.op.data)).calls_unknown)

    def _merged(self, args: tuple[Operand, ...]) -> tuple[tuple[Inside, Inside], ...]:
        """What lies in several arguments, and is written."""
        found: dict[str, list[Inside]] = {}
        for n, arg in enumerate(args):
            if isinstance(arg, Var):
                for level in sorted(memory_levels(self.function.type_of(arg))):
                    inner = self.memory.at(arg.name, level)
                    if self.memory.is_written(inner):
                        found.setdefault(inner, []).append((n, level))
        return tuple((places[0], other) for places in found.values() for other in places[1:])

    def interface_of(self, let: Let) -> Interface:
        return self.callees.interface(self.key_of(let))

    def shadow_argument(self, operand: Operand, place: Place) -> Operand:
        """What the callee adds an argument's cotangent to."""
        assert isinstance(operand, Var)
        type_ = self.function.type_of(operand)
        if isinstance(type_, Tuple):
            return self._shadow_tuple((operand.name,), type_)
        if is_container(type_) and not self.has_container(operand):
            return self._unwanted(operand, place)
        return self.buffer((operand.name,), place)

    def _unwanted(self, operand: Var, place: Place) -> Operand:
        """A shadow that a callee adds to and nobody reads: the container is a parameter that nothing is asked of."""
        names = self.memory.parameters
        if operand.name not in names or names.index(operand.name) in self.key.active:
            return self.container(operand)
        return self.emit(Op("runtime.shadow_of", (self.residuals.reference(operand, place, False, self.span),)))

    def _shadow_tuple(self, leaf: Leaf, type_: Type) -> Operand:
        if isinstance(type_, Tuple):
            items = (self._shadow_tuple((*leaf, n), item) for n, item in enumerate(type_.items))
            return self.emit(Op("tuple", tuple(items)))
        return (self.shadow(leaf) if is_container(type_) else None) or Const(None)


def _dtype(type_: Type) -> str:
    """The dtype of a type; "" where it has none."""
    match type_:
        case Float():
            return "f64"
        case Complex():
            return "c128"
        case _:
            return str(getattr(type_, "dtype", ""))


def _same_vector(a: Array, b: Array) -> bool:
    return bool(a.dims) and a.dims is not None and b.dims is not None and len(a.dims) == len(b.dims) == 1 and (
        a.dtype[0] == b.dtype[0] == "i" and same_dim(a.dims[0], b.dims[0]))


def _rank(type_: Type) -> int | None:
    if isinstance(type_, Array):
        return len(type_.dims) if type_.dims is not None else None
    return 0 if isinstance(type_, Float | Int | Complex | Scalar | Bool) else None

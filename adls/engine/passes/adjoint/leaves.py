"""Cotangents leaf by leaf: contributions added, taken, packed into the structure of a value."""

from __future__ import annotations

from collections.abc import Callable

from adls.engine.ir.ops import Const, Global, Let, Op, Operand, Var, is_temporary
from adls.engine.ir.types import Any, Array, Complex, Float, Opaque, Scalar, Tuple, Type
from adls.engine.ir.walk import statements
from adls.engine.passes.adjoint.cotangents import (
    OWNED,
    Cotangent,
    Leaf,
    display_name,
    is_container,
    leaf_types,
)
from adls.engine.passes.adjoint.index import FUNCTION_SCOPE, Place
from adls.engine.passes.adjoint.leaving import may_leave
from adls.engine.passes.adjoint.looking import Looking
from adls.engine.passes.adjoint.residuals import SHAPE, reading_shape
from adls.engine.passes.effects import index_kind


class Leaves(Looking):
    """Keeps what is known of each leaf's cotangent while the backward pass is emitted."""

    def take(self, leaf: Leaf, *, spread: bool = False, signed: bool = False) -> Cotangent | None:
        """The cotangent of what a statement defines, which is zero before it; with `signed` maybe yet to be negated,
        and with `spread` too maybe yet to be broadcast."""
        if self.is_dynamic(leaf):
            return Cotangent(self._look_up("release", leaf, True), True)
        if leaf in self.shadows:
            return Cotangent(self.shadows[leaf], False)
        found = self.state.pop(leaf, None)
        if self.is_blind(leaf):
            return Cotangent(self.collected(leaf, found), True)
        if found is None or (spread and signed) or (signed and not found.spread):
            return found
        return self.whole(leaf, found, after=True)

    def whole(self, leaf: Leaf, cotangent: Cotangent, *, place: Place | None = None, after: bool = False) -> Cotangent:
        """The cotangent at the shape that the leaf has before (or after) a place, with its own sign."""
        if cotangent.negative:
            named = () if cotangent.spread else (self.names.fresh(display_name(leaf)), self.leaf_type(leaf))
            operand = self.emit(Op("operator.neg", (cotangent.operand,)), *named)
            cotangent = Cotangent(operand, not cotangent.spread, cotangent.spread)
        if not cotangent.spread:
            return cotangent
        place = place or self.place
        assert place is not None
        shape = self.shape_of_leaf(leaf, place, after=after)
        name = self.names.fresh(display_name(leaf))
        full = self.emit(Op("numpy.broadcast_to", (cotangent.operand, shape)), name, self.leaf_type(leaf))
        return Cotangent(full, False)

    def is_number(self, operand: Operand) -> bool:
        """Whether an operand of the backward pass is known to be one number."""
        return isinstance(operand, Const) or isinstance(self.type_of(operand), Float | Scalar)

    def held_at(self, leaf: Leaf, found: Cotangent | None, place: Place, *, after: bool = False) -> Operand:
        """A leaf's cotangent, or zeros, at the shape that the leaf has before (or after) a place."""
        if found is None:
            return self.zeros(leaf, place, maybe=True, after=after)
        return self.whole(leaf, found, place=place, after=after).operand

    def forget(self, leaf: Leaf) -> None:
        """Drop a shadow that is looked up: what its array's address is used for before that is another array."""
        if self.is_dynamic(leaf):
            self._look_up("release", leaf, True)

    def has(self, leaf: Leaf) -> bool:
        """Whether the leaf's cotangent may be other than zero."""
        return leaf in self.shadows or self.is_dynamic(leaf) or leaf in self.state or self.is_blind(leaf)

    def shadow(self, leaf: Leaf, *, after: bool = False) -> Operand | None:
        """The leaf's shadow, where it has one."""
        if self.is_dynamic(leaf):
            return self._look_up("of", leaf, after)
        return self.shadows.get(leaf)

    def container(self, operand: Operand, *, after: bool = False) -> Operand:
        """The shadow of a list or dict; what has none has been refused."""
        found = self.shadow((operand.name,), after=after) if isinstance(operand, Var) else None
        if found is None:
            self.refuse("unsupported-construct", construct="this container",
                        reason="its items carry a derivative, and where it comes from is not followed",
                        way_out="build it with a display or append to it")
        return found or Const(None)

    def container_leaf(self, leaf: Leaf) -> Operand:
        """The shadow of a container that a statement has made, maybe inside tuples."""
        return self.shadow(leaf, after=True) or Const(None)

    def has_container(self, operand: Operand) -> bool:
        """Whether a list or dict has a shadow."""
        return isinstance(operand, Var) and ((operand.name,) in self.shadows or self.is_dynamic((operand.name,)))

    def _look_up(self, method: str, leaf: Leaf, after: bool) -> Operand:
        assert self.place is not None
        self.plan.looks_up = True
        if is_container(self.leaf_type(leaf)):
            return self.emit(Op("method", (self.shadows_variable, self.primal(leaf, after=after)), (), "container"),
                             self.names.fresh(display_name(leaf)), self.leaf_type(leaf))
        token = self.residuals.token(leaf, self.place, after, self.span)
        return self.emit(Op("method", (self.shadows_variable, token), (), method),
                         self.names.fresh(display_name(leaf)), self.leaf_type(leaf))

    def add(self, leaf: Leaf, value: Operand, *, owned: bool | None = None, spread: bool = False,
            negative: bool = False) -> None:
        """Add a contribution to a leaf's cotangent; `owned` says whether its memory is nobody else's.

        With `spread` the contribution is yet to be broadcast to the leaf's shape, with `negative` it is to be
        subtracted.
        """
        type_ = self.leaf_type(leaf)
        shadow = self.shadow(leaf)
        if self.is_blind(leaf):
            value, negative = self.settled(leaf, value, negative), False
        if negative and (is_container(type_) or not _has_plus(type_)):
            value, negative, owned = self.emit(Op("operator.neg", (value,))), False, None
        if shadow is not None and is_container(type_):
            value = self.without_arrays(leaf, value) if isinstance(self.type_of(value), Any) else value
            self.effect(Op("runtime.add_into", (shadow, value)))
            return
        if shadow is not None:
            self.effect(Op("operator.isub" if negative else "operator.iadd", (shadow, value)), (_variable(shadow),))
            return
        before = self.state.get(leaf)
        if spread and (before is None or before.spread):
            self._spread(leaf, before, value, negative)
        elif before is None:
            self._first(leaf, value, type_, owned, negative)
        elif before.part or self._updatable(leaf, before):
            target = _variable(before.operand)
            prim = "operator.iadd" if before.negative == negative else "operator.isub"
            self.effect(Op(prim, (target, value), (), None if before.part else OWNED), (target,))
        else:
            self._sum(leaf, before, value, type_, negative)

    def _spread(self, leaf: Leaf, before: Cotangent | None, value: Operand, negative: bool) -> None:
        if before is not None:
            type_ = Scalar("f64") if self.is_number(before.operand) and self.is_number(value) else None
            value = self.emit(self._signed_sum(before, value, negative), type_=type_)
            negative = before.negative and negative
        self.state[leaf] = Cotangent(value, False, True, negative)

    def _signed_sum(self, before: Cotangent, value: Operand, negative: bool) -> Op:
        """What two contributions come to; its sign is still to be changed if both are negative."""
        if before.negative == negative:
            return Op("operator.add", (before.operand, value))
        return Op("operator.sub", (value, before.operand) if before.negative else (before.operand, value))

    def _first(self, leaf: Leaf, value: Operand, type_: Type, owned: bool | None, negative: bool) -> None:
        if isinstance(value, Var) and self.out and self._may_rename(value, negative):
            named, fresh = self.named_last(display_name(leaf, negative=negative), type_)
            self.state[leaf] = Cotangent(named, fresh if owned is None else owned, negative=negative)
        else:
            self.state[leaf] = Cotangent(value, bool(owned), negative=negative)

    def _may_rename(self, value: Var, negative: bool) -> bool:
        """Whether a value was made just now and goes by no name, or by one that says the wrong sign."""
        wrong = value.name.startswith("minus_") and not negative
        return self._is_last(value) and (is_temporary(value.name) or (
            wrong and all(other.operand != value for other in self.state.values())))

    def _sum(self, leaf: Leaf, before: Cotangent, value: Operand, type_: Type, negative: bool) -> None:
        op = self._signed_sum(before, value, negative)
        if not _has_plus(type_):
            op = Op("runtime.add", (self.whole(leaf, before).operand, value))
        both = before.negative and negative
        total = self.emit(op, self.names.fresh(display_name(leaf, negative=both)), type_)
        self.state[leaf] = Cotangent(total, True, negative=both)

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
        if before is not None:
            before = self.whole(leaf, before)
        type_ = self.leaf_type(leaf)
        # A sum of arrays of rank 0 is a NumPy scalar, which nothing can be added to in place.
        scalar = isinstance(type_, Array) and type_.dims == ()
        if before is not None and not scalar and (before.part or self._updatable(leaf, before)):
            return before.operand
        part = self._part(leaf, place) if before is None else None
        if part is not None:
            made = part
        elif before is None:
            made = self.zeros(leaf, place)
        else:
            made = self.emit(Op("numpy.array", (before.operand,)))
        named, _ = self.name_value(made, display_name(leaf), type_)
        self.state[leaf] = Cotangent(named, True, part=part is not None)
        return named

    def _part(self, leaf: Leaf, place: Place) -> Operand | None:
        """The part of another array's cotangent that is the leaf's, where the leaf is a view `x[:, 6:]` of an array and
        nothing but operations stands between: both then live until the view's own statement is reversed."""
        found = self.index.single(str(leaf[0])) if len(leaf) == 1 and not self.raising else None
        if found is None or not isinstance(found[1], Let) or found[1].op.prim != "getitem":
            return None
        source, index = found[1].op.args
        if not isinstance(source, Var) or not self.active(source) or not self.index.straight(found[0], place):
            return None
        type_, whole = self.leaf_type(leaf), self.function.type_of(source)
        if index_kind(index, self.function) != "basic" or self.is_shadowed((source.name,)):
            return None
        if not isinstance(type_, Array) or not isinstance(whole, Array) or not type_.dims or type_.dtype != whole.dtype:
            return None
        where = self.index_operand(index, found[0])
        return self.emit(Op("getitem", (self.buffer((source.name,), found[0]), where)), type_=type_)

    def index_operand(self, operand: Operand, place: Place) -> Operand:
        """An index in the backward pass: computed again where that is cheap, else kept."""
        found = self.residuals.cheap_definition(operand, place)
        if found is None:
            return self.residuals.value(operand, place, False, self.span, "an index")
        where, let = found
        args = tuple(self.index_operand(arg, where) for arg in let.op.args)
        return self.emit(Op(let.op.prim, args, (), let.op.data), type_=self.function.type_of(operand))

    def zeros(self, leaf: Leaf, place: Place, *, maybe: bool = False, after: bool = False) -> Operand:
        """An operand that holds the zero cotangent that the leaf has before (or after) a place; with `maybe` the
        variable may not have been reached."""
        type_ = self.leaf_type(leaf)
        if isinstance(type_, Float | Scalar):
            return Const(0.0)
        if isinstance(type_, Complex):
            return Const(0j)
        if not isinstance(type_, Array):
            return Const(None)
        shape = self.shape_of_leaf(leaf, place, after=after)
        dtype: tuple[tuple[str, Operand], ...] = () if type_.dtype == "f64" else (
            ("dtype", dtype_global(type_.dtype)),) if type_.dtype != "?" else self._dtype_then(leaf, place)
        return self.emit(Op("runtime.zeros" if maybe else "numpy.zeros", (shape,), dtype), type_=type_)

    def _dtype_then(self, leaf: Leaf, place: Place) -> tuple[tuple[str, Operand], ...]:
        """The dtype of the cotangent of what may be complex, where one statement makes it."""
        name = str(leaf[0])
        found = self.index.single(name)
        if len(leaf) > 1 or found is None or place.scopes[: len(found[0].scopes)] != found[0].scopes or (
                _is_of_iteration_before(found[0], place)):
            return ()
        kept = self.residuals.attribute(Var(name), "dtype", Opaque("dtype"), found[0], True, self.span)
        return (("dtype", self.emit(Op("numpy.result_type", (kept, Const("f4"))))),)

    def shape_of_leaf(self, leaf: Leaf, place: Place, *, after: bool = False) -> Operand:
        """The shape of a leaf's value before (or after) a place, kept by the forward pass where it was made."""
        name = str(leaf[0])
        found = self.index.single(name)
        if found is not None and place.scopes[: len(found[0].scopes)] != found[0].scopes:
            found = None
        if found is not None and _is_of_iteration_before(found[0], place) and not has_one_shape(self.leaf_type(leaf)):
            found = None
        if found is None and self.index.definitions.get(name):
            if has_one_shape(self.leaf_type(leaf)):
                return self.residuals.slot_shape(leaf, place.scope, self.span)
            return self._shape_or_last(leaf, place, after)
        where, after = (found[0], True) if found is not None else (place, False)
        if len(leaf) == 1:
            return self.residuals.attribute(Var(name), "shape", SHAPE, where, after, self.span)
        var, op = self.pinned(("shape", leaf), "_".join(map(str, leaf)) + "_shape"), reading_shape(leaf)
        if name in self.memory.parameters:
            return self.residuals.keep_at_entry(var, op, SHAPE, self.span, f"the shape of {name}")
        return self.residuals.keep_at(where, after, var, op, SHAPE, self.span, f"the shape of {name}")

    def _shape_or_last(self, leaf: Leaf, place: Place, after: bool) -> Operand:
        """The shape at a place; where the scope was left before it, that which the value had then, and has still."""
        shape = self.residuals.shape_at(leaf, place, after, self.span)
        numbers = {id(s): self.index.place(s) for s in statements(self.function.body) if may_leave(s)}
        if not any(each.scope == place.scope and each.number <= place.number for each in numbers.values()):
            return shape
        last = self.residuals.slot_shape(leaf, place.scope, self.span)
        return self.emit(Op("runtime.or_else", (shape, last)), type_=SHAPE)

    def shadow_parameter(self, name: str) -> Var:
        """The parameter of the backward function in which the caller passes a parameter's shadow."""
        return self.pinned(("shadow parameter", name), f"d_{name}")

    # Structured cotangents

    def leaves_below(self, leaf: Leaf) -> list[tuple[Leaf, Type]]:
        return leaf_types(leaf, self.leaf_type(leaf))

    def packed(self, targets: tuple[Var, ...], place: Place) -> Operand:
        """The cotangents of what a statement defines, in the structure of its value; they are zero from here on."""
        if len(targets) == 1:
            return self.packed_leaf((targets[0].name,), place)
        return self.emit(Op("tuple", tuple(self.packed_leaf((target.name,), place) for target in targets)))

    def packed_leaf(self, leaf: Leaf, place: Place) -> Operand:
        return self._packed(leaf, place, lambda _: False)

    def packed_result(self, leaf: Leaf, place: Place, looked_up: frozenset[int], settled: frozenset[int]) -> Operand:
        """The cotangent of a result; None at the levels whose shadows the callee looks up, and of what only the
        run knows what is left when memory has been settled with."""
        if self.is_blind(leaf) and looked_up and 0 not in looked_up | settled:
            return self.collected(leaf, self.state.pop(leaf, None), looked_up)
        return self._packed(leaf, place, lambda found: self.is_reference(found) and len(found) - 1 in looked_up,
                            lambda found: len(found) - 1 in settled)

    def packed_parameter(self, leaf: Leaf, place: Place) -> Operand:
        """The cotangent to give back for a parameter; None for what is in a shadow that the caller has."""
        return self._packed(leaf, place, lambda found: is_container(self.leaf_type(found)) or self.is_looked_up(found))

    def packed_element(self, leaf: Leaf) -> Operand:
        """The cotangent of what lies in a container, None for what has none or has a shadow there already."""
        return self._packed(leaf, None, self.is_shadowed)

    def _packed(self, leaf: Leaf, place: Place | None, is_elsewhere: Callable[[Leaf], bool],
                is_settled: Callable[[Leaf], bool] = lambda _: False) -> Operand:
        type_ = self.leaf_type(leaf)
        if isinstance(type_, Tuple):
            items = tuple(self._packed((*leaf, position), place, is_elsewhere, is_settled)
                          for position in range(len(type_.items)))
            return self.emit(Op("tuple", items), type_=type_)
        if not self.leaves_below(leaf) or is_elsewhere(leaf):
            return Const(None)
        # What lies in a container is the memory that was put there: its statement collects what it is owed.
        stays = (place is None or is_settled(leaf)) and self.is_blind(leaf)
        taken = self.state.pop(leaf, None) if stays else self.take(leaf)
        if taken is not None:
            return taken.operand
        return self.zeros(leaf, place, after=True) if place is not None else Const(None)


def _is_of_iteration_before(where: Place, place: Place) -> bool:
    """Whether a place stands before a definition in a loop's body, where what the body defines is yet the last
    iteration's."""
    earlier = place.number < where.number or place.number in where.scopes
    return place.scope != FUNCTION_SCOPE and place.scope in where.scopes and earlier


def has_one_shape(type_: Type) -> bool:
    """Whether all values that a variable has are known to have the same shape."""
    return isinstance(type_, Array) and type_.dims is not None and all(d.one or d.symbol != "?" for d in type_.dims)


def _has_plus(type_: Type) -> bool:
    return isinstance(type_, Float | Complex | Scalar | Array)


def _variable(operand: Operand) -> Var:
    assert isinstance(operand, Var)
    return operand


def dtype_global(name: str) -> Global:
    """`np.float32` for "f32"."""
    long = {"f": "float", "c": "complex", "i": "int", "u": "uint"}.get(name[0], name) + name[1:]
    return Global(f"np.{long}", f"numpy.{long}")

"""Reversing a library operation by its row: formula, broadcasting, dtype."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Array, Bool, Complex, Float, Int, Scalar, Tuple, Type, same_dim
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.cotangents import Cotangent, display_name, is_container
from adls.engine.passes.adjoint.formulas import METADATA, instantiate, mentioned, over, unexpanded, unsigned
from adls.engine.passes.adjoint.index import Place
from adls.engine.passes.adjoint.memory import to_arrays
from adls.engine.passes.adjoint.overlapping import copy, is_copied
from adls.engine.passes.adjoint.plain import only_plain
from adls.engine.passes.adjoint.without_row import reverse_without_row
from adls.engine.passes.effects import effect_of
from adls.engine.passes.rows import Bound, Unbound, bind
from adls.engine.rules.table import lookup


class RowNames:
    """What the names of a row's formula stand for in the backward pass."""

    def __init__(self, b: Builder, bound: Bound, place: Place, given: dict[str, Operand | Callable[[], Operand]],
                 target: Var | None) -> None:
        self.b = b
        self.bound = bound
        self.place = place
        self.given = given
        self.target = target

    def value(self, name: str) -> Operand:
        given = self.given.get(name)
        if given is not None:
            return given() if callable(given) else given
        if name == "out" and self.target is not None:
            return self._kept(self.target, True)
        operand = self.bound.operands[name]
        if isinstance(operand, tuple):
            return self.b.emit(Op("tuple", tuple(self._kept(each, False) for each in operand)))
        return self._kept(operand, False)

    def metadata(self, name: str, attribute: str) -> Operand:
        assert attribute in (*METADATA, "shapes")
        if name == "g" or name in self.given:
            return self.b.emit(Op("attr", (self.value(name),), (), attribute))
        if name == "out":
            assert self.target is not None
            return self.b.metadata(self.target, attribute, self.place, after=True)
        operand = self.bound.operands[name]
        if isinstance(operand, tuple):
            assert attribute == "shapes"
            each = tuple(self.b.metadata(one, "shape", self.place) for one in operand)
            return self.b.emit(Op("runtime.joined_shapes", (self.b.emit(Op("tuple", each)),)))
        return self.b.metadata(operand, attribute, self.place)

    def computed(self, prim: str, names: tuple[str, ...]) -> Operand | None:
        operands = [None if name in self.given else self.bound.operands.get(name) for name in names]
        args = tuple(operand for operand in operands if isinstance(operand, Var))
        if len(args) != len(names):
            return None
        found = self.b.computed.find(Op(prim, args), self.place, raising=self.b.raising or self.b.key.guarded)
        return self.b.forward_value(found[0], found[1], True, self._reason()) if found is not None else None

    def _reason(self) -> str:
        return f"the adjoint of {self.bound.row.names[0]} reads it"

    def _kept(self, operand: Operand, after: bool) -> Operand:
        return self.b.forward_value(operand, self.place, after, self._reason())


def reverse_row(b: Builder, let: Let, place: Place | None = None) -> None:
    place = place or b.index.place(let)
    try:
        bound = bind(let.op, b.function)
    except Unbound as misfit:
        b.refuse("missing-rule", name=let.op.prim, reason=f"{misfit} is not covered")
        return
    if bound is None:
        reverse_without_row(b, let)
        return
    if is_copied(b, let):
        copy(b, let, place)
    elif _reverse_spread(b, let, bound, place) or _gives_views(b, let):
        return
    if (taken := _result_cotangent(b, let, bound, place)) is not None:
        only_plain(b, let, place)
        _apply_row(b, let, bound, taken, place)
        _settle_view(b, let, bound, taken.operand, place)


def _gives_views(b: Builder, let: Let) -> bool:
    """Whether the result is a tuple of views of written memory: what is in their shadows has arrived already."""
    if not isinstance(b.function.type_of(let.targets[0]), Tuple):
        return False
    shares = effect_of(let.op, b.function).shares
    shared = any(kind == "view" and isinstance(b.function.type_of(operand), Array) for kind, operand in shares)
    return shared and all(b.is_shadowed(leaf) for leaf, _ in b.leaves(let.targets[0]))


def _reverse_spread(b: Builder, let: Let, bound: Bound, place: Place) -> bool:
    """Where the result's cotangent is yet to be broadcast, and formulas can take it as it is: do so."""
    leaf = (let.targets[0].name,)
    found = b.state.get(leaf)
    if found is None or not found.spread:
        return False
    names = RowNames(b, bound, place, {"g": found.operand}, let.targets[0])
    further = _spread_further(b, let, bound, found)
    if further is not None:
        b.take(leaf, spread=True, signed=True)
        reduced, plain = further
        value = instantiate(plain, names, b.emit)
        if isinstance(value, Var) and b.is_number(found.operand):
            b.types.setdefault(value.name, Scalar("f64"))
        b.add((reduced.name,), value, spread=True, negative=found.negative)
        return True
    if not _takes_spread(b, let, bound):
        return False
    b.take(leaf, spread=True, signed=True)
    for name, text in bound.row.cotangents.items():
        operand = bound.operands[name]
        if isinstance(operand, Var) and b.active(operand):
            sign, plain = unsigned(text)
            value = instantiate(plain, names, b.emit)
            b.add((operand.name,), value, spread=not _reads_whole(b, let, bound, text), negative=sign != found.negative)
    return True


def _spread_further(b: Builder, let: Let, bound: Bound, g: Cotangent) -> tuple[Var, str] | None:
    """The operand of a reduction, and the formula of its cotangent before it is broadcast, where that takes one that is
    itself yet to be broadcast: a number always, an array where its axes stay where they are."""
    varying = [name for name in bound.row.cotangents if _varies(b, bound.operands.get(name))]
    operand = bound.operands[varying[0]] if len(varying) == 1 else None
    result = b.function.type_of(let.targets[0])
    if not isinstance(operand, Var) or len(let.targets) != 1 or not isinstance(result, Array):
        return None
    type_, inner = b.function.type_of(operand), _spread_text(bound.row.cotangents[varying[0]], varying[0])
    if not inner or "where" in mentioned(inner) or not isinstance(type_, Array) or type_.dtype != result.dtype:
        return None
    plain = unexpanded(inner)
    return (operand, plain) if b.is_number(g.operand) or plain == inner else None


def _varies(b: Builder, operand: Operand | tuple[Operand, ...] | None) -> bool:
    return any(map(b.active, operand)) if isinstance(operand, tuple) else operand is not None and b.active(operand)


def _takes_spread(b: Builder, let: Let, bound: Bound) -> bool:
    """Whether every formula either reads an array of the result's shape, or is g or -g."""
    result = b.function.type_of(let.targets[0])
    if not bound.row.elementwise or len(let.targets) != 1 or not isinstance(result, Array):
        return False
    if bound.row.result == "cross" or any(_reads_values(b, let, bound, each) for each in bound.row.cotangents.values()):
        return False  # A product of vectors needs the vectors.
    for name, text in bound.row.cotangents.items():
        operand = bound.operands[name]
        if not isinstance(operand, Var) or not b.active(operand):
            continue
        type_ = b.function.type_of(operand)
        if not _same_shape(type_, result) or b.is_shadowed((operand.name,)):
            return False
        if text not in ("g", "-g") and not _reads_whole(b, let, bound, text):
            return False
    return True


def _reads_whole(b: Builder, let: Let, bound: Bound, text: str) -> bool:
    """Whether a formula reads an array of the result's shape, so that its value has that shape."""
    result = b.function.type_of(let.targets[0])
    for name in mentioned(text):
        operand = let.targets[0] if name == "out" else bound.operands.get(name)
        if operand is not None and not isinstance(operand, tuple) and _same_shape(b.function.type_of(operand), result):
            return True
    return False


def _same_shape(a: Type, b: Type) -> bool:
    """Whether an operand has the shape of the result that it is broadcast to, and its dtype."""
    return (isinstance(a, Array) and isinstance(b, Array) and a.dtype == b.dtype and b.dims is not None
            and bool(b.dims) and broadcast_axes(a, b) == (0, ()))


def _spread_text(text: str, operand: str) -> str:
    """E of a formula `np.broadcast_to(E, operand.shape)`; "" for any other formula."""
    head, tail = "np.broadcast_to(", f", {operand}.shape)"
    inner = text[len(head) : -len(tail)]
    return inner if text.startswith(head) and text.endswith(tail) and "broadcast_to" not in inner else ""


def _result_cotangent(b: Builder, let: Let, bound: Bound, place: Place) -> Cotangent | None:
    """What `g` is: the target's cotangent, or a tuple of the targets' or items' cotangents; None where all are zero.

    Its sign may wait where only one formula reads it.
    """
    leaves = [leaf for target in let.targets for leaf, _ in b.leaves(target)]
    plain = len(let.targets) == 1 and not isinstance(b.function.type_of(let.targets[0]), Tuple)
    if plain and b.is_dynamic(leaves[0]) and effect_of(let.op, b.function).shares and not is_copied(b, let):
        shadow = b.shadow(leaves[0], after=True)
        return Cotangent(shadow, False) if shadow is not None else None
    if plain:
        readers = _readers(b, bound)
        return _present(b, b.take(leaves[0], signed=readers == 1), let.targets[0], place, readers)
    if not any(b.has(leaf) for leaf in leaves):
        return None
    return Cotangent(b.packed(let.targets, place), False)


def _present(b: Builder, g: Cotangent | None, target: Var, place: Place, readers: int) -> Cotangent | None:
    """A cotangent that may be None for zero, where a value of unknown type came through a tuple or a call: zeros.

    What several formulas read gets a name, so that the first of them can't give it one.
    """
    if g is None or not isinstance(b.function.type_of(target), Any) or not isinstance(g.operand, Var):
        return g
    if g.operand == b.seed_variable and b.callees.is_entry(b.key):
        return g
    made = next((made for made in reversed(b.out) if isinstance(made, Let) and g.operand in made.targets), None)
    if made is not None and lookup(made.op.prim):
        return g
    shapes = b.metadata(target, "shapes", place, after=True)
    name = b.names.fresh(display_name((target.name,))) if readers > 1 else None
    return replace(g, operand=b.emit(Op("runtime.or_zeros_of", (g.operand, shapes)), name), owned=False)


def _readers(b: Builder, bound: Bound) -> int:
    """How many formulas of a row are needed."""
    operands = [bound.operands.get(name) for name in bound.row.cotangents]
    return sum(1 if _is_number(b, each) else 2 for each in operands if isinstance(each, tuple) or (
        each is not None and b.active(each)))


def _is_number(b: Builder, operand: Operand | tuple[Operand, ...] | None) -> bool:
    """Whether an operand's cotangent is one array or number, whose sign can wait."""
    return isinstance(operand, Var) and isinstance(b.function.type_of(operand), Array | Scalar | Float | Complex)


def _apply_row(b: Builder, let: Let, bound: Bound, g: Cotangent, place: Place) -> None:
    names = RowNames(b, bound, place, {"g": g.operand}, let.targets[0])
    result = b.function.type_of(let.targets[0])
    for name, text in bound.row.cotangents.items():
        operand = bound.operands.get(name)
        if isinstance(operand, tuple):
            if any(map(b.active, operand)):
                _contribute_each(b, instantiate(text, names, b.emit), operand, result, place, bound)
        elif operand is not None and b.active(operand) and not _is_its_view(b, let, operand):
            inner = _spread_text(text, name)
            if inner and isinstance(result, Float | Scalar | Array) and isinstance(b.function.type_of(operand), Array):
                value, number = instantiate(inner, names, b.emit), isinstance(result, Float | Scalar)
                if isinstance(value, Var) and number:
                    b.types.setdefault(value.name, result)
                value = b.cast(value, result, b.function.type_of(operand))
                if isinstance(value, Var) and number:
                    b.types.setdefault(value.name, Scalar(_dtype(b, operand)))
                b.add((_name(operand),), value, spread=True, negative=g.negative)
                continue
            sign, plain = unsigned(text) if _is_number(b, operand) else (False, text)
            spread = bound.row.elementwise and not _has_result_shape(b, let, operand)
            partly = _reads_values(b, let, bound, plain)
            dividend = over(plain, name) if spread and not partly and _is_broadcast(b, operand, result) else ""
            value = instantiate(dividend or plain, names, b.emit)
            if partly:
                value = b.emit(Op("runtime.unchosen", (g.operand, value)))
            if dividend:  # The divisor does not vary along the axes that are summed over.
                value = _unbroadcast(b, value, operand, b.function.type_of(operand), result, place)
                value = b.emit(Op("operator.truediv", (value, names.value(name))))
            contribute(b, value, operand, result, place, elementwise=spread and not dividend,
                       negative=sign != g.negative)


def _reads_values(b: Builder, let: Let, bound: Bound, text: str) -> bool:
    """Whether an array of which only a part counts has a derivative that depends on its operands' values."""
    return let.targets[0].name in b.chosen and bound.row.elementwise and any(
        name != "g" and (name == "out" or isinstance(bound.operands.get(name), Var)) for name in mentioned(text)
    ) and isinstance(b.function.type_of(let.targets[0]), Array | Scalar | Any)


def _dtype(b: Builder, operand: Operand) -> str:
    type_ = b.function.type_of(operand)
    assert isinstance(type_, Array)
    return type_.dtype


def _is_its_view(b: Builder, let: Let, operand: Operand) -> bool:
    """Whether the target's shadow is (or may be) a view of the operand's: what is in it has arrived already."""
    if not b.is_shadowed((let.targets[0].name,)) or not isinstance(b.function.type_of(operand), Array):
        return False
    return not is_copied(b, let) and any(shared == operand for _, shared in effect_of(let.op, b.function).shares)


def _settle_view(b: Builder, let: Let, bound: Bound, g: Operand, place: Place) -> None:
    """Where the result was a copy after all, its shadow is memory of its own: hand its content to the operand's."""
    kind, _, name = bound.row.alias.partition(":")
    operand = bound.operands.get(name)
    if kind != "maybe" or not isinstance(operand, Var) or not _is_its_view(b, let, operand) or not b.active(operand):
        return
    names = RowNames(b, bound, place, {"g": g}, let.targets[0])

    def settle() -> None:
        if name in bound.row.cotangents:
            b.add((operand.name,), instantiate(bound.row.cotangents[name], names, b.emit))
        b.forget((let.targets[0].name,))

    b.when_copied(let, operand, settle)


def _contribute_each(b: Builder, value: Operand, operands: tuple[Operand, ...], result: Type, place: Place,
                     bound: Bound) -> None:
    for position, operand in enumerate(operands):
        if b.active(operand):
            item = b.emit(Op("getitem", (value, Const(position))))
            contribute(b, item, operand, result, place, elementwise=bound.row.elementwise)


def contribute(b: Builder, value: Operand, operand: Operand, result: Type, place: Place, *, elementwise: bool,
               negative: bool = False) -> None:
    type_ = b.function.type_of(operand)
    if isinstance(type_, Tuple):
        for leaf, _ in b.leaves(operand):
            item = value
            for step in leaf[1:]:
                item = b.emit(Op("getitem", (item, Const(step))))
            b.add(leaf, item)
        return
    if is_container(type_):
        if isinstance(value, Var):
            b.types.setdefault(value.name, type_)
        b.effect(Op("runtime.accumulate_all", (b.container(operand), to_arrays(b, operand, value, place))))
        return
    if elementwise:
        value = _unbroadcast(b, value, operand, type_, result, place)
    b.add((_name(operand),), b.cast(value, result, type_), negative=negative)


def _unbroadcast(b: Builder, value: Operand, operand: Operand, type_: Type, result: Type, place: Place) -> Operand:
    """Sum a contribution of the result's shape over the axes along which the operand was broadcast."""
    if isinstance(result, Float | Scalar | Complex | Int | Bool):
        return value
    if isinstance(type_, Float | Scalar | Complex):
        return b.emit(Op("numpy.sum", (value,))) if isinstance(result, Array) else b.emit(
            Op("runtime.unbroadcast", (value, b.emit(Op("tuple")))))
    axes = broadcast_axes(type_, result)
    if axes is None:
        return b.emit(Op("runtime.unbroadcast", (value, b.metadata(operand, "shape", place))))
    leading, inner = axes
    if inner:
        value = b.emit(Op("ndarray.sum", (value,), (("axis", _axes(b, inner)), ("keepdims", Const(True)))))
    if leading:
        value = b.emit(Op("ndarray.sum", (value,), (("axis", _axes(b, tuple(range(leading)))),)))
    return value


def _has_result_shape(b: Builder, let: Let, operand: Operand) -> bool:
    """Whether an array meets only numbers in an elementwise operation, so that nothing can broadcast it.

    But for what is made of a shape that is one of the numbers.
    """
    if let.op.prim.startswith("numpy.full"):
        return False
    numbers = Float | Int | Bool | Complex | Scalar
    return isinstance(b.function.type_of(operand), Array) and not let.op.kwargs and all(
        other == operand or isinstance(b.function.type_of(other), numbers) for other in let.op.args)


def _is_broadcast(b: Builder, operand: Operand, result: Type) -> bool:
    """Whether an operand may be smaller than the result, so that its cotangent is a sum."""
    type_ = b.function.type_of(operand)
    if not isinstance(result, Array) or not isinstance(type_, Array | Float | Scalar | Complex):
        return False
    return broadcast_axes(type_, result) != (0, ())


def broadcast_axes(operand: Type, result: Type) -> tuple[int, tuple[int, ...]] | None:
    """How many leading axes and which other axes of the result the operand lacks; None where only the run knows."""
    if not isinstance(operand, Array) or not isinstance(result, Array) or operand.dims is None or result.dims is None:
        return None
    leading = len(result.dims) - len(operand.dims)
    inner: list[int] = []
    for axis, (mine, whole) in enumerate(zip(operand.dims, result.dims[leading:], strict=True), start=leading):
        if same_dim(mine, whole) or (mine.one is False and whole.one is False) or mine.one is False:
            continue
        if mine.one is True:
            inner.append(axis)
        else:
            return None
    return leading, tuple(inner)


def _axes(b: Builder, axes: tuple[int, ...]) -> Operand:
    return Const(axes[0]) if len(axes) == 1 else b.emit(Op("tuple", tuple(map(Const, axes))))


def _name(operand: Operand) -> str:
    assert isinstance(operand, Var)
    return operand.name

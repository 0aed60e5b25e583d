"""Calls of Python's own functions over containers, as what they mean: displays where the items are known one by one,
else calls of the same function in Python source (`adls.runtime.sources`), which is differentiated like the user's.

    xs + ys                   [*xs, *ys], else concatenated(xs, ys)
    sorted(xs, key=f)         chosen(xs, runtime.sorted_order(xs, key=f))
    xs.sort(key=f)            reordered(xs, runtime.sorted_order(xs, key=f))
    d.get("k", 0.0)           d["k"] or 0.0, else got(d, "k", 0.0)
    zip(xs, ys)               zipped2(xs, ys), unless all that is done with it is to walk over it
    functools.reduce(f, xs)   reduced(f, xs)
    copy.deepcopy(x)          by x's type

Only where what the container holds can carry a derivative; everything else stays the call that it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Bottom,
    Complex,
    Dict,
    Float,
    Int,
    Iter,
    List,
    NoneT,
    Scalar,
    Str,
    Tuple,
    Type,
    may_vary,
)
from adls.engine.passes.infer_binding import Prelude
from adls.engine.passes.typing import join_all

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

LONGEST_DISPLAY = 32
"""A container of more items than this is walked over, not written out."""

_INDICES = List(Int())


class Rewriting:
    """One call that may be written as something else. `op` has the library function's name, and no stars."""

    def __init__(self, inference: Inference, let: Let, op: Op, prelude: Prelude) -> None:
        self.inference = inference
        self.let = let
        self.op = op
        self.prelude = prelude
        self.types = tuple(map(inference.type_of, op.args))
        self.named = dict(op.kwargs)

    def source(self, name: str, *operands: Operand) -> Type | None:
        """A call of the function of that name in `adls.runtime.sources`."""
        from adls.engine.passes.infer_calls import apply_known

        target = self.inference.resolver.source(name)
        if target is None or not self.inference.program.known(target):
            return None
        return apply_known(self.inference, self.let, target, operands, self.prelude)

    def ops(self, *ops: Op) -> Type:
        """Operations in the call's place; the last one gives its value."""
        from adls.engine.passes.infer_ops import infer_op

        made = [*self.prelude.lets]
        for op in ops:
            let = self.inference.derived(self.let, self.let.targets if op is ops[-1] else (), op)
            infer_op(self.inference, let)
            made += self.inference.replaced.get(id(let), (let,))
        self.inference.replaced[id(self.let)] = tuple(made)
        targets = self.let.targets
        return self.inference.type_of(targets[0]) if targets else NoneT()

    def value(self, operand: Operand) -> Type:
        """The call is an operand."""
        return self.ops(Op("copy", (operand,)))

    def unpacked(self, operand: Operand) -> tuple[Var, ...] | None:
        """The items of a sequence or the values of a dict, one by one; None where they are not known."""
        found = self.inference.type_of(operand)
        items = known_items(found)
        if items is None:
            return None
        if isinstance(found, Dict):
            return tuple(self.prelude.item(operand, key, t) for key, t in found.items or ())
        return self.prelude.unpack(operand, items)


Rewrite: TypeAlias = Callable[[Rewriting], "Type | None"]


def rewritten(inference: Inference, let: Let, op: Op, prelude: Prelude | None = None) -> Type | None:
    """The type of a call that was replaced by what it means; None where it stays."""
    rewrite = _REWRITES.get(op.prim)
    if rewrite is None or op.data:
        return None
    types = tuple(map(inference.type_of, op.operands))
    if any(isinstance(t, Bottom) for t in types) or not any(map(_concerns, types)):
        return None
    return rewrite(Rewriting(inference, let, op, prelude or Prelude(inference, let)))


def known_items(t: Type) -> tuple[Type, ...] | None:
    """The types of a container's items where each is known, and there are few."""
    match t:
        case Tuple(items) | List(_, tuple(items)):
            found = items
        case Dict(_, tuple(entries)):
            found = tuple(each for _, each in entries)
        case _:
            return None
    return found if len(found) <= LONGEST_DISPLAY else None


def _concerns(t: Type) -> bool:
    """Whether a container may hold what carries a derivative, now or once it has grown."""
    if isinstance(t, List | Dict | Iter) and isinstance(_held(t), Bottom):
        return True
    return may_vary(t)


def _held(t: Type) -> Type:
    return t.value if isinstance(t, Dict) else t.item if isinstance(t, List | Iter) else Any()


def _is_sequence(t: Type) -> bool:
    """Whether something can be walked over as often as one likes, by position too."""
    return isinstance(t, List | Tuple) or (isinstance(t, Array) and t.dims is not None and len(t.dims) > 0)


def _is_walkable(t: Type) -> bool:
    return _is_sequence(t) or isinstance(t, Dict | Str) or (isinstance(t, Iter) and t.kind == "range")


# Lists


def _concatenated(r: Rewriting) -> Type | None:
    if not all(isinstance(t, List) for t in r.types):
        return None
    if all(known_items(t) is not None for t in r.types):
        first, second = (r.unpacked(arg) or () for arg in r.op.args)
        return r.ops(Op("list", (*first, *second), data=()))
    return r.source("concatenated", *r.op.args)


def _listed(r: Rewriting) -> Type | None:
    if len(r.types) != 1 or isinstance(r.types[0], List | Dict):
        return None
    if isinstance(r.types[0], Tuple) and known_items(r.types[0]) is not None:
        return r.ops(Op("list", r.unpacked(r.op.args[0]) or (), data=()))
    return r.source("listed", r.op.args[0]) if _is_sequence(r.types[0]) else None


def _tuple(r: Rewriting) -> Type | None:
    items = r.unpacked(r.op.args[0]) if len(r.types) == 1 and isinstance(r.types[0], List) else None
    return None if items is None else r.ops(Op("tuple", items, data=()))


def transposed(r: Rewriting) -> Type | None:
    """`zip(*rows)`, where it is not known how many rows there are."""
    return r.source("transposed", *r.op.args) if isinstance(r.types[0], List) and r.inference.uses.used_once(
        r.let) else None


def _added_in_place(r: Rewriting) -> Type | None:
    """`xs += (a, b)`: what is added is a list, so that the list's own `+=` is known."""
    if not isinstance(r.types[0], List) or isinstance(r.types[1], List) or not _is_sequence(r.types[1]):
        return None
    items = r.unpacked(r.op.args[1]) if isinstance(r.types[1], Tuple) else None
    if items is None:
        return None
    added = r.prelude.emit(Op("list", items, data=()), List(join_all(map(r.inference.type_of, items))))
    return r.ops(Op(r.op.prim, (r.op.args[0], added)))


def _extended(r: Rewriting) -> Type | None:
    if len(r.types) != 2 or isinstance(r.types[1], List) or not _is_sequence(r.types[1]):
        return None
    items = r.unpacked(r.op.args[1]) if isinstance(r.types[1], Tuple) else None
    if items is None:
        return None
    return r.ops(*(Op("list.append", (r.op.args[0], item)) for item in items)) if items else None


def _order(r: Rewriting) -> Operand | None:
    options = {name: value for name, value in r.named.items() if name in ("key", "reverse")}
    if len(options) != len(r.named) or len(r.types) != 1:
        return None
    op = Op("runtime.sorted_order", r.op.args, tuple(options.items()))
    return r.prelude.emit(op, _INDICES)


def _sorted(r: Rewriting) -> Type | None:
    if not _is_sequence(r.types[0]):
        return None
    order = _order(r)
    return r.source("chosen", r.op.args[0], order) if order is not None else None


def _sort(r: Rewriting) -> Type | None:
    order = _order(r)
    return r.source("reordered", r.op.args[0], order) if order is not None else None


def _clear(r: Rewriting) -> Type | None:
    return r.source("emptied", *r.op.args)


# What is walked over


def _walker(name: str, sources: dict[int, str], first: int = 0) -> Rewrite:
    """A function that gives an iterator: stays one where a loop walks over it, and is a list elsewhere."""

    def rewrite(r: Rewriting) -> Type | None:
        if r.named or not all(map(_is_walkable, r.types[first:])):
            return None
        source = sources.get(len(r.types))
        if source is None or (name in _LOOPED and r.inference.uses.only_walked(r.let)):
            return None
        return r.source(source, *r.op.args) if r.inference.uses.used_once(r.let) else None

    return rewrite


_LOOPED = {"zip", "enumerate", "reversed"}


def _enumerated(r: Rewriting) -> Type | None:
    start = r.op.args[1] if len(r.op.args) > 1 else r.named.get("start", Const(0))
    if not r.types or not _is_walkable(r.types[0]) or r.inference.uses.only_walked(r.let):
        return None
    return r.source("numbered", r.op.args[0], start) if r.inference.uses.used_once(r.let) else None


def _filtered(r: Rewriting) -> Type | None:
    if len(r.types) != 2 or isinstance(r.types[0], NoneT) or not _is_walkable(r.types[1]):
        return None
    return r.source("filtered", *r.op.args) if r.inference.uses.used_once(r.let) else None


def _reduced(r: Rewriting) -> Type | None:
    if r.named or len(r.types) not in (2, 3) or not _is_walkable(r.types[1]):
        return None
    return r.source("reduced" if len(r.types) == 2 else "reduced_from", *r.op.args)


def _accumulated(r: Rewriting) -> Type | None:
    function = r.op.args[1] if len(r.op.args) > 1 else r.named.get("func")
    if not r.types or not _is_walkable(r.types[0]) or set(r.named) - {"func"}:
        return None
    return r.source("accumulated", r.op.args[0]) if function is None else r.source(
        "accumulated_by", r.op.args[0], function)


# Dicts


def _values(r: Rewriting) -> Type | None:
    if not isinstance(r.types[0], Dict):
        return None
    items = r.unpacked(r.op.args[0])
    return r.source("values_of", *r.op.args) if items is None else r.ops(Op("list", items, data=()))


def _items(r: Rewriting) -> Type | None:
    if not isinstance(r.types[0], Dict) or r.inference.uses.only_walked(r.let):
        return None
    return r.source("entries_of", *r.op.args)


def _got(r: Rewriting) -> Type | None:
    mapping, key, *rest = r.op.args
    default = rest[0] if rest else Const(None)
    known, name = r.types[0], getattr(r.types[1], "value", None)
    if not isinstance(known, Dict) or r.named:
        return None
    if known.items is not None and name is not None and r.op.prim == "dict.get":
        return r.ops(Op("getitem", (mapping, key))) if name in dict(known.items) else r.value(default)
    return r.source("got" if r.op.prim == "dict.get" else "put_if_absent", mapping, key, default)


def _updated(r: Rewriting) -> Type | None:
    mapping, *others = r.op.args
    if not isinstance(r.types[0], Dict) or "**" in r.named or len(others) > 1:
        return None
    writes = [Op("setitem", (mapping, Const(name), value)) for name, value in r.named.items()]
    if others:
        other = r.types[1]
        if isinstance(other, Dict) and other.items is not None and len(other.items) <= LONGEST_DISPLAY:
            values = r.unpacked(others[0]) or ()
            keys = [key for key, _ in other.items]
            writes = [Op("setitem", (mapping, Const(key), value)) for key, value in zip(keys, values, strict=True)
                      ] + writes
        elif writes or not isinstance(other, Dict | List):
            return None
        else:
            return r.source("updated" if isinstance(other, Dict) else "updated_pairs", mapping, others[0])
    return r.ops(*writes) if writes else None


def _mapping(r: Rewriting) -> Type | None:
    """`dict(...)`, `dict.copy` and `copy.copy` of a dict."""
    if "**" in r.named or len(r.types) > 1:
        return None
    pairs: list[Operand] = []
    if r.types:
        other = r.types[0]
        if not isinstance(other, Dict):
            return r.source("mapping_of_pairs", *r.op.args) if isinstance(other, List) and not r.named else None
        values = r.unpacked(r.op.args[0])
        if values is None or other.items is None:
            return None if r.named else r.source("mapping_of", *r.op.args)
        for (key, _), value in zip(other.items, values, strict=True):
            if key not in r.named:
                pairs += [Const(key), value]
    for name, operand in r.named.items():
        pairs += [Const(name), operand]
    return r.ops(Op("dict", tuple(pairs)))


def _united(r: Rewriting) -> Type | None:
    if not all(isinstance(t, Dict) for t in r.types):
        return None
    if any(known_items(t) is None for t in r.types):
        return r.source("united", *r.op.args)
    entries: dict[object, Operand] = {}
    for arg, type_ in zip(r.op.args, r.types, strict=True):
        assert isinstance(type_, Dict)
        entries |= dict(zip((key for key, _ in type_.items or ()), r.unpacked(arg) or (), strict=True))
    return r.ops(Op("dict", tuple(each for key, value in entries.items() for each in (Const(key), value))))


# Copies


def _copied(r: Rewriting) -> Type | None:
    match r.types[0]:
        case Array():
            return r.ops(Op("ndarray.copy", r.op.args))
        case Float() | Int() | Bool() | Complex() | Scalar() | Str() | NoneT():
            return r.value(r.op.args[0])
        case List():
            return r.ops(Op("list.copy", r.op.args))
        case Tuple():
            return r.value(r.op.args[0])
        case Dict():
            return _mapping(r)
        case _:
            return None


def _deeply_copied(r: Rewriting) -> Type | None:
    found = r.types[0]
    items = r.unpacked(r.op.args[0]) if isinstance(found, List | Tuple | Dict) else None
    if items is not None:
        copies = tuple(_one_copied(r, item) for item in items)
        if isinstance(found, Dict):
            keys = [Const(key) for key, _ in found.items or ()]
            return r.ops(Op("dict", tuple(each for pair in zip(keys, copies, strict=True) for each in pair)))
        return r.ops(Op("list" if isinstance(found, List) else "tuple", copies, data=()))
    if isinstance(found, List | Dict):
        return r.source("copied_items" if isinstance(found, List) else "copied_values", *r.op.args)
    return None if isinstance(found, Tuple) else _copied(r)


def _one_copied(r: Rewriting, item: Var) -> Var:
    """A copy of one item, by what it is."""
    from adls.engine.passes.infer_ops import infer_op

    (target,) = r.prelude.temporaries(1)
    let = r.inference.derived(r.let, (target,), Op("copy.deepcopy", (item,)))
    infer_op(r.inference, let)
    r.prelude.lets += r.inference.replaced.get(id(let), (let,))
    return target


_REWRITES: dict[str, Rewrite] = {
    "operator.add": _concatenated,
    "operator.iadd": _added_in_place,
    "operator.or_": _united,
    "builtins.list": _listed,
    "builtins.tuple": _tuple,
    "builtins.sorted": _sorted,
    "builtins.reversed": _walker("reversed", {1: "backwards"}),
    "builtins.zip": _walker("zip", {1: "zipped1", 2: "zipped2", 3: "zipped3", 4: "zipped4"}),
    "builtins.enumerate": _enumerated,
    "builtins.map": _walker("map", {2: "mapped1", 3: "mapped2"}, 1),
    "builtins.filter": _filtered,
    "builtins.dict": _mapping,
    "functools.reduce": _reduced,
    "itertools.accumulate": _accumulated,
    "itertools.starmap": _walker("starmap", {2: "starmapped"}, 1),
    "itertools.pairwise": _walker("pairwise", {1: "paired"}),
    "itertools.chain": _walker("chain", {1: "listed", 2: "chained2"}),
    "itertools.chain.from_iterable": _walker("from_iterable", {1: "flattened"}),
    "list.extend": _extended,
    "list.sort": _sort,
    "list.clear": _clear,
    "dict.values": _values,
    "dict.items": _items,
    "dict.get": _got,
    "dict.setdefault": _got,
    "dict.update": _updated,
    "dict.copy": _mapping,
    "copy.copy": _copied,
    "copy.deepcopy": _deeply_copied,
}

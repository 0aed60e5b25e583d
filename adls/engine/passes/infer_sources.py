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

from typing import TYPE_CHECKING

from adls.engine.ir.ops import Const, For, Let, Op, Operand, Return
from adls.engine.ir.types import (
    Any,
    Array,
    Bottom,
    Dict,
    Int,
    List,
    NoneT,
    Tuple,
    Type,
    is_reference,
)
from adls.engine.passes import (
    infer_arrays,
    infer_collections,
    infer_elements,
    infer_equations,
    infer_mappings,
    infer_numeric,
    infer_standard,
)
from adls.engine.passes.infer_binding import Prelude, packed, spread
from adls.engine.passes.infer_handed import is_list
from adls.engine.passes.infer_library import check_handed
from adls.engine.passes.infer_rewriting import (
    LONGEST_DISPLAY,
    Rewrite,
    Rewriting,
    concerns,
    is_sequence,
    is_walkable,
    known_items,
)
from adls.engine.passes.typing import join_all
from adls.engine.passes.typing.indexing import element_type, is_slice
from adls.engine.rules.table import lookup

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_INDICES = List(Int())


def rewritten(inference: Inference, let: Let, op: Op, prelude: Prelude | None = None) -> Type | None:
    """The type of a call that was replaced by what it means; None where it stays."""
    rewrite = _REWRITES.get(op.prim)
    if rewrite is None and op.kwargs and any(name in ("dtype", "out") for name, _ in op.kwargs):
        rewrite = infer_elements.with_dtype
    if rewrite is None or op.data:
        return None
    types = tuple(map(inference.type_of, op.operands))
    if any(isinstance(t, Bottom) for t in types) or not (
            any(map(concerns, types)) or op.prim in infer_standard.ANYWHERE):
        return None
    if op.prim not in _OF_INSTANCES and any(isinstance(t, Dict) and t.cls for t in map(
            inference.type_of, _meant(op))):
        return None
    return rewrite(Rewriting(inference, let, op, prelude or Prelude(inference, let)))


def _meant(op: Op) -> tuple[Operand, ...]:
    """The operands whose classes have a say in what an operation means: not those that are only put into another."""
    if op.prim == "builtins.dict":
        return op.args
    return op.args[:1] if op.prim.startswith(("dict.", "list.")) else op.operands


def is_rewritten(prim: str) -> bool:
    """Whether a function of NumPy's has a derivative as what it means, and only so: there its operands' types count."""
    return prim in _REWRITES and prim.startswith("numpy.") and not lookup(prim)


# Lists


def _concatenated(r: Rewriting) -> Type | None:
    if all(isinstance(t, Tuple) for t in r.types):
        first, second = map(r.unpacked, r.op.args)
        return None if first is None or second is None else r.ops(Op("tuple", (*first, *second), data=()))
    if not all(isinstance(t, List) for t in r.types) or infer_collections.is_kept(r):
        return None
    if all(known_items(t) is not None for t in r.types):
        first, second = (r.unpacked(arg) or () for arg in r.op.args)
        return r.ops(Op("list", (*first, *second), data=()))
    return r.source("concatenated", *r.op.args)


def starred_list(inference: Inference, let: Let, op: Op) -> Type | None:
    """The type of `[a, *x, b]`, and of `(a, *x, b)` where it is known how many items x has; None for any other
    display."""
    stars = op.data if isinstance(op.data, tuple) else ()
    found = [inference.type_of(op.args[n]) for n in stars]
    known = all(is_sequence(t) or isinstance(t, Any) for t in found)
    if not known:
        return None
    prelude = Prelude(inference, let)
    if stars and all(known_items(t) is not None for t in found):
        given = spread(prelude, op.args, stars)
        return None if given is None else Rewriting(inference, let, op, prelude).ops(Op(op.prim, given, data=()))
    if op.prim != "list" or not stars:
        return None
    parts: list[Operand] = []
    for position, operand in enumerate(op.args):
        if position in stars and not isinstance(inference.type_of(operand), Any):
            parts.append(operand)
        else:
            made = Op("builtins.list", (operand,)) if position in stars else Op("list", (operand,), data=())
            parts.append(prelude.inferred(made))
    return Rewriting(inference, let, op, prelude).source("joined_items", packed(prelude, parts))


def part_of_list(inference: Inference, let: Let, op: Op) -> bool:
    """Replace `xs[i:j] = values` and `del xs[i:j]` of a list by a call that does it item by item; whether it was."""
    container, index = map(inference.type_of, op.args[:2])
    values = inference.type_of(op.args[-1])
    if not isinstance(container, List) or not is_slice(index) or not (concerns(container) or concerns(values)):
        return False
    r = Rewriting(inference, let, op, Prelude(inference, let))
    return r.source("without_part" if op.prim == "delitem" else "with_part", *op.args) is not None


def _repeated(r: Rewriting) -> Type | None:
    """`(a, b) * 3`, or `3 * (a, b)`."""
    for operand, found, times in zip(r.op.args, r.types, r.types[::-1], strict=True):
        if isinstance(found, Tuple) and isinstance(times, Int) and times.value is not None and (
                times.value * len(found.items) <= LONGEST_DISPLAY):
            return r.ops(Op("tuple", (r.unpacked(operand) or ()) * times.value, data=()))
    return None


def _listed(r: Rewriting) -> Type | None:
    if len(r.types) != 1 or isinstance(r.types[0], List | Dict):
        return None
    if isinstance(r.types[0], Tuple) and known_items(r.types[0]) is not None:
        return r.ops(Op("list", r.unpacked(r.op.args[0]) or (), data=()))
    return r.source("listed", r.op.args[0]) if is_sequence(r.types[0]) else None


def _tuple(r: Rewriting) -> Type | None:
    if len(r.types) == 1 and isinstance(r.types[0], Tuple) and not r.types[0].name:
        return r.value(r.op.args[0])
    items = r.unpacked(r.op.args[0]) if len(r.types) == 1 and isinstance(r.types[0], List) else None
    if items is None and len(r.types) == 1 and isinstance(r.types[0], List | Array) and is_sequence(
            r.types[0]) and not getattr(r.types[0], "kind", "") and _is_read(r):
        return r.source("listed", r.op.args[0])
    return None if items is None else r.ops(Op("tuple", items, data=()))


def _is_read(r: Rewriting) -> bool:
    """Whether of a tuple nothing is seen but its items: then it may be a list."""
    target = r.let.targets[0] if r.let.targets else None
    return target is not None and r.inference.uses.only_handed(r.let) and all(
        not isinstance(use, Let) or use.op.prim != "getitem" or use.op.args[1] != target
        for use in r.inference.uses.of(target.name))


def transposed(r: Rewriting) -> Type | None:
    """`zip(*rows)`, where it is not known how many rows there are."""
    return r.source("transposed", *r.op.args) if isinstance(r.types[0], List) and is_list(
        r.inference, r.let) else None


def _added_in_place(r: Rewriting) -> Type | None:
    """`xs += (a, b)`: what is added is a list, so that the list's own `+=` is known; tuples are added as by `+`."""
    if infer_collections.is_kept(r):
        return infer_collections.added_in_place(r)
    if isinstance(r.types[0], Tuple):
        return _concatenated(r)
    if r.op.args[0] == r.op.args[1] and isinstance(r.types[0], List):
        return _extended_by_itself(r)
    if not isinstance(r.types[0], List) or isinstance(r.types[1], List) or not is_sequence(r.types[1]):
        return None
    items = r.unpacked(r.op.args[1]) if isinstance(r.types[1], Tuple) else None
    if items is None:
        return None
    added = r.prelude.emit(Op("list", items, data=()), List(join_all(map(r.inference.type_of, items))))
    return r.ops(Op(r.op.prim, (r.op.args[0], added)))


def _extended_by_itself(r: Rewriting) -> Type | None:
    return r.ops(Op(r.op.prim, (r.op.args[0], r.prelude.emit(Op("list.copy", r.op.args[:1]), r.types[0]))))


def _extended(r: Rewriting) -> Type | None:
    if infer_collections.is_kept(r):
        return infer_collections.extended(r)
    if len(r.types) == 2 and r.op.args[0] == r.op.args[1]:
        return _extended_by_itself(r)
    if len(r.types) != 2 or isinstance(r.types[1], List) or not is_sequence(r.types[1]):
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
    return _keyed(r, op, _INDICES)


def _keyed(r: Rewriting, op: Op, found: Type) -> Operand:
    """An operation that calls a key function."""
    check_handed(r.inference, op, tuple(map(r.inference.type_of, op.operands)))
    return r.prelude.emit(op, found)


def _sorted(r: Rewriting) -> Type | None:
    if not is_sequence(r.types[0]):
        return None
    order = _order(r)
    return r.source("chosen", r.op.args[0], order) if order is not None else None


def _sort(r: Rewriting) -> Type | None:
    order = _order(r)
    return r.source("reordered", r.op.args[0], order) if order is not None else None


def _popped(r: Rewriting) -> Type | None:
    """`d.pop(key, default)`; `xs.pop()` of which nothing is kept: by its name the shadow of a container is found."""
    from adls.engine.passes.infer_ops import infer_op

    found = r.types[0]
    if isinstance(found, Dict) and not found.cls and len(r.op.args) == 3 and not isinstance(r.op.args[2], Const):
        return r.source("popped", *r.op.args)
    held = found.item if isinstance(found, List) else found.value if isinstance(found, Dict) else None
    if r.let.targets or not isinstance(held, List | Dict):
        return None
    step = r.inference.derived(r.let, r.prelude.temporaries(1), r.op)
    infer_op(r.inference, step)
    r.inference.replaced[id(r.let)] = (*r.prelude.lets, *r.inference.replaced.get(id(step), (step,)))
    return NoneT()


def _clear(r: Rewriting) -> Type | None:
    return r.source("emptied", *r.op.args)


# What is walked over


def _walker(name: str, sources: dict[int, str], first: int = 0) -> Rewrite:
    """A function that gives an iterator: stays one where a loop walks over it, and is a list elsewhere."""

    def rewrite(r: Rewriting) -> Type | None:
        if r.named or not all(map(is_walkable, r.types[first:])):
            return None
        source = sources.get(len(r.types))
        if source is None or (name in _LOOPED and r.inference.uses.only_walked(r.let)):
            return None
        return r.source(source, *r.op.args) if is_list(r.inference, r.let) else None

    return rewrite


_LOOPED = {"reversed"}


def _zipped(r: Rewriting) -> Type | None:
    if set(r.named) - {"strict"} or not 0 < len(r.types) <= 4 or not all(map(is_walkable, r.types)):
        return None
    if r.inference.uses.only_walked(r.let) or not is_list(r.inference, r.let):
        return None
    return r.source(f"zipped{len(r.types)}", *r.op.args, r.named.get("strict", Const(False)))


def _iterator(r: Rewriting) -> Type | None:
    """`iter(xs)` that is given back, or walked over once: the sequence itself."""
    use = r.inference.uses.consumer(r.let)
    walked = isinstance(use, For | Return) and r.inference.uses.consumed_once(r.let)
    return r.value(r.op.args[0]) if len(r.types) == 1 and walked and is_walkable(r.types[0]) else None


def _extreme(r: Rewriting) -> Type | None:
    """`max(xs, key=f)` of things that are no numbers: the one at its position."""
    options = {name: value for name, value in r.named.items() if name == "key"}
    if len(r.types) > 1 and all(isinstance(t, Tuple) for t in r.types):
        given = r.prelude.emit(Op("list", r.op.args, data=()), List(join_all(r.types), r.types))
        r = Rewriting(r.inference, r.let, Op(r.op.prim, (given,), r.op.kwargs), r.prelude)
    if len(r.types) != 1 or len(options) != len(r.named) or not isinstance(r.types[0], List | Tuple):
        return None
    if not is_reference(element_type(r.types[0])) and not isinstance(element_type(r.types[0]), Tuple):
        return None
    largest = Const(r.op.prim == "builtins.max")
    where = _keyed(r, Op("runtime.extreme_position", (*r.op.args, largest), tuple(options.items())), Int())
    return r.ops(Op("getitem", (r.op.args[0], where)))


def _enumerated(r: Rewriting) -> Type | None:
    start = r.op.args[1] if len(r.op.args) > 1 else r.named.get("start", Const(0))
    if not r.types or not is_walkable(r.types[0]) or r.inference.uses.only_walked(r.let):
        return None
    return r.source("numbered", r.op.args[0], start) if is_list(r.inference, r.let) else None


def _filtered(r: Rewriting) -> Type | None:
    if len(r.types) != 2 or isinstance(r.types[0], NoneT) or not is_walkable(r.types[1]):
        return None
    return r.source("filtered", *r.op.args) if is_list(r.inference, r.let) else None


def _reduced(r: Rewriting) -> Type | None:
    if r.named or len(r.types) not in (2, 3) or not is_walkable(r.types[1]):
        return None
    return r.source("reduced" if len(r.types) == 2 else "reduced_from", *r.op.args)


def _grouped(r: Rewriting) -> Type | None:
    key = r.op.args[1] if len(r.op.args) > 1 else r.named.get("key")
    if set(r.named) - {"key"} or not is_walkable(r.types[0]):
        return None
    if not r.inference.uses.only_walked(r.let) and not is_list(r.inference, r.let):
        return None
    if key is None or isinstance(r.inference.type_of(key), NoneT):
        return r.source("grouped", r.op.args[0])
    return r.source("grouped_by", r.op.args[0], key)


_OF_INSTANCES = {"copy.copy", "copy.deepcopy", "builtins.map", "builtins.filter", "functools.reduce",
                 "builtins.sum", "builtins.next", "dataclasses.replace", "dataclasses.asdict", "dataclasses.astuple"}
"""What means for an instance of a class of the user's what it means for any value."""

_REWRITES: dict[str, Rewrite] = {
    **infer_arrays.REWRITES,
    **infer_equations.REWRITES,
    **infer_mappings.REWRITES,
    **infer_numeric.REWRITES,
    **infer_standard.REWRITES,
    "operator.add": _concatenated,
    "operator.iadd": _added_in_place,
    "operator.mul": _repeated,
    "builtins.list": _listed,
    "builtins.tuple": _tuple,
    "builtins.sorted": _sorted,
    "builtins.reversed": _walker("reversed", {1: "backwards"}),
    "builtins.zip": _zipped,
    "builtins.enumerate": _enumerated,
    "builtins.iter": _iterator,
    "builtins.max": _extreme,
    "builtins.min": _extreme,
    "builtins.map": _walker("map", {2: "mapped1", 3: "mapped2"}, 1),
    "builtins.filter": _filtered,
    "functools.reduce": _reduced,
    "itertools.accumulate": infer_numeric.accumulated,
    "itertools.groupby": _grouped,
    "itertools.starmap": _walker("starmap", {2: "starmapped"}, 1),
    "itertools.pairwise": _walker("pairwise", {1: "paired"}),
    "itertools.chain": _walker("chain", {1: "listed", 2: "chained2"}),
    "itertools.chain.from_iterable": _walker("from_iterable", {1: "flattened"}),
    "collections.deque": infer_collections.deque,
    "collections.OrderedDict": infer_collections.ordered,
    "collections.defaultdict": infer_collections.defaulting,
    "list.append": infer_collections.appended,
    "list.appendleft": infer_collections.prepended,
    "list.extendleft": infer_collections.prepended_all,
    "list.popleft": infer_collections.taken_first,
    "list.rotate": infer_collections.rotated,
    "dict.popitem": infer_collections.item_taken,
    "list.extend": _extended,
    "list.sort": _sort,
    "list.clear": _clear,
    "list.pop": _popped,
    "dict.pop": _popped,
}

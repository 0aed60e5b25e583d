"""Calls of `heapq`, `bisect`, `operator`, `typing` and the like, as what they mean: see `infer_sources.py`.

    heapq.heappush(q, x)           heap_pushed(q, x)
    bisect.insort(xs, x)           q.insert(bisect.bisect_right(xs, x), x)
    xs.remove(x)                   i = xs.index(x);  xs.pop(i)
    next(iter(xs))                 first_of(xs)
    operator.itemgetter(1)         item_getter(1)
    typing.cast(T, x)              x
"""

from __future__ import annotations

from adls.engine.ir.ops import Const, Let, Op, Var
from adls.engine.ir.types import Dict, Int, List, Type
from adls.engine.passes.infer_rewriting import Rewrite, Rewriting, is_sequence, is_walkable
from adls.engine.passes.typing.indexing import element_type


def _called(name: str) -> Rewrite:
    """A function over a list, written in Python."""

    def rewrite(r: Rewriting) -> Type | None:
        return r.source(name, *r.op.args) if isinstance(r.types[0], List) and not r.named else None

    return rewrite


def _inserted(side: str) -> Rewrite:
    """`bisect.insort(xs, x)`, without limits and key."""

    def rewrite(r: Rewriting) -> Type | None:
        if not isinstance(r.types[0], List) or len(r.op.args) != 2 or r.named:
            return None
        where = r.prelude.emit(Op(f"bisect.bisect_{side}", r.op.args), Int())
        return r.ops(Op("list.insert", (r.op.args[0], where, r.op.args[1])))

    return rewrite


def _removed(r: Rewriting) -> Type | None:
    if not isinstance(r.types[0], List) or len(r.op.args) != 2:
        return None
    return r.source("removed", *r.op.args)


def _next(r: Rewriting) -> Type | None:
    """`next(xs)` of an instance with `__next__`; `next(iter(xs))` of an iterator that nobody else sees."""
    uses, iterator = r.inference.uses, r.op.args[0]
    if isinstance(r.types[0], Dict) and r.types[0].cls:
        stepping = r.inference.resolver.member(r.types[0].cls, "__next__") is not None and not r.named
        return r.source("next_of" if len(r.op.args) == 1 else "next_or", *r.op.args) if stepping else None
    made = uses.made(iterator)
    maker = uses.maker(iterator) if isinstance(iterator, Var) else None
    if made is None or maker is None or made.op.prim != "builtins.iter" or len(made.op.args) != 1:
        return None
    if not uses.is_of_text(r.let) or not uses.consumed_once(maker) or not all(
            isinstance(each, Let) and each.op.prim in _READING for each in uses.between(maker, r.let)):
        return None
    name, items = "first_of" if len(r.op.args) == 1 else "first_or", made.op.args[0]
    known = r.source(name, items, *r.op.args[1:]) if is_sequence(r.inference.type_of(items)) else None
    if known is not None:
        r.inference.replaced[id(maker)] = (Let(maker.targets, Op("copy", (Const(None),)), maker.span),)
    return known


def _cast(r: Rewriting) -> Type | None:
    return r.value(r.op.args[1]) if len(r.op.args) == 2 else None


def _getter(one: str, two: str) -> Rewrite:
    """`itemgetter(...)` that is called here, or handed to Python's functions; one that only decides an order stays."""

    def rewrite(r: Rewriting) -> Type | None:
        if r.named or not 1 <= len(r.op.args) <= 2 or not r.let.targets or _only_decides(r):
            return None
        return r.source(one if len(r.op.args) == 1 else two, *r.op.args)

    return rewrite


def _summed(r: Rewriting) -> Type | None:
    """`sum(vectors, start)` of instances."""
    start = r.op.args[1] if len(r.op.args) > 1 else r.named.get("start", Const(0))
    found = element_type(r.types[0]) if is_walkable(r.types[0]) else None
    return r.source("summed", r.op.args[0], start) if isinstance(found, Dict) and found.cls else None


def _wrapped(r: Rewriting) -> Type | None:
    """`functools.wraps(f)` that is called: what it makes of a function is the function, with another name."""
    uses = r.inference.uses.of(r.let.targets[0].name) if r.let.targets else []
    called = bool(uses) and all(isinstance(use, Let) and use.op.prim == "call" and use.op.args[0] == r.let.targets[0]
                                and len(use.op.args) == 2 for use in uses)
    return r.value(Const(None)) if called else None


def _only_decides(r: Rewriting) -> bool:
    uses = r.inference.uses.of(r.let.targets[0].name)
    return bool(uses) and all(isinstance(use, Let) and dict(use.op.kwargs).get("key") == r.let.targets[0]
                              for use in uses)


_READING = ("copy", "getitem", "attr", "slice", "tuple")
"""What may stand between `iter` and `next`."""

ANYWHERE = frozenset({"operator.itemgetter", "operator.attrgetter", "typing.cast", "builtins.next", "functools.wraps",
                      "builtins.dict.fromkeys"})
"""What is rewritten whatever its operands are."""

REWRITES: dict[str, Rewrite] = {
    "heapq.heappush": _called("heap_pushed"),
    "heapq.heappop": _called("heap_popped"),
    "heapq.heapreplace": _called("heap_replaced"),
    "heapq.heappushpop": _called("heap_pushed_popped"),
    "heapq.heapify": _called("heap_made"),
    "bisect.insort": _inserted("right"),
    "bisect.insort_right": _inserted("right"),
    "bisect.insort_left": _inserted("left"),
    "list.remove": _removed,
    "builtins.next": _next,
    "builtins.sum": _summed,
    "operator.itemgetter": _getter("item_getter", "items_getter"),
    "operator.attrgetter": _getter("attribute_getter", "attributes_getter"),
    "typing.cast": _cast,
    "functools.wraps": _wrapped,
}

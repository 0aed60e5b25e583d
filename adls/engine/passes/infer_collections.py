"""What `collections` has, as what it does with lists and dicts: see `infer_sources.py`.

    q = deque(xs, maxlen=3)      q = deque(maxlen=3);  extended by xs
    q.popleft()                  q.rotate(-1);  q.pop()
    q.append(x)                  appended_bounded(q, x), where q may be full
    d[k]                         defaulted(d, k), of a defaultdict
    OrderedDict(pairs)           d = OrderedDict();  d.update(pairs)

The object is what the user's program makes. Its type is that of a list or dict, of a kind (`List.kind`, `Dict.kind`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.ops import Const, Let, Op, Operand
from adls.engine.ir.types import Any, Bottom, Callable, Dict, List, NoneT, Type
from adls.engine.passes.infer_binding import Prelude
from adls.engine.passes.infer_rewriting import Rewriting, is_walkable
from adls.engine.passes.typing.join import OBJECT

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_SOURCES = ("adls.runtime.sources.", "adls.runtime.collection_sources.")


def missing_made(inference: Inference, let: Let, op: Op) -> Type | None:
    """The type of `d[k]` where d makes what it lacks; None where it doesn't."""
    owner = inference.type_of(op.args[0])
    if not isinstance(owner, Dict) or owner.kind not in _MAKERS or inference.target.startswith(_SOURCES):
        return None
    return Rewriting(inference, let, op, Prelude(inference, let)).source(_MAKERS[owner.kind], *op.args)


_MAKERS = {"defaultdict": "defaulted", "Counter": "counted"}


def attribute_of_collection(owner: List | Dict, name: str) -> Type:
    """The type of `q.maxlen` or `d.default_factory`."""
    if isinstance(owner, List):
        return OBJECT if name == "maxlen" else Any()
    return owner.default if name == "default_factory" and owner.default is not None else Any()


def deleted(inference: Inference, let: Let, op: Op) -> Type | None:
    """The type of `del q[i]` of a deque."""
    owner = inference.type_of(op.args[0])
    if not isinstance(owner, List) or not owner.kind:
        return None
    return Rewriting(inference, let, op, Prelude(inference, let)).source("without_position", *op.args)


def deque(r: Rewriting) -> Type | None:
    """`deque(xs, n)`."""
    items, *rest = r.op.args
    limit = r.named.get("maxlen", rest[0] if rest else Const(None))
    if isinstance(r.types[0], NoneT) or not (is_walkable(r.types[0]) or isinstance(r.types[0], Bottom)):
        return None
    kind = "deque" if isinstance(r.inference.type_of(limit), NoneT) else "bounded deque"
    made = r.prelude.emit(Op("collections.deque", (), (("maxlen", limit),) if kind != "deque" else ()),
                          List(Bottom(), None, kind))
    return _filled(r, made, Op("list.extend", (made, items)))


def ordered(r: Rewriting) -> Type | None:
    """`OrderedDict(pairs, k=v)`."""
    if "**" in r.named or not all(isinstance(t, Dict | List) for t in r.types):
        return None
    made = r.prelude.emit(Op("collections.OrderedDict"), Dict(Bottom(), (), kind="OrderedDict"))
    return _filled(r, made, Op("dict.update", (made, *r.op.args), r.op.kwargs))


def defaulting(r: Rewriting) -> Type | None:
    """`defaultdict(list, other)`."""
    factory, *others = r.op.args
    found = r.types[0]
    if "**" in r.named or not isinstance(found, Callable) or not found.target or not (others or r.named):
        return None
    made = r.prelude.emit(Op("collections.defaultdict", (factory,)), Dict(Bottom(), None, "", "defaultdict", found))
    return _filled(r, made, Op("dict.update", (made, *others), r.op.kwargs))


def _filled(r: Rewriting, made: Operand, fill: Op) -> Type | None:
    from adls.engine.passes.infer_ops import infer_op

    step = r.inference.derived(r.let, (), fill)
    infer_op(r.inference, step)
    r.prelude.lets += r.inference.replaced.get(id(step), (step,))
    return r.value(made)


def _kind(r: Rewriting) -> str:
    return r.types[0].kind if r.types and isinstance(r.types[0], List | Dict) else ""


def appended(r: Rewriting) -> Type | None:
    return r.source("appended_bounded", *r.op.args) if _kind(r) == "bounded deque" else None


def prepended(r: Rewriting) -> Type | None:
    if _kind(r) == "bounded deque":
        return r.source("prepended_bounded", *r.op.args)
    return r.ops(Op("list.append", r.op.args), Op("list.rotate", (r.op.args[0], Const(1)))) if _kind(r) else None


def extended(r: Rewriting) -> Type | None:
    """`q.extend(xs)` of a deque; None for a list's."""
    if not _kind(r) or len(r.types) != 2 or not is_walkable(r.types[1]):
        return None
    return None if _kind(r) == "deque" and isinstance(r.types[1], List) else r.source("appended_all", *r.op.args)


def prepended_all(r: Rewriting) -> Type | None:
    return r.source("prepended_all", *r.op.args) if _kind(r) and is_walkable(r.types[1]) else None


def taken_first(r: Rewriting) -> Type | None:
    return r.ops(Op("list.rotate", (r.op.args[0], Const(-1))), Op("list.pop", r.op.args)) if _kind(r) else None


def rotated(r: Rewriting) -> Type | None:
    """`q.rotate()` is one step."""
    return r.ops(Op("list.rotate", (r.op.args[0], Const(1)))) if _kind(r) and len(r.op.args) == 1 else None


def added_in_place(r: Rewriting) -> Type | None:
    """`q += xs` of a deque; None for a list's."""
    if not _kind(r):
        return None
    return r.ops(Op("list.extend", r.op.args), Op("copy", r.op.args[:1]))


def item_taken(r: Rewriting) -> Type | None:
    """`d.popitem()`, with `last=False` of an OrderedDict."""
    last = r.named.get("last", r.op.args[1] if len(r.op.args) > 1 else Const(True))
    if not isinstance(r.types[0], Dict) or r.types[0].cls or not isinstance(last, Const):
        return None
    return r.source("last_item" if last.value else "first_item", r.op.args[0])


def is_kept(r: Rewriting) -> bool:
    """Whether a copy or a sum would be another thing than a list or dict."""
    return any(getattr(t, "kind", "") for t in r.types)

"""What an operation does to memory: what it writes, and what its result may share with its operands."""

from __future__ import annotations

from functools import cache
from typing import Literal

from adls.engine.ir.ops import Const, Function, Op, Operand, Var
from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Complex,
    Dict,
    Float,
    Int,
    List,
    NoneT,
    Opaque,
    Scalar,
    Tuple,
    Type,
)
from adls.engine.passes.rows import Unbound, bind, signature_of
from adls.engine.rules.table import lookup
from adls.engine.source.frozen import dataclass

Sharing = Literal["same", "view", "maybe", "element", "holds", "items", "pairs"]
"""same: the very object; view: always its memory; maybe: a view or a copy; element: something in it; holds: a
container of it; items: a container of what is in it; pairs: a container of tuples of what is in it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """`shares` pairs a kind of sharing with an operand; `writes` are operands whose memory changes; `stores` are
    (container, value) pairs where a value is put into a container that lives on, and `spreads` where all that is in a
    value is."""

    shares: tuple[tuple[Sharing, Operand], ...] = ()
    writes: tuple[Operand, ...] = ()
    stores: tuple[tuple[Operand, Operand], ...] = ()
    spreads: tuple[tuple[Operand, Operand], ...] = ()


NOTHING = Effect()
_DISPLAYS = {"tuple", "list", "set", "dict", "closure", "record"}
_WALKERS: dict[str, Sharing] = {
    "builtins.zip": "pairs", "builtins.enumerate": "pairs", "dict.items": "pairs", "builtins.reversed": "items",
    "builtins.iter": "items", "builtins.list": "items", "builtins.tuple": "items", "builtins.sorted": "items",
    "dict.values": "items", "list.copy": "items", "dict.copy": "items", "builtins.map": "same",
    "builtins.filter": "same",
}
_IN_PLACE = {f"operator.i{name}" for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul",
                                              "and", "or", "xor", "lshift", "rshift", "concat")}


def is_in_place(prim: str) -> bool:
    """Whether an operator is an augmented assignment's."""
    return prim in _IN_PLACE


def out_of_place(prim: str) -> str:
    """The operator that an augmented one computes: operator.iadd -> operator.add, operator.ior -> operator.or_."""
    name = prim.removeprefix("operator.i")
    return f"operator.{name}{'_' * (name in ('and', 'or'))}" if is_in_place(prim) else prim


def effect_of(op: Op, function: Function) -> Effect:
    """The effect of an operation other than `apply` and `forward`, whose callee says it."""
    args = op.args
    if op.prim == "copy":
        return Effect((("same", args[0]),))
    if op.prim in _IN_PLACE:
        shared = _mutable(function.type_of(args[0]))
        spreads = ((args[0], args[1]),) if isinstance(function.type_of(args[0]), List) else ()
        return Effect((("same", args[0]),), (args[0],), (), spreads) if shared else NOTHING
    if op.prim in ("setitem", "augitem", "setattr"):
        return Effect((), (args[0],), ((args[0], args[-1]),))
    if op.prim == "delitem":
        return Effect((), (args[0],))
    if op.prim in ("getitem", "attr", "unpack"):
        return _reading(op, function)
    if op.prim in _DISPLAYS:
        return Effect(tuple(("holds", operand) for operand in op.operands))
    if op.prim in _WALKERS:
        return Effect(tuple((_WALKERS[op.prim], operand) for operand in args))
    return _methods(op, function) or _library(op, function)


def _mutable(type_: Type) -> bool:
    return isinstance(type_, Array | List | Any | Opaque)


def _reading(op: Op, function: Function) -> Effect:
    source = function.type_of(op.args[0])
    if op.prim == "attr" and op.data == "__class__":
        return NOTHING
    if op.prim == "attr" and isinstance(source, Dict) and source.cls and op.data not in dict(source.items or ()):
        return Effect((("holds", op.args[0]),))  # A bound method.
    if not isinstance(source, Array):
        part = op.prim == "getitem" and isinstance(source, List | Tuple) and _is_slice(function.type_of(op.args[1]))
        viewed = isinstance(source, Any) and (
            op.data in _VIEWS if op.prim == "attr" else op.prim == "getitem" and _views(function.type_of(op.args[1])))
        own: tuple[tuple[Sharing, Operand], ...] = (("same", op.args[0]),) if viewed else ()
        return Effect((("items" if part else "element", op.args[0]), *own))
    if op.prim == "attr":
        return Effect((("view", op.args[0]),)) if op.data in _VIEWS else NOTHING
    if op.prim == "unpack":
        return Effect((("view", op.args[0]),))
    kind = index_kind(op.args[1], function)
    return Effect((("view" if kind == "basic" else "maybe", op.args[0]),)) if kind != "fancy" else NOTHING


_VIEWS = ("T", "real", "imag", "flat", "mT", "data", "base")


def _views(index: Type) -> bool:
    """Whether an index would give a view of an array, if what is indexed is one."""
    return _is_slice(index) or isinstance(index, NoneT) or (isinstance(index, Opaque) and index.name == "ellipsis") or (
        isinstance(index, Tuple) and any(map(_views, index.items)))


def _is_slice(type_: Type) -> bool:
    return isinstance(type_, Opaque) and type_.name == "slice"


def index_kind(index: Operand, function: Function) -> Literal["basic", "fancy", "unknown"]:
    """Whether indexing an array with it gives a view (basic), a copy (fancy), or is settled at run time."""
    if isinstance(index, Const):
        return "basic"
    return _index_type_kind(function.type_of(index))


def _index_type_kind(type_: Type) -> Literal["basic", "fancy", "unknown"]:
    match type_:
        case Int() | NoneT() | Opaque("slice" | "ellipsis"):
            return "basic"
        case Scalar(dtype) if dtype[0] in "iu":
            return "basic"
        case Array() | List() | Bool() | Scalar():
            return "fancy"
        case Tuple(items):
            kinds = {_index_type_kind(item) for item in items}
            return "fancy" if "fancy" in kinds else "unknown" if "unknown" in kinds else "basic"
        case _:
            return "unknown"


def _of_shadows(op: Op) -> Effect | None:
    """What the operations on shadow containers do."""
    match op.prim:
        case "runtime.accumulate" | "runtime.put_back":
            return Effect((), (op.args[0],), ((op.args[0], op.args[2]),))
        case "runtime.accumulate_all" | "runtime.add_into" | "runtime.merge_into":
            return Effect((), (op.args[0],), ((op.args[0], op.args[1]),))
        case "runtime.move_into":
            return Effect((), op.args[:2], ((op.args[0], op.args[1]),))
        case "runtime.take_item" | "runtime.take_out":
            return Effect((("element", op.args[0]),), (op.args[0],))
        case "runtime.detached":
            return Effect((("maybe", op.args[0]),), (op.args[0],))
        case _:
            return None


def _methods(op: Op, function: Function) -> Effect | None:
    match op.prim:
        case "list.append":
            return Effect((), (op.args[0],), ((op.args[0], op.args[1]),))
        case "list.insert" | "dict.__setitem__":
            return Effect((), (op.args[0],), ((op.args[0], op.args[2]),))
        case "list.extend":
            return Effect((), (op.args[0],), (), ((op.args[0], op.args[1]),))
        case prim if prim.startswith("runtime."):
            return _of_shadows(op)
        case "list.pop" | "dict.pop":
            return Effect((("element", op.args[0]),), (op.args[0],))
        case "list.clear" | "list.rotate" | "list.reverse" | "list.sort" | "list.remove":
            return Effect((), (op.args[0],))
        case "dict.get" | "dict.setdefault":
            return Effect(tuple(("element", arg) for arg in op.args[:1]))
        case "method" if _is_distribution(function.type_of(op.args[0])):
            return NOTHING
        case "method":
            shares: tuple[tuple[Sharing, Operand], ...] = tuple(("maybe", a) for a in op.operands if isinstance(a, Var))
            owner = function.type_of(op.args[0])
            kept = op.args[:1] if isinstance(owner, Opaque | Any) and not _is_module(owner) else ()
            written = op.args[:1] if is_writer(owner, str(op.data)) else ()
            shuffled = op.args[1:2] if op.data == "shuffle" else ()
            return Effect(shares, (*written, *shuffled), tuple((kept[0], arg) for arg in op.operands[1:] if kept))
        case "call" | "forward_dynamic":
            held: tuple[tuple[Sharing, Operand], ...] = tuple(("element", f) for f in op.args[:1] if isinstance(f, Var))
            return Effect((*held, *(("maybe", arg) for arg in op.operands[1:] if isinstance(arg, Var))))
        case _:
            return None


_ALIKE = {"__setitem__", "__delitem__", "__iadd__", "__imul__", "__setstate__", "__init__", "__setattr__"}
_WRITERS: dict[type[Type], set[str]] = {
    Array: {"sort", "partition", "fill", "resize", "put", "setfield", "itemset", "byteswap", "__isub__", "__imatmul__",
            "__itruediv__", "__ifloordiv__", "__imod__", "__ipow__", "__iand__", "__ior__", "__ixor__", "__ilshift__",
            "__irshift__", *_ALIKE},
    List: {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", *_ALIKE},
    Dict: {"update", "setdefault", "pop", "popitem", "clear", "__ior__", *_ALIKE},
}
WRITERS = frozenset(name for names in _WRITERS.values() for name in names)


def is_writer(owner: Type, name: str) -> bool:
    """Whether a method of an array, list or dict writes into it."""
    return not (isinstance(owner, Dict) and owner.cls) and name in _WRITERS.get(type(owner), ())


def _is_module(owner: Type) -> bool:
    return isinstance(owner, Opaque) and owner.name.startswith("module ")


def _is_distribution(owner: Type) -> bool:
    """Whether a value is a frozen distribution of `scipy.stats`, whose methods give fresh memory and keep nothing."""
    return isinstance(owner, Opaque) and owner.name.endswith("_frozen")


_HARMLESS = frozenset({"", "import", "slice", "delitem", "python", "format", "adls.grad", "adls.value_and_grad",
                       "adls.checkpoint", "runtime.sorted_order", "runtime.extreme_position", "runtime.only_keys",
                       "bisect.bisect_left", "bisect.bisect_right", "list.index", "list.count", "tuple.index",
                       "tuple.count"})
_HARMFUL = frozenset({"builtins.setattr", "builtins.delattr", "builtins.exec", "builtins.eval",
                       "builtins.memoryview"})


_OF_CONTAINERS = tuple(f"builtins.{name}." for name in ("list", "dict", "set", "bytearray", "object", "type"))
"""Methods that their class is asked for, and that may write into what they are given first."""


_READING = frozenset({"builtins.dict.fromkeys", "dict.keys", "dict.get", "dict.fromkeys", *(f"runtime.{n}" for n in (
    "add", "called", "called_on", "cell_cotangent", "changing", "form_of", "held", "item_copy", "item_of", "layout",
    "merged", "new", "own", "pick", "refuse_shared", "returned", "shadow", "shadow_of", "shadow_slice", "shadow_view",
    "shares_memory", "stacked", "token", "writable", "zeros", "Shadows", "closure", "module"))})
"""Operations without a rule row that write nothing."""


def is_harmless(prim: str) -> bool:
    """Whether an operation without a rule row writes nothing: Python's own functions, and what makes exceptions."""
    if prim in _HARMLESS:
        return True
    if prim.startswith(_OF_CONTAINERS):
        return False
    return prim.startswith(("builtins.", "str.", "time.", "warnings.", "logging.")) and prim not in _HARMFUL


def _unknown(op: Op, function: Function) -> Effect:
    """A library function that no row describes: it may write whatever can be written."""
    if op.prim in _READING:
        return NOTHING
    if op.prim.startswith(("dict.", "runtime.")):
        return Effect((), tuple(op.args[:1]))
    return Effect((), tuple(arg for arg in op.operands if isinstance(function.type_of(arg), Array | List)))


@cache
def _most_plain(prim: str) -> int:
    """With how many operands a library function writes nothing and gives something fresh, whichever row fits."""
    rows = lookup(prim)
    if not rows or any(row.alias != "fresh" or row.writes for row in rows):
        return -1
    positional = [signature_of(row.signature).positional for row in rows]
    return min(names.index("out") if "out" in names else len(names) for names in positional)


_JOINING = {"operator.add", "operator.mul", "operator.concat"}


def _joined(op: Op, function: Function) -> Effect | None:
    """`xs + ys` and `xs * n`: a new list, with the items that were there."""
    lists = tuple(each for each in op.args if isinstance(function.type_of(each), List | Tuple))
    return Effect(tuple(("items", each) for each in lists)) if lists else None


_NUMBERS = (Float, Int, Bool, Complex, Scalar)
"""What a view is of memory of its own of."""


def _library(op: Op, function: Function) -> Effect:
    if op.prim in _JOINING and (joined := _joined(op, function)) is not None:
        return joined
    if not op.kwargs and not op.data and len(op.args) <= _most_plain(op.prim):
        return NOTHING
    try:
        bound = bind(op, function)
    except Unbound:
        return _unknown(op, function)
    if bound is None:
        return NOTHING if is_harmless(op.prim) or lookup(op.prim) else _unknown(op, function)
    shares: tuple[tuple[Sharing, Operand], ...] = ()
    kind, _, name = bound.row.alias.partition(":")
    operand = bound.operands.get(name)
    if kind in ("view", "maybe", "same") and operand is not None:
        viewed = operand if isinstance(operand, tuple) else (operand,)
        shares = tuple((kind, one) for one in viewed  # type: ignore[misc]
                       if not isinstance(function.type_of(one), _NUMBERS))
    out = bound.operands.get("out")
    writes = tuple(each for name in bound.row.writes if (each := bound.operands.get(name)) is not None)
    if out is not None and out != Const(None) and not isinstance(out, tuple):
        shares, writes = (*shares, ("same", out)), (*writes, out)
    return Effect(shares, tuple(w for w in writes if not isinstance(w, tuple)))

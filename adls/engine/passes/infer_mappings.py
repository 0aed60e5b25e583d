"""Methods of dicts, and copies of containers, as what they mean: see `infer_sources.py`."""

from __future__ import annotations

from adls.engine.ir.ops import Const, Op, Operand, Var
from adls.engine.ir.types import (
    Array,
    Bool,
    Bottom,
    Complex,
    Dict,
    Float,
    Int,
    List,
    NoneT,
    Opaque,
    Scalar,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.infer_collections import is_kept
from adls.engine.passes.infer_rewriting import LONGEST_DISPLAY, Rewrite, Rewriting, known_items


def values(r: Rewriting) -> Type | None:
    if not isinstance(r.types[0], Dict):
        return None
    items = r.unpacked(r.op.args[0])
    return r.source("values_of", *r.op.args) if items is None else r.ops(Op("list", items, data=()))


def items(r: Rewriting) -> Type | None:
    if not isinstance(r.types[0], Dict) or r.inference.uses.only_walked(r.let):
        return None
    return r.source("entries_of", *r.op.args)


def got(r: Rewriting) -> Type | None:
    mapping, key, *rest = r.op.args
    default = rest[0] if rest else Const(None)
    known, name = r.types[0], getattr(r.types[1], "value", None)
    if not isinstance(known, Dict) or r.named:
        return None
    if known.items is not None and name is not None and r.op.prim == "dict.get":
        return r.ops(Op("getitem", (mapping, key))) if name in dict(known.items) else r.value(default)
    return r.source("got" if r.op.prim == "dict.get" else "put_if_absent", mapping, key, default)


def updated(r: Rewriting) -> Type | None:
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


def mapping(r: Rewriting) -> Type | None:
    """`dict(...)`, `dict.copy` and `copy.copy` of a dict."""
    if "**" in r.named or len(r.types) > 1 or (is_kept(r) and r.op.prim != "builtins.dict"):
        return None
    pairs: list[Operand] = []
    if r.types:
        other = r.types[0]
        if not isinstance(other, Dict):
            return r.source("mapping_of_pairs", *r.op.args) if isinstance(other, List) and not r.named else None
        values = r.unpacked(r.op.args[0])
        if values is None or other.items is None:
            return _extended_mapping(r) if r.named else r.source("mapping_of", *r.op.args)
        for (key, _), value in zip(other.items, values, strict=True):
            if key not in r.named:
                pairs += [Const(key), value]
    for name, operand in r.named.items():
        pairs += [Const(name), operand]
    return r.ops(Op("dict", tuple(pairs)))


def _extended_mapping(r: Rewriting) -> Type | None:
    """`dict(d, key=value)`, where it is not known which keys d has."""
    made = r.prelude.inferred(Op("builtins.dict", r.op.args))
    writes = (Op("setitem", (made, Const(name), operand)) for name, operand in r.named.items())
    return r.ops(*writes, Op("copy", (made,)))


def of_keys(r: Rewriting) -> Type | None:
    """`dict.fromkeys(keys, value)`."""
    if r.named or len(r.op.args) not in (1, 2):
        return None
    return r.source("mapping_of_keys", *r.op.args, *(Const(None),) * (2 - len(r.op.args)))


def united(r: Rewriting) -> Type | None:
    if not all(isinstance(t, Dict) for t in r.types) or is_kept(r):
        return None
    if any(known_items(t) is None for t in r.types):
        return r.source("united", *r.op.args)
    entries: dict[object, Operand] = {}
    for arg, type_ in zip(r.op.args, r.types, strict=True):
        assert isinstance(type_, Dict)
        entries |= dict(zip((key for key, _ in type_.items or ()), r.unpacked(arg) or (), strict=True))
    return r.ops(Op("dict", tuple(each for key, value in entries.items() for each in (Const(key), value))))


def united_in_place(r: Rewriting) -> Type | None:
    """`d |= other`."""
    if not all(isinstance(t, Dict) for t in r.types) or is_kept(r):
        return None
    return r.ops(Op("dict.update", r.op.args), Op("copy", r.op.args[:1]))


# Copies


def copied(r: Rewriting) -> Type | None:
    match r.types[0]:
        case Array():
            return r.ops(Op("ndarray.copy", r.op.args))
        case Float() | Int() | Bool() | Complex() | Scalar() | Str() | NoneT():
            return r.value(r.op.args[0])
        case List():
            return r.ops(Op("list.copy", r.op.args))
        case Tuple():
            return r.value(r.op.args[0])
        case Dict() if r.types[0].cls:
            return copied_instance(r, "copy.copy")
        case Dict():
            return mapping(r)
        case _:
            return None


def copied_instance(r: Rewriting, how: str) -> Type | None:
    """A new instance with the same attributes, or with copies of them."""
    from adls.engine.passes.infer_ops import infer_op

    found = r.types[0]
    assert isinstance(found, Dict)
    if any(r.inference.resolver.member(found.cls, name) for name in _COPIERS):
        return None
    kind = r.prelude.emit(Op("attr", r.op.args, (), "__class__"), Opaque(f"class {found.cls}"))
    made = r.prelude.emit(Op("runtime.new", (kind,)), Dict(Bottom(), (), found.cls))
    for name, type_ in found.items or ():
        value = r.prelude.emit(Op("attr", r.op.args, (), name), type_)
        if isinstance(r.op.args[0], Var):
            heap = r.inference.heap
            heap.unify(heap.field(heap.node(r.op.args[0].name), name), heap.node(value.name))
        put = r.inference.derived(r.let, (), Op("setattr", (made, one_copied(r, value) if how == "copy.deepcopy"
                                                               else value), (), name))
        infer_op(r.inference, put)
        r.prelude.lets.append(put)
    return r.value(made)


def replaced(r: Rewriting) -> Type | None:
    """`dataclasses.replace(x, name=v)`: its class called with the fields that x has, and those given."""
    found = r.types[0]
    if not isinstance(found, Dict) or not found.cls:
        return None
    made = r.inference.resolver.construction(found.cls)
    if made is None or made.stored is None or "**" in r.named or any(each.passed for each in made.stored):
        return None
    kind = r.prelude.emit(Op("attr", r.op.args, (), "__class__"), Opaque(f"class {found.cls}"))
    given = {each.name: r.named.get(each.name) or _attribute(r, each.name) for each in made.stored if each.given}
    return r.ops(Op("call", (kind,), tuple(given.items()), ()))


def as_mapping(r: Rewriting) -> Type | None:
    """`dataclasses.asdict(x)` and `astuple`, of an instance that holds numbers, arrays and texts."""
    found = r.types[0]
    made = r.inference.resolver.construction(found.cls) if isinstance(found, Dict) and found.cls else None
    if made is None or made.stored is None or r.named or len(r.types) > 1 or not isinstance(found, Dict):
        return None
    names = [each.name for each in made.stored if not each.passed]
    held = dict(found.items or ())
    if any(isinstance(held.get(name, NoneT()), List | Dict | Tuple) for name in names):
        return None
    values = [one_copied(r, _attribute(r, name)) for name in names]
    if r.op.prim == "dataclasses.astuple":
        return r.ops(Op("tuple", tuple(values), data=()))
    pairs = ((Const(name), value) for name, value in zip(names, values, strict=True))
    return r.ops(Op("dict", tuple(each for pair in pairs for each in pair)))


def _attribute(r: Rewriting, name: str) -> Var:
    from adls.engine.passes.infer_ops import infer_op

    (target,) = r.prelude.temporaries(1)
    read = r.inference.derived(r.let, (target,), Op("attr", r.op.args[:1], (), name))
    infer_op(r.inference, read)
    r.prelude.lets += r.inference.replaced.get(id(read), (read,))
    return target


_COPIERS = ("__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__")


def deeply_copied(r: Rewriting) -> Type | None:
    found = r.types[0]
    if isinstance(found, Dict) and found.cls:
        return copied_instance(r, "copy.deepcopy")
    if is_kept(r):
        return None
    items = r.unpacked(r.op.args[0]) if isinstance(found, List | Tuple | Dict) else None
    if items is not None:
        copies = tuple(one_copied(r, item) for item in items)
        if isinstance(found, Dict):
            keys = [Const(key) for key, _ in found.items or ()]
            return r.ops(Op("dict", tuple(each for pair in zip(keys, copies, strict=True) for each in pair)))
        return r.ops(Op("list" if isinstance(found, List) else "tuple", copies, data=()))
    if isinstance(found, List | Dict):
        return r.source("copied_items" if isinstance(found, List) else "copied_values", *r.op.args)
    return None if isinstance(found, Tuple) else copied(r)


def one_copied(r: Rewriting, item: Var) -> Var:
    """A copy of one item, by what it is."""
    from adls.engine.passes.infer_ops import infer_op

    (target,) = r.prelude.temporaries(1)
    let = r.inference.derived(r.let, (target,), Op("copy.deepcopy", (item,)))
    infer_op(r.inference, let)
    r.prelude.lets += r.inference.replaced.get(id(let), (let,))
    return target


REWRITES: dict[str, Rewrite] = {
    "operator.or_": united,
    "operator.ior": united_in_place,
    "dataclasses.replace": replaced,
    "dataclasses.asdict": as_mapping,
    "dataclasses.astuple": as_mapping,
    "builtins.dict": mapping,
    "builtins.dict.fromkeys": of_keys,
    "dict.values": values,
    "dict.items": items,
    "dict.get": got,
    "dict.setdefault": got,
    "dict.update": updated,
    "dict.copy": mapping,
    "copy.copy": copied,
    "copy.deepcopy": deeply_copied,
}

"""Instances of the user's classes: made, read, written, called. Their methods are functions that get the instance.

    net = Network(W, b)       record @Network, W=W, b=b      a dataclass: its constructor stores what it gets
    net = Network(W, b)       net = runtime.new @Network     any other class
                              apply Network.__init__, net, W, b
    net.forward(x)            apply Network.forward, net, x
    net.size                  apply Network.size, net        a property
    u + v                     apply Vector.__add__, u, v
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from adls.engine.ir.entities import Construction, Library, Member, Stored, UserFunction
from adls.engine.ir.ops import Const, Global, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Bottom, Callable, Dict, List, NoneT, Opaque, Tuple, Type
from adls.engine.passes.infer_attributes import named_attribute
from adls.engine.passes.infer_binding import Prelude, bound_arguments, spread
from adls.engine.passes.infer_fields import called_field, called_property, class_data, is_field
from adls.engine.passes.infer_iteration import begins_as
from adls.engine.passes.infer_kept import keep_property
from adls.engine.passes.typing import join_all

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
_OPERATORS = {f"operator.{name}": (f"__{name}__", f"__r{name}__") for name in _BINARY} | {
    "operator.eq": ("__eq__", "__eq__"), "operator.ne": ("__ne__", "__ne__"), "operator.lt": ("__lt__", "__gt__"),
    "operator.le": ("__le__", "__ge__"), "operator.gt": ("__gt__", "__lt__"), "operator.ge": ("__ge__", "__le__"),
    "operator.contains": ("__contains__", ""), "getitem": ("__getitem__", ""), "setitem": ("__setitem__", ""),
    "operator.neg": ("__neg__", ""), "operator.pos": ("__pos__", ""), "operator.abs": ("__abs__", ""),
    "builtins.abs": ("__abs__", ""), "builtins.len": ("__len__", ""), "builtins.float": ("__float__", ""),
    "builtins.bool": ("__bool__", ""), "delitem": ("__delitem__", ""),
}
_OPERATORS |= {f"operator.i{name}": (f"__i{name}__", "") for name in _BINARY}


def class_of(t: Type) -> str:
    """The class of an instance, of a NamedTuple's too; "" for all else."""
    if isinstance(t, Tuple):
        return "" if " " in t.name else t.name
    return t.cls if isinstance(t, Dict) else ""


def class_named(t: Type) -> str:
    """The class that a type is the class object of."""
    return t.name.removeprefix("class ") if isinstance(t, Opaque) and t.name.startswith("class ") else ""


def operator_of_record(inference: Inference, let: Let, op: Op) -> Type | None:
    """The type of an operator that a class of the user's defines; None where none does."""
    names = _OPERATORS.get(op.prim)
    if names is None or op.kwargs:
        return None
    types = tuple(map(inference.type_of, op.args))
    for position, name in enumerate(names[: len(types)]):
        owner = types[position]
        if not name or not isinstance(owner, Dict) or not owner.cls:
            continue
        member = inference.resolver.member(owner.cls, name)
        args = op.args if not position else op.args[::-1]
        if member is not None and member.kind == "method":
            return _apply_member(inference, let, member, args[0], args[1:], {})
        out = op.prim.replace("operator.i", "operator.", 1)
        if op.prim.startswith("operator.i") and out in _OPERATORS and not op.prim.startswith("operator.is"):
            return operator_of_record(inference, let, Op(out, op.args))
    return None


def attribute_of_record(inference: Inference, let: Let, owner: Type, operand: Operand, name: str) -> Type:
    """The type of `x.name`: a field, a property's value, data of the class, a method."""
    cls = class_of(owner)
    if name == "__class__":
        return Opaque(f"class {cls}")
    member = inference.resolver.member(cls, name)
    if member is not None and member.kind == "cached" and not let.op.kwargs:
        keep_property(inference, let, operand, name, member)
    if isinstance(owner, Dict) and name in dict(owner.items or ()):
        return _field(inference, let, operand, name, dict(owner.items or ())[name])
    if member is None:
        return _set_elsewhere(inference, owner, operand, name)
    if member.kind in ("property", "cached"):
        return _apply_member(inference, let, member, operand, (), {}) or Any()
    if member.kind == "method" and isinstance(member.entity, UserFunction) and isinstance(owner, Dict):
        return _bound_method(inference, let, owner, operand, name, member.entity)
    return class_data(inference, let, operand, member)


def _set_elsewhere(inference: Inference, owner: Type, operand: Operand, name: str) -> Type:
    """The type of an attribute that nothing has set so far."""
    if isinstance(owner, Dict) and name == "__dict__":
        from adls.engine.passes.infer_ops import escape

        escape(inference, operand)
        return Any()
    if isinstance(owner, Dict) and inference.walks_again:
        inference.waits = True
        return Bottom()  # It may be set by what is walked later.
    if isinstance(owner, Dict) and name not in _OF_ALL and isinstance(operand, Var):
        inference.missing.append(operand)
    return Any()


_OF_ALL = frozenset({*dir(object), "__module__", "__weakref__", "__slots__"})


def attribute_is_known(inference: Inference, owner: Type, name: str) -> bool:
    """Whether an instance is known to have an attribute."""
    return isinstance(owner, Dict) and (
        name in dict(owner.items or ()) or inference.resolver.member(owner.cls, name) is not None)


def _bound_method(inference: Inference, let: Let, owner: Dict, operand: Operand, name: str,
                  method: UserFunction) -> Type:
    """`x.method` as a value: a function that has captured x."""
    source = inference.program.source(method.target)
    if source is None or source.function.cells or method.cells:
        return Any()
    prelude = Prelude(inference, let)
    held = prelude.emit(Op("copy", (operand,)), owner)
    heap = inference.heap
    if isinstance(operand, Var):
        heap.unify(heap.node(operand.name), heap.node(held.name))
    for target in let.targets:
        heap.unify(heap.field(heap.node(target.name), ("cell", 0)), heap.node(held.name))
        if inference.definitions.get(target.name) == 1:
            inference.closures[target.name] = (held,)
    inference.replaced[id(let)] = (*prelude.lets, Let(let.targets, Op("attr", (held,), (), name), let.span))
    return Callable(method.target, (owner,))


def _field(inference: Inference, let: Let, operand: Operand, name: str, found: Type) -> Type:
    if isinstance(operand, Var):
        inner = inference.heap.field(inference.heap.node(operand.name), name)
        for target in let.targets:
            inference.heap.unify(inner, inference.heap.node(target.name))
    return found


def set_attribute(inference: Inference, let: Let, op: Op) -> bool:
    """Note `x.name = v`, or call the property's setter; whether x is an instance whose attributes are known."""
    owner, operand, value = inference.type_of(op.args[0]), op.args[0], op.args[1]
    if not isinstance(owner, Dict) or not owner.cls or not isinstance(operand, Var):
        return False
    heap, name = inference.heap, str(op.data)
    member = inference.resolver.member(owner.cls, name)
    if member is not None and member.kind == "property":
        setter = Member("method", member.setter) if member.setter is not None else None
        if setter is None or _apply_member(inference, let, setter, operand, (value,), {}) is None:
            inference.report("unsupported-construct", construct=f"setting the property .{name}",
                             reason="its setter is not known", way_out="call a method that sets it")
        return True
    node = heap.node(operand.name)
    heap.store(node, name, inference.type_of(value))
    if isinstance(value, Var):
        heap.unify(heap.field(node, name), heap.node(value.name))
    return True


def method_of_record(inference: Inference, let: Let, op: Op) -> Type | None:
    """The type of `x.name(...)` by the class of x; None where that does not say it."""
    owner, name = inference.type_of(op.args[0]), str(op.data)
    after = ""
    if name.startswith("super:"):
        name, after = name.removeprefix("super:"), inference.function.qualname.rpartition(".")[0]
    cls = class_of(owner) or class_named(owner)
    if not cls:
        return None
    named = named_attribute(inference, let, op)
    if named is not None:
        return named
    if name == "__class__" and not class_named(owner):
        return _of_its_class(inference, let, op, cls)
    if isinstance(owner, Tuple) and name == "_replace":
        return _replaced(inference, let, op, owner)
    if not after and is_field(inference, owner, name):
        return called_field(inference, let, op)
    member = inference.resolver.member(cls, name, after)
    if member is None and after and name == "__init__":
        inference.replaced[id(let)] = ()
        return NoneT()
    if member is not None and member.kind in ("property", "cached", "value") and not class_named(owner):
        return called_property(inference, let, op)
    if member is None or member.kind in ("property", "cached", "value"):
        return None
    if class_named(owner) and member.kind == "method":
        return None if len(op.args) < 2 else _apply_member(inference, let, member, op.args[1], op.args[2:],
                                                           dict(op.kwargs))
    return _apply_member(inference, let, member, op.args[0], op.args[1:], dict(op.kwargs))


def _of_its_class(inference: Inference, let: Let, op: Op, cls: str) -> Type | None:
    """`x.__class__(...)`: a new instance of the class of x."""
    prelude = Prelude(inference, let)
    kind = prelude.emit(Op("attr", op.args[:1], (), "__class__"), Opaque(f"class {cls}"))
    return constructed(inference, let, Op("call", (kind, *op.args[1:]), op.kwargs, ()), cls, prelude)


def call_of_record(inference: Inference, let: Let, op: Op, owner: Type) -> Type | None:
    """The type of `x(...)` where x is an instance with `__call__`, or a class."""
    if isinstance(owner, Dict) and owner.cls:
        return method_of_record(inference, let, Op("method", op.args, op.kwargs, "__call__")) if not op.data else None
    cls = class_named(owner)
    return constructed(inference, let, op, cls) if cls else None


def _apply_member(inference: Inference, let: Let, member: Member, owner: Operand, args: tuple[Operand, ...],
                  named: dict[str, Operand]) -> Type | None:
    """A call of a function of a class, with the instance or the class before its arguments."""
    from adls.engine.passes.infer_calls import apply_known

    if not isinstance(member.entity, UserFunction) or member.entity.cells:
        return None
    target = member.entity.target
    source = inference.program.source(target) or inference.program.generator(target)
    if source is None or not inference.program.known(target) or source.function.cells:
        return None
    prelude = Prelude(inference, let)
    by_name = prelude.keywords(tuple(named.items()))
    if by_name is None:
        return None
    if member.kind == "class" and not class_named(inference.type_of(owner)):
        kind = Opaque(f"class {class_of(inference.type_of(owner))}")
        owner = prelude.emit(Op("attr", (owner,), (), "__class__"), kind)
    first = () if member.kind == "static" else (owner,)
    callee: Operand = Global(target, "member")
    if any(isinstance(param.default, Global) for param in source.function.params):
        callee = prelude.emit(Op("attr", (owner,), (), source.function.name), Callable(target))
    bound = bound_arguments(prelude, source.function, callee, (*first, *args), by_name)
    begun_as = begins_as(inference, let, target, source.function, bound) if bound is not None else ""
    return apply_known(inference, let, begun_as, bound, prelude) if bound is not None and begun_as else None


# Constructors


def constructed(inference: Inference, let: Let, op: Op, cls: str, prelude: Prelude | None = None) -> Type | None:
    """The type of `Class(...)`; None where what it does is not modelled."""
    found = inference.resolver.construction(cls)
    prelude = prelude or Prelude(inference, let)
    stars = tuple(position - 1 for position in op.data) if isinstance(op.data, tuple) else ()
    positional, named = spread(prelude, op.args[1:], stars), prelude.keywords(op.kwargs)
    if found is None or positional is None or named is None:
        return None
    if found.stored is None:
        return _initialised(inference, let, op, cls, positional, named, prelude)
    wanted = [each for each in found.stored if each.given]
    given = dict(zip((each.name for each in wanted if not each.keyword), positional, strict=False)) | named
    if len(positional) > sum(not each.keyword for each in wanted) or set(given) - {each.name for each in wanted}:
        return None
    if any(each.name not in given and each.default is None for each in wanted):
        return None
    if not found.is_plain:
        return _stored_by_hand(inference, let, op, cls, found, given, prelude)
    types = {s.name: inference.type_of(given[s.name]) if s.name in given else s.default or Any() for s in found.stored}
    named_tuple = inference.program.fields.get(cls.rpartition(".")[2]) == tuple(types)
    record = Tuple(tuple(types.values()), cls.rpartition(".")[2]) if named_tuple else _record(types, cls)
    return _made(inference, let, op.args[0], record, given, prelude)


def namespace(inference: Inference, let: Let, op: Op, callee: Operand, prelude: Prelude) -> Type | None:
    """The type of `types.SimpleNamespace(a=x)`: an instance that stores what it is given."""
    named = dict(op.kwargs)
    if op.args or op.prim != NAMESPACE or "**" in named:
        return None
    return _made(inference, let, callee, _record({name: inference.type_of(each) for name, each in named.items()},
                                                 NAMESPACE), named, prelude)


NAMESPACE = "types.SimpleNamespace"


def _record(types: Mapping[str, Type], cls: str) -> Dict:
    return Dict(join_all(types.values()), tuple(sorted(types.items(), key=str)), cls)


def _made(inference: Inference, let: Let, kind: Operand, found: Type, given: Mapping[str, Operand], prelude: Prelude
          ) -> Type:
    """An instance, or a NamedTuple, that stores what its constructor gets."""
    heap = inference.heap
    fields = inference.program.fields.get(found.name, ()) if isinstance(found, Tuple) else ()
    for target in let.targets:
        for name, operand in given.items():
            if isinstance(operand, Var):
                place = fields.index(name) if isinstance(found, Tuple) else name
                heap.unify(heap.field(heap.node(target.name), place), heap.node(operand.name))
    made = Let(let.targets, Op("record", (kind,), tuple(given.items()), fields or class_of(found)), let.span)
    inference.replaced[id(let)] = (*prelude.lets, made)
    return found


def _stored_by_hand(inference: Inference, let: Let, op: Op, cls: str, how: Construction, given: Mapping[str, Operand],
                    prelude: Prelude) -> Type | None:
    """A dataclass with a `__post_init__`: its fields are set one by one, then it is called."""
    from adls.engine.passes.infer_ops import infer_op

    made = prelude.emit(Op("runtime.new", op.args[:1]), Dict(Bottom(), (), cls))
    plain: tuple[tuple[str, Operand], ...] = (("plain", Const(True)),) if how.frozen else ()
    passed: list[Operand] = []
    for stored in how.stored or ():
        value = given.get(stored.name) or _left_out(inference, let, op, stored, prelude)
        if stored.passed and value is not None:
            passed.append(value)
        elif value is not None:
            put = inference.derived(let, (), Op("setattr", (made, value), plain, stored.name))
            infer_op(inference, put)
            prelude.lets.append(put)
        elif stored.given:
            return None
    if not how.after:
        return _given_back(inference, let, made, prelude)
    return _finished(inference, let, made, Op("method", (made, *passed), (), how.after), prelude)


def _left_out(inference: Inference, let: Let, op: Op, stored: Stored, prelude: Prelude) -> Operand | None:
    """What a field is where the constructor does not get it; None where it is not set, or made by what is not known."""
    from adls.engine.passes.infer_ops import infer_op

    if stored.factory is None and stored.default is None:
        return None
    empty = {List: "list", Dict: "dict"}.get(type(stored.default))
    if stored.factory is None:
        source = Op(empty, (), data=()) if empty else Op("attr", op.args[:1], (), stored.name)
        return prelude.emit(source, stored.default or Any())
    (made,) = prelude.temporaries(1)
    match stored.factory:
        case UserFunction(target, ()) if inference.program.known(target):
            call = inference.derived(let, (made,), Op("apply", (), (), target))
        case Library(key):
            call = inference.derived(let, (made,), Op(key))
        case _:
            return None
    infer_op(inference, call)
    prelude.lets += inference.replaced.get(id(call), (call,))
    return made


def _initialised(inference: Inference, let: Let, op: Op, cls: str, positional: tuple[Operand, ...],
                 named: dict[str, Operand], prelude: Prelude) -> Type | None:
    """`x = new(Class)`, then its `__init__`."""
    member = inference.resolver.member(cls, "__init__")
    if member is None or any(isinstance(inference.type_of(each), Bottom) for each in (*positional, *named.values())):
        return Bottom() if member is not None else None
    made = prelude.emit(Op("runtime.new", op.args[:1]), Dict(Bottom(), (), cls))
    return _finished(inference, let, made, Op("method", (made, *positional), tuple(named.items()), "__init__"), prelude)


def _finished(inference: Inference, let: Let, made: Var, initialise: Op, prelude: Prelude) -> Type | None:
    """The new instance once a method of its class has been called on it."""
    call = inference.derived(let, (), initialise)
    inference.replaced.pop(id(call), None)
    if method_of_record(inference, call, call.op) is None:
        return None
    prelude.lets += inference.replaced.get(id(call), (call,))
    return _given_back(inference, let, made, prelude)


def _given_back(inference: Inference, let: Let, made: Var, prelude: Prelude) -> Type:
    for target in let.targets:
        inference.heap.unify(inference.heap.node(made.name), inference.heap.node(target.name))
    given = (Let(let.targets, Op("copy", (made,)), let.span),) if let.targets else ()
    inference.replaced[id(let)] = (*prelude.lets, *given)
    return inference.heap.grown(inference.type_of(made), inference.heap.node(made.name))


def _replaced(inference: Inference, let: Let, op: Op, owner: Tuple) -> Type | None:
    """`state._replace(x=y)` of a NamedTuple."""
    fields = inference.program.fields.get(owner.name) or ()
    if len(fields) != len(owner.items) or len(op.args) > 1:
        return None
    prelude, named = Prelude(inference, let), dict(op.kwargs)
    kind = prelude.emit(Op("attr", op.args, (), "__class__"), Opaque(f"class {owner.name}"))
    given: dict[str, Operand] = {}
    for position, (name, found) in enumerate(zip(fields, owner.items, strict=True)):
        given[name] = named.get(name) or prelude.item(op.args[0], position, found)
    found = Tuple(tuple(map(inference.type_of, given.values())), owner.name)
    return _made(inference, let, kind, found, given, prelude)


_LIBRARY_FIELDS: Mapping[str, tuple[str, ...]] = {
    "SlogdetResult": ("sign", "logabsdet"),
    "EigResult": ("eigenvalues", "eigenvectors"),
    "EighResult": ("eigenvalues", "eigenvectors"),
    "SVDResult": ("U", "S", "Vh"),
    "QRResult": ("Q", "R"),
}


def fields_of(inference: Inference, class_name: str) -> tuple[str, ...]:
    """The names of a NamedTuple's items."""
    known = _LIBRARY_FIELDS.get(class_name) or inference.program.fields.get(class_name)
    if known is None:
        made = inference.resolver.construction(class_name)
        fields = getattr(inference.entity(class_name), "fields", None) if made is None else None
        known = tuple(each.name for each in made.stored or ()) if made is not None else fields or ()
    return known

"""Calls of generators, and the functions that consume them: Python's own are written as generators too.

    g = squares(xs)                tuple xs                      what it was called with; see `infer_generators.py`
    list(g), sum(g), a, b = g      a list that a loop fills      what is asked of it is asked of the list
    enumerate(g), islice(g, 3)     tuple g, 0                    a generator of `runtime.sources`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.entities import CONTEXT, UserFunction
from adls.engine.ir.ops import (
    Break,
    Const,
    For,
    Function,
    Global,
    If,
    Let,
    Op,
    Operand,
    Raise,
    Region,
    Return,
    Statement,
    Var,
    With,
)
from adls.engine.ir.types import Array, Callable, Dict, Iter, List, Str, Tuple, Type
from adls.engine.ir.walk import statements, with_used
from adls.engine.passes.infer_binding import Prelude
from adls.engine.passes.infer_eager import run_at_once
from adls.engine.passes.infer_generators import can_stand_here, free_name, generator_type, refuse, target_of
from adls.engine.passes.infer_lazy import TAKING_ALL, WHOLE, is_seen, refuse_changing
from adls.engine.passes.infer_unroll import UnrolledError, put

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_DECIDERS = {"builtins.any", "builtins.all", "builtins.next"}
_LAZY = {"builtins.enumerate": "enumerating", "builtins.map": "mapping", "builtins.filter": "filtering",
         "itertools.chain": "chaining", "itertools.chain.from_iterable": "chaining_all", "itertools.islice": "slicing",
         "itertools.takewhile": "taking", "itertools.dropwhile": "dropping", "itertools.starmap": "starmapping",
         "itertools.repeat": "repeating", "itertools.cycle": "cycling", "itertools.count": "counting",
         "itertools.product": "crossing", "itertools.combinations": "combining",
         "itertools.combinations_with_replacement": "combining_again", "itertools.permutations": "permuting",
         "itertools.pairwise": "pairing", "itertools.accumulate": "accumulating", "itertools.compress": "compressing",
         "itertools.zip_longest": "zipping_longest", "builtins.zip": "zipping"}
"""Generators of `runtime.sources` in the place of Python's own."""
_ALWAYS = {name for name in _LAZY if name.startswith("itertools.")} - {
    "itertools.pairwise", "itertools.starmap", "itertools.accumulate"}
"""Of which no iterator of a known type comes otherwise."""


def is_iterator(prim: str) -> bool:
    """Whether a function of Python's is a generator of ours."""
    return prim in _LAZY


def begins_as(inference: Inference, let: Let, target: str, function: Function, operands: tuple[Operand, ...]) -> str:
    """The target that a call of a function calls; "" where it stays a dynamic call.

    A generator that cannot be written out where it is consumed may run at once, if nobody sees that.
    """
    if inference.program.generator(target) is None:
        return target
    use = inference.uses.consumer(let)
    stands_here = can_stand_here(inference, function, target) and not _is_beside_another(inference, use, let)
    begins = may_begin(inference, let, target, function)
    if (begins and stands_here) or target.startswith((CONTEXT, "adls.runtime.")):
        return target if begins else ""
    if begins and isinstance(use, Return):
        return target
    return run_at_once(inference, let, target, operands, once=begins) or (target if begins else "")


def _is_beside_another(inference: Inference, use: Statement | None, let: Let) -> bool:
    """Whether `zip` is over another generator before this one: one of them at most is put in its place."""
    if not isinstance(use, Let) or use.op.prim != "call" or getattr(use.op.args[0], "key", "") != "builtins.zip":
        return False
    before = use.op.args[1 : use.op.args.index(let.targets[0])] if let.targets[0] in use.op.args else ()
    return any(target_of(inference.type_of(each)) for each in before)


def may_begin(inference: Inference, let: Let, target: str, function: Function) -> bool:
    """Whether a call of a function may be written out: of a generator, where it is consumed in one place."""
    if inference.program.generator(target) is None:
        return True
    if target.startswith(CONTEXT):
        plain = all(param.default is None or isinstance(param.default, Const) for param in function.params)
        use = inference.uses.consumer(let)
        begun_already = isinstance(use, Let) and use.op.prim == "copy"
        return plain and (begun_already or isinstance(use, With)) and inference.uses.consumed_once(let)
    return _is_consumed(inference, let)


def begun(inference: Inference, let: Let, target: str, operands: tuple[Operand, ...], prelude: Prelude) -> Type:
    """A generator as the tuple of what it was called with."""
    heap = inference.heap
    for made in let.targets:
        for position, operand in enumerate(operands):
            if isinstance(operand, Var):
                heap.unify(heap.field(heap.node(made.name), position), heap.node(operand.name))
    inference.replaced[id(let)] = (*prelude.lets, Let(let.targets, Op("tuple", operands, (), ()), let.span))
    types = tuple(map(inference.type_of, operands))
    context = target.startswith(CONTEXT)
    return generator_type(target.removeprefix(CONTEXT), types, context=context)


def _is_consumed(inference: Inference, let: Let) -> bool:
    """Whether an iterator is walked over in one place, once."""
    use = inference.uses.consumer(let)
    if use is None or not let.targets:
        return False
    if isinstance(use, Return):
        return True
    return inference.uses.consumed_once(let) and _consumes(inference, use, let.targets[0])


def _consumes(inference: Inference, use: Statement, iterator: Var) -> bool:
    if isinstance(use, For):
        return use.iterable == iterator
    if not isinstance(use, Let):
        return False
    op = use.op
    if op.prim == "copy":
        return inference.uses.only_taken_apart(use) or _is_consumed(inference, use)
    if op.prim in ("unpack", "apply"):
        return op.prim == "apply" or op.data is None
    if op.prim == "method":
        return op.data in ("extend", "join")
    if op.prim in ("list", "tuple"):
        return isinstance(op.data, tuple) and op.args.index(iterator) in op.data
    if op.prim != "call":
        return op.prim in WHOLE or op.prim in _DECIDERS or op.prim in _LAZY
    callee = op.args[0]
    if isinstance(op.data, tuple) and op.args.index(iterator) in op.data:
        return False
    if isinstance(callee, Global):
        if callee.key:
            key = callee.key
            if key in WHOLE or key in _DECIDERS or _reduces(key, op.args[1:]):
                return True
            return key in _LAZY and _is_followed(op) and _is_consumed(inference, use)
        return isinstance(inference.entity(callee.path), UserFunction)
    return isinstance(inference.type_of(callee), Callable)


def _is_followed(call: Op) -> bool:
    """Whether a generator of ours does what a call of one of Python's iterators does."""
    if call.args[0].key != "builtins.zip":  # type: ignore[union-attr]
        return True
    return len(call.args) == 3 and call.kwargs in ((), (("strict", Const(False)),))


def consumed_whole(inference: Inference, let: Let, op: Op, prelude: Prelude) -> Type | None:
    """The type of a library's call that walks over a generator, or that is one itself; None for any other call."""
    types = tuple(map(inference.type_of, op.args))
    generators = [position for position, found in enumerate(types) if target_of(found)]
    if op.prim in _LAZY and not generators:
        generators = [position for position, found in enumerate(types) if is_stream(inference, found)]
    seen = not generators and is_seen(inference, let, op)
    if seen and op.prim in TAKING_ALL:
        refuse_changing(inference, op)
        return None
    if op.prim in _LAZY and (generators or seen or op.prim in _ALWAYS):
        found = _lazily(inference, let, op, types, prelude)
        if found is None and generators:
            refuse(inference)
        elif found is None and seen:
            refuse_changing(inference, op)
        return found
    if seen:
        refuse_changing(inference, op)
    walked = [position for position, found in enumerate(types[:1]) if _is_walked(inference, found)]
    if walked and op.prim in WHOLE:
        consumed_as_list(inference, let, op.args[0])
    if not generators:
        return None
    if op.prim in _DECIDERS:
        written_out(inference, let, _decided(inference, let, op))
    elif (op.prim in WHOLE or _reduces(op.prim, op.args)) and len(generators) == 1:
        consumed_as_list(inference, let, op.args[generators[0]])
    refuse(inference)
    return None


def _reduces(key: str, args: tuple[Operand, ...]) -> bool:
    """Whether a call reduces an iterator by a library's function, which one does not see interleaved with it."""
    return key == "functools.reduce" and isinstance(args[0], Global) and bool(args[0].key)


def _is_walked(inference: Inference, found: Type) -> bool:
    """Whether something is an instance that can be walked over."""
    return isinstance(found, Dict) and bool(found.cls) and inference.resolver.member(found.cls, "__iter__") is not None


def consumed_as_list(inference: Inference, let: Let, operand: Operand) -> None:
    """Have a list made of what a generator gives, before the operation that wants it."""
    items, item = (Var(free_name(inference, name)) for name in ("given", "given_item"))
    append = Let((), Op("method", (items, item), (), "append"), let.span)
    walk = For(item, operand, (append,), (), let.span)
    new = with_used(let, lambda other: items if other == operand else other)
    written_out(inference, let, (Let((items,), Op("list", (), (), ()), let.span), walk, new))


def written_out(inference: Inference, let: Let, region: Region) -> None:
    """Have the function typed anew with an operation of it written out, if it is one of its text."""
    if any(statement is let for statement in statements(inference.function.body)):
        raise UnrolledError(put(inference.function, let, region))


def _decided(inference: Inference, let: Let, op: Op) -> Region:
    """`any`, `all` and `next` of an iterator: a loop that is left at the first item that decides."""
    span = let.span
    item = Var(free_name(inference, "given_item"))
    result = let.targets[0] if let.targets else Var(free_name(inference, "decided"))
    if op.prim == "builtins.next":
        error = Global("StopIteration", "builtins.StopIteration")
        missing: Statement = Let((result,), Op("copy", op.args[1:]), span)
        missing = missing if len(op.args) > 1 else Raise(error, None, span)
        found = (Let((result,), Op("copy", (item,)), span), Break(span))
        return (For(item, op.args[0], found, (missing,), span),)
    decides = op.prim == "builtins.any"
    leave = (Let((result,), Op("copy", (Const(decides),)), span), Break(span))
    test = If(item, leave, (), span) if decides else If(item, (), leave, span)
    return (Let((result,), Op("copy", (Const(not decides),)), span), For(item, op.args[0], (test,), (), span))


def _lazily(inference: Inference, let: Let, op: Op, types: tuple[Type, ...], prelude: Prelude) -> Type | None:
    """The generator of `runtime.sources` that does what one of Python's iterators does."""
    from adls.engine.passes.infer_calls import apply_known

    name, operands = _LAZY[op.prim], op.args
    named = dict(op.kwargs)
    functions = op.prim in ("builtins.map", "builtins.filter", "itertools.takewhile", "itertools.dropwhile",
                            "itertools.starmap")
    given = types[1:] if functions else types
    if op.prim in ("itertools.islice", "itertools.combinations", "itertools.permutations", "itertools.repeat",
                   "itertools.combinations_with_replacement", "itertools.accumulate"):
        given = given[:1]
    walkable = op.prim in ("itertools.count", "itertools.repeat") or all(
        _is_walkable(each) or is_stream(inference, each) for each in given)
    if not walkable or not _is_consumed(inference, let):
        return None
    chosen = _chosen(inference, op, name, operands, named, types)
    target = inference.resolver.source(chosen[0]) if chosen is not None else None
    if chosen is None or target is None:
        return None
    source = inference.program.generator(target)
    if source is None:
        return None
    values = list(chosen[1])
    for param in source.function.params[len(values):]:
        value = named.pop(param.var.name, param.default)
        if value is None:
            return None
        values.append(value)
    return None if named else apply_known(inference, let, target, tuple(values), prelude)


def _chosen(inference: Inference, op: Op, name: str, operands: tuple[Operand, ...], named: dict[str, Operand],
            types: tuple[Type, ...]) -> tuple[str, tuple[Operand, ...]] | None:
    """The generator's name and operands, by how the original is called."""
    count = len(operands)
    if op.prim in ("itertools.product", "itertools.chain", "builtins.map", "builtins.zip", "itertools.zip_longest"):
        if op.prim == "itertools.product" and named == {"repeat": Const(2)} and count == 1:
            named.clear()
            return "crossing_self", operands
        if op.prim == "builtins.zip":
            if named == {"strict": Const(False)}:
                named.clear()
            return None if named or count != 2 else _side_by_side(inference, operands, types)
        return (f"{name}{count}", operands) if 0 < count <= 3 else None
    if op.prim in ("itertools.combinations", "itertools.permutations", "itertools.combinations_with_replacement"):
        size = operands[1] if count == 2 else named.pop("r", None)
        return (f"{name}{size.value}", operands[:1]) if isinstance(size, Const) and size.value in (2, 3) else None
    if op.prim == "itertools.islice":
        return {2: ("slicing", (operands[0], Const(0), *operands[1:])), 3: ("slicing", operands),
                4: ("slicing_by", operands)}.get(count)
    if op.prim == "itertools.repeat":
        return ("repeating", operands) if count + len(named) == 2 else ("repeating_forever", operands)
    return name, operands


def _side_by_side(inference: Inference, operands: tuple[Operand, ...], types: tuple[Type, ...]
                  ) -> tuple[str, tuple[Operand, ...]] | None:
    """The generator of `zip(first, second)`: at most one of the two is put in its place."""
    first, second = types
    if is_stream(inference, second) and (target_of(first) or is_stream(inference, first)):
        return "zipping_streams", operands
    if target_of(second) and (target_of(first) or is_stream(inference, first)):
        return None
    return ("zipping_first" if target_of(first) or is_stream(inference, first) else "zipping_second"), operands


def is_stream(inference: Inference, found: Type) -> bool:
    """Whether something is an instance that gives its items one by one."""
    return isinstance(found, Dict) and bool(found.cls) and inference.resolver.member(found.cls, "__next__") is not None


def _is_walkable(t: Type) -> bool:
    known = isinstance(t, List | Tuple | Dict | Str) or (isinstance(t, Iter) and t.kind == "range")
    return known or (isinstance(t, Array) and t.dims is not None and len(t.dims) > 0)

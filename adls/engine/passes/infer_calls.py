"""Typing calls: of the library, of user functions that are known when compiling, and of what only the run knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from adls.engine.ir.entities import RULED, Library, Namespace, UserFunction, Value
from adls.engine.ir.ops import Const, Function, Global, Let, Op, Operand, Var
from adls.engine.ir.types import (
    Any,
    Array,
    Bottom,
    Callable,
    Dict,
    List,
    NoneT,
    Opaque,
    Scalar,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.infer_arrays import with_arrays
from adls.engine.passes.infer_attributes import named_attribute
from adls.engine.passes.infer_binding import Prelude, bound_arguments, spread
from adls.engine.passes.infer_generators import refuse, target_of
from adls.engine.passes.infer_heap import RESULT, Node
from adls.engine.passes.infer_here import captured_here
from adls.engine.passes.infer_iteration import begins_as, begun, consumed_whole, is_iterator
from adls.engine.passes.infer_kinds import is_instance
from adls.engine.passes.infer_library import GRADIENTS, is_library, library_type
from adls.engine.passes.infer_lifting import captured_by_global, lifted
from adls.engine.passes.infer_makers import write_out_maker
from adls.engine.passes.infer_presence import present
from adls.engine.passes.infer_protocols import as_given_arrays
from adls.engine.passes.infer_records import (
    call_of_record,
    constructed,
    method_of_record,
    namespace,
    operator_of_record,
)
from adls.engine.passes.infer_rewrites import into_out, joined_first, write_all
from adls.engine.passes.infer_rewriting import Rewriting, concerns
from adls.engine.passes.infer_sources import is_rewritten, rewritten, transposed
from adls.engine.passes.infer_spelling import named_apart, respelled, unbound

if TYPE_CHECKING:
    from adls.engine.passes.infer import Answer
    from adls.engine.passes.infer_function import Inference


def infer_call(inference: Inference, let: Let, op: Op) -> Type:
    """`call f, ...`: what f is decides."""
    inference.replaced.pop(id(let), None)
    callee = op.args[0]
    named = named_apart(inference, let, op)
    if named is not None:
        return named
    if isinstance(callee, Global):
        return _global_call(inference, let, op, callee)
    bound, prelude = bound_method(inference, callee), Prelude(inference, let)
    made = inference.uses.made(callee)
    if made is not None and made.op.prim == "functools.wraps" and len(op.args) == 2:
        return Rewriting(inference, let, op, prelude).value(op.args[1])
    given = _given_to_method(inference, op, bound, prelude) if bound is not None else None
    if bound is not None and given is not None:
        method = Op("method", (*bound.args, *given), op.kwargs, bound.data)
        return Rewriting(inference, let, op, prelude).ops(method)
    found = inference.type_of(callee)
    own = call_of_record(inference, let, op, found)
    if own is not None:
        return own
    if isinstance(found, Callable) and found.target:
        return _function_call(inference, let, op, found)
    if isinstance(found, Bottom | NoneT):
        return Bottom()
    return dynamic_call(inference, let, op)


def bound_method(inference: Inference, callee: Operand) -> Op | None:
    """`push = items.append`, of a list, dict or array that has one name: a call of `push` is a call of the method."""
    made = inference.uses.made(callee)
    if made is None or made.op.prim != "attr" or not inference.uses.is_bound_once(made.op.args[0]):
        return None
    owner = inference.type_of(made.op.args[0])
    if (isinstance(owner, Dict) and owner.cls) or not isinstance(owner, List | Dict | Array):
        return None
    return made.op if is_library(f"{_class_of(owner)}.{made.op.data}") else None


def _given_to_method(inference: Inference, op: Op, bound: Op, prelude: Prelude) -> tuple[Operand, ...] | None:
    """What a call of a bound method gives it; of `x.reshape(*shape)` that is `shape`, however long it is."""
    found = spread(prelude, op.args[1:], _stars(op))
    whole = found is None and bound.data in ("reshape", "transpose") and len(op.args) == 2
    return op.args[1:] if whole and isinstance(inference.type_of(op.args[1]), List | Tuple) else found


def is_called_only(inference: Inference, let: Let) -> bool:
    """Whether nothing is done with a bound method but to call it: as each call is the method's, it needs no value."""
    bound = bound_method(inference, let.targets[0]) if len(let.targets) == 1 else None
    if bound is None:
        return False
    target = let.targets[0]
    called = all(isinstance(use, Let) and use.op.prim == "call" and use.op.args[0] == target
                 and use.op.operands.count(target) == 1
                 and _given_to_method(inference, use.op, bound, Prelude(inference, use)) is not None
                 for use in inference.uses.of(target.name))
    if called:
        inference.replaced[id(let)] = (Let(let.targets, Op("copy", (Const(None),)), let.span),)
    return called


def infer_method(inference: Inference, let: Let, op: Op) -> Type:
    """`x.name(...)`: a library's where x is an array, list, dict or str."""
    inference.replaced.pop(id(let), None)
    owner = inference.type_of(op.args[0])
    if isinstance(owner, Bottom | NoneT):
        return Bottom()
    own = method_of_record(inference, let, op)
    if own is None:
        own = respelled(inference, let, op)
    if own is not None:
        return own
    unfrozen = _of_frozen(inference, op)
    if unfrozen is not None:
        return _library(inference, let, unfrozen)
    if str(op.data).startswith("super:"):
        inference.report("unsupported-construct", construct="`super()`", reason="the class of the instance is unknown",
                         way_out="call the method of the class by its name")
    if isinstance(owner, Opaque) and owner.name.startswith("module "):
        prim = f"{owner.name.removeprefix('module ')}.{op.data}"
        if is_library(prim) or is_iterator(prim):
            return _library(inference, let, Op(prim, op.args[1:], op.kwargs))
    prim = f"{_class_of(owner)}.{op.data}"
    if is_library(prim):
        return _library(inference, let, Op(prim, op.args, op.kwargs))
    return dynamic(inference, op)


def _of_frozen(inference: Inference, op: Op) -> Op | None:
    """`d.logpdf(x)` after `d = stats.norm(loc, scale)`: the distribution's own `stats.norm.logpdf(x, loc, scale)`."""
    made = inference.uses.made(op.args[0])
    if made is None or not made.op.prim.startswith("scipy.stats.") or made.op.data:
        return None
    if not is_library(f"{made.op.prim}.{op.data}") or any(
            isinstance(each, Var) and not inference.uses.is_bound_once(each) for each in made.op.operands):
        return None
    return Op(f"{made.op.prim}.{op.data}", (*op.args[1:], *made.op.args), (*op.kwargs, *made.op.kwargs))


def infer_apply(inference: Inference, let: Let, op: Op) -> Type:
    """A call that an earlier inference has resolved; its types may be others now."""
    target = str(op.data).partition("|")[0]
    if not inference.program.known(target):
        return dynamic(inference, op)
    return apply_known(inference, let, target, op.args, Prelude(inference, let))


def dynamic(inference: Inference, op: Op) -> Type:
    """A call of unknown code: it may change every container that it gets, and give anything."""
    from adls.engine.passes.infer_ops import escape

    for operand in op.operands:
        escape(inference, operand)
        if target_of(inference.type_of(operand)):
            refuse(inference)
    never = any(isinstance(inference.type_of(operand), Bottom) for operand in op.operands)
    return Bottom() if never else Any()


def dynamic_call(inference: Inference, let: Let, op: Op) -> Type:
    """A dynamic call with what its stars stand for written out, where that is known: each argument has a cotangent."""
    if op.data or any(name == "**" for name, _ in op.kwargs):
        prelude = Prelude(inference, let)
        positional, named = spread(prelude, op.args[1:], _stars(op)), prelude.keywords(op.kwargs)
        if positional is not None and named is not None:
            op = Op("call", (op.args[0], *positional), tuple(named.items()), ())
            inference.replaced[id(let)] = (*prelude.lets, Let(let.targets, op, let.span))
    return dynamic(inference, op)


def _class_of(owner: Type) -> str:
    match owner:
        case Array() | Scalar():
            return "ndarray"
        case List():
            return "list"
        case Dict():
            return "dict"
        case Str():
            return "str"
        case Tuple(_, ""):
            return "tuple"
        case Opaque(name):
            return name.rpartition(".")[2]
        case _:
            return ""


def _global_call(inference: Inference, let: Let, op: Op, callee: Global) -> Type:
    inference.type_of(callee)
    entity = inference.entity(callee.path)
    key = callee.key or (entity.key if isinstance(entity, Library) else "")
    own = _class_method(inference, let, op, callee) if not key and not isinstance(entity, UserFunction) else None
    if own is not None:
        return own
    if key.startswith("user:"):
        return inference.program.user_result(key, tuple(map(inference.type_of, op.args[1:])))
    match entity:
        case UserFunction(target, cells):
            return _user_call(inference, let, op, target, cells)
        case Namespace() if entity.cls:
            made = constructed(inference, let, op, entity.cls)
            if made is not None:
                return made
        case Value(Callable(target, cells), _) if target and not key:
            return _function_call(inference, let, op, Callable(target, cells))
        case _:
            pass
    at_run_time = key in AT_RUN_TIME or key.startswith(RULED)
    return _library_call(inference, let, op, key) if key and not at_run_time else dynamic_call(inference, let, op)


AT_RUN_TIME = {"runtime.forward_dynamic", "runtime.backward_dynamic", "adls.pullback"}
"""What takes a function and is differentiated when it is called, by what it then does."""


def _class_method(inference: Inference, let: Let, op: Op, callee: Global) -> Type | None:
    """`Class.make(...)` of a method that gets the class."""
    parent, _, name = callee.path.rpartition(".")
    owner = inference.entity(parent) if parent else None
    if not isinstance(owner, Namespace) or not owner.cls or op.data:
        return None
    return method_of_record(inference, let, Op("method", (Global(parent), *op.args[1:]), op.kwargs, name))


def _library_call(inference: Inference, let: Let, op: Op, key: str) -> Type:
    """`call @numpy.tanh, x` becomes `numpy.tanh x`. A star of known length is spread; another leaves a dynamic call."""
    prelude = Prelude(inference, let)
    if any(name == "**" for name, _ in op.kwargs):
        named = prelude.keywords(op.kwargs)
        op = op if named is None else replace(op, kwargs=tuple(named.items()))
    spreaded = spread(prelude, op.args[1:], _stars(op))
    if spreaded is None and key == "builtins.zip" and len(op.args) == 2:
        known = transposed(Rewriting(inference, let, Op(key, op.args[1:]), prelude))
        if known is not None:
            return known
    made = namespace(inference, let, Op(key, op.args[1:], op.kwargs), op.args[0], prelude)
    if made is not None:
        return made
    if spreaded is None:
        inference.memo.pop(id(let), None)
        return dynamic(inference, op)
    return _library(inference, let, Op(key, spreaded, op.kwargs), prelude, op.args[0])


def _library(inference: Inference, let: Let, op: Op, prelude: Prelude | None = None, callee: Operand | None = None
             ) -> Type:
    if write_all(inference, let, op):
        return NoneT()
    written = into_out(inference, let, op)
    if written is not None:
        return written
    named = named_attribute(inference, let, op)
    if named is not None:
        return named
    prelude = prelude or Prelude(inference, let)
    op = as_given_arrays(inference, prelude, op)
    spelled = unbound(inference, let, op, prelude)
    if spelled is not None:
        return spelled
    walked = consumed_whole(inference, let, op, prelude)
    if walked is not None:
        return walked
    known = rewritten(inference, let, op, prelude) or (
        operator_of_record(inference, let, op) if not prelude.lets else None)
    if known is not None:
        return known
    if callee is not None and is_rewritten(op.prim) and any(concerns(inference.type_of(each)) for each in op.operands):
        call = Op("call", (callee, *op.args), op.kwargs, ())
        inference.replaced[id(let)] = (*prelude.lets, Let(let.targets, call, let.span))
        return dynamic(inference, call)
    op = with_arrays(inference, prelude, joined_first(inference, prelude, op))
    new = Let(let.targets, op, let.span)
    inference.replaced[id(let)] = (*prelude.lets, new)
    found = is_instance(inference, op) or library_type(inference, let, op)
    if isinstance(found, Any) and not is_library(op.prim):
        dynamic(inference, op)
    return found


def _function_call(inference: Inference, let: Let, op: Op, callee: Callable) -> Type:
    """A call of a function value of a known function."""
    if is_library(callee.target) or callee.target in GRADIENTS:
        return _library_call(inference, let, op, callee.target)
    if not inference.program.known(callee.target):
        return dynamic(inference, op)
    return _user_call(inference, let, op, callee.target, callee.cells)


def _user_call(inference: Inference, let: Let, op: Op, target: str, cells: tuple[Type, ...]) -> Type:
    """Rewrite a call of a user function to `apply`, if its arguments and cells can be named here."""
    source = inference.program.source(target) or inference.program.generator(target)
    if source is None or not inference.program.known(target):
        return dynamic(inference, op)
    prelude = Prelude(inference, let)
    arguments = _arguments(inference, prelude, op, source.function)
    if arguments is None:
        return dynamic(inference, op)
    captured = _captured(inference, op.args[0], target, source.function, cells)
    begun_as = begins_as(inference, let, target, source.function, (*(captured or ()), *arguments))
    if not begun_as or (captured is None and inference.program.generator(target) is not None):
        return dynamic(inference, op)
    if captured is None:
        return _unnamed_cells(inference, op, source.function, target, cells, arguments)
    return apply_known(inference, let, begun_as, (*captured, *arguments), prelude)


def _arguments(inference: Inference, prelude: Prelude, op: Op, function: Function) -> tuple[Operand, ...] | None:
    positional = spread(prelude, op.args[1:], _stars(op))
    keywords = prelude.keywords(op.kwargs)
    if positional is None or keywords is None:
        return None
    found = inference.type_of(op.args[0])
    if isinstance(found, Callable) and len(found.cells) == len(function.cells) + 1:
        instance = inference.closures.get(op.args[0].name, ()) if isinstance(op.args[0], Var) else ()
        if len(instance) != 1:
            return None
        positional = (*instance, *positional)
    return bound_arguments(prelude, function, op.args[0], positional, keywords)


def _captured(inference: Inference, callee: Operand, target: str, function: Function, cells: tuple[Type, ...]
              ) -> tuple[Operand, ...] | None:
    """Operands that read what the callee has captured; None where that cannot be named here."""
    count = len(function.cells)
    if not count:
        return ()
    if isinstance(callee, Global):
        return captured_by_global(inference, callee, Callable(target, cells)) if len(cells) == count else None
    if isinstance(callee, Var) and callee.name in inference.closures:
        captured = inference.closures[callee.name]
    else:
        captured = captured_here(inference, target, function) or ()
    return captured if len(captured) == count else None


def _unnamed_cells(inference: Inference, op: Op, function: Function, target: str, cells: tuple[Type, ...],
                   arguments: Sequence[Operand]) -> Type:
    """The call stays dynamic, but what the function gives for its cells' types is known."""
    if len(cells) != len(function.cells):
        return dynamic(inference, op)
    answer = inference.program.call(target, (*cells, *map(inference.type_of, arguments)))
    dynamic(inference, op)
    return answer.result


def apply_known(inference: Inference, let: Let, target: str, operands: tuple[Operand, ...], prelude: Prelude
                ) -> Type:
    """A call of a user function by its target, with all its operands in order."""
    write_out_maker(inference, let, target, operands, prelude)
    target, operands = lifted(inference, target, operands)
    types = tuple(present(inference, let, operand) for operand in operands)
    if any(isinstance(t, Bottom) for t in types):
        return Bottom()
    if inference.program.generator(target) is not None:
        return begun(inference, let, target, operands, prelude)
    answer = inference.program.call(target, types)
    key = answer.instance.key
    inference.callees.add(key)
    inference.replaced[id(let)] = (*prelude.lets, Let(let.targets, Op("apply", operands, (), key), let.span))
    _link(inference, let, operands, answer)
    return answer.result


def _link(inference: Inference, let: Let, operands: tuple[Operand, ...], answer: Answer) -> None:
    """What the callee stores into its parameters is stored into mine, and its result may be one of them."""
    heap, other = inference.heap, answer.instance.heap
    linked: dict[Node, Node] = {}
    always = inference.uses.is_always(let)
    for name, operand in zip(answer.instance.names, operands, strict=False):
        if isinstance(operand, Var) and isinstance(inference.type_of(operand), Tuple | List | Dict | Callable | Any):
            heap.link(heap.node(operand.name), other, other.node(name), answer.convert, linked, always)
    for target in let.targets[:1]:
        if len(let.targets) == 1 and isinstance(answer.result, Tuple | List | Dict | Callable | Any):
            heap.link(heap.node(target.name), other, other.node(RESULT), answer.convert, linked)


def _stars(op: Op) -> tuple[int, ...]:
    """Positions of starred operands among the arguments, without the callee."""
    return tuple(position - 1 for position in op.data) if isinstance(op.data, tuple) else ()


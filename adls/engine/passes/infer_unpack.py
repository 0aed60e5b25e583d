"""Typing of `a, b = value`, and a starred target as what it means.

    a, *b, c = (p, q, r, s)        a, t1, t2, c = unpack ...      a, *b = x  (an array)      a = x[0]
                                   b = list t1, t2                                           b = list(x[1:])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.ops import Const, Let, Op, Operand, Var
from adls.engine.ir.types import Any, Array, Dict, Tuple, Type
from adls.engine.passes.infer_binding import Prelude
from adls.engine.passes.infer_generators import target_of
from adls.engine.passes.infer_heap import EVERY
from adls.engine.passes.infer_iteration import consumed_as_list
from adls.engine.passes.infer_rewriting import known_items

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference


def infer_unpack(inference: Inference, let: Let, op: Op) -> Type:
    """The type of what is taken apart; the targets are assigned by whoever asks."""
    inference.replaced.pop(id(let), None)
    value, heap = inference.type_of(op.args[0]), inference.heap
    if target_of(value) or (isinstance(value, Dict) and value.cls):
        consumed_as_list(inference, let, op.args[0])
    starred = op.data if isinstance(op.data, int) else None
    if op.args[0] in let.targets and isinstance(value, Any):
        _held(inference, let, op)
    if starred is not None:
        _without_star(inference, let, op, value, starred)
    if isinstance(value, Tuple) and starred is None:
        _note_functions(inference, let, op.args[0])
    if isinstance(op.args[0], Var) and not isinstance(value, Array):
        node = heap.node(op.args[0].name)
        for position, target in enumerate(let.targets):
            if starred is None:
                heap.unify(heap.field(node, position), heap.node(target.name))
            elif position == starred:
                heap.unify(heap.field(node, EVERY), heap.field(heap.node(target.name), EVERY))
            else:
                heap.unify(heap.field(node, EVERY), heap.node(target.name))
    return value


def _note_functions(inference: Inference, let: Let, value: Operand) -> None:
    """`first, second = counter(), counter()`: each name is the function that stands in its place."""
    made = inference.uses.made(value)
    if made is None or made.op.prim != "tuple" or made.op.data or len(made.op.args) != len(let.targets):
        return
    for target, each in zip(let.targets, made.op.args, strict=True):
        captured = inference.closures.get(each.name) if isinstance(each, Var) else None
        if captured is not None and inference.definitions.get(target.name) == 1:
            inference.closures[target.name] = captured


def _held(inference: Inference, let: Let, op: Op) -> None:
    """`value, rest = rest`: the source under another name, as its own is one of the targets."""
    prelude = Prelude(inference, let)
    held = prelude.emit(Op("copy", op.args), Any())
    inference.replaced[id(let)] = (*prelude.lets, Let(let.targets, Op("unpack", (held,), (), op.data), let.span))


def _without_star(inference: Inference, let: Let, op: Op, value: Type, starred: int) -> None:
    """Put operations that take the value apart one by one in the place of a starred unpacking."""
    items, behind = known_items(value), len(let.targets) - starred - 1
    if isinstance(value, Tuple) and items is not None and len(items) >= len(let.targets) - 1:
        rest = items[starred : len(items) - behind]
        prelude = Prelude(inference, let)
        taken = prelude.temporaries(len(rest))
        for target, found in zip(taken, rest, strict=True):
            inference.assign(target.name, found)
        targets = (*let.targets[:starred], *taken, *let.targets[starred + 1 :])
        steps = [inference.derived(let, targets, Op("unpack", op.args)),
                 inference.derived(let, (let.targets[starred],), Op("list", taken, data=()))]
    elif isinstance(value, Array) and value.dims:
        steps = _of_array(inference, let, op, starred, behind)
    else:
        return
    from adls.engine.passes.infer_ops import infer_op

    made: list[Let] = []
    for step in steps:
        infer_op(inference, step)
        made += inference.replaced.get(id(step), (step,))
    inference.replaced[id(let)] = tuple(made)


def _of_array(inference: Inference, let: Let, op: Op, starred: int, behind: int) -> list[Let]:
    (array,) = op.args
    part, rows = Prelude(inference, let).temporaries(2)
    steps = []
    for position, target in enumerate(let.targets):
        if position != starred:
            index = Const(position if position < starred else position - len(let.targets))
            steps.append(inference.derived(let, (target,), Op("getitem", (array, index))))
    bounds = (Const(starred), Const(-behind if behind else None), Const(None))
    return [*steps, inference.derived(let, (part,), Op("slice", bounds)),
            inference.derived(let, (rows,), Op("getitem", (array, part))),
            inference.derived(let, (let.targets[starred],), Op("builtins.list", (rows,)))]

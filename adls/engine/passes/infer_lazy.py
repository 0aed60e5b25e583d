"""What an iterator walks over must not change before it has been walked over: Python sees the changes when it comes to
them, and the lists that stand for iterators here would not.

    m = map(f, q)
    q[1] = x[0]          refused
    y = sum(m)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from adls.engine.ir.ops import For, Let, Op, Statement, Var
from adls.engine.ir.types import Array
from adls.engine.ir.walk import statements
from adls.engine.passes.effects import is_in_place
from adls.engine.passes.infer_writes import WRITERS, WRITING_METHODS

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_LAZY = {"builtins.map", "builtins.filter", "builtins.reversed", "dict.values", *(f"itertools.{name}" for name in (
    "accumulate", "pairwise", "combinations", "combinations_with_replacement", "permutations", "product", "starmap",
    "takewhile", "dropwhile", "filterfalse", "groupby", "batched", "cycle", "compress", "zip_longest"))}
_FUNCTIONS_FIRST = {"builtins.map", "builtins.filter", "itertools.starmap", "itertools.takewhile",
                    "itertools.dropwhile", "itertools.filterfalse"}


def refuse_changing(inference: Inference, let: Let, op: Op) -> None:
    """Report an iterator over what changes before, or while, it is walked over."""
    if op.prim not in _LAZY or len(let.targets) != 1:
        return
    sources = [arg for arg in op.args[op.prim in _FUNCTIONS_FIRST :] if isinstance(arg, Var)]
    if any(_writes(inference, statement, source) for statement in _meanwhile(inference, let) for source in sources):
        name = op.prim.rpartition(".")[2]
        inference.report("unsupported-construct", construct=f"`{name}` over what changes before it is walked over",
                         reason="it sees the changes when it comes to them", way_out="make a list of it first")


def _meanwhile(inference: Inference, let: Let) -> Iterator[Statement]:
    """What runs between the making of an iterator and its end."""
    for use in inference.uses.of(let.targets[0].name):
        yield from inference.uses.between(let, use)
        if isinstance(use, For) and not _is_reversal(let):
            yield from statements(use.body)
        elif isinstance(use, Let) and use.op.prim == "call" and len(use.targets) == 1 and any(
                isinstance(further, For) for further in inference.uses.of(use.targets[0].name)):
            yield from _meanwhile(inference, use)


def _is_reversal(let: Let) -> bool:
    """Whether a loop walks over the iterator itself: it counts from where the end was."""
    return let.op.prim == "call" and getattr(let.op.args[0], "key", "") == "builtins.reversed"


def _writes(inference: Inference, statement: Statement, source: Var) -> bool:
    if not isinstance(statement, Let) or not statement.op.args:
        return False
    op, written = statement.op, statement.op.args[0]
    writing = op.prim in WRITERS or is_in_place(op.prim) or (op.prim == "method" and op.data in WRITING_METHODS)
    if not writing or not isinstance(written, Var):
        return False
    if isinstance(inference.type_of(written), Array):
        return _whole(inference, written) == _whole(inference, source)
    return inference.heap.node(written.name) is inference.heap.node(source.name)


def _whole(inference: Inference, array: Var) -> Var:
    """The array that a variable names a part of, as far as one sees."""
    made = inference.uses.made(array)
    while made is not None and made.op.args and isinstance(made.op.args[0], Var) and (
            made.op.prim in ("copy", "getitem", "attr") or made.op.data in _PARTS):
        array = made.op.args[0]
        made = inference.uses.made(array)
    return array


_PARTS = ("reshape", "ravel", "view", "transpose", "swapaxes", "squeeze", "diagonal")

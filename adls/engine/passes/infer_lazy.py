"""An iterator runs when it is walked over: what has changed since it was made is seen then, and what its function
writes is written then. The lists that stand for iterators elsewhere would not do so; a generator in its place does.

    m = map(f, q)
    q[1] = x[0]          `m` is `mapping2(f, q)`, whose loop `sum` runs
    y = sum(m)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from adls.engine.ir.ops import For, Global, Let, Op, Statement, Var
from adls.engine.ir.types import Any, Array, Callable, Type, is_reference
from adls.engine.ir.walk import statements
from adls.engine.passes.effects import is_in_place
from adls.engine.passes.infer_writes import WRITERS, WRITING_METHODS, may_write, statement_writes

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_LAZY = {"builtins.map", "builtins.filter", "builtins.reversed", "dict.values", *(f"itertools.{name}" for name in (
    "accumulate", "pairwise", "combinations", "combinations_with_replacement", "permutations", "product", "starmap",
    "takewhile", "dropwhile", "filterfalse", "groupby", "batched", "cycle", "compress", "zip_longest"))}
WHOLE = {"builtins.list", "builtins.tuple", "builtins.sum", "builtins.max", "builtins.min", "builtins.sorted",
         "builtins.set", "builtins.frozenset", "builtins.dict", "math.fsum", "math.prod", "numpy.fromiter",
         "list.extend", "str.join", "collections.deque", "collections.OrderedDict"}
"""These run an iterator to its end before they do anything else that one could see."""
TAKING_ALL = {"itertools.combinations", "itertools.combinations_with_replacement", "itertools.permutations",
              "itertools.product"}
"""These take what is there when they are made: whoever walks over it later sees no change."""
_FUNCTIONS_FIRST = {"builtins.map", "builtins.filter", "itertools.starmap", "itertools.takewhile",
                    "itertools.dropwhile", "itertools.filterfalse"}


def is_seen(inference: Inference, let: Let, op: Op) -> bool:
    """Whether the program sees that an iterator runs late: its function writes, or what it reads changes meanwhile."""
    if op.prim not in _LAZY or len(let.targets) != 1:
        return False
    functions = [found for found in map(inference.type_of, op.operands) if isinstance(found, Callable)]
    capturing = [found for found in functions if any(map(_can_change, found.cells))]
    if any(may_write(inference, found.target, found.cells) for found in capturing):
        return not _runs_at_once(inference, let)
    sources = _sources(op)
    return (bool(capturing) or any(_can_change(inference.type_of(source)) for source in sources)) and any(
        _may_change(inference, each, sources, captures=bool(capturing)) for each in _meanwhile(inference, let))


def refuse_changing(inference: Inference, op: Op) -> None:
    """Report an iterator that the program sees run late, and that is not walked over in one place."""
    name = op.prim.rpartition(".")[2]
    inference.report("unsupported-construct", construct=f"`{name}` over what changes before it is walked over",
                     reason="it sees the changes when it comes to them", way_out="make a list of it first")


def _sources(op: Op) -> list[Var]:
    return [arg for arg in op.args[op.prim in _FUNCTIONS_FIRST :] if isinstance(arg, Var)]


def _can_change(found: Type) -> bool:
    return is_reference(found) or isinstance(found, Array | Any)


def _runs_at_once(inference: Inference, let: Let) -> bool:
    """Whether the next statement runs an iterator to its end before it does anything else."""
    use = inference.uses.consumer(let)
    if not isinstance(use, Let) or inference.uses.between(let, use):
        return False
    return _called(use) in WHOLE or use.op.prim == "unpack"


def _called(use: Let) -> str:
    return use.op.args[0].key if use.op.prim == "call" and isinstance(use.op.args[0], Global) else use.op.prim


def _meanwhile(inference: Inference, let: Let) -> Iterator[Statement]:
    """What runs between the making of an iterator and its end."""
    for use in inference.uses.of(let.targets[0].name):
        yield from inference.uses.between(let, use)
        if isinstance(use, For) and not _is_reversal(let):
            yield from statements(use.body)
        elif isinstance(use, Let) and use.op.prim == "call" and _called(use) not in WHOLE and len(
                use.targets) == 1 and any(
                isinstance(further, For) for further in inference.uses.of(use.targets[0].name)):
            yield from _meanwhile(inference, use)


def _is_reversal(let: Let) -> bool:
    """Whether a loop walks over the iterator itself: it counts from where the end was."""
    return let.op.prim == "call" and getattr(let.op.args[0], "key", "") == "builtins.reversed"


def _may_change(inference: Inference, statement: Statement, sources: list[Var], *, captures: bool) -> bool:
    """Whether a statement writes into what an iterator reads: into anything, where its function has captured some."""
    if not isinstance(statement, Let):
        return False
    if captures or (statement.op.prim == "call" and _reaches(inference, statement, sources)):
        return statement_writes(inference, statement)
    return any(_writes(inference, statement, source) for source in sources)


def _reaches(inference: Inference, call: Let, sources: list[Var]) -> bool:
    """Whether a call is handed what an iterator walks over, or may have captured it."""
    nodes = [inference.heap.node(source.name) for source in sources]
    callee = inference.type_of(call.op.args[0])
    return (isinstance(callee, Callable) and any(map(_can_change, callee.cells))) or any(
        isinstance(arg, Var) and inference.heap.node(arg.name) in nodes for arg in call.op.operands[1:])


def _writes(inference: Inference, statement: Let, source: Var) -> bool:
    if not statement.op.args:
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

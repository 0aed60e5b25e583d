"""`with` over an instance of the user's class: its methods are called before and after the body.

    with Frozen(net) as inner:           inner = method frozen, "__enter__"
        ...                       ->     try: ...
                                         finally: method frozen, "__exit__", None, None, None

Only where `__exit__` neither looks at an exception nor stops it; any other context manager of the user's is refused if
it may get hold of what varies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.entities import UserFunction
from adls.engine.ir.ops import Const, Function, Let, Op, Return, Try, Var, With
from adls.engine.ir.types import Dict
from adls.engine.ir.walk import all_defined, all_used, statements
from adls.engine.passes.infer_unroll import UnrolledError, put

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_NOTHING = (Const(None), Const(None), Const(None))


def call_managers(inference: Inference, statement: With) -> None:
    """Raise UnrolledError with the calls of an instance's `__enter__` and `__exit__` written out."""
    found = inference.type_of(statement.context)
    if not isinstance(found, Dict) or not found.cls:
        return
    if not _ends_quietly(inference, found.cls):
        inference.report("unsupported-construct", construct="this context manager", way_out="call its methods yourself",
                         reason="what its `__exit__` does depends on an exception, or is not known")
        return
    taken = {*inference.definitions, *(var.name for var in all_defined(inference.function.body))}
    held = Var(next(name for n in range(len(taken) + 1) if (name := f"context_{n}") not in taken))
    span, targets = statement.span, (statement.target,) if statement.target is not None else ()
    enter = Let(targets, Op("method", (held,), (), "__enter__"), span)
    leave = Let((), Op("method", (held, *_NOTHING), (), "__exit__"), span)
    body = (Let((held,), Op("copy", (statement.context,)), span), enter,
            Try(statement.body, (), (), (leave,), span))
    raise UnrolledError(put(inference.function, statement, body))


def _ends_quietly(inference: Inference, cls: str) -> bool:
    """Whether a class has both methods, and its `__exit__` does not look at an exception and gives nothing."""
    member = inference.resolver.member(cls, "__exit__")
    if member is None or member.kind != "method" or inference.resolver.member(cls, "__enter__") is None:
        return False
    source = inference.program.source(member.entity.target) if isinstance(member.entity, UserFunction) else None
    return source is not None and _is_quiet(source.function)


def _is_quiet(function: Function) -> bool:
    given = {param.var for param in function.params[1:]}
    given_back = [s.value for s in statements(function.body) if isinstance(s, Return)]
    quiet = all(isinstance(value, Const) and not value.value for value in given_back)
    return quiet and not given & {operand for operand in all_used(function.body) if isinstance(operand, Var)}


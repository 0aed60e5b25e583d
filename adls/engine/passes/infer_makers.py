"""A function that gives back functions it makes, written out where it is called: what these capture has names here.

    def counter():                          n = 0
        n = 0                               def up(v):
        def up(v):                              nonlocal n
            nonlocal n                          n += v
            n += v               ->             return n
            return n                        c = up
        return up                           total = c(x[0])
    c = counter()
    total = c(x[0])

Only of the same module, with one `return` at its end; any other keeps what it captures to itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adls.engine.ir.ops import Code, Function, Let, Op, Operand, Return, Var
from adls.engine.ir.types import Callable, Dict, List, Tuple, Type
from adls.engine.ir.walk import lets, statements
from adls.engine.passes.infer_splice import Splice
from adls.engine.passes.infer_unroll import UnrolledError, put

if TYPE_CHECKING:
    from adls.engine.passes.infer_binding import Prelude
    from adls.engine.passes.infer_function import Inference

_SOURCES = "adls.runtime.standard_sources."
_PLACE = re.compile(r"@\d+:\d+")
MOST = 60
"""A function of more statements than this is not written out."""


def write_out_maker(inference: Inference, let: Let, target: str, operands: tuple[Operand, ...], prelude: Prelude
                    ) -> None:
    """Raise UnrolledError where a call gives functions that the callee makes."""
    source = inference.program.source(target)
    if source is None or not source.makes_functions or not inference.patient or not inference.uses.is_of_text(let):
        return
    if inference.uses.in_loop(let) and not inference.uses.only_called_beside(let):
        return  # What a function captures is a variable, and each round has one of its own.
    function = source.function
    here = function.file == inference.function.file or target.startswith(_SOURCES)
    value = _given_back(function) if here else None
    if value is None or target == inference.target:
        return
    answer = inference.program.call(target, tuple(map(inference.type_of, operands)))
    made = {let.op.data.function.qualname for let in lets(function) if isinstance(let.op.data, Code)}
    if not _gives(answer.result, made):
        return
    splice = Splice(inference, function, let.span)
    parameters = (*function.cells, *(param.var for param in function.params))
    given = tuple(Let((Var(splice.name(var)),), Op("copy", (operand,)), let.span)
                  for var, operand in zip(parameters, operands, strict=True))
    body = splice.own(function.body[:-1])
    raise UnrolledError(put(inference.function, let, (
        *prelude.lets, *given, *body, Let(let.targets, Op("copy", (splice.renamed(value),)), let.span))))


def _given_back(function: Function) -> Operand | None:
    """What a function gives back, of a short one with one `return`, at its end; None of any other."""
    inside = list(statements(function.body))
    returns = [each for each in inside if isinstance(each, Return)]
    if len(inside) > MOST or len(returns) != 1 or function.body[-1] is not returns[0]:
        return None
    return returns[0].value


def _gives(found: Type, made: set[str]) -> bool:
    """Whether there is a function in a value that has captured something."""
    match found:
        case Callable(target, cells):
            name = _PLACE.sub("", target)
            return bool(cells) and any(name == each or name.endswith(f".{each}") for each in made)
        case Tuple(items) | List(_, tuple(items)):
            return any(_gives(each, made) for each in items)
        case Dict(_, tuple(entries)):
            return any(_gives(each, made) for _, each in entries)
        case _:
            return False


"""What a function that was picked out of a container has captured, where this very call has made it.

    handlers = {"add": add, "log": log}
    handlers[key](x)             `add` captures variables of this function: they have their names here, as ever

What is captured is a variable and not its value, so it doesn't matter which round of a loop has made the function; but
one that an earlier call of this function has made captures that call's variables.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from adls.engine.ir.ops import Function, Operand, Var
from adls.engine.ir.types import Callable, Dict, Iter, List, Tuple, Type

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference


def captured_here(inference: Inference, target: str, function: Function) -> tuple[Operand, ...] | None:
    """The variables that a function of this function's text has captured; None where it may be another call's."""
    captured = inference.made_here.get(target)
    if captured is None or any(isinstance(param.default, Var) for param in function.params):
        return None  # A default is a value, of the round that made the function.
    return None if any(_mentions(each, target) for each in _from_elsewhere(inference)) else captured


def _from_elsewhere(inference: Inference) -> Iterator[Type]:
    """The types of what comes from outside: parameters, globals, and what other functions give."""
    yield from inference.given
    yield from (found for name, found in inference.types.items() if name.startswith("@"))
    for lets in inference.replaced.values():
        if lets[-1].op.prim == "apply":
            yield from map(inference.type_of, lets[-1].targets)


def _mentions(found: Type, target: str) -> bool:
    match found:
        case Callable(name, cells):
            return name == target or any(_mentions(each, target) for each in cells)
        case Tuple(items):
            return any(_mentions(each, target) for each in items)
        case List(item, items):
            return any(_mentions(each, target) for each in (item, *(items or ())))
        case Dict(value, entries):
            return any(_mentions(each, target) for each in (value, *(each for _, each in entries or ())))
        case Iter(_, item):
            return _mentions(item, target)
        case _:
            return False

"""What an iterator may be a list for: `map(f, xs)` is computed at once where nobody can tell that from one by one.

    total = sum(map(f, xs))          computed at once, and walked over at once
    g(zip(xs, ys))                   where all that g does with it is to walk over it, once, before it writes anything
    m = map(f, xs); a[0] = 1.0; sum(m)         not: f may read what is written in between
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.entities import Resolver, UserFunction
from adls.engine.ir.ops import Break, For, Function, Global, If, Let, Op, Operand, Statement, Var, While
from adls.engine.ir.types import Callable
from adls.engine.ir.walk import statements
from adls.engine.passes.effects import is_in_place
from adls.engine.passes.infer_library import is_library
from adls.engine.passes.infer_writes import may_write
from adls.engine.source.frozen import dataclass

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference
    from adls.engine.passes.infer_uses import Uses

_KEEPERS = ("tuple", "list", "dict", "set", "closure", "setitem", "setattr", "record", "copy", "list.append")
_MAKERS = ("list", "dict", "numpy.zeros", "numpy.ones", "numpy.empty", "numpy.full", "numpy.zeros_like",
           "numpy.empty_like")
_WRITERS = ("setitem", "augitem", "delitem", "setattr")


def is_list(inference: Inference, let: Let) -> bool:
    """Whether an operation that gives an iterator may as well give a list."""
    return _at_once(inference, inference.uses, let)


def _at_once(inference: Inference, uses: Uses, let: Let) -> bool:
    if not uses.used_once(let):
        return False
    (use,) = uses.of(let.targets[0].name)
    here = _Reader(inference, inference.resolver, frozenset(inference.parameters), uses)
    if any(isinstance(each, If | For | While) or here.changes(each) for each in uses.between(let, use)):
        return False
    if isinstance(use, For):
        return here.consumes(use) and not _calls_writer(inference, let.op)
    if not isinstance(use, Let) or use.op.prim in (*_KEEPERS, "method"):
        return False
    return use.op.prim != "call" or _is_library(use.op.args[0]) or (
        not _calls_writer(inference, let.op) and _walked_by(inference, use, let.targets[0]))


def _calls_writer(inference: Inference, op: Op) -> bool:
    """Whether `map` or its like is given a function that may write: whoever walks over it sees that come about."""
    found = [inference.type_of(operand) for operand in op.args[1:]]
    return any(isinstance(t, Callable) and not is_library(t.target) and may_write(inference, t.target, t.cells)
               for t in found)


def _walked_by(inference: Inference, call: Let, given: Var) -> bool:
    """Whether a callee walks over its parameter once, before it writes anything."""
    callee = call.op.args[0]
    target = _target(inference.entity(callee.path) if isinstance(callee, Global) else inference.type_of(callee))
    source = inference.program.source(target) if target else None
    if source is None or call.op.kwargs or call.op.data:
        return False
    position = call.op.args.index(given) - 1
    if position >= len(source.function.params) or source.function.params[position].kind != "positional":
        return False
    found = source.uses.of(source.function.params[position].var.name)
    reader = _Reader(inference, source.resolver, frozenset(source.parameters), source.uses)
    return len(found) == 1 and reader.comes_first(source.function, found[0]) and reader.consumes(found[0])


def _is_library(callee: Operand) -> bool:
    return isinstance(callee, Global) and bool(callee.key) and not callee.key.startswith("user:")


def _target(entity: object) -> str:
    return entity.target if isinstance(entity, UserFunction | Callable) else ""


@dataclass(frozen=True)
class _Reader:
    """What statements of a function do to memory, by their text; `given` are the function's parameters."""

    inference: Inference
    resolver: Resolver
    given: frozenset[str]
    uses: Uses

    def comes_first(self, function: Function, use: Statement) -> bool:
        """Whether nothing is written before a statement of the function's own block."""
        for statement in function.body:
            if statement is use:
                return True
            if isinstance(statement, If | For | While) or self.changes(statement):
                return False
        return False

    def consumes(self, use: Statement) -> bool:
        """Whether a statement takes all that an iterator gives; a loop does so one by one, with its body in between."""
        if isinstance(use, For):
            return not any(isinstance(each, Break) or self.changes(each) for each in statements(use.body))
        return isinstance(use, Let) and use.op.prim == "call" and _is_library(use.op.args[0])

    def changes(self, statement: Statement) -> bool:
        """Whether a statement may change memory that others know."""
        if not isinstance(statement, Let):
            return False
        op = statement.op
        if op.prim == "call" and not _is_library(op.args[0]):
            callee = op.args[0]
            target = _target(self.resolver.resolve(callee.path)) if isinstance(callee, Global) else ""
            return may_write(self.inference, target)
        if op.prim in (*_WRITERS, "method") and self._is_own(op.args[0]):
            return False
        updated = is_in_place(op.prim) and isinstance(op.args[0], Var) and op.args[0].name in self.given
        return updated or op.prim in (*_WRITERS, "method")

    def _is_own(self, operand: Operand) -> bool:
        """Whether a variable is a list, dict or array that the function has made."""
        made = self.uses.made(operand)
        return made is not None and made.op.prim in _MAKERS

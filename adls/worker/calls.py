"""Evaluating an example call: its function and fresh arguments, in the module's namespace."""

from __future__ import annotations

import ast
import contextlib
import inspect
import linecache
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adls.engine.source.examples import COMMAND_LINE, Argnums, Example, place
from adls.worker.failures import Refused, WrongCall, is_of_the_call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType


@dataclass(frozen=True, slots=True)
class Call:
    """An example call, compiled: `code` gives the function, its positional and its named arguments."""

    function: str
    expression: str
    argnums: Argnums
    code: CodeType
    where: str = "--call"

    def evaluate(
        self, namespace: dict[str, Any]
    ) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
        """The function and its arguments, made anew: a function may write into the arguments that it gets."""
        function, args, named = eval(self.code, namespace)
        if not named:
            return function, args, {}
        try:
            bound = inspect.signature(function).bind(*args, **named)
        except (TypeError, ValueError):
            return function, args, named  # The call itself will say what is wrong.
        return function, bound.args, bound.kwargs


@contextlib.contextmanager
def blamed(call: Call) -> Iterator[None]:
    """Whatever says that the call is wrong says which one: WrongCall in place of a TypeError or ValueError."""
    try:
        yield
    except (TypeError, ValueError) as error:
        if not is_of_the_call(error):
            raise
        raise WrongCall(f"{call.where}: {type(error).__name__}: {error}\n    {call.expression}") from None


def from_command_line(expression: str, argnums: Argnums) -> Example:
    """The example call that stands in the command instead of in the file."""
    lines = [line + "\n" for line in expression.splitlines()]
    linecache.cache[COMMAND_LINE] = (len(expression), None, lines, COMMAND_LINE)
    return Example("", expression, argnums, COMMAND_LINE, 1, 0)


def compile_call(example: Example) -> Call:
    """The call behind an example. Raises Refused where it doesn't parse, or is no call of its function."""
    node = _parse(example)
    if not isinstance(node, ast.Call):
        raise _refusal(example, "is no call of a function")
    name = _called(node)
    wanted = example.function.rpartition(".")[2]
    if wanted and name != wanted:
        raise _refusal(example, f"calls {name or 'something else'}, not {wanted}")
    parts = ast.Expression(
        ast.Tuple(
            [
                node.func,
                ast.Tuple(node.args, ast.Load()),
                ast.Dict(
                    [ast.Constant(item.arg) if item.arg else None for item in node.keywords],
                    [item.value for item in node.keywords],
                ),
            ],
            ast.Load(),
        )
    )
    place(ast.fix_missing_locations(parts), example)
    code = compile(parts, example.file, "eval", dont_inherit=True)
    return Call(example.function or name, example.expression, example.argnums, code, _where(example))


def _parse(example: Example) -> ast.expr:
    try:
        return ast.parse(example.expression, example.file, "eval").body
    except SyntaxError as error:
        column = (error.offset or 1) - 1
        caret = f"    {example.expression}\n    {' ' * min(column, len(example.expression))}^"
        raise _refusal(example, f"doesn't parse: {error.msg}", caret) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise _refusal(example, f"doesn't parse: {error}") from None


def _refusal(example: Example, why: str, below: str = "") -> Refused:
    shown = below or f"    {example.expression}"
    name = example.function.rpartition(".")[2] or "loss"
    return Refused(f"{_where(example)}: the example call {why}\n{shown}\nwrite a call like: {name}(init(0), *batch())")


def _where(example: Example) -> str:
    return "--call" if example.file == COMMAND_LINE else f"{example.file}:{example.line}"


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""

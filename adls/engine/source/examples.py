"""Example calls: the comments `# adls: loss(init(0), *batch())` above functions, found in a file's text."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator, Mapping, Sequence

from adls.engine.source.frozen import dataclass
from adls.engine.source.text import split_lines

Argnums = int | tuple[int, ...]
COMMAND_LINE = "<--call>"
"""In place of a file: a call that was given from outside stands in none."""
HOW_TO_WRITE_ONE = "write one as a comment above the function: # adls: {name}(...)"
_OPTIONS = "after `# adls` may stand [argnums=0] or [argnums=(0, 2)], then a colon and the call"


class BadExample(Exception):
    """An example call that is written wrongly; str() says where, what is wrong, and how it is written."""


@dataclass(frozen=True, slots=True)
class Example:
    """A call to measure. `line` and `column` (UTF-8 bytes) are where `expression` begins in `file`."""

    function: str
    expression: str
    argnums: Argnums
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The functions that a file defines, by qualified name, and the example calls above them."""

    functions: tuple[str, ...]
    examples: tuple[Example, ...]
    stray_lines: tuple[int, ...]  # example calls that stand above no function


def outline(text: str, tree: ast.Module, file: str) -> Outline:
    """The functions and example calls of a parsed file. Raises BadExample where one is written wrongly."""
    comments = dict(_own_line_comments(text)) if "adls" in text else {}
    functions, examples, claimed = [], [], set()
    for name, node in reachable_functions(tree.body):
        functions.append(name)
        for line in lines_above(node, comments):
            claimed.add(line)
            examples.append(read_example(name, file, line, *comments[line]))
    found = [line for line, (comment, _) in comments.items() if _is_example(comment)]
    return Outline(
        tuple(functions),
        tuple(examples),
        tuple(line for line in found if line not in claimed),
    )


def _own_line_comments(text: str) -> Iterator[tuple[int, tuple[str, int]]]:
    """Each comment that has its line to itself, with its column in bytes (all before it is white space)."""
    lines = (line.rstrip("\r\n") + "\n" for line in split_lines(text))
    for token in tokenize.generate_tokens(lambda: next(lines, "")):
        if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip():
            yield token.start[0], (token.string, token.start[1])


def reachable_functions(body: Sequence[ast.AST], prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions that the module's namespace can reach: not those inside functions."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from reachable_functions(node.body, f"{prefix}{node.name}.")
        else:
            for name in ("body", "handlers", "orelse", "finalbody", "cases"):
                yield from reachable_functions(getattr(node, name, []), prefix)


def lines_above(node: ast.FunctionDef, comments: Mapping[int, tuple[str, int]]) -> list[int]:
    """Lines of example calls between the decorators, and in the block of comments directly above."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    while first - 1 in comments:
        first -= 1
    return [n for n in range(first, node.lineno) if n in comments and _is_example(comments[n][0])]


def _is_example(comment: str) -> bool:
    return comment.lstrip("#").lstrip().startswith(("adls:", "adls["))


def read_example(name: str, file: str, line: int, comment: str, column: int) -> Example:
    """The example call that a comment on a line of its own holds. Raises BadExample."""
    head, colon, expression = _split(comment)
    if not colon:
        raise BadExample(f"{file}:{line}: this example call has no colon: {_OPTIONS}")
    indent = len(head) + len(colon) + len(expression) - len(expression.lstrip())
    where = column + len(comment[:indent].encode())
    try:
        argnums = _argnums(head)
    except BadExample as error:
        raise BadExample(f"{file}:{line}: {error}") from None
    return Example(name, expression.strip(), argnums, file, line, where)


def read_call(text: str) -> tuple[Argnums, str]:
    """An example call without its comment, `f(x)` or `[argnums=1]: f(x)`. Raises BadExample."""
    if not text.startswith("["):
        return 0, text
    head, colon, expression = text.partition("]:")
    if not colon:
        raise BadExample(f"this example call has no colon: {_OPTIONS}")
    return _argnums(head), expression.strip()


def place(tree: ast.AST, example: Example) -> None:
    """Give an expression's nodes the positions that they have in the file: a traceback shows the comment itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.keyword):
            node.col_offset += example.column if node.lineno == 1 else 0
            if node.end_col_offset is not None:
                node.end_col_offset += example.column if node.end_lineno == 1 else 0
    ast.increment_lineno(tree, example.line - 1)


def comment_of(text: str) -> str:
    """The comment that holds an example call, which may say before it what is differentiated."""
    return f"# adls{text}" if text.startswith("[") else f"# adls: {text}"


def _split(comment: str) -> tuple[str, str, str]:
    """`# adls[argnums=0]: f(x)` -> ("# adls[argnums=0", "]:", " f(x)")."""
    return comment.partition("]:" if comment.lstrip("#").lstrip().startswith("adls[") else ":")


def _argnums(head: str) -> Argnums:
    """The arguments to differentiate that `# adls[argnums=...` names; the first where it names none."""
    options = head.partition("[")[2]
    if not options.strip():
        return 0
    try:
        keywords = ast.parse(f"f({options})", mode="eval").body.keywords  # type: ignore[attr-defined]
        values = {keyword.arg: ast.literal_eval(keyword.value) for keyword in keywords}
        argnums = values.pop("argnums")
        if values or not _are_argnums(argnums):
            raise ValueError
    except (SyntaxError, ValueError, KeyError, AttributeError, RecursionError, MemoryError):
        raise BadExample(f"{options!r} is no option of an example call: {_OPTIONS}") from None
    return tuple(argnums) if isinstance(argnums, list | tuple) else int(argnums)


def _are_argnums(value: object) -> bool:
    items = value if isinstance(value, list | tuple) else (value,)
    return bool(items) and all(type(item) is int and item >= 0 for item in items)

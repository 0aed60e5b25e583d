"""What a top-level statement holds: functions, classes, example calls, and the names that each of them reads.

All of it is relative to the statement's chunk and kept with it, so that an edit elsewhere costs nothing.
"""

from __future__ import annotations

import ast
import hashlib
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import dropwhile

from adls.engine.frontend.modules import dotted
from adls.engine.frontend.scopes import every_argument, every_default, names_of
from adls.engine.source.chunks import UNREADABLE, Chunk, Token, counted, digest_of
from adls.engine.source.examples import BadExample, Example, lines_above, read_example
from adls.engine.source.frozen import dataclass

_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DUNDERS = ("__init__", "__new__", "__post_init__", "__call__")


@dataclass(frozen=True, eq=False)
class OutlinedFunction:
    """A function that the module's namespace can reach; lines count from the chunk's first."""

    qualname: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    chunk: Chunk

    @cached_property
    def first_line(self) -> int:
        return min([self.node.lineno, *(each.lineno for each in self.node.decorator_list)])

    @cached_property
    def end_line(self) -> int:
        return self.node.end_lineno or self.node.lineno

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its tokens, decorators included."""
        inside = (token for token in self.chunk.tokens if self.first_line <= token.line <= self.end_line)
        return tuple(dropwhile(lambda token: token.kind in (tokenize.INDENT, tokenize.DEDENT), inside))

    @cached_property
    def digest(self) -> str:
        return digest_of(self.tokens)

    @cached_property
    def text_digest(self) -> str:
        """The same for the same text, so that also every column in it is the same."""
        text = "".join(self.chunk.lines[self.first_line - 1 : self.end_line])
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()

    @cached_property
    def token_lines(self) -> tuple[int, ...]:
        return tuple(token.line for token in counted(self.tokens))

    @property
    def params(self) -> tuple[str, ...]:
        return tuple(argument.arg for argument in every_argument(self.node.args))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The dotted names that it reads of its module; through its first parameter, of its class."""
        names = names_of(self.node)
        free = {*names.free, *names.declared_global}
        outside = [*every_default(self.node.args), *self.node.decorator_list]
        found = dict.fromkeys(path for path in _paths(self.node.body) if path.partition(".")[0] in free)
        found |= dict.fromkeys(_paths(outside))
        owner = self.qualname.rpartition(".")[0]
        if owner and self.params:
            mine = f"{self.params[0]}."
            found |= dict.fromkeys(f"{owner}.{path.removeprefix(mine)}" for path in _paths(self.node.body)
                                   if path.startswith(mine))
            found[owner] = None
        return tuple(found)


@dataclass(frozen=True, eq=False)
class OutlinedClass:
    """A class; its digest and the names that it reads leave out its functions."""

    qualname: str
    node: ast.ClassDef
    chunk: Chunk

    @cached_property
    def first_line(self) -> int:
        return min([self.node.lineno, *(each.lineno for each in self.node.decorator_list)])

    @cached_property
    def digest(self) -> str:
        spans = [(inner.lineno, inner.end_lineno or inner.lineno) for inner in self.node.body
                 if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)]
        end = self.node.end_lineno or self.node.lineno
        kept = [token for token in self.chunk.tokens if self.first_line <= token.line <= end
                and token.kind not in (tokenize.INDENT, tokenize.DEDENT)
                and not any(start <= token.line <= stop for start, stop in spans)]
        return digest_of(kept)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        plain = [inner for inner in self.node.body if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)]
        parts: list[ast.AST] = [*self.node.bases, *self.node.decorator_list, *plain]
        special = [f"{self.qualname}.{inner.name}" for inner in self.node.body
                   if isinstance(inner, ast.FunctionDef) and inner.name in _DUNDERS]
        return tuple(dict.fromkeys([*_paths(parts), *special]))


@dataclass(frozen=True, slots=True)
class OutlinedExample:
    """A comment that holds an example call; `problem` is what is wrong with the comment."""

    function: str
    line: int
    example: Example | None
    problem: str


@dataclass(frozen=True, slots=True)
class Use:
    """`function(subject, ...)`, by their dotted names, or `@function` above it; `owner` is the class around it."""

    function: str
    subject: str
    owner: str
    decorates: bool = False


@dataclass(frozen=True, eq=False)
class Outlined:
    """What one chunk holds."""

    chunk: Chunk

    @cached_property
    def functions(self) -> tuple[OutlinedFunction, ...]:
        return tuple(found for found in self._definitions if isinstance(found, OutlinedFunction))

    @cached_property
    def classes(self) -> tuple[OutlinedClass, ...]:
        return tuple(found for found in self._definitions if isinstance(found, OutlinedClass))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The dotted names that the statement reads."""
        return tuple(dict.fromkeys(_paths(self.chunk.tree.body)))

    @cached_property
    def changes(self) -> frozenset[str]:
        """The names whose values the statement changes as the module is loaded: `table["a"] = 2`, `found.append(x)`."""
        if all(isinstance(node, _DEFINITIONS) for node in self.chunk.tree.body):
            return frozenset()
        return frozenset(filter(None, map(_changed, _run_at_once(self.chunk.tree.body))))

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Calls whose first argument may be a function of the workspace: `adls.grad(loss)`."""
        return tuple(_uses(self.chunk.tree, ""))

    @cached_property
    def examples(self) -> tuple[OutlinedExample, ...]:
        """The example calls above its functions."""
        comments = {line: (text, column) for line, column, text in self.chunk.comments
                    if not self.chunk.lines[line - 1][:column].strip()}
        if not any("adls" in text for text, _ in comments.values()):
            return ()
        found = []
        for function in self.functions:
            if isinstance(function.node, ast.FunctionDef):
                found += [_example(function.qualname, line, *comments[line])
                          for line in lines_above(function.node, comments)]
        return tuple(found)

    @cached_property
    def _definitions(self) -> tuple[OutlinedFunction | OutlinedClass, ...]:
        return tuple(_definitions(self.chunk.tree.body, "", self.chunk))


def outline(chunk: Chunk) -> Outlined:
    """What a chunk holds; it is kept with the chunk."""
    found = chunk.notes.get("outline")
    if not isinstance(found, Outlined):
        found = chunk.notes["outline"] = Outlined(chunk)
    return found


def names_in(expression: str) -> tuple[str, ...]:
    """The dotted names that an expression reads; none where it does not parse."""
    try:
        return tuple(dict.fromkeys(_paths([ast.parse(expression.strip(), mode="eval")])))
    except UNREADABLE:
        return ()


def _run_at_once(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of statements, but for functions and classes."""
    todo = list(body)
    while todo:
        node = todo.pop()
        if not isinstance(node, (*_DEFINITIONS, ast.Lambda)):
            yield node
            todo += ast.iter_child_nodes(node)


def _changed(node: ast.AST) -> str:
    match node:
        case ast.Subscript(owner, _, ast.Store() | ast.Del()) | ast.Attribute(owner, _, ast.Store() | ast.Del()):
            return dotted(owner).partition(".")[0]
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(owner)))):
            return owner
    return ""


def _definitions(body: Sequence[ast.AST], prefix: str, chunk: Chunk) -> Iterator[OutlinedFunction | OutlinedClass]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield OutlinedFunction(prefix + node.name, node, chunk)
        elif isinstance(node, ast.ClassDef):
            yield OutlinedClass(prefix + node.name, node, chunk)
            yield from _definitions(node.body, f"{prefix}{node.name}.", chunk)
        else:
            for name in _BLOCKS:
                yield from _definitions(getattr(node, name, []), prefix, chunk)


def _example(function: str, line: int, comment: str, column: int) -> OutlinedExample:
    try:
        return OutlinedExample(function, line, read_example(function, "", line, comment, column), "")
    except BadExample as error:
        return OutlinedExample(function, line, None, str(error).partition(": ")[2])


def _uses(node: ast.AST, owner: str) -> Iterator[Use]:
    todo: list[tuple[ast.AST, str]] = [(node, owner)]
    while todo:
        found, inside = todo.pop()
        match found:
            case ast.ClassDef(name):
                inside = f"{inside}.{name}" if inside else name
            case ast.FunctionDef(name):
                for decorator in found.decorator_list:
                    path = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
                    yield Use(path, f"{inside}.{name}" if inside else name, inside, True)
            case ast.Call(func, [subject, *_]) if dotted(func):
                for path in _subjects(subject):
                    yield Use(dotted(func), path, inside)
        todo += [(child, inside) for child in ast.iter_child_nodes(found)]


def _subjects(node: ast.expr) -> list[str]:
    """The functions that an argument leads to: by name, through a lambda, or through `partial(f, ...)`."""
    path = dotted(node)
    if path:
        return [path]
    match node:
        case ast.Lambda(_, body):
            called = (dotted(inner.func) for inner in ast.walk(body) if isinstance(inner, ast.Call))
            return [name for name in called if name]
        case ast.Call(_, [first, *_]):
            return _subjects(first)
        case ast.Attribute(_, method):
            return [f"().{method}"]
    return []


def _paths(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every dotted name in nodes at its full length, and the plain names."""
    todo = list(nodes)
    while todo:
        node = todo.pop()
        path = dotted(node)
        if path:
            yield path
            continue
        todo.extend(ast.iter_child_nodes(node))

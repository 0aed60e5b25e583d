"""The text must be the code: find the definition whose compilation is a live function's code object, or say why not.

A file edited after its import compiles to other code, so its text is refused; and because a code object holds the
positions of its instructions, two lambdas on one line are told apart.
"""

from __future__ import annotations

import ast
import copy
import linecache
import sys
import warnings
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import CodeType

from adls.engine.frontend.scopes import COMPREHENSIONS, FUNCTIONS, FunctionNode, parts_of
from adls.engine.ir.ops import Function
from adls.engine.source.diagnostics import KINDS, Diagnostic
from adls.engine.source.examples import BadExample, place, read_example
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import NOWHERE, SourceFile, read_source

# The flags of `from __future__` imports, which a code object keeps in `co_flags` (PyCF_MASK in CPython).
_FUTURES = 0x1FE0000
_SEEN_SOURCES = 64

_generated: dict[int, tuple[CodeType, Function]] = {}


@dataclass(frozen=True)
class Located:
    """A definition in its file; `enclosing` are the functions and classes around it, outermost first."""

    node: FunctionNode
    qualname: str
    enclosing: tuple[ast.AST, ...]
    source: SourceFile


def register(code: CodeType, function: Function) -> None:
    """Generated code: its IR is known, and its file's text is the user's, not its own."""
    _generated[id(code)] = (code, function)


def registered(code: CodeType) -> Function | None:
    """The IR of generated code; None for the user's."""
    found = _generated.get(id(code))
    return found[1] if found is not None else None


def locate(code: CodeType, module: Mapping[str, object] | None = None) -> Located | Diagnostic:
    """The definition that a code object was compiled from, or a diagnostic: source-missing, -changed, syntax-error.

    `module` is the namespace of the code's module, whose loader may know a text that is not on disk.
    """
    problem: Diagnostic | None = None
    texts = 0
    for source in _sources(code, module or {}):
        texts += 1
        example = _in_example(source, code) if code.co_name == "<lambda>" else None
        if example is not None:
            return example
        try:
            found = _index(source, code.co_flags & _FUTURES).find(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            problem = problem or _unparsable(source, code, error)
            continue
        if found is not None:
            return found
    if problem is not None:
        return problem
    if texts and not code.co_filename.startswith("<"):  # Such names are shared: `<string>` is also that of `python -c`.
        return _diagnostic("source-changed", code, path=code.co_filename, name=code.co_name)
    return _diagnostic("source-missing", code, name=code.co_name, reason=_why_missing(code))


def _in_example(source: SourceFile, code: CodeType) -> Located | None:
    """A lambda in an example call, which stands in a comment."""
    line = source.lines[code.co_firstlineno - 1] if 0 < code.co_firstlineno <= len(source.lines) else ""
    if "adls" not in line or "lambda" not in line or not line.lstrip().startswith("#"):
        return None
    try:
        example = read_example("", source.path, code.co_firstlineno, line.strip(), len(line) - len(line.lstrip()))
        tree = ast.parse(example.expression, mode="eval")
        place(tree, example)
        compiled = list(_nested_codes(compile(tree, source.path, "eval", dont_inherit=True)))
    except (BadExample, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if fingerprint(code) not in map(fingerprint, compiled):
        return None
    found = [each for each in _definitions(tree, source) if _holds(each.node, code)]
    return min(found, key=lambda each: _width(each.node), default=None)


def _holds(node: FunctionNode, code: CodeType) -> bool:
    """Whether code on one line lies in a lambda's body."""
    body = node.body if isinstance(node, ast.Lambda) else node
    assert isinstance(body, ast.expr) and body.end_col_offset is not None
    columns = [(start, end) for _, _, start, end in code.co_positions() if start is not None and end is not None]
    inside = [(start, end) for start, end in columns if start != end]
    return all(body.col_offset <= start and end <= body.end_col_offset for start, end in inside)


def _width(node: FunctionNode) -> int:
    return (node.end_col_offset or 0) - node.col_offset


def _sources(code: CodeType, module: Mapping[str, object]) -> Iterator[SourceFile]:
    """The texts that may be the code's: the file as it is now and the loader's; without a file, what is remembered
    of it.

    An old text in `linecache` does not count while there is a file: what it shows is no longer what stands there.
    """
    seen: set[str] = set()
    on_disk = _on_disk(code, module)
    if on_disk is not None:
        seen.add(on_disk.digest)
        yield on_disk
    for read in (_loaded,) if on_disk is not None else (_loaded, _by_code, _remembered):
        source = read(code, module)
        if source is not None and source.digest not in seen:
            seen.add(source.digest)
            yield source


def _on_disk(code: CodeType, _module: Mapping[str, object]) -> SourceFile | None:
    try:
        state = Path(code.co_filename).stat()
        return _read(code.co_filename, state.st_mtime_ns, state.st_size)
    except (OSError, SyntaxError, UnicodeError, ValueError):
        return None


@lru_cache(maxsize=_SEEN_SOURCES)
def _read(path: str, _modified: int, _size: int) -> SourceFile:
    return read_source(path)


def _loaded(code: CodeType, module: Mapping[str, object]) -> SourceFile | None:
    """What the module's loader says: a zip file, or an editor's text that is not saved."""
    if module.get("__file__") != code.co_filename:
        return None
    try:
        text = getattr(module.get("__loader__"), "get_source", lambda _: None)(module.get("__name__"))
    except (ImportError, OSError, SyntaxError):
        return None
    return SourceFile(code.co_filename, text) if isinstance(text, str) else None


def _by_code(code: CodeType, _module: Mapping[str, object]) -> SourceFile | None:
    """What Python 3.13's console and `python -c` register for a code object."""
    lines: Callable[[CodeType], list[str] | None] | None = getattr(linecache, "_getlines_from_code", None)
    found = lines(code) if lines is not None else None
    return SourceFile(code.co_filename, "".join(found)) if found else None


def _remembered(code: CodeType, module: Mapping[str, object]) -> SourceFile | None:
    """Notebook cells, doctests, and whoever else leaves the text of executed code in `linecache`."""
    lines = linecache.getlines(code.co_filename, dict(module))
    return SourceFile(code.co_filename, "".join(lines)) if lines else None


def _why_missing(code: CodeType) -> str:
    if code.co_filename.startswith("<"):
        return f"it was compiled from text that nobody kept ({code.co_filename})"
    return f"{code.co_filename} cannot be read"


def _unparsable(source: SourceFile, code: CodeType, error: Exception) -> Diagnostic:
    reason = f"{error.msg} (line {error.lineno})" if isinstance(error, SyntaxError) else str(error)
    if isinstance(error, RecursionError | MemoryError):
        reason = "an expression in it is nested too deeply for Python's own parser"
    return _diagnostic("syntax-error", code, path=source.path, reason=reason)


def _diagnostic(kind: str, code: CodeType, **details: str) -> Diagnostic:
    return Diagnostic(KINDS[kind], code.co_filename, NOWHERE, code.co_qualname, tuple(details.items()))


class _Index:
    """All functions of one text, by what their code objects hold."""

    def __init__(self, source: SourceFile, futures: int) -> None:
        self.source = source
        self.futures = futures
        self.tree = self._parse()
        self.candidates: dict[tuple[str, int], list[Located]] = {}
        for located in _definitions(self.tree, source):
            key = (_code_name(located.node), _first_line(located.node))
            self.candidates.setdefault(key, []).append(located)
        self.codes = self._compile(self.tree)
        self.marks = set(map(fingerprint, self.codes))
        self.rewritten: set[Hashable] | None = None

    def find(self, code: CodeType) -> Located | None:
        """The definition of a code object, if this text compiles to it."""
        mark = fingerprint(code)
        if mark in self.marks or mark in self._asserting() or self._without_columns(code):
            return self._node(code)
        return None

    def _node(self, code: CodeType) -> Located | None:
        """The definition of this name on this line; of several, the one that gives the same code at the same place."""
        candidates = self.candidates.get((code.co_name, code.co_firstlineno), [])
        if len(candidates) == 1:
            return candidates[0]
        wanted = fingerprint(code, _places)
        return next((each for each in candidates if self._moved(each.node) == wanted), None)

    def _moved(self, node: FunctionNode) -> Hashable:
        """The fingerprint of a definition's code, found by moving it to lines of its own for one compilation."""
        statement = next(each for each in self.tree.body if any(inner is node for inner in ast.walk(each)))
        copies: dict[int, ast.AST] = {}
        # Python 3.11 calls what is read off an imported name by other instructions, so the imports stand before it.
        imports = [each for each in self.tree.body if isinstance(each, ast.Import | ast.ImportFrom)]
        module = ast.Module([*imports, copy.deepcopy(statement, copies)], [])
        distance = len(self.source.lines)
        ast.increment_lineno(copies[id(node)], distance)
        line = _first_line(node) + distance
        own = next(code for code in self._compile(module) if code.co_firstlineno == line)
        return fingerprint(own, lambda code: _places(code, distance))

    def _parse(self) -> ast.Module:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flags = ast.PyCF_ONLY_AST | self.futures
            tree = compile(self.source.text, self.source.path, "exec", flags, dont_inherit=True)
        assert isinstance(tree, ast.Module)
        return tree

    def _compile(self, tree: ast.Module) -> list[CodeType]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(tree, self.source.path, "exec", self.futures, dont_inherit=True, optimize=-1)
        return list(_nested_codes(code))

    def _asserting(self) -> set[Hashable]:
        """The same text's code as pytest compiles it: its rewriting of `assert` leaves all else alone."""
        if self.rewritten is None:
            self.rewritten = set()
            rewriting = sys.modules.get("_pytest.assertion.rewrite")
            if rewriting is not None and "assert" in self.source.text:
                tree = self._parse()
                rewriting.rewrite_asserts(tree, self.source.text.encode(), self.source.path)
                self.rewritten = set(map(fingerprint, self._compile(tree)))
        return self.rewritten

    def _without_columns(self, code: CodeType) -> bool:
        """Under `-X no_debug_ranges` compiled code has lines only, while cached bytecode may still have columns."""
        if _has_columns(code) and any(map(_has_columns, self.codes)):
            return False
        mark = fingerprint(code, _lines)
        return any(fingerprint(own, _lines) == mark for own in self.codes)


@lru_cache(maxsize=_SEEN_SOURCES)
def _index(source: SourceFile, futures: int) -> _Index:
    return _Index(source, futures)


def _line_table(code: CodeType) -> Hashable:
    return code.co_firstlineno, code.co_linetable


def _lines(code: CodeType) -> Hashable:
    return code.co_firstlineno, tuple(line for line, *_ in code.co_positions())


def _places(code: CodeType, moved: int = 0) -> Hashable:
    """The instructions' places but for those without any width, which only repeat the first line."""
    return tuple(
        (line - moved, end_line - moved, column, end_column)
        for line, end_line, column, end_column in code.co_positions()
        if line is not None and end_line is not None and (line, column) != (end_line, end_column)
    )


def _has_columns(code: CodeType) -> bool:
    return any(column is not None for _, _, column, _ in code.co_positions())


def fingerprint(code: CodeType, where: Callable[[CodeType], Hashable] = _line_table) -> Hashable:
    """All that a code object says; equal for equal text at an equal place.

    But for its file's name, and for its qualified name: a lambda that generated code makes again stands in another
    function than the user's.
    """
    return (
        code.co_name, code.co_flags, code.co_argcount, code.co_posonlyargcount,
        code.co_kwonlyargcount, code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars,
        code.co_exceptiontable, where(code), tuple(_constant(constant, where) for constant in code.co_consts),
    )  # fmt: skip


def _constant(value: object, where: Callable[[CodeType], Hashable]) -> Hashable:
    """A constant so that 1, 1.0, True and -0.0, 0.0 differ, and that a set's order does not matter."""
    if isinstance(value, CodeType):
        return fingerprint(value, where)
    if isinstance(value, tuple):
        return ("tuple", tuple(_constant(item, where) for item in value))
    if isinstance(value, frozenset):
        return ("frozenset", frozenset(_constant(item, where) for item in value))
    return (type(value).__name__, repr(value))


def _nested_codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested_codes(constant)


def _definitions(tree: ast.AST, source: SourceFile) -> Iterator[Located]:
    """All definitions in a tree, with the scopes around them."""
    todo: list[tuple[ast.AST, tuple[ast.AST, ...], str]] = [(tree, (), "")]
    while todo:
        node, enclosing, prefix = todo.pop()
        if isinstance(node, FUNCTIONS):
            yield Located(node, prefix + _code_name(node), enclosing, source)
            inner = f"{prefix}{_code_name(node)}.<locals>."
        elif isinstance(node, ast.ClassDef):
            inner = f"{prefix}{node.name}."
        else:
            inside = (*enclosing, node) if isinstance(node, COMPREHENSIONS) else enclosing
            todo += [(part, inside, prefix) for part in parts_of(node) if type(part) not in _LEAVES]
            continue
        body = node.body if isinstance(node.body, list) else [node.body]
        # Defaults, decorators and bases stand outside of what they belong to.
        own = set(map(id, body))
        todo += [(part, enclosing, prefix) for part in parts_of(node) if id(part) not in own]
        todo += [(part, (*enclosing, node), inner) for part in body]


_LEAVES = {ast.Name, ast.Constant, ast.alias}


def _code_name(node: FunctionNode) -> str:
    return "<lambda>" if isinstance(node, ast.Lambda) else node.name


def _first_line(node: FunctionNode) -> int:
    """A code object begins at its first decorator."""
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])

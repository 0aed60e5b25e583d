"""The listing's text: the emitted tree laid out as ruff would, headed line by line with the user's code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adls.engine.backend.unit import EmitUnit, Note, TextLines
from adls.engine.backend.unparse import argument_texts, bare, operands_of, operator_text, pair_texts, text_of
from adls.engine.ir.ops import Var
from adls.engine.ir.types import Any, Array, Callable, Scalar, Tuple, Type, may_vary

WIDTH = 100
_INDENT = "    "
_BRIEF = 60


def laid_out(groups: Iterable[Iterable[ast.stmt]], definitions: Iterable[ast.FunctionDef], units: Iterable[EmitUnit],
             notes: Mapping[ast.stmt, Note]) -> tuple[str, TextLines]:
    """The text of a module: groups of imports and bindings, then the functions; and where each statement begins."""
    layout = Layout(notes)
    for group in groups:
        layout.group(group)
    for definition, unit in zip(definitions, units, strict=True):
        layout.function(definition, unit)
    return layout.text(), tuple(layout.text_lines)


@dataclass(slots=True)
class Layout:
    """Writes statements line by line. `text_lines` notes where each one begins, and its primal line."""

    notes: Mapping[ast.stmt, Note]
    lines: list[str] = field(default_factory=list)
    text_lines: list[tuple[int, str, int]] = field(default_factory=list)

    def group(self, statements: Iterable[ast.stmt]) -> None:
        """Imports and bindings, which belong to no line of the user's; a blank line parts them from the next."""
        self.lines += map(_plain, statements)
        self.lines.append("")

    def function(self, definition: ast.FunctionDef, unit: EmitUnit) -> None:
        """A whole function after two blank lines, under a comment with its signature."""
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        self.lines += ["", ""] if self.lines else []
        self.lines += [f"# {line}".rstrip() for line in _signature(unit)]
        self._wrapped(0, f"def {definition.name}(", _parameters(definition.args), "):", "")
        _Body(self, unit).block(definition.body, 1)

    def text(self) -> str:
        """The whole text."""
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        return "".join(f"{line}\n" for line in self.lines)

    def write(self, depth: int, text: str, comment: str = "") -> None:
        """One line."""
        self.lines.append(f"{_INDENT * depth}{text}{f'  # {comment}' if comment else ''}")

    def expression(self, depth: int, before: str, node: ast.expr, after: str, comment: str) -> None:
        """A line that ends in an expression, over several lines where it is too long for one."""
        text = f"{before}{bare(node)}{after}"
        if len(_INDENT * depth + text) <= WIDTH:
            self.write(depth, text, comment)
            return
        brackets = _bracketed(node)
        if brackets is None:
            self._wrapped(depth, f"{before}(", [bare(node)], f"){after}", comment, operands_of(node))
        else:
            opening, items, closing = brackets
            self._wrapped(depth, before + opening, items, closing + after, comment)

    def _wrapped(self, depth: int, before: str, items: Sequence[str], after: str, comment: str,
                 broken: Sequence[str] = ()) -> None:
        """Items between brackets: on one line, on a line of their own, or a line each (then as `broken` has them)."""
        joined, inner = ", ".join(items), depth + 1
        if len(_INDENT * depth + before + joined + after) <= WIDTH:
            self.write(depth, before + joined + after, comment)
            return
        self.write(depth, before)
        fits = len(_INDENT * inner + joined) <= WIDTH
        for line in [joined] if fits else broken or [f"{item}," for item in items]:
            self.write(inner, line)
        self.write(depth, after, comment)


@dataclass(slots=True)
class _Body:
    """Writes the statements of one function."""

    layout: Layout
    unit: EmitUnit
    headed: int = 0

    def block(self, statements: Sequence[ast.stmt], depth: int) -> None:
        for statement in statements:
            self._head(statement, depth)
            self._statement(statement, depth)

    def _head(self, statement: ast.stmt, depth: int) -> None:
        """The user's line above the first of the statements that it became."""
        line = self.layout.notes[statement].line
        if line and line != self.headed:
            text = self.unit.source.line(line).strip()
            self.layout.write(depth, f"# {line}: {text}".rstrip())
            self.headed = line
        self.layout.text_lines.append((len(self.layout.lines) + 1, self.unit.name, line))

    def _statement(self, statement: ast.stmt, depth: int, word: str = "if") -> None:
        comment = self._comment(self.layout.notes[statement])
        match statement:
            case ast.If(test, body, orelse):
                self.layout.expression(depth, f"{word} ", test, ":", comment)
                self.block(body, depth + 1)
                self._otherwise(orelse, depth)
            case ast.For(target, iterable, body, orelse):
                self.layout.expression(depth, f"for {bare(target)} in ", iterable, ":", comment)
                self.block(body, depth + 1)
                self._clause("else:", orelse, depth)
            case ast.While(test, body, orelse):
                self.layout.expression(depth, "while ", test, ":", comment)
                self.block(body, depth + 1)
                self._clause("else:", orelse, depth)
            case ast.With([item], body):
                bound = "" if item.optional_vars is None else f" as {text_of(item.optional_vars)}"
                self.layout.expression(depth, "with ", item.context_expr, f"{bound}:", comment)
                self.block(body, depth + 1)
            case ast.Try():
                self._try(statement, depth)
            case ast.FunctionDef():
                self._nested(statement, depth)
            case _:
                self._simple(statement, depth, comment)

    def _comment(self, note: Note) -> str:
        """The types of what a statement assigns."""
        types = [self._types(note.targets), *(f"{each.name}: {self._types((each,))}" for each in note.bound)]
        return "; ".join(filter(None, types))

    def _types(self, targets: Sequence[Var]) -> str:
        """The types of assigned variables, where one of them is numeric or unknown."""
        types = self.unit.function.types
        if not types:
            return ""
        found = [types.get(target.name, Any()) for target in targets]
        return ", ".join(map(_brief, found)) if any(map(_is_worth_saying, found)) else ""

    def _otherwise(self, orelse: Sequence[ast.stmt], depth: int) -> None:
        match orelse:
            case [ast.If() as inner]:
                self._head(inner, depth)
                self._statement(inner, depth, "elif")
            case _:
                self._clause("else:", orelse, depth)

    def _clause(self, title: str, statements: Sequence[ast.stmt], depth: int) -> None:
        if statements:
            self.layout.write(depth, title)
            self.block(statements, depth + 1)

    def _try(self, statement: ast.Try, depth: int) -> None:
        self._clause("try:", statement.body, depth)
        for handler in statement.handlers:
            kind = "" if handler.type is None else f" {text_of(handler.type)}"
            name = "" if handler.name is None else f" as {handler.name}"
            self._clause(f"except{kind}{name}:", handler.body, depth)
        self._clause("else:", statement.orelse, depth)
        self._clause("finally:", statement.finalbody, depth)

    def _nested(self, definition: ast.FunctionDef, depth: int) -> None:
        """A nested function is the user's; it is laid out inside `if`s so that its docstring keeps its blanks."""
        tree: ast.stmt = definition
        for _ in range(depth):
            tree = ast.If(ast.Constant(1), [tree], [])
        lines = ast.unparse(tree).split("\n")[depth:]
        self.layout.lines += lines
        self.headed = 0

    def _simple(self, statement: ast.stmt, depth: int, comment: str) -> None:
        expression = self.layout.expression
        match statement:
            case ast.Assign([target], value):
                expression(depth, f"{bare(target)} = ", value, "", comment)
            case ast.AugAssign(target, operator, value):
                expression(depth, f"{text_of(target)} {operator_text(operator)}= ", value, "", comment)
            case ast.Expr(value):
                expression(depth, "", value, "", comment)
            case ast.Return(ast.expr() as value):
                expression(depth, "return ", value, "", comment)
            case _:
                self.layout.write(depth, _plain(statement), comment)


def _plain(statement: ast.stmt) -> str:
    match statement:
        case ast.Delete(targets):
            return f"del {', '.join(map(text_of, targets))}"
        case ast.Raise(exception, cause):
            raised = "raise" if exception is None else f"raise {text_of(exception)}"
            return raised if cause is None else f"{raised} from {text_of(cause)}"
        case ast.Assign([target], value):
            return f"{text_of(target)} = {text_of(value)}"
        case _:
            return ast.unparse(statement)


def _bracketed(node: ast.expr) -> tuple[str, list[str], str] | None:
    """An expression as an opening bracket, items, and a closing bracket, if it has any."""
    match node:
        case ast.Call(func, args, keywords) if args or keywords:
            return f"{text_of(func)}(", argument_texts(node), ")"
        case ast.Tuple(items) if len(items) > 1:
            return "(", [*map(text_of, items)], ")"
        case ast.List(items) if items:
            return "[", [*map(text_of, items)], "]"
        case ast.Dict(_, values) if values:
            return "{", pair_texts(node), "}"
        case _:
            return None


def _parameters(arguments: ast.arguments) -> list[str]:
    """A function's parameters, those with a default last."""
    plain = len(arguments.args) - len(arguments.defaults)
    given = zip(arguments.args[plain:], arguments.defaults, strict=True)
    return [arg.arg for arg in arguments.args[:plain]] + [f"{arg.arg}={text_of(value)}" for arg, value in given]


def _signature(unit: EmitUnit) -> list[str]:
    """`loss(params: {...}, x: f64[n, 64]) -> f64`, a parameter a line where it is long."""
    function = unit.function
    names = [*(cell.name for cell in function.cells), *(param.var.name for param in function.params)]
    params = [f"{name}: {function.types[name]}" if name in function.types else name for name in names]
    result = f" -> {function.result}" if function.types else ""
    return _spread(f"{unit.frame}({', '.join(params)}){result}", WIDTH)


def _spread(text: str, width: int) -> list[str]:
    """A signature on as many lines as it takes, broken at its outermost brackets first."""
    start = next((index for index, char in enumerate(text) if char in "([{"), None)
    if len(text) <= width or start is None:
        return [text]
    items = _items(text[start + 1 :])
    end = start + 1 + sum(map(len, items)) + len(items) - 1
    inner = [f"{_INDENT}{line}" for item in items for line in _spread(f"{item.strip()},", width - len(_INDENT))]
    return [text[: start + 1], *inner, *_spread(text[end:], width)]


def _items(text: str) -> list[str]:
    """What stands between commas up to the bracket that closes."""
    items, depth = [""], 0
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            break
        if char == "," and not depth:
            items.append("")
        else:
            items[-1] += char
    return items


def _brief(type_: Type) -> str:
    """A type as a comment has room for it."""
    text = str(type_)
    return text if len(text) <= _BRIEF or text[-1] not in ")]}" else f"{text[0]}...{text[-1]}"


def _is_worth_saying(type_: Type) -> bool:
    """Whether a type is shown beside an assignment: what can carry a derivative, and every array."""
    if isinstance(type_, Tuple):
        return any(map(_is_worth_saying, type_.items))
    return isinstance(type_, Array | Scalar) or (may_vary(type_) and not isinstance(type_, Callable))

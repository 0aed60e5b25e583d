"""An operation of the IR -> a Python expression, by families."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field

from adls.engine.backend.closures import lambda_of
from adls.engine.backend.fold import Folding
from adls.engine.backend.place import forget_span, place
from adls.engine.backend.preamble import Preamble
from adls.engine.backend.unit import EmitUnit
from adls.engine.ir.entities import RULED
from adls.engine.ir.ops import Code, Const, Global, Op, Operand, Var
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import NOWHERE, Span

_BINARY: dict[str, type[ast.operator]] = {
    "add": ast.Add, "sub": ast.Sub, "mul": ast.Mult, "truediv": ast.Div, "floordiv": ast.FloorDiv, "mod": ast.Mod,
    "pow": ast.Pow, "matmul": ast.MatMult, "and_": ast.BitAnd, "or_": ast.BitOr, "xor": ast.BitXor,
    "lshift": ast.LShift, "rshift": ast.RShift, "and": ast.BitAnd, "or": ast.BitOr,
}  # fmt: skip
AUGMENTED = {f"i{name}": operator for name, operator in _BINARY.items()}
_UNARY: dict[str, type[ast.unaryop]] = {
    "neg": ast.USub, "pos": ast.UAdd, "invert": ast.Invert, "inv": ast.Invert, "not_": ast.Not,
}  # fmt: skip
_COMPARISONS: dict[str, type[ast.cmpop]] = {
    "lt": ast.Lt, "le": ast.LtE, "eq": ast.Eq, "ne": ast.NotEq, "gt": ast.Gt, "ge": ast.GtE, "is_": ast.Is,
    "is_not": ast.IsNot,
}  # fmt: skip
_NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.In: ast.NotIn, ast.Is: ast.IsNot}
_METHODS = {"ndarray", "Generator", "list", "dict", "str", "tuple", "set", "frozenset", "bytes", "int", "float",
"complex", "scalar"}
_CALLEES = {"forward": 0, "backward": 1, "apply": 0}


@dataclass(frozen=True, slots=True)
class Expressions:
    """Makes the expressions of one function. `names` gives the emitted functions of an instance key.

    `bound` are the names that expressions have bound so far, in the order in which they were made.
    """

    unit: EmitUnit
    preamble: Preamble
    folding: Folding
    names: Mapping[str, tuple[str, str]]
    bound: list[str] = field(default_factory=list)

    def operand(self, operand: Operand, span: Span) -> ast.expr:
        """An operand: a name, a literal, or the whole expression of a temporary that is folded into its reader."""
        match operand:
            case Var(name) if name in self.folding.trees and name not in self.bound:
                let = self.folding.trees[name]
                inner = self.known(let.span)
                value = self.op(let.op, inner)
                return self._named(name, value, inner) if name in self.folding.named else value
            case Var(name):
                return place(ast.Name(name, ast.Load()), span)
            case Const(value):
                return place(self._literal(value), span)
            case Global(path, key):
                return place(self._global(path, key), span)

    def _named(self, name: str, value: ast.expr, span: Span) -> ast.expr:
        self.bound.append(name)
        return place(ast.NamedExpr(place(ast.Name(name, ast.Store()), span), value), span)

    def op(self, op: Op, span: Span) -> ast.expr:
        """The value of an operation."""
        family, _, name = op.prim.partition(".")
        if not name:
            return place(self._structure(op, span), span)
        if family == "operator":
            return place(self._operator(name, op, span), span)
        if family in _METHODS:
            return place(self._call(self._attribute(op.args[0], name, span), op.args[1:], op, span), span)
        stars = op.data if op.prim in ("runtime.called", "runtime.called_on") else ()
        return place(self._call(self.preamble.library(op.prim), op.args, op, span, stars), span)

    def known(self, span: Span) -> Span:
        """The span itself, or the function's first line for what stands nowhere in the user's text."""
        if span != NOWHERE:
            return span
        line, column = self.unit.function.span.line, self.unit.function.span.column
        return Span(line, column, line, column)

    def subscript(self, op: Op, span: Span, context: ast.expr_context) -> ast.Subscript:
        """`x[i]`, where i may be a slice or a tuple of slices."""
        return ast.Subscript(self.operand(op.args[0], span), self._index(op.args[1], span), context)

    def _index(self, operand: Operand, span: Span) -> ast.expr:
        let = self.folding.trees.get(operand.name) if isinstance(operand, Var) else None
        if let is None or let.op.prim not in ("slice", "tuple"):
            return self.operand(operand, span)
        inner = self.known(let.span)
        if let.op.prim == "tuple":
            items = [self._index(arg, inner) for arg in let.op.args]
            return place(ast.Tuple(self._starred(items, let.op.data), ast.Load()), inner)
        bounds = [None if arg == Const(None) else self.operand(arg, inner) for arg in let.op.args]
        return place(ast.Slice(*bounds), inner)

    def _structure(self, op: Op, span: Span) -> ast.expr:
        match op.prim:
            case "copy" | "unpack":
                return self.operand(op.args[0], span)
            case "getitem":
                return self.subscript(op, span, ast.Load())
            case "attr":
                return self._attribute(op.args[0], str(op.data), span)
            case "slice":
                return self._call(self.preamble.library("builtins.slice"), op.args, op, span)
            case "tuple" | "list" | "set" | "dict":
                return self._display(op, span)
            case "method":
                return self._call(self._attribute(op.args[0], str(op.data), span), op.args[1:], op, span)
            case "record":
                return self._call(self.operand(op.args[0], span), (), op, span)
            case "call":
                shifted = tuple(star - 1 for star in op.data) if isinstance(op.data, tuple) else ()
                return self._call(self.operand(op.args[0], span), op.args[1:], op, span, shifted)
            case "forward_dynamic" | "backward_dynamic":
                stars = op.data if isinstance(op.data, tuple) else ()
                return self._call(self.preamble.library(f"runtime.{op.prim}"), op.args, op, span, stars)
            case "forward" | "backward" | "apply":
                callee = self.names[str(op.data)][_CALLEES[op.prim]]
                return self._call(ast.Name(callee, ast.Load()), op.args, op, span)
            case "closure" if isinstance(op.data, Code):
                return lambda_of(op.data, self.unit, self.preamble)
            case "format" if isinstance(op.data, tuple):
                return self._format(op.data, op, span)
            case "python":
                return self._template(str(op.data), op, span)
            case _:
                raise ValueError(f"no Python for the operation {op.prim}")

    def _operator(self, name: str, op: Op, span: Span) -> ast.expr:
        operands = [self.operand(arg, span) for arg in op.args]
        if name in _BINARY and len(operands) == 2:
            return ast.BinOp(operands[0], _BINARY[name](), operands[1])
        if name == "not_" and isinstance(inner := operands[0], ast.Compare) and type(inner.ops[0]) in _NEGATED:
            return ast.Compare(inner.left, [_NEGATED[type(inner.ops[0])]()], inner.comparators)
        if name in _UNARY and len(operands) == 1:
            return ast.UnaryOp(_UNARY[name](), operands[0])
        if name in _COMPARISONS:
            return ast.Compare(operands[0], [_COMPARISONS[name]()], [operands[1]])
        if name == "contains":
            return ast.Compare(operands[1], [ast.In()], [operands[0]])
        return self._call(self.preamble.library(op.prim), op.args, op, span)

    def _attribute(self, operand: Operand, name: str, span: Span) -> ast.Attribute:
        return place(ast.Attribute(self.operand(operand, span), name, ast.Load()), span)

    def _call(self, callee: ast.expr, args: tuple[Operand, ...], op: Op, span: Span, stars: object = ()) -> ast.Call:
        values = self._starred([self.operand(arg, span) for arg in args], stars)
        keywords = [
            ast.keyword(None if name == "**" else name, self.operand(value, span)) for name, value in op.kwargs
        ]
        return ast.Call(callee, values, keywords)

    def _starred(self, values: list[ast.expr], stars: object) -> list[ast.expr]:
        starred = stars if isinstance(stars, tuple) else ()
        return [ast.Starred(value, ast.Load()) if i in starred else value for i, value in enumerate(values)]

    def _display(self, op: Op, span: Span) -> ast.expr:
        values = [self.operand(arg, span) for arg in op.args]
        if op.prim == "dict":
            return ast.Dict(list(values[::2]), values[1::2])
        items = self._starred(values, op.data)
        if op.prim == "set":
            return ast.Set(items)
        return ast.Tuple(items, ast.Load()) if op.prim == "tuple" else ast.List(items, ast.Load())

    def _format(self, parts: tuple[object, ...], op: Op, span: Span) -> ast.expr:
        """`"{:.3f} of {}".format(a, b)`: an f-string whose printed text is the same on every Python."""
        text = ""
        for part in parts:
            match part:
                case ("text", str(piece)):
                    text += piece.replace("{", "{{").replace("}", "}}")
                case ("value", conversion, spec):
                    text += "{" + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
        return self._call(ast.Attribute(ast.Constant(text), "format", ast.Load()), op.args, op, span)

    def _template(self, text: str, op: Op, span: Span) -> ast.expr:
        """The user's own expression with its operands put in."""
        marks = [f"operand_{number}_of_template" for number in range(len(op.operands))]
        tree = ast.parse(f"({text.format(*marks)})", mode="eval").body
        filler = _Filler(dict(zip(marks, (self.operand(each, span) for each in op.operands), strict=True)))
        return filler.visit(tree)

    def _global(self, path: str, key: str) -> ast.expr:
        if key:
            return self.preamble.library(key.removeprefix(RULED))
        return self.preamble.user(path, self.unit.module, self.unit.function.file)

    def _literal(self, value: object) -> ast.expr:
        """A literal as the parser gives it: no negative or complex constant, no infinity, no NaN."""
        if isinstance(value, tuple):
            return ast.Tuple([self._literal(item) for item in value], ast.Load())
        if isinstance(value, complex) and (value.real or str(value.real)[0] == "-" or str(value.imag)[0] == "-"):
            parts = [self._literal(value.real), self._literal(value.imag)]
            return ast.Call(self.preamble.library("builtins.complex"), parts, [])
        if isinstance(value, float) and str(value) in ("inf", "-inf", "nan"):
            return ast.Call(self.preamble.library("builtins.float"), [ast.Constant(str(value))], [])
        if isinstance(value, int | float) and str(value)[0] == "-":
            return ast.UnaryOp(ast.USub(), ast.Constant(-value))
        return ast.Constant(value)  # type: ignore[arg-type]


class _Filler(ast.NodeTransformer):
    """Puts operands in a template, and forgets the positions of the rest: they are not the user's file's."""

    def __init__(self, operands: Mapping[str, ast.expr]) -> None:
        self.operands = operands

    def visit(self, node: ast.AST) -> ast.expr:
        if isinstance(node, ast.Name) and node.id in self.operands:
            return self.operands[node.id]
        forget_span(node)
        return super().generic_visit(node)  # type: ignore[return-value]

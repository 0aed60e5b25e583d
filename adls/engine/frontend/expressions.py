"""Expressions that compute one value from others: names, literals, operators, subscripts, displays, f-strings."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from adls.engine.frontend.builder import Builder, span_of
from adls.engine.frontend.consumed import consumed
from adls.engine.ir.ops import Const, Global, Op, Operand, Var

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.MatMult: "matmul", ast.Div: "truediv",
    ast.Mod: "mod", ast.Pow: "pow", ast.LShift: "lshift", ast.RShift: "rshift", ast.BitOr: "or_",
    ast.BitXor: "xor", ast.BitAnd: "and_", ast.FloorDiv: "floordiv",
    ast.Invert: "invert", ast.Not: "not_", ast.UAdd: "pos", ast.USub: "neg",
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
    ast.Is: "is_", ast.IsNot: "is_not",
}  # fmt: skip

_CONVERSIONS = {-1: "", 115: "s", 114: "r", 97: "a"}
_CONVERTERS = {"s": "str", "r": "repr", "a": "ascii"}


def constant(builder: Builder, node: ast.Constant) -> Const:
    return Const(node.value)


def name(builder: Builder, node: ast.Name) -> Operand:
    return builder.local(node.id) or builder.global_name(node.id) or Global(node.id)


def attribute(builder: Builder, node: ast.Attribute) -> Op | Operand:
    """`np.pi` is a global; `x.shape` and what lies behind a global's data are read when they are reached."""
    known = global_path(builder, node)
    return known if known is not None else Op("attr", builder.operands(node.value), data=node.attr)


def global_path(builder: Builder, node: ast.expr) -> Global | None:
    """The global that a dotted chain names, if its root is global and it leads through modules and classes only."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or builder.local(node.id) is not None:
        return None
    return builder.global_name(".".join((node.id, *reversed(parts))))


def binary(builder: Builder, node: ast.BinOp) -> Op:
    return Op(f"operator.{OPERATORS[type(node.op)]}", builder.operands(node.left, node.right))


def unary(builder: Builder, node: ast.UnaryOp) -> Op | Operand:
    """A negative literal is a literal; no other constant is folded, so that every bit is Python's own."""
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Const(-value)
    return Op(f"operator.{OPERATORS[type(node.op)]}", builder.operands(node.operand))


def comparison_op(operator: ast.cmpop, left: Operand, right: Operand) -> Op:
    """One comparison; `in` takes the container first, and `not in` is decided by the caller."""
    if isinstance(operator, ast.In | ast.NotIn):
        return Op("operator.contains", (right, left))
    return Op(f"operator.{OPERATORS[type(operator)]}", (left, right))


def subscript(builder: Builder, node: ast.Subscript) -> Op:
    return Op("getitem", builder.operands(node.value, node.slice))


def slice_(builder: Builder, node: ast.Slice) -> Op:
    none = ast.copy_location(ast.Constant(None), node)
    return Op("slice", builder.operands(node.lower or none, node.upper or none, node.step or none))


def sequence(builder: Builder, node: ast.Tuple | ast.List | ast.Set) -> Op:
    operands, stars = starred(builder, node.elts)
    return Op(type(node).__name__.lower(), operands, data=stars)


def starred(builder: Builder, nodes: Sequence[ast.expr]) -> tuple[tuple[Operand, ...], tuple[int, ...]]:
    """Operands of a display or call, and which of them have a star."""
    stars = tuple(index for index, node in enumerate(nodes) if isinstance(node, ast.Starred))
    plain = (consumed(builder, node.value) if isinstance(node, ast.Starred) else node for node in nodes)
    return builder.operands(*plain), stars


def dictionary(builder: Builder, node: ast.Dict) -> Op | Operand:
    """A display; `{**a, k: v}` is the union of its parts, from left to right."""
    parts: list[Op | Operand] = []
    pairs: list[ast.expr] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None:
            pairs += [key, value]
            continue
        if pairs or not parts:
            parts.append(builder.held(Op("dict", builder.operands(*pairs)), span_of(node)))
            pairs = []
        parts.append(builder.operand(value))
    if pairs or not parts:
        parts.append(Op("dict", builder.operands(*pairs)))
    return _union(builder, node, parts)


def _union(builder: Builder, node: ast.Dict, parts: list[Op | Operand]) -> Op | Operand:
    whole = parts[0]
    for part in parts[1:]:
        operands = [builder.held(each, span_of(node)) if isinstance(each, Op) else each for each in (whole, part)]
        whole = Op("operator.or_", tuple(operands))
    return whole


def formatted(builder: Builder, node: ast.JoinedStr) -> Op | Operand:
    """An f-string: its texts, and its values with conversion and format."""
    pieces: list[object] = []
    operands: list[Operand] = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            operand, piece = _formatted_value(builder, part)
            operands.append(operand)
            pieces.append(piece)
        elif isinstance(part, ast.Constant) and part.value:
            pieces.append(("text", part.value))
    return Op("format", tuple(operands), data=tuple(pieces))


def _formatted_value(builder: Builder, part: ast.FormattedValue) -> tuple[Operand, tuple[str, str, str]]:
    operand = builder.operand(part.value)
    conversion = _CONVERSIONS[part.conversion]
    spec = part.format_spec
    if spec is None:
        return operand, ("value", conversion, "")
    inner = spec.values if isinstance(spec, ast.JoinedStr) else [spec]
    texts = [str(text.value) for text in inner if isinstance(text, ast.Constant)]
    if len(texts) == len(inner):
        return operand, ("value", conversion, "".join(texts))
    return _format_call(builder, part, operand, conversion, spec), ("value", "", "")


def _format_call(builder: Builder, part: ast.FormattedValue, operand: Operand, conversion: str,
                 spec: ast.expr) -> Var:
    """`f"{x!r:{width}}"` is `format(repr(x), f"{width}")`."""
    span = span_of(part)
    if conversion:
        operand = builder.held(Op("call", (builder.builtin(_CONVERTERS[conversion]), operand)), span)
    return builder.held(Op("call", (builder.builtin("format"), operand, builder.operand(spec))), span)

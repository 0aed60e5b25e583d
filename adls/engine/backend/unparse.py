"""Expressions as text, laid out as ruff lays them out, the same on every Python (`ast.unparse` is not)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

_BINARY: dict[type[ast.operator], tuple[str, int]] = {
    ast.BitOr: ("|", 6), ast.BitXor: ("^", 7), ast.BitAnd: ("&", 8), ast.LShift: ("<<", 9), ast.RShift: (">>", 9),
    ast.Add: ("+", 10), ast.Sub: ("-", 10), ast.Mult: ("*", 11), ast.Div: ("/", 11), ast.FloorDiv: ("//", 11),
    ast.Mod: ("%", 11), ast.MatMult: ("@", 11), ast.Pow: ("**", 13),
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], tuple[str, int]] = {
    ast.Not: ("not ", 4), ast.USub: ("-", 12), ast.UAdd: ("+", 12), ast.Invert: ("~", 12),
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_TEST, _COMPARE, _OPERAND, _UNARY_LEVEL, _POWER, _ATOM = 1, 5, 6, 12, 13, 15
_BRACKETED = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr)


def text_of(node: ast.expr) -> str:
    """The text of an expression; a tuple stands in parentheses."""
    return _text(node, _TEST)


def bare(node: ast.expr) -> str:
    """The text of an expression where a tuple needs no parentheses: `return a, b`, `x[i, j]`."""
    if isinstance(node, ast.Tuple) and node.elts:
        return _items(node.elts)
    return _text(node, _TEST)


def operator_text(operator: ast.operator) -> str:
    """`+` for `ast.Add()`."""
    return _BINARY[type(operator)][0]


def argument_texts(call: ast.Call) -> list[str]:
    """The arguments of a call, each as text."""
    return [*map(text_of, call.args), *map(_keyword, call.keywords)]


def pair_texts(node: ast.Dict) -> list[str]:
    """The entries of a dict display, each as text."""
    pairs = zip(node.keys, node.values, strict=True)
    return [f"{'**' if key is None else f'{text_of(key)}: '}{text_of(value)}" for key, value in pairs]


def operands_of(node: ast.expr) -> list[str]:
    """A chain of operators of one level as lines: `a`, `+ b`, `- c`."""
    if not isinstance(node, ast.BinOp) or isinstance(node.op, ast.Pow):
        return [bare(node)]
    sign, level = _BINARY[type(node.op)]
    chained = isinstance(node.left, ast.BinOp) and _BINARY[type(node.left.op)][1] == level
    left = operands_of(node.left) if chained else [_text(node.left, level)]
    return [*left, f"{sign} {_text(node.right, level + 1)}"]


def _text(node: ast.expr, level: int) -> str:
    """The text of a node, in parentheses where what stands around it binds tighter."""
    writer = _WRITERS.get(type(node))
    if writer is None:
        free = isinstance(node, _BRACKETED) or (isinstance(node, ast.Lambda) and level <= _TEST)
        return ast.unparse(node) if free else f"({ast.unparse(node)})"
    text, own = writer(node)
    return text if own >= level else f"({text})"


def _name(node: ast.Name) -> tuple[str, int]:
    return node.id, _ATOM


def _constant(node: ast.Constant) -> tuple[str, int]:
    value = node.value
    if value is Ellipsis:
        return "...", _ATOM
    text = repr(value)
    if isinstance(value, str | bytes):
        body = text.lstrip("b")
        if body[0] == "'" and '"' not in body:
            text = text[: len(text) - len(body)] + f'"{body[1:-1]}"'
    return (node.kind or "") + text, _ATOM


def _attribute(node: ast.Attribute) -> tuple[str, int]:
    base = _text(node.value, _ATOM)
    if isinstance(node.value, ast.Constant) and isinstance(node.value.value, int):
        base = f"({base})"
    return f"{base}.{node.attr}", _ATOM


def _subscript(node: ast.Subscript) -> tuple[str, int]:
    return f"{_text(node.value, _ATOM)}[{bare(node.slice)}]", _ATOM


def _slice(node: ast.Slice) -> tuple[str, int]:
    bounds = [node.lower, node.upper, *([node.step] if node.step is not None else [])]
    texts = ["" if bound is None else text_of(bound) for bound in bounds]
    if all(bound is None or _is_simple(bound) for bound in bounds):
        return ":".join(texts), _ATOM
    text = texts[0]
    for bound in texts[1:]:
        text += (" :" if text[-1:] not in ("", ":") else ":") + (f" {bound}" if bound else "")
    return text, _ATOM


def _call(node: ast.Call) -> tuple[str, int]:
    return f"{_text(node.func, _ATOM)}({', '.join(argument_texts(node))})", _ATOM


def _keyword(node: ast.keyword) -> str:
    return f"**{_text(node.value, _OPERAND)}" if node.arg is None else f"{node.arg}={text_of(node.value)}"


def _starred(node: ast.Starred) -> tuple[str, int]:
    return f"*{_text(node.value, _OPERAND)}", _ATOM


def _tuple(node: ast.Tuple) -> tuple[str, int]:
    return f"({_items(node.elts)})", _ATOM


def _list(node: ast.List) -> tuple[str, int]:
    return f"[{', '.join(map(text_of, node.elts))}]", _ATOM


def _set(node: ast.Set) -> tuple[str, int]:
    return f"{{{', '.join(map(text_of, node.elts))}}}", _ATOM


def _dict(node: ast.Dict) -> tuple[str, int]:
    return f"{{{', '.join(pair_texts(node))}}}", _ATOM


def _binary(node: ast.BinOp) -> tuple[str, int]:
    sign, level = _BINARY[type(node.op)]
    if isinstance(node.op, ast.Pow):
        left, right = _text(node.left, level + 1), _text(node.right, _UNARY_LEVEL)
        tight = _is_simple(node.left) and not isinstance(node.left, ast.UnaryOp) and _is_simple(node.right)
        return f"{left}**{right}" if tight else f"{left} ** {right}", level
    return f"{_text(node.left, level)} {sign} {_text(node.right, level + 1)}", level


def _unary(node: ast.UnaryOp) -> tuple[str, int]:
    sign, level = _UNARY[type(node.op)]
    return sign + _text(node.operand, level), level


def _compare(node: ast.Compare) -> tuple[str, int]:
    rest = zip(node.ops, node.comparators, strict=True)
    parts = [f"{_COMPARISONS[type(op)]} {_text(value, _OPERAND)}" for op, value in rest]
    return " ".join([_text(node.left, _OPERAND), *parts]), _COMPARE


def _named(node: ast.NamedExpr) -> tuple[str, int]:
    return f"{node.target.id} := {text_of(node.value)}", 0


def _items(nodes: Sequence[ast.expr]) -> str:
    return ", ".join(map(text_of, nodes)) + ("," if len(nodes) == 1 else "")


def _is_simple(node: ast.expr) -> bool:
    """Whether ruff writes an operand without blanks around `**` and `:`: names, numbers, attributes of names."""
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value):
            return _is_simple(value)
        case ast.UnaryOp(ast.USub() | ast.UAdd() | ast.Invert(), operand):
            return _is_simple(operand)
        case _:
            return False


_WRITERS: dict[type[ast.expr], Callable[[Any], tuple[str, int]]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.Starred: _starred,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.NamedExpr: _named,
}

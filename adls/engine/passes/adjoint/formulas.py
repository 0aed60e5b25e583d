"""A rule's formula, as Python text, becomes operations of the backward pass."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from functools import cache
from typing import Protocol

from adls.engine.ir.ops import Const, Global, Op, Operand

_BINARY = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv",
           ast.Mod: "mod", ast.Pow: "pow", ast.MatMult: "matmul", ast.BitAnd: "and_", ast.BitOr: "or_"}
_UNARY = {ast.USub: "neg", ast.Invert: "invert", ast.Not: "not_", ast.UAdd: "pos"}
_COMPARE = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne",
            ast.Is: "is_", ast.IsNot: "is_not"}
_FOLDED: dict[str, Callable[..., object]] = {
    "operator.sub": operator.sub, "operator.ne": operator.ne, "operator.eq": operator.eq}
"""What is worked out while compiling where both operands are literals: `y - (y != 0)` of a power."""
_MODULES = {"np": "numpy", "math": "math", "runtime": "runtime", "scipy": "scipy"}
_TYPES = {"float", "int", "complex", "bool"}
"""Python's own names that a formula may hand on. Any other name is an operand, also where Python has one such."""
METADATA = ("shape", "ndim", "dtype", "size")
"""What a formula may read of an operand without keeping the operand; `runtime.shapes(x)` is another such reading."""

NUMBERS_SHAPE = Const(())


class Names(Protocol):
    """What a formula's names stand for."""

    def value(self, name: str) -> Operand:
        """An operand, `out` or `g`."""

    def metadata(self, name: str, attribute: str) -> Operand:
        """`x.shape` without the array."""

    def computed(self, prim: str, names: tuple[str, ...]) -> Operand | None:
        """What a function gives for operands, where the forward pass has computed it."""


Emit = Callable[[Op], Operand]


def instantiate(text: str, names: Names, emit: Emit) -> Operand:
    """Emit the operations of a formula; gives the operand that holds its value."""
    return _Lowering(names, emit).lower(parse_formula(text))


@cache
def parse_formula(text: str) -> ast.expr:
    """The syntax tree of a formula."""
    return ast.parse(text, mode="eval").body


@cache
def over(text: str, name: str) -> str:
    """E of a formula `E / name`, "" of any other: where the operand is summed for, it can be divided by afterwards."""
    match parse_formula(text):
        case ast.BinOp(left=dividend, op=ast.Div(), right=ast.Name(id=divisor)) if divisor == name:
            return ast.unparse(dividend)
    return ""


@cache
def mentioned(text: str) -> frozenset[str]:
    """The names whose value (not only their shape or dtype) a formula reads."""
    found: set[str] = set()
    _mention(parse_formula(text), found)
    return frozenset(found)


@cache
def unsigned(text: str) -> tuple[bool, str]:
    """Whether a formula is a product that begins with `-g`, and the formula without that sign."""
    spine = parse_formula(text)
    while isinstance(spine, ast.BinOp) and isinstance(spine.op, ast.Mult | ast.Div):
        spine = spine.left
    match spine:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Name(id="g")) if text.startswith("-g"):
            return True, text[1:]
    return False, text


@cache
def unexpanded(text: str) -> str:
    """A formula without the axes of length 1 that it gives to `g`: what it says of a number."""
    return ast.unparse(_Unexpanding().visit(ast.parse(text, mode="eval")))


class _Unexpanding(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.expr:
        expands = ast.unparse(node.func) in ("np.expand_dims", "runtime.restore_axes")
        found = self.visit(node.args[0]) if expands else self.generic_visit(node)
        assert isinstance(found, ast.expr)
        return found


def _mention(node: ast.AST, found: set[str]) -> None:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "runtime.shapes":
        return
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METADATA:
        return
    if isinstance(node, ast.Name):
        found.add(node.id)
    for child in ast.iter_child_nodes(node):
        _mention(child, found)


class _Lowering:
    def __init__(self, names: Names, emit: Emit) -> None:
        self.names = names
        self.emit = emit

    def lower(self, node: ast.expr) -> Operand:
        match node:
            case ast.Constant(value=value):
                return Const(value)
            case ast.Name(id=name):
                return Global(name, f"builtins.{name}") if name in _TYPES else self.names.value(name)
            case ast.BinOp(left=left, op=binary, right=right):
                return self._emit(f"operator.{_BINARY[type(binary)]}", left, right)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return Const(-value)
            case ast.UnaryOp(op=sign, operand=operand):
                return self._emit(f"operator.{_UNARY[type(sign)]}", operand)
            case ast.Compare(left=left, ops=[comparison], comparators=[right]):
                return self._emit(f"operator.{_COMPARE[type(comparison)]}", left, right)
            case ast.Tuple(elts=items):
                return self._emit("tuple", *items)
            case ast.List(elts=items):
                return self._emit("list", *items)
            case ast.Subscript(value=value, slice=index):
                return self._emit("getitem", value, index)
            case ast.Slice(lower=low, upper=high, step=step):
                ends = (Const(None) if end is None else self.lower(end) for end in (low, high, step))
                return self.emit(Op("slice", tuple(ends)))
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
        raise ValueError(f"a formula cannot contain {ast.unparse(node)}")

    def _emit(self, prim: str, *nodes: ast.expr) -> Operand:
        args = tuple(map(self.lower, nodes))
        folded = _FOLDED.get(prim)
        if folded is not None and all(isinstance(arg, Const) and isinstance(arg.value, int | float) for arg in args):
            return Const(folded(*(arg.value for arg in args if isinstance(arg, Const))))
        return self.emit(Op(prim, args))

    def _attribute(self, node: ast.Attribute) -> Operand:
        path = _dotted(node)
        if path is not None:
            return Const(None) if path == "numpy.newaxis" else Global(ast.unparse(node), path)
        if isinstance(node.value, ast.Name) and node.attr in METADATA:
            return self.names.metadata(node.value.id, node.attr)
        return self.emit(Op("attr", (self.lower(node.value),), (), node.attr))

    def _call(self, node: ast.Call) -> Operand:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="runtime"), attr="shapes"), args=[ast.Name(id=name)]):
                return self.names.metadata(name, "shapes")
        kwargs = tuple((keyword.arg or "**", self.lower(keyword.value)) for keyword in node.keywords)
        path = _dotted(node.func)
        if path is None and isinstance(node.func, ast.Attribute):
            receiver = self.lower(node.func.value)
            return self.emit(Op(f"ndarray.{node.func.attr}", (receiver, *map(self.lower, node.args)), kwargs))
        if path is None and isinstance(node.func, ast.Name):
            path = f"builtins.{node.func.id}"
        assert path is not None
        found = None
        if not kwargs and all(isinstance(arg, ast.Name) for arg in node.args):
            found = self.names.computed(path, tuple(arg.id for arg in node.args if isinstance(arg, ast.Name)))
        if found is not None:
            return found
        args = tuple(map(self.lower, node.args))
        if path == "numpy.broadcast_to" and args[1:] == (NUMBERS_SHAPE,):
            return args[0]  # An array of rank 0 could not be added to in place.
        return self.emit(Op(path, args, kwargs))


def _dotted(node: ast.expr) -> str | None:
    """`np.linalg.norm` as `numpy.linalg.norm`; None where the root is no module."""
    if isinstance(node, ast.Name):
        return _MODULES.get(node.id)
    if isinstance(node, ast.Attribute):
        root = _dotted(node.value)
        return f"{root}.{node.attr}" if root is not None else None
    return None

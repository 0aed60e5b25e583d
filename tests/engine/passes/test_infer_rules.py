"""Each typing rule says what NumPy does: the dtype, and of each dim nothing that is false."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from adls.engine.ir import types as ir
from adls.engine.ir.types import Any, Type
from adls.engine.passes.typing import RULES
from adls.engine.passes.typing.registry import result_type
from adls.engine.rules.table import FAMILIES
from tests.engine.passes.inferred import Claims, array, define, dim, infer, parameters

FLOATS = ("f32", "f64")
REALS = ("bool", "i8", "u8", "i32", "i64", "f16", "f32", "f64")
NUMBERS = (*REALS, "c64", "c128")
SIZES = {"n": (0, 1, 2, 3, 5), "m": (1, 2, 4), "k": (1, 3), "s": (1, 2, 3)}
NUMPY = {short: np.dtype(name) for short, name in [
    ("bool", "?"), ("i8", "i1"), ("u8", "u1"), ("i32", "i4"), ("i64", "i8"), ("f16", "f2"), ("f32", "f4"),
    ("f64", "f8"), ("c64", "c8"), ("c128", "c16")]}

# Expressions over operands a, b, c with the dims that each may have; "" is a NumPy scalar, "py" a Python number.
ELEMENTWISE = [
    "a + b", "a - b", "a * b", "np.add(a, b)", "np.multiply(a, b)", "a / b", "np.true_divide(a, b)", "a // b",
    "a % b", "np.maximum(a, b)", "np.minimum(a, b)", "np.arctan2(a, b)", "np.hypot(a, b)", "np.logaddexp(a, b)",
    "np.copysign(a, b)", "a < b", "a == b", "np.greater(a, b)", "np.logical_and(a, b)", "a & b",
    "np.where(a, b, 0.0)", "np.where(a > 0, a, b)", "np.float_power(a, b)", "divmod(a, b)", "np.isclose(a, b)",
]
UNARY = [
    "np.exp(a)", "np.log(a)", "np.sqrt(a)", "np.sin(a)", "np.tanh(a)", "np.cbrt(a)", "np.arctan(a)", "np.sinc(a)",
    "-a", "+a", "abs(a)", "np.abs(a)", "np.square(a)", "np.reciprocal(a)", "np.sign(a)", "np.conj(a)", "np.real(a)",
    "np.imag(a)", "np.floor(a)", "np.isnan(a)", "np.logical_not(a)", "a ** 2", "a ** 0.5", "a ** -1", "2.0 * a",
    "1 / a", "a + 1", "a + 1.5", "a * 2j", "np.clip(a, 0, 1)", "np.modf(a)", "np.deg2rad(a)", "np.round(a)",
    "np.nan_to_num(a)", "np.float32(a)", "a.astype(np.float32)", "a.astype(float)", "a.astype('f4')", "~a",
    "np.signbit(a)", "np.rint(a)", "np.angle(a)",
]
REDUCTIONS = [
    f"{name}({options})"
    for name in ("np.sum", "np.prod", "np.max", "np.mean", "np.var", "np.std", "np.argmax", "np.all",
    "np.count_nonzero",
                 "np.linalg.norm", "np.median", "np.ptp")
    for options in ("a", "a, axis=0", "a, axis=-1", "a, axis=0, keepdims=True")
] + ["a.sum()", "a.sum(0)", "a.mean(axis=1)", "a.max(axis=(0, 1))", "a.sum(axis=(0, 1), keepdims=True)", "a.all()",
     "np.sum(a, dtype=np.float32)", "np.cumsum(a)", "np.cumsum(a, axis=0)", "np.cumprod(a, axis=1)", "np.diff(a)",
     "np.diff(a, axis=0)", "np.diff(a, n=2)", "np.average(a, axis=0)", "np.average(a, axis=0, weights=a)",
     "np.trapezoid(a)", "np.percentile(a, 50.0)", "np.quantile(a, [0.1, 0.5], axis=0)", "np.nansum(a, axis=0)"]
SHAPES = [
    "a.reshape(-1)", "a.reshape(-1, 1)", "a.reshape((1, -1))", "a.reshape(a.shape)", "np.reshape(a, (-1,))",
    "a.reshape(a.shape[0], -1)", "a.reshape(a.shape[1], a.shape[0])", "a.ravel()", "a.flatten()", "a.T",
    "a.transpose()", "np.transpose(a)", "np.transpose(a, (1, 0))", "a.transpose(1, 0)", "np.swapaxes(a, 0, 1)",
    "np.moveaxis(a, 0, -1)", "np.expand_dims(a, 0)", "np.expand_dims(a, (0, -1))", "np.squeeze(a)",
    "np.squeeze(a[:, None], axis=1)", "np.broadcast_to(a, (2, *a.shape))", "np.repeat(a, 2)",
    "np.repeat(a, 3, axis=0)",
    "np.tile(a, 2)", "np.tile(a, (2, 1, 1))", "np.flip(a)", "np.roll(a, 1)", "np.pad(a, 1)",
    "np.pad(a, ((1, 0), (0, 2)))",
    "np.diag(a)", "np.diag(a[0])", "np.diag(a[0], 1)", "np.diag(a, -1)", "np.diagonal(a)", "np.tril(a)",
    "np.triu(a, 1)",
    "np.atleast_1d(a)", "np.atleast_2d(a[0])", "np.atleast_3d(a)", "np.atleast_2d(a)", "a.copy()", "np.trace(a)",
    "np.rot90(a)", "np.fliplr(a)", "np.permute_dims(a, (1, 0))", "a.shape", "a.size", "a.ndim", "len(a)",
    "np.shape(a)", "np.sort(a)", "np.sort(a, axis=0)", "np.argsort(a)", "np.sort(a, axis=None)", "np.unique(a)",
    "np.nonzero(a)", "np.split(a, [1], axis=1)", "np.flatnonzero(a)", "a.tolist()", "np.sum(a).item()",
    "np.take(a, [0, 0])", "np.take(a, [0, 0, 0], axis=0)", "np.take(a, 0, axis=1)", "np.argwhere(a)",
    "np.concatenate([a, a])", "np.concatenate((a, a), axis=1)", "np.stack([a, a])", "np.stack([a, a, a], axis=-1)",
    "np.vstack([a, a[0]])", "np.hstack([a, a])", "np.hstack([a[0], a[0]])", "np.column_stack([a[:, 0], a])",
    "np.dstack([a, a])", "np.concatenate([a[:1], a])", "np.concatenate([a[1:], a[:1]])", "np.append(a, a)",
    "np.append(a, a, axis=0)", "np.einsum('ij->ji', a)", "np.einsum('ij->', a)", "np.einsum('ij,kj', a, a)",
    "np.einsum('ij,ij->i', a, a)", "np.einsum('ij,ij->ij', a, a[:1])", "np.einsum('ij,...j->...', a, a)",
    "np.einsum('...j->...', a)",
]
INDEXING = [
    "a[0]", "a[-1]", "a[0, 0]", "a[:]", "a[1:]", "a[:-1]", "a[1:-1]", "a[2:]", "a[:2]", "a[:1]", "a[-1:]", "a[-2:]",
    "a[1:2]", "a[1:3]", "a[::2]", "a[::-1]", "a[1::2]", "a[1:][1:]", "a[2:][:-1]", "a[:, 0]", "a[0, :]", "a[:, 1:]",
    "a[1:-1, 1:-1]", "a[None]", "a[:, None]", "a[:, None, :]", "a[..., 0]", "a[..., None]", "a[0, ...]", "a[...]",
    "a[[0, 0]]", "a[[0, 0], [0, 0]]", "a[[0], :]", "a[:, [0, 0]]", "a[[0, 0], 0]", "a[np.array([0, 0])]",
    "a[a > 0]", "a[a[:, 0] > 0]", "a[:, a[0] > 0]", "a[0, [0, 0]]", "a[[[0, 0]]]", "a[np.arange(len(a))]",
    "a[np.arange(len(a)), 0]", "a[None, [0]]", "a[0][0]", "a[:-1] - a[1:]", "a[:, :2] * a[:, :2]", "a[:len(a)]",
    "a[:len(a) - 1]", "a[1:len(a)]", "a[-3:-1]", "a[0:1]", "a[:0]", "a[3:1]", "a[:, -1:]", "a[()]", "a.T[0]",
    "a[len(a) // 2:]", "a[:len(a) - 2]", "a[1:len(a) - 1]", "a[::3]", "a[5:2:-1]", "a[0, None]", "a[[True] * len(a)]",
    "a[1:, 0] + a[:-1, 0]", "a[:, [0]][..., 0]", "a[[0], :, None]", "a[None, ..., None]", "a[0:, ::2]",
]
PRODUCTS = [
    "a @ a.T", "a.T @ a", "a @ a[0]", "a[0] @ a.T", "a[0] @ a[0]", "np.matmul(a, a.T)", "np.dot(a, a.T)",
    "np.dot(a, a[0])", "np.inner(a, a)", "np.outer(a[0], a[:, 0])", "np.outer(a, a)",
    "np.vdot(a, a)", "np.kron(a, a)", "np.tensordot(a, a.T, 1)", "np.tensordot(a, a, axes=([0], [0]))",
    "np.tensordot(a, a, 2)", "a[None] @ a.T", "np.dot(a[None], a.T)", "np.multiply.outer(a, a)",
    "np.linalg.multi_dot([a, a.T, a])", "np.einsum('ij,jk->ik', a, a.T)", "np.einsum('i,i', a[0], a[0])",
    "np.dot(a[0], 2)",
]
LINALG = [
    "np.linalg.inv(a)", "np.linalg.cholesky(a)", "np.linalg.det(a)", "np.linalg.slogdet(a)", "np.linalg.eigh(a)",
    "np.linalg.eigvalsh(a)", "np.linalg.svd(a)", "np.linalg.svd(a, full_matrices=False)", "np.linalg.qr(a)",
    "np.linalg.svd(a, compute_uv=False)", "np.linalg.pinv(a)", "np.linalg.solve(a, a)", "np.linalg.solve(a, a[0])",
    "np.linalg.matrix_power(a, 2)", "np.linalg.norm(a)", "np.linalg.slogdet(a)[1]", "np.linalg.svd(a[None])",
    "np.linalg.solve(a[None], a)", "np.linalg.lstsq(a, a[0])", "np.linalg.eigh(a).eigenvalues",
]
CREATION = [
    "np.zeros(3)", "np.ones((2, 1))", "np.zeros(len(a))", "np.zeros(a.shape)", "np.empty((len(a), 2))[:, 0].shape",
    "np.full(3, 1.0)", "np.full((2,), 1)", "np.zeros(3, dtype=np.float32)", "np.zeros(2, dtype=int)",
    "np.zeros_like(a)", "np.ones_like(a, dtype=float)", "np.full_like(a, 0)", "np.arange(5)", "np.arange(5.0)",
    "np.arange(1, 7, 2)", "np.arange(len(a))", "np.linspace(0, 1, 5)", "np.linspace(0.0, 1.0, len(a))", "np.eye(3)",
    "np.eye(len(a))", "np.eye(2, 3)", "np.identity(2)", "np.array([1, 2])", "np.array([1.0, 2])",
    "np.array([[1, 2], [3, 4]])",
    "np.array(a)", "np.asarray(a)", "np.array([a[0, 0], 1.0])", "np.array([a[0], a[0]])", "np.array(1.0)",
    "np.array([1, 2], dtype=np.float32)", "np.asarray([1, 2], dtype=float)", "np.array([a, a])", "np.array([])",
    "np.meshgrid(a[0], a[:, 0])", "np.indices((2, 3))", "np.vander(a[0])", "np.zeros((len(a) + 1, 2))",
    "np.array([True, False])", "np.array([1j, 2])", "np.zeros(())", "np.arange(2, 2 + len(a))", "np.tri(3)",
]
ESTIMATES = [
    "np.cov(a)", "np.cov(a, rowvar=False)", "np.cov(a[0])", "np.corrcoef(a[0])", "np.cov(a[0], a[0])", "np.corrcoef(a)",
    "np.histogram(a, 3)", "np.histogram(a, 3, weights=a)", "np.histogram(a, [0.0, 1.0, 2.0])", "np.ediff1d(a)",
    "np.histogram(a, 2, density=True)", "np.bincount([0, 1], [1.0, 2.0])", "np.bincount([0, 1])", "np.polyval(a[0], a)",
    "np.polyval([1.0, 2.0], 0.5)", "np.polyfit(a[0], a[0], 1)", "np.unwrap(a)", "np.unravel_index(3, (2, 2))",
    "np.unravel_index([0, 3], (2, 2))", "np.ravel_multi_index(([0, 1], [1, 0]), (2, 2))", "np.resize(a, (2, 3))",
    "np.choose([0, 1], [a[0, 0] * np.ones(2), np.zeros(2)])", "np.select([a > 0, a < 0], [a, -a])",
    "np.ndarray(3).shape", "np.ndarray((2, len(a)), dtype=a.dtype).shape", "isinstance(1.0, tuple)",
    "isinstance(a[0, 0], (list, tuple))",
]
PYTHON = [
    "[x for x in a]", "list(a)", "[x * 2 for x in a]", "tuple([a, 1])", "len([1, 2])", "sum([1.0, 2.0])",
    "max(1.0, 2.0)", "min(1, 2)", "abs(-1)", "float(1)", "int(2.5)", "round(2.5)", "[1, 2] + [3]", "(1, 2) + (a,)",
    "[0.0] * 3", "{'x': a, 'y': 1.0}", "{'x': a}['x']", "(a, 1.0)[0]", "[a, a][1]", "(1, 2, 3)[1:]", "2 ** 3",
    "7 // 2",
    "1 / 2", "True + True", "True & False", "1 < 2", "not a.shape", "a is None", "a is not None",
    "1 if a is None else 2.0",
    "isinstance(a, np.ndarray)", "'x' + 'y'", "[i for i in range(len(a))]", "[(i, x) for i, x in enumerate(a)]",
    "[x + y for x, y in zip(a, a)]", "{k: v for k, v in {'x': a}.items()}", "list({'x': 1.0}.values())",
    "math.sin(1.0)",
    "math.floor(2.5)", "[x for x in reversed([1.0, 2.0])]", "dict(x=a)['x']", "{'x': 1.0}.get('y', 2.0)", "f'{a}'",
    "sorted([2.0, 1.0])", "max([1.0, 2.0])", "sum([a, a])", "a.shape[0] - 1", "a.shape[0] * a.shape[1]", "-len(a)",
]


def settled(examples: int = 15) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.mark.parametrize("expression", ELEMENTWISE)
@settled(30)
@given(data=st.data())
def test_elementwise_with_two_operands(expression: str, data: st.DataObject) -> None:
    shapes = [("n",), ("n", "m"), ("m",), (), ("py",), (1, "m"), ("n", 1), ("n", 1, "m")]
    check(expression, data, NUMBERS, shapes)


@pytest.mark.parametrize("expression", UNARY)
@settled(20)
@given(data=st.data())
def test_elementwise_with_one_operand(expression: str, data: st.DataObject) -> None:
    check(expression, data, NUMBERS, [("n",), ("n", "m"), (), ("py",)])


@pytest.mark.parametrize("expression", ESTIMATES)
@settled()
@given(data=st.data())
def test_estimates(expression: str, data: st.DataObject) -> None:
    check(expression, data, ("f64",), [("n", "m")])


@pytest.mark.parametrize("expression", REDUCTIONS)
@settled()
@given(data=st.data())
def test_reductions(expression: str, data: st.DataObject) -> None:
    check(expression, data, NUMBERS, [("n", "m"), ("n", "m", "k"), ("n",)])


@pytest.mark.parametrize("expression", SHAPES)
@settled()
@given(data=st.data())
def test_shapes(expression: str, data: st.DataObject) -> None:
    check(expression, data, ("i64", *FLOATS), [("n", "m"), ("n", "n"), ("n", 1)])


@pytest.mark.parametrize("expression", INDEXING)
@settled(20)
@given(data=st.data())
def test_indexing(expression: str, data: st.DataObject) -> None:
    check(expression, data, FLOATS, [("n", "m"), ("n", "n"), ("n", "m", "k"), ("n",)])


@pytest.mark.parametrize("expression", PRODUCTS)
@settled()
@given(data=st.data())
def test_products(expression: str, data: st.DataObject) -> None:
    check(expression, data, ("i8", "i64", *FLOATS, "c64"), [("n", "m")])


@pytest.mark.parametrize("expression", LINALG)
@settled()
@given(data=st.data())
def test_linear_algebra(expression: str, data: st.DataObject) -> None:
    check(expression, data, ("i64", *FLOATS, "c128"), [("s", "s"), ("n", "m")])


@pytest.mark.parametrize("expression", CREATION)
@settled(8)
@given(data=st.data())
def test_creation(expression: str, data: st.DataObject) -> None:
    check(expression, data, ("i64", *FLOATS), [("n", "m")])


@pytest.mark.parametrize("expression", PYTHON)
@settled(5)
@given(data=st.data())
def test_python(expression: str, data: st.DataObject) -> None:
    check(expression, data, FLOATS, [("n", "m"), ("n",)])


def test_every_row_names_a_rule() -> None:
    rules = {row.result for family in FAMILIES.values() for row in family}
    unknown = {rule for rule in rules if rule not in RULES and rule.partition(":")[0] not in RULES}
    assert not unknown


def test_an_unknown_rule_gives_any() -> None:
    from adls.engine.passes.typing import Given

    assert result_type("no such rule", Given("numpy.nothing", {})) == Any()


def check(expression: str, data: st.DataObject, dtypes: tuple[str, ...], shapes: list[tuple[str | int, ...]]) -> None:
    """Draw operands, type the expression and run it; the type must admit the value."""
    names = parameters(expression)
    sizes = {symbol: data.draw(st.sampled_from(lengths), symbol) for symbol, lengths in SIZES.items()}
    operands = [draw_operand(data, dtypes, shapes, sizes) for _ in names]
    function = define(f"def f({', '.join(names)}):\n    return {expression}\n", math=math)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = function(*(operand for operand, _ in operands))
    except (TypeError, ValueError, IndexError, ArithmeticError, np.linalg.LinAlgError, AttributeError):
        reject()
    typed = infer(function, *(type_ for _, type_ in operands))
    claims = Claims()
    for name, (operand, _) in zip(names, operands, strict=True):
        claims.check(typed[name], operand, f"{name}: ")
    claims.check(typed.result, value, f"{expression} on {[str(t) for _, t in operands]}: ")
    assert not isinstance(typed.result, Any) or expression in UNKNOWN, f"{expression}: nothing is known"


UNKNOWN = {"np.multiply.outer(a, a)", "np.broadcast_to(a, (2, *a.shape))"}
"""Expressions of which no type is expected."""


def draw_operand(data: st.DataObject, dtypes: tuple[str, ...], shapes: list[tuple[str | int, ...]],
                 sizes: dict[str, int]) -> tuple[object, Type]:
    shape = data.draw(st.sampled_from(shapes), "shape")
    if shape == ("py",):
        return data.draw(st.sampled_from([(True, ir.Bool()), (2, ir.Int()), (0.5, ir.Float()), (1j, ir.Complex())]))
    dtype = data.draw(st.sampled_from(dtypes), "dtype")
    lengths = [sizes[each] if isinstance(each, str) else each for each in shape]
    values = np.random.default_rng(0).integers(0, 5, lengths) + (3 * np.eye(*lengths) if len(lengths) == 2 else 1)
    operand = np.asarray(values).astype(NUMPY[dtype])[()]
    if not shape:
        return operand, ir.Scalar(dtype)
    unsure = data.draw(st.booleans(), "unsure")
    dims = [dim(length if length == 1 and not unsure else f"{each}?" if unsure else str(each))
            if isinstance(each, str) else dim(each) for each, length in zip(shape, lengths, strict=True)]
    return operand, ir.Array(dtype, tuple(dims))


def test_an_operand_of_unknown_rank_leaves_the_rank_unknown() -> None:
    typed = infer(define("def f(a, b):\n    return a + b\n"), ir.Array("f64", None), array("f64", "n"))
    assert typed.result == ir.Array("f64", None)

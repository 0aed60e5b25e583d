"""Every row of the rule tables against central differences, and what else a row promises."""

from __future__ import annotations

import ast
import copy
from typing import Any

import numpy as np
import pytest

from adls.engine.rules.row import Row
from adls.engine.rules.runtime_rows import FROM_SOURCE
from adls.engine.rules.table import FAMILIES, lookup
from adls.engine.source.diagnostics import DifferentiationError
from tests.engine.rules.examples import EXAMPLES, Call
from tests.engine.rules.formula import bind, callable_of, cotangent, evaluate, fitting, invoke, mentioned
from tests.engine.rules.runtime_examples import RUNTIME_EXAMPLES
from tests.engine.rules.scipy_examples import SCIPY_EXAMPLES
from tests.engine.rules.trees import (
    any_varies,
    inner,
    leaves_mapped,
    random_like,
    same_structure,
    shifted,
    varies,
)

ALL_EXAMPLES = {**EXAMPLES, **RUNTIME_EXAMPLES, **SCIPY_EXAMPLES}
CALLS = [
    pytest.param(name, call, row, id=f"{name}-{i}-{row.when or 'otherwise'}")
    for name, calls in ALL_EXAMPLES.items()
    for i, call in enumerate(calls)
    for row in fitting(name, call)
]
FIRST = [param for param in CALLS for name, call, row in [param.values] if row is fitting(name, call)[0]]
ROWS = [
    pytest.param(row, id=f"{row.names[0]}-{row.when or 'otherwise'}") for rows in FAMILIES.values() for row in rows
]
NUMPY_2 = np.__version__ >= "2"

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning"
)  # functions that NumPy is about to drop still have rows

WIDENED = {
    "ndarray.tolist": "Python floats",
    "ndarray.item": "a Python float",
    "scipy.special.y1": "yn takes float64",
    "scipy.special.digamma": "polygamma gives float64",
    "scipy.special.psi": "polygamma gives float64",
    "numpy.linspace": "weights are float64",
    "scipy.special.betainc": "betaln of Python floats is float64",
    "scipy.special.betaincinv": "betaln of Python floats is float64",
    "scipy.special.gammainc": "gammaln of Python floats is float64",
    "scipy.special.gammaincc": "gammaln of Python floats is float64",
    "scipy.special.gammaincinv": "gammaln of Python floats is float64",
    "scipy.stats.dirichlet.logpdf": "densities are float64",
    "scipy.stats.dirichlet.pdf": "densities are float64",
    "scipy.linalg.logm": "warns of what float32 costs",
    "scipy.linalg.norm": "norms are Python floats",
    "scipy.signal.lfilter": "filters of lists are float64",
    "runtime.interp_values": "np.interp gives float64",
}
SEEN_OTHERWISE = {
    "numpy.arange (dstart reads stop)": "only whether it is there",
    "numpy.histogram (da reads bins)": "only whether it is a number of bins",
    "numpy.histogram (da reads range)": "only whether it is there",
    "numpy.interp (dfp reads left)": "only whether it is there",
    "numpy.interp (dfp reads right)": "only whether it is there",
    "numpy.imag (dval reads val)": "only whether it is complex",
    "ndarray.imag (dval reads val)": "only whether it is complex",
    "numpy.nan_to_num (dx reads x)": "only whether it is finite",
    "numpy.nan_to_num (dnan reads x)": "only whether it is NaN",
    "numpy.nan_to_num (dposinf reads x)": "only whether it is infinite",
    "numpy.nan_to_num (dneginf reads x)": "only whether it is infinite",
    "numpy.nansum (da reads a)": "only whether it is NaN",
    "numpy.nanvar (dddof reads a)": "only whether it is NaN",
    "numpy.nanstd (dddof reads a)": "only whether it is NaN",
    "numpy.nanmean (da reads a)": "only whether it is NaN",
    "math.frexp (dx reads out)": "the exponent in it",
    "numpy.frexp (dx reads out)": "the exponent in it",
    **{
        f"{module}.{name} (dinitial reads {operand})": "only whether both are equal"
        for module, name in (("numpy", "max"), ("numpy", "amax"), ("numpy", "min"), ("numpy", "amin"),
                             ("ndarray", "max"), ("ndarray", "min"))
        for operand in ("initial", "out")
    },
}
REFUSED = "runtime.refuse("
# SVD and eigenvectors have a sign of their own: perturbed ones are compared as they come, which is right for
# small steps.
STEP = 1e-6


def result_of(name: str, call: Call) -> Any:
    """What the function gives; skips the test where NumPy 1 does not take the call."""
    try:
        return callable_of(name)(*call.args, **call.kwargs)
    except (TypeError, ValueError):
        if NUMPY_2:
            raise
        pytest.skip("a call for NumPy 2")


def bound(row: Row, call: Call, name: str) -> dict[str, Any]:
    operands = bind(row, call, name)
    assert operands is not None
    return operands


def active(row: Row, operands: dict[str, Any]) -> list[str]:
    """Operands with a formula whose value can vary."""
    return [
        name for name, text in row.cotangents.items() if REFUSED not in text and any_varies(operands.get(name))
    ]


@pytest.mark.parametrize(("name", "call", "row"), CALLS)
def test_cotangents_equal_central_differences(name: str, call: Call, row: Row) -> None:
    operands = bound(row, call, name)
    before = copy.deepcopy(operands)
    rng = np.random.default_rng(7)
    with np.errstate(all="ignore"):
        out = result_of(name, call)
        g = random_like(out, rng)
        for operand in active(row, operands):
            value = operands[operand]
            found = cotangent(row, operand, operands, out, g)
            assert same_structure(found, value), f"{operand}: the cotangent's shape is not the operand's"
            for _ in range(3):
                direction = random_like(value, rng)
                ahead, behind = (
                    inner(g, invoke(name, call, operand, shifted(value, direction, by), row, operands))
                    for by in (STEP, -STEP)
                )
                expected = (ahead - behind) / (2 * STEP)
                assert inner(found, direction) == pytest.approx(expected, rel=2e-6, abs=2e-7), (
                    f"with respect to {operand}"
                )
    _assert_equal(operands, before)


@pytest.mark.parametrize(("name", "call", "row"), FIRST)
def test_float32_stays_float32(name: str, call: Call, row: Row) -> None:
    if name.startswith(("math.", "Generator.")) or name in WIDENED or not NUMPY_2:
        pytest.skip("floats, or NumPy 1's promotion of scalars")
    narrow = Call(*leaves_mapped32((call.args, call.kwargs)))
    if not any(_has_array(value) for value in (*narrow.args, *narrow.kwargs.values())):
        pytest.skip("no array")
    with np.errstate(all="ignore"):
        operands = bound(row, narrow, name)
        out = result_of(name, narrow)
        g = random_like(out, np.random.default_rng(7))
        if any(dtype not in (np.float32, np.complex64) for dtype in _dtypes(out)):
            pytest.skip("the result is not float32")
        for operand in active(row, operands):
            dtypes = _dtypes(cotangent(row, operand, operands, out, g))
            if _has_array(operands[operand]):
                assert all(dtype in (np.float32, np.complex64) for dtype in dtypes), f"{operand}: {dtypes}"


def leaves_mapped32(tree: Any) -> Any:
    def narrow(value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return value
        return value.astype(np.complex64 if value.dtype.kind == "c" else np.float32)

    args, kwargs = tree
    return leaves_mapped(narrow, args), {key: leaves_mapped(narrow, value) for key, value in kwargs.items()}


def _has_array(tree: Any) -> bool:
    return (
        any(map(_has_array, tree))
        if isinstance(tree, list | tuple)
        else isinstance(tree, np.ndarray) and varies(tree)
    )


def _dtypes(tree: Any) -> set[Any]:
    if isinstance(tree, list | tuple):
        return set().union(*map(_dtypes, tree)) if tree else set()
    return {tree.dtype} if varies(tree) and isinstance(tree, np.ndarray | np.generic) else set()


@pytest.mark.parametrize(("name", "call", "row"), CALLS)
def test_strided_and_read_only_operands(name: str, call: Call, row: Row) -> None:
    operands = bound(row, call, name)
    if not any(isinstance(value, np.ndarray) for value in operands.values()) or any(
        o in ("A", "K") for o in [operands.get("order")] if row.names[0] != "numpy.array" and isinstance(o, str)
    ):
        pytest.skip("no array, or a result that depends on its layout")
    with np.errstate(all="ignore"):
        out = result_of(name, call)
        g = random_like(out, np.random.default_rng(7))
        strided = {key: _strided(value) for key, value in operands.items()}
        for operand in active(row, operands):
            plain, other = (
                cotangent(row, operand, operands, out, g),
                cotangent(row, operand, strided, _strided(out), _strided(g)),
            )
            _assert_close(other, plain)


def _strided(value: Any) -> Any:
    if not isinstance(value, np.ndarray) or not value.ndim:
        return value
    wide = np.zeros((*value.shape[:-1], 2 * value.shape[-1]), value.dtype)
    wide[..., ::2] = value
    view = wide[..., ::2]
    view.flags.writeable = False
    return view


def _assert_close(a: Any, b: Any) -> None:
    if isinstance(b, list | tuple):
        for x, y in zip(a, b, strict=True):
            _assert_close(x, y)
    elif b is None:
        assert a is None
    else:
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def _assert_equal(a: dict[str, Any], b: dict[str, Any]) -> None:
    for key, value in b.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(a[key], value, err_msg=f"{key} was changed")


@pytest.mark.parametrize(("name", "call", "row"), CALLS)
def test_a_real_result_owes_to_real_cotangents_only(name: str, call: Call, row: Row) -> None:
    """Where types are unknown, the cotangent of a real number may arrive complex: its imaginary part means nothing."""
    operands = bound(row, call, name)
    with np.errstate(all="ignore"):
        out = result_of(name, call)
        if not (isinstance(out, np.ndarray | float) and any_varies(out) and not np.iscomplexobj(out)):
            pytest.skip("no real array or number")
        g = random_like(out, np.random.default_rng(7))
        for operand in active(row, operands):
            if isinstance(operands[operand], list | tuple) or not np.iscomplexobj(operands[operand]):
                continue
            plain, other = (cotangent(row, operand, operands, out, each) for each in (g, g + 0.3j * g))
            _assert_close(other, plain)


ELEMENTWISE = [
    param
    for param in CALLS
    for name, call, row in [param.values]
    if row.elementwise
    and all(isinstance(x, np.ndarray) for x in call.args)
    and len(call.args) <= 2
    and not call.kwargs
    and not name.endswith(("cross", "vecdot", "where"))
]


@pytest.mark.parametrize(
    "shapes", [[(0,), (0,)], [(2, 0), (0,)], [(), ()], [(3, 1), (1, 4)], [(), (3,)], [(1,), (3,)]], ids=str
)
@pytest.mark.parametrize(("name", "call", "row"), ELEMENTWISE)
def test_empty_rank_0_and_broadcast_operands(
    name: str, call: Call, row: Row, shapes: list[tuple[int, ...]]
) -> None:
    args = tuple(np.resize(np.ravel(x), shape) for x, shape in zip(call.args, shapes, strict=False))
    operands = bound(row, Call(args, {}), name)
    with np.errstate(all="ignore"):
        out = callable_of(name)(*args)
        g = random_like(out, np.random.default_rng(7))
        for operand in active(row, operands):
            assert np.shape(cotangent(row, operand, operands, out, g)) == np.shape(operands[operand])


def test_every_row_has_an_example() -> None:
    hit = {id(row) for name, calls in ALL_EXAMPLES.items() for call in calls for row in fitting(name, call)}
    missing = [
        f"{row.names[0]} when {row.when or 'otherwise'}"
        for rows in FAMILIES.values()
        for row in rows
        if any(REFUSED not in text for text in row.cotangents.values()) and id(row) not in hit
        and not MARKS.issuperset(row.names)
    ]
    assert not missing


def test_every_name_with_a_derivative_has_an_example() -> None:
    names = {
        name
        for rows in FAMILIES.values()
        for row in rows
        if any(REFUSED not in text for text in row.cotangents.values())
        for name in row.names
    }
    missing = sorted(names - set(ALL_EXAMPLES) - NARROW_TYPES - MARKS)
    assert not missing


MARKS = {"runtime.fixed", "runtime.changing", "runtime.only_nothing"}
"""What marks an argument of a call, which takes the mark off again; and what takes zeros only."""

NARROW_TYPES = {"numpy.float32", "numpy.single", "numpy.float16", "numpy.half", "numpy.complex64"}


def test_formulas_read_only_values_that_change_the_result() -> None:
    """A value that a formula reads is kept for the backward pass: reading one that changes nothing wastes memory."""
    read: dict[tuple[int, str, str], bool] = {}
    names: dict[tuple[int, str, str], str] = {}
    rng = np.random.default_rng(11)
    for name, calls in EXAMPLES.items():
        for call in calls:
            try:
                out = result_of(name, call)
            except pytest.skip.Exception:
                continue
            g = random_like(out, rng)
            with np.errstate(all="ignore"):
                for row in fitting(name, call):
                    _note_reads(row, bound(row, call, name), out, g, rng, read, names, name)
    wasted = sorted(names[key] for key, used in read.items() if not used and names[key] not in SEEN_OTHERWISE)
    assert not wasted, "\n".join(wasted)


def _note_reads(
    row: Row,
    operands: dict[str, Any],
    out: Any,
    g: Any,
    rng: np.random.Generator,
    read: dict[tuple[int, str, str], bool],
    names: dict[tuple[int, str, str], str],
    name: str,
) -> None:
    for operand in active(row, operands):
        text = row.cotangents[operand]
        usual = evaluate(text, operands, out, g)
        for source in sorted(mentioned(text) & {*operands, "out"}):
            value = out if source == "out" else operands[source]
            if not any_varies(value):
                continue
            key = (id(row), operand, source)
            names[key] = f"{name} (d{operand} reads {source})"
            for _ in range(8):
                moved = leaves_mapped(
                    lambda v: v * rng.uniform(0.3, 3.0) * rng.choice([-1, 1]) + random_like(v, rng), value
                )
                try:
                    other = (
                        evaluate(text, operands, moved, g)
                        if source == "out"
                        else evaluate(text, {**operands, source: moved}, out, g)
                    )
                except (ValueError, IndexError, DifferentiationError, np.linalg.LinAlgError):
                    read[key] = True
                    continue
                read[key] = read.get(key, False) or not _equal(usual, other)


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, list | tuple):
        return all(map(_equal, a, b))
    return bool(np.array_equal(a, b, equal_nan=True))


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_well_formed(row: Row) -> None:
    names = _signature_names(row.signature)
    assert set(row.cotangents) <= names, "a cotangent for an unknown operand"
    for text in row.cotangents.values():
        known = names | {"g", "out", "np", "math", "runtime", "scipy", "min", "max", "len", "sum", "float", "abs"}
        assert {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)} <= known
    kind, _, operand = row.alias.partition(":")
    assert kind in ("fresh", "view", "maybe", "same", "list")
    assert not operand or operand in names


@pytest.mark.parametrize("row", ROWS)
def test_what_a_formula_calls_has_a_row(row: Row) -> None:
    """Closure: a gradient can be differentiated again."""
    for text in row.cotangents.values():
        for name in called(text):
            assert lookup(name) or name in FROM_SOURCE, f"{name} in {text}"


def test_the_last_row_of_each_name_has_no_condition() -> None:
    names = {name for rows in FAMILIES.values() for row in rows for name in row.names}
    assert not [name for name in sorted(names) if lookup(name)[-1].when]


def called(text: str) -> list[str]:
    """The canonical names of the operators and functions of a formula."""
    return [name for node in ast.walk(ast.parse(text, mode="eval")) for name in _called_by(node)]


_OPERATORS = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.USub: "neg",
    ast.Invert: "invert",
    ast.Not: "not_",
    ast.BitAnd: "and_",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.IsNot: "is_not",
}


_MODULES = {"np": "numpy", "math": "math", "runtime": "runtime", "scipy": "scipy"}


def _called_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.BinOp | ast.UnaryOp):
        return [f"operator.{_OPERATORS[type(node.op)]}"]
    if isinstance(node, ast.Compare):
        return [f"operator.{_OPERATORS[type(each)]}" for each in node.ops]
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return [f"builtins.{node.func.id}"]
        root, *rest = ast.unparse(node.func).split(".")
        if root in _MODULES and all(map(str.isidentifier, rest)):
            return [".".join([_MODULES[root], *rest])]
        return [f"ndarray.{node.func.attr}"]  # type: ignore[attr-defined]
    return []


def _signature_names(signature: str) -> set[str]:
    arguments = ast.parse(f"def f({signature}): pass").body[0].args  # type: ignore[attr-defined]
    starred = [each.arg for each in (arguments.vararg, arguments.kwarg) if each]
    return {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)} | set(starred)

"""No row takes a number that varies and says nothing of its derivative."""

from __future__ import annotations

import pytest

from adls.engine.passes.rows import signature_of
from adls.engine.rules.row import Row
from adls.engine.rules.table import FAMILIES

NEVER_A_NUMBER = frozenset("""
    axis axes axis1 axis2 axisa axisb axisc dtype out keepdims where order subok copy casting size shape
    decimals ndim ndmin ndigits type mode method norm n N M k m s kind side sorter indexing edge_order rowvar
    bias deg retstep endpoint num increasing sparse optimize subscripts indices obj pad_width repeats reps shift
    window_shape writeable source destination start new_shape kth indices_or_sections minlength density
    include_initial overwrite_input requirements ind hermitian full_matrices compute_uv UPLO upper offset
    strides count rng args ord exact d trans lower unit_diagonal overwrite_a overwrite_b overwrite_ab
    check_finite assume_a transposed eigvals_only l_and_u boundary return_sign allow_singular key steps i fn
    integers dims trim return_index return_inverse return_counts
""".split())  # noqa: SIM905
"""Parameters that stand for a form: nobody gives a number there that varies."""
CONSTANT_ON_PURPOSE = {
    "operator.truediv x", "operator.pow x", "operator.pow y", "operator.floordiv x", "operator.floordiv y",
    "math.pow y", "operator.and_ x", "operator.and_ y", "operator.invert x", "numpy.logical_and x",
    "numpy.logical_and y", "numpy.logical_not x", "numpy.copysign y", "math.copysign y", "numpy.heaviside x",
    "numpy.spacing x", "math.ulp x", "numpy.nextafter y", "math.nextafter y", "numpy.sign x", "numpy.floor x",
    "numpy.round a", "builtins.round number", "numpy.imag val", "numpy.angle z", "numpy.angle deg",
    "numpy.real_if_close tol", "numpy.unwrap discont", "numpy.trapezoid x", "numpy.trapezoid dx",
    "scipy.integrate.simpson x", "scipy.integrate.simpson dx", "scipy.integrate.cumulative_trapezoid x",
    "scipy.integrate.cumulative_trapezoid dx", "scipy.integrate.cumulative_trapezoid initial",
    "numpy.prod initial", "numpy.average weights", "numpy.cov ddof", "numpy.arange stop", "numpy.arange step",
    "numpy.where condition", "numpy.where x", "numpy.where y", "numpy.maximum x", "numpy.maximum y",
    "numpy.minimum x", "numpy.minimum y", "numpy.compress condition", "ndarray.compress condition",
    "numpy.extract condition", "numpy.choose a", "numpy.select condlist", "numpy.bincount x",
    "numpy.linalg.pinv rcond", "numpy.linalg.pinv rtol", "numpy.linalg.lstsq rcond", "scipy.special.gammasgn x",
    "scipy.special.lambertw tol", "scipy.special.logsumexp b", "scipy.signal.convolve2d fillvalue",
    "scipy.signal.correlate2d fillvalue", "numpy.zeros_like a", "numpy.full_like a", "numpy.indices dimensions",
    "numpy.hanning M", "numpy.ndarray buffer", "numpy.int8 x", "scipy.stats.multivariate_normal.entropy mean",
    "ndarray.view type",
}
"""Where the derivative is 0, jumps, or another variant of the row has it."""
GIVES_NO_NUMBERS = {
    "bool", "compare", "logical", "int", "none", "reduce:bool", "reduce:int", "argsort", "searchsorted",
    "nonzero", "pair_of_indices", "unravel_index", "ravel_multi_index",
}


ROWS = [row for family, rows in FAMILIES.items() if family != "runtime" for row in rows]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.names[0]}-{row.when or 'otherwise'}")
def test_what_has_no_formula_is_constant_on_purpose(row: Row) -> None:
    """A parameter that may get a number that varies has a formula, or says that it has none: never a silent zero."""
    if row.result in GIVES_NO_NUMBERS or not row.cotangents or ".stats." in row.names[0]:
        return
    without = {name for name in signature_of(row.signature).names if name not in row.cotangents} - NEVER_A_NUMBER
    unsaid = sorted(f"{row.names[0]} {name}" for name in without if f"{row.names[0]} {name}" not in CONSTANT_ON_PURPOSE)
    assert not unsaid, "give it a formula, or `runtime.refuse(...)`"

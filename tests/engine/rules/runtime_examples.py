"""Example calls of adls's own functions: their rows are the derivatives of derivatives."""

# ruff: noqa: E501 - a table: the calls of a function stand on its line
from __future__ import annotations

import numpy as np

from adls.runtime.cotangents import shapes
from tests.engine.rules.examples import A, Call, P, U, Z, c, calls, well


def _unheard(g):
    """Leaves a cotangent as it is."""


_a = A(3, 4)
_ties = np.array([[1.0, 2.0, 2.0], [3.0, 1.0, 3.0]])

RUNTIME_EXAMPLES: dict[str, list[Call]] = {
    **calls("runtime.unbroadcast", c(A(2, 3, 4), (3, 1)), c(A(3), ()), c(A(3), (3,))),
    **calls("runtime.sum_product", c(A(2, 3), A(3)), c(A(2, 3), A(2, 1), 1, True), c(A(4, 2, 3), A(2, 3), 0), c(A(2, 1), A(2, 3), (0, 1))),
    **calls("runtime.sum_product_back", c(A(2), A(2, 3), (2, 3), 1, False), c(A(2, 1), A(3), (2, 1), 1, True)),
    **calls("runtime.unbroadcast_product", c(A(2, 3), A(3), (3,)), c(A(2, 3), A(2, 3), (2, 1)), c(A(2, 3), A(2, 3), (2, 3))),
    **calls("runtime.unbroadcast_product_back", c(A(3), A(2, 3), (2, 3)), c(A(2, 1), A(3), (2, 1))),
    **calls("runtime.restore_axes", c(A(3), 1, False, 2), c(A(), None, False, 2), c(A(3, 1), 1, True, 2), c(A(3), (0, 2), False, 3)),
    **calls("adls.on_cotangent", c(A(3), _unheard), c(1.5, _unheard)),
    **calls("runtime.fresh_sum", c(A(3), A(3)), c(1.5, 2.5)),
    **calls("runtime.as_it_is", c(A(3)), c(1.5)),
    **calls("runtime.or_zeros", c(A(3), (3,))),
    **calls("runtime.or_zeros_of", c(A(3), (3,))),
    **calls("runtime.or_zero", c(1.5)),
    **calls("runtime.without", c(A(3, 4), np.array([[0], [2], [1]]), 1)),
    **calls("runtime.uninserted", c(A(5), (4,), 1, (), None), c(A(3, 6), (3, 4), 2, (2, 3), 1)),
    **calls("runtime.unslide", c(A(4, 3), (6,), 3)),
    **calls("runtime.gradient_back", c(A(5), (5,), (0.3,)), c(A(4, 5), (4, 5), (), 1)),
    **calls("runtime.gradient_along", c(A(5), (0.3,)), c(A(4, 5), (), 1)),
    **calls("runtime.real_as", c(Z(3), np.dtype(float))),
    **calls("runtime.slogdet_factor", c(A(2), A(2), np.array([1.0, -1.0])), c(Z(2), A(2), np.exp(1j * A(2)))),
    **calls("runtime.rfftn_back", c(Z(3, 3), (3, 4), None, None, None), c(Z(3, 4), (4, 5), (3, 6), (0, 1), "ortho")),
    **calls("runtime.irfftn_back", c(A(3, 6), (3, 4), None, None), c(A(3, 6), (4, 5), (0, 1), "ortho")),
    **calls("runtime.share", c(A(3), np.array([True, False, False]), np.array([False, True, False]))),
    **calls("runtime.share_ties", c(A(2), _ties, _ties.max(1), 1, False)),
    **calls("runtime.ties_of", c(A(2, 3), _ties, _ties.max(1), 1, False), c(A(2, 3), _ties, _ties.max(), None, False)),
    **calls("runtime.reversed_cumsum", c(A(12), (3, 4), None), c(A(3, 4), (3, 4), 1)),
    **calls("runtime.undiff", c(A(4), 1, -1), c(A(3, 4), 2, 0)),
    **calls("runtime.shifted", c(A(4), 0, 1.0), c(A(3, 4), 1, 0.0)),
    **calls("runtime.unshifted", c(A(4), 0), c(A(3, 4), -1)),
    **calls("runtime.align", c(A(4), (3, 4), 1), c(A(3, 4), (3, 4), 0)),
    **calls("runtime.unalign", c(A(3, 4), (4,), 1), c(A(3, 4), (3, 4), 0)),
    **calls("runtime.phase", c(Z(3)), c(A(3))),
    **calls("runtime.ravel_unless", c(A(3, 4), None), c(A(3, 4), 1)),
    **calls("runtime.recur runtime.recur_back", c(A(5), A(5)), c(A(3, 4), A(3, 4), 1), c(A(3, 4), A(3, 4), 0)),
    **calls("runtime.interp_slope", c(U(3), np.linspace(0, 1, 4), A(4))),
    **calls("runtime.interp_values", c(A(3), U(3), np.linspace(0, 1, 4), (4,))),
    **calls("runtime.trapezoid_weights", c((3, 5), 0.3, 1, np.dtype(float))),
    **calls("runtime.trapezoid_y", c(A(3), A(5), (3, 5), 1), c(A(), A(5), (5,), -1)),
    **calls("runtime.trapezoid_x", c(A(3), A(3, 5), (5,), 1), c(A(5), A(3, 5), (3, 5), 0)),
    **calls("runtime.polygamma", c(0, 0.3), c(0, 2.5), c(1, 3.5), c(2, 0.7)),
    **calls("runtime.scatter_add", c(A(4), np.array([0, 2, 2]), A(3)), c(A(4, 2), np.array([0, 2, 2]), A(3, 2)), c(A(4), np.array([1, 1]), 0.5)),
    **calls("runtime.zeros", c((3, 2)), c(4, dtype=np.float32)),
    **calls("runtime.scattered", c(A(3), (5,), np.array([1, 1, 2])), c(A(2), (3, 4), (1, slice(0, 2)))),
    **calls("runtime.untake", c(A(3), (5,), np.array([1, 1, 2])), c(A(3, 2), (3, 4), np.array([1, 1]), 1)),
    **calls("runtime.untake_along_axis", c(A(3, 2), (3, 4), np.array([[0, 2], [1, 1], [3, 0]]), 1)),
    **calls("runtime.unsort", c(A(3, 4), np.argsort(_a, 1), 1), c(A(4), np.argsort(A(4)), -1)),
    **calls("runtime.matmul_left", c(A(2, 4), A(3, 4), (2, 3)), c(A(5, 2, 4), A(5, 3, 4), (5, 2, 3)), c(A(5, 2, 4), A(5, 3, 4), (2, 3))),
    **calls("runtime.matmul_right", c(A(2, 4), A(2, 3), (3, 4)), c(A(5, 2, 4), A(5, 2, 3), (5, 3, 4))),
    **calls("runtime.dot_left", c(A(5, 2, 6, 4), A(6, 3, 4), (5, 2, 3)), c(A(2, 4), A(3, 4), (2, 3))),
    **calls("runtime.dot_right", c(A(5, 2, 6, 4), A(5, 2, 3), (6, 3, 4)), c(A(2, 4), A(2, 3), (3, 4))),
    **calls("runtime.inner_left", c(A(2, 4), A(4, 3), (2, 3))),
    **calls("runtime.inner_right", c(A(2, 4), A(2, 3), (4, 3))),
    **calls("runtime.tensordot_left", c(A(2, 5), A(3, 4, 5), (2, 3, 4), 2), c(A(3, 5), A(4, 5, 2), (2, 3, 4), ((2, 0), (0, 2)))),
    **calls("runtime.tensordot_right", c(A(2, 5), A(2, 3, 4), (3, 4, 5), 2)),
    **calls("runtime.kron_left", c(A(6, 6), A(3, 2), (2, 3))),
    **calls("runtime.kron_right", c(A(6, 6), A(2, 3), (3, 2))),
    **calls("runtime.einsum_operand", c(A(2), "ij->i", 0, (2, 3)), c(A(2, 4), "ij,jk->ik", 0, (2, 3), A(3, 4)), c(A(2, 4), "ij,jk->ik", 1, (3, 4), A(2, 3))),
    **calls("runtime.undiagonal", c(A(3), (3, 4)), c(A(2, 1), (2, 3, 3), 0, 1, 2)),
    **calls("runtime.undiag", c(A(3), (3, 4)), c(A(3, 3), (3,))),
    **calls("runtime.convolve_left", c(A(7), A(3), (5,), "full"), c(A(5), A(3), (5,), "same"), c(A(3), A(3), (5,), "valid"), c(A(5), A(5), (3,), "same")),
    **calls("runtime.powers", c(A(4), A(4), 3), c(A(2, 2), A(2, 2), 3)),
    **calls("runtime.split_like", c(A(3, 3), shapes((A(2, 3), A(3))), 0), c(A(6), shapes([A(2, 2), A(2)]), None), c(A(2, 3), shapes([A(2), A(2, 2)]), 1)),
    **calls("runtime.joined", c((A(2, 3), A(3)), (3, 3), 0), c([A(2), A(2, 2)], (2, 3), 1), c([A(2, 2), A(2)], (6,), None)),
    **calls("runtime.unstack", c(A(2, 3), 1)),
    **calls("runtime.unblock", c(A(3, 3), shapes([[A(2, 2), A(2, 1)], [A(1, 2), A(1, 1)]])), c(A(5), shapes([A(2), A(3)]))),
    **calls("runtime.shaped_as", c(A(2, 2), shapes([[0.0, 0.0], [0.0, 0.0]])), c(A(1, 2, 2), shapes([A(2), A(2)])), c(A(1, 3), (3,))),
    **calls("runtime.to_each", c(A(2), (3, 2)), c(0.5, shapes([0.0, 0.0])), c(A(2, 3), shapes((A(2, 3), A(3))))),
    **calls("runtime.placed", c(0.5, (2, 3), (4,)), c(0.5, (2, 3), (1, 2)), c(0.5, (1,), ())),
    **calls("runtime.item_at", c(A(2, 3), (4,)), c(A(2, 3), (1, 2))),
    **calls("runtime.untile", c(A(2, 6), (2, 3), 2), c(A(4, 6), (2, 3), (2, 2))),
    **calls("runtime.unrepeat", c(A(6), (3,), 2), c(A(2, 3), (2, 3), [1, 0, 2], 1)),
    **calls("runtime.unpad", c(A(5), (3,), 1), c(A(4, 5), (2, 3), 1, "edge")),
    **calls("runtime.padding_sum", c(A(5), (), (3,), 1)),
    **calls("runtime.unresize", c(A(8), (3,))),
    **calls("runtime.undelete", c(A(3, 2), (3, 4), [0, 2], 1), c(A(4), (5,), 2)),
    **calls("runtime.unbroadcast_each", c((A(3, 4), A(3, 4)), shapes((A(3, 1), A(4))))),
    **calls("runtime.broadcast_each", c((A(3, 1), A(4)), shapes((A(3, 4), A(3, 4))))),
    **calls("runtime.unravel", c(A(12), A(3, 4).T, "A"), c(A(2, 6), A(3, 4), "C")),
    **calls("runtime.reravel", c(A(4, 3), A(3, 4).T, (12,), "A"), c(A(4, 2, 3), A(2, 3, 4).transpose(2, 0, 1), (24,), "K")),
    **calls("runtime.unchosen", c(np.array([[0.0, 1.0], [2.0, 0.0]]), A(2, 2))),
    **calls("runtime.or_infinite", c(A(2, 2)), c(0.5)),
    **calls("runtime.over", c(A(3, 2), np.array([[1], [2], [3]]))),
    **calls("runtime.refit", c(Z(3, 4), (2, 5))),
    **calls("runtime.rfft_back", c(Z(3), (5,), None, -1, None), c(Z(4), (5,), 6, -1, None)),
    **calls("runtime.irfft_back", c(A(6), (4,), -1, None), c(A(7), (4,), -1, "ortho")),
    **calls("runtime.hermitian_from_lower runtime.fold_lower", c(A(3, 3)), c(A(2, 3, 3)), c(Z(3, 3))),
    **calls("runtime.cholesky_back", c(A(3, 3), np.tril(well(3))), c(A(2, 3, 3), np.tril(well(3, 2)))),
    **calls("runtime.other_factors", c(A(4), 0), c(A(3, 4), None), c(A(2, 3, 4), (0, 2)), c(np.array([1.0, 0.0, 0.0, 2.0]), 0)),
    **calls("runtime.triangular_inverse", c(np.tril(well(3))), c(np.tril(well(60)))),
}

SPECIAL_EXAMPLES: dict[str, list[Call]] = {
    **{f"scipy.special.{name}": [c(A(3))] for name in (
        ["expit", "log_expit", "erf", "erfc", "erfcx", "ndtr", "log_ndtr", "exp2", "expm1", "j0", "j1", "i0", "i1"])},
    **{f"scipy.special.{name}": [c(U(3))] for name in ["logit", "erfinv", "erfcinv", "ndtri"]},
    **{f"scipy.special.{name}": [c(P(3))] for name in (
        ["gamma", "gammaln", "loggamma", "rgamma", "digamma", "psi", "entr", "cbrt", "log1p", "y0", "y1"])},
    **{f"scipy.special.{name}": [c(P(3), P(3))] for name in (
        ["beta", "betaln", "xlogy", "xlog1py", "rel_entr", "kl_div"])},
    "scipy.special.huber": [c(P(4), 2 * A(4))],
    "scipy.special.polygamma": [c(1, P(3))],
    "scipy.special.multigammaln": [c(P(3) + 2, 3)],
    "scipy.special.gammainc": [c(2, P(3))],
    "scipy.special.gammaincc": [c(2, P(3))],
    **{f"scipy.special.{name}": [c(2, P(3))] for name in ["jv", "yn", "iv"]},
    "scipy.special.softmax": [c(A(3, 4)), c(A(3, 4), axis=1)],
    "scipy.special.log_softmax": [c(A(3, 4)), c(A(3, 4), axis=1)],
    "scipy.special.logsumexp": [c(A(3, 4)), c(A(3, 4), axis=1), c(A(3, 4), axis=1, keepdims=True), c(A(3, 4), axis=1, b=P(3, 4))],
}

"""Money: numpy_financial, py_lets_be_rational, blackscholes, nelson_siegel_svensson."""

import numpy as np
import numpy_financial
from blackscholes import BlackScholesCall, BlackScholesPut
from nelson_siegel_svensson import NelsonSiegelCurve, NelsonSiegelSvenssonCurve
from nelson_siegel_svensson.calibrate import betas_ns_ols
from py_lets_be_rational import black, implied_volatility_from_a_transformed_rational_guess

from benchmarks.coverage.program import Program

MATURITIES = np.array([0.5, 1.0, 2.0, 5.0, 10.0])


def loan(terms):
    payment = numpy_financial.pmt(terms[0] / 12, 120, terms[1])
    interest = numpy_financial.ipmt(terms[0] / 12, np.array([1, 30, 100]), 120, terms[1])
    return payment + np.sum(interest) + numpy_financial.fv(terms[0] / 12, 60, payment, terms[1])


def present_value(flows):
    return numpy_financial.npv(0.08, flows) + numpy_financial.mirr(flows, 0.08, 0.055) + numpy_financial.irr(flows)


def option(market):
    call = BlackScholesCall(S=market[0], K=market[1], T=1.0, r=market[2], sigma=market[3], q=0.0)
    put = BlackScholesPut(S=market[0], K=market[1], T=1.0, r=market[2], sigma=market[3], q=0.0)
    return call.price() + put.price() + call.delta() * put.gamma() + call.theta()


def black_and_its_inverse(market):
    price = black(market[0], market[1], market[2], 0.5, 1.0)
    return price + implied_volatility_from_a_transformed_rational_guess(price * 1.05, market[0], market[1], 0.5, 1.0)


def yield_curve(betas):
    curve = NelsonSiegelSvenssonCurve(betas[0], betas[1], betas[2], betas[3], betas[4], betas[5])
    return np.sum(curve(MATURITIES) ** 2) + np.sum(curve.forward(MATURITIES)) + curve.zero(3.0)


def calibrated_curve(yields):
    curve, _ = betas_ns_ols(2.0, MATURITIES, yields)
    return np.sum(curve(MATURITIES + 1.0)) + NelsonSiegelCurve(curve.beta0, 0.1, 0.1, 2.0)(4.0)


PROGRAMS = (
    Program(loan, np.array([0.07, 20000.0])),
    Program(present_value, np.array([-100.0, 39.0, 59.0, 55.0, 20.0])),
    Program(option, np.array([55.0, 50.0, 0.0025, 0.15])),
    Program(black_and_its_inverse, np.array([100.0, 95.0, 0.3])),
    Program(yield_curve, np.array([0.028, -0.03, -0.009, -0.013, 0.9, 1.7])),
    Program(calibrated_curve, np.array([0.01, 0.011, 0.013, 0.019, 0.023])),
)

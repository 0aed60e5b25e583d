"""Likelihoods: lifelines, pyhf, numpy_ml."""

import numpy as np
import pandas as pd
import pyhf
from lifelines import (
    LogLogisticFitter,
    LogNormalFitter,
    SplineFitter,
    WeibullFitter,
)
from lifelines.fitters.coxph_fitter import SemiParametricPHFitter
from numpy_ml.hmm import MultinomialHMM

from benchmarks.coverage.program import Program

TIMES = np.array([0.7, 1.3, 1.3, 2.1, 2.9, 4.2])
SEEN = np.array([True, True, False, True, True, False])
NONE = np.zeros(6)
ONCE = np.ones(6)
WEIBULL, NORMAL, LOGISTIC = WeibullFitter(), LogNormalFitter(), LogLogisticFitter()
SPLINE = SplineFitter(np.array([0.7, 1.7, 4.2]))
COX = SemiParametricPHFitter()
COVARIATES = np.random.RandomState(5).normal(size=(6, 2))
MODEL = pyhf.simplemodels.uncorrelated_background(signal=[5.0, 10.0], bkg=[50.0, 60.0], bkg_uncertainty=[5.0, 12.0])
COUNTS = np.array([53.0, 65.0, *MODEL.config.auxdata])


def weibull(params):
    return WEIBULL._negative_log_likelihood_right_censoring(params, (TIMES, None), SEEN, NONE, ONCE)


def log_normal(params):
    return NORMAL._negative_log_likelihood_right_censoring(params, (TIMES, None), SEEN, NONE, ONCE)


def log_logistic(params):
    return LOGISTIC._negative_log_likelihood_interval_censoring(params, (TIMES, TIMES + 1.0), SEEN, NONE, ONCE)


def hazard_spline(params):
    return SPLINE._negative_log_likelihood_right_censoring(params, (TIMES, None), SEEN, NONE, ONCE)


def cox_with_ties(beta):
    frame, times = pd.DataFrame(COVARIATES), pd.Series(TIMES)
    return COX._get_efron_values_single(frame, times, pd.Series(SEEN), pd.Series(ONCE), None, beta)[2]


def counting_experiment(params):
    return MODEL.logpdf(params, COUNTS)[0]


def hidden_markov_of_counts(emission):
    model = MultinomialHMM(A=np.array([[0.8, 0.2], [0.3, 0.7]]), B=emission, pi=np.array([0.6, 0.4]))
    model.N, model.M, model.I, model.T = 2, 3, 1, 4
    return model.log_likelihood(np.array([0, 2, 1, 1]))


PROGRAMS = (
    Program(weibull, np.array([1.5, 1.2])),
    Program(log_normal, np.array([0.6, 0.9])),
    Program(log_logistic, np.array([1.5, 1.2])),
    Program(hazard_spline, np.array([0.05, -0.2, 0.4])),
    Program(cox_with_ties, np.array([0.4, -0.3])),
    Program(counting_experiment, np.array([1.1, 0.95, 1.04])),
    Program(hidden_markov_of_counts, np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])),
)

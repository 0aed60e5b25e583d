"""Signals, learning, solvers, test functions: lmfit, emcee, fastdtw, numpy_ml, colour, control, deap, pyswarms."""

import colour
import control
import numpy as np
from deap import benchmarks as deap_benchmarks
from emcee import autocorr
from fastdtw import dtw
from lmfit import lineshapes
from numpy_ml.neural_nets.layers import BatchNorm1D, Conv2D, FullyConnected
from numpy_ml.neural_nets.losses import SquaredError
from pyswarms.utils.functions import single_obj

from benchmarks.coverage.program import Program

random = np.random.RandomState(13)
AXIS = np.linspace(-2.0, 3.0, 12)
CHAIN = np.cumsum(random.normal(size=24)) * 0.3


def spectral_lines(line):
    found = lineshapes.voigt(AXIS, line[0], line[1], line[2], line[3])
    found = found + lineshapes.pvoigt(AXIS, line[0], line[1], line[2], 0.4) + lineshapes.skewed_gaussian(AXIS, *line)
    return np.sum(found**2) + np.sum(lineshapes.moffat(AXIS, line[0], line[1], line[2], 1.5))


def steps_and_edges(line):
    found = lineshapes.step(AXIS, line[0], line[1], line[2], form="erf")
    found = found + lineshapes.rectangle(AXIS, line[0], line[1], line[2], line[3], 0.5, form="logistic")
    return np.sum(found**2) + np.sum(lineshapes.breit_wigner(AXIS, line[0], line[1], line[2], 1.5))


def autocorrelation(chain):
    return np.sum(autocorr.function_1d(chain)[:8] ** 2)


def time_warping(x):
    distance, _ = dtw(x, [1.0, 2.5, 0.5, 3.0], dist=lambda a, b: (a - b) ** 2)
    return distance


def dense_layers(inputs):
    np.random.seed(3)
    first, second = FullyConnected(4, act_fn="tanh"), FullyConnected(3, act_fn="sigmoid")
    hidden = BatchNorm1D().forward(first.forward(inputs, retain_derived=False), retain_derived=False)
    return SquaredError.loss(np.eye(3)[[0, 2, 1, 1]], second.forward(hidden, retain_derived=False))


def convolution_layer(images):
    np.random.seed(3)
    layer = Conv2D(out_ch=2, kernel_shape=(2, 2), act_fn="tanh", stride=1)
    return np.sum(layer.forward(images, retain_derived=False) ** 2)


def lightness(color):
    lab = colour.XYZ_to_Lab(color)
    return np.sum(lab**2) / 1000.0 + colour.delta_E(lab, np.array([60.0, 20.0, -10.0]), method="CIE 2000")


def step_response(numbers):
    a = np.array([[0.0, 1.0], [-1.0, 0.0]]) - np.eye(2) * numbers[0]
    system = control.ss(a, np.array([[0.0], [1.0]]), np.array([[1.0, 0.0]]), 0.0)
    response = control.forced_response(system, np.linspace(0.0, 2.0, 6), numbers[1] * np.ones(6))
    return np.sum(response.outputs**2)


def lyapunov_equation(numbers):
    a = numbers[:4].reshape(2, 2) - 2.0 * np.eye(2)
    return np.sum(control.lyap(a, np.eye(2) * numbers[4]) ** 2)


def evolution_functions(x):
    functions = (
        deap_benchmarks.ackley,
        deap_benchmarks.griewank,
        deap_benchmarks.rastrigin,
        deap_benchmarks.rosenbrock,
        deap_benchmarks.schwefel,
        deap_benchmarks.bohachevsky,
        deap_benchmarks.cigar,
        deap_benchmarks.h1,
    )
    total = sum(deap_benchmarks.dtlz2(x, 3)) + sum(deap_benchmarks.zdt1(x))
    total += sum(deap_benchmarks.kursawe(x))
    for function in functions:
        total += function(x)[0]
    return total


def swarm_functions(x):
    points = x.reshape(3, 2)
    total = np.sum(single_obj.ackley(points)) + np.sum(single_obj.levi(points))
    total += np.sum(single_obj.rosenbrock(points))
    return total + np.sum(single_obj.himmelblau(points)) + np.sum(single_obj.easom(points))


PROGRAMS = (
    Program(spectral_lines, np.array([2.0, 0.3, 0.7, 0.5])),
    Program(steps_and_edges, np.array([2.0, 0.3, 0.7, 1.5])),
    Program(autocorrelation, CHAIN),
    Program(time_warping, [1.2, 2.0, 0.9, 2.4, 3.1]),
    Program(dense_layers, random.normal(size=(4, 5))),
    Program(convolution_layer, random.normal(size=(2, 3, 4, 2))),
    Program(lightness, np.array([0.20654008, 0.12197225, 0.05136952])),
    Program(step_response, np.array([0.2, 1.5])),
    Program(lyapunov_equation, np.array([0.1, 0.5, -0.4, 0.3, 1.2])),
    Program(evolution_functions, [0.3, 0.6]),
    Program(swarm_functions, np.array([0.3, -0.6, 0.2, 0.9, -0.4, 0.5])),
)

"""State estimation: filterpy, pykalman, simdkalman."""

import numpy as np
import simdkalman
from filterpy.common import Q_discrete_white_noise
from filterpy.gh import GHFilter
from filterpy.kalman import (
    ExtendedKalmanFilter,
    KalmanFilter,
    MerweScaledSigmaPoints,
    UnscentedKalmanFilter,
    batch_filter,
    rts_smoother,
)
from pykalman.standard import _filter, _loglikelihoods

from benchmarks.coverage.program import Program

MEASURED = np.array([1.1, 1.9, 3.2, 3.9, 5.1])


def kalman_likelihood(noise):
    kf = KalmanFilter(dim_x=2, dim_z=1)
    kf.x = np.array([0.0, 1.0])
    kf.F = np.array([[1.0, 1.0], [0.0, 1.0]])
    kf.H = np.array([[1.0, 0.0]])
    kf.P *= 10.0
    kf.R = kf.R * noise[0]
    kf.Q = Q_discrete_white_noise(dim=2, dt=1.0, var=0.1) * noise[1]
    total = 0.0
    for z in MEASURED:
        kf.predict()
        kf.update(z)
        total += kf.log_likelihood
    return total


def extended_kalman(noise):
    ekf = ExtendedKalmanFilter(dim_x=2, dim_z=1)
    ekf.x = np.array([noise[2], 1.0])
    ekf.F = np.array([[1.0, 0.5], [0.0, 1.0]])
    ekf.R = np.array([[noise[0]]])
    ekf.Q = np.eye(2) * noise[1]
    for z in MEASURED:
        ekf.predict()
        ekf.update(
            np.array([z]),
            lambda x: np.array([[x[0] / np.sqrt(x[0] ** 2 + 4.0), 0.0]]),
            lambda x: np.array([np.sqrt(x[0] ** 2 + 4.0)]),
        )
    return np.sum(ekf.x**2) + np.trace(ekf.P)


def unscented_kalman(noise):
    def move(x, dt):
        return np.array([x[0] + dt * x[1], x[1] - dt * np.sin(x[0])])

    def measure(x):
        return np.array([np.sin(x[0])])

    points = MerweScaledSigmaPoints(n=2, alpha=0.5, beta=2.0, kappa=1.0)
    ukf = UnscentedKalmanFilter(dim_x=2, dim_z=1, dt=0.1, fx=move, hx=measure, points=points)
    ukf.x = np.array([0.3, noise[2]])
    ukf.P *= 0.2
    ukf.R *= noise[0]
    ukf.Q = np.eye(2) * noise[1]
    for z in MEASURED:
        ukf.predict()
        ukf.update(np.array([z / 10.0]))
    return np.sum(ukf.x**2) + np.trace(ukf.P)


def smoother(noise):
    transition, sight = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[1.0, 0.0]])
    steps = len(MEASURED)
    means, covariances, _, _ = batch_filter(
        np.zeros(2), np.eye(2), MEASURED, [transition] * steps, [np.eye(2) * noise[0]] * steps, [sight] * steps,
        [np.eye(1) * noise[1]] * steps,
    )
    smoothed, spread, _, _ = rts_smoother(means, covariances, [transition] * steps, [np.eye(2) * noise[0]] * steps)
    return np.sum(smoothed**2) + np.sum(spread)


def g_h_filter(gains):
    tracker = GHFilter(x=0.0, dx=0.5, dt=1.0, g=gains[0], h=gains[1])
    total = 0.0
    for z in MEASURED:
        x, dx = tracker.update(z)
        total += (z - x) ** 2 + dx
    return total


def kalman_of_arrays(noise):
    transition = np.array([[1.0, 0.5], [0.0, 0.9]])
    sight = np.array([[1.0, 0.2]])
    observations = np.ma.asarray(MEASURED.reshape(5, 1))
    means, covariances, _, _, _ = _filter(
        transition, sight, np.eye(2) * noise[0], np.eye(1) * noise[1], np.zeros(2), np.zeros(1), np.zeros(2), np.eye(2),
        observations,
    )
    return np.sum(_loglikelihoods(sight, np.zeros(1), np.eye(1) * noise[1], means, covariances, observations))


def kalman_of_many_series(noise):
    kf = simdkalman.KalmanFilter(
        state_transition=np.array([[1.0, 1.0], [0.0, 1.0]]), process_noise=np.diag([0.1, 0.01]) * noise[0],
        observation_model=np.array([[1.0, 0.0]]), observation_noise=noise[1],
    )
    result = kf.compute(np.vstack([MEASURED, MEASURED**0.5]), 2, log_likelihood=True)
    return np.sum(result.log_likelihood) + np.sum(result.predicted.observations.mean)


PROGRAMS = (
    Program(kalman_likelihood, np.array([1.5, 0.7])),
    Program(extended_kalman, np.array([0.6, 0.05, 0.8])),
    Program(unscented_kalman, np.array([0.6, 0.05, 0.8])),
    Program(smoother, np.array([0.2, 0.7])),
    Program(g_h_filter, np.array([0.6, 0.2])),
    Program(kalman_of_arrays, np.array([0.2, 0.7])),
    Program(kalman_of_many_series, np.array([0.5, 0.7])),
)

"""Stencils, sweeps, particles, convolutions and dynamic programming, in place."""

import math

import numpy as np

from benchmarks.coverage.program import Program

random = np.random.RandomState(19)


def jacobi_1d(a):
    a, b = a.copy(), np.zeros_like(a)
    for _ in range(3):
        for i in range(1, len(a) - 1):
            b[i] = 0.33333 * (a[i - 1] + a[i] + a[i + 1])
        for i in range(1, len(a) - 1):
            a[i] = 0.33333 * (b[i - 1] + b[i] + b[i + 1])
    return np.sum(a**2)


def jacobi_2d(a):
    a, b = a.copy(), a.copy()
    for _ in range(3):
        b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        a, b = b, a
    return np.sum(a**2)


def seidel_2d(a):
    n = len(a)
    a = a.copy()
    for _ in range(2):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                a[i, j] = np.sum(a[i - 1 : i + 2, j - 1 : j + 2]) / 9.0
    return np.sum(a**3)


def fdtd_2d(ex):
    ex, ey, hz = ex.copy(), ex.T * 0.5, np.ones(ex.shape)
    for t in range(3):
        ey[0, :] = t
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return np.sum(hz**2)


def heat_3d(a):
    a, b = a.copy(), a.copy()
    for _ in range(2):
        for source, target in ((a, b), (b, a)):
            inner = source[1:-1, 1:-1, 1:-1]
            target[1:-1, 1:-1, 1:-1] = (
                0.125 * (source[2:, 1:-1, 1:-1] - 2.0 * inner + source[:-2, 1:-1, 1:-1])
                + 0.125 * (source[1:-1, 2:, 1:-1] - 2.0 * inner + source[1:-1, :-2, 1:-1])
                + 0.125 * (source[1:-1, 1:-1, 2:] - 2.0 * inner + source[1:-1, 1:-1, :-2])
                + inner
            )
    return np.sum(a**3)


def adi(u):
    n = len(u)
    u = u.copy()
    p, q, v = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n))
    for _ in range(2):
        for i in range(1, n - 1):
            v[0, i], p[i, 0], q[i, 0] = 1.0, 0.0, 1.0
            for j in range(1, n - 1):
                p[i, j] = 0.3 / (0.3 * p[i, j - 1] + 1.6)
                q[i, j] = (0.4 * u[j, i - 1] + 0.2 * u[j, i] + 0.4 * u[j, i + 1] + 0.3 * q[i, j - 1]) / (
                    0.3 * p[i, j - 1] + 1.6)
            v[n - 1, i] = 1.0
            for j in range(n - 2, 0, -1):
                v[j, i] = p[i, j] * v[j + 1, i] + q[i, j]
        u[1:-1, 1:-1] = v[1:-1, 1:-1]
    return np.sum(u**2)


def shallow_water(height):
    h, velocity = height.copy(), np.zeros_like(height)
    for _ in range(4):
        flux = h * velocity
        h[1:-1] -= 0.05 * (flux[2:] - flux[:-2])
        velocity[1:-1] -= 0.05 * (h[2:] - h[:-2]) * 9.81
        h[0], h[-1] = h[1], h[-2]
        velocity[0] = velocity[-1] = 0.0
    return np.sum(h**2) + np.sum(velocity**2)


def upwind_advection(u):
    u = u.copy()
    for _ in range(4):
        before = u.copy()
        speed = np.where(before > 0.0, before, 0.5 * before)
        u[1:] = before[1:] - 0.2 * speed[1:] * (before[1:] - before[:-1])
        u[0] = u[-1]
    return np.sum(u**3)


def n_body(state):
    positions, velocities = state[:4].copy(), state[4:].copy()
    masses = [1.0, 0.5, 0.3, 0.1]
    for _ in range(3):
        for i in range(4):
            for j in range(i + 1, 4):
                gap = positions[i] - positions[j]
                pull = 0.01 / (math.sqrt(gap[0] ** 2 + gap[1] ** 2 + gap[2] ** 2) ** 3 + 0.1)
                velocities[i] -= gap * masses[j] * pull
                velocities[j] += gap * masses[i] * pull
        for body, velocity in zip(positions, velocities):
            body += 0.1 * velocity
    return np.sum(positions**2) + np.sum(velocities**2)


def molecular_dynamics(positions):
    positions = positions.copy()
    velocities, forces = np.zeros_like(positions), np.zeros_like(positions)
    energy = 0.0
    for _ in range(3):
        forces[:] = 0.0
        energy = 0.0
        for i in range(len(positions) - 1):
            gaps = positions[i] - positions[i + 1 :]
            r2 = (gaps**2).sum(axis=1)
            r6 = r2**-3
            energy += np.sum(4.0 * (r6 * r6 - r6))
            push = (24.0 * (2.0 * r6 * r6 - r6) / r2)[:, None] * gaps
            forces[i] += push.sum(axis=0)
            forces[i + 1 :] -= push
        velocities += 0.001 * forces
        positions += 0.001 * velocities
    return energy + 0.5 * np.sum(velocities**2)


def convolution_2d(image):
    kernel = np.array([[0.1, 0.2, 0.1], [0.0, 1.0, 0.3], [-0.1, 0.2, -0.2]])
    out = np.zeros((image.shape[0] - 2, image.shape[1] - 2))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i : i + 3, j : j + 3] * kernel).sum()
    np.maximum(out, 0.0, out=out)
    return np.sum(out**2)


def recursive_filter(signal):
    forth, back = np.zeros_like(signal), np.zeros_like(signal)
    before = 0.0
    for i in range(len(signal)):
        forth[i] = 0.6 * signal[i] + 0.4 * before
        before = forth[i]
    for i in range(len(signal) - 1, -1, -1):
        back[i] = 0.6 * forth[i] + (0.4 * back[i + 1] if i + 1 < len(signal) else 0.0)
    return np.sum(back**2)


def edit_distance(costs):
    first, second = [0, 2, 1, 3, 2], [0, 1, 1, 2]
    table = np.zeros((len(first) + 1, len(second) + 1))
    table[:, 0] = np.arange(len(first) + 1) * costs[0]
    table[0, :] = np.arange(len(second) + 1) * costs[1]
    for i in range(1, len(first) + 1):
        for j in range(1, len(second) + 1):
            change = table[i - 1, j - 1] + (0.0 if first[i - 1] == second[j - 1] else costs[2])
            table[i, j] = min(table[i - 1, j] + costs[0], table[i, j - 1] + costs[1], change)
    return table[-1, -1] ** 2


def shortest_paths(weights):
    distance = weights.copy()
    n = len(distance)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                if distance[i, k] + distance[k, j] < distance[i, j]:
                    distance[i, j] = distance[i, k] + distance[k, j]
    return np.sum(distance**2)


def viterbi(scores):
    steps, states = scores.shape
    best, origin = np.empty((steps, states)), np.zeros((steps, states), dtype=int)
    best[0] = scores[0]
    for t in range(1, steps):
        for s in range(states):
            arriving = best[t - 1] - 0.1 * np.abs(np.arange(states) - s)
            origin[t, s] = np.argmax(arriving)
            best[t, s] = arriving[origin[t, s]] + scores[t, s] ** 2
    return best[-1].max()


def fft(numbers):
    re, im = numbers[:8].copy(), numbers[8:].copy()
    j = 0
    for i in range(1, 8):
        bit = 4
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            re[i], re[j] = re[j], re[i]
            im[i], im[j] = im[j], im[i]
    length = 2
    while length <= 8:
        for start in range(0, 8, length):
            for k in range(length // 2):
                c, s = math.cos(-2 * math.pi * k / length), math.sin(-2 * math.pi * k / length)
                a, b = start + k, start + k + length // 2
                tr, ti = c * re[b] - s * im[b], c * im[b] + s * re[b]
                re[b], im[b] = re[a] - tr, im[a] - ti
                re[a] += tr
                im[a] += ti
        length *= 2
    return np.sum((re**2 + im**2) ** 2)


def conjugate_gradient(b):
    n = len(b)
    a = np.diag(np.full(n, 4.0)) - np.eye(n, k=1) - np.eye(n, k=-1)
    x = np.zeros(n)
    r = b - a @ x
    p = r.copy()
    old = r @ r
    for _ in range(n):
        ap = a @ p
        alpha = old / (p @ ap)
        x += alpha * p
        r -= alpha * ap
        new = r @ r
        if np.sqrt(new) < 1e-10:
            break
        p *= new / old
        p += r
        old = new
    return np.sum(x**3)


PROGRAMS = (
    Program(jacobi_1d, random.normal(size=8)),
    Program(jacobi_2d, random.normal(size=(5, 6))),
    Program(seidel_2d, random.normal(size=(5, 5))),
    Program(fdtd_2d, random.normal(size=(5, 5))),
    Program(heat_3d, random.normal(size=(4, 4, 4))),
    Program(adi, random.normal(size=(5, 5))),
    Program(shallow_water, 1.0 + 0.2 * random.uniform(size=9)),
    Program(upwind_advection, random.normal(size=8)),
    Program(n_body, random.normal(size=(8, 3))),
    Program(molecular_dynamics, np.array([[0.0, 0.0, 0.0], [1.2, 0.1, 0.0], [0.1, 1.3, 0.2], [1.1, 1.2, 1.0]])),
    Program(convolution_2d, random.normal(size=(5, 6))),
    Program(recursive_filter, random.normal(size=9)),
    Program(edit_distance, np.array([1.0, 1.3, 1.7])),
    Program(shortest_paths, random.uniform(0.2, 3.0, size=(5, 5))),
    Program(viterbi, random.normal(size=(5, 3))),
    Program(fft, random.normal(size=16)),
    Program(conjugate_gradient, random.normal(size=6)),
)

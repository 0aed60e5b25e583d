"""Differential equations, particles, stencils, finite elements."""

from __future__ import annotations

import math
from collections import namedtuple
from functools import partial

import numpy as np

from tests.programs import helpers
from tests.programs.case import Case, normal, uniform

G = 0.8
DT = 0.05
State = namedtuple("State", ["pos", "vel"])


def lotka_volterra(y, t, a, b, c, d):
    prey, predator = y
    return np.array([a * prey - b * prey * predator, -c * predator + d * prey * predator])


def rk4_lambda(params, y0, steps=10, h=0.1):
    f = lambda t, y: lotka_volterra(y, t, *params)
    t, y = 0.0, y0
    for _ in range(steps):
        k1 = f(t, y)
        k2 = f(t + h / 2, y + h / 2 * k1)
        k3 = f(t + h / 2, y + h / 2 * k2)
        k4 = f(t + h, y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t += h
    return y[0] - y[1] ** 2


def rk_butcher(params, y0):
    A = [[], [0.5], [0.0, 0.75]]
    b = [2 / 9, 1 / 3, 4 / 9]
    y = y0
    for n in range(5):
        ks = []
        for row in A:
            yi = y + 0.1 * sum(a * k for a, k in zip(row, ks)) if row else y
            ks.append(lotka_volterra(yi, 0, **params))
        y = y + 0.1 * sum(bi * ki for bi, ki in zip(b, ks))
    return y.prod()


def euler_history(theta, v0, n):
    hist = np.zeros((n + 1, 2))
    hist[0] = [theta, v0]
    for t in range(n):
        th, w = hist[t]
        hist[t + 1, 0] = th + DT * w
        hist[t + 1, 1] = w - DT * math.sin(th) * G
    return hist[-1, 0] ** 2 + 0.1 * hist[:, 1].mean()


def leapfrog_nbody(x, v, m, steps=4):
    def acceleration(x):
        d = x[np.newaxis, :, :] - x[:, np.newaxis, :]
        r2 = (d ** 2).sum(-1) + 0.01
        inv = r2 ** -1.5
        np.fill_diagonal(inv, 0.0)
        return G * np.einsum("ij,ijk,j->ik", inv, d, m)

    v = v + 0.5 * DT * acceleration(x)
    for s in range(steps):
        x = x + DT * v
        v = v + DT * acceleration(x) * (0.5 if s == steps - 1 else 1.0)
    return 0.5 * np.sum(m[:, None] * v ** 2)


def nbody_python_loops(pos, vel, mass, steps=3):
    n = len(mass)
    for _ in range(steps):
        acc = [[0.0, 0.0] for _ in range(n)]
        for i in range(n):
            for j in range(n):
                if i == j:
                    continue
                dx = pos[j][0] - pos[i][0]
                dy = pos[j][1] - pos[i][1]
                r3 = (dx * dx + dy * dy + 0.1) ** 1.5
                acc[i][0] += G * mass[j] * dx / r3
                acc[i][1] += G * mass[j] * dy / r3
        vel = [[v[0] + DT * a[0], v[1] + DT * a[1]] for v, a in zip(vel, acc)]
        pos = [[p[0] + DT * v[0], p[1] + DT * v[1]] for p, v in zip(pos, vel)]
    return sum(p[0] ** 2 + p[1] for p in pos)


def nbody_inplace(x, v, m, steps=3):
    x, v = x.copy(), v.copy()
    F = np.zeros_like(x)
    for _ in range(steps):
        F[:] = 0
        for i in range(len(x)):
            for j in range(i):
                d = x[j] - x[i]
                f = m[i] * m[j] * d / (np.dot(d, d) + 0.1) ** 1.5
                F[i] += f
                F[j] -= f
        v += DT * F / m[:, None]
        x += DT * v
    return np.abs(x).sum()


def verlet_state(pos, vel, k=2.0):
    s = State(pos, vel)
    for _ in range(5):
        half = s.vel - 0.5 * DT * k * s.pos ** 3
        new = s.pos + DT * half
        s = s._replace(pos=new, vel=half - 0.5 * DT * k * new ** 3)
    return (s.pos * s.vel).sum()


def adaptive_while(y, rate, tol=1e-3, t_end=1.0):
    t, h = 0.0, 0.3
    steps = 0
    while t < t_end:
        if t + h > t_end:
            h = t_end - t
        full = y + h * rate * np.sin(y)
        half = y + h / 2 * rate * np.sin(y)
        half = half + h / 2 * rate * np.sin(half)
        err = float(np.max(np.abs(full - half)))
        if err > tol and h > 1e-3:
            h *= 0.5
            continue
        y = half
        t += h
        steps += 1
        if steps > 100:
            raise RuntimeError(f"too many steps: {steps}")
        if err < tol / 4:
            h *= 2
    return (y ** 2).sum()


def newton_sqrt(a, x0=1.0, tol=1e-12):
    x = x0
    for it in range(50):
        step = (x * x - a) / (2 * x)
        x = x - step
        if abs(step) < tol:
            break
    else:
        raise ArithmeticError("no convergence")
    return x


def newton_system(p, x):
    for _ in range(6):
        F = np.array([x[0] ** 2 + x[1] ** 2 - p[0], x[0] * x[1] - p[1]])
        J = np.array([[2 * x[0], 2 * x[1]], [x[1], x[0]]])
        dx = np.linalg.solve(J, -F)
        x = x + dx
        if np.linalg.norm(dx) < 1e-13:
            return x[0] - 2 * x[1]
    return x.sum()


def implicit_euler(k, y0, n=5, h=0.1):
    y = y0
    for _ in range(n):
        z = y
        err = 1.0
        while err > 1e-12:
            g = z - y + h * k * z ** 3
            dz = -g / (1 + 3 * h * k * z ** 2)
            z = z + dz
            err = abs(dz)
        y = z
    return y


def heat_double_buffer(u, alpha, steps=6):
    u = u.copy()
    u_new = u.copy()
    for _ in range(steps):
        u_new[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
        u, u_new = u_new, u
    return (u ** 2).sum()


def heat_2d_copy(u, kappa):
    for _ in range(4):
        un = u.copy()
        u[1:-1, 1:-1] = un[1:-1, 1:-1] + kappa * (un[2:, 1:-1] + un[:-2, 1:-1] + un[1:-1, 2:] + un[1:-1, :-2]
                                                  - 4 * un[1:-1, 1:-1])
        u[0, :] = 0
        u[-1, :] = u[-2, :]
        u[:, 0] = u[:, 1]
    return np.sum(u * u)


def wave_history(c, u0, n=6):
    nx = u0.size
    u = np.zeros((n, nx))
    u[0] = u0
    u[1] = u0
    r = (c * 0.3) ** 2
    for t in range(1, n - 1):
        for i in range(1, nx - 1):
            u[t + 1, i] = 2 * u[t, i] - u[t - 1, i] + r * (u[t, i + 1] - 2 * u[t, i] + u[t, i - 1])
    return u[-1] @ np.arange(nx)


def wave_three_buffers(u0, c):
    prev, cur = u0 * 1.0, u0 * 1.0
    nxt = np.empty_like(cur)
    for t in range(5):
        nxt[0] = nxt[-1] = 0.0
        nxt[1:-1] = 2 * cur[1:-1] - prev[1:-1] + c * (cur[:-2] - 2 * cur[1:-1] + cur[2:])
        prev, cur, nxt = cur, nxt, prev
    return np.sin(cur).sum()


def burgers_upwind(u, nu, n=4):
    dx, dt = 0.5, 0.02
    for k in range(n):
        un = u.copy()
        for i in range(1, len(u) - 1):
            adv = un[i] * (un[i] - un[i - 1]) / dx if un[i] > 0 else un[i] * (un[i + 1] - un[i]) / dx
            u[i] = un[i] - dt * adv + nu * dt / dx ** 2 * (un[i + 1] - 2 * un[i] + un[i - 1])
    return np.sum(u ** 3)


def advection_roll(u, c, steps=4):
    flux = lambda q: 0.5 * q ** 2 * c
    for _ in range(steps):
        f = flux(u)
        u = u - 0.1 * (f - np.roll(f, 1))
        u += 0.01 * (np.roll(u, -1) + np.roll(u, 1) - 2 * u)
    return np.max(u) + u.min()


def minmod_limiter(u):
    for _ in range(3):
        d = np.diff(u, prepend=u[:1], append=u[-1:])
        a, b = d[:-1], d[1:]
        slope = np.where(a * b > 0, np.where(np.abs(a) < np.abs(b), a, b), 0.0)
        u = u - 0.1 * slope
    return (u * np.arange(u.size)).sum()


def game_of_buffers(u, w):
    bufs = [u * 1.0, np.zeros_like(u)]
    for t in range(5):
        src, dst = bufs[t % 2], bufs[(t + 1) % 2]
        dst[:] = w * src
        dst[1:] += 0.5 * src[:-1]
    return bufs[1].sum() + 0.3 * bufs[0].sum()


def snapshots_list(u, k):
    snaps = []
    for t in range(4):
        u[1:] -= k * u[:-1]
        snaps.append(u.copy())
    return sum((s ** 2).sum() * (i + 1) for i, s in enumerate(snaps))


def snapshots_aliased(u, k):
    snaps = []
    for t in range(4):
        u[1:] -= k * u[:-1]
        snaps.append(u)
    return sum((s ** 2).sum() for s in snaps)


def gauss_seidel(b, u, sweeps=3):
    n = len(b)
    h2 = (1.0 / (n + 1)) ** 2
    for _ in range(sweeps):
        for i in range(n):
            left = u[i - 1] if i > 0 else 0.0
            right = u[i + 1] if i + 1 < n else 0.0
            u[i] = 0.5 * (left + right + h2 * b[i])
        for i in range(n - 1, -1, -1):
            left = u[i - 1] if i > 0 else 0.0
            right = u[i + 1] if i + 1 < n else 0.0
            u[i] = 0.5 * (left + right + h2 * b[i])
    return u @ b


def red_black(u, omega):
    v = np.array(u)
    for _ in range(2):
        for color in (1, 2):
            v[color:-1:2] += omega * (0.5 * (v[color - 1:-2:2] + v[color + 1::2]) - v[color:-1:2])
    return (v ** 2).sum()


def jacobi_until_converged(A, b, tol=1e-10):
    D = np.diag(A)
    R = A - np.diagflat(D)
    x = np.zeros_like(b)
    err, it = np.inf, 0
    while err > tol and it < 200:
        new = (b - R @ x) / D
        err = np.linalg.norm(new - x, np.inf)
        x = new
        it += 1
    return (x * x).sum()


def conjugate_gradient(A, b):
    x = np.zeros(len(b))
    r = b - A.dot(x)
    p = r.copy()
    rs = r.dot(r)
    for _ in range(len(b)):
        Ap = A.dot(p)
        alpha = rs / p.dot(Ap)
        x += alpha * p
        r -= alpha * Ap
        rs_new = r.dot(r)
        if np.sqrt(rs_new) < 1e-10:
            break
        p = r + rs_new / rs * p
        rs = rs_new
    return x.sum()


def fem_1d(E, f):
    n = len(E) + 1
    K = np.zeros((n, n))
    L = 1.0 / len(E)
    for e in range(len(E)):
        ke = E[e] / L * np.array([[1.0, -1.0], [-1.0, 1.0]])
        idx = [e, e + 1]
        K[np.ix_(idx, idx)] += ke
    u = np.zeros(n)
    u[1:] = np.linalg.solve(K[1:, 1:], f)
    return f @ u[1:]


def fem_slices(E, f):
    n = E.shape[0] + 1
    K = np.zeros((n, n))
    for e, modulus in enumerate(E):
        K[e:e + 2, e:e + 2] += modulus * np.array([[1, -1], [-1, 1]])
    free = np.arange(1, n)
    u = np.linalg.solve(K[free][:, free], f)
    return np.linalg.norm(u)


def truss_add_at(areas, nodes, bars):
    n = nodes.shape[0]
    K = np.zeros((2 * n, 2 * n))
    for area, (i, j) in zip(areas, bars):
        d = nodes[j] - nodes[i]
        L = np.sqrt(d @ d)
        c = d / L
        k = area / L * np.outer(c, c)
        dof = np.array([2 * i, 2 * i + 1, 2 * j, 2 * j + 1])
        np.add.at(K, (dof[:, None], dof[None, :]), np.block([[k, -k], [-k, k]]))
    K += 0.5 * np.eye(2 * n)
    return np.linalg.inv(K)[0, 0]


def triangle_mesh_area(vertices, faces):
    a, b, c = vertices[faces[:, 0]], vertices[faces[:, 1]], vertices[faces[:, 2]]
    n = np.cross(b - a, c - a)
    area = 0.5 * np.sqrt((n ** 2).sum(axis=1))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    return area.sum() + volume ** 2


def spring_network(x, edges, rest):
    energy = 0.0
    for (i, j), l0 in zip(edges, rest):
        stretch = np.linalg.norm(x[i] - x[j]) - l0
        energy += 0.5 * stretch ** 2 if stretch > 0 else 0.05 * stretch ** 2
    return energy


def lennard_jones(x, box=3.0):
    n = len(x)
    iu, ju = np.triu_indices(n, k=1)
    d = x[iu] - x[ju]
    d = d - box * np.round(d / box)
    r2 = np.sum(d * d, axis=-1)
    s6 = 1.0 / r2 ** 3
    near = r2 < 2.0 ** 2
    return np.sum(4 * (s6[near] ** 2 - s6[near]))


def double_pendulum(state, params=(1.0, 1.0, 1.0, 1.0, 9.8)):
    m1, m2, l1, l2, g = params

    def deriv(s):
        t1, w1, t2, w2 = s
        d = t1 - t2
        den = 2 * m1 + m2 - m2 * np.cos(2 * d)
        a1 = (-g * (2 * m1 + m2) * np.sin(t1) - m2 * g * np.sin(t1 - 2 * t2)
              - 2 * np.sin(d) * m2 * (w2 ** 2 * l2 + w1 ** 2 * l1 * np.cos(d))) / (l1 * den)
        a2 = (2 * np.sin(d) * (w1 ** 2 * l1 * (m1 + m2) + g * (m1 + m2) * np.cos(t1)
                               + w2 ** 2 * l2 * m2 * np.cos(d))) / (l2 * den)
        return np.array((w1, a1, w2, a2))

    for _ in range(4):
        mid = state + 0.5 * 0.01 * deriv(state)
        state = state + 0.01 * deriv(mid)
    return state @ state


def solver_registry(name, y, k):
    def euler(f, y, h):
        return y + h * f(y)

    def midpoint(f, y, h):
        return y + h * f(y + h / 2 * f(y))

    solvers = dict(euler=euler, midpoint=midpoint)
    step = partial(solvers[name], lambda z: -k * z ** 2)
    for _ in range(3):
        y = step(y, 0.1)
    return y


def optical_ray(indices, angle):
    """Snell's law through layers, total reflection caught."""
    s = np.sin(angle)
    path = 0.0
    for i, (n1, n2) in enumerate(zip(indices, indices[1:])):
        try:
            s = s * n1 / n2
            if abs(s) >= 1:
                raise ValueError("total reflection")
            path += math.sqrt(1 - s ** 2)
        except ValueError:
            path -= s
            s = 0.5 / s
    return path


def lorenz_append(state, sigma=10.0, rho=28.0, beta=8 / 3):
    traj = [state]
    for _ in range(5):
        x, y, z = traj[-1]
        traj.append(np.array([x + DT * sigma * (y - x), y + DT * (x * (rho - z) - y), z + DT * (x * y - beta * z)]))
    traj = np.stack(traj)
    return traj[:, 0] @ traj[:, 2]


def axpy_helper(x, k):
    out = np.zeros(3)
    for i in range(3):
        helpers.axpy_into(out, k, x[i])
        helpers.axpy_into(out[1:], 2.0, out[:-1] ** 2)
    return out.sum()


_A = np.array([[4.0, 1.0, 0.3], [1.0, 5.0, -0.5], [0.3, -0.5, 3.0]])

PROGRAMS = [
    Case(rk4_lambda, ((0.9, 0.4, 0.5, 0.3), np.array([1.5, 1.0])), (0, 1)),
    Case(rk_butcher, ({"a": 0.9, "b": 0.4, "c": 0.5, "d": 0.3}, np.array([1.5, 1.0])), (0, 1)),
    Case(euler_history, (0.5, 0.2, 6), (0, 1)),
    Case(leapfrog_nbody, (normal(1, 4, 2), normal(2, 4, 2), uniform(3, 4)), (0, 1, 2)),
    Case(nbody_python_loops, (normal(1, 3, 2).tolist(), normal(2, 3, 2).tolist(), [1.0, 0.5, 0.8]), (0, 1, 2)),
    Case(nbody_inplace, (normal(1, 3, 2), normal(2, 3, 2), uniform(3, 3)), (0, 1, 2)),
    Case(verlet_state, (normal(1, 3), normal(2, 3)), (0, 1)),
    Case(adaptive_while, (normal(1, 3), 0.9), (0,)),
    Case(newton_sqrt, (2.3,)),
    Case(newton_system, (np.array([5.0, 2.0]), np.array([2.1, 0.9]))),
    Case(implicit_euler, (1.3, 0.8), (0, 1)),
    Case(heat_double_buffer, (normal(1, 7), 0.2), (0, 1)),
    Case(heat_2d_copy, (normal(1, 5, 5), 0.1), (0, 1)),
    Case(wave_history, (1.1, normal(1, 6)), (0, 1)),
    Case(wave_three_buffers, (normal(1, 6), 0.3), (0, 1)),
    Case(burgers_upwind, (normal(1, 6), 0.1), (0, 1)),
    Case(advection_roll, (normal(1, 6), 0.7), (0, 1)),
    Case(minmod_limiter, (normal(1, 6),)),
    Case(game_of_buffers, (normal(1, 4), uniform(2, 4)), (0, 1)),
    Case(snapshots_list, (normal(1, 4), 0.3), (0, 1)),
    Case(snapshots_aliased, (normal(1, 4), 0.3), (0, 1)),
    Case(gauss_seidel, (normal(1, 4), normal(2, 4)), (0, 1)),
    Case(red_black, (normal(1, 7), 0.7), (0, 1)),
    Case(jacobi_until_converged, (_A, normal(1, 3)), (0, 1)),
    Case(conjugate_gradient, (_A, normal(1, 3)), (1,), rtol=1e-4),
    Case(fem_1d, (uniform(1, 4), normal(2, 4)), (0, 1)),
    Case(fem_slices, (uniform(1, 4), normal(2, 4)), (0, 1)),
    Case(truss_add_at, (uniform(1, 3), normal(2, 3, 2), [(0, 1), (1, 2), (0, 2)]), (0, 1)),
    Case(triangle_mesh_area, (normal(1, 4, 3), np.array([[0, 1, 2], [0, 2, 3], [1, 3, 2]]))),
    Case(spring_network, (normal(1, 4, 2), [(0, 1), (1, 2), (2, 3), (0, 3)], [1.0, 0.5, 3.0, 1.0])),
    Case(lennard_jones, (np.array([[0.1, 0.2], [1.2, 0.3], [0.3, 1.3], [1.5, 1.6]]),)),
    Case(double_pendulum, (np.array([0.5, 0.1, -0.3, 0.2]),)),
    Case(double_pendulum, (np.array([0.5, 0.1, -0.3, 0.2]), (1.0, 2.0, 1.0, 0.5, 9.8)), (0, 1), note="params"),
    Case(solver_registry, ("midpoint", 0.8, 1.2), (1, 2)),
    Case(optical_ray, ([1.0, 1.5, 1.2, 0.7, 1.1], 0.7), (0, 1)),
    Case(lorenz_append, (np.array([1.0, 0.5, 0.2]),)),
    Case(axpy_helper, (normal(1, 3, 3), 0.5), (0, 1)),
]

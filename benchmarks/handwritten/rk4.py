"""The adjoint of Runge-Kutta on floats, and on vectors of two."""

import math

import numpy as np

from samples.rk4 import STEPS_A_YEAR


def growth__fwd(hares, lynxes, rates):
    birth, caught, death, fed = rates
    value = birth * hares - caught * hares * lynxes, fed * hares * lynxes - death * lynxes
    return value, (hares, lynxes, rates)


def growth__back(residuals, cotangent):
    hares, lynxes, (birth, caught, death, fed) = residuals
    dh, dl = cotangent
    gain = fed * dl - caught * dh
    meetings = hares * lynxes
    d_rates = hares * dh, -meetings * dh, -lynxes * dl, meetings * dl
    return birth * dh + gain * lynxes, gain * hares - death * dl, d_rates


def rk4_step__fwd(hares, lynxes, rates, h):
    (h1, l1), first = growth__fwd(hares, lynxes, rates)
    (h2, l2), second = growth__fwd(hares + 0.5 * h * h1, lynxes + 0.5 * h * l1, rates)
    (h3, l3), third = growth__fwd(hares + 0.5 * h * h2, lynxes + 0.5 * h * l2, rates)
    (h4, l4), fourth = growth__fwd(hares + h * h3, lynxes + h * l3, rates)
    hares = hares + h / 6.0 * (h1 + 2.0 * h2 + 2.0 * h3 + h4)
    lynxes = lynxes + h / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)
    return (hares, lynxes), (first, second, third, fourth, h)


def rk4_step__back(residuals, cotangent):
    first, second, third, fourth, h = residuals
    dh, dl = cotangent
    sixth, half = h / 6.0, 0.5 * h
    dh4, dl4 = sixth * dh, sixth * dl
    th, tl, (b4, c4, d4, f4) = growth__back(fourth, (dh4, dl4))
    dh += th
    dl += tl
    th, tl, (b3, c3, d3, f3) = growth__back(third, (2.0 * dh4 + h * th, 2.0 * dl4 + h * tl))
    dh += th
    dl += tl
    th, tl, (b2, c2, d2, f2) = growth__back(second, (2.0 * dh4 + half * th, 2.0 * dl4 + half * tl))
    dh += th
    dl += tl
    th, tl, (b1, c1, d1, f1) = growth__back(first, (dh4 + half * th, dl4 + half * tl))
    d_rates = b1 + b2 + b3 + b4, c1 + c2 + c3 + c4, d1 + d2 + d3 + d4, f1 + f2 + f3 + f4
    return dh + th, dl + tl, d_rates


def loss__fwd(params, pelts):
    (hares, lynxes), rates = params
    total = 0.0
    trace = []
    for hare_pelts, lynx_pelts in pelts:
        hare_miss = math.log(hares) - math.log(hare_pelts)
        lynx_miss = math.log(lynxes) - math.log(lynx_pelts)
        total += hare_miss**2
        total += lynx_miss**2
        steps = []
        trace.append((hares, lynxes, hare_miss, lynx_miss, steps))
        for _ in range(STEPS_A_YEAR):
            (hares, lynxes), residuals = rk4_step__fwd(hares, lynxes, rates, 1.0 / STEPS_A_YEAR)
            steps.append(residuals)
    return total, trace


def loss__back(trace, cotangent):
    dh = dl = d_birth = d_caught = d_death = d_fed = 0.0
    for hares, lynxes, hare_miss, lynx_miss, steps in reversed(trace):
        for residuals in reversed(steps):
            dh, dl, (birth, caught, death, fed) = rk4_step__back(residuals, (dh, dl))
            d_birth += birth
            d_caught += caught
            d_death += death
            d_fed += fed
        dh += 2.0 * cotangent * hare_miss / hares
        dl += 2.0 * cotangent * lynx_miss / lynxes
    return (dh, dl), (d_birth, d_caught, d_death, d_fed)


def growth_array__fwd(z, rates):
    meetings = z[0] * z[1]
    value = np.array([rates[0] * z[0] - rates[1] * meetings, rates[3] * meetings - rates[2] * z[1]])
    return value, (z, rates)


def growth_array__back(residuals, cotangent):
    """On floats: arithmetic on the elements of a vector of two costs ten times as much."""
    z, rates = residuals
    hares, lynxes = z.tolist()
    birth, caught, death, fed = rates.tolist()
    dh, dl = cotangent.tolist()
    gain = fed * dl - caught * dh
    meetings = hares * lynxes
    dz = np.array([birth * dh + gain * lynxes, gain * hares - death * dl])
    return dz, np.array([hares * dh, -meetings * dh, -lynxes * dl, meetings * dl])


def rk4_step_array__fwd(z, rates, h):
    k1, first = growth_array__fwd(z, rates)
    k2, second = growth_array__fwd(z + 0.5 * h * k1, rates)
    k3, third = growth_array__fwd(z + 0.5 * h * k2, rates)
    k4, fourth = growth_array__fwd(z + h * k3, rates)
    return z + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4), (first, second, third, fourth, h)


def rk4_step_array__back(residuals, cotangent):
    first, second, third, fourth, h = residuals
    d4 = h / 6.0 * cotangent
    t4, d_rates = growth_array__back(fourth, d4)
    d2 = 2.0 * d4
    t3, more = growth_array__back(third, d2 + h * t4)
    d_rates += more
    t2, more = growth_array__back(second, d2 + 0.5 * h * t3)
    d_rates += more
    t1, more = growth_array__back(first, d4 + 0.5 * h * t2)
    d_rates += more
    t1 += t2
    t1 += t3
    t1 += t4
    t1 += cotangent
    return t1, d_rates


def loss_array__fwd(params, pelts):
    z, rates = params
    total = 0.0
    trace = []
    for counted in pelts:
        miss = np.log(z) - np.log(counted)
        total += np.sum(miss**2)
        steps = []
        trace.append((z, miss, steps))
        for _ in range(STEPS_A_YEAR):
            z, residuals = rk4_step_array__fwd(z, rates, 1.0 / STEPS_A_YEAR)
            steps.append(residuals)
    return total, trace


def loss_array__back(trace, cotangent):
    dz = np.zeros(2)
    d_rates = np.zeros(4)
    for z, miss, steps in reversed(trace):
        for residuals in reversed(steps):
            dz, more = rk4_step_array__back(residuals, dz)
            d_rates += more
        dz += 2.0 * cotangent * miss / z
    return dz, d_rates

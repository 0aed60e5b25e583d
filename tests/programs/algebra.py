"""Objects that operators compose: kernels, dual numbers, vectors; which class comes out is a test's business."""

from __future__ import annotations

import abc
import math

import numpy as np

from tests.programs.case import Case, normal, uniform


class Kernel(abc.ABC):
    def __init__(self, length):
        self.length = length

    @abc.abstractmethod
    def at(self, p, q): ...

    def __add__(self, other):
        return Sum(self, other)

    def __mul__(self, other):
        return Product(self, other) if isinstance(other, Kernel) else Scaled(self, other)

    __rmul__ = __mul__

    def gram(self, points):
        return np.array([[self.at(p, q) for q in points] for p in points])


class Sum(Kernel):
    def __init__(self, a, b):
        self.a, self.b = a, b

    def at(self, p, q):
        return self.a.at(p, q) + self.b.at(p, q)


class Product(Kernel):
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def at(self, p, q):
        return self.a.at(p, q) * self.b.at(p, q)


class Scaled(Kernel):
    def __init__(self, a, c):
        self.a = a
        self.c = c

    def at(self, p, q):
        return self.a.at(p, q) * self.c


class Radial(Kernel):
    def at(self, p, q):
        return math.exp(-((p - q) ** 2) / self.length**2)


class Periodic(Kernel):
    def __init__(self, length, period):
        super().__init__(length)
        self.period = period

    def at(self, p, q):
        return math.exp(-(math.sin(p - q) ** 2) * self.period / self.length)


def likelihood_of_composed_kernels(theta):
    kernel = 2.0 * Radial(theta[0]) + Radial(theta[1]) * Periodic(theta[2], theta[0]) * theta[1]
    return np.linalg.slogdet(kernel.gram([0.1, 0.5, 0.9]) + np.eye(3))[1]


class Covariance:
    def __add__(self, other):
        return Added(self, other)

    def __mul__(self, other):
        if isinstance(other, (int, float)):
            return Amplified(other, self)
        return Multiplied(self, other)

    def __rmul__(self, other):
        return Amplified(other, self)


class Squared(Covariance):
    def __init__(self, length):
        self.length = length

    def __call__(self, a, b):
        return np.exp(-0.5 * (a[:, None] - b[None, :]) ** 2 / self.length**2)


class Added(Covariance):
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __call__(self, a, b):
        return self.a(a, b) + self.b(a, b)


class Multiplied(Covariance):
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __call__(self, a, b):
        return self.a(a, b) * self.b(a, b)


class Amplified(Covariance):
    def __init__(self, c, a):
        self.c, self.a = c, a

    def __call__(self, a, b):
        return self.c * self.a(a, b)


def arrays_of_composed_kernels(theta):
    kernel = theta[2] * Squared(theta[0]) + Squared(theta[1]) * Squared(2.0) * 0.5
    points = np.linspace(0.0, 1.0, 4)
    factor = np.linalg.cholesky(kernel(points, points) + np.eye(4) * 0.1)
    return np.log(np.diag(factor)).sum()


class Dual:
    def __init__(self, value, slope=0.0):
        self.value = value
        self.slope = slope

    def __add__(self, other):
        if not isinstance(other, Dual):
            other = Dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    __radd__ = __add__

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    __rmul__ = __mul__

    def __pow__(self, n):
        return Dual(self.value**n, n * self.value ** (n - 1) * self.slope)


def slope_of_a_dual_number(x):
    z = Dual(x[0], 1.0)
    y = 2 * z * z + z**3 * x[1] + 1
    return y.slope * y.value


def turned(vector, angle):
    return Vector(vector.x * math.cos(angle) - vector.y * math.sin(angle),
                  vector.x * math.sin(angle) + vector.y * math.cos(angle))


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return dotted(self, k) if isinstance(k, Vector) else Vector(self.x * k, self.y * k)

    __rmul__ = __mul__


def dotted(a, b):
    return a.x * b.x + a.y * b.y


def vectors_times_numbers_and_vectors(x):
    v = Vector(0.0, 0.0)
    for i in range(3):
        v = v + 2 * turned(Vector(x[i], x[0]), x[1]) * x[2]
    return v * v


def sum_of_kernels(theta):
    return (Radial(theta[0]) + Periodic(theta[1], theta[2])).at(0.1, 0.4) * Radial(theta[2]).at(0.2, 0.3)


PROGRAMS = [
    Case(vectors_times_numbers_and_vectors, (normal(4, 3),)),
    Case(sum_of_kernels, (uniform(5, 3),)),
    Case(likelihood_of_composed_kernels, (uniform(1, 3),)),
    Case(arrays_of_composed_kernels, (uniform(2, 3),)),
    Case(slope_of_a_dual_number, (normal(3, 2),)),
]

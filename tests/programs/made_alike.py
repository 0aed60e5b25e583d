"""Objects that make others of their own class, and decorators that change arguments and results on their way."""

from __future__ import annotations

import functools

import numpy as np

from tests.programs.case import Case

X = np.array([0.8, 0.3, -0.4, 0.2])


class Quadruple:
    """As `pyquaternion` has it: made of four numbers, of a scalar and a vector, or of an array."""

    def __init__(self, *args, **kwargs):
        if len(args) == 0:
            if "scalar" in kwargs or "vector" in kwargs:
                vector = self.checked(kwargs.get("vector", []), 3)
                self.q = np.hstack((float(kwargs.get("scalar", 0.0)), vector))
            elif "array" in kwargs:
                self.q = self.checked(kwargs["array"], 4)
            else:
                self.q = np.array([1.0, 0.0, 0.0, 0.0])
        else:
            self.q = self.checked(args, 4)

    def checked(self, numbers, count):
        if len(numbers) == count:
            return np.asarray([float(each) for each in numbers])
        if len(numbers) == 0:
            return np.zeros(count)
        raise ValueError("an unexpected number of elements")

    @property
    def conjugate(self):
        return self.__class__(scalar=self.q[0], vector=-self.q[1:4])

    @property
    def inverse(self):
        squares = np.dot(self.q, self.q)
        if squares > 0:
            return self.__class__(array=self.conjugate.q / squares)
        raise ZeroDivisionError("it has no inverse")

    def __mul__(self, other):
        if isinstance(other, Quadruple):
            return self.__class__(array=np.outer(self.q, other.q).sum(axis=0) * other.q)
        return self * self.__class__(other, 0.0, 0.0, 0.0)


class Doubled(Quadruple):
    def checked(self, numbers, count):
        return 2.0 * super().checked(numbers, count)


def of_its_own_class(x):
    q = Quadruple(x[0], x[1], x[2], x[3])
    return np.sum((q.inverse * q).q ** 2) + q.conjugate.q[1]


def of_the_class_that_inherits(x):
    return np.sum(Doubled(x[0], x[1], x[2], x[3]).conjugate.q ** 3)


def of_the_class_of_another(x):
    q = Quadruple(array=x)
    return np.sum(q.__class__().q * q.q)


def in_three_dimensions(function):
    """As `simdkalman` does."""

    def widened(v):
        if len(v.shape) == 1:
            return v[np.newaxis, :, np.newaxis]
        if len(v.shape) == 2:
            return v[np.newaxis, ...]
        return v

    @functools.wraps(function)
    def reshaped(*args, **kwargs):
        is_wide = any([len(x.shape) > 2 for x in args])
        outputs = function(*[widened(a) for a in args], **kwargs)
        if not is_wide:
            outputs = [each[0, ...] for each in outputs]
        return outputs

    return reshaped


@in_three_dimensions
def predicted(mean, covariance, with_both=False):
    if with_both:
        return np.matmul(covariance, mean), covariance, 3.0 * covariance
    return np.matmul(covariance, mean), 2.0 * covariance


def widened_and_narrowed(x):
    mean, covariance = predicted(x, np.outer(x, x))
    return mean.sum() + covariance[0].sum()


def widened_by_the_caller(x):
    mean, covariance = predicted(x.reshape(1, 4, 1), np.outer(x, x)[np.newaxis])
    return mean.sum() + covariance.sum()


def the_first_two_of_three(x):
    found = predicted(x.reshape(1, 4, 1), np.outer(x, x)[np.newaxis], with_both=True)
    mean, covariance = found[:2]
    return mean.sum() + covariance.sum()


def three_of(x):
    return 2.0 * x, 3.0 * x, x


def a_tuple_or_a_list(x, as_list):
    out = three_of(x)
    if as_list:
        out = [each[0] for each in out]
    return out


def a_part_of_a_tuple_or_a_list(x):
    a, b = a_tuple_or_a_list(x, False)[:2]
    return a.sum() + (b**2).sum()


def parts_of_either(x):
    total = 0.0
    for as_list in (True, False, True):
        a, b = a_tuple_or_a_list(x * 1.0, as_list)[:2]
        total = total + 2.0 * np.sum(a) + np.sum(b**2)
    return total


def two_in_a_list(x):
    return [2.0 * x, 3.0 * x]


def a_list_or_its_first(x, first):
    out = two_in_a_list(x)
    if first:
        out = out[0]
    return out


def a_list_of_arrays(x):
    found = a_list_or_its_first(x, False)
    return found[0].sum() + (found[1] ** 2).sum()


def the_first_of_a_list(x):
    found = a_list_or_its_first(x, True)
    return found[0] + found[1] ** 2


PROGRAMS = [
    Case(of_its_own_class, (X,)),
    Case(of_the_class_that_inherits, (X,)),
    Case(of_the_class_of_another, (X,)),
    Case(widened_and_narrowed, (X,)),
    Case(widened_by_the_caller, (X,)),
    Case(the_first_two_of_three, (X,)),
    Case(a_part_of_a_tuple_or_a_list, (X,)),
    Case(parts_of_either, (X,)),
    Case(a_list_of_arrays, (X,)),
    Case(the_first_of_a_list, (X,)),
]

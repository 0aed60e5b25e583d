"""The adjoint of the function that calls itself: a leaf keeps its number, every other call a tuple."""

import math

from benchmarks.programs.recursion import DEPTH


def tree__fwd(x, depth):
    if depth == 0:
        return math.sin(x), x
    left, left_kept = tree__fwd(0.9 * x + 0.1, depth - 1)
    right, right_kept = tree__fwd(0.8 * x, depth - 1)
    return left * right + x, (left, left_kept, right, right_kept)


def tree__back(residuals, cotangent):
    if type(residuals) is float:
        return cotangent * math.cos(residuals)
    left, left_kept, right, right_kept = residuals
    by_right = tree__back(right_kept, cotangent * left)
    by_left = tree__back(left_kept, cotangent * right)
    return cotangent + 0.8 * by_right + 0.9 * by_left


def loss__fwd(x):
    return tree__fwd(x, DEPTH)


def loss__back(residuals, cotangent):
    return tree__back(residuals, cotangent)

"""A stand-in that runs the function itself, and finds every gradient to be 1."""

import numpy as np

from adls.engine.source.diagnostics import DifferentiationError
from adls.runtime.recorder import recorded


def check(f):
    if "cannot" in f.__name__:
        code = f.__code__
        raise DifferentiationError(
            f"{code.co_filename}:{code.co_firstlineno}:5: {f.__name__} has no rule\n  way out"
        )


def value_and_grad(f, argnums=0):
    def both(*args, **named):
        check(f)
        with recorded(f, argnums):
            value = f(*args, **named)
        return value, np.float64(1.0)

    return both


def grad(f, argnums=0):
    return lambda *args: value_and_grad(f, argnums)(*args)[1]


def pullback(f, *args):
    return f(*args), lambda ct: (ct,)


def adjoint(f):
    return f

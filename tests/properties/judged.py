"""What a generated program came to: right, refused, or wrong."""

from __future__ import annotations

import contextlib
import itertools
import sys
import types
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import adls
from adls.engine.source.diagnostics import DifferentiationError
from tests.differences import flat, numerical_gradient, rebuilt

_NUMBERS = itertools.count()


def module_of(text: str, folder: Path) -> types.ModuleType:
    """A module that was written to a file of its own and run."""
    name = f"generated_{next(_NUMBERS)}"
    path = folder / f"{name}.py"
    path.write_text(text)
    module = types.ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    exec(compile(text, str(path), "exec"), module.__dict__)
    return module


def judge(f: Any, args: tuple[Any, ...], argnums: tuple[int, ...]) -> str:
    """"right", "refused", or "unfit" where differences cannot tell; an AssertionError where the gradient is wrong.

    Where the plain call raises, the differentiated one has to raise the same.
    """
    plain_args = fresh(args)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            plain = f(*plain_args)
        except Exception as expected:
            return _raises_too(f, args, argnums, expected)
        if not np.all(np.isfinite(plain)) or abs(plain) > 1e6:
            return "unfit"
        numerical = [numerical_gradient(f, args, n) for n in argnums]
        coarse = [numerical_gradient(f, args, n, step=1e-5) for n in argnums]
    if not all(np.allclose(a, b, rtol=1e-4, atol=1e-4) for a, b in zip(numerical, coarse, strict=True)):
        return "unfit"
    given = fresh(args)
    try:
        value, gradients = adls.value_and_grad(f, argnums)(*given)
    except DifferentiationError:
        return "refused"
    assert same_bits(value, plain), f"value {value!r}, plainly {plain!r}"
    for after, expected in zip(given, plain_args, strict=True):
        assert same_bits(flat(after), flat(expected)), "arguments are not as the plain call leaves them"
    for n, gradient, expected in zip(argnums, gradients, numerical, strict=True):
        np.testing.assert_allclose(flat(gradient), expected, rtol=2e-4, atol=2e-4, err_msg=f"argument {n}")
    with contextlib.suppress(DifferentiationError):
        _pullback_agrees(f, args, value, argnums, gradients)
    return "right"


def fresh(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(rebuilt(arg, flat(arg)) for arg in args)


def same_bits(a: Any, b: Any) -> bool:
    return np.asarray(a, dtype=float).tobytes() == np.asarray(b, dtype=float).tobytes()


def _raises_too(f: Any, args: tuple[Any, ...], argnums: tuple[int, ...], expected: Exception) -> str:
    try:
        adls.value_and_grad(f, argnums)(*fresh(args))
    except DifferentiationError:
        return "refused"
    except Exception as raised:
        if (type(raised), str(raised)) != (type(expected), str(expected)):
            raise
        return "right"
    raise AssertionError(f"the plain call raises {expected!r}")


def _pullback_agrees(f: Any, args: tuple[Any, ...], value: Any, argnums: tuple[int, ...], gradients: Any) -> None:
    given = fresh(args)
    again, back = adls.pullback(f, *given)
    assert same_bits(again, value)
    seed = np.float64(1.0) if isinstance(value, np.float64) else 1.0
    first, second = back(seed), back(seed)
    for n, gradient in zip(argnums, gradients, strict=True):
        assert same_bits(flat(first[n]), flat(second[n])), "back gave other bits the second time"
        np.testing.assert_allclose(flat(first[n]), flat(gradient), rtol=1e-12, atol=1e-12)
    arrays = [*_arrays(first), *_arrays(second)]
    for i, one in enumerate(arrays):
        for other in (*arrays[i + 1 :], *_arrays(given)):
            assert not np.shares_memory(one, other), "what back returns shares memory"


def _arrays(value: Any) -> list[np.ndarray]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return [array for item in value for array in _arrays(item)]
    return [value] if isinstance(value, np.ndarray) else []

"""What inference says of a program's variables holds when the program runs.

Each function's locals are looked at when it returns: some instance of the function must admit all of them.
"""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from adls.engine.ir.ops import Function
from adls.runtime.typeof import typeof
from tests.engine.passes.inferred import Claims, Typed, define, infer

SAMPLES = Path(__file__).parents[3] / "samples"
NAMES = ("digits_mlp", "gaussian_process", "nbody", "stencil", "lstm_text", "mixture", "bundle_adjustment", "rk4")

PROGRAMS = {
    "grids": ("""
def f(n, h):
    a, b = np.mgrid[0:n, 0:n]
    c = np.mgrid[n:7] + np.mgrid[:7:2][:1]
    d = np.mgrid[0:1:5j, 0:h:0.1, 2:n]
    e = np.mgrid[-2:0.5]
    return a.sum() + b.sum() + c.sum() + d.sum() + e.sum()
""", lambda: (4, 1.0)),
    "overwritten state": ("""
def f(u, c, T):
    for t in range(T):
        for i in range(len(u) - 2):
            u[i] = u[i] + c * u[i + 1] * u[i]
    return u.sum()
""", lambda: (np.ones(5), 0.5, 3)),
    "cholesky in place": ("""
def f(a):
    n = a.shape[0]
    L = a.copy()
    for j in range(n):
        L[j, j] = np.sqrt(L[j, j] - np.sum(L[j, :j] ** 2))
        for i in range(j + 1, n):
            L[i, j] = (L[i, j] - np.dot(L[i, :j], L[j, :j])) / L[j, j]
        L[j, j + 1:] = 0.0
    return L
""", lambda: (np.eye(4) + 0.1,)),
    "views": ("""
def f(x):
    y = x * 1.
    v = y.reshape(-1)
    b = y
    v += 1.
    y[0] = v[-1] ** 2
    total = (b * x).sum()
    return total
""", lambda: (np.ones((2, 3)),)),
    "partial execution": ("""
def g(a, i):
    a[i] = a[i] * 2
    if i == 1:
        raise ValueError
    return a[i]
def f(a, x):
    n, s = 0, 0.0
    for i in range(len(x)):
        try:
            a[i] = x[i]
            s += np.log(g(a, i))
        except ValueError:
            s += x[i]
            continue
        finally:
            n += 1
        if i == 3:
            break
    return s, n
""", lambda: (np.ones(6), np.ones(6))),
    "growing lists": ("""
def push(stack, x):
    stack.append(x)
    return stack
def f(x):
    states, sums = [], []
    for i, row in enumerate(x):
        push(states, row)
        sums.append(row.sum() * i)
    first, *rest = states
    joined = np.stack(rest)
    pairs = list(zip(states, sums))
    best = max(sums)
    table = {"first": first, "joined": joined}
    table["pairs"] = pairs
    return joined
""", lambda: (np.ones((3, 2), np.float32),)),
    "shapes": ("""
def f(x, k):
    n, m = x.shape
    a = np.zeros((n, k))
    b = x[:, None, :] - x[None]
    c = b.reshape(n * n, m)
    d = np.concatenate([x, x[:1], x[1:]])
    e = x[x[:, 0] > 0]
    g = np.where(x > 0, x, 0)
    h = (x.T @ x)[..., None]
    i = np.einsum("ij,ik->jk", x, x)
    j = x[np.arange(len(x)), 0]
    o = np.pad(x, ((1, 1), (0, 0)))[1:-1]
    p = np.linalg.norm(x, axis=1, keepdims=True)
    q = x / p
    r = [x[t] for t in range(n)]
    s = x.astype(np.float32) * 2.0
    u = (x > 0) & (x < 1)
    v = np.sum(u)
    w = x.mean(axis=0) + np.arange(m)
    return q
""", lambda: (np.arange(6.0).reshape(3, 2) + 1, 2)),
    "the same with one row": ("""
def f(x, k):
    n, m = x.shape
    a = np.zeros((n, k)) + x
    b = x[:, None, :] - x[None]
    c = b.reshape(-1, m)
    d = np.squeeze(x)
    e = x[:, :1] * x
    g = np.broadcast_to(x[0], x.shape)
    h = np.outer(x[0], x[0])
    return a
""", lambda: (np.ones((1, 3)), 3)),
    "closures": ("""
def apply(g, x, times):
    for _ in range(times):
        x = g(x)
    return x
def f(x, k):
    scale = k * 2
    def g(y):
        return y * scale
    a = apply(g, x, 3)
    b = apply(np.tanh, a, 2)
    table = {"a": g, "b": np.sin}
    c = table["a"](b)
    return c
""", lambda: (np.ones(3), 0.5)),
}


@pytest.mark.parametrize("name", NAMES)
def test_samples(name: str) -> None:
    module = load(name)
    arguments = example(name, module)
    bound = inspect.signature(module.loss).bind(*arguments)
    bound.apply_defaults()
    typed = infer(module.loss, *(typeof(value, key) for key, value in bound.arguments.items()))
    assert observe(module.loss, bound.args, typed) >= 1


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name: str) -> None:
    source, make = PROGRAMS[name]
    function = define(source)
    arguments = make()
    names = inspect.signature(function).parameters
    typed = infer(function, *(typeof(value, key) for key, value in zip(names, arguments, strict=True)))
    assert observe(function, arguments, typed) >= 1


def observe(function: Callable[..., object], arguments: tuple[object, ...], typed: Typed) -> int:
    """Run a function and check every frame that returns; gives how many frames were of its instances."""
    instances: dict[str, list[Function]] = {}
    for each in typed.program.instances.values():
        instances.setdefault(f"{each.qualname}:{each.file}", []).append(each)
    failures: list[str] = []
    seen = 0

    def on_return(frame: FrameType, event: str, value: Any) -> Any:
        nonlocal seen
        if event == "return" and value is not None:
            candidates = instances.get(f"{frame.f_code.co_qualname}:{frame.f_code.co_filename}", [])
            found = [misfit(each, frame.f_locals, value) for each in candidates]
            seen += bool(found)
            if found and all(found):
                failures.append(f"{frame.f_code.co_qualname}: {found}")
        return on_return

    before = sys.gettrace()
    sys.settrace(on_return)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    assert not failures, failures[0]
    return seen


def misfit(instance: Function, values: dict[str, Any], result: object) -> str:
    """What an instance's types do not admit of a frame; "" where all fits."""
    claims = Claims()
    parameters = [var.name for var in (*instance.cells, *(param.var for param in instance.params))]
    for name, value in sorted(values.items(), key=lambda item: item[0] not in parameters):
        webs = [web for web in instance.types if re.fullmatch(re.escape(name) + r"(_\d+)?", web)]
        reasons = [reason for web in webs if (reason := refusal(claims, instance, web, value)) is not None]
        if webs and len(reasons) == len(webs):
            return reasons[0]
    try:
        claims.check(instance.result, result, "result: ")
    except AssertionError as error:
        return str(error)
    return ""


def refusal(claims: Claims, instance: Function, web: str, value: object) -> str | None:
    attempt = Claims(dict(claims.sizes))
    try:
        attempt.check(instance.types[web], value, f"{web}: ")
    except AssertionError as error:
        return str(error)
    claims.sizes.update(attempt.sizes)
    return None


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"sample_{name}", SAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def example(name: str, module: Any) -> tuple[Any, ...]:
    """The arguments of a sample's example call."""
    lines = (SAMPLES / f"{name}.py").read_text(encoding="utf-8").splitlines()
    call = next(line for line in lines if line.startswith("# adls: loss("))
    return eval(f"(lambda *a: a){call.removeprefix('# adls: loss')}", vars(module))  # type: ignore[no-any-return]

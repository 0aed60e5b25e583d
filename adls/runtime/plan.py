"""The public call without its questions: straight-line code for arguments of types that were seen before.

    def plan(function, args):
        try:
            if function.__code__ is not K0 or K1["np"] is not K2 ...: return MISS         is all as it was?
            a, = args
            if type(a) is not list or len(a) != 2: return MISS
            b, c = a
            if type(b) is not ndarray or b.dtype is not K3 or b.ndim != 1 or 1 in b.shape: return MISS
        except (KeyError, ValueError):
            return MISS
        box = [*forward(a)]                                                               then run,
        s0 = ...
        returned = backward(box.pop(), 1.0, s0)
        return value, [d_b if ... d_b is an array of b's form and nobody else's ..., ...]   and give back

What is not as the example was is a MISS, or goes to the general functions of `calling`: a plan answers only where they
would give the same. It is made when a compiled adjoint is called again.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from adls.engine.frontend.live import ABSENT
from adls.engine.frontend.locate import registered
from adls.runtime import active
from adls.runtime.calling import check_overlap, collect, finish, shadow_like
from adls.runtime.compiler import Compiled
from adls.runtime.containers import NUMBERS
from adls.runtime.errors import SETTINGS, Quiet, quiet_of
from adls.runtime.sums import ShadowDict, ShadowList
from adls.runtime.typeof import key_of

Plan = Callable[[FunctionType, tuple[Any, ...]], Any]
MISS = object()
_MOST_LEAVES = 256
_ANY_NUMBER = 0x04 | 0x08  # *args and **kwargs
_SIMPLE = (float, int, bool, str, bytes, complex, type(None))
_NO_FORM = (int, bool, str, type(None))


class NoPlan(Exception):
    """The call has something that only the general functions know."""


def plan_for(found: Compiled, function: FunctionType, args: tuple[Any, ...], argnums: tuple[int, ...],
             seed_of: Callable[[Compiled, Any], Any], returns: str) -> Plan | None:
    """A plan for calls like this one, which has just been answered; `returns` says of what, in `value` and `d0`...

    `argnums` are the arguments that are differentiated, counted from 0. Gives None for a call that has no plan.
    """
    code = function.__code__
    if registered(code) is not None or code.co_kwonlyargcount or code.co_flags & _ANY_NUMBER:
        return None
    made = _Writer()
    try:
        made.guard(found, function)
        made.arguments(function, args)
        made.run(found, argnums, seed_of)
        made.give(found, [len(function.__closure__ or ()) + n for n in argnums], returns)
    except NoPlan:
        return None
    return made.function()


class _Writer:
    """The text of a plan, and the objects that it names."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"MISS": MISS, "ndarray": np.ndarray, "zeros": np.zeros, "finish": finish}
        self.numbers = itertools.count()
        self.whole: list[tuple[str, Any]] = []  # cells and parameters: the name and the example of each
        self.shadows: list[str] = []
        self.leaves = 0

    def constant(self, value: Any) -> str:
        name = f"K{next(self.numbers)}"
        self.names[name] = value
        return name

    def miss(self, condition: str) -> None:
        self.lines.append(f"        if {condition}: return MISS")

    def function(self) -> Plan:
        text = "def plan(function, args):\n" + "\n".join(self.lines) + "\n"
        exec(compile(text, "<adls: a gradient's call>", "exec"), self.names)
        plan: Plan = self.names["plan"]
        return plan

    # Is all as it was?

    def guard(self, found: Compiled, function: FunctionType) -> None:
        self.lines.append("    try:")
        self.miss(f"function.__code__ is not {self.constant(function.__code__)}")
        spaces: dict[int, str] = {}
        for namespace, name, value in found.dependencies:
            space = spaces.setdefault(id(namespace), "") or self.constant(namespace)
            spaces[id(namespace)] = space
            if value is ABSENT:
                self.miss(f"{name!r} in {space}")
            else:
                self.miss(f"{space}[{name!r}] is not {self.constant(value)}")
        for value, key in found.contents:
            self.miss(f"{self.constant(key_of)}({self.constant(value)}) != {self.constant(key)}")

    def arguments(self, function: FunctionType, args: tuple[Any, ...]) -> None:
        captured = found_cells(function.__closure__)
        if captured:
            self.lines.append("        cells = function.__closure__")
        for n, value in enumerate(captured):
            self.lines.append(f"        c{n} = cells[{n}].cell_contents")
            self.whole.append((f"c{n}", value))
        names = [f"a{n}" for n in range(len(args))]
        self.lines.append(f"        {', '.join(names)}, = args" if args else "        () = args")
        self.whole += zip(names, args, strict=True)
        missing = function.__code__.co_argcount - len(args)
        if missing:
            self.miss(f"function.__defaults__ is not {self.constant(function.__defaults__)}")
            self.whole += [(self.constant(value), value) for value in (function.__defaults__ or ())[-missing:]]
        for name, value in self.whole:
            self.check(name, value)

    def check(self, name: str, value: Any) -> None:
        """Miss unless a value has the type of the example: what `key_of` tells apart, in code."""
        kind = type(value)
        self.leaves += 1
        if self.leaves > _MOST_LEAVES:
            raise NoPlan
        if kind is np.ndarray:
            ones = [n == 1 for n in value.shape]
            sizes = f"[n == 1 for n in {name}.shape] != {ones}" if any(ones) else f"1 in {name}.shape"
            self.miss(f"type({name}) is not ndarray or {name}.dtype is not {self.constant(value.dtype)} "
                      f"or {name}.ndim != {value.ndim}" + (f" or {sizes}" if ones else ""))
        elif kind in _SIMPLE or (isinstance(value, np.generic) and value.dtype.kind in "biufc"):
            self.miss(f"type({name}) is not {self.constant(kind)}")
        elif kind is dict:
            self.miss(f"type({name}) is not dict or (*{name},) != {self.constant((*value,))}")
            self.items(name, [*value.values()], f"{name}.values()")
        elif kind in (list, tuple):
            self.miss(f"type({name}) is not {kind.__name__} or len({name}) != {len(value)}")
            self.items(name, value, name)
        elif kind is FunctionType and registered(value.__code__) is None:
            self.miss(f"{name} is not {self.constant(value)} or "
                      f"{name}.__code__ is not {self.constant(value.__code__)}")
            self.items(name, found_cells(value.__closure__), f"[cell.cell_contents for cell in {name}.__closure__]")
        else:
            raise NoPlan

    def items(self, name: str, values: Sequence[Any], source: str) -> None:
        if values:
            self.lines.append(f"        {''.join(f'{name}_{n}, ' for n in range(len(values)))}= {source}")
        for n, item in enumerate(values):
            self.check(f"{name}_{n}", item)

    # Run

    def run(self, found: Compiled, argnums: tuple[int, ...], seed_of: Callable[[Compiled, Any], Any]) -> None:
        """The two passes. The box is what holds the residuals: the backward pass frees each after its last read."""
        names = ", ".join(name for name, _ in self.whole)
        self.names |= {"forward": found.forward, "backward": found.backward, "found": found, "seed_of": seed_of,
                       "float64": np.float64, "ACTIVE": active.ACTIVE, "NOBODY": active.NOBODY,
                       "check_overlap": check_overlap}
        self.lines += ["    except (KeyError, ValueError):", "        return MISS",  # a name or a cell that is gone
                       "    if ACTIVE[-1] is NOBODY: run, back = forward, backward",
                       "    else:",
                       f"        passes = ACTIVE[-1].evaluation(found, {self.constant(argnums)})",
                       "        run, back = passes.forward, passes.backward",
                       f"    whole = [{names}]",
                       f"    box = [*run({names})]",
                       "    value = box[0]",
                       "    seed = 1.0 if type(value) is float64 or type(value) is float else seed_of(found, value)"]
        if found.may_overlap:
            self.lines.append("    check_overlap(found, whole)")
        for n, position in enumerate(found.adjoint.interface.shadows):
            self.lines.append(f"    s{n} = {self.shadow(*self.whole[position])}")
            self.shadows.append(f"s{n}")
        self.quietly(f"returned = back({', '.join(['box.pop()', 'seed', *self.shadows])})")

    def shadow(self, name: str, value: Any) -> str:
        """The expression of a parameter's zero shadow, as `shadow_like` gives it."""
        if type(value) is np.ndarray:
            self.names["shadow_like"] = shadow_like
            return f"shadow_like({name})"
        return self.shadow_item(value)

    def shadow_item(self, value: Any) -> str:
        if isinstance(value, NUMBERS):
            return "0.0"
        if isinstance(value, dict):
            self.names["ShadowDict"] = ShadowDict
            entries = (f"{self.constant(key)}: {self.shadow_item(item)}" for key, item in value.items())
            return f"ShadowDict({{{', '.join(entries)}}})"
        items = [*map(self.shadow_item, value)] if isinstance(value, list | tuple) else []
        if isinstance(value, list):
            self.names["ShadowList"] = ShadowList
            return f"ShadowList([{', '.join(items)}])"
        return _tuple(items) if any(item not in ("None", "0.0") for item in items) else "None"

    def quietly(self, call: str) -> None:
        """The call without warnings of floating-point errors, as in `Quiet`."""
        if SETTINGS is None:
            self.names["Quiet"] = Quiet
            self.lines += ["    with Quiet():", f"        {call}"]
            return
        self.names |= {"SETTINGS": SETTINGS, "quiet_of": quiet_of}
        self.lines += ["    before = SETTINGS.set(quiet_of(SETTINGS.get()))", "    try:", f"        {call}",
                       "    finally:", "        SETTINGS.reset(before)"]

    # Give back

    def give(self, found: Compiled, positions: Sequence[int], returns: str) -> None:
        """The cotangents of the wanted positions, as `collect` gives them."""
        interface = found.adjoint.interface
        self.names["collect"] = collect
        wanted = self.constant([*positions])
        self.general = f"collect(found, returned, {_tuple(self.shadows)}, {wanted}, whole, seed)"
        if any(n in interface.returned and n in interface.shadows for n in positions):
            self.lines.append(f"    {''.join(f'd{n}, ' for n in range(len(positions)))}= {self.general}")
            self.lines.append(f"    return {returns}")
            return
        own: list[str] = []
        results = []
        for n, position in enumerate(positions):
            name, value = self.whole[position]
            source = "None"
            if position in interface.returned:
                source = "returned" if len(interface.returned) == 1 else (
                    f"returned[{interface.returned.index(position)}]")
            elif position in interface.shadows:
                source = self.shadows[interface.shadows.index(position)]
            self.lines.append(f"    g{n} = {source}")
            results.append(self.finished(f"g{n}", name, value, own))
        self.lines += [f"    d{n} = {result}" for n, result in enumerate(results)]
        if own:
            shared = f" or len({{*map(id, ({', '.join(own)},))}}) < {len(own)}" if len(own) > 1 else ""
            self.lines.append(f"    if type(seed) is ndarray{shared}:")
            self.lines.append(f"        {''.join(f'd{n}, ' for n in range(len(positions)))}= {self.general}")
        self.lines.append(f"    return {returns}")

    def finished(self, cotangent: str, name: str, value: Any, own: list[str]) -> str:
        """The expression of a cotangent in its argument's structure; each array gets a line of its own first."""
        kind = type(value)
        if kind is np.ndarray and value.dtype.kind in "fc":
            dtype = self.constant(value.dtype)
            other = f"type({cotangent}) is not ndarray or {cotangent}.dtype is not {dtype}"
            self.lines += [f"    if {cotangent} is None: {cotangent} = zeros({name}.shape, {dtype})",
                           f"    elif {other} or {cotangent}.shape != {name}.shape:",
                           f"        {cotangent} = finish({cotangent}, {name}, set())",
                           f"    elif {cotangent}.base is not None: {cotangent} = {cotangent}.copy()"]
            own.append(cotangent)
            return cotangent
        if kind is float:
            return f"0.0 if {cotangent} is None else float({cotangent}.real)"
        if kind in _NO_FORM or kind is np.ndarray:
            return "None"
        if kind in (list, tuple, dict) and value:
            return self.container(cotangent, name, value, own)
        return f"finish({cotangent}, {name}, set())"

    def container(self, cotangent: str, name: str, value: Any, own: list[str]) -> str:
        keys = [*value] if type(value) is dict else [*range(len(value))]
        items = [*value.values()] if type(value) is dict else value
        parts = [f"{cotangent}_{n}" for n in range(len(items))]
        absent = " = ".join(parts)
        if type(value) is dict:
            named = [self.constant(key) for key in keys]
            reads = ", ".join(f"{cotangent}.get({key})" for key in named)
        else:
            reads = ", ".join(f"{cotangent}[{n}]" for n in keys)
        self.lines.append(f"    if {cotangent} is None: {absent} = None")
        self.lines.append(f"    else: {''.join(f'{part}, ' for part in parts)}= {reads},")
        results = [self.finished(part, f"{name}_{n}", item, own)
                   for n, (part, item) in enumerate(zip(parts, items, strict=True))]
        if type(value) is dict:
            return "{" + ", ".join(f"{key}: {result}" for key, result in zip(named, results, strict=True)) + "}"
        inside = ", ".join(results)
        return f"[{inside}]" if type(value) is list else f"({inside},)"


def _tuple(items: Sequence[str]) -> str:
    return f"({''.join(f'{item}, ' for item in items)})"


def found_cells(cells: tuple[Any, ...] | None) -> list[Any]:
    """What a function has captured; a variable that has no value yet is left out of a call, which no plan knows."""
    try:
        return [cell.cell_contents for cell in cells or ()]
    except ValueError:
        raise NoPlan from None

"""Random programs of numbers and arrays under control flow: rebinding, swaps, early exits, exceptions, containers.

Made from a row of choices, as in `mutating`. Values pass through bounded functions; nothing is written in place but
lists and dicts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

HEADER = '''\
import math

import numpy as np


def arguments():
    layers = [(np.array([0.2, 0.5, -0.7]), 0.35), (np.array([-0.4, 0.9, 0.1]), -0.55)]
    params = {"w": np.array([0.4, -0.3, 0.8]), "b": 0.65, "layers": layers}
    return 0.7, np.array([0.5, -0.2, 0.9]), params


def affine(v, w, b=0.25):
    return np.tanh(v * w + b)


def both(a, b):
    return b, a * 0.5


def power(a, n):
    if n == 0:
        return 1.0
    return math.sin(a) * power(a, n - 1) + 0.1


def checked(a):
    if a > 0.4:
        raise ValueError("too large")
    return a * 0.9


def early(v, limit):
    total = 0.0
    for each in v:
        if each < -0.1:
            continue
        total += each * each
        if total > limit:
            return total * 2.0
    return total + 0.5


def appended(items, value):
    items.append(math.cos(value))
    return len(items)


'''

FLOATS = (
    "math.sin({0})", "0.5 * {0} + 0.2", "{0} * {1}", "{0} - {1}", "math.tanh({0} + {1})",
    "math.exp(-{0} * {0})", "-{0}", "max({0}, {1})", "min({0}, 0.3)", "abs({0})", "{0} / (2.0 + {1} * {1})",
    "{0} if {1} > 0.2 else {1}", "power({0}, 2)", "early({2}, 0.4)", "math.sqrt({0} * {0} + 1.0)",
    "float(np.sum({2}))", "{2}[0]", "np.dot({2}, {3})", "{2}.sum() * 0.3", "(lambda a: a * {0})({1})",
    "sum([{0}, {1}, 0.1])", "{0} ** 2",
)
ARRAYS = (
    "np.sin({2})", "{2} * {3}", "{0} * {2}", "{2} + {0}", "affine({2}, {3})", "affine({2}, w={3}, b={0})",
    "{2} if {0} > 0.1 else {3}", "np.array([{0}, {1}, 0.5])", "np.where({2} > 0.1, {2}, {3})", "{2}[::-1]",
    "np.stack([{2}, {3}]).mean(axis=0)", "np.concatenate([{2}[1:], {3}[:1]])", "-{2}", "np.tanh({2} - {0})",
    "np.roll({2}, 1)", "(lambda v: v * {1} + {3})({2})",
)


@dataclass
class Writer:
    choose: Callable[[int], int]
    lines: list[str] = field(default_factory=list)
    floats: list[str] = field(default_factory=lambda: ["x", 'params["b"]'])
    arrays: list[str] = field(default_factory=lambda: ["y", 'params["w"]'])
    lists: dict[str, int] = field(default_factory=dict)
    count: int = 0
    depth: int = 0
    loops: int = 0

    def program(self) -> str:
        for _ in range(4 + self.choose(8)):
            self.statement()
        terms = [f"{name} * {0.3 + 0.1 * n:.1f}" for n, name in enumerate(self.floats[-6:])]
        terms += [f"np.sum({name} * {name})" for name in self.arrays[-5:]]
        terms += [f"sum({name})" for name in self.lists]
        self.add("return " + " + ".join(terms))
        return HEADER + "def f(x, y, params):\n" + "\n".join(self.lines) + "\n"

    def add(self, line: str) -> None:
        self.lines.append("    " * (self.depth + 1) + line)

    def pick(self, items: list[str]) -> str:
        return items[self.choose(len(items))]

    def fresh(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def float_text(self) -> str:
        return FLOATS[self.choose(len(FLOATS))].format(*self.operands())

    def array_text(self) -> str:
        return ARRAYS[self.choose(len(ARRAYS))].format(*self.operands())

    def operands(self) -> tuple[str, str, str, str]:
        return self.pick(self.floats), self.pick(self.floats), self.pick(self.arrays), self.pick(self.arrays)

    def statement(self) -> None:
        kinds = [self.new, self.new, self.rebind, self.rebind, self.swap, self.grow, self.container, self.unpacked,
                 self.augment]
        if self.depth < 3:
            kinds += [self.loop, self.loop, self.branch, self.branch, self.attempt, self.layers, self.while_loop]
        if self.loops:
            kinds += [self.leave]
        kinds[self.choose(len(kinds))]()

    def new(self) -> None:
        if self.choose(2):
            name = self.fresh("s")
            self.add(f"{name} = {self.float_text()}")
            self.floats.append(name)
        else:
            name = self.fresh("v")
            self.add(f"{name} = {self.array_text()}")
            self.arrays.append(name)

    def plain(self, names: list[str]) -> list[str]:
        return [name for name in names if name.isidentifier()]

    def rebind(self) -> None:
        if self.choose(2):
            self.add(f"{self.pick(self.plain(self.floats))} = {self.float_text()}")
        else:
            self.add(f"{self.pick(self.plain(self.arrays))} = {self.array_text()}")

    def augment(self) -> None:
        self.add(f"{self.pick(self.plain(self.floats))} {self.pick(['+=', '-=', '*='])} {self.float_text()}")

    def swap(self) -> None:
        names = self.plain(self.floats) if self.choose(2) else self.plain(self.arrays)
        a, b = self.pick(names), self.pick(names)
        if a == b:
            self.add("pass")
        else:
            right = self.pick([f"{b}, {a}", f"both({a}, {b})", f"{b}, {a} * 0.8"])
            self.add(f"{a}, {b} = {right}")

    def grow(self) -> None:
        if not self.lists or self.choose(3) == 0:
            name = self.fresh("items")
            self.add(f"{name} = [{self.float_text()}, {self.float_text()}]")
            self.lists[name] = 2
        else:
            name = self.pick(sorted(self.lists))
            text = [f"{name}.append({self.float_text()})", f"{name}[0] = {self.float_text()}",
                    f"{name}[-1] += {self.float_text()}", f"appended({name}, {self.pick(self.floats)})",
                    f"{self.pick(self.plain(self.floats))} = {name}[-1] * {name}[0]",
                    f"{name} += [{self.float_text()}]", f"{name} = [0.5 * each for each in {name}]",
                    f"{self.pick(self.plain(self.floats))} = {name}[0] - {name}[1]"]
            self.add(text[self.choose(len(text))])

    def container(self) -> None:
        name = self.fresh("d")
        self.add(f'{name} = {{"a": {self.float_text()}, "b": ({self.array_text()}, {self.float_text()})}}')
        if self.choose(2):
            self.add(f'{name}["a"] = {name}["a"] * {name}["b"][1]')
        if self.choose(3) == 0:
            self.add(f'params["b"] = {self.float_text()}')
        self.floats.append(f'{name}["a"]')
        self.arrays.append(f'{name}["b"][0]')

    def unpacked(self) -> None:
        a, b, c = self.fresh("s"), self.fresh("v"), self.fresh("s")
        self.add(f"{a}, ({b}, {c}) = {self.float_text()}, ({self.array_text()}, {self.float_text()})")
        self.floats += [a, c]
        self.arrays.append(b)

    def leave(self) -> None:
        self.add(f"if {self.pick(self.floats)} > {self.pick(['0.3', '0.6', '-0.2'])}:")
        self.depth += 1
        if self.choose(2):
            self.rebind()
        self.add(self.pick(["break", "continue", f"return {self.float_text()} + {self.float_text()}"]))
        self.depth -= 1

    def block(self, most: int = 3) -> None:
        before = list(self.floats), list(self.arrays), dict(self.lists)
        self.depth += 1
        for _ in range(1 + self.choose(most)):
            self.statement()
        self.depth -= 1
        self.floats, self.arrays, self.lists = before

    def loop(self) -> None:
        if self.choose(3) == 0:
            name = self.fresh("each")
            self.add(f"for {name} in {self.pick(self.plain(self.arrays))}:")
            self.floats.append(name)
            self.loops += 1
            self.block()
            self.loops -= 1
            self.floats.remove(name)
        else:
            index = self.fresh("i")
            self.add(f"for {index} in range({1 + self.choose(3)}):")
            self.loops += 1
            self.block()
            self.loops -= 1
        if self.choose(5) == 0:
            self.add("else:")
            self.block(1)

    def while_loop(self) -> None:
        count = self.fresh("n")
        self.add(f"{count} = 0")
        self.add(f"while {count} < 3 and {self.pick(self.floats)} < 0.9:")
        self.loops += 1
        self.depth += 1
        self.add(f"{count} += 1")
        self.depth -= 1
        self.block()
        self.loops -= 1

    def layers(self) -> None:
        w, b = self.fresh("v"), self.fresh("s")
        head = self.pick([f'for {w}, {b} in params["layers"]:', f'for _, ({w}, {b}) in enumerate(params["layers"]):'])
        self.add(head)
        self.arrays.append(w)
        self.floats.append(b)
        self.loops += 1
        self.block()
        self.loops -= 1
        self.arrays.remove(w)
        self.floats.remove(b)

    def branch(self) -> None:
        self.add(f"if {self.pick(self.floats)} > {self.pick(['0.1', '0.4', '-0.2'])}:")
        self.block()
        if self.choose(2):
            self.add(self.pick([f"elif {self.pick(self.floats)} < 0.5:", "else:"]))
            self.block()

    def attempt(self) -> None:
        target = self.pick(self.plain(self.floats))
        self.add("try:")
        self.depth += 1
        self.add(f"{target} = {self.float_text()}")
        self.add(f"{target} += checked({self.pick(self.floats)})")
        self.depth -= 1
        if self.choose(2):
            self.block(2)
        self.add("except ValueError:")
        self.block(2)
        if self.choose(3) == 0:
            self.add("finally:")
            self.depth += 1
            self.add(f"{target} = {target} * 0.7 + 0.1")
            self.depth -= 1


def program(choose: Callable[[int], int]) -> str:
    """The text of a module with `f` and `arguments()`."""
    return Writer(choose).program()

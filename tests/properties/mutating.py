"""Random programs that mutate NumPy arrays: views of views, aliases, writes of all kinds, helpers, loops, branches.

A program is text, made by answering a row of questions (`choose(n)` gives a number below n), so that both Hypothesis
and a seeded generator can drive it. Values stay bounded, so that central differences can judge the gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Shape = tuple[int, ...]

HEADER = '''\
import numpy as np


def bump(v, w):
    v += 0.5 * np.sin(w)


def first_doubled(v):
    v[0] *= 2.0
    return v


def rest_of(v):
    return v[1:]


def filled(out, v):
    out[...] = np.cos(v) + 0.3
    return out


def bounded(v):
    """Writes into its argument through a view of a view, and gives back something new."""
    flat = v[:][::-1]
    flat *= 0.5
    return np.tanh(v)


def either(a, b, first):
    return a if first else b


def swapped(a, b):
    return b, a


'''

EXPRESSIONS = ("np.sin({0})", "0.7 * {0}", "np.tanh({0} * {1})", "{0} * {1}", "{0} - 0.5 * {1}", "{0} + 0.25",
               "np.exp(-{0} * {0})", "{1} / (2.0 + np.cos({0}))", "np.where({0} > 0.1, {0}, {1} * {1})", "1.0 - {0}",
               "np.maximum({0}, 0.3 * {1})", "np.cumsum({0}) if {0}.ndim == 1 else {0} * 2.0")


@dataclass
class Writer:
    choose: Callable[[int], int]
    lines: list[str] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)
    count: int = 0
    depth: int = 0

    def program(self) -> str:
        self.shapes = {"x": (4,), "y": (2, 3)}
        if self.choose(3):
            self.add("x = x * 1.0")
        if self.choose(3):
            self.add("y = y.copy()")
        for _ in range(3 + self.choose(8)):
            self.statement()
        names = sorted(self.shapes)
        terms = " + ".join(f"{n + 1}.0 * ({name} * {name}).sum()" if n % 2 else f"np.sin({name}).sum()"
                           for n, name in enumerate(names))
        self.add(f"return {terms}")
        return HEADER + "def f(x, y):\n" + "\n".join(self.lines) + "\n"

    def add(self, line: str) -> None:
        self.lines.append("    " * (self.depth + 1) + line)

    def pick(self, items: list[str]) -> str:
        return items[self.choose(len(items))]

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def name_of(self, rank: int | None = None) -> str:
        return self.pick([n for n, shape in sorted(self.shapes.items()) if rank is None or len(shape) == rank])

    def like(self, shape: Shape) -> list[str]:
        return [n for n, other in sorted(self.shapes.items()) if other == shape]

    # Statements

    def statement(self) -> None:
        kinds = [self.view, self.view, self.view, self.alias, self.copied, self.fresh_value, self.augment,
                 self.augment, self.write, self.write, self.write, self.helper, self.helper, self.rebind]
        if self.depth < 2:
            kinds += [self.loop, self.branch, self.loop]
        kinds[self.choose(len(kinds))]()

    def bind(self, text: str, shape: Shape) -> None:
        name = self.fresh()
        self.add(f"{name} = {text}")
        self.shapes[name] = shape

    def view(self) -> None:
        name = self.name_of()
        shape = self.shapes[name]
        if len(shape) == 2:
            m, n = shape
            options: list[tuple[str, Shape]] = [
                (f"{name}.T", (n, m)), (f"{name}.reshape(-1)", (m * n,)), (f"{name}.ravel()", (m * n,)),
                (f"{name}[0]", (n,)),
                (f"{name}[:, 1]", (m,)), (f"{name}[::-1]", shape), (f"{name}[:, ::2]", (m, (n + 1) // 2)),
                (f"np.transpose({name})", (n, m)), (f"{name}[-1, 1:]", (n - 1,)), (f"{name}.reshape({n}, {m})", (n, m)),
                (f"{name}.reshape({m * n}, 1)[:, 0]", (m * n,)), (f"{name}.swapaxes(0, 1)", (n, m))]
            options = [each for each in options if 0 not in each[1]]
            if m == n:
                options.append((f"np.diagonal({name})", (n,)))
        else:
            n = shape[0]
            options = [(f"{name}[::-1]", shape), (f"{name}[:]", shape), (f"{name}[...]", shape),
                       (f"{name}.reshape(-1)", shape), (f"{name}[None]", (1, n)),
                       (f"{name}[:, None]", (n, 1)), (f"np.asarray({name})", shape)]
            if n > 1:
                options += [(f"{name}[1:]", (n - 1,)), (f"{name}[:-1]", (n - 1,)), (f"{name}[::2]", ((n + 1) // 2,)),
                            (f"rest_of({name})", (n - 1,))]
            if n % 2 == 0:
                options += [(f"{name}.reshape(2, -1)", (2, n // 2)), (f"{name}.reshape(-1, 2)", (n // 2, 2))]
        self.bind(*options[self.choose(len(options))])

    def alias(self) -> None:
        name = self.name_of()
        self.bind(name, self.shapes[name])

    def copied(self) -> None:
        name = self.name_of()
        text = self.pick([f"{name}.copy()", f"np.array({name})", f"{name} * 1.0", f"+{name}", f"np.copy({name})"])
        self.bind(text, self.shapes[name])

    def fresh_value(self) -> None:
        shape = self.shapes[self.name_of()]
        text = self.pick([f"np.zeros({shape})", f"np.ones({shape})", self.expression(shape), f"np.full({shape}, 0.3)"])
        self.bind(text, shape)

    def expression(self, shape: Shape) -> str:
        names = self.like(shape)
        if not names:
            return self.number()
        return EXPRESSIONS[self.choose(len(EXPRESSIONS))].format(self.pick(names), self.pick(names))

    def number(self) -> str:
        name = self.name_of()
        index = ", ".join(str(self.choose(n)) for n in self.shapes[name])
        item = f"{name}[{index}]"
        return self.pick([f"np.sin({item})", f"0.5 * {name}.sum()", "0.4", f"{item} * {item}"])

    def value_for(self, shape: Shape) -> str:
        """A value that broadcasts to the shape."""
        if self.choose(3) == 0 or not self.like(shape):
            if len(shape) == 2 and self.like(shape[1:]) and self.choose(2):
                return self.expression(shape[1:])
            return self.number()
        return self.expression(shape)

    def augment(self) -> None:
        name = self.name_of()
        value = self.value_for(self.shapes[name])
        self.add(f"{name} {self.pick(['+=', '*=', '-='])} {value}")

    def write(self) -> None:
        name = self.name_of()
        shape = self.shapes[name]
        n = shape[0]
        rest = shape[1:]
        options: list[tuple[str, Shape]] = [(str(self.choose(n)), rest), ("-1", rest), (":", shape), ("...", shape),
                                            ("::2", ((n + 1) // 2, *rest)), ("::-1", shape)]
        if n > 1:
            options += [("1:", (n - 1, *rest)), (":-1", (n - 1, *rest)), ("[0, 1]", (2, *rest)), ("[1, 1]", (2, *rest)),
                        ("[-1, 0, 0]", (3, *rest)), ("np.array([1, 0])", (2, *rest))]
        if rest:
            options += [(f"{self.choose(n)}, {self.choose(rest[0])}", ()), (f":, {self.choose(rest[0])}", (n,)),
                        ("[0, 0], [0, 0]", (2,)), (f"{name} > 0.2", ())]
        else:
            options += [(f"{name} > 0.2", ())]
        index, part = options[self.choose(len(options))]
        value = self.value_for(part) if part else self.number()
        self.add(f"{name}[{index}] {self.pick(['=', '=', '+=', '*='])} {value}")

    def helper(self) -> None:
        name = self.name_of()
        shape = self.shapes[name]
        argument = name
        other = self.pick(self.like(shape))
        if len(shape) == 2 and self.choose(2):
            argument, shape = f"{name}[0]", shape[1:]
            other = self.pick(self.like(shape)) if self.like(shape) else argument
        match self.choose(6):
            case 0:
                self.add(f"bump({argument}, {other})")
            case 1:
                self.bind(f"first_doubled({argument})", shape)
            case 2:
                self.bind(f"filled({argument}, {other})", shape)
            case 3:
                self.bind(f"bounded({argument})", shape)
            case 4:
                self.bind(f"either({argument}, {other}, {name}.sum() > 0.5)", shape)
            case 5:
                one, two = self.fresh(), self.fresh()
                self.add(f"{one}, {two} = swapped({argument}, {other})")
                self.shapes[one] = self.shapes[two] = shape

    def rebind(self) -> None:
        name = self.name_of()
        shape = self.shapes[name]
        self.add(f"{name} = {self.pick([self.pick(self.like(shape)), self.expression(shape)])}")

    def loop(self) -> None:
        head = self.pick(["for i in range(2):", "for i in range(3):", "for i in range(len(x)):"])
        self.add(head)
        self.block()

    def branch(self) -> None:
        name = self.name_of()
        self.add(f"if {name}.sum() > {self.pick(['0.1', '0.7', '-0.3'])}:")
        self.block()
        if self.choose(2):
            self.add("else:")
            self.block()

    def block(self) -> None:
        """Names bound in a block end with it: the other arm may not have them."""
        before = dict(self.shapes)
        self.depth += 1
        for _ in range(1 + self.choose(3)):
            self.statement()
        if self.choose(8) == 0 and any(line.lstrip().startswith("for") for line in self.lines[-6:]) and self.in_loop():
            self.add(f"if {self.name_of()}.sum() > 0.4:")
            self.lines.append("    " * (self.depth + 2) + self.pick(["break", "continue"]))
            self.statement()
        self.depth -= 1
        self.shapes = {name: before[name] for name in before}

    def in_loop(self) -> bool:
        """Whether the line that opens this block, or one around it, is a loop."""
        level = self.depth
        for line in reversed(self.lines):
            indent = (len(line) - len(line.lstrip())) // 4
            if indent <= level and not line.lstrip().startswith("else"):
                if line.lstrip().startswith("for"):
                    return True
                level = indent - 1
        return False


def program(choose: Callable[[int], int]) -> str:
    """The text of a module whose function `f(x, y)` gives a number."""
    return Writer(choose).program()

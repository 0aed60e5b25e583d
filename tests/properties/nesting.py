"""Random programs of nested containers: lists, dicts and objects that are shared, written, taken apart and handed over.

Made from a row of choices, as in `mutating`. Each name has a kind that it keeps: a number, an array of three numbers, a
`Body`, or a list or dict of one kind. No list gets empty and each dict keeps its keys "a" and "b", so that paths into
them stay good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Kind = str | tuple[str, "Kind"]

HEADER = '''\
import copy
import math

import numpy as np


class Body:
    def __init__(self, place, mass, parts):
        self.place = place
        self.mass = mass
        self.parts = parts

    def step(self, force):
        self.place = self.place + 0.1 * force
        self.mass *= 0.9

    def pushed(self, force):
        self.place += 0.2 * np.sin(force)
        return self

    def absorb(self, other):
        self.parts.append(other.place)
        other.place = self.parts[0]
        return other

    def energy(self):
        return self.mass * (self.place * self.place).sum() + sum(np.sin(part).sum() for part in self.parts[:5])


def arguments():
    params = {"w": [np.array([0.4, -0.3, 0.8]), np.array([0.15, 0.6, -0.5])],
              "heads": {"a": np.array([0.2, 0.7, -0.6]), "b": np.array([-0.1, 0.3, 0.5])},
              "b": [0.65, -0.35]}
    return 0.7, np.array([0.5, -0.2, 0.9]), params


def same(box):
    return box


def swapped_ends(box):
    box[0], box[-1] = box[-1], box[0]
    return box


def put_first(box, item):
    box[0] = item


def renewed(box):
    box = list(box)
    box.append(box[0])
    return box


def kept(store, key, item):
    store[key] = item
    return store


def moved(one, two):
    if len(one) > 1:
        two.append(one.pop())
    return two[-1]


def damped(v):
    v *= 0.5


def mixed(v, w):
    v[0] = w[1]
    w[2] *= 0.7
    return np.tanh(v + w)


def paired(a, b):
    return b, a


def last_of(items):
    found = items[0]
    for item in items[:4]:
        found = item
    return found


def checked(items, limit):
    if len(items) > limit:
        raise ValueError("too many")
    items.append(items[0])
    return items


def bodied(parts, place):
    return Body(place, 0.5, parts)


def labelled(a, b):
    return {"a": a, "b": b}


def listed(a, b):
    return [b, a]


TOOLS = {"same": same, "paired": paired}


'''

NUMBERS = ("math.sin({0})", "0.5 * {0} + 0.2", "{0} * {1}", "math.tanh({0} - {1})", "{2}[1]", "float({2}.sum()) * 0.3",
           "np.dot({2}, {3})", "{0} if {1} > 0.2 else {1}", "{0}", "{0}", "0.45")
ARRAYS = ("np.sin({2})", "{2} * {3}", "{0} * {2}", "np.tanh({2} - {3})", "{2}", "{2}", "{2}", "{2}[::-1]", "{2}.copy()",
          "mixed({2}, {3})", "np.where({2} > 0.1, {2}, {3})", "{2} + 0.25", "{2}[:]")
FIELDS: dict[str, Kind] = {"place": "array", "mass": "number", "parts": ("list", "array")}


@dataclass
class Writer:
    choose: Callable[[int], int]
    lines: list[str] = field(default_factory=list)
    names: dict[str, Kind] = field(default_factory=dict)
    count: int = 0
    depth: int = 0
    loops: int = 0

    def program(self) -> str:
        self.names = {"x": "number", "y": "array"}
        if self.choose(2):
            self.add("params = copy.deepcopy(params)")
        self.bind('params["w"]', ("list", "array"))
        self.bind('params["heads"]', ("dict", "array"))
        self.bind('params["b"]', ("list", "number"))
        for _ in range(4 + self.choose(9)):
            self.statement()
        terms = [f"{0.3 + 0.1 * n:.1f} * {self.measure(name, kind)}"
                 for n, (name, kind) in enumerate(sorted(self.names.items()))]
        self.add("return " + " + ".join(terms))
        return HEADER + "def f(x, y, params):\n" + "\n".join(self.lines) + "\n"

    def measure(self, text: str, kind: Kind, level: int = 0) -> str:
        """An expression that reads every number inside."""
        item = "each" if not level else f"each{level}"
        match kind:
            case "number":
                return f"math.sin({text})"
            case "array":
                return f"np.sin({text}).sum()"
            case "body":
                return f"{text}.energy()"
            case "list", inner:
                return f"sum({self.measure(item, inner, level + 1)} for {item} in {text}[:6])"
        return f"sum({self.measure(item, kind[1], level + 1)} for {item} in {text}.values())"

    def add(self, line: str) -> None:
        self.lines.append("    " * (self.depth + 1) + line)

    def pick(self, items: list[str]) -> str:
        return items[self.choose(len(items))]

    def fresh(self, letter: str = "n") -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def bind(self, text: str, kind: Kind) -> None:
        name = self.fresh()
        self.add(f"{name} = {text}")
        self.names[name] = kind

    # Values

    def any_kind(self) -> Kind:
        inner: list[Kind] = ["number", "array", "array", "body", ("list", "array"), ("dict", "array")]
        kinds: list[Kind] = ["number", "array", "array", "body"]
        kinds += [(outer, inner[self.choose(len(inner))]) for outer in ("list", "list", "list", "dict", "dict")]
        return kinds[self.choose(len(kinds))]

    def places(self, wanted: Callable[[Kind], bool]) -> list[str]:
        """The paths from the names to values of the kinds that are wanted."""
        return [path for name, kind in sorted(self.names.items()) for path, found in self.paths(name, kind, 2)
                if wanted(found)]

    def paths(self, text: str, kind: Kind, deep: int) -> list[tuple[str, Kind]]:
        found = [(text, kind)]
        if not deep:
            return found
        if kind == "body":
            return found + [each for name, inner in FIELDS.items()
                            for each in self.paths(f"{text}.{name}", inner, deep - 1)]
        if isinstance(kind, tuple):
            for index in ("0", "-1") if kind[0] == "list" else ('"a"', '"b"'):
                found += self.paths(f"{text}[{index}]", kind[1], deep - 1)
        return found

    def container(self, outer: str) -> tuple[str, Kind]:
        """A path to a list or dict, and the kind of its items."""
        found = [(path, kind[1]) for name, whole in sorted(self.names.items())
                 for path, kind in self.paths(name, whole, 2) if isinstance(kind, tuple) and kind[0] == outer]
        return found[self.choose(len(found))]

    def of_kind(self, kind: Kind) -> list[str]:
        return self.places(lambda other: other == kind)

    def value(self, kind: Kind, deep: int = 2) -> str:
        known = self.of_kind(kind)
        if kind in ("number", "array"):
            texts = NUMBERS if kind == "number" else ARRAYS
            numbers, arrays = self.of_kind("number"), self.of_kind("array")
            return texts[self.choose(len(texts))].format(
                self.pick(numbers), self.pick(numbers), self.pick(arrays), self.pick(arrays))
        if known and (not deep or self.choose(3)):
            return self.seen(kind, self.pick(known), self.pick(known))
        return self.new(kind, max(deep - 1, 0))

    def new(self, kind: Kind, deep: int) -> str:
        if kind == "body":
            place, parts = self.value("array"), self.value(("list", "array"), deep)
            return self.pick([f"Body({place}, {self.value('number')}, {parts})", f"bodied({parts}, {place})"])
        one, two = self.value(kind[1], deep), self.value(kind[1], deep)
        if kind[0] == "dict":
            return self.pick([f'{{"a": {one}, "b": {two}}}', f"dict(a={one}, b={two})", f"labelled({one}, {two})"])
        walked = self.of_kind(kind)
        if walked and self.choose(2):
            self.names["each"] = kind[1]
            text = f"[{self.value(kind[1], 0)} for each in {self.pick(walked)}[:4]]"
            del self.names["each"]
            return text
        return self.pick([f"[{one}, {two}]", f"[{one}, {two}, {one}]", f"listed({one}, {two})"])

    def seen(self, kind: Kind, one: str, two: str) -> str:
        """Something of one or two values of this kind: the same, a copy, or what a helper gives back."""
        texts = [one, one, f"same({one})", f"copy.copy({one})", f"({one} if x > 0.3 else {two})",
                 f"paired({one}, {two})[0]", f'TOOLS["same"]({one})', f'TOOLS["paired"]({one}, {two})[1]']
        if kind == "body":
            texts += [f"{one}.pushed({self.pick(self.of_kind('array'))})", f"{one}.absorb({two})"]
        elif kind[0] == "list":
            texts += [f"{one}[:]", f"list({one})", f"({one} + {two})[:5]", f"{one}[::-1]", f"swapped_ends({one})",
                      f"renewed({one})[:5]", f"[*{one}[:3], {two}[-1]]", f"list(reversed({one}))"]
        else:
            texts += [f"dict({one})", f"{{**{one}}}", f"{{**{one}, 'b': {two}['a']}}", f"kept({one}, 'a', {two}['b'])",
                      f"({one} | {two})", f"{{k: v for k, v in {one}.items()}}"]
        containers = self.of_kind(("list", kind))
        if containers:
            texts += [f"last_of({self.pick(containers)})"] * 3
        return self.pick(texts)

    # Statements

    def statement(self) -> None:
        kinds = [self.made, self.made, self.made, self.rebind, self.put, self.put, self.put, self.in_place,
                 self.in_place, self.reorder, self.reorder, self.dict_method, self.method, self.procedure,
                 self.procedure]
        if self.depth < 2:
            kinds += [self.loop, self.loop, self.loop, self.branch, self.attempt]
        if self.loops:
            kinds.append(self.leave)
        kinds[self.choose(len(kinds))]()

    def made(self) -> None:
        kind = self.any_kind()
        self.bind(self.value(kind), kind)

    def rebind(self) -> None:
        name = self.pick(sorted(self.names))
        self.add(f"{name} = {self.value(self.names[name])}")

    def put(self) -> None:
        """A write of a part of a container or object."""
        roots = [(path, kind) for name, whole in sorted(self.names.items()) if whole not in ("number", "array")
                 for path, kind in self.paths(name, whole, 2) if path != name]
        path, kind = roots[self.choose(len(roots))]
        if kind == "number" and self.choose(2):
            self.add(f"{path} {self.pick(['+=', '*='])} {self.value('number')}")
        else:
            self.add(f"{path} = {self.value(kind)}")

    def in_place(self) -> None:
        """A write into an array that any container may hold."""
        array = self.pick(self.of_kind("array"))
        self.add(self.pick([
            f"{array} += 0.5 * np.sin({self.pick(self.of_kind('array'))})", f"{array} *= 0.8",
            f"{array}[{self.choose(3)}] = {self.value('number')}", f"{array}[1:] *= {self.value('number')}",
            f"{array}[...] = {self.value('array')}", f"damped({array})",
            f"np.tanh({array}, out={array})"]))

    def reorder(self) -> None:
        name, kind = self.container("list")
        item, other = self.value(kind), self.value(kind)
        growing = [f"{name}.append({item})", f"{name}.insert(0, {item})", f"{name} += [{item}]",
                   f"{name}.extend([{item}, {other}])"]
        steady = [f"{name}[0] = {item}", f"{name}[-1] = {item}", f"{name}.reverse()", f"{name}[:1] = [{item}]",
                  f"{name}[0], {name}[-1] = {name}[-1], {name}[0]", f"swapped_ends({name})",
                  f"put_first({name}, {item})", f"{name}.append({name}.pop(0))", f"{name}[:] = {name}[::-1]",
                  f"{name}[1:] = [{item}]"]
        self.add(self.pick(steady if self.loops and self.choose(2) else steady + growing))

    def dict_method(self) -> None:
        name, kind = self.container("dict")
        item = self.value(kind)
        texts = [f'{name}["c"] = {item}', f'{name}.setdefault("c", {item})', f"{name}.update(a={item})",
                 f'kept({name}, "b", {item})', f'{name}.pop("c", None)', f'{name}["b"] = {name}["a"]',
                 f'{name}["a"], {name}["b"] = paired({name}["a"], {name}["b"])', f'{name} |= {{"b": {item}}}']
        self.add(self.pick(texts))

    def method(self) -> None:
        bodies = self.of_kind("body")
        if not bodies:
            return self.bind(self.new("body", 1), "body")
        one, two = self.pick(bodies), self.pick(bodies)
        array = self.pick(self.of_kind("array"))
        return self.add(self.pick([f"{one}.step({array})", f"{one}.pushed({array})", f"{one}.absorb({two})",
                                   f"{one}.parts, {two}.parts = {two}.parts, {one}.parts"]))

    def procedure(self) -> None:
        """A call of a helper that moves parts from one container to another."""
        kind = self.any_kind()
        lists = self.of_kind(("list", kind))
        if not lists:
            return self.bind(self.value(("list", kind)), ("list", kind))
        one, two = self.pick(lists), self.pick(lists)
        match self.choose(4):
            case 0:
                return self.bind(f"moved({one}, {two})", kind)
            case 1:
                first, second = self.fresh(), self.fresh()
                self.add(f"{first}, {second} = paired({one}, {two})")
                self.names[first] = self.names[second] = ("list", kind)
            case 2:
                self.add(f"put_first({one}, {two}[-1])")
            case _:
                self.add(f"checked({one}, 40)")
        return None

    # Blocks

    def loop(self) -> None:
        outer = self.pick(["list", "dict"])
        (name, kind), item = self.container(outer), self.fresh("e")
        bound: dict[str, Kind] = {item: kind}
        if self.choose(3) == 0:
            bound = {}
            self.add(f"for {item} in range(2):")
        elif outer == "dict":
            self.add(self.pick([f"for k, {item} in {name}.items():", f"for {item} in list({name}.values()):"]))
        else:
            self.add(self.pick([f"for {item} in {name}[:3]:", f"for i, {item} in enumerate({name}[:2]):",
                                f"for {item}, _ in zip({name}, range(3)):", f"for {item} in reversed({name}[:3]):"]))
        self.loops += 1
        self.block(bound)
        self.loops -= 1

    def branch(self) -> None:
        self.add(f"if {self.pick(self.of_kind('number'))} > {self.pick(['0.1', '0.4', '-0.2'])}:")
        self.block({})
        if self.choose(2):
            self.add("else:")
            self.block({})

    def attempt(self) -> None:
        self.add("try:")
        self.block({}, 2)
        lists = self.of_kind(("list", "array"))
        self.lines.append("    " * (self.depth + 2) + f"checked({self.pick(lists)}, {self.choose(4)})")
        self.add("except ValueError:")
        self.block({}, 2)

    def leave(self) -> None:
        self.add(f"if {self.pick(self.of_kind('number'))} > {self.pick(['0.3', '0.6', '-0.2'])}:")
        self.lines.append("    " * (self.depth + 2) + self.pick(["break", "continue"]))

    def block(self, bound: dict[str, Kind], most: int = 3) -> None:
        """Names bound in a block end with it: the other arm may not have them."""
        before = dict(self.names)
        self.names.update(bound)
        self.depth += 1
        for _ in range(1 + self.choose(most)):
            self.statement()
        self.depth -= 1
        self.names = before


def program(choose: Callable[[int], int]) -> str:
    """The text of a module with `f` and `arguments()`."""
    return Writer(choose).program()

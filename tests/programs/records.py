"""Classes with slots, and dataclasses with factories, InitVar, fields that are set later, frozen ones."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import InitVar, dataclass, field

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.3, 2.1])


class Pair:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a = a
        self.b = b

    def value(self):
        return self.a * self.b


class Triple(Pair):
    __slots__ = ("c",)

    def __init__(self, a, b, c):
        super().__init__(a, b)
        self.c = c

    def value(self):
        return super().value() * self.c


def slots(x):
    pair = Pair(x[0], x[1])
    pair.a = pair.a * 2
    return pair.value() + Triple(x[0], x[1], x[2]).value()


@dataclass(slots=True)
class Sums:
    scale: float
    parts: list = field(default_factory=list)

    def add(self, v):
        self.parts.append(v * self.scale)


def slots_of_a_dataclass(x):
    sums = Sums(x[0])
    for v in x:
        sums.add(v)
    return sum(sums.parts)


@dataclass
class State:
    n: int = 3
    last: deque = field(default_factory=lambda: deque(maxlen=2))
    totals: dict = field(default_factory=lambda: {"t": 0.0})
    w: np.ndarray = field(default_factory=lambda: np.ones(3))
    z: float = field(default=0.0, init=False)


def factories(x):
    state, other = State(), State()
    for v in x:
        state.last.append(v)
        state.totals["t"] += v * v
        state.w[0] *= v
    state.z = state.z + state.w[0]
    return sum(state.last) * state.totals["t"] + np.sum(state.w) ** 2 + state.z + np.sum(other.w) * x[0]


@dataclass
class Scaled:
    a: float
    k: InitVar[float] = 2.0
    b: float = field(init=False)

    def __post_init__(self, k):
        self.b = self.a * k


def init_only(x):
    return Scaled(x[0]).b * Scaled(x[1], 3.0).b


@dataclass(frozen=True)
class Frozen:
    a: float
    b: float

    def __post_init__(self):
        object.__setattr__(self, "c", self.a * self.b)


def frozen_with_a_cache(x):
    return Frozen(x[0], x[1]).c ** 2


@dataclass(order=True)
class Keyed:
    k: float
    v: float = field(compare=False, default=1.0)


def ordered_by_a_key(x):
    items = [Keyed(x[1], x[0]), Keyed(x[0], x[2])]
    items.sort()
    return items[0].v * 2 + max(items).v * 3


@dataclass
class Base:
    a: float


@dataclass
class Derived(Base):
    b: float = 1.0
    more: dict = field(default_factory=dict)


def inherited_fields(x):
    d = Derived(x[0], b=x[1])
    d.more["u"] = x[2]
    return d.a * d.b * d.more["u"]


@dataclass
class Groups:
    by_kind: dict = field(default_factory=lambda: defaultdict(list))


def groups_in_a_field(x):
    groups = Groups()
    for i, v in enumerate(x):
        groups.by_kind[i % 2].append(v)
    return sum(sum(group) ** 2 for group in groups.by_kind.values())


def named_attributes(x):
    pair = Pair(x[0], x[1])
    setattr(pair, "b", getattr(pair, "a") * x[2])  # noqa: B009, B010
    return pair.value()


PROGRAMS = [
    Case(slots, (X,)),
    Case(slots_of_a_dataclass, (X,)),
    Case(factories, (X,)),
    Case(init_only, (X,)),
    Case(frozen_with_a_cache, (X,)),
    Case(ordered_by_a_key, (X,)),
    Case(inherited_fields, (X,)),
    Case(groups_in_a_field, (X,)),
    Case(named_attributes, (X,)),
]

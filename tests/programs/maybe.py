"""What is an array or a container at one time, and None, a number or a text at another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.3, 2.1])


def if_far(v, x):
    return v if x[0] > 0 else None


def item_of_three(v, x):
    return [v, 3, None][0 if x[1] > 0 else 2]


def list_among_others(x):
    parts = [x * 2, x * 3]
    return item_of_three(parts, x)[0].sum() + parts[1][0]


def settings_by_name(x):
    settings = {"params": {"W": x}, "name": "n", "lr": 0.1}
    key = "par" + "ams"
    return (settings[key]["W"] ** 2).sum()


def state_in_a_loop(x):
    state = {"m": [x * 2, x], "t": 0}
    return sum((v[0] * v[1]).sum() if isinstance(v, list) else v for v in state.values())


def written_by_its_other_name(x):
    y = x * 2
    maybe = if_far(y, x)
    y *= x
    return (maybe * x).sum()


def chosen_in_a_branch(x):
    y, kept = x * 2, None
    if x[0] > 0:
        kept = y
    y *= x
    y -= 0.5 * kept
    return (kept * x).sum()


def best_of_a_loop(x):
    y, best = x * 1.0, None
    for i in range(3):
        if i == 1:
            best = y
        y[i] = x[i] ** 2
    return (best * x).sum()


def filled_later(x):
    y = np.zeros(3)
    maybe = if_far(y, x)
    for i in range(3):
        y[i] = x[i] ** 2
    return (maybe * x).sum()


def view_or_nothing(x):
    y = x * 2
    maybe = if_far(y[1:], x)
    y *= 3
    return (maybe * x[:2]).sum()


def in_a_dict(x):
    d = {"u": x * 2}
    d["u"][1:] *= x[0]
    return (if_far(d, x)["u"] ** 2).sum()


def list_whose_item_is_replaced(x):
    values, maybe = [x * 2], None
    if x[0] > 0:
        maybe = values
    values[0] = values[0] * x
    return (maybe[0] * x).sum()


def seen_by_an_object(x):
    history, y = History(), x * 2
    history.see(y)
    y *= x
    return (history.last * x).sum()


def dicts_of_lists(x):
    layers = [{"w": [x * i, x]} for i in (1, 2)]
    return sum((layer["w"][0] ** 2 * layer["w"][1]).sum() for layer in layers)


def dicts_of_an_array_and_a_list(x):
    layers = []
    for i in (1, 2):
        layers.append({"W": x * i, "b": [x], "name": "l"})
    h = x
    for layer in layers:
        h = np.tanh(h * layer["W"] + layer["b"][0])
    return h.sum()


class Two:
    def __init__(self, a, b):
        self.a = a
        self.b = b


def tuples_of_objects_in_dicts(x):
    values, total = [{"a": x, "b": (Two(x, x * 2), Two(x, x))} for i in (1.0, 2.0)], 0.0
    for each in values:
        total += np.sum(each["b"][0].b * each["a"])
    return total


def the_same(o):
    return o


def first_of(o):
    return o.a


def beside_itself_in_a_loop(x):
    two = Two(x * 0.7, x * 0.5)
    for _ in range(2):
        pair = Two(if_far(the_same(two), x), two)
    return first_of(two).sum() * pair.b.b.sum() + x.sum()


def turned_around(x):
    y = x * 0.5
    turned = if_far(y, x)[::-1]
    y -= x * x
    return (turned * x).sum()


def written_in_a_dict_and_taken_out(x):
    d = {"u": x * 0.7, "v": np.sin(x)}
    d["v"] -= d["u"]
    d["v"][1:] *= x[0]
    return d["v"].sum() + (d["v"] * if_far(d, x)["v"] * x).sum()


class History:
    def __init__(self):
        self.last = None

    def see(self, y):
        self.last = y


def list_read_in_one_round(x):
    settings = {"params": [x, x * 2], "name": "n", "lr": 0.1}
    for key in ("params", "lr"):
        value = settings[key]
        if key == "params":
            total = (value[0] * value[1]).sum()
    return total


class Seen(History):
    def get(self):
        return self.last


def given_back_by_an_object(x):
    history, y = Seen(), x * 2
    history.see(y)
    y *= x
    return (history.get() * x).sum()


class Watched(Seen):
    def both(self):
        return self.last, self.last * 2

    def tail(self):
        return self.last[1:]

    def copied(self):
        return self.last * 1.0 if self.last is not None else None


def read_inside_a_method(x):
    history, y = Watched(), x * 2
    history.see(y)
    y *= x
    one, other = history.both()
    return (one * other * x).sum()


def view_given_back_by_an_object(x):
    history, y = Watched(), x * 2
    history.see(y)
    y *= x
    tail = history.tail()
    return (tail * tail).sum() + tail[0] * history.get()[1]


def copied_between_writes(x):
    history, y = Watched(), x * 2
    history.see(y)
    y *= x
    copied = history.copied()
    y *= x
    return (copied * y).sum()


def asked_before_and_after(x):
    history, y = Seen(), x * 2
    history.see(y)
    before = history.get()
    y *= x
    return (before * history.get() * x).sum()


def seen_in_each_round(x):
    history, y, s = Seen(), x * 2.0, 0.0
    for _ in range(3):
        history.see(y)
        y *= x
        s += (history.get() * x).sum()
    return s


def seen_in_one_round(x):
    history, y, s = Seen(), x * 2.0, 0.0
    for i in range(3):
        if i == 1:
            history.see(y)
        y *= x
        if history.get() is not None:
            s += (history.get() * x).sum()
    return s


def last_of_a_list(items):
    return items[-1]


def given_back_out_of_a_list(x):
    items, y = [None, None], x * 1.0
    for _ in range(2):
        items.append(y)
        y *= x
    return (last_of_a_list(items) * x).sum()


def given_back_out_of_a_captured_dict(x):
    held, y = {"last": None}, x * 2.0

    def see(value):
        held["last"] = value

    def get():
        return held["last"]

    see(y)
    y *= x
    return (get() * x).sum()


class Net(NamedTuple):
    W: object
    layers: list
    name: str = "net"


def named_tuple_without_its_default(x):
    net = Net(x, [x * 2, x * 3])
    return sum((layer**2 * net.W).sum() for layer in net.layers)


@dataclass
class Block:
    W: object
    parts: list = field(default_factory=list)
    scale: float = 2.0


def dataclass_without_a_later_default(x):
    block = Block(x, [x * 2])
    return (block.parts[0] * block.W).sum() * block.scale


def picked(one, other, key):
    return {"one": one, "other": other}[key]


def dict_picked_by_a_helper(x):
    layer = {"u": x * 2}
    mine = picked(layer, [x], "one" if x[0] < 9 else "other")
    return (mine["u"] * layer["u"]).sum()


def list_in_a_list_picked_by_a_helper(x):
    parts = [[x * 2]]
    mine = item_of_three(parts, x)
    return (mine[0][0] * parts[0][0]).sum()


FUNCTIONS = (
    read_inside_a_method, view_given_back_by_an_object, copied_between_writes, asked_before_and_after,
    seen_in_each_round, seen_in_one_round, given_back_out_of_a_list, given_back_out_of_a_captured_dict,
    dict_picked_by_a_helper, list_in_a_list_picked_by_a_helper,
    dicts_of_lists, dicts_of_an_array_and_a_list, tuples_of_objects_in_dicts, named_tuple_without_its_default,
    dataclass_without_a_later_default, beside_itself_in_a_loop, turned_around, written_in_a_dict_and_taken_out,
    list_read_in_one_round, given_back_by_an_object,
    list_among_others, settings_by_name, state_in_a_loop, written_by_its_other_name, chosen_in_a_branch, best_of_a_loop,
    filled_later, view_or_nothing, in_a_dict, list_whose_item_is_replaced, seen_by_an_object)
PROGRAMS = [Case(function, (X,)) for function in FUNCTIONS]
TWICE = [Case(function, (X,)) for function in (dict_picked_by_a_helper, list_in_a_list_picked_by_a_helper)]

"""Lists and dicts in lists and dicts, many made by helpers, whose parts are put elsewhere afterwards."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, 1.2, 0.9])


def second_of(one, other):
    return other


def multiplied(a, b):
    return second_of(a, [u * v for u, v in zip(a, b, strict=True)])


def squared(layers):
    return {"w": multiplied(layers["w"], layers["w"])}


def numbers_by_two_helpers(x):
    layers = {"w": [x[0] * 1.0, x[1]]}
    for _ in range(2):
        layers = squared(layers)
    return layers["w"][0] * layers["w"][1]


def history_of_what_is_made(x):
    layers, history = {"w": [x * 1.0, x * 2]}, []
    for _ in range(2):
        layers = squared(layers)
        history.append(layers)
    return np.sum(layers["w"][0]) + np.sum(history[0]["w"][1]) * history[1]["w"][0][0]


def residual_layers(x):
    layers = {"w": [x * 1.0, x * 2]}
    for _ in range(2):
        new = squared(layers)
        for i in range(2):
            new["w"][i] = new["w"][i] + layers["w"][i]
        layers = new
    return np.sum(layers["w"][0]) + np.sum(layers["w"][1])


def two_of(layers):
    return squared(layers), squared(layers)


def one_of_two_is_changed(x):
    layers = {"w": [x * 1.0, x * 2]}
    for _ in range(2):
        layers, other = two_of(layers)
        layers["w"][0] = layers["w"][0] * other["w"][1]
    return np.sum(layers["w"][0]) + np.sum(layers["w"][1])


class Stack:
    def __init__(self, arrays):
        self.arrays = arrays

    def step(self):
        return Stack(multiplied(self.arrays, self.arrays))


def objects_by_two_helpers(x):
    stack = Stack([x * 1.0, x * 2.0])
    for _ in range(2):
        stack = stack.step()
    return np.sum(stack.arrays[0] * stack.arrays[1])


def table_of(x, n):
    table = {}
    for i in range(n):
        table[f"k{i}"] = [x * (i + 1), x[0]]
    return table


def rows_of(x, n):
    rows = []
    for i in range(n):
        rows.append({"w": x * (i + 1), "b": [x[i]]})
    return rows


def put_where_it_was(x):
    table, total = table_of(x, 3), 0.0
    for key, value in table.items():
        total = total + np.sum(value[0]) * value[1]
        table[key] = value
    for value in table.values():
        total = total * 1.5 + np.sum(value[0])
    return total


def put_under_two_keys(x):
    table, total = table_of(x, 3), 0.0
    for key, value in list(table.items()):
        total = total + np.sum(value[0]) * value[1]
        table[key] = value
        table[key + "b"] = value
    for value in table.values():
        total = total * 1.5 + np.sum(value[0])
    return total


def popped_of_a_part(x):
    table = table_of(x, 3)
    table["k2"].pop()
    return np.sum(table["k2"][0]) * x[1]


def pushed(items, value):
    items.append(value)
    return value


def pushed_by_a_helper(x):
    table = table_of(x, 3)
    pushed(table["k0"], table["k1"][0] * x)
    return np.sum(table["k0"][2]) * 2.0


def array_where_a_number_was(x):
    rows = rows_of(x, 2)
    rows[1]["b"][0] = x * x[1]
    return np.sum(rows[0]["w"]) * x[1] + rows[0]["b"][0] * np.sum(rows[1]["b"][0])


def maybe(value, x):
    return value if x[0] > 0.0 else None


def array_where_a_number_was_in_a_loop(x):
    rows = rows_of(x, 2)
    first = maybe(rows[0], x)
    for _ in range(2):
        rows[0]["b"][0] = rows[1]["w"]
    return np.sum(rows[0]["b"][0]) * first["w"][0]


def sorted_and_written(x):
    tree, total = {k: {"w": x * 2, "l": [x[1]]} for k in "abc"}, 0.0
    for key, value in sorted(tree.items()):
        value["w"] = value["w"] * x
        tree[key] = value
        total = total + np.sum(value["w"])
    for key in tree:
        total = total * 1.5 + np.sum(tree[key]["w"]) * tree[key]["l"][0]
    return total


def of_two_kinds(x):
    tree, total = {"w": x * 2, "b": [x[0], x]}, 0.0
    for k in ("p", "q"):
        if x[0] > 5:
            tree[k] = [x[1], x * 3]
        else:
            tree[k] = x * 4
    for key, value in tree.items():
        total = total + (np.sum(value) if isinstance(value, np.ndarray) else np.sum(value[1]) * value[0])
        tree[key] = value
    for value in tree.values():
        total = total * 1.5 + (np.sum(value) if isinstance(value, np.ndarray) else np.sum(value[1]))
    return total


def number_in_place_of_a_dict(x):
    tree = {k: {"w": x * 2.0, "l": [x[1]]} for k in "abc"}
    tree["a"] = tree["b"]["l"][0]
    return np.sum(tree["b"]["w"]) * tree["a"]


def last_that_was_replaced(x):
    tree = {k: {"w": x * 2.0, "l": [x[1]]} for k in "abc"}
    for k, w in tree.items():
        tree[k] = x * x[1]
    return np.sum(w["l"][0]) * 2.0


def constants_of_a_configuration(x):
    config = {"optimiser": {"rates": [0.1, 0.2], "name": "sgd"}, "w": x * 2}
    w = config["w"]
    for i in range(2):
        w = w - config["optimiser"]["rates"][i] * w * w
    return w.sum()


def constants_in_lists(x):
    config = [[0.1, 0.2], x * 2, [[0.3]]]
    return (config[0][1] * config[1] * config[2][0][0]).sum()


# A helper binds its parameter anew


def split(a, depth):
    if depth == 0:
        return {"leaf": a.sum()}
    return {"l": split(a[:1], depth - 1), "r": split(a[1:], depth - 1)}


def rightmost(tree):
    while "leaf" not in tree:
        tree = tree["r"]
    return tree["leaf"]


def walked_down_a_tree(x):
    return rightmost(split(x, 2)) ** 2


def at_path(d, path):
    for k in path:
        d = d[k]
    return d


def walked_by_keys(x):
    return (at_path({"a": {"b": x * 2}}, "ab") ** 2).sum()


def walked_by_positions(x):
    return (at_path([[x * 2, x], [x * x, x]], (1, 0)) ** 2).sum()


def first_in(tree):
    while isinstance(tree, (list, tuple)):
        tree = tree[0]
    return tree


def first_of_lists(x):
    return (first_in([[x * 2, x], x]) ** 2).sum()


def layer(p, nested):
    if nested > 0:
        p = p["net"]
    return (p["W"] * p["b"]).sum()


def parameters_of_a_net(x):
    return layer({"net": {"W": x * 2, "b": x[0]}}, 1)


def total_of(a, listed):
    if listed:
        a = a[0]
    return (a * a).sum()


def listed_and_alone(x):
    return total_of([x * 2, x], 1) + total_of(x * x, 0)


def where_there_is_a_key(d, keys):
    for k in keys:
        if k in d:
            d = d[k]
    return d


def walked_where_there_is_a_key(x):
    return (where_there_is_a_key({"a": {"b": x * 2}}, "xab") ** 2).sum()


def weighted(w, x):
    if x[0] > 0:
        w = 2.0
    return (w * x * x).sum()


def array_bound_to_a_number(x):
    return weighted(x * 2, x) + weighted(x, -x)


def last_of(e, a):
    for _, e in enumerate(a):
        pass
    return e


def array_bound_by_a_loop(x):
    return last_of(x * 2, x * x)


def forgotten(d, is_used):
    s = (d["a"] ** 2).sum()
    if is_used:
        d = None
    return s if d is None else s * 2


def dict_bound_to_none(x):
    return forgotten({"a": x * x}, x[0] > 0)


# What an attribute or an item is bound to anew, here or in a method


class Holder:
    def __init__(self, items):
        self.items = items
        self.best = None

    def add(self, value):
        self.items += [value]

    def window(self, value):
        self.items = self.items + [value]
        if len(self.items) > 2:
            self.items = self.items[1:]
        return sum(self.items)

    def renew(self):
        self.items = [item for item in self.items]
        self.items.append(self.items[0])


def attribute_grown_in_a_loop(x):
    holder = Holder([])
    for v in x:
        holder.items += [v * v]
    return sum(holder.items) * holder.items[0]


def attribute_grown_by_a_method(x):
    holder = Holder([])
    for v in x:
        holder.add(v * v)
    return sum(holder.items) * holder.items[0]


def moving_window_of_an_object(x):
    holder, total = Holder([]), 0.0
    for v in x:
        total = total + holder.window(v * v) * v
    return total


def windowed(d, value):
    d["h"] = d["h"] + [value]
    if len(d["h"]) > 2:
        d["h"] = d["h"][1:]
    return sum(d["h"])


def moving_window_of_a_dict(x):
    d, total = {"h": []}, 0.0
    for v in x:
        total = total + windowed(d, v * v) * v
    return total


def window_moved_three_times(x):
    d = {"h": [x[1]]}
    total = windowed(d, x[0] * 2) * x[2]
    total = total + windowed(d, x[2] * 2) * x[1]
    return total + windowed(d, x[1] * 2) * x[0]


def moments_in_an_attribute(x):
    holder = Holder({"m": x * 1.0, "v": x * 2.0})
    for _ in range(3):
        m = holder.items["m"] * 0.9 + x
        holder.items = {"m": m, "v": holder.items["v"] * m}
    return np.sum(holder.items["v"])


def exchanged_and_grown(x):
    d = {"l": [x[0]], "k": [x[1]]}
    for v in x:
        d["l"], d["k"] = d["k"], d["l"]
        d["l"].append(v * d["k"][-1])
    return sum(d["l"]) * d["k"][0]


def renewed_and_grown(x):
    holder = Holder([x[0]])
    holder.renew()
    holder.items.append(x * 2.0)
    return np.sum(holder.items[2]) * x[1] + holder.items[1]


def scaled_before_it_is_renewed(x):
    holder = Holder([x[0]])
    scaled = [v * 1.5 for v in holder.items]
    holder.renew()
    holder.items.append(x * 2.0)
    return np.sum(holder.items[2]) * scaled[0]


def renewed_twice(x):
    holder = Holder([x])
    for _ in range(2):
        holder.renew()
    return np.sum(holder.items[2] * x)


def last_of_two_loops(x):
    table, rows, total = table_of(x, 3), rows_of(x * 2, 2), 0.0
    for row in rows:
        total = total + np.sum(row["b"][0]) * x[0]
    for k, row in table.items():
        total = total + np.sum(row[1])
        table[k] = row
    return total + np.sum(row[0]) * x[1] + rows[1]["b"][0]


def rows_of_a_part(x):
    table = table_of(x, 3)
    rows = rows_of(table["k2"][0], 2)
    for row in rows:
        first = np.sum(row["b"][0]) * x[0]
    for _, row in table.items():
        first = first + np.sum(row[1])
    return np.sum(row[0]) * x[1] + np.sum(rows[1]["b"][0]) * 2.0 + first


def entries_replaced_as_they_are_read(x):
    tree = {k: {"w": x * 2.0, "l": [x[1]]} for k in "abc"}
    for k, w in list(tree.items()):
        tree[k] = tree["c"]["l"][0] * x
    return np.sum(w["w"]) * x[1]


PROGRAMS = [Case(f, (X,)) for f in (
    numbers_by_two_helpers, history_of_what_is_made, residual_layers, one_of_two_is_changed, objects_by_two_helpers,
    put_where_it_was, put_under_two_keys, popped_of_a_part, pushed_by_a_helper, array_where_a_number_was,
    array_where_a_number_was_in_a_loop, sorted_and_written, of_two_kinds, number_in_place_of_a_dict,
    last_that_was_replaced, constants_of_a_configuration, constants_in_lists, walked_down_a_tree,
    walked_by_keys, walked_by_positions, first_of_lists, parameters_of_a_net, listed_and_alone,
    walked_where_there_is_a_key, array_bound_to_a_number, array_bound_by_a_loop, dict_bound_to_none,
    attribute_grown_in_a_loop, attribute_grown_by_a_method, moving_window_of_an_object, moving_window_of_a_dict,
    window_moved_three_times, moments_in_an_attribute, exchanged_and_grown, renewed_and_grown,
    scaled_before_it_is_renewed, renewed_twice, last_of_two_loops, rows_of_a_part, entries_replaced_as_they_are_read)]

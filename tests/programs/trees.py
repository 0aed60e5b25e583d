"""Nested parameters walked by functions that call themselves: tree_map, its leaves, optimisers over whole trees."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case, normal


def mapped(f, tree):
    if isinstance(tree, dict):
        return {key: mapped(f, value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [mapped(f, value) for value in tree]
    return f(tree)


def mapped_both(f, first, second):
    if isinstance(first, dict):
        return {key: mapped_both(f, first[key], second[key]) for key in first}
    if isinstance(first, (list, tuple)):
        return [mapped_both(f, a, b) for a, b in zip(first, second)]
    return f(first, second)


def leaves(tree):
    if isinstance(tree, dict):
        return [leaf for value in tree.values() for leaf in leaves(value)]
    if isinstance(tree, (list, tuple)):
        out = []
        for value in tree:
            out.extend(leaves(value))
        return out
    return [tree]


def reduced(f, tree):
    if isinstance(tree, dict):
        return sum(reduced(f, value) for value in tree.values())
    if isinstance(tree, (list, tuple)):
        return sum(reduced(f, value) for value in tree)
    return f(tree)


def made_here_and_mapped(x):
    tree = {"w": x * 2, "b": [x[0], x]}
    squares = mapped(lambda v: v * v, tree)
    return (squares["w"] * squares["b"][1]).sum() * squares["b"][0]


def given_and_mapped(params):
    activated = mapped(np.tanh, params)
    return (activated["w"] * activated["b"][1]).sum() * activated["b"][0]


def descended(params):
    rate = 0.1
    for _ in range(3):
        slopes = mapped(lambda v: 2 * np.sin(v), params)
        params = mapped_both(lambda w, g: w - rate * g, params, slopes)
    return (params["w"] * params["b"][1]).sum() * params["b"][0]


def adam_over_a_tree(params):
    mean, square = mapped(np.zeros_like, params), mapped(np.zeros_like, params)
    for _ in range(3):
        slopes = mapped(np.sin, params)
        mean = mapped_both(lambda m, g: 0.9 * m + 0.1 * g, mean, slopes)
        square = mapped_both(lambda v, g: 0.99 * v + 0.01 * g * g, square, slopes)
        step = mapped_both(lambda m, v: 0.1 * m / (np.sqrt(v) + 1e-3), mean, square)
        params = mapped_both(lambda w, s: w - s, params, step)
    return sum((layer["w"] ** 2).sum() + (layer["b"] ** 3).sum() for layer in params)


def every_leaf(params):
    return sum((leaf**2).sum() for leaf in leaves(params)) + reduced(lambda leaf: np.sum(leaf**3), params)


def mapped_by_an_inner_function(x):
    def scaled(f, tree):
        if isinstance(tree, dict):
            return {key: scaled(f, value) for key, value in tree.items()}
        elif isinstance(tree, list):
            return [scaled(f, value) for value in tree]
        elif isinstance(tree, tuple):
            return tuple(scaled(f, value) for value in tree)
        else:
            return f(tree)

    found = scaled(lambda v: v * x[0], {"a": x, "b": (x * 2, [x[1]])})
    return found["a"].sum() * found["b"][0].sum() * found["b"][1][0]


def grown_while_it_is_walked_over(x):
    tree = {"w": x * 2, "b": [x[0], x]}
    tree["c"] = x[1] * 3
    total = 0.0
    for key, value in tree.items():
        total = total + (value if key == "c" else np.sum(value[0]))
        tree[key] = value
    for value in tree.values():
        total = total * 1.5 + np.sum(value[1]) if isinstance(value, list) else total + np.sum(value)
    return total


def doubled(params):
    return {"w": params["w"] * 2, "b": [params["b"][0] * 2.0, params["b"][1]]}


def made_anew_by_a_helper(params):
    for _ in range(3):
        params = doubled(params)
    return (params["w"] * params["b"][1]).sum() * params["b"][0]


def layer(seed):
    return {"w": normal(seed, 2, 2), "b": normal(seed + 1, 2)}


def filled(table, x):
    table["u"] = x[0]
    table["v"] = [x[1]]


def filled_elsewhere_and_maybe_here(x):
    table = {}
    filled(table, x)
    if x[0] > 9:
        table["w"] = x[2]
    s = 0.0
    for _, v in table.items():
        s += v[0] if isinstance(v, list) else v * 2
    return s


def mapped_in_kind(f, tree):
    if isinstance(tree, dict):
        return {key: mapped_in_kind(f, value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(mapped_in_kind(f, value) for value in tree)
    return f(tree)


def total(tree):
    if isinstance(tree, dict):
        return sum(total(value) for value in tree.values())
    if isinstance(tree, (list, tuple)):
        return sum(map(total, tree))
    return np.sum(tree**2)


def mapped_to_its_own_kinds(params, s):
    made = mapped_in_kind(lambda v: v * s + 1.0, params)
    return total(made) + total(params) + made["l"][1][0] * s


PROGRAMS = [
    Case(mapped_to_its_own_kinds, ({"w": normal(19, 2), "l": [normal(20, 2), (0.3, normal(21, 1))]}, 1.3), (0, 1)),
    Case(filled_elsewhere_and_maybe_here, (normal(18, 3),)),
    Case(made_here_and_mapped, (normal(1, 3),)),
    Case(given_and_mapped, ({"w": normal(2, 3), "b": [1.5, normal(3, 3)]},)),
    Case(descended, ({"w": normal(4, 3), "b": [1.5, normal(5, 3)]},)),
    Case(made_anew_by_a_helper, ({"w": normal(16, 3), "b": [1.5, normal(17, 3)]},)),
    Case(adam_over_a_tree, ([layer(6), layer(8)],)),
    Case(every_leaf, ([layer(10), layer(12)],)),
    Case(mapped_by_an_inner_function, (normal(14, 3),)),
    Case(grown_while_it_is_walked_over, (normal(15, 3),)),
]

"""Dicts that have a key, or not: put there in a branch, by a helper, or while a copy of the dict is walked over."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case


def put_if_large(d, v):
    if v > 100:
        d["z"] = v


def put_unless_large(d, v):
    if v > 1.5:
        return d
    d["z"] = v
    return d


def made(v):
    d = {}
    d["a"] = v
    if v > 5:
        d["q"] = v * v
    return d


def made_of_several_kinds(v):
    d = {}
    d["a"] = v
    d["w"] = np.ones(2) * v
    return d


def in_a_branch(x, d):
    if x > 5:
        d["c"] = x
    return sum(d.values()) * d["a"]


def in_the_branch_taken(x, d):
    if x > 1:
        d["c"] = x * x
    return sum(v * x for v in d.values()) * d["a"] + len(d)


def by_a_helper(x, d):
    put_if_large(d, x)
    return sum(d.values()) * x


def after_an_early_return(x, d):
    d = put_unless_large(d, x)
    return sum(v * x for _, v in d.items())


def in_what_a_helper_makes(x, d):
    e = made(x)
    e["b"] = x
    t = 0.0
    for k in e:
        t += e[k] * d["a"]
    return t + sum(dict(e).values()) + sum({**e}.values()) + len(e)


def of_several_kinds(x, d):
    e = made_of_several_kinds(x * d["a"])
    return sum(np.sum(v) * x for v in e.values())


def read_before_and_after(x, d):
    t = sum(d.values())
    d["c"] = x * t
    return t * sum(d.values())


def in_a_dict_in_a_dict(x, d):
    h = {"in": d, "b": {"t": x}}
    if x > 7:
        h["in"]["e"] = x
    for k in h["in"]:
        h["b"][k] = h["in"][k] * x
    return sum(h["b"].values())


def in_either_arm(x, d):
    try:
        if x > 1:
            raise ValueError
        d["c"] = x
    except ValueError:
        d["e"] = x * x
    return sum(d.values()) * x + ("c" in d) + d.get("c", x)


def while_a_copy_is_walked_over(x, d):
    for k, e in tuple(d.items()):
        d[k + "2"] = e * x
    for e in list(d.values()):
        d["b"] = e * x + d["b"]
    for e in sorted(d.values()):
        d["a"] = e * d["a2"]
    return d["b"] * d["a"] * d["b2"]


def measured(x):
    return {"a": x, "b": x * x}


def with_total(table):
    table["total"] = sum(table.values())
    return table


def total_of_what_is_there(x, d):
    m = measured(x)
    m["total"] = sum(m.values())
    shares = {k: v / m["total"] for k, v in m.items()}
    m["share"] = shares["a"]
    m["count"] = len(m)
    return sum(m.values()) + d["a"]


def total_by_a_helper(x, d):
    return with_total(measured(x))["total"] * with_total(d)["total"] + with_total({"z": x})["total"]


def total_in_a_dict_in_a_dict(x, d):
    m = {"in": measured(x), "given": d}
    m["in"]["total"] = sum(m["in"].values())
    m["given"]["total"] = sum(m["given"].values())
    return m["in"]["total"] * d["total"]


FUNCTIONS = (total_of_what_is_there, total_by_a_helper, total_in_a_dict_in_a_dict,
             in_a_branch, in_the_branch_taken, by_a_helper, after_an_early_return, in_what_a_helper_makes,
             of_several_kinds, read_before_and_after, in_a_dict_in_a_dict, in_either_arm, while_a_copy_is_walked_over)
PROGRAMS = [Case(function, (2.0, {"a": 2.0, "b": 0.5}), (0, 1)) for function in FUNCTIONS]

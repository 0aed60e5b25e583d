"""Instances whose attributes are put into their dict: `self.__dict__.update(...)`, `vars(self)[...]`."""

from __future__ import annotations

from tests.programs.case import Case


class Bunch:
    def __init__(self, **given):
        self.__dict__.update(given)

    def merged(self, other):
        vars(self).update(other, scale=2.0)
        return self


class Named:
    def __init__(self, v):
        self.__dict__["v"] = v
        vars(self)["w"] = v * v
        self.__dict__["v"] *= 3.0

    def total(self):
        return self.__dict__["v"] + vars(self)["w"]


class Plain:
    rate = 1.0

    def __init__(self, v):
        self.v = v


def given_by_keywords(x):
    return Bunch(a=x, b=x * 2).a * 3.0


def merged_with_a_dict(x):
    bunch = Bunch(a=x, b=x * 2).merged({"a": x * x, "c": x})
    return bunch.a * bunch.scale + bunch.b * bunch.c


def put_by_name(x):
    named = Named(x)
    return named.total() * named.v + named.w


def written_through_its_dict(x):
    plain = Plain(x)
    plain.__dict__["v"] = x * x
    return plain.v


def hidden_behind_its_dict(x):
    plain = Plain(x)
    held = plain.__dict__
    held["rate"] = x * x
    return plain.rate * plain.v


PROGRAMS = [
    Case(given_by_keywords, (1.5,)),
    Case(merged_with_a_dict, (1.5,)),
    Case(put_by_name, (1.5,)),
    Case(written_through_its_dict, (1.5,)),
    Case(hidden_behind_its_dict, (1.5,)),
]

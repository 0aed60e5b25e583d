"""Cotangents that are added up in containers: in place only where nobody else has the array."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from adls.runtime.containers import accumulate, shadow_of
from adls.runtime.gradients import compiled
from adls.runtime.sums import item_of
from tests.differences import assert_gradient


@pytest.mark.parametrize("make", [lambda: shadow_of({"w": np.ones(2)}), lambda: {"w": None}])
def test_what_is_given_stays_as_it_is(make):
    container, given = make(), [np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([5.0, 6.0])]
    for value in given:
        accumulate(container, "w", value)
    assert container["w"].tolist() == [9.0, 12.0]
    assert [value.tolist() for value in given] == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def test_the_third_contribution_is_added_in_place():
    container = shadow_of([np.ones(2)])
    accumulate(container, 0, np.ones(2))
    accumulate(container, 0, np.ones(2))
    own = container[0]
    accumulate(container, 0, np.ones(2))
    assert container[0] is own
    assert own.tolist() == [3.0, 3.0]


def test_what_was_taken_out_is_not_added_to():
    container = shadow_of([np.ones(2)])
    accumulate(container, 0, np.ones(2))
    accumulate(container, 0, np.ones(2))
    taken = container[0]
    container[0] = None
    for _ in range(3):
        accumulate(container, 0, np.ones(2))
    assert taken.tolist() == [2.0, 2.0]
    assert container[0].tolist() == [3.0, 3.0]


def test_a_contribution_that_has_to_be_broadcast():
    container = shadow_of({"w": np.ones(2)})
    for value in (np.ones(1), np.ones(1), np.ones(2), np.ones(1)):
        accumulate(container, "w", value)
    assert container["w"].tolist() == [4.0, 4.0]


def test_an_item_that_is_added_to_in_parts():
    container, first = shadow_of({"w": np.ones(2)}), np.array([1.0, 2.0])
    accumulate(container, "w", first)
    item_of(container, "w", (2,))[0] += 5.0
    item_of(container, "w", (2,))[1] += 7.0
    accumulate(container, "w", first)
    assert container["w"].tolist() == [7.0, 11.0]
    assert first.tolist() == [1.0, 2.0]


def params():
    return {"table": np.arange(6.0).reshape(3, 2) / 7.0, "w": np.array([0.3, -0.4]), "v": np.array([0.5, 0.2])}


def rows_in_a_loop(p):
    total = 0.0
    for i in (0, 2, 2):
        row = p["table"][np.array([i, 0])]
        total += np.sum(np.sin(row @ p["w"]) * p["v"])
    return total


def rows_and_the_table(p):
    total = 0.0
    for i in range(3):
        table = p["table"]
        total += np.sum(table[i] * p["w"]) + np.sum(table * table) + np.sum(p["table"][i:] ** 2)
    return total


def one_cotangent_for_two_items(p):
    total = 0.0
    for i in range(4):
        total += np.sum((p["w"] + p["v"]) * i * p["w"])
    return total


def items_of_a_list(p):
    parts = [p["w"], p["v"]]
    total = 0.0
    for i in range(5):
        total += np.sum(parts[i % 2] * parts[0]) + parts[1][0] ** 2
    return total


@pytest.mark.parametrize("f", [rows_in_a_loop, rows_and_the_table, one_cotangent_for_two_items, items_of_a_list])
def test_gradients(f):
    assert_gradient(f, params())
    _, back = adls.pullback(f, params())
    one, two = back(1.0)[0], back(1.0)[0]
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_a_table_is_looked_up_without_a_table_of_zeros():
    back = compiled(rows_in_a_loop, params()).text.split("__back")[-1]
    assert "runtime.item_of" in back
    assert "np.zeros" not in back

"""What varies in a form that has no cotangent: what is read out of it is refused, what is printed or counted is not."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from adls.engine.source.diagnostics import DifferentiationError
from tests.differences import assert_gradient

X = np.array([0.3, 1.2, -0.7, 0.55])


class Stopped(Exception):
    def __init__(self, value):
        super().__init__("stopped")
        self.value = value


def stop(x):
    raise Stopped(x * 2.0)


def value_of(error):
    return error.value * 2.0


def raised_here(x):
    try:
        raise ValueError(x[0])
    except ValueError as error:
        return error.args[0] ** 2


def raised_by_a_callee(x):
    try:
        stop(x[0])
    except Stopped as error:
        return error.value ** 2


def value_of_a_stop(x):
    try:
        raise StopIteration(x[0])
    except StopIteration as error:
        return error.value ** 2


def kept_for_later(x):
    found = None
    try:
        stop(x[0])
    except Stopped as error:
        found = error
    return found.value ** 2


def handed_to_a_function(x):
    try:
        stop(x[0])
    except Stopped as error:
        return value_of(error)


def text_of_an_exception(x):
    try:
        stop(x[0])
    except Stopped as error:
        return float(str(error.value))


def text(x):
    return float(str(x[0])) * x[1]


def formatted(x):
    return float(f"{x[0]:.8f}") * x[1]


def formatted_by_percent(x):
    return float("%.8f" % x[0]) * x[1]  # noqa: UP031


def shown(value):
    return f"{value:.8f}"


def text_of_a_function(x):
    return float(shown(x[0]))


def list_of_texts(x):
    texts = []
    for v in x:
        texts.append(str(v))
    return sum(float(each) for each in texts)


def set_of_numbers(x):
    return sum(set(x))


def largest_of_a_set(x):
    return max(set(x.tolist())) ** 2


def keys_of_items(x):
    d = {v: i for i, v in enumerate(x)}
    return sum(k for k, i in d.items())


def keys(x):
    d = {}
    d[x[0]] = 1
    d[x[1]] = 2
    return sum(d)


def keys_that_are_texts(x):
    d = {}
    d[str(x[0])] = 1.0
    return sum(float(k) for k in d)


def raw_memory(x):
    return np.asarray(x.data).sum()


@pytest.mark.parametrize("f", [
    raised_here, raised_by_a_callee, value_of_a_stop, kept_for_later, handed_to_a_function, text_of_an_exception, text,
    formatted, formatted_by_percent, text_of_a_function, list_of_texts, set_of_numbers, largest_of_a_set, keys_of_items,
    keys, keys_that_are_texts, raw_memory], ids=lambda f: f.__name__)
def test_a_number_is_not_read_out_of_it(f):
    with pytest.raises(DifferentiationError, match=r"test_disguised\.py:\d+:\d+"):
        adls.grad(f)(X.copy())


LINES: list[str] = []


def printed(x):
    LINES.append(f"{x[0]:.3f}" + str(x))
    return np.sum(x * x)


def counted(x):
    return x[0] * len({round(float(v), 2) for v in x}) * len(set(x.tolist()))


def found_again(x):
    seen, total = set(x[:1].tolist()), 0.0
    for v in x:
        total += 2.0 * v * v if v in seen else v
    return total


def message(x):
    try:
        return np.linalg.inv(np.zeros((2, 2)))[0, 0] * x[0]
    except np.linalg.LinAlgError as error:
        reason = error.args[0]
        return x[0] * (2.0 if "ingular" in reason else 3.0)


def handled(x):
    total = 0.0
    for v in x:
        try:
            total += v * (1 // int(v > 0))
        except ZeroDivisionError as error:
            LINES.append(str(error))
            total += v * v
    return total


def named_by_numbers(x):
    d = {f"k{i}": v for i, v in enumerate(x)}
    return sum(v * int(k[1:]) for k, v in d.items()) * d["k1"]


def options(x):
    settings = {"x": x, "mode": "wrap"}
    return np.sum(np.pad(settings["x"], 1, settings["mode"]) ** 2)


@pytest.mark.parametrize("f", [printed, counted, found_again, message, handled, named_by_numbers, options],
                         ids=lambda f: f.__name__)
def test_what_reads_no_number_out_of_it(f):
    assert_gradient(f, X.copy())


W = np.ones(4, np.longdouble)


def weighted(x):
    return (x * W).sum()


def test_long_doubles_vary():
    np.testing.assert_array_equal(adls.grad(weighted)(X), np.ones(4))
    found = adls.grad(lambda x: np.sum(x * x))(X.astype(np.longdouble))
    assert found.dtype == np.longdouble
    np.testing.assert_allclose(found, 2 * X)
    assert adls.grad(lambda x: x * x)(np.longdouble(3.0)) == 6.0


def open_mesh(x):
    a, b, c = np.ix_(x, x[:2], x * x)
    return np.sum(a * b * c) + np.sum(np.nextafter(x, np.inf) * x)


def test_an_open_mesh_of_numbers_and_neighbours():
    assert_gradient(open_mesh, X.copy())


TYPE = [("a", float), ("b", float)]


def field_of_a_record(x):
    rows = np.zeros(4, dtype=TYPE)
    rows["a"] = x
    return rows["a"].sum()


def field_updated(x):
    rows = np.zeros(4, dtype=TYPE)
    rows["a"] += x
    return rows["a"].sum()


def by_globals(x):
    return globals()["W"][0] * x[0]


@pytest.mark.parametrize("f", [field_of_a_record, field_updated, by_globals], ids=lambda f: f.__name__)
def test_fields_and_globals_by_name_are_refused(f):
    with pytest.raises(DifferentiationError, match=r"test_disguised\.py:\d+:\d+"):
        adls.grad(f)(X.copy())


def misspelt(x):
    return np.no_such_function(x)


def test_what_a_module_lacks_raises_what_the_call_raises():
    with pytest.raises(AttributeError, match="no_such_function"):
        adls.grad(misspelt)(X.copy())

"""May-alias: which variables share a class, and which classes are written."""

from __future__ import annotations

import numpy as np
import pytest

import adls
from adls.engine.passes.alias import Memory


def memory_of(f, *args) -> Memory:
    found = adls.compiled(f, *args)
    return found.adjoints.facts(found.key).memory


def written(memory: Memory, names: str) -> str:
    return " ".join(name for name in names.split() if memory.is_written(name))


def one_class(memory: Memory, *names: str) -> bool:
    return len({memory.class_of(name) for name in names}) == 1


X = np.arange(1.0, 7.0).reshape(2, 3)


def bump(v):
    v += 1.0


def same(v):
    return v


def views(x):
    y = x * 1.0
    row = y[0]
    turned = y.T
    flat = y.reshape(-1)
    renamed = flat
    fresh = y[[0, 1]]
    row += 1.0
    return np.sum(y) + np.sum(turned) + np.sum(renamed) + np.sum(fresh)


def test_views_and_names_share_a_class_and_copies_do_not():
    memory = memory_of(views, X.copy())
    assert one_class(memory, "y", "row", "turned", "flat", "renamed")
    assert not one_class(memory, "y", "fresh")
    assert not one_class(memory, "y", "x")


def test_a_write_through_a_view_writes_the_class():
    assert written(memory_of(views, X.copy()), "x y row turned flat renamed fresh") == "y row turned flat renamed"


def calls(x):
    y = x * 1.0
    z = x * 2.0
    bump(y)
    w = same(z)
    return np.sum(y) + np.sum(w)


def test_what_a_callee_writes_is_written_here():
    assert written(memory_of(calls, X.copy()), "x y z w") == "y"


def test_what_a_callee_gives_back_is_its_argument():
    memory = memory_of(calls, X.copy())
    assert one_class(memory, "z", "w")
    assert not one_class(memory, "y", "z")


def contained(x):
    y = x * 1.0
    items = [y]
    items.append(x * 2.0)
    first = items[0]
    first += 1.0
    return np.sum(y)


def test_what_a_container_holds_has_a_class_of_its_own():
    memory = memory_of(contained, X.copy())
    assert one_class(memory, "y", "first")
    assert memory.class_of(memory.content_of("items")) == memory.class_of("y")
    assert memory.class_of("items") != memory.class_of("y")


def test_a_container_that_grows_is_written():
    assert "items" in written(memory_of(contained, X.copy()), "items")


def numbers(x):
    a = float(x[0, 0])
    b = a
    b += 1.0
    return a * b


def test_adding_to_a_number_writes_nothing():
    assert written(memory_of(numbers, X.copy()), "x a b") == ""


@pytest.mark.parametrize("operation", ["x[0] = 1.0", "x += 1.0", "x *= 2.0", "x[0, 1] += 3.0", "bump(x)", "bump(x[0])",
                                       "x.fill(1.0)", "x.sort()", "np.copyto(x, 2.0)"])
def test_every_way_to_write_an_argument(operation, tmp_path):
    text = f"import numpy as np\n\n\ndef bump(v):\n    v += 1.0\n\n\ndef f(x):\n    {operation}\n    return np.sum(x)\n"
    path = tmp_path / "written.py"
    path.write_text(text)
    namespace = {"__name__": "written", "__file__": str(path)}
    exec(compile(text, str(path), "exec"), namespace)
    try:
        memory = memory_of(namespace["f"], X.copy())
    except adls.DifferentiationError:
        return
    assert memory.is_written("x")

"""Temporaries are printed in their reader exactly where that changes nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType
from unittest.mock import patch

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adls.engine.backend.emit import emit
from adls.engine.backend.fold import Folding
from adls.engine.ir.ops import Const, If, Let, Return, Statement, Var
from adls.engine.ir.types import Array, Type
from tests.engine.backend.programs import at, function, let, unit


def body_of(*statements: Statement, types: Mapping[str, Type] = MappingProxyType({})) -> list[str]:
    made = function("a b f g x i", *statements, types=types)
    text = emit([unit(made)], check=True).text
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    return [line.partition("  # ")[0] for line in lines if not line.startswith("#")]


def call(target: str, callee: str, *args: object, line: int = 1) -> Let:
    return let(target, "call", callee, *args, line=line, data=())


def test_operands_in_order_fold() -> None:
    assert body_of(call("t1", "f", "a"), call("t2", "g", "b"), let("y", "operator.add", "t1", "t2")) == [
        "y = f(a) + g(b)"]


def test_operands_out_of_order_do_not() -> None:
    assert body_of(call("t1", "f", "a"), call("t2", "g", "b"), let("y", "operator.add", "t2", "t1")) == [
        "t1 = f(a)", "y = g(b) + t1"]


def test_nothing_moves_past_a_statement() -> None:
    assert body_of(call("t1", "f", "a"), let("", "setitem", "x", "i", 0), Return(Var("t1"), at(1))) == [
        "t1 = f(a)", "x[i] = 0", "return t1"]


def test_what_is_read_twice_keeps_its_name() -> None:
    assert body_of(call("t1", "f", "a"), let("y", "operator.mul", "t1", "t1")) == ["t1 = f(a)", "y = t1 * t1"]


ARRAYS = {name: Array("f64", None) for name in ("t1", "t2", "y")}
ADDED, PRODUCT = let("t1", "operator.add", "a", "b"), let("t2", "operator.mul", "a", "b")


def test_an_array_that_is_read_again_is_bound_in_its_first_reader() -> None:
    """NumPy computes the quotient in the memory of the sum, which has no name."""
    made = body_of(ADDED, PRODUCT, let("y", "operator.truediv", "t1", "t2"), call("", "f", "t2"), types=ARRAYS)
    assert made == ["y = (a + b) / (t2 := a * b)", "f(t2)"]


def test_it_is_not_where_that_lets_nothing_in() -> None:
    alone = body_of(PRODUCT, let("y", "operator.truediv", "x", "t2"), call("", "f", "t2"), types=ARRAYS)
    assert alone == ["t2 = a * b", "y = x / t2", "f(t2)"]
    twice = body_of(ADDED, PRODUCT, call("y", "f", "t1", "t2", "t2"), types=ARRAYS)
    assert twice == ["t1 = a + b", "t2 = a * b", "y = f(t1, t2, t2)"]


def test_lines_stay_apart() -> None:
    """A statement over several lines is charged at the line of each operation."""
    assert body_of(call("t1", "f", "a", line=2), call("y", "g", "t1", line=1)) == ["t1 = f(a)", "y = g(t1)"]


def test_an_item_is_set_after_its_value_is_computed() -> None:
    assert body_of(call("t1", "f"), call("t2", "g"), let("", "setitem", "x", "t2", "t1")) == ["x[g()] = f()"]
    assert body_of(call("t1", "f"), call("t2", "g"), let("", "setitem", "x", "t1", "t2")) == [
        "t1 = f()", "x[t1] = g()"]


def test_an_item_is_read_before_what_is_added_to_it() -> None:
    """`x[i] += f()` reads x[i] first, the operation of the IR last."""
    add = let("", "augitem", "x", "i", "t1", data="operator.iadd")
    assert body_of(call("t1", "f"), add) == ["t1 = f()", "x[i] += t1"]
    assert body_of(let("t1", "operator.mul", "a", "b"), add) == ["x[i] += a * b"]


def test_the_frontends_spelling_of_it_comes_back() -> None:
    assert body_of(
        let("t1", "getitem", "x", "i"),
        call("t2", "f"),
        let("t3", "operator.iadd", "t1", "t2"),
        let("", "setitem", "x", "i", "t3"),
    ) == ["x[i] += f()"]


def test_a_membership_test_evaluates_the_item_first() -> None:
    assert body_of(call("t1", "f"), call("t2", "g"), let("y", "operator.contains", "t2", "t1")) == ["y = f() in g()"]


def test_a_block_is_not_entered() -> None:
    assert body_of(call("t1", "f"), If(Var("a"), (Return(Var("t1"), at(1)),), (), at(1))) == [
        "t1 = f()", "if a:", "return t1"]


KINDS = ("call", "add", "tuple", "list*", "getitem", "setitem", "augitem", "assign", "dict")


@st.composite
def programs(draw: st.DrawFn) -> tuple[Statement, ...]:
    """Straight-line programs whose calls leave a trace, with temporaries that are read once or more, near or far."""
    statements: list[Statement] = []
    values: list[str] = ["a", "b"]
    for number in range(draw(st.integers(1, 14))):
        chosen = [draw(st.sampled_from(values[-5:])) for _ in range(draw(st.integers(0, 3)))]
        kind = draw(st.sampled_from(KINDS))
        statements += _statement(kind, number, [*chosen, *values, "a"][:3], draw(st.integers(1, 2)))
        values += [name.name for name in statements[-1].targets]  # type: ignore[union-attr]
    return (*statements, let("t98", "tuple", *values[-6:]), Return(Var("t98"), at(1)))


def _statement(kind: str, number: int, chosen: list[str], line: int) -> list[Statement]:
    target = f"t{number + 1}"
    match kind:
        case "call":
            return [let(target, "call", "f", Const(number), *chosen[:2], line=line, data=())]
        case "add":
            return [let(target, "operator.add", *chosen[:2], line=line)]
        case "getitem":
            return [let(target, "getitem", *chosen[:2], line=line)]
        case "setitem":
            return [let("", "setitem", *chosen[:3], line=line)]
        case "augitem":
            return [let("", "augitem", *chosen[:3], line=line, data="operator.iadd")]
        case "assign":
            return [let("a", "copy", chosen[0], line=line)]
        case "list*":
            return [let(target, "call", "f", Const(number), *chosen[:2], line=line, data=(2,))]
        case "dict":
            return [let(target, "dict", *chosen[:2], line=line)]
        case _:
            return [let(target, "tuple", *chosen, line=line)]


class Traced:
    """A value on which every operation leaves a trace, and whose results depend on all that happened before."""

    def __init__(self, trace: list[str], name: str) -> None:
        self.trace, self.name = trace, name

    def _did(self, what: str, *operands: object) -> Traced:
        names = [getattr(each, "name", repr(type(each))) for each in operands]
        self.trace.append(f"{what}({self.name}, {', '.join(names)})")
        return Traced(self.trace, f"v{len(self.trace)}")

    def __call__(self, *args: object) -> Traced:
        return self._did("call", *args)

    def __add__(self, other: object) -> Traced:
        return self._did("add", other)

    def __iadd__(self, other: object) -> Traced:
        return self._did("iadd", other)

    def __radd__(self, other: object) -> Traced:
        return self._did("radd", other)

    def __getitem__(self, index: object) -> Traced:
        return self._did("getitem", index)

    def __setitem__(self, index: object, value: object) -> None:
        self._did("setitem", index, value)

    def __iter__(self):  # type: ignore[no-untyped-def]
        self._did("iter")
        return iter(())


def _computed(statements: tuple[Statement, ...]) -> list[Var]:
    return [target for s in statements if isinstance(s, Let) for target in s.targets]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@settings(max_examples=300, deadline=None)
@given(programs(), st.booleans())
def test_folding_changes_no_evaluation(statements: tuple[Statement, ...], are_arrays: bool) -> None:
    # Python reads `a[b]` before the value of `a[b] += value`: the frontend makes an augitem where that cannot be seen.
    assume(not any(isinstance(s, Let) and s.op.prim == "augitem" and s.op.args[2] in _computed(statements)
                   for s in statements))
    types = {var.name: Array("f64", None) for var in _computed(statements)} if are_arrays else {}
    made = unit(function("a b f", *statements, types=types))
    folded = emit([made], check=True).text
    with patch("adls.engine.backend.emit.fold", lambda _: Folding({}, {}, set())):
        plain = emit([made], check=True).text
    assert _trace(folded) == _trace(plain), folded


def _trace(text: str) -> list[str]:
    trace: list[str] = []
    namespace: dict[str, object] = {}
    exec(text, namespace)
    try:
        result = namespace["f"](Traced(trace, "a"), Traced(trace, "b"), Traced(trace, "f"))  # type: ignore[operator]
        trace.append(str([getattr(each, "name", type(each).__name__) for each in result]))
    except (TypeError, LookupError) as error:  # Tuples and dicts don't add: then both must stop at the same point.
        trace.append(type(error).__name__)
    return trace


def test_traces_depend_on_order() -> None:
    """The property above can fail."""
    trace: list[str] = []
    a, b = Traced(trace, "a"), Traced(trace, "b")
    assert (a + b).name != (b + a).name
    assert random.Random(0).random() < 1

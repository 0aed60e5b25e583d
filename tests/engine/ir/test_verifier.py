"""What the verifier accepts and refuses."""

from __future__ import annotations

import pytest

from adls.engine.ir.ops import (
    Break,
    Const,
    Continue,
    Delete,
    For,
    Function,
    If,
    Let,
    Op,
    Return,
    Statement,
    Try,
    Var,
)
from adls.engine.ir.types import Float
from adls.engine.ir.verifier import InvalidIR, verify
from adls.engine.source.text import Span
from tests.engine.backend.programs import at, function, let, operand


def accepted(*body: Statement, role: str = "backward", **details: object) -> None:
    verify(function("x", *body, role=role, **details))


def refused(*body: Statement, because: str, role: str = "backward", **details: object) -> None:
    with pytest.raises(InvalidIR, match=because):
        accepted(*body, role=role, **details)


def ret(name: str) -> Return:
    return Return(Var(name), at(9))


def test_a_definition_must_be_able_to_reach_each_read() -> None:
    accepted(If(Var("x"), (let("y", "copy", 1),), (), at(1)), ret("y"))
    refused(If(Var("x"), (let("y", "copy", 1), ret("y")), (), at(1)), ret("y"), because=r"line 9.*definition of y")
    refused(let("z", "copy", "y"), let("y", "copy", 1), because="definition of y")
    refused(let("y", "copy", 1), Delete((Var("y"),), at(1)), ret("y"), because="definition of y")


def test_a_loop_brings_what_its_body_assigns() -> None:
    accepted(For(Var("i"), Var("x"), (If(Var("i"), (ret("y"),), (), at(1)), let("y", "copy", 1)), (), at(1)))
    accepted(For(Var("i"), Var("x"), (let("y", "copy", 1), Continue(at(1)), ret("y")), (), at(1)), ret("y"))
    accepted(For(Var("i"), Var("x"), (let("y", "copy", 1), Break(at(1))), (), at(1)), ret("y"))
    refused(For(Var("i"), Var("x"), (ret("y"),), (), at(1)), let("y", "copy", 1), because="definition of y")


def test_a_temporary_is_assigned_once_but_may_be_updated() -> None:
    refused(let("t1", "copy", "x"), let("t1", "copy", "x"), because="t1 is assigned 2 times")
    accepted(let("t1", "copy", "x"), let("t1", "operator.iadd", "t1", "x"), ret("t1"))


def test_a_temporary_lives_within_one_iteration() -> None:
    early = let("y", "copy", "t1"), let("t1", "copy", "i")
    refused(For(Var("i"), Var("x"), early, (), at(1)), because="definition of t1")
    accepted(For(Var("t1"), Var("x"), (let("y", "copy", "t1"), let("t2", "copy", "y")), (), at(1)), ret("t2"))


def test_an_exception_can_come_at_any_point_of_a_body() -> None:
    accepted(Try((let("y", "copy", 1), ret("x")), (), (), (let("z", "copy", "y"),), at(1)), ret("x"))


def test_a_user_may_read_too_early() -> None:
    """That is Python's error to raise, at run time."""
    accepted(ret("y"), let("y", "copy", 1), role="primal")
    refused(ret("y"), role="primal", because="nothing assigns y")
    refused(ret("t1"), let("t1", "copy", 1), role="primal", because="definition of t1")


@pytest.mark.parametrize(("statement", "because"), [
    (let("", "setitem", "x", 0, 1), None),
    (let("y", "setitem", "x", 0, 1), "no value to assign"),
    (let("", "setitem", "x", 0), "3 operands, not 2"),
    (let("", "unpack", "x"), "needs a target"),
    (let("a b", "unpack", "x", data=2), "no target has the index 2"),
    (let("y", "dict", "x"), "a key has no value"),
    (let("y", "attr", "x"), "data is no name"),
    (let("y", "call", "x", data=(1,)), "no positions"),
    (let("y", "closure", "x"), "captures"),
    (Break(at(1)), "outside of any loop"),
    (let("2y", "copy", "x"), "no identifier"),
    (let("y", "copy", "x", span=Span(3, 4, 2, 1)), "no range of a file"),
])  # fmt: skip
def test_statements(statement: Statement, because: str | None) -> None:
    if because is None:
        accepted(statement)
    else:
        refused(statement, because=because)


def test_temporaries_are_assigned_once() -> None:
    refused(let("t1", "copy", 1), let("t1", "copy", 2), because="t1 is assigned 2 times")
    accepted(let("y", "copy", 1), let("y", "copy", 2))


def test_a_typed_function_types_everything() -> None:
    refused(let("y", "copy", "x"), role="primal", because="y has no type", types={"x": Float()})


def test_parameters_have_names_of_their_own() -> None:
    with pytest.raises(InvalidIR, match="two parameters are called x"):
        verify(function("x x"))


def test_functions_inside_are_verified_too() -> None:
    from adls.engine.ir.ops import Code

    inner: Function = function("y", let("", "setitem", "y"), name="g")
    with pytest.raises(InvalidIR, match="primal g"):
        verify(function("", Let((Var("h"),), Op("closure", (), (), Code(inner, "", False)), at(1))))
    assert operand(1) == Const(1)

"""Splitting: what stays one variable, what becomes several."""

from __future__ import annotations

import re
import textwrap

import pytest

from adls.engine.frontend.live import LiveResolver, target_of
from adls.engine.ir.ops import Function
from adls.engine.ir.printer import show
from adls.engine.ir.verifier import verify
from adls.engine.passes.split import split
from adls.runtime.typeof import typeof
from tests.engine.passes.inferred import define


def lowered(source: str) -> Function:
    function = define(textwrap.dedent(source))
    return LiveResolver(function, typeof).function(target_of(function))


def body(function: Function) -> str:
    """The printed body without the margin and the function's head."""
    lines = [re.sub(r"\s+@\d+$", "", line)[2:] for line in show(function).splitlines()[1:]]
    return "\n".join(lines).strip()


def check(source: str, expected: str) -> None:
    function = split(lowered(source))
    verify(function)
    assert body(function) == textwrap.dedent(expected).strip()
    assert split(function) == function, "splitting again changes nothing"


def test_straight_line_code_has_a_variable_for_each_assignment() -> None:
    check("""
        def f(x):
            x = np.sin(x)
            x = x * x
            return x
    """, """
        x_2 = call @numpy.sin, x
        x_3 = operator.mul x_2, x_2
        return x_3
    """)


def test_arms_of_an_if_that_meet_stay_one_variable() -> None:
    check("""
        def f(x, c):
            y = x
            if c:
                y = 2.0
            z = y
            y = 3.0
            return y + z
    """, """
        y = copy x
        if c:
          y = copy 2.0
        z = copy y
        y_2 = copy 3.0
        t1 = operator.add y_2, z
        return t1
    """)


def test_an_assignment_that_both_arms_hide_is_apart() -> None:
    check("""
        def f(x, c):
            y = x + 1
            z = y
            if c:
                y = 1.0
            else:
                y = z
            return y
    """, """
        y = operator.add x, 1
        z = copy y
        if c:
          y_2 = copy 1.0
        else:
          y_2 = copy z
        return y_2
    """)


def test_what_a_loop_carries_is_one_variable_and_what_it_overwrites_is_another() -> None:
    check("""
        def f(x, n):
            a = x
            for i in range(n):
                b = a * 2
                a = b + 1
                b = a * 3
                x = b
            return a
    """, """
        a = copy x
        t1 = call @builtins.range, n
        for i in t1:
          b = operator.mul a, 2
          a = operator.add b, 1
          b_2 = operator.mul a, 3
          x_2 = copy b_2
        return a
    """)


def test_break_and_continue_carry_their_assignments_out_and_round() -> None:
    check("""
        def f(x, n):
            y = x
            for i in range(n):
                if i:
                    y = 1.0
                    break
                z = y
                y = 2.0
                if z:
                    y = 3.0
                    continue
                y = 4.0
            return y
    """, """
        y = copy x
        t1 = call @builtins.range, n
        for i in t1:
          if i:
            y = copy 1.0
            break
          z = copy y
          y_2 = copy 2.0
          if z:
            y = copy 3.0
            continue
          y = copy 4.0
        return y
    """)


def test_a_while_loop_tests_what_its_body_assigned() -> None:
    check("""
        def f(x):
            n = 3
            while n > 0:
                n = n - 1
                y = n
                y = y + x
            n = 5
            return n
    """, """
        n = copy 3
        while:
          t1 = operator.gt n, 0
        holds t1:
          n = operator.sub n, 1
          y = copy n
          y_2 = operator.add y, x
        n_2 = copy 5
        return n_2
    """)


def test_a_handler_sees_every_assignment_of_the_body() -> None:
    check("""
        def f(x):
            y = 1.0
            try:
                y = 2.0
                y = g(x)
                y = 3.0
            except ValueError:
                x = y
            return x
    """, """
        y = copy 1.0
        try:
          y = copy 2.0
          y = call @g, x
          y = copy 3.0
        except @builtins.ValueError:
          x = copy y
        return x
    """)


def test_assignments_before_a_try_are_apart_where_nothing_can_raise_between() -> None:
    check("""
        def f(x):
            y = 1.0
            x = y
            y = 2.0
            try:
                z = g(y)
            finally:
                y = 3.0
            return y
    """, """
        y = copy 1.0
        x_2 = copy y
        y_2 = copy 2.0
        try:
          z = call @g, y_2
        finally:
          y_3 = copy 3.0
        return y_3
    """)


def test_finally_runs_after_a_break() -> None:
    check("""
        def f(x, n):
            for i in range(n):
                y = 1.0
                try:
                    y = 2.0
                    break
                finally:
                    x = y
            return x
    """, """
        t1 = call @builtins.range, n
        for i in t1:
          y = copy 1.0
          try:
            y = copy 2.0
            break
          finally:
            x = copy y
        return x
    """)


def test_an_augmented_assignment_stays_with_its_variable() -> None:
    check("""
        def f(x):
            y = x
            y += 1.0
            z = y
            y = 2.0 * z
            y *= 3.0
            return y
    """, """
        y = copy x
        y = operator.iadd y, 1.0
        z = copy y
        y_2 = operator.mul 2.0, z
        y_2 = operator.imul y_2, 3.0
        return y_2
    """)


def test_new_names_collide_with_nothing() -> None:
    function = split(lowered("""
        def f(x, x_2):
            x = x + x_2
            x = x * x_3
            x = g(lambda y: y + x_5)
            return x
    """))
    verify(function)
    assert [line.split(" ")[0] for line in body(function).splitlines()[:4]] == ["x_4", "x_6", "t1", "x_7"]


def test_a_with_block_may_end_early() -> None:
    check("""
        def f(x):
            y = 1.0
            with g():
                y = 2.0
                y = 3.0
            return y
    """, """
        y = copy 1.0
        t1 = call @g
        with t1:
          y = copy 2.0
          y = copy 3.0
        return y
    """)


def test_deleting_ends_a_variable() -> None:
    check("""
        def f(x):
            y = x
            del y
            y = 2.0
            return y
    """, """
        y = copy x
        del y
        y_2 = copy 2.0
        return y_2
    """)


def test_a_closure_reads_the_variable_as_it_is_there() -> None:
    function = split(lowered("""
        def f(x):
            x = x * 2
            g = lambda y: x * y
            return g(x)
    """))
    assert "closure[lambda at 4] x_2" in body(function)


@pytest.mark.parametrize("depth", [1, 3])
def test_nested_loops(depth: int) -> None:
    lines = ["def f(x, n):", "    y = x"]
    for level in range(depth):
        lines.append("    " * (level + 1) + f"for i{level} in range(n):")
    inner = "    " * (depth + 1)
    lines += [inner + "y = y + 1", inner + "x = y", inner + "x = x * 2", "    return y"]
    function = split(lowered("\n".join(lines)))
    verify(function)
    assert "x_2 = copy y" in body(function)
    assert "x_3 = operator.mul x_2, 2" in body(function)

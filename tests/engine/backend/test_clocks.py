"""Time lands on exactly the line on which it passed; without its clocks the profiled tree is the shown one."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import pytest

from adls.engine.backend.clocks import with_clocks, without_clocks
from adls.engine.backend.emit import emit
from adls.engine.backend.load import load
from adls.profile.recording import Node
from adls.runtime.clocks import Clocks
from tests.engine.backend.programs import units
from tests.engine.backend.test_emit import SAMPLES


class Hand:
    """A clock that is moved by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def spend(self, seconds: float, value: object = None) -> object:
        self.now += seconds
        return value

    def fail(self, seconds: float) -> None:
        self.now += seconds
        raise ValueError(seconds)


def profiled(text: str, *args: object, calls: int = 1) -> tuple[tuple[Node, ...], Any, dict[str, tuple[int, ...]]]:
    """Run the last function of a text under a clock `c` that it is given first; nodes, result, lines by unit."""
    hand = Hand()
    clocks = Clocks(hand)
    made = _calling(units(textwrap.dedent(text)))
    listing = emit(made, {unit.key: (unit.name, unit.name) for unit in made}, check=True)
    tree = with_clocks(listing)
    assert ast.dump(without_clocks(tree)) == ast.dump(listing.tree)
    run = load(listing, clocks.bindings(listing), tree=tree)
    tree_of_calls = clocks.start()
    result: Any = None
    try:
        for _ in range(calls):
            result = run[listing.entries[-1].name](hand, *args)
    except ValueError as error:
        result = error
    clocks.end(tree_of_calls)
    return tree_of_calls.figures().nodes(), result, {entry.key: listing.lines(entry.key) for entry in listing.entries}


def _calling(made: list[Any]) -> list[Any]:
    """Make calls of the text's own functions calls of the emitted ones, as type inference does."""
    from dataclasses import replace

    from adls.engine.ir.ops import Global, Let, Op

    names = {unit.function.name: unit.name for unit in made}

    def changed(region: Any) -> Any:
        return tuple(_nested(each) for each in region)

    def _nested(statement: Any) -> Any:
        if isinstance(statement, Let):
            match statement.op:
                case Op("call", (Global(path), *rest)) if path in names:
                    return replace(statement, op=Op("apply", tuple(rest), data=path))
            return statement
        fields = [name for name in ("then", "orelse", "body", "test", "final") if hasattr(statement, name)]
        regions = {name: changed(getattr(statement, name)) for name in fields
                   if isinstance(getattr(statement, name), tuple)}
        return replace(statement, **regions)

    for index, unit in enumerate(made):
        made[index] = replace(unit, function=replace(unit.function, body=changed(unit.function.body)))
    return made


def times(nodes: tuple[Node, ...], lines: dict[str, tuple[int, ...]], name: str) -> dict[int, float]:
    """Seconds by line of the first node of a unit."""
    node = next(node for node in nodes if node.unit == name)
    return {line: ns / 1e9 for line, ns in zip(lines[name], node.ns, strict=True) if ns}


def hits(nodes: tuple[Node, ...], lines: dict[str, tuple[int, ...]], name: str) -> dict[int, int]:
    node = next(node for node in nodes if node.unit == name)
    return dict(zip(lines[name], node.hits, strict=True))


def check(text: str, wanted: dict[int, float], *args: object) -> Any:
    nodes, result, lines = profiled(text, *args)
    assert times(nodes, lines, "f") == wanted
    return result


def test_straight_lines_and_the_return() -> None:
    result = check("""\
        def f(c):
            a = c.spend(1.0, 5)
            b = c.spend(2.0, 6); b = c.spend(0.5, b)
            return c.spend(4.0, a + b)
    """, {2: 1.0, 3: 2.5, 4: 4.0})
    assert result == 11


def test_a_statement_over_several_lines_is_charged_where_each_part_stands() -> None:
    check("""\
        def f(c):
            return max(
                c.spend(1.0, 1),
                c.spend(2.0, 2),
            )
    """, {3: 1.0, 4: 2.0})


def test_branches_and_their_tests() -> None:
    text = """\
        def f(c, x):
            if c.spend(1.0, x > 0):
                c.spend(2.0)
            elif c.spend(4.0, x < -5):
                c.spend(8.0)
            else:
                c.spend(16.0)
            if c.spend(32.0, False):
                pass
    """
    check(text, {2: 1.0, 3: 2.0, 8: 32.0}, 1)
    check(text, {2: 1.0, 4: 4.0, 5: 8.0, 8: 32.0}, -9)
    check(text, {2: 1.0, 4: 4.0, 7: 16.0, 8: 32.0}, 0)


def test_a_for_loop_pays_for_its_iterator() -> None:
    class Slow:
        def __init__(self, hand: Hand) -> None:
            self.hand, self.left = hand, 3

        def __iter__(self) -> Slow:
            return self

        def __next__(self) -> int:
            self.hand.spend(1.0)
            self.left -= 1
            if self.left < 0:
                raise StopIteration
            return self.left

    check("""\
        def f(c, slow):
            for i in slow(c):
                c.spend(10.0)
                if i == 1:
                    continue
                c.spend(100.0)
            else:
                c.spend(1000.0)
            c.spend(0.5)
    """, {2: 4.0, 3: 30.0, 6: 200.0, 8: 1000.0, 9: 0.5}, Slow)


def test_a_while_loop_pays_for_its_test() -> None:
    check("""\
        def f(c):
            n = 3
            while c.spend(1.0, n > 0):
                n -= 1
                c.spend(10.0)
            c.spend(100.0)
    """, {3: 4.0, 5: 30.0, 6: 100.0})


def test_a_break_and_an_early_return() -> None:
    text = """\
        def f(c, early):
            for i in range(5):
                c.spend(1.0)
                if i == 2:
                    if early:
                        return c.spend(7.0, i)
                    break
            c.spend(100.0)
            return -1
    """
    assert check(text, {3: 3.0, 6: 7.0}, True) == 2
    assert check(text, {3: 3.0, 8: 100.0}, False) == -1


def test_an_exception_is_charged_to_the_line_that_raised() -> None:
    text = """\
        def f(c, caught):
            c.spend(1.0)
            try:
                c.spend(2.0)
                c.fail(4.0)
                c.spend(8.0)
            except caught:
                c.spend(16.0)
            finally:
                c.spend(32.0)
            return 1
    """
    assert check(text, {2: 1.0, 4: 2.0, 5: 4.0, 8: 16.0, 10: 32.0}, ValueError) == 1
    assert isinstance(check(text, {2: 1.0, 4: 2.0, 5: 4.0, 10: 32.0}, TypeError), ValueError)


def test_an_exception_passes_through_callers() -> None:
    nodes, _, lines = profiled("""\
        def g(c):
            c.spend(1.0)
            c.fail(2.0)
        def f(c):
            c.spend(4.0)
            g(c)
    """)
    assert times(nodes, lines, "f") == {5: 4.0, 6: 3.0}
    assert times(nodes, lines, "g") == {2: 1.0, 3: 2.0}


def test_a_call_is_charged_to_the_callers_line_and_has_a_node_of_its_own() -> None:
    nodes, _, lines = profiled("""\
        def g(c, n):
            c.spend(n)
        def f(c):
            g(c, 1.0)
            for i in range(3):
                g(c, 2.0)
            if g(c, 4.0):
                pass
            return g(c, 8.0)
    """)
    assert times(nodes, lines, "f") == {4: 1.0, 6: 6.0, 7: 4.0, 9: 8.0}
    assert [(node.unit, node.parent, node.parent_line, node.calls, sum(node.ns) // 10**9) for node in nodes] == [
        ("f", -1, 0, 1, 19), ("g", 0, 4, 1, 1), ("g", 0, 6, 3, 6), ("g", 0, 7, 1, 4), ("g", 0, 9, 1, 8)]


def test_recursion_has_a_node_for_each_depth() -> None:
    nodes, _, _ = profiled("""\
        def f(c, n):
            c.spend(1.0)
            if n:
                f(c, n - 1)
    """, 2)
    assert [(node.parent, node.parent_line, node.calls) for node in nodes] == [(-1, 0, 1), (0, 4, 1), (1, 4, 1)]
    assert [sum(node.ns) // 10**9 for node in nodes] == [3, 2, 1]


def test_hits_count_how_often_a_line_ran() -> None:
    nodes, _, lines = profiled("""\
        def f(c):
            for i in range(3):
                c.spend(1.0)
                if i:
                    c.spend(1.0)
            return 1
    """, calls=2)
    assert hits(nodes, lines, "f") == {2: 8, 3: 6, 4: 6, 5: 4, 6: 2}
    assert nodes[0].calls == 2


def test_a_context_pays_for_its_ends() -> None:
    class Context:
        def __init__(self, hand: Hand) -> None:
            self.hand = hand

        def __enter__(self) -> None:
            self.hand.spend(1.0)

        def __exit__(self, *_: object) -> None:
            self.hand.spend(2.0)

    check("""\
        def f(c, context):
            with context(c) as x:
                c.spend(10.0)
    """, {2: 3.0, 3: 10.0}, Context)


def test_a_tree_that_an_exception_left_is_closed() -> None:
    clocks = Clocks(Hand())
    outer = clocks.start()
    inner = clocks.start()
    clocks.end(inner)
    clocks.end(outer)
    assert inner.figures().nodes() == outer.figures().nodes() == ()


def test_an_interrupted_evaluation_keeps_what_was_measured() -> None:
    hand = Hand()
    clocks = Clocks(hand)
    listing = emit(units("def f(c):\n    c.spend(1.0)\n    c.stop()\n"))
    run = load(listing, clocks.bindings(listing), tree=with_clocks(listing))["f__fwd"]

    def stop() -> None:
        hand.now += 2.0
        raise KeyboardInterrupt

    hand.stop = stop  # type: ignore[attr-defined]
    tree = clocks.start()
    with pytest.raises(KeyboardInterrupt):
        run(hand)
    clocks.end(tree)
    (node,) = tree.figures().nodes()
    assert node.ns[:2] == (10**9, 2 * 10**9)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_without_clocks_every_sample_is_what_is_shown(sample: Any) -> None:
    kept = "\n".join(ast.unparse(node) for node in ast.parse(sample.read_text()).body
                     if isinstance(node, ast.FunctionDef)
                     and not any(isinstance(inner, ast.GeneratorExp) for inner in ast.walk(node)))
    listing = emit(units(kept), check=True)
    assert ast.dump(without_clocks(with_clocks(listing))) == ast.dump(ast.parse(listing.text))

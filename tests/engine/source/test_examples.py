"""Example calls in a file's text: where they are found, and where not."""

from __future__ import annotations

import ast
import sys
import textwrap

import pytest

from adls.engine.source.examples import outline


def found(text: str) -> list[tuple[str, str, object, int]]:
    text = textwrap.dedent(text)
    found = outline(text, ast.parse(text), "prog.py")
    return [(e.function, e.expression, e.argnums, e.line) for e in found.examples]


def test_above_a_function() -> None:
    assert found("# adls: f(1)\ndef f(x): ...\n") == [("f", "f(1)", 0, 1)]


def test_above_and_between_decorators_and_other_comments() -> None:
    text = """
    # adls: f(1)
    # another comment
    @decorator
    # adls: f(2)
    @decorator
    def f(x):
        # adls: f(3)
        ...
    """
    assert [expression for _, expression, _, _ in found(text)] == ["f(1)", "f(2)"]


def test_with_arguments_to_differentiate() -> None:
    text = """
    # adls[argnums=(0, 2)]: f(1, 2, {"a[b]:": [1]})
    # adls[argnums=1]: f(1, 2)
    # adls[argnums=[0, 1]]: f(1, 2)
    # adls[]: f(1)
    def f(x, y=0, z=0): ...
    """
    assert [argnums for _, _, argnums, _ in found(text)] == [(0, 2), 1, (0, 1), 0]


def test_in_classes_branches_and_try_blocks() -> None:
    text = """
    class Model:
        # adls: Model().f(1)
        def f(self, x): ...

    if True:
        # adls: g(1)
        def g(x): ...
    else:
        try: ...
        except ValueError:
            # adls: h(1)
            def h(x): ...
        finally:
            # adls: i(1)
            def i(x): ...

    match 3:
        case 3:
            # adls: j(1)
            def j(x): ...
    """
    assert [name for name, *_ in found(text)] == ["Model.f", "g", "h", "i", "j"]


def test_not_in_functions_strings_or_at_the_end_of_lines() -> None:
    text = '''
    text = """
    # adls: f(1)
    """
    def f(x):  # adls: f(1)
        # adls: g(1)
        def g(x): ...
    y = 1  # adls: h(1)
    def h(x): ...
    '''
    assert found(text) == []


def test_far_above_is_stray() -> None:
    text = "# adls: f(1)\n\ndef f(x): ...\n# adls: f(2)\n"
    assert outline(text, ast.parse(text), "prog.py").stray_lines == (1, 4)


def test_column_counts_bytes_up_to_the_expression() -> None:
    text = "class Ä:\n    # adls:   Ä.f(1)\n    def f(x): ...\n"
    (example,) = outline(text, ast.parse(text), "prog.py").examples
    assert text.splitlines()[1].encode()[example.column :] == "Ä.f(1)".encode()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_generic_functions() -> None:
    assert [name for name, *_ in found("# adls: f(1)\ndef f[T](x: T): ...\n")] == ["f"]

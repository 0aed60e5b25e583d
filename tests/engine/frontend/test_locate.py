"""The text must be the code: definitions are found by their code objects, and edited files are refused."""

from __future__ import annotations

import ast
import builtins
import doctest
import functools
import importlib.util
import itertools
import linecache
import os
import subprocess
import sys
import textwrap
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING

import pytest

from adls.engine.frontend.locate import Located, fingerprint, locate, register, registered
from adls.engine.ir.ops import Function
from adls.engine.source.examples import outline
from adls.engine.source.text import NOWHERE, Span
from adls.worker.calls import compile_call

if TYPE_CHECKING:
    from pathlib import Path

_numbers = itertools.count()


def module(tmp_path: Path, text: str | bytes) -> ModuleType:
    """A module that is written and imported."""
    path = tmp_path / f"model_{next(_numbers)}.py"
    path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
    spec = importlib.util.spec_from_file_location(path.stem, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def text_of(function: FunctionType | CodeType) -> str:
    """The text of a function's definition as it is found."""
    code = function if isinstance(function, CodeType) else function.__code__
    found = locate(code)
    assert isinstance(found, Located), found.render()
    node = found.node
    return found.source.slice(Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset))


def problem(function: FunctionType) -> str:
    found = locate(function.__code__)
    assert not isinstance(found, Located)
    return found.kind.code


def output(*arguments: str) -> str:
    """What a fresh Python prints."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.check_output([sys.executable, *arguments], env=environment, text=True)


def test_lambdas_on_one_line(tmp_path: Path) -> None:
    texts = ["lambda x: x * 2", "lambda x: x*2", "lambda x: x * 2", "lambda x: 1", "lambda x: 2", "lambda: (yes)",
             "lambda x: x if x else -x", "lambda é: é", "lambda x: lambda y: x + y", "lambda x, k=1: x"]
    made = module(tmp_path, f"yes = 1; fs = [{', '.join(texts)}]; last = lambda: yes\n")
    assert [text_of(function) for function in made.fs] == texts
    assert text_of(made.last) == "lambda: yes"
    assert text_of(made.fs[8](1)) == "lambda y: x + y"


def test_decorated_nested_and_private(tmp_path: Path) -> None:
    made = module(
        tmp_path,
        """
        import functools

        def deco(f):
            @functools.wraps(f)
            def wrapper(*args):
                return f(*args)
            return wrapper

        @deco
        @(lambda f: f)
        def decorated(x, k=lambda: 1):
            return x

        class A:
            def __private(self, x):
                return [self.__private(y) for y in x]

            class B:
                method = staticmethod(lambda x: x)
        """,
    )
    decorated = made.decorated.__wrapped__
    functions = {"wrapper": made.decorated, "decorated": decorated, "default": decorated.__defaults__[0],
                 "private": made.A._A__private, "lambda": made.A.B.method}
    found = {name: locate(function.__code__) for name, function in functions.items()}
    qualnames = {name: located.qualname for name, located in found.items()}
    assert qualnames == {"wrapper": "deco.<locals>.wrapper", "decorated": "decorated", "default": "<lambda>",
                         "private": "A.__private", "lambda": "A.B.<lambda>"}
    assert [getattr(node, "name", "") for node in found["wrapper"].enclosing] == ["deco"]
    assert [getattr(node, "name", "") for node in found["lambda"].enclosing] == ["A", "B"]


def test_line_ends_form_feeds_and_separators(tmp_path: Path) -> None:
    text = "x = '''\x0c\u2028'''\r\n\x0c\r\ndef f(größe):\r\n    é = '\u2028'; return größe\r\n"
    text += "f2 = lambda: 'é\u2028', 1"
    made = module(tmp_path, text.encode())
    assert text_of(made.f).endswith("return größe")
    assert text_of(made.f2[0]) == "lambda: 'é\u2028'"


def test_another_encoding(tmp_path: Path) -> None:
    made = module(tmp_path, "# coding: latin-1\nf = lambda: 'é', lambda: 'è'\n".encode("latin-1"))
    assert text_of(made.f[1]) == "lambda: 'è'"


def test_an_edited_file_is_refused_where_the_function_changed(tmp_path: Path) -> None:
    made = module(tmp_path, "def f(x):\n    return x * 2\n\ndef g(x):\n    return x * 3\n")
    assert text_of(made.g) == "def g(x):\n    return x * 3"
    path = tmp_path / f"{made.__name__}.py"
    for edited in ("return x * 4", "return  x * 3", "return x * 3.0", "\n    return x * 3"):
        path.write_text(f"def f(x):\n    return x * 2\n\ndef g(x):\n    {edited}\n")
        linecache.clearcache()
        assert problem(made.g) == "source-changed"
        assert text_of(made.f) == "def f(x):\n    return x * 2"
    path.write_text("def f(x:\n")
    linecache.clearcache()
    assert problem(made.f) == "syntax-error"
    path.unlink()
    linecache.clearcache()
    assert problem(made.f) == "source-missing"


def test_what_linecache_remembers_of_a_changed_file_does_not_count(tmp_path: Path) -> None:
    made = module(tmp_path, "def f(x):\n    return x * 2\n")
    linecache.getlines(made.__file__)
    (tmp_path / f"{made.__name__}.py").write_text("def f(x):\n    return x * 3\n")
    assert problem(made.f) == "source-changed"


def test_constants_that_are_equal_but_not_the_same(tmp_path: Path) -> None:
    made = module(tmp_path, "def f(x): return x + 0.0\n")
    for other in ("0", "-0.0", "False"):
        (tmp_path / f"{made.__name__}.py").write_text(f"def f(x): return x + {other}\n")
        linecache.clearcache()
        assert problem(made.f) == "source-changed"


def test_executed_text_is_found_in_linecache_or_nowhere() -> None:
    text = "def f(x):\n    return x\n"
    namespace: dict[str, FunctionType] = {}
    exec(compile(text, "<cell 7>", "exec"), namespace)
    assert problem(namespace["f"]) == "source-missing"
    linecache.cache["<cell 7>"] = (len(text), None, text.splitlines(True), "<cell 7>")
    assert text_of(namespace["f"]) == text.strip()
    linecache.cache["<cell 7>"] = (5, None, ["y = 3\n"], "<cell 7>")
    assert problem(namespace["f"]) == "source-missing"  # Another text of the same name, as that of `python -c`.


def test_a_doctest_s_function_is_found() -> None:
    example = ">>> def f(x):\n...     return x * 2\n>>> found(f)\n'def f(x):\\n    return x * 2'\n"
    test = doctest.DocTestParser().get_doctest(example, {"found": text_of}, "sample", "sample.txt", 0)
    result = doctest.DocTestRunner().run(test)
    assert result.failed == 0


def test_functions_whose_asserts_pytest_rewrites() -> None:
    def checked(x: float) -> float:
        assert x > 0, "positive"
        return x

    assert text_of(checked).startswith("def checked")


def test_a_loader_s_text_goes_before_what_is_not_on_disk(tmp_path: Path) -> None:
    class Unsaved:
        def get_source(self, name: str) -> str:
            return "def f(x): return x * 2\n"

    path = tmp_path / "dirty.py"
    path.write_text("def f(x): return x\n")
    namespace = {"__file__": str(path), "__name__": "dirty", "__loader__": Unsaved()}
    exec(compile(Unsaved().get_source("dirty"), str(path), "exec"), namespace)
    assert problem(namespace["f"]) == "source-changed"
    found = locate(namespace["f"].__code__, namespace)
    assert isinstance(found, Located)
    assert found.source.text == "def f(x): return x * 2\n"


def test_code_without_columns_is_found_by_its_lines(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent("""
        from adls.engine.frontend.locate import locate
        fs = [lambda x: x + 1, lambda x: x + 2]
        print([locate(f.__code__).node.col_offset for f in fs])
    """))
    assert output("-X", "no_debug_ranges", str(program)) == "[6, 23]\n"


def test_generated_code_is_found_in_the_registry() -> None:
    code = compile("lambda x: x", "model.py", "eval").co_consts[0]
    function = Function("f__back", "f", "model.py", "", NOWHERE, (), (), ())
    assert registered(code) is None
    register(code, function)
    assert registered(code) is function


def test_a_large_file_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    functions = [f"def f{i}(x):\n    y = x * {i}\n    z = y + 1\n    return z\n\n" for i in range(400)]
    made = module(tmp_path, "".join(functions))
    text_of(made.f0)
    monkeypatch.setattr(builtins, "compile", None)
    texts = [text_of(getattr(made, f"f{i}")) for i in range(400)]
    monkeypatch.undo()
    assert texts == [each.rstrip() for each in functions]


def test_the_file_s_name_does_not_matter() -> None:
    first, second = (compile("def f(): return 1.0", name, "exec").co_consts[0] for name in ("a.py", "b.py"))
    assert fingerprint(first) == fingerprint(second)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="older consoles keep no text")
def test_python_c_keeps_its_text() -> None:
    program = ["from adls.engine.frontend import locate", "f = lambda x: x", "print(locate(f.__code__).node)"]
    assert output("-c", "\n".join(program)).startswith("<ast.Lambda")


def test_a_partial_s_function_is_found_too() -> None:
    assert text_of(functools.partial(text_of).func).startswith("def text_of")


def test_lambdas_of_example_calls_stand_in_comments(tmp_path: Path) -> None:
    """Each is compiled at its place in the comment, and found there."""
    example = "# adls: f(lambda x: x, [lambda y: (lambda z: z)(y)], lambda x: x)"
    text = f"class M:\n    # \u2202\n    {example}\n    def f(self): pass\n"
    path = tmp_path / "example.py"
    path.write_text(text)
    (example,) = outline(text, ast.parse(text), str(path)).examples
    call = compile_call(example)
    lambdas = [code for code in nested(call.code) if code.co_name == "<lambda>"]
    found = [locate(code) for code in lambdas]
    assert all(isinstance(each, Located) for each in found)
    texts = [text.split("\n")[2][each.node.col_offset : each.node.end_col_offset] for each in found
             if isinstance(each, Located)]
    assert sorted(texts) == ["lambda x: x", "lambda x: x", "lambda y: (lambda z: z)(y)", "lambda z: z"]
    path.write_text(text.replace("x: x", "x: 2 * x"))
    changed = locate(lambdas[0])
    assert not isinstance(changed, Located)
    assert changed.kind.code == "source-changed"


def nested(code: CodeType) -> list[CodeType]:
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return [code, *(found for each in inner for found in nested(each))]

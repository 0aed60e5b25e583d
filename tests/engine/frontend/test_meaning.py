"""What is lowered means what was written: spelt out one operation a line, it does the same in the same order."""

from __future__ import annotations

import ast
import inspect
import operator
from pathlib import Path

import pytest

from adls.engine.frontend.lower import lower
from adls.engine.ir.verifier import verify
from adls.engine.source.text import read_source
from tests.engine.frontend.spelling import spelt
from tests.engine.frontend.test_lower import Names

SOURCE = read_source(Path(__file__).with_name("programs.py"))
PROGRAMS = [node for node in ast.parse(SOURCE.text).body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda node: node.name)
def test_the_ir_does_what_the_source_does(program: ast.FunctionDef) -> None:
    function, problems = lower(program, SOURCE, program.name, Names())
    assert function is not None, [problem.render() for problem in problems]
    verify(function)
    assert outcome(spelt(function), program.name) == outcome(ast.unparse(program), program.name), spelt(function)


def outcome(text: str, name: str) -> tuple[object, list[object]]:
    """What a program returns or raises, and what it logs on the way."""
    logged: list[object] = []

    def log(value: object) -> object:
        logged.append(value)
        return value

    namespace: dict = {"log": log, "operator": operator}
    exec(text, namespace)
    try:
        result = namespace[name]([1, 2.5, -3], {"a": 2, "b": [4, 5]}, 3)
    except Exception as error:
        return (type(error), str(error)), logged
    return called(result), logged


def called(result: object) -> object:
    """A result whose functions are called, so that results can be compared."""
    if isinstance(result, tuple):
        return [value(1) if inspect.isfunction(value) else value for value in result]
    return result

"""cProfile shows the user's function in both passes, under the user's file and lines."""

from __future__ import annotations

import cProfile
import pstats

import adls
from tests.tools import program


def profiled() -> dict[str, list[tuple[str, int, int]]]:
    """For each function's name: its file, its line, and how often it was called."""
    w, x = program.arguments()
    adls.grad(program.loss)(w, x)
    profile = cProfile.Profile()
    profile.enable()
    adls.grad(program.loss)(w, x)
    profile.disable()
    found: dict[str, list[tuple[str, int, int]]] = {}
    for (file, line, name), (calls, *_) in pstats.Stats(profile).stats.items():
        found.setdefault(name, []).append((file, line, calls))
    return found


def line_of(function) -> int:
    return function.__code__.co_firstlineno


def test_both_passes_of_the_function_stand_under_the_users_file():
    found = profiled()
    assert found["loss"] == [(program.__file__, line_of(program.loss), 1)]
    assert found["loss__back"] == [(program.__file__, line_of(program.loss), 1)]


def test_both_passes_of_the_helper_are_counted_for_each_call():
    found = profiled()
    assert found["layer"] == [(program.__file__, line_of(program.layer), 3)]
    assert found["layer__back"] == [(program.__file__, line_of(program.layer), 3)]


def test_no_generated_file_shows():
    files = {file for entries in profiled().values() for file, _, _ in entries}
    assert not [file for file in files if file.startswith("<") and file not in ("<string>", "~")]

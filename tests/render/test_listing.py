"""The listing in a terminal, as a person reads it."""

from __future__ import annotations

import io
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from adls.profile.processors import profile_of
from adls.render.figures import duration, percent, size
from adls.render.listing import render_listing
from adls.render.sources import differentiated, function_end, read_sources, short_names, split_lines
from adls.render.terminal import ESCAPE, Terminal, columns, fit, terminal_of, visible
from tests.profile.recordings import EVERY, LOSS, evaluation, node, recording
from tests.render.digits import PROGRAM, SOURCES, digits

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """\
gradient of loss  with respect to params (argument 0)
forward 733 µs, backward 1.27 ms, 418 kB kept in between
median of 5 evaluations, bytes of the one that kept most; the figures of a line count what it calls

  forward   backward       kept   digits.py
                                   7  def predict(params, images):
   112 ns                          8      x = images
   428 ns     816 ns               9      for hidden in params["hidden"]:
   574 µs    1.03 ms     393 kB   10          x = np.tanh(dense(x, hidden["W"], hidden["b"]))
   133 ns     204 ns              11      output = params["output"]
   141 µs     194 µs    22.5 kB   12      return log_softmax(dense(x, output["W"], output["b"]))
                                   ⋯
                                  15  # adls: loss(init(0), *batch())
                                  16  def loss(params, images, labels):
                                  17      ""\"Mean cross entropy of the predicted digits.""\"
   716 µs    1.23 ms     416 kB   18      log_probabilities = predict(params, images)
  6.22 µs    31.8 µs    2.05 kB   19      picked = log_probabilities[np.arange(len(labels)), labels]
  8.41 µs    2.35 µs              20      return -np.mean(picked)

  forward   backward       kept   layers.py
                                   4  def dense(x, W, b):
   422 µs     983 µs               5      return x @ W + b
                                   ⋯
                                   8  def log_softmax(z):
  11.4 µs    9.49 µs               9      shifted = z - z.max(axis=1, keepdims=True)
  40.2 µs    19.2 µs    20.5 kB   10      total = np.sum(np.exp(shifted), axis=1, keepdims=True)
  16.4 µs    5.00 µs    2.05 kB   11      return shifted - np.log(total)

────────── ────────── ──────────
   733 µs    1.27 ms     418 kB   one gradient  of it 4.50 µs on no line

  forward   backward       kept   costliest lines  without what they call
   214 µs     204 µs     393 kB   digits.py:10  x = np.tanh(dense(x, hidden["W"], hidden["b"]))
                                  └ x: f64[256, 128] × 2  tanh's formula `d * (1 - x * x)` reads its result
   422 µs     983 µs              layers.py:5   return x @ W + b
                       borrowed   └ W: f64[64, 10]; W: f64[64, 128] × 2; x: f64[256, 64] × 2
                                    `d @ W.T` and `x.T @ d` read both factors of `@`
"""


def listing(terminal: Terminal) -> str:
    return render_listing(profile_of(digits()), SOURCES, terminal)


def test_the_whole_listing() -> None:
    assert listing(Terminal(width=120)).startswith(WHOLE)


def test_colours_add_nothing_but_colour() -> None:
    plain = listing(Terminal(width=120))
    for terminal in (Terminal(120, 256), Terminal(120, 2**24), Terminal(120, 256, light=True)):
        assert "\x1b[" in listing(terminal)
        assert ESCAPE.sub("", listing(terminal)) == plain


def test_hot_lines_are_shaded_and_cold_ones_dim() -> None:
    terminal = Terminal(120, 2**24)
    assert terminal.heat(" 1 ", "forward", 1.0) == "\x1b[48;2;52;120;214;38;5;231m 1 \x1b[0m"
    assert terminal.heat(" 1 ", "forward", 0.001) == "\x1b[2m 1 \x1b[0m"
    assert terminal.heat(" 1 ", "bytes", 0.5) != terminal.heat(" 1 ", "bytes", 0.6)


@pytest.mark.parametrize("width", [75, 80, 100])
def test_no_line_of_source_is_wider_than_the_terminal(width: int) -> None:
    lines = listing(Terminal(width)).split("\n")[4:]
    assert max(columns(line) for line in lines) <= width


def test_functions_that_did_not_run_are_left_out() -> None:
    assert "accuracy" not in listing(Terminal())


def test_an_ascii_terminal_gets_ascii() -> None:
    assert listing(Terminal(unicode=False)).isascii()


def test_an_interrupted_run_says_so() -> None:
    text = render_listing(profile_of(digits(complete=False)), SOURCES, Terminal())
    assert "5 evaluations, none finished: measured until it ended" in text
    assert text.rstrip().endswith("Interrupted by Ctrl-C after 5 evaluations.")


def test_a_line_that_rarely_ran_is_not_shown_as_free() -> None:
    common = evaluation(LOSS, node(LOSS, "forward", (100, 0, 0)))
    rare = evaluation(LOSS, node(LOSS, "forward", (100, 0, 900)))
    text = render_listing(profile_of(recording((LOSS,), common, common, rare)), {}, Terminal())
    assert "in 1 of 3" in text


def test_a_changed_file_shows_line_numbers_without_the_new_text(tmp_path: Path) -> None:
    ran, changed, gone = (tmp_path / name for name in ("ran.py", "changed.py", "gone.py"))
    ran.write_bytes(b"x = 1\r\n")
    changed.write_text("y = 2\n", "utf-8")
    digest = "0" * 64
    profile = replace(
        profile_of(digits()),
        files={str(ran): sha256(b"x = 1\r\n").hexdigest(), str(changed): digest, str(gone): digest},
    )
    assert read_sources(profile) == {str(ran): "x = 1\r\n"}
    text = render_listing(profile_of(digits()), {}, Terminal())
    assert "has changed since it ran, or cannot be read" in text
    assert "574 µs    1.03 ms     393 kB   10\n" in text
    assert "with respect to argument 0" in text


@pytest.mark.parametrize("name", EVERY)
def test_every_recording_has_a_listing(name: str) -> None:
    text = render_listing(profile_of(EVERY[name]), {}, Terminal())
    assert text == render_listing(profile_of(EVERY[name]), {}, Terminal())
    assert ("No gradient was taken." in text) == (name == "empty")


def test_source_cannot_command_the_terminal() -> None:
    hostile = {**SOURCES, PROGRAM: SOURCES[PROGRAM].replace("x = images", "x = images  # \x1b[2J\u202e\a")}
    assert "x = images  # ?[2J??" in render_listing(profile_of(digits()), hostile, Terminal())


class Tty(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("tty", "environ", "colours"),
    [
        (False, {"TERM": "xterm"}, 0),
        (True, {"TERM": "xterm"}, 256),
        (True, {"TERM": "xterm", "COLORTERM": "truecolor"}, 2**24),
        (True, {"TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": "1"}, 0),
        (True, {"TERM": "dumb"}, 0),
        (True, {}, 0),
        (False, {"FORCE_COLOR": "1"}, 256),
    ],
)
def test_colours_follow_the_terminal_and_no_color(tty: bool, environ: dict[str, str], colours: int) -> None:
    stream = (Tty if tty else io.TextIOWrapper)(io.BytesIO(), "utf-8")
    assert terminal_of(stream, environ).colours == colours


def test_an_ascii_stream_and_a_light_background_are_noticed() -> None:
    assert not terminal_of(io.TextIOWrapper(io.BytesIO(), "ascii"), {}).unicode
    assert terminal_of(io.TextIOWrapper(io.BytesIO(), "utf-8"), {"COLORFGBG": "0;15"}).light


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"),
        (999, "999 ns"),
        (1000, "1.00 µs"),
        (9996, "10.0 µs"),
        (99_960, "100 µs"),
        (999_400, "999 µs"),
        (999_600, "1.00 ms"),
        (12_345_678, "12.3 ms"),
        (61_000_000_000, "61.0 s"),
    ],
)
def test_durations_have_three_digits(ns: int, text: str) -> None:
    assert duration(ns) == text


def test_sizes_and_shares() -> None:
    assert [size(n) for n in (8, 1000, 131072, 5_000_000_000)] == ["8 B", "1.00 kB", "131 kB", "5.00 GB"]
    assert [percent(n, 10_000) for n in (0, 1, 10, 5000)] == ["0.0 %", "< 0.1 %", "0.1 %", "50.0 %"]
    assert percent(0, 0) == "0.0 %"


def test_wide_characters_take_two_columns() -> None:
    assert columns("漢字e\u0301") == 5
    assert fit("漢字漢字", 6) == "漢字…"
    assert visible("\ta\x00") == "    a?"


def test_lines_end_where_the_tokenizer_ends_them() -> None:
    assert split_lines("a\r\nb\rc\x0cd\u2028e\nf") == ["a", "b", "c\x0cd\u2028e", "f"]


def test_a_function_ends_before_the_next_statement_of_its_level() -> None:
    text = "@cache\ndef f(\n    a,\n):\n    # note\n    return [\n        a\n    ]\n\n\nx = 1\n"
    assert function_end(split_lines(text), 1, 6) == 8
    assert function_end([], 3, 7) == 7


def test_files_are_named_without_the_folder_that_they_share() -> None:
    assert short_names(["/a/b/x.py", "/a/b/c/y.py"]) == {"/a/b/x.py": "x.py", "/a/b/c/y.py": "c/y.py"}
    assert short_names(["<string>", "/a/x.py"]) == {"<string>": "<string>", "/a/x.py": "/a/x.py"}


def test_the_differentiated_arguments_have_names_where_the_text_is_there() -> None:
    gradient = replace(profile_of(digits()).gradients[0], argnums=(0, 2))
    assert differentiated(gradient, SOURCES) == "params (argument 0), labels (argument 2)"
    assert differentiated(gradient, {}) == "argument 0, argument 2"

"""What is said while a program runs: one changing line in a terminal, plain lines elsewhere."""

from __future__ import annotations

import io

from adls.cli.status import OUTPUT_LIMIT, Status


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def evaluation(number: int) -> dict[str, object]:
    return {"stage": "evaluation", "number": number, "function": "loss"}


def test_in_a_terminal_one_line_changes_and_goes_away() -> None:
    stream = Terminal()
    status = Status(stream)
    status.progress({"stage": "importing"})
    status.progress(evaluation(1))
    status.close()
    assert stream.getvalue() == "\r\x1b[Kimporting...\r\x1b[Kevaluation 1 of loss...\r\x1b[K"


def test_in_a_terminal_output_stands_alone_on_its_lines() -> None:
    stream = Terminal()
    status = Status(stream)
    status.progress({"stage": "importing"})
    status.output(b"no end of line")
    status.progress(evaluation(1))
    status.close()
    assert stream.getvalue() == (
        "\r\x1b[Kimporting...\r\x1b[Kno end of line\n\r\x1b[Kevaluation 1 of loss...\r\x1b[K"
    )


def test_elsewhere_evaluations_are_said_once_a_second() -> None:
    stream = io.StringIO()
    now = [0.0]
    status = Status(stream, clock=lambda: now[0])
    status.progress({"stage": "compiling", "function": "loss"})
    for number in range(1, 21):
        status.progress(evaluation(number))
        now[0] += 0.125
    assert stream.getvalue().splitlines() == [
        "adls: compiling loss",
        "adls: evaluation 1 of loss",
        "adls: evaluation 9 of loss",
        "adls: evaluation 17 of loss",
    ]


def test_output_is_cut_once_and_what_follows_is_dropped() -> None:
    stream = io.StringIO()
    status = Status(stream)
    for _ in range(5):
        status.output(b"x" * (OUTPUT_LIMIT // 2))
    status.say("rendering")
    assert stream.getvalue() == f"{'x' * OUTPUT_LIMIT}\nadls: output cut after 200 kB\nadls: rendering\n"


def test_output_in_any_encoding_is_passed_on() -> None:
    stream = io.StringIO()
    status = Status(stream)
    status.output("é".encode()[:1])
    status.output("é".encode()[1:] + b"\xff\n")
    assert stream.getvalue() == "é\N{REPLACEMENT CHARACTER}\n"

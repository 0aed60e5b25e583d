"""How long an editor waits for the language server, over real pipes: `python -m benchmarks.editor [--rounds N]`.

Each figure stands beside its target. All are wall-clock times, as a user has them. The control says how much longer
plain Python took than its own CPU time, before and after: far from 1, the machine was busy with something else.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.lsp import storm
from tests.lsp.editor import Editor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent
EMPTY = (
    sys.executable, "-c",
    "from pygls.lsp.server import LanguageServer\nLanguageServer('empty', 'v1').start_io()",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """What was measured, in a unit of its own, and what it may be at most."""

    title: str
    value: float
    most: float
    unit: str
    detail: str = ""

    def text(self) -> str:
        mark = "" if self.value <= self.most else "  MISSED"
        detail = f"  ({self.detail})" if self.detail else ""
        return f"{self.title:<64} {self.value:8.2f} {self.unit:<2}  at most {self.most:g}{mark}{detail}"


def large_file(functions: int, reached: int = 10) -> str:
    """`functions` functions of twenty lines; the first `reached` are differentiated."""
    head = "import numpy as np\n\n\n# adls: loss(np.ones(100))\ndef loss(x):\n    total = 0.0\n"
    calls = "".join(f"    total = total + layer_{n}(x).sum()\n" for n in range(reached))
    body = "".join(f"    y = np.tanh(y * {n}.5) + np.sin(x) * y\n" for n in range(15))
    layers = (f"\n\ndef layer_{n}(x):\n    y = x + {n}.0\n{body}    return y\n" for n in range(functions))
    return head + calls + "    return total\n" + "".join(layers)


def control(_folder: Path, _rounds: int) -> list[Figure]:
    """What the machine leaves to one busy process."""
    wall, own = time.perf_counter(), time.process_time()
    while time.process_time() - own < 0.5:
        pass
    busy = (time.perf_counter() - wall) / 0.5
    return [Figure("control: a busy loop's wall time, times its CPU time", busy, 1.2, "")]


def percentile(seconds: Sequence[float], part: int = 95) -> float:
    return statistics.quantiles(seconds, n=100)[part - 1]


def startup(folder: Path, rounds: int) -> list[Figure]:
    """From the start of the process to the answer of `initialize`, in turns with a server that does nothing."""
    ours, theirs = [], []
    for _ in range(rounds):
        for command, times in ((None, ours), (EMPTY, theirs)):
            began = time.perf_counter()
            editor = Editor(folder, folder / "cache", **({"command": command} if command else {}))
            times.append(time.perf_counter() - began)
            editor.close()
    ratio = statistics.median(mine / empty for mine, empty in zip(ours, theirs, strict=True))
    detail = f"{1e3 * statistics.median(ours):.0f} ms and {1e3 * statistics.median(theirs):.0f} ms"
    return [Figure("start to initialize, times an empty server's", ratio, 1.5, "", detail)]


def while_analysing(folder: Path, rounds: int) -> list[Figure]:
    """Hints and hovers of a hundred lines of a file of 20,000 that is being analysed anew."""
    editor = Editor(folder, folder / "cache", hints="all")
    editor.open("large.py", large_file(1000))
    editor.settle("large.py")
    editor.profile("large.py", "loss")
    found = editor.hints("large.py", 100)
    times: dict[str, list[float]] = {"hints": [], "hover": [], "lenses": [], "actions": []}
    asked: dict[str, Callable[[], object]] = {
        "hints": lambda: editor.hints("large.py", 100),
        "hover": lambda: editor.hover("large.py", 30, 10),
        "lenses": lambda: editor.lenses("large.py"),
        "actions": lambda: editor.actions("large.py", 30),
    }
    for number in range(rounds):
        before = len(editor.of("textDocument/publishDiagnostics"))
        place = {"line": 400 + number, "character": 4}
        editor.edit("large.py", {"range": {"start": place, "end": place}, "text": "y = 1;"})
        while len(editor.of("textDocument/publishDiagnostics")) == before:
            for name, ask in asked.items():
                began = time.perf_counter()
                ask()
                times[name].append(1e3 * (time.perf_counter() - began))
    editor.close()
    return [Figure(f"{name} of a viewport while 20,000 lines are analysed, p95", percentile(own), 5, "ms",
                   f"median {statistics.median(own):.1f}, {len(own)} requests, {len(found)} hints")
            for name, own in times.items()]


def diagnostics(folder: Path, rounds: int) -> list[Figure]:
    """From the last key to the diagnostics of 2,000 lines, after an edit and after a line break."""
    figures = []
    for reached, functions in (
        (10, {"differentiated": "layer_5", "other": "layer_90"}), (100, {"differentiated": "layer_5"}),
    ):  # fmt: skip
        editor = Editor(folder, folder / "cache")
        text = large_file(100, reached)
        editor.open("model.py", text)
        editor.settle("model.py")
        for title, name in functions.items():
            line = text.split("\n").index(f"def {name}(x):") + 2
            for what, typed in (("edit", "z = y * {};"), ("line break", "z = {}\n    ")):
                times = [_until_diagnostics(editor, line, typed.format(number)) for number in range(rounds)]
                about = f"{what} to diagnostics, {title} function of {reached} in 2,000 lines, median"
                figures.append(Figure(about, statistics.median(times), 300, "ms", f"slowest {max(times):.0f}"))
                editor.change("model.py", text)
                editor.settle("model.py")
        editor.close()
    return figures


def _until_diagnostics(editor: Editor, line: int, typed: str) -> float:
    place = {"line": line, "character": 4}
    editor.edit("model.py", {"range": {"start": place, "end": place}, "text": typed})
    began = time.perf_counter()
    editor.settle("model.py")
    return 1e3 * (time.perf_counter() - began)


OWN = """
import sys, time
began = time.perf_counter()
from benchmarks.workloads import WORKLOADS
workload = next(each for each in WORKLOADS if each.name == "digits_mlp")
for _ in range(int(sys.argv[1]) + 1):
    vars(workload).pop("args", None)
    workload.hand_value_and_grad()
"""


def first_hints(folder: Path, rounds: int) -> list[Figure]:
    """From the command to the first hints of the digits sample, less what the program takes with an adjoint by hand."""
    folder = ROOT / "samples"
    more = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            editor = Editor(folder, Path(cache))
            editor.open("digits_mlp.py")
            editor.settle("digits_mlp.py")
            began = time.perf_counter()
            outcome = editor.profile("digits_mlp.py", "loss")
            assert outcome["outcome"] == "finished", outcome
            while not editor.hints("digits_mlp.py"):
                pass
            whole = time.perf_counter() - began
            evaluations = [told["value"]["message"] for told in editor.of("$/progress") if "message" in told["value"]]
            count = sum("evaluation" in message for message in evaluations)
            editor.close()
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", OWN, str(count)], cwd=ROOT, check=True)
        own = time.perf_counter() - began
        more.append((whole - own, whole, own, count))
    least = statistics.median(each[0] for each in more)
    _, whole, own, count = more[0]
    detail = f"{whole:.2f} s in all, {own:.2f} s the program's own for {count} gradients"
    return [Figure("command to first hints of digits_mlp, beyond the program", least, 1.0, "s", detail)]


def in_a_storm(folder: Path, rounds: int) -> list[Figure]:
    """Hovers between edits while a program floods; then its end."""
    editor = storm.begin(folder / "storm", folder / "cache", "utf-16")
    typist = storm.Typist(editor, "utf-16", seed=1)
    hovers, answers, gone = [], [], []
    for _ in range(rounds):
        endless = storm.run_endlessly(editor)
        for _ in range(200 // rounds):
            typist.type()
            hovers.append(1e3 * storm.timed_hover(editor, typist, "utf-16"))
        typist.restore()
        editor.settle(storm.NAME)
        began = time.perf_counter()
        editor.notify("$/cancelRequest", id=endless.number)
        editor.reply(endless.number)
        answers.append(1e3 * (time.perf_counter() - began))
        assert endless.wait()
        gone.append(time.perf_counter() - began)
        editor.told.clear()
    editor.close()
    return [
        Figure("hover in a storm of edits and output, p95", percentile(hovers), 50, "ms", f"{len(hovers)} hovers"),
        Figure("cancel to its answer, slowest", max(answers), 200, "ms"),
        Figure("cancel to the end of all processes, slowest", max(gone), 2, "s"),
    ]


MEASUREMENTS: tuple[Callable[[Path, int], list[Figure]], ...] = (
    control, startup, while_analysing, diagnostics, first_hints, in_a_storm, control,
)  # fmt: skip


def measured(rounds: int, only: Iterable[str]) -> list[Figure]:
    """The figures, each printed as soon as it is there."""
    found = []
    for measure in MEASUREMENTS:
        if not only or measure.__name__ in (*only, "control"):
            with tempfile.TemporaryDirectory() as folder:
                for figure in measure(Path(folder), rounds):
                    print(figure.text(), flush=True)
                    found.append(figure)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.editor", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each thing is done (7)")
    parser.add_argument("--only", action="append", default=[], choices=sorted({each.__name__ for each in MEASUREMENTS}))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    arguments = parser.parse_args()
    figures = measured(arguments.rounds, arguments.only)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")


if __name__ == "__main__":
    main()

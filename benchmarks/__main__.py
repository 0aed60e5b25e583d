"""Prints what gradients cost: `python -m benchmarks [--only NAME] [--rounds N] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.environment import pin, versions

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Workload


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help="this program alone; may be repeated")
    parser.add_argument("--rounds", type=int, default=15, help="interleaved rounds (15)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    return parser.parse_args()


def chosen_workloads(names: list[str] | None) -> list[Workload]:
    from benchmarks.workloads import WORKLOADS

    known = [workload.name for workload in WORKLOADS]
    unknown = sorted(set(names or ()) - set(known))
    if unknown:
        sys.exit(f"no program is called {', '.join(unknown)}; there are {', '.join(known)}")
    return [workload for workload in WORKLOADS if names is None or workload.name in names]


def print_comparison(workloads: list[Workload], rounds: int) -> list[dict[str, Any]]:
    from benchmarks.comparison import compare
    from benchmarks.table import header, reasons, row_text

    print(", ".join(f"{name} {version}" for name, version in versions().items()))
    print("Value and gradient, CPU time as a multiple of the hand-written adjoint's (median of", end=" ")
    print(f"{rounds} rounds; ~ timed once)\n")
    print(header())
    rows = []
    for workload in workloads:
        rows.append(compare(workload, rounds))
        print(row_text(rows[-1]), flush=True)
    for line in reasons(rows):
        print(line)
    return [asdict(row) for row in rows]


def attempt(title: str, measure: Callable[[], tuple[str, Any]]) -> Any:
    """Prints a figure, or why there is none, and goes on."""
    try:
        text, figures = measure()
    except Exception as error:
        text, figures = f"error: {' '.join(f'{type(error).__name__}: {error}'.split())[:200]}", None
    print(f"{title}: {text}", flush=True)
    return figures


def first_call(workload: Workload) -> tuple[str, Any]:
    from benchmarks.first_call import in_fresh_process

    call = in_fresh_process(workload)
    text = f"{call.milliseconds:.1f} ms for {call.lines} lines, {call.milliseconds_a_line:.2f} ms a line"
    return f"{text} (loading adls before that: {call.loading_milliseconds:.0f} ms)", asdict(call)


def peak_memory(chain: Workload) -> tuple[str, Any]:
    from benchmarks.memory import peak_by_hand, peak_of_adls, peak_of_pullback_by_hand

    by_hand = peak_by_hand(chain)
    figures = {"hand": by_hand, "hand_with_residuals": peak_of_pullback_by_hand(chain)}
    prefix = f"hand {by_hand / 1e6:.2f} MB (with residuals kept {figures['hand_with_residuals'] / 1e6:.2f} MB)"
    try:
        figures["adls"] = peak_of_adls(chain)
    except Exception as error:
        return f"{prefix}; adls error: {type(error).__name__}: {error}", figures
    return f"{prefix}; adls {figures['adls'] / 1e6:.2f} MB, {figures['adls'] / by_hand:.3f} times", figures


def recording(workload: Workload, rounds: int) -> tuple[str, Any]:
    from benchmarks.recording import overhead

    ratio = overhead(workload, rounds)
    return f"{ratio:.3f} times the plain gradient", ratio


def public_call(leaves: int, rounds: int) -> tuple[str, Any]:
    from benchmarks.public_call import measure

    call = measure(leaves, rounds)
    text = f"{call.generated_microseconds:.2f} us generated, {call.public_microseconds:.2f} us public"
    return f"{text}, {call.added_microseconds:+.2f} us", asdict(call)


def main() -> None:
    arguments = parse_arguments()
    pin("benchmarks")
    workloads = chosen_workloads(arguments.only)
    figures: dict[str, Any] = {"rounds": arguments.rounds, "versions": versions()}
    figures["comparison"] = print_comparison(workloads, arguments.rounds)
    print()
    figures["first_call"] = [
        attempt(f"first call, {workload.name}", lambda workload=workload: first_call(workload))
        for workload in workloads
    ]
    for workload in workloads:
        if workload.name == "elementwise_chain":
            figures["peak_bytes"] = attempt("peak memory, elementwise_chain", lambda w=workload: peak_memory(w))
        if workload.name == "digits_mlp":
            title = "exact-time recording, digits_mlp"
            figures["recording"] = attempt(title, lambda w=workload: recording(w, arguments.rounds))
    if arguments.only is None:
        figures["public_call"] = [
            attempt(f"public call, {leaves} leaves", lambda n=leaves: public_call(n, arguments.rounds))
            for leaves in (1, 10, 50)
        ]
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""`python -m benchmarks.coverage`: downloads the programs, differentiates them, prints what was right."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.coverage import listed, packages, running
from benchmarks.coverage.differences import agrees, settled
from benchmarks.environment import pin

TOOLS = ("adls", "autograd", "jax", "mygrad", "tangent")


def main() -> None:
    options = arguments()
    pin("benchmarks.coverage")
    packages.download()
    rows = []
    for kind, files in (("by others", listed.OTHERS), ("kernels", listed.KERNELS)):
        for file in files:
            module = f"{'calls' if kind == 'by others' else 'kernels'}.{file}"
            wanted = [name for name in running.names(module) if not options.only or set(options.only) & {name, file}]
            rows += judged(kind, file, module, wanted, options)
    report(rows, options.tools)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(rows, indent=1))
    counts = [row["adls"]["verdict"] for row in rows if "adls" in row]
    sys.exit("wrong" in counts or counts.count("refused") * 10 > len(counts))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these programs, or all of these files")
    parser.add_argument("--tools", nargs="+", default=TOOLS, choices=TOOLS, help="beside differences")
    parser.add_argument("--limit", type=float, default=60.0, metavar="SECONDS", help="for each program")
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything, also tracebacks")
    return parser.parse_args()


def judged(kind: str, file: str, module: str, wanted: list[str], options: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for each program of a file: what each tool said, and whether that is right."""
    if not wanted:
        return []
    print(f"{file}: {len(wanted)} programs", file=sys.stderr)
    truths = running.run("differences", module, wanted, options.limit)
    rows: list[dict[str, Any]] = [{"kind": kind, "file": file, "name": name, "truth": truths[name]} for name in wanted]
    for tool in options.tools:
        if running.installed(tool):
            said = running.run(tool, module, wanted, options.limit)
            for row in rows:
                row[tool] = said[row["name"]] | {"verdict": verdict(said[row["name"]], row["truth"])}
    return rows


def verdict(answer: dict[str, Any], truth: dict[str, Any]) -> str:
    if "error" in truth or not settled(truth):
        return "unknown"
    if "error" in answer:
        return "refused"
    near = abs(answer["value"] - truth["value"]) <= 1e-9 * max(1.0, abs(truth["value"]))
    return "right" if near and agrees(answer["gradient"], truth) else "wrong"


def report(rows: list[dict[str, Any]], tools: tuple[str, ...]) -> None:
    print("| program | " + " | ".join(tools) + " |")
    print("| --- |" + " --- |" * len(tools))
    for row in rows:
        said = [row[tool]["verdict"] if tool in row else "-" for tool in tools]
        print(f"| {row['file']}: {row['name']} | " + " | ".join(said) + " |")
    for kind in ("by others", "kernels"):
        for word in ("right", "refused", "wrong"):
            counted = [str(sum(count(row, kind, tool) == word for row in rows)) for tool in tools]
            print(f"| **{kind}, {word}** | " + " | ".join(counted) + " |")
    for row in rows:
        answer = row.get("adls", {"verdict": "right"})
        if answer["verdict"] != "right":
            why = answer.get("error", row["truth"].get("error", "the numbers differ"))
            print(f"\n{row['file']}: {row['name']}: {answer['verdict']}: {why}")


def count(row: dict[str, Any], kind: str, tool: str) -> str:
    return str(row[tool]["verdict"]) if row["kind"] == kind and tool in row else ""


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()

"""What an editor shows of a line when asked: its figures by signature and caller, and what it keeps and why.

The text is Markdown; `plain` takes the marks out for clients that show none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adls.render.figures import duration, percent, plural, size
from adls.render.quality import quality, rarely_ran
from adls.render.sources import short_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adls.profile.model import Caller, Cost, Gradient, Line, Residual

MOST_ROWS = 8
_COLUMNS = "forward", "backward", "kept"
_ROW = re.compile(r"\|" + r"((?:[^|\\]|\\.)*)\|" * 4)
_FENCE = re.compile(r"^```.*$", re.MULTILINE)
_MARKS = re.compile(r"[`*]|\\(?=[|`*])")


def line_table(gradient: Gradient, line: Line) -> str:
    """The line's times and bytes, itself and with what it calls, by signature and by caller."""
    rows = [f"| | {' | '.join(_COLUMNS)} |", "|:--|--:|--:|--:|"]
    rows.append(_row("this line", line.inclusive, gradient))
    if line.self_cost != line.inclusive:
        rows.append(_row("without calls", line.self_cost, gradient))
    rows += [_row(code(name), cost, gradient) for name, cost in _by_signature(gradient, line)]
    rows += [_row(f"from {name}", caller.cost, gradient) for name, caller in _by_caller(line)]
    return "\n".join(rows)


def keeps(residuals: Sequence[Residual]) -> str:
    """What the line keeps for the backward pass and which formula reads it; borrowed values come last."""
    rows = sorted(residuals, key=lambda row: (row.borrowed, -row.bytes_stored))
    shown = [_kept(row) for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        shown.append(f"- and {len(rows) - MOST_ROWS} more")
    return "\n".join(shown)


def about(gradient: Gradient, line: Line, stale: str) -> str:
    """What the figures are of, how good they are, and whether they still hold."""
    named = ", ".join(str(number) for number in gradient.argnums)
    parts = [
        f"gradient of {code(gradient.function)} with respect to argument {named}",
        plural(line.calls, "run") + " of the line",
        quality(gradient),
    ]
    if rarely_ran(line, gradient.used):
        parts.append(f"ran in {line.ran_in} of {gradient.used} evaluations")
    said = " · ".join(parts)
    return f"**stale: {stale}** · {said}" if stale else said


def known(type_: str, rule: str, formulas: Sequence[tuple[str, str]]) -> str:
    """What the text alone says: a type, and a rule as the listing would have it, a cotangent for each operand."""
    lines = [type_] if type_ else []
    if rule:
        lines += [f"# adjoint of {rule}", *(f"d_{operand} = {text}" for operand, text in formulas)]
    return "\n".join(["```python", *lines, "```"]) if lines else ""


def code(text: str) -> str:
    """Text as Markdown's code, whatever is in it."""
    fence = "``" if "`" in text else "`"
    pad = " " if fence == "``" else ""
    return f"{fence}{pad}{text.replace('|', chr(92) + '|')}{pad}{fence}"


def plain(markdown: str) -> str:
    """The same without Markdown's marks; what is fenced stays as it is."""
    parts = _FENCE.split(markdown)
    return "\n".join(
        part.strip("\n") if number % 2 else _unmarked(part) for number, part in enumerate(parts) if part.strip()
    )


def _unmarked(markdown: str) -> str:
    lines = (_MARKS.sub("", _as_sentence(line)).rstrip() for line in markdown.split("\n"))
    return "\n".join(line for line in lines if line.strip("| "))


def _as_sentence(line: str) -> str:
    """A row of the table with its columns' names: some editors show the first line only."""
    found = _ROW.fullmatch(line)
    if found is None:
        return line
    title, *cells = (cell.strip() for cell in found.groups())
    if not title or title.startswith(":"):
        return ""
    return f"{title}: " + " · ".join(f"{name} {cell}" for name, cell in zip(_COLUMNS, cells, strict=True))


def _row(title: str, cost: Cost, gradient: Gradient) -> str:
    total = gradient.total
    cells = (
        (duration(cost.forward_ns), cost.forward_ns, total.forward_ns),
        (duration(cost.backward_ns), cost.backward_ns, total.backward_ns),
        (size(cost.bytes_stored), cost.bytes_stored, total.bytes_stored),
    )
    shown = (f"{text} ({percent(part, whole)})" if part else "0" for text, part, whole in cells)
    return f"| {title} | {' | '.join(shown)} |"


def _by_signature(gradient: Gradient, line: Line) -> Iterator[tuple[str, Cost]]:
    """The split over signatures, where there are several."""
    found = [
        (signature.signature, own.inclusive)
        for function in gradient.functions
        if function.file == line.file
        for signature in function.signatures
        for own in signature.lines
        if own.line == line.line
    ]
    if len(found) > 1:
        yield from sorted(found, key=lambda item: -item[1].total_ns)[:MOST_ROWS]


def _by_caller(line: Line) -> Iterator[tuple[str, Caller]]:
    """The split over call sites, where there are several."""
    callers = [caller for caller in line.callers if caller.file]
    if len(callers) < 2:
        return
    names = short_names(caller.file for caller in callers)
    for caller in sorted(callers, key=lambda item: -item.cost.total_ns)[:MOST_ROWS]:
        yield f"{code(caller.function)}, {names[caller.file]}:{caller.line}", caller


def _kept(row: Residual) -> str:
    amount = "borrowed" if row.borrowed else size(row.bytes_stored)
    times = f" × {row.count:,}" if row.count > 1 else ""
    why = f" — {row.reason}" if row.reason else ""
    return f"- {amount}: {code(row.value)}{times}{why}"

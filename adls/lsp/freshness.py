"""A number is shown only as fresh as it is: what has changed since a run, and where its lines are now.

A figure is fresh while the significant tokens of its function are what they were, and those of every function that
ran beneath it, of the functions and module-level statements that these read, and of the example call. Comments,
blank lines and line breaks change nothing; the lines then are found again by their tokens.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from adls.lsp.documents import difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adls.engine.analysis.model import FunctionInfo
    from adls.lsp.runs import Examined, Ran, Refusal
    from adls.profile.model import Gradient
    from adls.profile.recording import Unit

LONGEST_DIFF = 2000  # lines of a function beyond which an edited one loses its figures


def stale(ran: Ran, gradient: Gradient, unit: Unit, now: Mapping[str, Examined]) -> str:
    """Why a unit's figures are not those of the text as it is, in a few words; "" where they are."""
    if not gradient.complete:
        return "the run did not finish"
    call = _example_changed(ran, gradient, now)
    if call:
        return call
    units = sorted(ran.beneath[unit.key], key=lambda key: key != unit.key)
    return next(filter(None, (_changed(ran, ran.units[key], now) for key in units)), "")


def _changed(ran: Ran, unit: Unit, now: Mapping[str, Examined]) -> str:
    if ran.is_of_the_call(unit):
        return ""
    info = ran.info(unit)
    if info is None or unit.file not in now:
        return f"`{unit.name}` is not to be found"
    if _same(info, now[unit.file].by_name.get(info.qualname, ())) is None:
        return f"`{info.qualname}` changed"
    for read in info.reads:
        text = now.get(read.path)
        if text is None or read.digest not in text.digests(read.name):
            return f"`{read.name}` changed"
    return ""


def _same(info: FunctionInfo, others: Iterable[FunctionInfo]) -> FunctionInfo | None:
    return next((other for other in others if other.digest == info.digest), None)


def _example_changed(ran: Ran, gradient: Gradient, now: Mapping[str, Examined]) -> str:
    """Whether the example call that was evaluated is still there; one that was given from outside always is."""
    text, current = ran.texts.get(gradient.file), now.get(gradient.file)
    qualname = ran.units[gradient.unit].qualname
    if text is None or current is None:
        return ""
    before = {example.digest for example in text.analysis.examples if example.function == qualname}
    after = {example.digest for example in current.analysis.examples if example.function == qualname}
    return "the example call changed" if before - after else ""


def line_now(ran: Ran, unit: Unit, line: int, now: Mapping[str, Examined]) -> int | None:
    """Where a line of a unit is in the text that was examined last; None where it is gone."""
    info, text = ran.info(unit), now.get(unit.file)
    if info is None or text is None:
        return None
    others = text.by_name.get(info.qualname, [])
    same = _same(info, others)
    if same is not None:
        return _moved(ran.texts[unit.file], info, text, same, line)
    return _by_text(ran.texts[unit.file], info, text, others[0], line) if others else None


def refusal_now(refusal: Refusal, now: Mapping[str, Examined]) -> int | None:
    """Where the line of a problem is that a run found; None once its function has changed."""
    info, text = refusal.text.enclosing(refusal.problem.span.line), now.get(refusal.path)
    if info is None or text is None:
        return None
    same = _same(info, text.by_name.get(info.qualname, ()))
    return _moved(refusal.text, info, text, same, refusal.problem.span.line) if same is not None else None


def _moved(then: Examined, info: FunctionInfo, here: Examined, same: FunctionInfo, line: int) -> int | None:
    """The line in a function of the same tokens: where the token is now that began it.

    A text that was examined before the function had figures comes without its tokens, until it is examined again.
    """
    if len(info.token_lines) != len(same.token_lines):
        return _by_text(then, info, here, same, line)
    return here.noted(then, ("tokens", info.first_line, same.first_line), lambda: _by_tokens(info, same)).get(line)


def _by_tokens(info: FunctionInfo, same: FunctionInfo) -> dict[int, int]:
    """Where the lines of a function of the same tokens are: the first token of each counts."""
    return dict(reversed([*zip(info.token_lines, same.token_lines, strict=True)]))


def _by_text(then: Examined, info: FunctionInfo, here: Examined, other: FunctionInfo, line: int) -> int | None:
    """The line in an edited function that still reads the same."""
    return here.noted(then, (info.first_line, other.first_line), lambda: _kept(then, info, here, other)).get(line)


def _kept(then: Examined, info: FunctionInfo, here: Examined, other: FunctionInfo) -> dict[int, int]:
    """Where the lines of an edited function are that still read the same. Most edits are in one place."""
    old = [text.strip() for text in then.lines[info.first_line - 1 : info.end_line]]
    new = [text.strip() for text in here.lines[other.first_line - 1 : other.end_line]]
    if max(len(old), len(new)) > LONGEST_DIFF:
        return {}
    start, gone, made = difference(old, new)
    found = {n: n for n in range(start - 1)}
    found |= {len(old) - n: len(new) - n for n in range(1, len(old) - start - gone + 2)}
    middle = SequenceMatcher(None, old[start - 1 :][:gone], new[start - 1 :][:made], autojunk=False)
    for block in middle.get_matching_blocks():
        found |= {start - 1 + block.a + n: start - 1 + block.b + n for n in range(block.size)}
    return {info.first_line + was: other.first_line + at for was, at in found.items()}

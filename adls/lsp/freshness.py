"""A number is shown only as fresh as it is: what has changed since a run, and where its lines are now.

A figure is fresh while the significant tokens of its function are what they were, and those of every function that
ran beneath it, of the functions and module-level statements that these read, and of the example call. Comments,
blank lines and line breaks change nothing; the lines then are found again by their tokens.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from adls.lsp.documents import difference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from adls.engine.analysis.model import FunctionInfo
    from adls.lsp.runs import Examined, Ran, Refusal
    from adls.profile.model import Gradient
    from adls.profile.recording import Unit

LONGEST_DIFF = 2000  # lines of a function beyond which an edited one loses its figures


def stale(ran: Ran, gradient: Gradient, unit: Unit, now: Mapping[str, Examined]) -> str:
    """Why a unit's figures are not those of the text as it is, in a few words; "" where they are."""
    return staleness(ran, gradient, now)(unit)


def staleness(ran: Ran, gradient: Gradient, now: Mapping[str, Examined]) -> Callable[[Unit], str]:
    """The same for all units of a gradient; what is beneath several of them is looked at once."""
    whole = "" if gradient.complete else "the run did not finish"
    whole = whole or _example_changed(ran, gradient, now)
    changed = cache(lambda key: _changed(ran, ran.units[key], now))

    def of(unit: Unit) -> str:
        return whole or changed(unit.key) or next(filter(None, map(changed, sorted(ran.beneath[unit.key]))), "")

    return of


def _changed(ran: Ran, unit: Unit, now: Mapping[str, Examined]) -> str:
    if ran.is_of_the_call(unit):
        return ""
    info = ran.info(unit)
    if info is None or unit.file not in now:
        return f"`{unit.name}` is not to be found"
    if _same(info, now[unit.file].functions(info.qualname)) is None:
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


def lines_now(ran: Ran, unit: Unit, now: Mapping[str, Examined]) -> Mapping[int, int]:
    """Where the lines of a unit are in the text that was examined last, but for those that are gone."""
    info, text = ran.info(unit), now.get(unit.file)
    others = text.functions(info.qualname) if info is not None and text is not None else ()
    if info is None or text is None or not others:
        return {}
    same = _same(info, others)
    if same is not None:
        return _moved(ran.texts[unit.file], info, text, same)
    return _by_text(ran.texts[unit.file], info, text, others[0])


def refusal_now(refusal: Refusal, now: Mapping[str, Examined]) -> int | None:
    """Where the line of a problem is that a run found; None once its function has changed."""
    info, text = refusal.text.enclosing(refusal.problem.span.line), now.get(refusal.path)
    if info is None or text is None:
        return None
    same = _same(info, text.functions(info.qualname))
    return _moved(refusal.text, info, text, same).get(refusal.problem.span.line) if same is not None else None


def _moved(then: Examined, info: FunctionInfo, here: Examined, same: FunctionInfo) -> Mapping[int, int]:
    """The lines in a function of the same tokens: where the token is now that began each.

    A text that was examined before the function had figures comes without its tokens, until it is examined again.
    """
    if sum(info.tokens) != sum(same.tokens):
        return _by_text(then, info, here, same)
    if info.tokens == same.tokens:
        down = same.first_line - info.first_line
        return {line: line + down for line in range(info.first_line, info.end_line + 1)}
    return dict(reversed([*zip(_token_lines(info), _token_lines(same), strict=True)]))


def _token_lines(info: FunctionInfo) -> Iterator[int]:
    """For each token its line."""
    return (line for line, count in enumerate(info.tokens, info.first_line) for _ in range(count))


def _by_text(then: Examined, info: FunctionInfo, here: Examined, other: FunctionInfo) -> Mapping[int, int]:
    """The lines in an edited function that still read the same."""
    return here.noted(then, (info.first_line, other.first_line), lambda: _kept(then, info, here, other))


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

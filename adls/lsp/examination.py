"""Examining texts in the analysis process: asked for by path, answered by frozen data."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from adls.engine.analysis.model import Candidate, Piece, Preview
from adls.engine.analysis.packing import Changed, joined
from adls.lsp.analyst import NoAnswer
from adls.lsp.positions import cut_lines
from adls.lsp.runs import Examined
from adls.profile.records import NoRecord, record_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adls.lsp.analyst import Analyst


class Examiner:
    """The analyst's answers as data. Where there is no answer there is an empty one: nothing is raised."""

    def __init__(self, analyst: Analyst) -> None:
        self._analyst = analyst
        self._last: dict[str, tuple[int, tuple[Piece, ...]]] = {}

    def look_into(self, roots: tuple[str, ...]) -> None:
        """Import modules from other folders from now on."""
        self._analyst.roots = roots

    async def examine(
        self, path: str, text: str, open_texts: Mapping[str, str], also: Iterable[str] = (),
        lines: list[str] | None = None, measured: Iterable[tuple[str, str, str]] = (),
    ) -> Examined | None:
        """What is in a text; None where the analysis gave up. `also` names functions that figures stand in, `measured`
        are calls that were, of which no text tells: path, function and call.

        `lines` are the text's, where they are known: to cut a large text takes milliseconds.
        """
        with contextlib.suppress(NoAnswer, NoRecord):
            own = {} if open_texts.get(path) is text else {"text": text}
            number, pieces = self._last.get(path, (None, ()))
            more = {"also": sorted(also), "measured": list(measured), **own}
            sent = await self._analyst.ask("examine", open_texts, path=path, known=number, **more)
            change = await asyncio.to_thread(record_of, Changed, sent, "analysis")
            analysis = joined(pieces, change)
            self._last[path] = change.number, analysis.pieces
            return Examined(await asyncio.to_thread(cut_lines, text) if lines is None else lines, analysis)
        return None

    async def preview(
        self, path: str, function: str, view: str, open_texts: Mapping[str, str]
    ) -> Preview | None:
        """The adjoint of a function that has not run."""
        with contextlib.suppress(NoAnswer, NoRecord):
            found = await self._analyst.ask("preview", open_texts, path=path, function=function, view=view)
            return record_of(Preview, found, "preview")
        return None

    async def calls(self, path: str, function: str, open_texts: Mapping[str, str]) -> tuple[Candidate, ...]:
        """Calls of a function that could be its example call."""
        with contextlib.suppress(NoAnswer, NoRecord):
            found: Any = await self._analyst.ask("calls", open_texts, path=path, function=function)
            return tuple(record_of(Candidate, each, "call") for each in found)
        return ()

    async def close(self) -> None:
        """End the analysis process."""
        await self._analyst.close()

"""What happens between requests goes on, whatever one text brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from adls.engine.analysis.model import Analysis
from adls.lsp.documents import Document
from adls.lsp.editor import Editor
from adls.lsp.examination import Examiner
from adls.lsp.positions import cut_lines
from adls.lsp.runs import Examined
from adls.lsp.session import Session
from adls.lsp.settings import Settings
from adls.lsp.snapshot import Client
from adls.lsp.state import State
from adls.lsp.store import Store


class Told:
    """An editor that cannot be told of one file."""

    def __init__(self) -> None:
        self.published: list[str] = []
        self.log: list[str] = []

    def publish(self, document: Document, _found: object) -> None:
        if document.path == "/bad.py":
            raise ZeroDivisionError("not foreseen")
        self.published.append(document.path)

    def say(self, text: str, weight: str) -> None:
        assert weight == "log"
        self.log.append(text)

    def __getattr__(self, _name: str) -> Any:
        return lambda *_args, **_named: None


class Finds:
    """An examiner that finds nothing."""

    async def examine(self, path: str, text: str, _texts: Mapping[str, str], _also: Iterable[str] = (),
                      _lines: list[str] | None = None, _calls: object = ()) -> Examined:
        return Examined(cut_lines(text), Analysis(path))

    async def close(self) -> None:
        pass


def test_a_text_that_was_not_foreseen_ends_no_examining(tmp_path: Path) -> None:
    told = Told()

    async def opened() -> None:
        state = State(Client(), Settings(), ())
        session = Session(state, cast("Editor", told), cast("Examiner", Finds()), Store(tmp_path), pause=0)
        session.start()
        for name in ("/bad.py", "/good.py", "/bad.py", "/other.py"):
            session.opened(f"file://{name}", name, 1, "x = 1\n")
            await session.settled()
        await session.end()

    asyncio.run(asyncio.wait_for(opened(), 60))
    assert told.published == ["/good.py", "/other.py"]
    assert ["ZeroDivisionError: not foreseen" in each for each in told.log] == [True, True]

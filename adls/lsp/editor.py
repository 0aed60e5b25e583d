"""The editor, as the session sees it: what can be sent to it, whatever carries it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsprotocol.types import Diagnostic

    from adls.lsp.documents import Document

Weight = Literal["error", "warning", "info", "log"]


class Editor(Protocol):
    """Where something is not announced by the client, the call does nothing."""

    def refresh(self) -> None:
        """Ask for hints and lenses anew."""

    def refresh_document(self, uri: str) -> None:
        """Ask for a virtual document anew."""

    def publish(self, document: Document, found: list[Diagnostic]) -> None:
        """Replace the diagnostics of a document."""

    def say(self, text: str, weight: Weight) -> None:
        """Show a sentence, or with `log` write into the output channel."""

    async def choose(self, text: str, titles: Sequence[str]) -> str:
        """Ask a question; the answer's title, "" for none."""

    def status(self, uri: str, text: str, tooltip: str, *, running: bool) -> None:
        """Tell what the status item shows for a document."""

    async def show(self, uri: str, *, external: bool = False) -> bool:
        """Open a document, or with `external` a page in a browser; whether the client did."""

    async def insert(self, document: Document, line: int, text: str) -> bool:
        """Insert lines before a line of a document; whether the client did."""

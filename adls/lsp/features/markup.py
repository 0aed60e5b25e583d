"""Markdown for clients that show it, plain text for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import MarkupContent, MarkupKind

from adls.render.hover import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adls.lsp.snapshot import Client


def markup(client: Client, parts: Iterable[str]) -> MarkupContent:
    """The parts that say anything, a blank line between them."""
    text = "\n\n".join(part for part in parts if part)
    if client.markdown:
        return MarkupContent(MarkupKind.Markdown, text)
    return MarkupContent(MarkupKind.PlainText, plain(text))

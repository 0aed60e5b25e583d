"""The editor at the other end: what is sent to it, and how. What the client has not announced is not sent.

`server` is pygls's, which only server.py may name.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adls.lsp.documents import Document
    from adls.lsp.editor import Weight
    from adls.lsp.snapshot import Client

_WEIGHTS = {
    "error": lsp.MessageType.Error,
    "warning": lsp.MessageType.Warning,
    "info": lsp.MessageType.Info,
}
_REFRESH_AFTER = 0.05  # seconds in which requests to refresh become one


class Connection:
    """The editor behind pygls. What the client has not announced is not sent."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.client: Client | None = None
        self._refreshing = False

    def refresh(self) -> None:
        """Ask for hints and lenses anew, once for all that changes within a moment."""
        if not self._refreshing:
            self._refreshing = True
            asyncio.get_running_loop().call_later(_REFRESH_AFTER, self._refresh)

    def _refresh(self) -> None:
        self._refreshing = False
        if self.client is not None and self.client.inlay_refresh:
            self._server.workspace_inlay_hint_refresh(None)
        if self.client is not None and self.client.lens_refresh:
            self._server.workspace_code_lens_refresh(None)

    def refresh_document(self, uri: str) -> None:
        """Ask for a virtual document anew."""
        if self.client is not None and self.client.virtual_documents:
            self._server.workspace_text_document_content_refresh(lsp.TextDocumentContentRefreshParams(uri))

    def publish(self, document: Document, found: list[lsp.Diagnostic]) -> None:
        """Replace the diagnostics of a document."""
        version = document.version if self.client is not None and self.client.versions else None
        self._server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(document.uri, found, version))

    def say(self, text: str, weight: Weight) -> None:
        """Show a sentence, or write into the output channel."""
        if weight == "log":
            self._server.window_log_message(lsp.LogMessageParams(lsp.MessageType.Log, text))
        else:
            self._server.window_show_message(lsp.ShowMessageParams(_WEIGHTS[weight], text))

    async def choose(self, text: str, titles: Sequence[str]) -> str:
        """Ask a question with a button for each answer; "" where the client takes none, or the user."""
        if self.client is None or not self.client.message_actions:
            return ""
        buttons = [lsp.MessageActionItem(each) for each in titles]
        asked = lsp.ShowMessageRequestParams(lsp.MessageType.Info, text, buttons)
        with contextlib.suppress(Exception):  # A client may answer with any error of its own.
            answer = await self._server.window_show_message_request_async(asked)
            return answer.title if answer is not None else ""
        return ""

    def status(self, uri: str, text: str, tooltip: str, *, running: bool) -> None:
        """Tell a client of ours what its status item shows."""
        if self.client is not None and self.client.own_commands:
            told = {"uri": uri, "text": text, "tooltip": tooltip, "running": running}
            self._server.protocol.notify("adls/status", told)

    async def show(self, uri: str, *, external: bool = False) -> bool:
        """Open a document or a page; whether the client did."""
        params = lsp.ShowDocumentParams(uri, external=external, take_focus=not external)
        with contextlib.suppress(Exception):  # A client may answer with any error of its own.
            return bool((await self._server.window_show_document_async(params)).success)
        return False

    async def insert(self, document: Document, line: int, text: str) -> bool:
        """Insert lines before a line; whether the client did."""
        if self.client is None or not self.client.apply_edit:
            return False
        where = lsp.Position(line - 1, 0)
        made = [lsp.TextEdit(lsp.Range(where, where), text)]
        edit = lsp.WorkspaceEdit(changes={document.uri: made})
        if self.client.document_changes:
            identifier = lsp.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
            edit = lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(identifier, [*made])])
        answer = await self._server.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(edit))
        return bool(answer.applied)


class Reported:
    """Work-done progress for one profile, on the client's token or one of ours."""

    _numbers = itertools.count(1)

    def __init__(self, server: Any, token: int | str | None) -> None:
        self._server = server
        self.token = token

    async def begin(self, title: str, *, create: bool) -> None:
        """Show it, with a button to cancel."""
        if self.token is None and create:
            token = f"adls-{next(self._numbers)}"
            with contextlib.suppress(Exception):  # The client may refuse.
                await self._server.work_done_progress.create_async(token)
                self.token = token
        if self.token is not None:
            begin = lsp.WorkDoneProgressBegin(title, cancellable=True)
            self._server.work_done_progress.begin(self.token, begin)

    def report(self, text: str) -> None:
        """One short line."""
        if self.token is not None:
            self._server.work_done_progress.report(self.token, lsp.WorkDoneProgressReport(message=text))

    def end(self) -> None:
        """Take it away."""
        if self.token is not None:
            self._server.work_done_progress.end(self.token, lsp.WorkDoneProgressEnd())
            self._server.work_done_progress.tokens.pop(self.token, None)

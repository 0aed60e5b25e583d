"""What a client announces when it connects, as the few facts that the server asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from adls.lsp.snapshot import Client

if TYPE_CHECKING:
    from lsprotocol.types import ClientCapabilities, InitializeParams

    from adls.lsp.positions import Encoding

_ENCODINGS = ("utf-8", "utf-16", "utf-32")


def client_of(params: InitializeParams) -> Client:
    """The client's facts; what is not announced is not there."""
    told = params.capabilities
    return Client(
        encoding=_encoding(told),
        inlay_refresh=_has(told, "workspace.inlay_hint.refresh_support"),
        lens_refresh=_has(told, "workspace.code_lens.refresh_support"),
        virtual_documents=_get(told, "workspace.text_document_content") is not None,
        message_actions=_get(told, "window.show_message.message_action_item") is not None,
        show_document=_has(told, "window.show_document.support"),
        progress=_has(told, "window.work_done_progress"),
        configuration=_has(told, "workspace.configuration"),
        apply_edit=_has(told, "workspace.apply_edit"),
        document_changes=_has(told, "workspace.workspace_edit.document_changes"),
        versions=_has(told, "text_document.publish_diagnostics.version_support"),
        markdown="markdown" in _names(_get(told, "text_document.hover.content_format") or ["markdown"]),
        action_literals=_get(told, "text_document.code_action.code_action_literal_support") is not None,
        own_commands=option(params, "ownCommands") is True,
        watched_files=_has(told, "workspace.did_change_watched_files.dynamic_registration"),
    )


def option(params: InitializeParams, name: str) -> object:
    """One of the client's initialization options; None where it isn't there."""
    options = params.initialization_options
    return options.get(name) if isinstance(options, dict) else getattr(options, name, None)


def _encoding(told: ClientCapabilities) -> Encoding:
    """The first that the client offers, which it likes best; UTF-16 for one that offers none."""
    names = _names(_get(told, "general.position_encodings"))
    return cast("Encoding", next((name for name in names if name in _ENCODINGS), "utf-16"))


def _names(values: object) -> list[str]:
    """Enumerated values, or plain text where the client has words of its own."""
    return [str(getattr(each, "value", each)) for each in cast("list[object]", values or [])]


def _has(told: object, path: str) -> bool:
    return _get(told, path) is True


def _get(told: object, path: str) -> object:
    for name in path.split("."):
        told = getattr(told, name, None)
    return told

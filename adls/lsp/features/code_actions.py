"""Every command of a function as a code action too: eglot and Helix have no lenses.

For a function that nobody differentiates there is one action, and only for those who ask for actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    CodeActionParams,
    CodeActionTriggerKind,
    Command,
)

from adls.lsp.commands import COMMANDS, command
from adls.lsp.scope import differentiated

if TYPE_CHECKING:
    from adls.lsp.commands import Name
    from adls.lsp.snapshot import Snapshot

KIND = CodeActionKind.Source.value + ".adls"


def code_actions(snapshot: Snapshot, params: CodeActionParams) -> list[CodeAction | Command]:
    """The actions for the function at the start of the asked range."""
    document = snapshot.documents.get(params.text_document.uri)
    if document is None or not _is_wanted(params):
        return []
    function = snapshot.function_at(document, params.range.start.line + 1)
    if function is None or "<locals>" in function.qualname:
        return []
    known = any(each.qualname == function.qualname for each in differentiated(snapshot, document.path))
    automatic = params.context.trigger_kind == CodeActionTriggerKind.Automatic
    if automatic and not known:
        return []
    names: list[Name] = ["adls.profile"]
    if known:
        profiled = snapshot.runs_of(document.path, function.qualname)
        names = [row.name for row in COMMANDS if profiled or row.name in ("adls.profile", "adls.showPullback")]
    made = [command(name, document.uri, function.qualname) for name in names]
    if not snapshot.client.action_literals:
        return list(made)
    return [CodeAction(title=each.title, kind=KIND, command=each) for each in made]


def _is_wanted(params: CodeActionParams) -> bool:
    """Whether the client asks for kinds that ours is one of: `source` asks for `source.adls` too."""
    only = params.context.only
    return only is None or any(kind == KIND or KIND.startswith(f"{kind}.") for kind in map(str, map(_value, only)))


def _value(kind: object) -> object:
    return getattr(kind, "value", kind)

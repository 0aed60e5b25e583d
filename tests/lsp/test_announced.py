"""Nothing is sent that the client did not announce: a whole session of clients that announce this and that."""

from __future__ import annotations

import pytest

from tests.lsp.editor import ALL, Json, Start

NEEDS = {
    "workspace/inlayHint/refresh": "workspace.inlayHint.refreshSupport",
    "workspace/codeLens/refresh": "workspace.codeLens.refreshSupport",
    "workspace/textDocumentContent/refresh": "workspace.textDocumentContent",
    "workspace/configuration": "workspace.configuration",
    "workspace/applyEdit": "workspace.applyEdit",
    "window/showDocument": "window.showDocument.support",
    "window/showMessageRequest": "window.showMessage.messageActionItem",
    "window/workDoneProgress/create": "window.workDoneProgress",
    "client/registerCapability": "workspace.didChangeWatchedFiles.dynamicRegistration",
}
FOR_ALL = {"textDocument/publishDiagnostics", "window/showMessage", "window/logMessage"}
EGLOT: Json = {
    "workspace": {
        "applyEdit": True, "configuration": True, "workspaceFolders": True,
        "executeCommand": {"dynamicRegistration": False},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True},
    },
    "textDocument": {
        "hover": {"dynamicRegistration": False, "contentFormat": ["plaintext"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}},
        "inlayHint": {"dynamicRegistration": False},
        "publishDiagnostics": {"versionSupport": True},
    },
    "window": {"showDocument": {"support": True}, "workDoneProgress": True},
    "general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]},
}  # fmt: skip
HELIX: Json = {
    "workspace": {
        "applyEdit": True, "configuration": True, "workspaceFolders": True,
        "inlayHint": {"refreshSupport": False},
        "workspaceEdit": {"documentChanges": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True},
        "hover": {"contentFormat": ["markdown"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "source"]}}},
        "inlayHint": {"dynamicRegistration": False},
    },
    "window": {"workDoneProgress": True},
    "general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]},
}  # fmt: skip
PLAIN: Json = {"textDocument": {"hover": {}}, "workspace": {"applyEdit": True}, "window": {"workDoneProgress": False}}


def announced(capabilities: Json, path: str) -> bool:
    found: object = capabilities
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found is not None and found is not False


@pytest.mark.parametrize("client", [ALL, EGLOT, HELIX, PLAIN], ids=["VS Code", "eglot", "Helix", "plain"])
def test_a_whole_session_sends_what_the_client_announced(start: Start, client: Json) -> None:
    editor = start(client)
    editor.open("loss.py")
    editor.open("model.py")
    editor.settle("loss.py")
    editor.settle("model.py")
    (shown, *_) = editor.request("adls/pullbacks", uri=editor.uri("loss.py"), function="loss")
    editor.request("workspace/textDocumentContent", uri=shown["uri"])
    for command in ("adls.profile", "adls.showPullback", "adls.showCanopy"):
        editor.execute(command, "loss.py", "loss")
    editor.execute("adls.profile", "model.py", "layer")
    editor.answers["workspace/applyEdit"] = {"applied": True}
    editor.request("adls/insertCall", uri=editor.uri("model.py"), function="layer", expression="layer(1.0, 2.0)")
    editor.notify("workspace/didChangeConfiguration", settings={"adls": {"hints": "all"}})
    editor.change("model.py", "def (\n")
    editor.settle("model.py")
    editor.execute("adls.clear", "loss.py", "loss")
    assert editor.hints("loss.py") == {}
    wanted = {method for method, path in NEEDS.items() if announced(client, path)}
    sent = {message["method"] for message in editor.told}
    assert sent <= FOR_ALL | wanted | ({"$/progress"} if announced(client, "window.workDoneProgress") else set())
    edits = [each["edit"] for each in editor.of("workspace/applyEdit")]
    assert all(announced(client, "workspace.workspaceEdit.documentChanges") or "changes" in each for each in edits)
    seen = {"version" in each for each in editor.of("textDocument/publishDiagnostics")}
    assert seen == {announced(client, "textDocument.publishDiagnostics.versionSupport")}
    if client is ALL:
        assert wanted == NEEDS.keys() <= sent

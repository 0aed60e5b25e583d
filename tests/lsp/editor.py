"""An editor for tests: speaks the protocol over a real server's pipes, and forgets nothing that it was told.

It is written by hand, so that a test sees each message as it came, and can announce any set of abilities.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.conftest import PATIENCE, ROOT, START

Json = dict[str, Any]
ALL: Json = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {
        "showDocument": {"support": True},
        "workDoneProgress": True,
        "showMessage": {"messageActionItem": {"additionalPropertiesSupport": True}},
    },
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True},
        "configuration": True,
        "workspaceFolders": True,
        "inlayHint": {"refreshSupport": True},
        "codeLens": {"refreshSupport": True},
        "textDocumentContent": {},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"versionSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["source"]}}},
    },
}
"""What VS Code announces of what the server asks for."""
COMMAND = (sys.executable, "-c", START, "lsp")


class Editor:
    """A server and what it said. `answers` are what its requests get: a value, or a function of the parameters.

    `command` starts another server than this one, from the folder `cwd`. `options` are the client's.
    """

    def __init__(self, folder: Path, cache: Path, capabilities: Json | None = None, *,
                 command: Sequence[str] = COMMAND, cwd: Path = Path("/"), **options: Any) -> None:
        self.folder = folder
        self.told: list[Json] = []
        self.answers: dict[str, Any] = {"workspace/configuration": [None], "window/showDocument": {"success": True}}
        self._number = 0
        self._replies: dict[int, Json] = {}
        self._queue: queue.Queue[Json | None] = queue.Queue()
        self._versions: dict[str, int] = {}
        announced = ALL if capabilities is None else capabilities
        published = announced.get("textDocument", {}).get("publishDiagnostics", {})
        self._sees_versions = bool(published.get("versionSupport"))
        environment = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "COVERAGE", "VIRTUAL_ENV"))}
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment, "ADLS_HOME": str(ROOT), "XDG_CACHE_HOME": str(cache)},
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.initialized = self.request(
            "initialize",
            processId=os.getpid(),
            rootUri=folder.as_uri(),
            workspaceFolders=[{"uri": folder.as_uri(), "name": folder.name}],
            capabilities=announced,
            initializationOptions={"interpreter": sys.executable, **options},
        )
        self.notify("initialized")

    # Messages

    def send(self, message: Json) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def notify(self, method: str, **params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> int:
        """Send a request without waiting for its answer."""
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        return self._number

    def reply(self, number: int) -> Json:
        """The whole answer to a request."""
        self.until(lambda: number in self._replies)
        return self._replies.pop(number)

    def request(self, method: str, **params: Any) -> Any:
        message = self.reply(self.ask(method, **params))
        assert "error" not in message, message
        return message.get("result")

    def until(self, condition: Callable[[], object], patience: float = PATIENCE) -> None:
        """Take messages in until the condition holds."""
        deadline = time.monotonic() + patience
        while not condition():
            message = self._queue.get(timeout=max(0.01, deadline - time.monotonic()))
            assert message is not None, f"the server ended with {self.process.wait()}"
            self._take(message)

    def drain(self) -> None:
        """Take in what is there."""
        while not self._queue.empty():
            message = self._queue.get()
            if message is not None:
                self._take(message)

    def of(self, method: str) -> list[Any]:
        """The parameters of all messages of a method so far."""
        return [message.get("params") for message in self.told if message["method"] == method]

    def _take(self, message: Json) -> None:
        if "method" not in message:
            self._replies[message["id"]] = message
            return
        self.told.append(message)
        if "id" in message:
            answer = self.answers.get(message["method"])
            result = answer(message.get("params")) if callable(answer) else answer
            self.send({"id": message["id"], "result": result})

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (header := stream.readline().strip()) or not length:
                if not header and not length:
                    self._queue.put(None)
                    return
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            content = stream.read(length)
            if len(content) < length:  # the server was killed while it wrote
                self._queue.put(None)
                return
            self._queue.put(json.loads(content))

    # Documents

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None) -> str:
        path = self.folder / name
        uri, self._versions[name] = path.as_uri(), 1
        item = {"uri": uri, "languageId": "python", "version": 1, "text": path.read_text() if text is None else text}
        self.notify("textDocument/didOpen", textDocument=item)
        return uri

    def change(self, name: str, text: str) -> None:
        """Replace the whole text."""
        self.edit(name, {"text": text})

    def edit(self, name: str, *changes: Json) -> None:
        self._versions[name] += 1
        document = {"uri": self.uri(name), "version": self._versions[name]}
        self.notify("textDocument/didChange", textDocument=document, contentChanges=list(changes))

    # What a user sees

    def hints(self, name: str, last: int = 10_000) -> dict[int, str]:
        """The hints by line, from 1."""
        where = {"start": {"line": 0, "character": 0}, "end": {"line": last, "character": 0}}
        found = self.request("textDocument/inlayHint", textDocument={"uri": self.uri(name)}, range=where)
        return {hint["position"]["line"] + 1: hint["label"] for hint in found or []}

    def hover(self, name: str, line: int, character: int = 0) -> str:
        place = {"line": line - 1, "character": character}
        found = self.request("textDocument/hover", textDocument={"uri": self.uri(name)}, position=place)
        return str(found["contents"]["value"]) if found else ""

    def lenses(self, name: str) -> list[tuple[int, str, str]]:
        found = self.request("textDocument/codeLens", textDocument={"uri": self.uri(name)})
        return [
            (lens["range"]["start"]["line"] + 1, lens["command"]["title"], lens["command"]["command"])
            for lens in found or []
        ]

    def actions(self, name: str, line: int, trigger: int = 1) -> list[Json]:
        where = {"line": line - 1, "character": 0}
        found = self.request(
            "textDocument/codeAction",
            textDocument={"uri": self.uri(name)},
            range={"start": where, "end": where},
            context={"diagnostics": [], "triggerKind": trigger},
        )
        return list(found or [])

    def profile(self, name: str, function: str = "", **more: Any) -> Json:
        found: Json = self.request("adls/profile", uri=self.uri(name), function=function, **more)
        return found

    def execute(self, command: str, name: str, function: str = "") -> Any:
        subject = {"uri": self.uri(name), "function": function}
        return self.request("workspace/executeCommand", command=command, arguments=[subject])

    def diagnostics(self, name: str) -> list[Json]:
        """The diagnostics that were published last."""
        found = [each for each in self.of("textDocument/publishDiagnostics") if each["uri"] == self.uri(name)]
        return list(found[-1]["diagnostics"]) if found else []

    def settle(self, name: str) -> None:
        """Wait until the document's last text has been examined: its diagnostics come then, even if there are none.

        A client that does not announce versions gets none: it takes the next ones.
        """
        version = self._versions[name] if self._sees_versions else None
        self.until(
            lambda: any(
                each["uri"] == self.uri(name) and each.get("version") == version
                for each in self.of("textDocument/publishDiagnostics")
            )
        )

    def kill(self) -> None:
        """End the server as a crash would."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.request("shutdown")
            self.notify("exit")
        self.process.wait(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()


Start = Callable[..., Editor]


def until_hints(editor: Editor, name: str, wanted: Callable[[dict[int, str]], object]) -> dict[int, str]:
    """The hints, as soon as they are as wanted."""
    deadline = time.monotonic() + PATIENCE
    while not wanted(found := editor.hints(name)):
        assert time.monotonic() < deadline, found
    return found

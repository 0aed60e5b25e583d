"""The server: how pygls carries requests to features and actions, and what they say back. Nothing is decided here."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
from dataclasses import asdict
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

import adls
from adls.lsp.actions import Actions
from adls.lsp.analyst import Analyst
from adls.lsp.client import client_of
from adls.lsp.commands import COMMANDS, BadArguments, arguments_of
from adls.lsp.connection import Connection, Reported
from adls.lsp.documents import Document
from adls.lsp.examination import Examiner
from adls.lsp.features.code_actions import KIND, code_actions
from adls.lsp.features.code_lens import code_lens
from adls.lsp.features.functions import functions
from adls.lsp.features.hover import hover
from adls.lsp.features.inlay_hints import inlay_hints
from adls.lsp.output import Output
from adls.lsp.positions import characters
from adls.lsp.runner import Runner
from adls.lsp.session import Session
from adls.lsp.settings import Settings, settings_of
from adls.lsp.state import State
from adls.lsp.store import Store, cache_folder
from adls.lsp.temporary import remove_left
from adls.lsp.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


FEATURES: tuple[tuple[str, Callable[..., Any], object], ...] = (
    (lsp.TEXT_DOCUMENT_HOVER, hover, None),
    (lsp.TEXT_DOCUMENT_CODE_LENS, code_lens, None),
    (lsp.TEXT_DOCUMENT_CODE_ACTION, code_actions, lsp.CodeActionOptions([KIND])),
)
"""Method, the pure function that answers it, and what is announced of it."""

LONGEST_WAIT = 2.0  # seconds for which hints may wait
LONGEST_TURN = 0.0005  # seconds for which a thread that decodes may keep the loop from a request
COLLECTED_AFTER = 20_000, 50, 1000
"""When the garbage collector looks: a large file makes many objects, and nearly all of them go by their counts."""
ENDS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
_WATCHERS = [lsp.FileSystemWatcher("**/*.py")]


class Protocol(LanguageServerProtocol):
    """pygls's protocol, with documents of our own and virtual ones."""

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """Announce virtual documents to a client that knows them."""
        result = yield from super().lsp_initialize(params)
        if client_of(params).virtual_documents and result.capabilities.workspace is not None:
            schemes = lsp.TextDocumentContentOptions(["adls"])
            result.capabilities.workspace.text_document_content = schemes
        return result

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: Any) -> Generator[Any, Any, None]:
        """The session keeps the texts: pygls would cut lines at U+2028."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: Any) -> Generator[Any, Any, None]:
        """As above."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: Any) -> Generator[Any, Any, None]:
        """As above."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class Served:
    """One client's session behind the server's handlers."""

    def __init__(self, server: LanguageServer, store: Store | None = None) -> None:
        self._server = server
        self._store = store or Store(cache_folder())
        self.connection = Connection(server)
        self.session: Session
        self.actions: Actions
        self._profiles: dict[int | str, asyncio.Task[Any]] = {}
        self._tidying: asyncio.Future[None] | None = None  # Who is not held on to may vanish.

    def initialize(self, params: lsp.InitializeParams) -> None:
        """The client's first word."""
        client = client_of(params)
        self.connection.client = client
        state = State(client, settings_of(params.initialization_options), folders_of(params))
        self.session = Session(state, self.connection, Examiner(Analyst(roots(state.folders))), self._store)
        self.actions = Actions(self.session, Runner(self.session))
        self._server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)(self._hints())
        for number in ENDS:
            signal.signal(number, self._ended)
        if not client.own_commands:
            for row in COMMANDS:
                self._server.command(row.name)(self._commands()[row.name])

    async def initialized(self, _params: lsp.InitializedParams) -> None:
        """The client is ready to be asked."""
        self.session.start()
        self._tidying = asyncio.ensure_future(asyncio.to_thread(remove_left))
        client = self.session.state.client
        if client.configuration:
            await self._pull_settings()
        if client.watched_files:
            options = lsp.DidChangeWatchedFilesRegistrationOptions(_WATCHERS)
            wanted = lsp.Registration("adls-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            with contextlib.suppress(Exception):
                await self._server.client_register_capability_async(lsp.RegistrationParams([wanted]))

    async def shutdown(self, _params: object = None) -> None:
        """The client leaves: nothing stays behind."""
        await self.actions.end()
        await self.session.end()

    def _ended(self, number: int, _frame: object) -> None:
        """The editor ends the server by a signal, or its terminal is gone: die of it, but leave no file behind."""
        self.actions.tidy()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    # Documents

    def did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        """A Python file was opened."""
        item = params.text_document
        path = path_of(item.uri)
        if path is not None:
            self.session.opened(item.uri, path, item.version, item.text)

    def did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        """A document was edited."""
        document = self.session.state.documents.get(params.text_document.uri)
        if document is not None:
            for change in params.content_changes:
                document = self._changed(document, params.text_document.version, change)
            self.session.edited(document)

    def _changed(self, document: Document, version: int, change: Any) -> Document:
        where = getattr(change, "range", None)
        if where is None:
            return document.replaced(version, change.text)
        start, end = (self._place(document, each) for each in (where.start, where.end))
        return document.edited(version, start, end, change.text)

    def _place(self, document: Document, at: lsp.Position) -> tuple[int, int]:
        encoding = self.session.state.client.encoding
        return at.line, characters(document.line(at.line + 1), at.character, encoding)

    def did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        self.session.closed(params.text_document.uri)

    def did_change_files(self, params: lsp.DidChangeWatchedFilesParams) -> None:
        """Files changed on disk."""
        paths = (path_of(change.uri) for change in params.changes)
        self.session.changed_on_disk([path for path in paths if path is not None])

    def did_change_folders(self, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        """The user added folders to the workspace, or took some away."""
        gone = {path_of(folder.uri) for folder in params.event.removed}
        added = (path_of(folder.uri) for folder in params.event.added)
        kept = [path for path in self.session.state.folders if path not in gone]
        folders = tuple(dict.fromkeys([*kept, *filter(None, added)]))
        self.session.folders_changed(folders, roots(folders))

    async def did_change_settings(self, params: lsp.DidChangeConfigurationParams) -> None:
        """Settings changed, or trust was given."""
        self._set(settings_of(params.settings, self.session.state.settings))
        if self.session.state.client.configuration:
            await self._pull_settings()

    async def _pull_settings(self) -> None:
        asked = lsp.ConfigurationParams([lsp.ConfigurationItem(section="adls")])
        with contextlib.suppress(Exception):  # A client may answer with any error of its own.
            found = await self._server.workspace_configuration_async(asked)
            self._set(settings_of(found[0] if found else None, self.session.state.settings))

    def _set(self, settings: Settings) -> None:
        self.session.state.settings = settings
        self.session.state.changed()
        self.connection.refresh()

    # Requests

    def feature(self, answer: Callable[..., Any]) -> Callable[[Any], Any]:
        """A feature as a handler: its snapshot is of the moment when the request is served."""
        return lambda params: answer(self.session.state.snapshot(), params)

    def _hints(self) -> Callable[[Any], Any]:
        """Hints; a client that cannot be told of new ones gets them when the text has been examined, not before."""
        at_once = self.feature(inlay_hints)
        if self.session.state.client.inlay_refresh:
            return at_once

        async def wait(params: Any) -> Any:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.session.settled(), LONGEST_WAIT)
            return at_once(params)

        return wait

    def _commands(self) -> dict[str, Callable[..., Any]]:
        # Any, not object: pygls puts the server before the arguments where the annotation admits it.
        async def profile(*sent: Any) -> None:
            path, function = self._subject(sent)
            outcome = await self._profile(path, function, None)
            call = await self.actions.chosen(function, outcome)
            if call:
                outcome = await self._profile(path, function, None, call)
            self.actions.tell(outcome)
            if call and outcome.outcome == "finished":
                await self.actions.offer(path, function, call)

        async def show_pullback(*sent: Any) -> None:
            await self.actions.show_pullback(*self._subject(sent))

        async def show_canopy(*sent: Any) -> None:
            await self.actions.show_canopy(*self._subject(sent))

        async def clear(*sent: Any) -> None:
            await self.actions.clear(*self._subject(sent))

        return {
            "adls.profile": profile,
            "adls.showPullback": show_pullback,
            "adls.showCanopy": show_canopy,
            "adls.clear": clear,
        }

    def _subject(self, sent: object) -> tuple[str, str]:
        try:
            uri, function = arguments_of(sent)
        except BadArguments as error:
            self.connection.say(str(error), "warning")  # Some editors keep errors to themselves.
            raise JsonRpcInvalidParams(str(error)) from error
        return path_of(uri) or uri, function

    async def _profile(self, path: str, function: str, token: int | str | None, call: str = "") -> Any:
        progress = Reported(self._server, token)
        await progress.begin(f"Profiling {function or Path(path).name}", create=self.session.state.client.progress)
        task = asyncio.ensure_future(self.actions.profile(path, function, progress, call))
        if progress.token is not None:
            self._profiles[progress.token] = task
        try:
            return await task
        finally:
            self._profiles.pop(progress.token or "", None)
            progress.end()

    def cancel_progress(self, params: lsp.WorkDoneProgressCancelParams) -> None:
        """The user cancelled in the progress notification."""
        task = self._profiles.get(params.token)
        if task is not None:
            task.cancel()

    async def profile(self, params: Any) -> dict[str, Any]:
        """`adls/profile`."""
        path, function = self._subject([params])
        token = getattr(params, "workDoneToken", None)
        call = getattr(params, "call", None) or ""
        try:
            outcome = await self._profile(path, function, token, call)
        except asyncio.CancelledError:
            return {"outcome": "interrupted", "message": "cancelled"}
        return asdict(outcome)

    async def calls(self, params: Any) -> list[dict[str, Any]]:
        """`adls/calls`."""
        return [asdict(each) for each in await self.actions.runner.calls(*self._subject([params]))]

    async def insert_call(self, params: Any) -> bool:
        """`adls/insertCall`."""
        return await self.actions.insert_call(*self._subject([params]), params.expression)

    async def canopy(self, params: Any) -> str | None:
        """`adls/canopy`."""
        return await self.actions.canopy(*self._subject([params]))

    async def costliest(self, params: Any) -> list[dict[str, Any]]:
        """`adls/costliest`."""
        path, _ = self._subject([params])
        return [asdict(each) for each in await self.actions.costliest(path)]

    async def pullbacks(self, params: Any) -> list[dict[str, Any]]:
        """`adls/pullbacks`."""
        return [asdict(each) for each in await self.actions.pullbacks(*self._subject([params]))]

    async def functions(self, params: Any) -> dict[str, Any]:
        """`adls/functions`."""
        path, _ = self._subject([params])
        await self.session.ready(path)
        return asdict(functions(self.session.state.snapshot(), path, params.line))

    async def clear(self, params: Any) -> None:
        """`adls/clear`."""
        await self.actions.clear(*self._subject([params]))

    async def content(self, params: lsp.TextDocumentContentParams) -> lsp.TextDocumentContentResult:
        """`workspace/textDocumentContent`."""
        return lsp.TextDocumentContentResult(await self.actions.text(params.uri))


def build(store: Store | None = None) -> LanguageServer:
    """A server that is ready to be started."""
    server = LanguageServer("adls", adls.__version__, protocol_cls=Protocol)
    served = Served(server, store)
    handlers: tuple[tuple[str, Callable[..., Any]], ...] = (
        (lsp.INITIALIZE, served.initialize),
        (lsp.INITIALIZED, served.initialized),
        (lsp.SHUTDOWN, served.shutdown),
        (lsp.TEXT_DOCUMENT_DID_OPEN, served.did_open),
        (lsp.TEXT_DOCUMENT_DID_CHANGE, served.did_change),
        (lsp.TEXT_DOCUMENT_DID_CLOSE, served.did_close),
        (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, served.did_change_files),
        (lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, served.did_change_folders),
        (lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, served.did_change_settings),
        (lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL, served.cancel_progress),
        (lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT, served.content),
        *((f"adls/{name}", handler) for name, handler in requests(served).items()),
    )
    for method, handler in handlers:
        server.feature(method)(_handler(handler))
    for method, answer, options in FEATURES:
        server.feature(method, options)(served.feature(answer))
    return server


def requests(served: Served) -> dict[str, Callable[..., Any]]:
    """The requests of our own, by their names after `adls/`; docs/protocol.md describes each."""
    return {
        "profile": served.profile,
        "calls": served.calls,
        "insertCall": served.insert_call,
        "canopy": served.canopy,
        "costliest": served.costliest,
        "pullbacks": served.pullbacks,
        "functions": served.functions,
        "clear": served.clear,
    }


def _handler(method: Callable[..., Any]) -> Callable[..., Any]:
    """A function of its own for each bound method: pygls writes attributes on what it registers."""
    if asyncio.iscoroutinefunction(method):

        async def wait(params: Any = None) -> Any:
            return await method(params)

        return wait
    return lambda params=None: method(params)


def roots(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Where the workspace's own packages may lie: in its folders, or in a `src` in them."""
    return tuple(str(Path(folder, inner)) for folder in folders for inner in ("", "src"))


def folders_of(params: lsp.InitializeParams) -> tuple[str, ...]:
    """The folders of the workspace that a client opens."""
    uris = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
    found = tuple(path for path in map(path_of, filter(None, uris)) if path)
    return found or tuple(filter(None, [params.root_path]))  # All that Helix tells of a folder without a repository.


def main() -> None:
    """Serve on standard input and output, which nothing else can reach from then on."""
    sys.setswitchinterval(LONGEST_TURN)
    output = Output(FileIO(os.dup(1), "wb"))
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    server = build()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)
    server.start_io(stdout=output)



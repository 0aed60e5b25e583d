"""What happens between requests: texts are examined, runs come back to life, and figures find their lines."""

from __future__ import annotations

import asyncio
import traceback
from typing import TYPE_CHECKING

from adls.lsp.features.diagnostics import diagnostics
from adls.lsp.features.pullbacks import STATIC, Address, address_of
from adls.lsp.runs import Ran, Refusal, outermost
from adls.lsp.texts import read_text
from adls.profile.processors import profile_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from adls.engine.analysis.model import Problem
    from adls.lsp.documents import Document
    from adls.lsp.editor import Editor
    from adls.lsp.examination import Examiner
    from adls.lsp.runs import Examined
    from adls.lsp.state import State
    from adls.lsp.store import Store, Stored

PAUSE = 0.1  # seconds without typing after which a text is examined


class Session:
    """Keeps what is known up with the texts. Used from one event loop; nothing here takes long on it."""

    def __init__(
        self, state: State, editor: Editor, examiner: Examiner, store: Store, pause: float = PAUSE
    ) -> None:
        self.state = state
        self.editor = editor
        self.examiner = examiner
        self.store = store
        self._pause = pause
        self._waiting: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._settled = asyncio.Condition()
        self._busy = False
        self._typed = False
        self._stored: list[Stored] = []
        self._reading: asyncio.Task[None] | None = None
        self._restoring: dict[str, asyncio.Task[None]] = {}
        self._one_restores = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work; the runs of earlier sessions are read meanwhile."""
        self._task = asyncio.ensure_future(self._work())
        self._reading = asyncio.ensure_future(self._read_store())

    async def end(self) -> None:
        """Stop working."""
        for task in (self._task, self._reading, *self._restoring.values()):
            if task is not None:
                task.cancel()
        await self.examiner.close()

    # What the client tells

    def opened(self, uri: str, path: str, version: int, text: str) -> None:
        """A document was opened."""
        self.state.open(uri, path, version, text)
        self._examine_soon(path)
        self._restored(path)

    def edited(self, document: Document) -> None:
        """A document was edited; while it is typed in, nothing is examined."""
        self.state.put(document)
        self._typed = True
        self._examine_soon(document.path)

    def closed(self, uri: str) -> None:
        """A document was closed: what is on disk counts again."""
        document = self.state.documents.get(uri)
        self.state.close(uri)
        if document is not None:
            self.editor.publish(document, [])
            self._examine_soon(document.path)

    def changed_on_disk(self, paths: Iterable[str]) -> None:
        """Files changed that may not be open."""
        for path in paths:
            if path in self.state.now and self.state.snapshot().by_path(path) is None:
                self._examine_soon(path)

    def folders_changed(self, folders: tuple[str, ...], roots: tuple[str, ...]) -> None:
        """The workspace has other folders: what is imported may lie elsewhere now."""
        self.state.folders = folders
        self.state.changed()
        self.examiner.look_into(roots)
        for document in self.state.documents.values():
            self._examine_soon(document.path)

    async def settled(self) -> None:
        """Wait until everything that was told has been examined."""
        async with self._settled:
            await self._settled.wait_for(lambda: not self._waiting and not self._busy)

    async def ready(self, path: str) -> None:
        """Wait until all is known of a file: its earlier runs are back, and what was told has been examined."""
        await asyncio.shield(self._restored(path))
        await self.settled()

    # Examining

    def _examine_soon(self, path: str) -> None:
        self._waiting[path] = None
        self._wake.set()

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            while self._typed:
                self._typed = False
                await asyncio.sleep(self._pause)
            self._wake.clear()
            self._busy = True
            while self._waiting and not self._typed:
                path = next(iter(self._waiting))
                del self._waiting[path]
                try:
                    await self._examine(path)
                except Exception:  # One text that was not foreseen must not end the examining of all others.
                    self.editor.say(traceback.format_exc(), "log")
            self._busy = False
            if self._waiting:
                self._wake.set()
            async with self._settled:
                self._settled.notify_all()

    async def _examine(self, path: str) -> None:
        document = self.state.snapshot().by_path(path)
        if document is not None:
            document = document.being_examined()
            self.state.put(document)
        text = document.text if document is not None else await asyncio.to_thread(read_text, path)
        if text is None:
            self.state.now.pop(path, None)
            self.state.changed()
            self.editor.refresh()
            return
        also = {name for ran in self.state.runs for name in ran.functions_in(path)}
        also |= {outermost(each.problem.function) for each in self.state.refusals if each.path == path}
        lines = document.raw if document is not None else None
        calls = [(ran.file, ran.function, ran.call) for ran in self.state.runs if ran.call]
        found = await self.examiner.examine(path, text, self.state.open_texts(), also, lines, calls)
        if found is not None:
            self._take(path, found)

    def _take(self, path: str, found: Examined) -> None:
        """What was examined becomes known; a text that doesn't parse changes nothing."""
        document = self.state.snapshot().by_path(path)
        if not found.analysis.syntax_error or path not in self.state.now:
            self.state.now[path] = found
        if document is not None:
            document = document.examined(found.analysis)
            self.state.put(document)
        self.state.changed()
        if document is not None:
            self.tell(document)
        self.editor.refresh()
        self._refresh_documents(lambda address: address.path == path and address.signature == STATIC)

    def _refresh_documents(self, concerns: Callable[[Address], bool]) -> None:
        """Have the client ask anew for what it shows of adjoints."""
        for uri in sorted(self.state.served):
            address = address_of(uri, self.state.folders)
            if address is not None and concerns(address):
                self.editor.refresh_document(uri)

    # Runs

    async def take_run(self, stored: Stored, *, old: bool = False) -> Ran:
        """A run as one that has figures to show; the texts that ran are examined for it."""
        texts = await self._examined(stored)
        profile = await asyncio.to_thread(profile_of, stored.recording)
        await self._know({*texts, *(read for each in texts.values() for read in each.analysis.reads)})
        run = Ran(stored.file, stored.function, stored.recording, profile, texts, stored.call)
        known = any((each.file, each.function) == (run.file, run.function) for each in self.state.runs)
        if not (old and known):
            self.state.add_run(run)
        for path in texts:
            self._examine_soon(path)
        self.tell_all()
        return run

    async def _examined(self, stored: Stored) -> dict[str, Examined]:
        """The texts that ran, and those of which something was read; a program may have loaded many more."""
        texts: dict[str, Examined] = {}
        todo = [path for path in stored.texts if path in {unit.file for unit in stored.recording.units}]
        while todo:
            path = todo.pop()
            ran = {outermost(unit.qualname) for unit in stored.recording.units if unit.file == path}
            found = await self.examiner.examine(path, stored.texts[path], stored.texts, ran)
            if found is not None:
                texts[path] = found
                read = (each for each in found.analysis.reads if each in stored.texts)
                todo += [each for each in read if each not in texts and each not in todo]
        return texts

    async def _know(self, paths: Iterable[str]) -> None:
        """Examine what is not known yet: a figure would seem stale for a moment."""
        for path in paths:
            if path not in self.state.now and self.state.snapshot().by_path(path) is None:
                await self._examine(path)
        await self.settled()

    async def take_refusals(self, path: str, function: str, found: Sequence[Problem], files: Sequence[str],
                            texts: Mapping[str, str]) -> None:
        """What a run found that cannot be differentiated, each problem with the file that it is in."""
        refusals = []
        for problem, file in zip(found, files, strict=True):
            ran = [outermost(problem.function)]
            text = await self.examiner.examine(file, texts[file], texts, ran) if file in texts else None
            if text is not None:
                refusals.append(Refusal(path, function, file, text, problem))
        self.state.set_refusals(path, function, tuple(refusals))
        self.tell_all()

    async def _read_store(self) -> None:
        self._stored = await asyncio.to_thread(self.store.load)

    def _restored(self, path: str) -> asyncio.Task[None]:
        """The one task that brings the earlier runs of a file back."""
        if path not in self._restoring:
            self._restoring[path] = asyncio.ensure_future(self._restore(path))
        return self._restoring[path]

    async def _restore(self, path: str) -> None:
        """Bring the earlier runs back that have figures for a file; a run over several files comes once."""
        if self._reading is not None:
            await asyncio.shield(self._reading)
        async with self._one_restores:
            wanted = [stored for stored in self._stored if path in stored.texts]
            self._stored = [stored for stored in self._stored if path not in stored.texts]
            for stored in reversed(wanted):
                await self.take_run(stored, old=True)

    def tell_all(self) -> None:
        """Tell the client all that depends on runs."""
        for document in list(self.state.documents.values()):
            self.tell(document)
        self.editor.refresh()
        self._refresh_documents(lambda address: address.signature != STATIC)

    def tell(self, document: Document) -> None:
        """Tell the client what is wrong in a document, and what its status is."""
        self.editor.publish(document, diagnostics(self.state.snapshot(), document))
        self.tell_status(document)

    def tell_status(self, document: Document) -> None:
        """What the status item says of a document: the total of its newest gradient."""
        from adls.lsp.features.status import status

        text, tooltip, running = status(self.state.snapshot(), document)
        self.editor.status(document.uri, text, tooltip, running=running)

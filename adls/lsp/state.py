"""All that changes in the server, in one place; features get snapshots of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.lsp.documents import Document, opened
from adls.lsp.settings import Settings
from adls.lsp.snapshot import Client, Snapshot

if TYPE_CHECKING:
    from adls.lsp.runs import Examined, Ran, Refusal

MOST_RUNS = 50


class State:
    """Documents, what was found in them, and runs. Every change drops the snapshot, which is made when asked for."""

    def __init__(self, client: Client, settings: Settings, folders: tuple[str, ...]) -> None:
        self.client = client
        self.settings = settings
        self.folders = folders
        self.documents: dict[str, Document] = {}
        self.runs: tuple[Ran, ...] = ()
        self.refusals: tuple[Refusal, ...] = ()
        self.now: dict[str, Examined] = {}
        self.running: set[tuple[str, str]] = set()
        self.served: set[str] = set()  # addresses of the virtual documents that the client has asked for
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """Everything as it is now; the same object until something changes."""
        if self._snapshot is None:
            self._snapshot = Snapshot(
                dict(self.documents),
                self.runs,
                self.refusals,
                dict(self.now),
                self.settings,
                self.client,
                self.folders,
                frozenset(self.running),
            )
        return self._snapshot

    def changed(self) -> None:
        """Drop the snapshot."""
        self._snapshot = None

    def open(self, uri: str, path: str, version: int, text: str) -> Document:
        """A document that the client has opened."""
        document = self.documents[uri] = opened(uri, path, version, text)
        self.changed()
        return document

    def put(self, document: Document) -> None:
        """A document with another text, or with something else known of it."""
        before = self.documents.get(document.uri)
        self.documents[document.uri] = document
        if before is not None and self._snapshot is not None and before.analysis is document.analysis:
            self._keep_figures(self._snapshot)
        else:
            self.changed()

    def close(self, uri: str) -> None:
        """A document that the client has closed."""
        self.documents.pop(uri, None)
        self.changed()

    def add_run(self, ran: Ran) -> None:
        """A run stands before the older ones, and in place of the last of its function."""
        others = [each for each in self.runs if (each.file, each.function) != (ran.file, ran.function)]
        self.runs = (ran, *others)[:MOST_RUNS]
        self.changed()

    def drop_runs(self, path: str, function: str) -> list[Ran]:
        """Forget the runs of a function, or of a whole file for ""; those that were forgotten."""
        gone = [ran for ran in self.runs if ran.file == path and function in ("", ran.function)]
        gone += [ran for ran in self.runs if ran not in gone and function and ran.gradients_of(path, function)]
        self.runs = tuple(ran for ran in self.runs if ran not in gone)
        self.changed()
        return gone

    def set_refusals(self, path: str, function: str, found: tuple[Refusal, ...]) -> None:
        """What the last run of a function found, in place of what the one before did."""
        others = [each for each in self.refusals if (each.file, each.function) != (path, function)]
        self.refusals = (*others, *found)
        self.changed()

    def open_texts(self) -> dict[str, str]:
        """The texts of the open documents, by path."""
        return {document.path: document.text for document in self.documents.values()}

    def _keep_figures(self, before: Snapshot) -> None:
        """An edit moves lines but no figure: what was worked out of them is kept."""
        self._snapshot = None
        after = self.snapshot()
        after._placed.update(before._placed)

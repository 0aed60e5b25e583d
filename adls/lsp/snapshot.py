"""What a feature sees: all that the server knows, frozen at the moment that a request arrived."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from adls.lsp.figures import Placed, placed
from adls.lsp.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adls.engine.analysis.model import FunctionInfo
    from adls.lsp.documents import Document
    from adls.lsp.positions import Encoding
    from adls.lsp.runs import Examined, Ran, Refusal


@dataclass(frozen=True, slots=True)
class Client:
    """What the client has announced; nothing else is ever sent to it."""

    encoding: Encoding = "utf-16"
    inlay_refresh: bool = False
    lens_refresh: bool = False
    virtual_documents: bool = False
    message_actions: bool = False
    show_document: bool = False
    progress: bool = False
    configuration: bool = False
    apply_edit: bool = False
    document_changes: bool = False
    versions: bool = False
    markdown: bool = True
    action_literals: bool = False
    own_commands: bool = False
    watched_files: bool = False


@dataclass(frozen=True)
class Snapshot:
    """Everything that features read. `runs` stand newest first; `now` has what was examined last of each file."""

    documents: Mapping[str, Document]
    runs: tuple[Ran, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    now: Mapping[str, Examined] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    client: Client = field(default_factory=Client)
    folders: tuple[str, ...] = ()
    running: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def _placed(self) -> dict[str, dict[int, Placed]]:
        return {}

    def figures(self, path: str) -> dict[int, Placed]:
        """The figures of a file by the line of its last examined text."""
        if path not in self._placed:
            self._placed[path] = placed(self.runs, path, self.now)
        return self._placed[path]

    def by_path(self, path: str) -> Document | None:
        """The open document of a file."""
        return next((each for each in self.documents.values() if each.path == path), None)

    def function_at(self, document: Document, line: int) -> FunctionInfo | None:
        """The function that a current line belongs to, as far as it was examined."""
        examined = self.now.get(document.path)
        then = document.moved.then(line)
        return examined.enclosing(then) if examined is not None and then is not None else None

    def is_running(self, path: str, function: str) -> bool:
        """Whether a function's profile is being taken."""
        return (path, function) in self.running or (path, "") in self.running

    def runs_of(self, path: str, function: str) -> list[Ran]:
        """The runs that have the gradient of a function, the newest first."""
        return [ran for ran in self.runs if ran.gradients_of(path, function)]

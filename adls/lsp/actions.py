"""What a user can have done: profile, show pullback, show canopy, clear, and what leads there.

Each way of asking (a command, a request, an editor without one of its abilities) ends here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from adls.engine.source.examples import comment_of
from adls.lsp.features.costliest import costliest
from adls.lsp.features.pullbacks import STATIC, Address, Choice, address_of, choices, stored_text, uri_of
from adls.lsp.pages import Pages
from adls.lsp.temporary import TemporaryFiles
from adls.lsp.uris import uri_of_path
from adls.render.page import render_page

if TYPE_CHECKING:
    from adls.engine.analysis.model import Candidate
    from adls.lsp.features.costliest import CostlyLine
    from adls.lsp.outcomes import Outcome
    from adls.lsp.runner import Progress, Runner
    from adls.lsp.session import Session

NO_PROFILE = "{function} has no profile yet: profile its gradient first"
NO_FUNCTION = "{file} has no function {function}"
NOT_IN_A_FUNCTION = "The cursor is in no function: put it into the one whose adjoint you want to see"
INSERT = "Insert as Comment"
WHERE = {"main": "under __main__", "annotations": "made up from its parameters"}


class Actions:
    """The actions of one session."""

    def __init__(self, session: Session, runner: Runner) -> None:
        self._session = session
        self.runner = runner
        self._pages = Pages()
        self._files = TemporaryFiles()

    async def profile(self, path: str, function: str, progress: Progress, call: str = "") -> Outcome:
        """Take a profile."""
        return await self.runner.profile(path, function, progress, call)

    def tell(self, outcome: Outcome) -> None:
        """Say how a profile ended, for clients that show nothing of it themselves."""
        editor = self._session.editor
        if outcome.report:
            editor.say(outcome.report, "log")
        if outcome.outcome == "finished":
            said = "; ".join(f"gradient of {each.function}: {each.text}" for each in outcome.totals)
            editor.say(said or "it took no gradient", "info")
        else:
            editor.say(outcome.message, "info" if outcome.outcome == "interrupted" else "warning")

    async def chosen(self, function: str, outcome: Outcome) -> str:
        """The call that the user wants for a function that has no example call, of those found; "" for none."""
        titles = {_title(each): each.expression for each in outcome.calls}
        if outcome.outcome != "no-call" or not titles or not function:
            return ""
        asked = f"{function} has no example call. Which call shall be measured?"
        return titles.get(await self._session.editor.choose(asked, [*titles]), "")

    async def offer(self, path: str, function: str, expression: str) -> None:
        """Ask whether a call that was measured shall stand above its function from now on."""
        comment = comment_of(expression)
        if self._session.state.client.apply_edit and await self._session.editor.choose(
            f"Write this above {function}? {comment}", [INSERT]
        ):
            await self.insert_call(path, function, expression)

    # The adjoint on show

    async def pullbacks(self, path: str, function: str) -> list[Choice]:
        """The documents that show a function's adjoint: those that ran, else the one made from the text alone."""
        await self._session.ready(path)
        snapshot = self._session.state.snapshot()
        static = uri_of(Address(path, function), snapshot.folders)
        return choices(snapshot, path, function) or [Choice(static, function, "not run")]

    async def text(self, uri: str) -> str:
        """What a virtual document holds."""
        address = address_of(uri, self._session.state.folders)
        if address is None:
            return f"# {uri} is no address of an adjoint\n"
        self._session.state.served.add(uri)
        await self._session.ready(address.path)
        snapshot = self._session.state.snapshot()
        text = stored_text(snapshot, address) if address.signature != STATIC else None
        return text if text is not None else await self._preview(address)

    async def _preview(self, address: Address) -> str:
        texts = self._session.state.open_texts()
        view = address.view
        found = await self._session.examiner.preview(address.path, address.function, view, texts)
        if found is None:
            return f"# the adjoint of {address.function} could not be worked out from the text\n"
        ran = address.signature != STATIC
        note = "# the run that this was an address of is gone; below is what the text says now\n" if ran else ""
        return note + found.text

    async def show_pullback(self, path: str, function: str) -> None:
        """Open the adjoint: as a virtual document, else as a temporary file, else as a message."""
        uri = (await self.pullbacks(path, function))[0].uri
        snapshot = self._session.state.snapshot()
        examined = snapshot.now.get(path)
        if examined is not None and not examined.functions(function) and not choices(snapshot, path, function):
            said = NO_FUNCTION.format(file=Path(path).name, function=function) if function else NOT_IN_A_FUNCTION
            self._session.editor.say(said, "warning")
            return
        editor, client = self._session.editor, self._session.state.client
        if client.virtual_documents and await editor.show(uri):
            return
        text = await self.text(uri)
        place = self._files.write(f"{function}.adjoint.py", text)
        if not (client.show_document and await editor.show(uri_of_path(place))):
            editor.say(f"The adjoint of {function} is in {place}", "info")

    # The canopy

    async def canopy(self, path: str, function: str) -> str | None:
        """The canopy page of a function's newest run, or of the newest that has lines in the file; None without."""
        await self._session.ready(path)
        snapshot = self._session.state.snapshot()
        runs = snapshot.runs_of(path, function) or [ran for ran in snapshot.runs if path in ran.texts]
        if not runs:
            return None
        sources = {file: "".join(text.lines) for file, text in runs[0].texts.items()}
        return render_page(runs[0].profile, sources)

    async def show_canopy(self, path: str, function: str) -> None:
        """Open the page in a browser."""
        page = await self.canopy(path, function)
        editor = self._session.editor
        if page is None:
            editor.say(NO_PROFILE.format(function=function or path), "warning")
            return
        address = self._pages.address(f"{function or 'canopy'}.html", page)
        if not (self._session.state.client.show_document and await editor.show(address, external=True)):
            editor.say(f"The canopy is at {address}", "info")

    # The rest

    async def costliest(self, path: str) -> list[CostlyLine]:
        """The costliest lines of the newest run that has lines in a file."""
        await self._session.ready(path)
        snapshot = self._session.state.snapshot()
        return next((costliest(snapshot, ran) for ran in snapshot.runs if path in ran.texts), [])

    async def clear(self, path: str, function: str) -> None:
        """Forget the profiles of a function, of the whole file for ""."""
        await self._session.ready(path)
        state = self._session.state
        for ran in state.drop_runs(path, function):
            self._session.store.forget(ran.file, ran.function)
        self._session.tell_all()

    async def insert_call(self, path: str, function: str, expression: str) -> bool:
        """Write an example call as a comment above a function of an open document."""
        snapshot = self._session.state.snapshot()
        document, examined = snapshot.by_path(path), snapshot.now.get(path)
        if document is None or examined is None:
            return False
        for info in examined.functions(function)[-1:]:
            line = document.current(info.first_line)
            if line is not None:
                above = document.line(line)
                indent = above[: len(above) - len(above.lstrip())]
                return await self._session.editor.insert(document, line, f"{indent}{comment_of(expression)}\n")
        return False

    async def end(self) -> None:
        """End what runs, and leave nothing behind."""
        await self.runner.jobs.end_all()
        self.tidy()

    def tidy(self) -> None:
        """Take back what editors were given to open."""
        self._pages.close()
        self._files.remove()


def _title(call: Candidate) -> str:
    """A call, and where it was found."""
    where = WHERE.get(call.where) or f"{Path(call.path).name}:{call.line}"
    return f"{call.expression} ({where})"

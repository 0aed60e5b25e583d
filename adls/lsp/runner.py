"""Profiling a function: its example call runs in a worker, on the editor's texts, and comes back as figures."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from adls.engine.analysis.model import Problem
from adls.engine.source.examples import COMMAND_LINE, comment_of
from adls.engine.source.text import Span
from adls.launch.gather import outcome_of, recording_of
from adls.launch.handshake import CannotRun
from adls.launch.protocol import Request
from adls.lsp.features.costliest import costliest
from adls.lsp.interpreters import interpreter_of
from adls.lsp.jobs import Job, Jobs
from adls.lsp.outcomes import Outcome, totals
from adls.lsp.store import Stored
from adls.lsp.texts import read_text, texts_that_ran, unsaved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adls.engine.analysis.model import Candidate
    from adls.launch.process import Answer
    from adls.launch.protocol import Message
    from adls.lsp.session import Session

UNTRUSTED = "This workspace is not trusted, so none of its code is run: trust it to profile"
NO_FILE = "This is no file on disk yet: save it first"
ANOTHER = "in the setting adls.interpreter"
STAGES = {
    "importing": "importing",
    "compiling": "compiling {function}",
    "evaluation": "evaluation {number} of {function}",
    "running": "running",
}


class Progress(Protocol):
    """Who is told how far a profile is."""

    def report(self, text: str) -> None:
        """One short line."""


class Runner:
    """Takes profiles, one a file at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.jobs = Jobs()

    async def profile(self, path: str, function: str, progress: Progress, call: str = "") -> Outcome:
        """Take the profile of a function's gradient (of every example call of the file, for "").

        `call` is an example call to use in place of the file's own.
        """
        state = self._session.state
        if not state.settings.trusted:
            return Outcome("untrusted", UNTRUSTED)
        if not Path(path).is_absolute():
            return Outcome("cannot-run", NO_FILE)
        await self._session.settled()
        if not call and not self._has_example(path, function):
            if function and not state.now[path].functions(function):
                return Outcome("no-call", _no_function(path, function))
            calls = await self.calls(path, function)
            return Outcome("no-call", _no_call(path, function, calls), calls=calls)
        job = Job(path, function)
        task = asyncio.ensure_future(self._marked(job, call, progress))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            job.cancel()  # Whoever asked is answered now; the process ends by itself, and what it sends is kept.
            raise

    async def calls(self, path: str, function: str) -> tuple[Candidate, ...]:
        """Calls that could serve as the function's example call."""
        return await self._session.examiner.calls(path, function, self._session.state.open_texts())

    def _has_example(self, path: str, function: str) -> bool:
        examined = self._session.state.now.get(path)
        if examined is None or examined.analysis.syntax_error:
            return True  # The run says what is wrong.
        return any(function in ("", example.function) for example in examined.analysis.examples)

    async def _marked(self, job: Job, call: str, progress: Progress) -> Outcome:
        self._mark(job, running=True)
        try:
            return await self._run(job, call, progress)
        finally:
            self._mark(job, running=False)

    def _mark(self, job: Job, *, running: bool) -> None:
        state = self._session.state
        mark = state.running.add if running else state.running.discard
        mark((job.file, job.function))
        state.changed()
        document = state.snapshot().by_path(job.file)
        if document is not None:
            self._session.tell_status(document)
        self._session.editor.refresh()

    async def _run(self, job: Job, call: str, progress: Progress) -> Outcome:
        state = self._session.state
        texts = await asyncio.to_thread(unsaved, state.open_texts())
        folder = _folder(job.file, state.folders)
        request = Request("profile", job.file, job.function, call, texts=texts, folder=folder)
        interpreter = interpreter_of(state.settings, state.folders)
        try:
            answer = await self.jobs.run(job, interpreter, request, _Told(self._session, progress))
        except CannotRun as error:
            return Outcome("cannot-run", _without_option(error.told(ANOTHER)), fix=error.fix)
        return await self._outcome(job, answer, texts, call)

    async def _outcome(self, job: Job, answer: Answer, texts: dict[str, str], call: str) -> Outcome:
        state = self._session.state
        outcome, message = outcome_of(answer)
        report = answer.ending["report"] if answer.ending is not None and outcome != "interrupted" else ""
        message, report = map(_without_option, (message, report))
        recording = await asyncio.to_thread(recording_of, answer, f"profile {job.function or job.file}")
        await self._refusals(job, answer, texts)
        if not recording.evaluations:
            return Outcome(outcome, message, report)  # type: ignore[arg-type]  # the recording's words
        ran_texts = await asyncio.to_thread(texts_that_ran, recording.files, texts)
        stored = Stored(job.file, job.function, recording, ran_texts, call)
        ran = await self._session.take_run(stored)
        kept = replace(stored, texts={path: text for path, text in ran_texts.items() if path in ran.texts})
        await asyncio.to_thread(self._session.store.save, kept)
        lines = tuple(costliest(state.snapshot(), ran))
        return Outcome(outcome, message, report, "", totals(ran), lines)  # type: ignore[arg-type]

    async def _refusals(self, job: Job, answer: Answer, sent: dict[str, str]) -> None:
        told = answer.ending["problems"] if answer.ending is not None else []
        files = [each["file"] for each in told]
        texts = {file: sent.get(file) or await asyncio.to_thread(read_text, file) for file in set(files)}
        known = {file: text for file, text in texts.items() if text is not None}
        await self._session.take_refusals(job.file, job.function, [_problem(each) for each in told], files, known)


def _problem(told: Message) -> Problem:
    return Problem(told["code"], Span(*told["span"]), told["message"], told["way_out"], told["function"])


class _Told:
    """A job's watcher: stages become progress, and what the program prints goes to the output channel."""

    def __init__(self, session: Session, progress: Progress) -> None:
        self._session = session
        self._progress = progress

    def progress(self, message: Message) -> None:
        words = {"function": "", "number": "", **message}
        stage = str(message["stage"])
        self._progress.report(STAGES.get(stage, stage).format_map(words))

    def output(self, text: str) -> None:
        self._session.editor.say(text, "log")


def _without_option(text: str) -> str:
    """What is said of a call that was given by an option, to someone who has written no option."""
    return text.replace("--call: ", "", 1).replace(f'"{COMMAND_LINE}"', '"<call>"')


def _folder(path: str, folders: tuple[str, ...]) -> str:
    """The workspace folder of a file, where programs run; its own folder where it lies in none."""
    around = [folder for folder in folders if Path(path).is_relative_to(folder)]
    return max(around, key=len, default=str(Path(path).parent))


def _no_function(path: str, function: str) -> str:
    return f"{Path(path).name} has no function {function} that could be called from outside"


def _no_call(path: str, function: str, calls: Sequence[Candidate]) -> str:
    what = f"{function} has no example call" if function else f"{Path(path).name} has no example call"
    name = (function or "loss").rpartition(".")[2]
    comment = comment_of(calls[0].expression if calls else f"{name}(...)")
    return f"{what}: write one as a comment above the function, {comment}"

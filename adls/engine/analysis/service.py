"""Questions about files and their answers, as plain data: what the analysis process speaks.

    texts        {texts: {path: text, edit or null}}      what an editor has open now; null: no longer
    roots        {roots: [path]}                          folders that modules are imported from after a program's own
    examine      {path, text?, also?: [qualname], measured?: [[path, qualname, call]], known?}  -> Changed
    preview      {path, function, view?, call?, text?}    -> Preview
    calls        {path, function, text?}                  -> [Candidate]

A `text` is what the file has for this question only. An edit is [start, end, text]: what stands in the place of those
characters of the text before. `known` is the number of the last answer about the path, whose pieces are not sent again.
A question with an `id` gets an answer with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from adls.engine.analysis.calls import candidates
from adls.engine.analysis.examine import Examiner
from adls.engine.analysis.model import Piece, to_json
from adls.engine.analysis.moment import Moment
from adls.engine.analysis.packing import changed
from adls.engine.analysis.preview import View, preview
from adls.engine.frontend.texts import Texts


class Service:
    """Answers questions, one after the other; knows the texts that it was told of."""

    def __init__(self) -> None:
        self._texts = Texts()
        self._examiner = Examiner()
        self._told: dict[str, tuple[int, tuple[Piece, ...]]] = {}
        self._methods: Mapping[str, Callable[[dict[str, Any]], Any]] = {
            "texts": self._open, "roots": self._root, "examine": self._examine, "preview": self._preview,
            "calls": self._calls,
        }  # fmt: skip

    def answer(self, message: object) -> dict[str, Any] | None:
        """The answer to a message; None where it asks for none. Never raises."""
        number = message.get("id") if isinstance(message, dict) else None
        try:
            if not isinstance(message, dict):
                raise TypeError("a message is an object")
            answer = {"id": number, "result": self._methods[message["method"]](message)}
        except Exception as error:  # The process lives on, whatever was asked.
            answer = {"id": number, "error": f"{type(error).__name__}: {error}"}
        return answer if number is not None else None

    def _open(self, message: dict[str, Any]) -> None:
        for path, text in message["texts"].items():
            if text is None:
                self._texts.close(path)
            elif isinstance(text, str):
                self._texts.open(path, text)
            else:
                start, end, made = text
                before = self._texts.opened[path].text
                self._texts.open(path, before[:start] + made + before[end:])

    def _root(self, message: dict[str, Any]) -> None:
        self._texts.roots = tuple(map(str, message["roots"]))

    def _examine(self, message: dict[str, Any]) -> Any:
        with self._given(message) as path:
            more = message.get("also") or (), message.get("measured") or ()
            found = self._examiner.examine(self._texts, path, *more)
        before, known = self._told.get(path, (None, ()))
        number = int(message.get("id") or 0)
        self._told[path] = number, found.pieces
        return to_json(changed(number, known if before == message.get("known") else (), found))

    def _preview(self, message: dict[str, Any]) -> Any:
        view: View = "ir" if message.get("view") == "ir" else "python"
        with self._given(message) as path:
            return to_json(preview(Moment(self._texts), path, message["function"], view, message.get("call") or ""))

    def _calls(self, message: dict[str, Any]) -> Any:
        with self._given(message) as path:
            return to_json(candidates(Moment(self._texts), path, message["function"]))

    @contextmanager
    def _given(self, message: dict[str, Any]) -> Iterator[str]:
        """The path that a question is about, with the question's own text for it."""
        path, text = message["path"], message.get("text")
        before = self._texts.opened.get(path)
        if text is not None:
            self._texts.open(path, text)
        try:
            yield path
        finally:
            if text is not None:
                self._texts.restore(path, before)

"""A workspace of texts for tests, and the parts of it that a test asks about."""

from __future__ import annotations

import textwrap

from adls.engine.analysis.examine import Examiner
from adls.engine.analysis.model import Analysis, FunctionInfo
from adls.engine.analysis.moment import Moment
from adls.engine.analysis.packing import functions_of
from adls.engine.frontend.texts import Texts

MAIN = "/project/main.py"


class Workspace:
    """Open texts below /project, by their names."""

    def __init__(self, main: str = "", **others: str) -> None:
        self.texts = Texts()
        self.examiner = Examiner()
        self.write("main", main)
        for name, text in others.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        self.texts.open(f"/project/{name.replace('__', '/')}.py", textwrap.dedent(text))

    def replace(self, old: str, new: str, name: str = "main") -> None:
        text = self.texts.opened[f"/project/{name}.py"].text
        assert text.count(old) == 1, (old, text)
        self.write(name, text.replace(old, new))

    @property
    def moment(self) -> Moment:
        return Moment(self.texts)

    def examine(self, name: str = "main") -> Analysis:
        return self.examiner.examine(self.texts, f"/project/{name}.py")

    def function(self, qualname: str, name: str = "main") -> FunctionInfo:
        return next(each for each in functions_of(self.examine(name)) if each.qualname == qualname)

"""The table of the language names programs and golden files that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.programs.known import CRASHES, REFUSED, WRONG
from tests.programs.test_programs import PROGRAMS

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = (ROOT / "docs" / "language.md").read_text()
NAMES = {case.name for case in PROGRAMS}


@pytest.mark.parametrize("row", [line for line in TABLE.splitlines() if line.startswith("| ") and "`" in line.split("|")[-2]])
def test_a_row_names_its_tests(row):
    named = re.findall(r"`([^`]+)`", row.split("|")[-2])
    for name in named:
        if name.startswith("cases/"):
            assert (ROOT / "tests" / "golden" / f"{name}.py").exists(), name
        elif name.endswith(".md"):
            assert list(ROOT.rglob(name)), name
        else:
            assert name in NAMES, name
            assert name not in {*WRONG, *CRASHES, *REFUSED}, name

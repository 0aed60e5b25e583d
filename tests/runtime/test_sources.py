"""Python's, NumPy's and SciPy's functions as Python: each is found by its name alone."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from adls.engine.frontend.static import SOURCES


def test_no_name_is_given_twice():
    trees = [ast.parse(Path(file).read_text(encoding="utf-8")) for file in SOURCES]
    names = Counter(node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))
    assert [name for name, times in names.items() if times > 1] == []

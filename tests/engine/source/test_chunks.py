"""A text in chunks means what the whole text means, and edits change only what they touch."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adls.engine.source.chunks import UNREADABLE, Chunks, counted, digest_of, split

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted([*(ROOT / "samples").glob("*.py"), *(ROOT / "adls" / "engine").rglob("*.py")])
TEXT = '''"""Doc."""
import numpy as np
# above

@decorated(
    1,
)
# between
@again
def f(x):

    # inside
    if x:
        return 1
    else: return 2  # end
x = 1; y = 2
if x:
    z = 3
# before the clause
else:
    z = 4
text = """
def no(): pass
else:
"""
class A:
    def m(self): return self
try: a
except E: b
finally: c
# last
'''


def meaning(chunks: Chunks) -> str:
    body = []
    for before, chunk in chunks.placed():
        body += ast.parse("\n" * before + "".join(chunk.lines)).body
    return ast.dump(ast.Module(body, []), include_attributes=True)


def same_as_whole(text: str, chunks: Chunks) -> None:
    assert "".join("".join(chunk.lines) for chunk in chunks.chunks) == text
    assert meaning(chunks) == ast.dump(ast.parse(text), include_attributes=True)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_chunks_are_the_text(file: Path) -> None:
    text = file.read_text()
    same_as_whole(text, split(text))


def test_each_statement_is_a_chunk_with_the_comments_above_it() -> None:
    chunks = split(TEXT)
    same_as_whole(TEXT, chunks)
    firsts = [chunk.tokens[0].text if chunk.tokens else "" for chunk in chunks.chunks]
    assert firsts == ['"""Doc."""', "import", "@", "x", "if", "text", "class", "try", ""]
    assert chunks.chunks[2].comments[0] == (1, 0, "# above")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    chunks = split(TEXT.replace("\n", end))
    assert [chunk.digest for chunk in chunks.chunks] == [chunk.digest for chunk in split(TEXT).chunks]
    assert chunks.starts == split(TEXT).starts


def test_digest_counts_tokens_and_neither_comments_nor_layout() -> None:
    first, second = (split(text).chunks[0] for text in (
        "def f(x):\n    return g(x, 1)\n", "def f( x ):\n\n  # why\n  return g(x,\n     1)  # so\n"))
    assert first.digest == second.digest
    assert len(list(counted(first.tokens))) == len(list(counted(second.tokens)))
    nested = ("def f(x):\n    if x:\n        y = 1\n    return y\n",
              "def f(x):\n    if x:\n        y = 1\n        return y\n")
    assert len({digest_of(split(text).chunks[0].tokens) for text in nested}) == 2


def test_an_edit_keeps_the_chunks_around_it() -> None:
    before = split(TEXT)
    after = split(TEXT.replace("z = 3", "z = 30\n    zz = 5"), before)
    kept = [chunk in after.chunks for chunk in before.chunks]
    assert kept == [True] * 4 + [False] + [True] * 4
    assert split(TEXT, before) is before


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_random_edits_give_what_a_fresh_reading_gives(rng: random.Random, count: int) -> None:
    pieces = ["\n", "    ", "x", "(", ")", '"""', "'", "#", "@d\n", "else:\n", "def g():\n    pass\n",
              "\\\n", ";", "\f",
              "\u2028", "\r", "\r\n", "é", "😀", ":", "if x:\n", "\n\n\n", "\t", "\0", "\ud800", "1 = 2\n"]  # fmt: skip
    text, known = TEXT, None
    for _ in range(count):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.choice([0, 0, 1, 5, 40]))
        text = text[:start] + rng.choice(pieces) + text[end:]
        try:
            fresh = split(text)
        except UNREADABLE:
            with pytest.raises(UNREADABLE):
                split(text, known)
            continue
        edited = split(text, known)
        same_as_whole(text, edited)
        assert "".join(chunk.digest for chunk in edited.chunks if chunk.tokens) == \
            "".join(chunk.digest for chunk in fresh.chunks if chunk.tokens)
        known = edited

"""The analysis process may die at any time: the next question is answered all the same."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adls.lsp.analyst import Analyst, NoAnswer, edit

TEXTS = {"/project/m.py": "def f(x):\n    return x\n"}


async def functions(analyst: Analyst) -> list[str]:
    found: Any = await analyst.ask("examine", TEXTS, path="/project/m.py", also=[])
    return [name for piece in found["new"] for name in piece["names"]]


def test_a_process_that_was_killed_is_replaced() -> None:
    async def asked() -> None:
        analyst = Analyst()
        assert await functions(analyst) == ["f"]
        for _ in range(2):
            process = analyst._process
            assert process is not None
            process.kill()
            assert await functions(analyst) == ["f"]
        process = analyst._process
        assert process is not None
        process.kill()
        await process.wait()
        assert await functions(analyst) == ["f"]
        await analyst.close()

    asyncio.run(asked())


def test_what_every_process_dies_of_has_no_answer() -> None:
    async def asked() -> None:
        analyst = Analyst(command=(sys.executable, "-I", "-c", "input()"))
        with pytest.raises(NoAnswer):
            await functions(analyst)
        with pytest.raises(NoAnswer):
            await functions(analyst)
        await analyst.close()

    asyncio.run(asked())


TEXT = st.text(st.sampled_from("ab\n\r\u2028é😀\ud83d\ude00"), max_size=30)


@given(TEXT, TEXT, TEXT, TEXT)
def test_an_edit_makes_the_new_text_of_the_old_one(before: str, old: str, new: str, after: str) -> None:
    start, end, made = edit(before + old + after, before + new + after)
    assert (before + old + after)[:start] + made + (before + old + after)[end:] == before + new + after
    assert len(made) <= len(new)


def test_the_process_has_the_text_whatever_was_typed_and_whoever_gave_up() -> None:
    """Questions that nobody waits for are asked all the same: the next one goes on from there."""

    async def asked() -> None:
        analyst, path = Analyst(), "/project/m.py"
        texts = [
            "",
            "def f(x):\n    return x\n",
            "def é(x):\n    return '\ud83d'\n",
            "def é(x): return '\ud83d\ude00'\r",
            "\n\n# \u2028😀\ndef é(x):\n    return '\ud83d'\ndef g(x): pass\n",
            "def g(x): pass\n",
        ]
        for turn in range(4):
            for number, text in enumerate(texts):
                question = asyncio.ensure_future(analyst.ask("examine", {path: text}, path=path, also=[]))
                for _ in range(turn * number):
                    await asyncio.sleep(0)
                question.cancel()
            found: Any = await analyst.ask("examine", {path: text}, path=path, also=[])
            assert [piece["names"] for piece in found["new"]] == [["g"]]
            assert found["analysis"]["above"] == [0]
        await analyst.close()

    asyncio.run(asked())

"""The analysis process may die at any time: the next question is answered all the same."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from adls.lsp.analyst import Analyst, NoAnswer

TEXTS = {"/project/m.py": "def f(x):\n    return x\n"}


async def functions(analyst: Analyst) -> list[str]:
    found: Any = await analyst.ask("examine", TEXTS, path="/project/m.py", also=[])
    return [each["qualname"] for each in found["functions"]]


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

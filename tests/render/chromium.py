"""Driving a headless Chromium: load a page, let its script settle, hand back the DOM."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)
VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Element:
    """One element of the DOM; `text` is that of everything in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def find(self, **wanted: str) -> list[Element]:
        """Elements below with these attributes; `class_="a"` looks for one class, `data_id` for `data-id`."""
        return [element for element in self._below() if element._has(wanted)]

    def _below(self) -> Iterator[Element]:
        for child in self.children:
            yield child
            yield from child._below()

    def _has(self, wanted: dict[str, str]) -> bool:
        for name, value in wanted.items():
            if name == "class_":
                if value not in self.attributes.get("class", "").split():
                    return False
            elif self.attributes.get(name.replace("_", "-")) != value:
                return False
        return True


def executable() -> str:
    """Chromium's path. Skips the test where there is none, but fails it in CI, where there has to be one."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    message = "no Chromium here: the test of the HTML page needs one (Debian: apt-get install chromium)"
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(message)
    pytest.skip(message)


def dom(page: Path, fragment: str = "") -> Element:
    """The page's DOM after its scripts ran."""
    done = _run(page, fragment, "--virtual-time-budget=3000", "--dump-dom")
    parser = _Parser()
    parser.feed(done)
    return parser.root


def screenshot(page: Path, target: Path, fragment: str = "", *, dark: bool = False) -> bytes:
    """The page as a PNG."""
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    _run(page, fragment, scheme, "--window-size=1440,1000", f"--screenshot={target}")
    return target.read_bytes()


def _run(page: Path, fragment: str, *options: str) -> str:
    profile = page.parent / "chromium-profile"
    command = [executable(), *OPTIONS, f"--user-data-dir={profile}", *options, f"{page.as_uri()}{fragment}"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return done.stdout.decode("utf-8")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("document", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attributes})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in {element.tag for element in self._open}:
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, text: str) -> None:
        for element in self._open:
            element.text += text

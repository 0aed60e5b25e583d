"""What all tests share: options, and the command line as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["ADLS_VERIFY"] = "1"  # every compilation verifies its IR after each pass, and its text against its tree

# The same examples every time: what a random search finds becomes a test of its own.
settings.register_profile("adls", derandomize=True, database=None)
settings.load_profile("adls")

ROOT = Path(__file__).resolve().parent.parent
FAKES = ROOT / "tests" / "worker" / "fakes"
# A runner in the background may have been started with interrupts ignored; a user's terminal has not.
START = """
import os, sys
sys.path[:1] = [os.environ["ADLS_HOME"]]
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from adls.cli.main import main
sys.exit(main())
"""
PATIENCE = 120  # seconds until a test gives up: never reached unless something hangs


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the golden files with what the engine says now; the diff is the review",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@dataclass(frozen=True)
class Command:
    """`adls` as a user would run it, from the folder `cwd`; `home` is the folder that holds the package."""

    home: Path
    cwd: Path

    def environment(self, **extra: str) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE"))
        }
        return {**kept, "ADLS_HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1", **extra}

    def line(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", START, *arguments]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.line(*arguments),
            cwd=self.cwd,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.line(*arguments),
            cwd=self.cwd,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.cwd / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


@pytest.fixture(scope="session")
def fake_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package whose engine, runtime and renderers are stand-ins (tests/worker/fakes)."""
    home = tmp_path_factory.mktemp("house")
    package = ROOT / "adls"
    (home / "adls").mkdir()
    for part in ("__init__.py", "__main__.py"):
        shutil.copy(package / part, home / "adls")
    for part in ("cli", "launch", "worker", "profile", "render"):
        shutil.copytree(package / part, home / "adls" / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("engine", "runtime", "render"):
        shutil.copytree(FAKES / part, home / "adls" / part, dirs_exist_ok=True)
    for name in ("examples", "frozen", "places", "text"):
        shutil.copy(package / "engine" / "source" / f"{name}.py", home / "adls" / "engine" / "source")
    return home


@pytest.fixture
def command(fake_house: Path, tmp_path: Path) -> Command:
    """The command line over stand-ins for the engine, in a folder of its own."""
    return Command(fake_house, tmp_path)


@pytest.fixture
def real_command(tmp_path: Path) -> Command:
    """The command line as it is, in a folder of its own."""
    return Command(ROOT, tmp_path)

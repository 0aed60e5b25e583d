"""Programs and commands that are wrong: each gets one clear message, with the place and the way out."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Command

WORKS = "# adls: loss(1.0)\ndef loss(x):\n    return x\n"


def without_progress(stderr: str) -> list[str]:
    steps = ("importing", "compiling", "evaluation", "rendering", "running", "checking")
    return [
        line for line in stderr.splitlines() if not line.startswith(tuple(f"adls: {step}" for step in steps))
    ]


def messages(command: Command, *arguments: str, code: int = 2, **environment: str) -> list[str]:
    """The lines on standard error but for the progress; nothing may stand on standard output."""
    done = command.run(*arguments, **environment)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    return without_progress(done.stderr)


def test_missing_file(command: Command) -> None:
    assert messages(command, "profile", "nowhere.py") == ["adls: there is no file nowhere.py"]


def test_missing_file_and_the_one_that_was_meant(command: Command) -> None:
    command.write("model.py", WORKS)
    for name in ("modle.py", "model", "Model.PY", "model.pyy"):
        assert messages(command, "check", name) == [f"adls: there is no file {name}: did you mean model.py?"]
    assert messages(command, "show", "modle.py:loss") == [
        "adls: there is no file modle.py: did you mean model.py?"
    ]
    assert messages(command, "show", "nowhere/model.py") == ["adls: there is no file nowhere/model.py"]


def test_no_name_of_a_file(command: Command) -> None:
    for name in ("", ":loss"):
        assert messages(command, "show", name) == ["adls: the name of the file is empty: name a Python file"]


def test_folder_for_a_file(command: Command) -> None:
    command.write("folder/x.py", "")
    assert messages(command, "show", "folder") == ["adls: folder is a folder: name a Python file in it"]


def test_a_folder_that_is_gone(command: Command) -> None:
    command.write("prog.py", WORKS)
    gone = (
        "import os, sys\nos.mkdir('gone')\nos.chdir('gone')\nos.rmdir('../gone')\n"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", gone, *command.line("check", "../prog.py")],
        cwd=command.cwd,
        env=command.environment(),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (2, "adls: the current folder is gone: change to another\n")


def test_a_page_that_cannot_be_written(command: Command) -> None:
    command.write("prog.py", WORKS)
    command.write("out", "a file where the folder would be")
    done = command.run("profile", "prog.py")
    assert done.returncode == 2
    assert done.stdout.startswith("LISTING loss ")
    assert done.stderr.endswith("\nadls: out/prog.html cannot be written: File exists: name another file with -o\n")


def test_a_pipe_for_a_file(command: Command) -> None:
    os.mkfifo(command.cwd / "pipe.py")
    for verb in ("profile", "show", "check"):
        assert messages(command, verb, "pipe.py") == [
            "adls: pipe.py is no regular file: save the program in one"
        ]


def test_the_function_may_stand_behind_the_file(command: Command) -> None:
    command.write("prog.py", "def loss(x):\n    return x\n")
    for verb in ("profile", "show", "check"):
        (first, *_) = messages(command, verb, "prog.py:los")
        assert first.endswith("prog.py has no function los: did you mean loss?")


def test_syntax_error(command: Command) -> None:
    path = command.write("prog.py", "x = 1\ndef f(:\n    pass\n")
    assert messages(command, "profile", "prog.py") == [
        f"adls: {path}:2: SyntaxError: invalid syntax",
        "    def f(:",
        "          ^",
    ]


def test_syntax_error_in_another_module_shows_the_programs_frames_only(command: Command) -> None:
    command.write("broken.py", "def f(:\n")
    path = command.write("prog.py", "import broken\n" + WORKS)
    said = messages(command, "profile", "prog.py", code=1)
    assert said[:3] == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 1, in <module>',
        "    import broken",
    ]
    assert f'  File "{path.with_name("broken.py")}", line 1' in said


def test_syntax_error_in_a_package_shows_the_programs_frames_only(command: Command) -> None:
    command.write("pkg/__init__.py", "")
    command.write("pkg/broken.py", "def f(:\n")
    path = command.write("pkg/prog.py", "from . import broken\n" + WORKS)
    said = messages(command, "profile", "pkg/prog.py", code=1)
    assert [line for line in said if "File" in line] == [
        f'  File "{path}", line 1, in <module>',
        f'  File "{path.with_name("broken.py")}", line 1',
    ]


@pytest.mark.parametrize("name", ["my-prog.v2.py", "prog", "two words.txt", "ünï/çödé.py", "pkg/with-dash.py"])
def test_a_file_may_have_any_name(command: Command, name: str) -> None:
    command.write("pkg/__init__.py", "")
    command.write(name, WORKS)
    done = command.run("profile", name, "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


@pytest.mark.parametrize("name", ["a.b.py", "prog.txt"])
def test_but_in_a_package(command: Command, name: str) -> None:
    command.write("pkg/__init__.py", "")
    path = command.write(f"pkg/{name}", WORKS)
    assert messages(command, "check", f"pkg/{name}") == [
        f"adls: {path} is in a package, which can import files like `name.py` only: rename it"
    ]


def test_missing_function_and_the_one_that_was_meant(command: Command) -> None:
    path = command.write("prog.py", WORKS)
    assert messages(command, "profile", "prog.py", "los") == [
        f"adls: {path} has no function los: did you mean loss?"
    ]
    assert messages(command, "show", "prog.py:quite_another") == [
        f"adls: {path} has no function quite_another; it has loss"
    ]


def test_function_without_an_example_call(command: Command) -> None:
    path = command.write("prog.py", WORKS + "\ndef other(x):\n    return x\n")
    assert messages(command, "profile", "prog.py", "other") == [
        f"adls: other in {path} has no example call; loss has one",
        "write one as a comment above the function: # adls: other(...)",
        "or give the call itself: --call 'f(x)', or run the file as a script: --script",
    ]


def test_example_call_above_no_function(command: Command) -> None:
    command.write("prog.py", "# adls: loss(1.0)\n\ndef loss(x):\n    return x\n")
    assert "the one in line 1 stands above no function" in messages(command, "profile", "prog.py")


def test_one_above_no_function_is_told_beside_others(command: Command) -> None:
    path = command.write("prog.py", WORKS + "# adls: square(1.0)\nsquare = lambda x: x * x\n")
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0)
    assert without_progress(done.stderr) == [f"adls: {path}:4: this example call stands above no function"]


def test_a_string_that_looks_like_an_example_call_is_none(command: Command) -> None:
    command.write("prog.py", 'text = """\n# adls: loss(1.0)\n"""\ndef loss(x):\n    return x\n')
    assert "has no example call" in messages(command, "profile", "prog.py")[0]


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ("# adls: loss(1.0", "the example call doesn't parse: '(' was never closed"),
        ("# adls: loss", "the example call is no call of a function"),
        ("# adls: init(3)", "the example call calls init, not loss"),
        ("# adls[argnums=x]: loss(1.0)", "'argnums=x' is no option of an example call: "),
        ("# adls[args=0]: loss(1.0)", "'args=0' is no option of an example call: "),
        ("# adls[argnums=0", "this example call has no colon: "),
    ],
)
def test_wrong_example_call(command: Command, comment: str, why: str) -> None:
    path = command.write("prog.py", f"x = 1\n{comment}\ndef loss(x):\n    return x\n")
    said = messages(command, "profile", "prog.py")
    assert said[0].startswith(f"adls: {path}:2: {why}")


def test_a_scripts_arguments_before_the_dashes(command: Command) -> None:
    command.write("train.py", WORKS)
    assert messages(command, "profile", "train.py", "--script", "--epochs", "1") == [
        "adls: arguments of the program stand behind --: --script -- --epochs 1"
    ]
    assert messages(command, "check", "train.py", "--epochs", "1")[-1].endswith(
        "error: unrecognized arguments: --epochs 1"
    )


def test_wrong_call_on_the_command_line(command: Command) -> None:
    command.write("prog.py", WORKS)
    said = messages(command, "profile", "prog.py", "--call", "loss(1,, 2)")
    assert said == [
        "adls: --call: the example call doesn't parse: invalid syntax",
        "    loss(1,, 2)",
        "           ^",
        "write a call like: loss(init(0), *batch())",
    ]


@pytest.mark.parametrize("verb", ["profile", "check", "show"])
def test_example_call_with_wrong_arguments_is_told_with_its_line(real_command: Command, verb: str) -> None:
    path = real_command.write("prog.py", "x = 1\n# adls: loss()\ndef loss(x):\n    return x\n")
    assert messages(real_command, verb, "prog.py", code=1) == [
        f"adls: {path}:2: TypeError: loss() missing 1 required positional argument: 'x'",
        "    loss()",
    ]
    assert messages(real_command, verb, "prog.py", "--call", "loss(1.0)", "--argnums", "2", code=1) == [
        "adls: --call: ValueError: argnums=2 is out of range: the call has arguments 0 to 0",
        "    loss(1.0)",
    ]


def test_example_call_that_raises_shows_the_comment(command: Command) -> None:
    path = command.write("prog.py", "# é adls\n# adls: loss(inti(0))\ndef loss(x):\n    return x\n")
    said = messages(command, "profile", "prog.py", code=1)
    assert said[:3] == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 2, in <module>',
        "    # adls: loss(inti(0))",
    ]
    assert said[3] == "                 ^^^^" or sys.version_info >= (3, 13)  # none under comments since then
    assert said[-1].startswith("NameError: name 'inti' is not defined")


def test_function_that_raises_shows_its_own_frames_and_what_was_measured(command: Command) -> None:
    path = command.write(
        "prog.py",
        "calls = []\n# adls: loss(0.0)\ndef loss(x):\n    calls.append(x)\n    if len(calls) == 3:\n"
        "        inner(x)\n    return x\n\ndef inner(x):\n    raise ValueError('three')\n",
    )
    done = command.run("profile", "prog.py", "--format", "listing")
    assert done.returncode == 1
    assert done.stdout.startswith("LISTING loss evaluations=2 ")  # one whole, one until it raised
    assert [line for line in without_progress(done.stderr) if set(line) - set(" ^~")] == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 6, in loss',
        "    inner(x)",
        f'  File "{path}", line 10, in inner',
        "    raise ValueError('three')",
        "ValueError: three",
    ]


def test_what_cannot_be_differentiated_is_told_as_the_engine_tells_it(command: Command) -> None:
    path = command.write("prog.py", "# adls: cannot(1.0)\ndef cannot(x):\n    return x\n")
    assert messages(command, "profile", "prog.py") == [f"{path}:2:5: cannot has no rule", "  way out"]
    assert messages(command, "show", "prog.py:cannot") == [f"{path}:2:5: cannot has no rule", "  way out"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("sys.exit(3)", "adls: the program ended itself with sys.exit(3) at {path}:5"),
        ("os._exit(3)", "adls: the program ended its process with exit code 3, without a word (os._exit?)"),
        ("os._exit(0)", "adls: the program ended its process with exit code 0, without a word (os._exit?)"),
        (
            "os.kill(os.getpid(), 9)",
            "adls: the program's process was killed by SIGKILL: a crash in native code, or too little memory",
        ),
    ],
)
def test_a_program_that_ends_itself(command: Command, call: str, said: str) -> None:
    path = command.write(
        "prog.py", f"import os, sys\n\n# adls: loss(1.0)\ndef loss(x):\n    {call}\n    return x\n"
    )
    done = command.run("profile", "prog.py", "--format", "listing")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == said.format(path=path)


def test_evaluations_before_the_end_are_kept(command: Command) -> None:
    command.write(
        "prog.py",
        "import os\ncalls = []\n# adls: loss(1.0)\ndef loss(x):\n    calls.append(x)\n"
        "    if len(calls) == 4:\n        os._exit(1)\n    return x\n",
    )
    done = command.run("profile", "prog.py", "--format", "listing")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=2 (0,)\n", 1)


def test_print_flood_is_cut_and_harms_nothing(command: Command) -> None:
    command.write("prog.py", "for i in range(100_000):\n    print('flood' * 20)\n" + WORKS)
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0)
    assert done.stderr.count("adls: output cut after 200 kB") == 1
    assert len(done.stderr) < 210_000


# Streams that are closed or full

FULL = Path("/dev/full")
CLOSING = "import os, sys\nfor n in sys.argv.pop(1):\n    os.close(int(n))\nos.execv(sys.argv[1], sys.argv[1:])\n"


@pytest.mark.parametrize(("closed", "shown"), [("0", 2), ("2", 1), ("1", 1), ("012", 0)])
def test_closed_streams_hold_nobody_up(command: Command, closed: str, shown: int) -> None:
    command.write("prog.py", WORKS)
    run = command.line("profile", "prog.py", "--format", "listing", "--repeat", "1")
    done = subprocess.run(
        [sys.executable, "-c", CLOSING, closed, *run],
        cwd=command.cwd,
        env=command.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert bool(done.stdout) + bool(done.stderr) == shown


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("verb", ["show", "profile", "check"])
def test_full_output(command: Command, verb: str) -> None:
    command.write("prog.py", WORKS)

    def run(stdout: int | IO[str], stderr: int | IO[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command.line(verb, "prog.py"),
            cwd=command.cwd,
            env=command.environment(),
            stdout=stdout,
            stderr=stderr,
            text=True,
        )

    with FULL.open("w") as full:
        done, silent = run(full, subprocess.PIPE), run(subprocess.PIPE, full)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "adls: standard output cannot be written: No space left on device"
    assert (silent.returncode, bool(silent.stdout)) == (0, True)


def test_file_that_is_not_utf8(command: Command) -> None:
    path = command.write("prog.py", WORKS.encode() + b"name = 'caf\xe9'\n")
    said = messages(command, "profile", "prog.py")
    assert said[0].startswith(
        f"adls: {path}:4: byte 0xe9 is not UTF-8: save the file as UTF-8, or name its encoding"
    )


def test_unknown_encoding(command: Command) -> None:
    path = command.write("prog.py", "# -*- coding: klingon -*-\n" + WORKS)
    assert messages(command, "profile", "prog.py")[0].startswith(f"adls: {path}:1: unknown encoding")


def test_declared_encodings_and_line_ends_are_honoured(command: Command) -> None:
    text = b"# -*- coding: latin-1 -*-\r\nname = 'caf\xe9'\r# adls: loss(len(name))\r\n"
    text += b"def loss(x):\r\n    assert x == 4\r\n    return x\r\n"
    command.write("prog.py", text)
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


def test_null_byte(command: Command) -> None:
    path = command.write("prog.py", b"x = 1\ny = '\0'\n")
    assert messages(command, "profile", "prog.py") == [
        f"adls: {path}:2: a null byte, so this is no text: save it as UTF-8"
    ]


def test_expressions_too_deep_for_the_parser(command: Command) -> None:
    command.write("prog.py", WORKS + "x = " + "(" * 5000 + ")" * 5000 + "\n")
    assert len(messages(command, "profile", "prog.py")) <= 5


def test_a_file_of_twenty_thousand_lines(command: Command) -> None:
    lines = [f"def f{i}(x):\n    y = x * {i}\n    return y + x\n" for i in range(6_700)]
    path = command.write("prog.py", "".join(lines) + WORKS)
    assert len(path.read_text().splitlines()) > 20_000
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


@pytest.mark.parametrize(
    "name", ["attrs", "json", "types", "tokenize", "traceback", "random", "enum", "dataclasses", "typing"]
)
def test_modules_beside_the_program_are_found_where_python_finds_them(command: Command, name: str) -> None:
    command.write(f"{name}.py", "MINE = 1.0\n")
    command.write(
        "prog.py",
        f"import {name}\nprint('mine', hasattr({name}, 'MINE'))\n\n# adls: loss(1.0)\ndef loss(x):\n    return x\n",
    )
    plain = subprocess.run(
        [sys.executable, "prog.py"],
        cwd=command.cwd,
        env=command.environment(),
        capture_output=True,
        text=True,
    )
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr
    assert plain.stdout in done.stderr


def test_numpy_py_beside_the_program(command: Command) -> None:
    hides = command.write("numpy.py", "MINE = 1.0\n")
    command.write("prog.py", "import numpy\n" + WORKS)
    assert messages(command, "profile", "prog.py") == [
        f"adls: {hides} hides NumPy from every program beside it: rename it"
    ]
    assert messages(command, "profile", "prog.py", "--script") == [
        f"adls: {hides} hides NumPy from every program beside it: rename it"
    ]


def test_numpy_py_on_the_python_path(command: Command) -> None:
    hides = command.write("other/numpy.py", "MINE = 1.0\n")
    command.write("prog.py", WORKS)
    said = messages(command, "profile", "prog.py", PYTHONPATH=str(hides.parent))
    assert said[0].startswith("adls: NumPy cannot be imported in ")
    assert said[0].endswith(f"`import numpy` finds {hides}, which is not NumPy")


def test_program_named_like_a_module_of_python(command: Command) -> None:
    path = command.write("time.py", WORKS)
    said = messages(command, "profile", "time.py")
    assert said == [
        f"adls: {path} has the name of a module of Python or adls itself, which is found first: rename it"
    ]


def test_no_interpreter(command: Command) -> None:
    command.write("prog.py", WORKS)
    for name in ("no-such-python", "true", str(command.write("text.txt", "x"))):
        assert messages(command, "profile", "prog.py", "--python", name) == [
            f"adls: {name} is no Python interpreter that runs here: choose another with --python"
        ]


def test_interpreter_without_numpy(command: Command) -> None:
    import venv

    venv.create(command.cwd / "bare", with_pip=False)
    command.write("prog.py", WORKS)
    python = str(command.cwd / "bare" / "bin" / "python")
    said = messages(command, "profile", "prog.py", "--python", python)
    assert said == [
        f"adls: {python} (Python {sys.version.split()[0]}) has no NumPy: install it with",
        f"    {python} -m pip install 'numpy>=1.26'",
        "or choose another with --python",
    ]


@pytest.mark.parametrize(
    ("numpy", "said"),
    [
        ("__version__ = '1.21.0'\nndarray = 1\n", "has NumPy 1.21.0, which is too old: renew it with"),
        (
            "raise ImportError('its core is missing')\n",
            "cannot be imported in {python}: ImportError: its core",
        ),
    ],
)
def test_numpy_that_is_old_or_broken(command: Command, numpy: str, said: str) -> None:
    command.write("site/numpy/__init__.py", numpy)
    command.write("prog.py", WORKS)
    python = f"{sys.executable} (Python {sys.version.split()[0]})"
    first = messages(command, "profile", "prog.py", PYTHONPATH=str(command.cwd / "site"))[0]
    assert said.format(python=python) in first


def _old_pythons() -> list[str]:
    found = []
    for folder in [*os.environ.get("PATH", "").split(os.pathsep)]:
        for name in ("python2.7", "python3.6", "python3.8", "python3.9", "python3.10"):
            with contextlib.suppress(OSError):
                if os.access(Path(folder, name), os.X_OK):
                    found.append(str(Path(folder, name)))
    pyenv = Path.home() / ".pyenv" / "versions"
    found += [
        str(path)
        for path in pyenv.glob("*/bin/python")
        if path.parts[-3].startswith(("2.", "3.6", "3.8", "3.10"))
    ]
    return [name for name in found if "shims" not in name]


def test_python_that_is_too_old(command: Command) -> None:
    pythons = _old_pythons()
    if not pythons:
        pytest.skip("no Python before 3.11 here")
    command.write("prog.py", WORKS)
    for python in pythons:
        said = messages(command, "profile", "prog.py", "--python", python)
        assert len(said) == 1
        assert said[0].startswith(f"adls: adls needs Python 3.11 or newer, {python} (Python ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--argnums", "x"), "'x' are no positions of arguments: write them like 0 or 0,2"),
        (("--repeat", "-1"), "--repeat takes a number of evaluations, 1 or more"),
        (("--", "3"), "arguments after -- are for a program that is run whole: add --script"),
        (("loss", "--script"), "--script runs the whole file: leave FUNCTION and --call out"),
    ],
)
def test_wrong_options(command: Command, arguments: tuple[str, ...], said: str) -> None:
    command.write("prog.py", WORKS)
    assert said in messages(command, "profile", "prog.py", *arguments)[-1]


def test_output_that_cannot_be_written(command: Command) -> None:
    command.write("prog.py", WORKS)
    command.write("taken", "a file")
    said = messages(command, "profile", "prog.py", "--format", "json", "-o", "taken/x.json", "--repeat", "1")
    assert said == ["adls: taken/x.json cannot be written: File exists: name another file with -o"]

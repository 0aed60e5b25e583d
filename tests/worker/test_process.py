"""The worker's process: how it is interrupted, what it leaves behind, and what its program finds around it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import time
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import Command

if TYPE_CHECKING:
    from collections.abc import Callable


PATIENCE = 120
LOOP = "import time\nwhile True:\n    time.sleep(0.01)\n"


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """A zombie is dead, whoever has yet to collect it."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def interrupted(command: Command, *arguments: str) -> tuple[str, str, int]:
    """Run until the program has made the file `ready`, send Ctrl-C, and return what was said."""
    process = command.start(*arguments)
    ready = command.cwd / "ready"
    wait_until(lambda: (ready.exists() and ready.read_text()) or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    return stdout, stderr, process.returncode


def endless(loop: str, before: str = "") -> str:
    """A program whose function returns three times (once to warm up), then says that it is ready, and loops."""
    body = "".join(f"        {line}\n" for line in loop.splitlines())
    return (
        f"import os, pathlib, signal, sys, time\ncalls = []\n{before}\n# adls: loss(1.0)\ndef loss(x):\n"
        "    calls.append(x)\n    if len(calls) == 4:\n        pathlib.Path('ready').write_text(str(os.getpid()))\n"
        f"{body}    return x\n"
    )


@pytest.mark.parametrize(
    ("loop", "before", "evaluations"),
    [
        pytest.param(LOOP, "", 3, id="a loop"),
        pytest.param("time.sleep(1e6)", "", 3, id="one long call"),
        pytest.param(
            "while True:\n    try:\n        time.sleep(0.01)\n    except BaseException:\n        pass",
            "",
            3,
            id="swallows every exception",
        ),
        pytest.param(
            "try:\n    time.sleep(1e6)\nexcept KeyboardInterrupt:\n    raise RuntimeError from None",
            "",
            3,
            id="makes another exception of it",
        ),
        pytest.param(LOOP, "signal.signal(signal.SIGINT, signal.SIG_IGN)", 3, id="ignores SIGINT"),
        pytest.param(
            LOOP,
            "signal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)",
            2,
            id="ignores SIGTERM too",
        ),
    ],
)
def test_ctrl_c_ends_the_program_and_keeps_what_was_measured(
    command: Command, loop: str, before: str, evaluations: int
) -> None:
    command.write("prog.py", endless(loop, before))
    stdout, stderr, code = interrupted(command, "profile", "prog.py", "--format", "listing")
    assert stdout == f"LISTING loss evaluations={evaluations} (0,)\n", stderr
    assert stderr.splitlines()[-1] == "adls: interrupted"
    assert "Traceback" not in stderr
    assert code == 130
    wait_until(lambda: not is_alive(int((command.cwd / "ready").read_text())))


def test_ctrl_c_takes_along_what_the_program_started(command: Command) -> None:
    fork = (
        "if not os.fork():\n"
        "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "    pathlib.Path('child').write_text(str(os.getpid()))\n"
        "    while True: time.sleep(0.01)\n"
        "while not pathlib.Path('child').exists(): time.sleep(0.01)\n"
    )
    command.write("prog.py", endless(LOOP, before=fork))
    stdout, stderr, code = interrupted(command, "profile", "prog.py", "--format", "listing")
    assert (stdout, code) == ("LISTING loss evaluations=3 (0,)\n", 130), stderr
    for name in ("ready", "child"):
        pid = int((command.cwd / name).read_text())
        wait_until(lambda pid=pid: not is_alive(pid))


def test_what_the_program_started_ends_with_it(command: Command) -> None:
    command.write(
        "prog.py",
        "import os, time\nif not os.fork():\n    open('child', 'w').write(str(os.getpid()))\n"
        "    while True: time.sleep(0.01)\n\n# adls: loss(1.0)\ndef loss(x):\n    return x\n",
    )
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert done.returncode == 0, done.stderr
    with contextlib.suppress(FileNotFoundError):  # It may have ended before it could write.
        pid = (command.cwd / "child").read_text()
        wait_until(lambda: not pid or not is_alive(int(pid)))


def test_a_forked_child_that_goes_on_says_nothing(command: Command) -> None:
    command.write(
        "train.py",
        "import os, adls\n\ndef loss(x):\n    return x\n\nadls.grad(loss)(1.0)\npid = os.fork()\n"
        "if pid:\n    os.waitpid(pid, 0)\n",
    )
    done = command.run("profile", "train.py", "--script", "--format", "listing")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


def test_a_daemon_that_keeps_the_output_open_holds_nobody_up(command: Command) -> None:
    command.write(
        "prog.py",
        "import os, time\nif not os.fork():\n    os.setsid()\n    open('daemon', 'w').write(str(os.getpid()))\n"
        "    while True: time.sleep(0.01)\nwhile not os.path.exists('daemon') or not open('daemon').read():\n"
        "    time.sleep(0.01)\n\n# adls: loss(1.0)\ndef loss(x):\n    return x\n",
    )
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    os.kill(int((command.cwd / "daemon").read_text()), signal.SIGKILL)
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


def test_ctrl_c_while_the_program_is_imported(command: Command) -> None:
    command.write(
        "prog.py",
        "print('yes', file=open('ready', 'w'), flush=True)\n"
        + LOOP
        + "# adls: loss(1.0)\ndef loss(x):\n    return x\n",
    )
    stdout, stderr, code = interrupted(command, "profile", "prog.py")
    assert (stdout, code) == ("", 130)
    assert stderr.splitlines() == ["adls: importing", "adls: interrupted"]


def test_ctrl_c_while_a_script_runs(command: Command) -> None:
    command.write(
        "train.py",
        "import adls\n\ndef loss(x):\n    return x\n\n"
        "for _ in range(5):\n    adls.grad(loss)(1.0)\nprint('yes', file=open('ready', 'w'), flush=True)\n"
        + LOOP,
    )
    stdout, stderr, code = interrupted(command, "profile", "train.py", "--script", "--format", "listing")
    assert (stdout, code) == ("LISTING loss evaluations=5 (0,)\n", 130), stderr


# A mutex that is locked twice: native code that no signal brings back, as one long call of NumPy's.
NEVER = (
    "import ctypes\nlibc, mutex = ctypes.CDLL(None), ctypes.create_string_buffer(64)\n"
    "libc.pthread_mutex_lock(mutex)\nlibc.pthread_mutex_lock(mutex)\n"
)


def test_ctrl_c_while_native_code_runs_in_a_script(command: Command) -> None:
    path = command.write(
        "train.py",
        "import adls\n\ndef loss(x):\n    return x\n\n"
        "for _ in range(5):\n    adls.grad(loss)(1.0)\nprint('yes', file=open('ready', 'w'), flush=True)\n" + NEVER,
    )
    stdout, stderr, code = interrupted(command, "profile", "train.py", "--script", "--format", "json")
    document = json.loads(stdout)
    assert (document["gradients"][0]["evaluations"], code) == (5, 130), stderr
    assert list(document["files"]) == [str(path)]
    assert stderr.splitlines()[-1] == "adls: interrupted"


def test_ctrl_c_while_native_code_runs_in_a_function(command: Command) -> None:
    command.write("prog.py", endless(NEVER))
    stdout, stderr, code = interrupted(command, "profile", "prog.py", "--format", "listing")
    assert (stdout, code) == ("LISTING loss evaluations=3 (0,)\n", 130), stderr


def test_a_child_that_is_terminated_ends_alone(command: Command) -> None:
    command.write(
        "train.py",
        "import os, signal, time, adls\n\ndef loss(x):\n    return x\n\npid = os.fork()\n"
        "if not pid:\n    open('child', 'w')\n    while True: time.sleep(0.01)\n"
        "while not os.path.exists('child'): time.sleep(0.01)\n"  # A signal before that is lost: Python clears it.
        "os.kill(pid, signal.SIGTERM)\nos.waitpid(pid, 0)\nadls.grad(loss)(1.0)\n",
    )
    done = command.run("profile", "train.py", "--script", "--format", "listing")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


def test_what_closes_all_files_writes_nothing_of_ours_into_others(command: Command) -> None:
    command.write(
        "train.py",
        "import os, adls\n\ndef loss(x):\n    return x\n\nos.closerange(3, 64)\n"
        "files = [open(f'mine{n}', 'w') for n in range(20)]\nadls.grad(loss)(1.0)\nprint('all', file=files[0])\n",
    )
    done = command.run("profile", "train.py", "--script", "--format", "listing")
    assert (done.returncode, done.stderr.count("adls: the program ended its process")) == (1, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert [(command.cwd / f"mine{n}").read_text() for n in range(20)] == ["all\n", *[""] * 19]


def test_a_terminated_command_takes_its_worker_along(command: Command) -> None:
    command.write("prog.py", endless(LOOP))
    process = command.start("profile", "prog.py", "--format", "listing")
    wait_until(lambda: (command.cwd / "ready").exists() and (command.cwd / "ready").read_text())
    process.terminate()
    process.communicate(timeout=PATIENCE)
    wait_until(lambda: not is_alive(int((command.cwd / "ready").read_text())))


def test_exit_handlers_of_a_script_run(command: Command) -> None:
    command.write(
        "train.py",
        "import adls, atexit\n\ndef loss(x):\n    return x\n\n"
        "atexit.register(lambda: open('saved', 'w').close())\nadls.grad(loss)(1.0)\n",
    )
    assert command.run("profile", "train.py", "--script").returncode == 0
    assert (command.cwd / "saved").exists()


def test_a_thread_that_never_ends_holds_nobody_up(command: Command) -> None:
    command.write(
        "prog.py",
        "import threading, time\n\ndef forever():\n    while True: time.sleep(0.01)\n\n"
        "threading.Thread(target=forever).start()\n\n# adls: loss(1.0)\ndef loss(x):\n    return x\n",
    )
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


def test_the_program_finds_an_empty_input_no_display_and_the_current_folder(command: Command) -> None:
    command.write(
        "deep/prog.py",
        "import os, sys\nassert sys.stdin.read() == ''\nassert os.environ['MPLBACKEND'] == 'Agg'\n"
        f"assert os.getcwd() == {str(command.cwd)!r}\nassert sys.path[0] == {str(command.cwd / 'deep')!r}\n"
        f"assert sys.argv == [__file__] == [{str(command.cwd / 'deep' / 'prog.py')!r}]\nassert __name__ == 'prog'\n"
        "assert sys.modules['prog'].__dict__ is globals()\n"
        "# adls: loss(1.0)\ndef loss(x):\n    return x\n",
    )
    done = command.run("profile", "deep/prog.py", "--format", "listing", "--repeat", "1")
    assert done.returncode == 0, done.stderr


def test_of_our_side_another_interpreter_sees_adls_alone(command: Command) -> None:
    import numpy

    venv.create(command.cwd / "other", with_pip=False)
    (site,) = (command.cwd / "other").glob("lib/*/site-packages")
    for path in Path(numpy.__file__).parent.parent.glob("numpy*"):
        (site / path.name).symlink_to(path)
    command.write(
        "prog.py",
        "import adls, sys\nassert sys.prefix.endswith('other')\n"
        "try:\n    import pytest\nexcept ImportError:\n    pass\n"
        "else:\n    raise AssertionError(pytest.__file__)\n# adls: loss(1.0)\ndef loss(x):\n    return x\n",
    )
    python = str(command.cwd / "other" / "bin" / "python")
    done = command.run("profile", "prog.py", "--python", python, "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


def test_a_program_may_start_processes_of_its_own(command: Command) -> None:
    command.write(
        "prog.py",
        "import multiprocessing\n\ndef double(x):\n    return 2 * x\n\n"
        "def doubled():\n    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        return pool.apply(double, (1.0,))\n\n"
        "# adls: loss(doubled())\ndef loss(x):\n    assert x == 2.0\n    return x\n",
    )
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


def test_noise_on_the_pipe_is_not_heard(command: Command) -> None:
    command.write(
        "prog.py",
        "import os\nfor number in range(3, 20):\n    try:\n        os.write(number, b'noise\\n[1]\\n{}\\n')\n"
        "    except OSError:\n        pass\n\n# adls: loss(1.0)\ndef loss(x):\n    return x\n",
    )
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


def test_under_safe_path_the_programs_folder_stays_out(command: Command) -> None:
    command.write("beside.py", "")
    command.write("prog.py", "import beside\n# adls: loss(1.0)\ndef loss(x):\n    return x\n")
    done = command.run("profile", "prog.py", PYTHONSAFEPATH="1")
    assert "No module named 'beside'" in done.stderr


def test_both_sides_name_the_same_protocol() -> None:
    from adls.launch import protocol
    from adls.worker import serve

    entry = Path(serve.__file__).with_name("entry.py").read_text()
    assert f'"protocol": {protocol.PROTOCOL},' in entry


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files in /proc")
def test_launching_leaves_no_pipes_open(command: Command) -> None:
    from adls.launch.process import Stop, run_worker
    from adls.launch.protocol import Request

    class Silent:
        def progress(self, message: object) -> None: ...
        def output(self, data: bytes) -> None: ...

    path = command.write("prog.py", "x = 1\n")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with Stop() as stop:
        run_worker(sys.executable, Request("profile", str(path), script=()), Silent(), stop)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def bundled(command: Command) -> Command:
    """The same command line out of an extension's folder of libraries."""
    home = command.cwd / "extension" / "bundled" / "libs"
    shutil.copytree(command.home, home)
    return Command(home, command.cwd)


def with_adls(command: Command, text: str) -> str:
    """An interpreter whose environment has NumPy and an adls whose protocol file says `text`."""
    import numpy

    venv.create(command.cwd / "other", with_pip=False)
    (site,) = (command.cwd / "other").glob("lib/*/site-packages")
    for path in Path(numpy.__file__).parent.parent.glob("numpy*"):
        (site / path.name).symlink_to(path)
    shutil.copytree(command.home / "adls", site / "adls")
    (site / "adls" / "launch" / "protocol.py").write_text(text)
    return str(command.cwd / "other" / "bin" / "python")


WHERE = "import adls\nprint('adls from', adls.__file__)\n# adls: loss(1.0)\ndef loss(x):\n    return x\n"


@pytest.mark.parametrize(("change", "place"), [(" ", "site-packages"), ("000 ", "libs")])
def test_a_bundled_adls_gives_way_to_a_compatible_installed_one(command: Command, change: str, place: str) -> None:
    command.write("prog.py", WHERE)
    protocol = (command.home / "adls" / "launch" / "protocol.py").read_text()
    python = with_adls(command, protocol.replace("PROTOCOL = 1 ", f"PROTOCOL = 1{change}"))
    done = bundled(command).run("profile", "prog.py", "--python", python, "--format", "listing", "--repeat", "1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr
    (said,) = [line for line in done.stderr.splitlines() if line.startswith("adls from")]
    assert f"/{place}/adls/" in said

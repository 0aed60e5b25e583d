"""Whoever started a worker and dies of anything takes the worker's whole group along."""

from __future__ import annotations

import signal

from tests.conftest import Command
from tests.worker.test_process import endless, is_alive, wait_until


def test_a_killed_parent_leaves_no_orphan(command: Command) -> None:
    loop = "import subprocess\nsubprocess.Popen(['sleep', '1000'])\nwhile True:\n    time.sleep(0.01)\n"
    command.write("prog.py", endless(loop))
    process = command.start("profile", "prog.py", "--format", "json")
    ready = command.cwd / "ready"
    wait_until(lambda: ready.exists() and ready.read_text())
    worker = int(ready.read_text())
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until(lambda: not is_alive(worker))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read()  # Ends when the last process that has it open is gone: the grandchild too.
    process.stderr.read()
    process.stdout.close()
    process.stderr.close()

"""`adls profile` on programs that work: what is called, how often, and what is written where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Command

PROGRAM = """\
import numpy as np

def init(seed):
    return np.ones(3) * seed

# adls: loss(init(2), b=2)
def loss(x, b):
    return (x * b).sum()

# adls[argnums=(0, 1)]: other(1.0, 2.0)
def other(x, y):
    return x * y
"""


def test_prints_the_listing_and_says_last_where_the_page_is(command: Command) -> None:
    command.write("prog.py", PROGRAM)
    done = command.run("profile", "prog.py", "loss", "--repeat", "4")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["LISTING loss evaluations=4 (0,)", "out/prog.html"]
    assert (command.cwd / "out" / "prog.html").read_text().startswith("<html>")


def test_says_what_it_does_while_it_works(command: Command) -> None:
    command.write("prog.py", PROGRAM)
    done = command.run("profile", "prog.py", "loss", "--repeat", "1")
    assert done.stderr.splitlines() == [
        "adls: importing",
        "adls: compiling loss",
        "adls: evaluation 1 of loss",
        "adls: rendering",
    ]


def test_without_a_function_all_example_calls_are_measured(command: Command) -> None:
    command.write("prog.py", PROGRAM)
    done = command.run("profile", "prog.py", "--repeat", "2", "--format", "listing")
    assert sorted(done.stdout.splitlines()) == [
        "LISTING loss evaluations=2 (0,)",
        "LISTING other evaluations=2 (0, 1)",
    ]


def test_measures_at_least_three_evaluations_after_one_that_warms_up(command: Command) -> None:
    command.write(
        "prog.py",
        "calls = []\n# adls: loss(1.0)\ndef loss(x):\n    calls.append(x)\n    return x * len(calls)\n",
    )
    done = command.run("profile", "prog.py", "--format", "json")
    document = json.loads(done.stdout)
    assert document["outcome"] == "finished"
    assert document["gradients"][0]["evaluations"] >= 3


def test_arguments_are_made_anew_for_each_evaluation(command: Command) -> None:
    command.write(
        "prog.py",
        "import numpy as np\n\n# adls: loss(np.zeros(2))\ndef loss(x):\n"
        "    assert x[0] == 0\n    x += 1\n    return x.sum()\n",
    )
    done = command.run("profile", "prog.py", "--repeat", "3", "--format", "listing")
    assert done.returncode == 0, done.stderr


def test_gradients_taken_while_arguments_are_made_are_not_the_functions(command: Command) -> None:
    command.write(
        "prog.py",
        "import adls\n\ndef inner(x):\n    return x * x\n\n"
        "# adls: loss(adls.grad(inner)(1.0))\ndef loss(x):\n    return x\n",
    )
    done = command.run("profile", "prog.py", "--repeat", "3", "--format", "listing")
    assert done.stdout == "LISTING loss evaluations=3 (0,)\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--call", "loss(init(1), 3)"), "LISTING loss evaluations=1 (0,)\n"),
        (("loss", "--call", "loss(init(1), 3)"), "LISTING loss evaluations=1 (0,)\n"),
        (("--call", "init(3)", "--argnums", "0"), "LISTING init evaluations=1 (0,)\n"),
        (("loss", "--argnums", "0,1"), "LISTING loss evaluations=1 (0, 1)\n"),
        (("other", "--argnums", "1"), "LISTING other evaluations=1 (1,)\n"),
    ],
)
def test_call_and_argnums_on_the_command_line_win(
    command: Command, arguments: tuple[str, ...], expected: str
) -> None:
    command.write("prog.py", PROGRAM)
    done = command.run("profile", "prog.py", *arguments, "--repeat", "1", "--format", "listing")
    assert (done.stdout, done.returncode) == (expected, 0), done.stderr


def test_a_script_runs_whole_with_its_arguments_and_all_its_gradients_are_measured(command: Command) -> None:
    command.write(
        "train.py",
        "import sys\nimport adls\nfrom beside import STEPS\n\ndef loss(x):\n    return x\n\n"
        "if __name__ == '__main__':\n    assert sys.argv[1:] == ['--rate', '0.1'], sys.argv\n"
        "    assert sys.modules['__main__'].loss is loss\n"
        "    for step in range(STEPS):\n        adls.value_and_grad(loss)(1.0)\n        adls.grad(loss)(1.0)\n",
    )
    command.write("beside.py", "STEPS = 3\n")
    done = command.run("profile", "train.py", "--script", "--format", "listing", "--", "--rate", "0.1")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=6 (0,)\n", 0), done.stderr


def test_a_script_may_end_with_sys_exit_zero(command: Command) -> None:
    command.write(
        "train.py", "import sys, adls\n\ndef loss(x):\n    return x\n\nadls.grad(loss)(1.0)\nsys.exit(0)\n"
    )
    done = command.run("profile", "train.py", "--script", "--format", "listing")
    assert (done.stdout, done.returncode) == ("LISTING loss evaluations=1 (0,)\n", 0), done.stderr


def test_a_script_that_takes_no_gradient_is_told_so(command: Command) -> None:
    command.write("train.py", "x = 1\n")
    done = command.run("profile", "train.py", "--script")
    assert done.returncode == 2
    assert "train.py took no gradient" in done.stderr


def test_the_program_prints_to_standard_error_and_not_into_the_result(command: Command) -> None:
    command.write("prog.py", "print('hello from the program')\n" + PROGRAM)
    done = command.run("profile", "prog.py", "--format", "json", "--repeat", "1")
    assert json.loads(done.stdout)["format"] == "adls-profile"
    assert "hello from the program" in done.stderr


def test_output_goes_where_it_is_told(command: Command) -> None:
    command.write("prog.py", PROGRAM)
    done = command.run("profile", "prog.py", "--format", "speedscope", "-o", "deep/p.json", "--repeat", "1")
    assert done.stdout == "deep/p.json\n"
    assert "speedscope" in json.loads((command.cwd / "deep" / "p.json").read_text())["$schema"]


def test_the_files_that_ran_are_named_with_their_digests(command: Command) -> None:
    import hashlib

    path = command.write("prog.py", PROGRAM)
    done = command.run("profile", "prog.py", "--format", "json", "--repeat", "1")
    assert json.loads(done.stdout)["files"] == {str(path): hashlib.sha256(path.read_bytes()).hexdigest()}


@pytest.mark.parametrize(
    ("body", "outcome", "message"),
    [
        ("raise ValueError('a\\nb')", "raised", "ValueError: a"),
        ("raise SyntaxError('a', ('f.py', 1, 1, 'x'))", "raised", "SyntaxError: a"),
        ("sys.exit('done')", "exited", "the program ended itself with sys.exit('done') at {path}:5"),
    ],
)
def test_the_recording_says_in_one_sentence_how_it_ended(
    command: Command, body: str, outcome: str, message: str
) -> None:
    path = command.write(
        "prog.py", f"import sys\n\n# adls: loss(1.0)\ndef loss(x):\n    {body}\n    return x\n"
    )
    document = json.loads(command.run("profile", "prog.py", "--format", "json").stdout)
    assert (document["outcome"], document["message"]) == (outcome, message.format(path=path))
    assert not document["gradients"][0]["complete"]


def test_a_file_of_a_package_is_imported_under_the_packages_name(command: Command) -> None:
    command.write("top/pack/__init__.py", "")
    command.write("top/pack/sub/__init__.py", "")
    command.write("top/pack/sibling.py", "TWO = 2.0\n")
    command.write(
        "top/pack/sub/model.py",
        "from ..sibling import TWO\nassert __name__ == 'pack.sub.model'\n\n"
        "# adls: loss(TWO)\ndef loss(x):\n    return x\n",
    )
    done = command.run("profile", "top/pack/sub/model.py", "--format", "listing", "--repeat", "1")
    assert done.returncode == 0, done.stderr


def test_a_method_and_a_decorated_function_can_have_example_calls(command: Command) -> None:
    command.write(
        "prog.py",
        "def plain(f):\n    return f\n\n"
        "class Model:\n    # adls: Model().loss(1.0)\n    def loss(self, x):\n        return x\n\n"
        "# adls: second(1.0)\n@plain\ndef second(x):\n    return x\n\n"
        "@plain\n# adls: third(1.0)\n@plain\ndef third(x):\n    return x\n",
    )
    done = command.run("profile", "prog.py", "--format", "listing", "--repeat", "1")
    assert sorted(line.split()[1] for line in done.stdout.splitlines()) == ["Model.loss", "second", "third"]


def test_show_prints_the_adjoint_in_the_form_asked_for(command: Command) -> None:
    command.write("prog.py", PROGRAM)
    assert command.run("show", "prog.py:other").stdout == "python of other at (0, 1)\n"
    assert command.run("show", "prog.py:other", "--ir").stdout == "ir of other at (0, 1)\n"
    assert (
        command.run("show", "prog.py", "--passes").stdout
        == "passes of loss at 0\n\npasses of other at (0, 1)\n"
    )


def test_check_exits_with_one_where_something_cannot_be_differentiated(command: Command) -> None:
    command.write("prog.py", PROGRAM + "\n# adls: cannot(1.0)\ndef cannot(x):\n    return x\n")
    done = command.run("check", "prog.py")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{command.cwd / 'prog.py'}:15:5: cannot has no rule",
        "  way out",
        "loss: can be differentiated",
        "other: can be differentiated",
    ]
    assert command.run("check", "prog.py", "loss").returncode == 0

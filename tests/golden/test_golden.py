"""Every golden file says what adls says, its adjoint runs and is right, and its text is the same in every process."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import adls
from adls.runtime.calling import shadows_for
from tests.differences import assert_gradient, flat, numerical_gradient
from tests.golden import files

each_file = pytest.mark.parametrize("name", files.names())


@each_file
@pytest.mark.parametrize("section", ["IR", "ADJOINT"])
def test_the_file_says_what_adls_says(name, section, update_golden):
    found = files.sections(name)
    if update_golden:
        files.write(name, found)
        return
    assert found[section] == files.stored(name)[section]


@each_file
def test_the_listing_in_the_file_runs_and_is_right(name, update_golden, tmp_path):
    """The text itself, saved as a module of its own."""
    module = files.case(name)
    text = files.sections(name)["ADJOINT"] if update_golden else files.stored(name)["ADJOINT"]
    value, gradients = run(module, files.runnable(text), tmp_path / "listing.py")
    assert flat(value).tobytes() == flat(module.f(*module.arguments())).tobytes()
    for argnum, gradient in gradients.items():
        expected = numerical_gradient(module.f, module.arguments(), argnum)
        np.testing.assert_allclose(flat(gradient), expected, rtol=1e-5, atol=1e-6)


def run(module: Any, text: str, path: Path) -> tuple[Any, dict[int, Any]]:
    """The value and, by argument, the cotangents that a listing gives."""
    argnums, args = files.argnums_of(module), module.arguments()
    found = adls.compiled(module.f, *args, argnums=argnums)
    path.write_text(text)
    namespace = runpy.run_path(str(path))
    shadows = shadows_for(found, args)
    value, residuals = namespace[found.printed.forward](*args)
    returned = namespace[found.printed.backward](residuals, 1.0, *shadows)
    interface = found.adjoint.interface
    by_position = dict(zip(interface.shadows, shadows, strict=True))
    if interface.returned:
        several = returned if len(interface.returned) > 1 else (returned,)
        by_position |= dict(zip(interface.returned, several, strict=True))
    return value, {n: by_position[n] for n in argnums if n in by_position}


@each_file
def test_the_gradient_is_that_of_differences(name):
    module = files.case(name)
    assert_gradient(module.f, *module.arguments(), argnums=files.argnums_of(module), atol=1e-6)


@pytest.fixture(scope="module")
def elsewhere() -> list[dict[str, dict[str, str]]]:
    """The sections of all files as two fresh processes print them, whose sets and dicts of strings differ in order."""
    return [json.loads(printed(seed)) for seed in ("1", "2")]


def printed(seed: str) -> str:
    run = subprocess.run([sys.executable, "-m", "tests.golden.files"], cwd=files.ROOT, capture_output=True, text=True,
                         timeout=120, check=False, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(files.ROOT)})
    assert run.returncode == 0, run.stderr
    return run.stdout


@each_file
def test_the_text_is_the_same_in_every_process(name, elsewhere, update_golden):
    one, two = elsewhere
    assert one[name] == two[name]
    if not update_golden:
        assert one[name] == files.stored(name)


def test_no_file_names_a_place_on_a_machine():
    for name in files.names():
        assert str(files.ROOT) not in files.path_of(name).read_text()

"""K5: the text is the code: edited files, redefined helpers, lambdas on one line; and the listing is what ran."""

from __future__ import annotations

import ast
import importlib.util
import linecache
import types
from pathlib import Path

import numpy as np
import pytest

import adls
from adls.engine.backend.clocks import with_clocks, without_clocks
from adls.engine.source.diagnostics import DifferentiationError
from adls.runtime.calling import shadows_for
from tests.differences import flat
from tests.killers import programs
from tests.killers.compiling import run_saved

HELPERS = """\
import numpy as np


def helper(x):
    return x * x


def f(x):
    return np.sum(helper(x) * 3.0)


def never_called(x):
    return np.sum(x)
"""


@pytest.fixture
def module(tmp_path):
    path = tmp_path / "edited.py"
    path.write_text(HELPERS)
    spec = importlib.util.spec_from_file_location("edited", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def edit(module: types.ModuleType, before: str, after: str) -> None:
    path = Path(module.__file__)
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    linecache.checkcache(module.__file__)


X = np.array([1.0, 2.0, -3.0])


def test_a_file_edited_after_import_is_an_error(module):
    edit(module, "x * x", "x + x")
    with pytest.raises(DifferentiationError) as caught:
        adls.grad(module.f)(X)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.kind.code == "source-changed"
    assert "edited.py" in str(caught.value)


def test_an_edit_of_the_differentiated_function_is_an_error(module):
    edit(module, "* 3.0", "* 4.0")
    with pytest.raises(DifferentiationError, match="changed since"):
        adls.grad(module.f)(X)


def test_an_edit_that_only_moves_the_function_is_none(module):
    """Or an error: never the new text's gradient. What it must not be is 4x."""
    edit(module, "import numpy as np", "import numpy as np\n\n# a comment")
    try:
        gradient = adls.grad(module.f)(X)
    except DifferentiationError as error:
        refused = str(error)
    else:
        refused = ""
        assert np.array_equal(gradient, 6.0 * X)
    assert not refused or "changed since" in refused


def test_what_was_compiled_before_an_edit_still_runs_the_imported_code(module):
    before = adls.grad(module.f)(X)
    edit(module, "x * x", "x + x")
    assert np.array_equal(adls.grad(module.f)(X), before)


def test_a_helper_redefined_between_two_calls_is_seen(module):
    assert np.array_equal(adls.grad(module.f)(X), 6.0 * X)
    module.helper = programs.np.sin
    assert np.allclose(adls.grad(module.f)(X), 3.0 * np.cos(X))

    def cubed(x):
        return x * x * x

    module.helper = cubed
    assert np.allclose(adls.grad(module.f)(X), 9.0 * X * X)


def test_a_helpers_own_helper_redefined_is_seen(module):
    outer = types.SimpleNamespace(f=module.f)

    def g(x):
        return outer.f(x) + 1.0

    def through(x):
        return module.f(x) + 1.0

    assert np.array_equal(adls.grad(through)(X), 6.0 * X)
    module.helper = lambda x: 2.0 * x
    assert np.array_equal(adls.grad(through)(X), np.full(3, 6.0))


def test_a_captured_value_that_changes_is_seen():
    scale = 2.0

    def f(x):
        return scale * x * x

    assert adls.grad(f)(3.0) == 12.0
    scale = 5.0
    assert adls.grad(f)(3.0) == 30.0


def test_a_global_constant_that_changes_is_seen(module):
    exec(compile("", "nothing", "exec"), module.__dict__)
    module.np = np
    assert np.array_equal(adls.grad(module.f)(X), 6.0 * X)


two = (lambda x: x * x, lambda x: x * x * x)
same = [lambda x: 2.0 * x, lambda x: 2.0 * x]
picked, other = (lambda a: a + a * a), (lambda a: a * 5.0)


def test_two_lambdas_on_a_line():
    assert adls.grad(two[0])(3.0) == 6.0
    assert adls.grad(two[1])(3.0) == 27.0
    assert adls.grad(other)(3.0) == 5.0
    assert adls.grad(picked)(3.0) == 7.0
    assert [adls.grad(each)(3.0) for each in same] == [2.0, 2.0]


# The listing

def cases():
    rng = np.random.default_rng(5)
    definite = rng.normal(size=(4, 4))
    definite = definite @ definite.T + 4.0 * np.eye(4)
    return [
        (programs.views, (rng.uniform(0.5, 1.5, (2, 3)),)),
        (programs.overwritten, (rng.uniform(0.1, 1.0, 6), 0.1, 3)),
        (programs.cholesky_in_place, (definite,)),
        (programs.cholesky_left_looking, (definite,)),
        (programs.picked, (rng.normal(size=(3, 3)), rng.normal(size=3), ["tanh", "square", "scale"])),
        (programs.partial_execution, (np.array([1.0, -0.5, 2.0, 0.3]), 3)),
        (programs.early_return, (np.array([1.0, -0.5, 2.0, 0.3]), 1.0)),
        (programs.chain, (rng.normal(size=5),)),
        (programs.float_loop, (0.3, 1.2, 20)),
    ]


each_killer = pytest.mark.parametrize(("f", "args"), cases(), ids=[f.__name__ for f, _ in cases()])


def copies(args):
    return tuple(arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args)


@each_killer
def test_the_listing_saved_and_run_in_a_fresh_process_gives_the_same_bits(f, args, tmp_path):
    found = adls.compiled(f, *copies(args))
    value, gradient = adls.value_and_grad(f)(*copies(args))
    shadows = tuple(shadows_for(found, args))
    names = found.printed.forward, found.printed.backward
    saved_value, returned, saved_shadows = run_saved(found.text, names, copies(args), shadows, tmp_path)
    assert flat(saved_value).tobytes() == flat(value).tobytes()
    ours = saved_shadows[0] if saved_shadows else returned
    assert flat(ours).tobytes() == flat(gradient).tobytes()


@each_killer
def test_the_executed_tree_is_the_shown_texts(f, args):
    found = adls.compiled(f, *copies(args))
    assert ast.dump(found.printed.listing.tree) == ast.dump(ast.parse(found.text))


@each_killer
def test_the_profiled_tree_without_its_clocks_is_the_shown_tree(f, args):
    found = adls.compiled(f, *copies(args))
    profiled = with_clocks(found.printed.listing)
    assert ast.dump(profiled) != ast.dump(ast.parse(found.text))
    assert ast.dump(without_clocks(profiled)) == ast.dump(ast.parse(found.text))


@each_killer
def test_the_recorded_gradient_has_the_same_bits(f, args):
    from adls.runtime.recorder import Recorder

    value, gradient = adls.value_and_grad(f)(*copies(args))
    with Recorder() as recorder:
        recorded_value, recorded = adls.value_and_grad(f)(*copies(args))
    assert len(recorder.evaluations()) == 1
    assert flat(recorded).tobytes() == flat(gradient).tobytes()
    assert flat(recorded_value).tobytes() == flat(value).tobytes()

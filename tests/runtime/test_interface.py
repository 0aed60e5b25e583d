"""The derivatives that are made of derivatives, and the marks that a program sets: alone and nested in one another."""

from __future__ import annotations

import dataclasses
import linecache

import numpy as np
import pytest

import adls
from adls.engine.source.diagnostics import DifferentiationError
from tests.differences import assert_gradient

X = np.array([0.5, -0.3, 1.2])
A = np.array([[1.0, 0.5, 0.2], [0.1, 2.0, 0.3], [0.4, 0.2, 1.5]])


def scalar(x):
    return (np.sin(x) * x**2).sum() + x[0] * x[1] * x[2]


def vector(x):
    return np.tanh(A @ x) * x[0]


def in_place(x):
    y = np.zeros(3)
    for i in range(3):
        y[i] = x[i] ** 2 * (y[i - 1] if i else 1.0)
    return y


def differences(g, x, h=1e-6):
    return np.stack([(g(x + h * e) - g(x - h * e)) / (2 * h) for e in np.eye(len(x))], -1)


def close(a, b, tol=1e-5):
    np.testing.assert_allclose(a, b, rtol=tol, atol=1e-6)


@pytest.mark.parametrize("f", [vector, in_place])
def test_jacobian(f):
    close(adls.jacobian(f)(X), differences(f, X))


def test_jacobian_of_numbers():
    close(adls.jacobian(lambda x: x**3)(2.0), 12.0)
    assert adls.jacobian(lambda m: m @ m)(A).shape == (3, 3, 3, 3)


def test_jacobian_of_several_arguments():
    a, b = adls.jacobian(lambda x, y: x * y, argnums=(0, 1))(X, X + 1)
    close(a, np.diag(X + 1))
    close(b, np.diag(X))


def test_jacobian_has_both_structures():
    rows = adls.jacobian(lambda p: {"u": p["a"] * p["b"], "v": [p["b"] ** 2]})({"a": X, "b": 2.0})
    close(rows["u"]["a"], 2 * np.eye(3))
    close(rows["u"]["b"], X)
    close(rows["v"][0]["b"], 4.0)


def test_a_jacobian_is_that_of_real_numbers():
    with pytest.raises(TypeError, match="real results"):
        adls.jacobian(lambda x: x * 1j)(X)


def test_hessian():
    close(adls.hessian(scalar)(X), differences(adls.grad(scalar), X))
    close(adls.hessian(lambda x: in_place(x).sum())(X), differences(adls.grad(lambda x: in_place(x).sum()), X))


def test_hessian_of_several_arguments():
    h = adls.hessian(lambda x, y: (x * y * y).sum(), argnums=(0, 1))(X, X + 1)
    close(h[0][1], np.diag(2 * (X + 1)))
    close(h[1][1], np.diag(2 * X))
    close(h[0][0], np.zeros((3, 3)))


def test_hvp():
    wanted = differences(adls.grad(scalar), X) @ (X + 1)
    close(adls.hvp(scalar, X, X + 1), wanted)
    (product,) = adls.hvp(scalar, (X,), (X + 1,))
    close(product, wanted)


def test_hvp_of_several_arguments_and_of_structures():
    a, b = adls.hvp(lambda x, y: (x * y * y).sum(), (X, X + 1), (X, X))
    close(a, 2 * (X + 1) * X)
    close(b, 2 * (X + 1) * X + 2 * X * X)
    product = adls.hvp(lambda p: (p["a"] ** 3).sum() * p["b"], {"a": X, "b": 2.0}, {"a": X, "b": 1.0})
    close(product["a"], 6 * X * 2 * X + 3 * X**2)
    close(product["b"], (3 * X**2 * X).sum())


@pytest.mark.parametrize("f", [vector, in_place, adls.grad(scalar)])
def test_jvp(f):
    value, tangent = adls.jvp(f, (X,), (X + 1,))
    close(value, f(X))
    close(tangent, differences(f, X) @ (X + 1))


def reshaped(x, shape):
    y = x * 2.0
    z = x * x
    y.shape = shape
    z.shape = shape
    return y, z


def product_of_reshaped(x):
    y, z = reshaped(x[:2], (2, *x[:1].shape))
    return np.sum(y @ z.T)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # NumPy 2.5 is about to drop it
def test_shapes_set_before_arrays_are_returned_together():
    assert_gradient(product_of_reshaped, X)


def test_executed_text_without_a_module():
    text = "import numpy as np\nscale = 2.0\ndef f(x):\n    return scale * np.sum(x**2)\n"
    linecache.cache["<no module>"] = (len(text), None, text.splitlines(True), "<no module>")
    names = {}
    exec(compile(text, "<no module>", "exec"), names)
    close(adls.grad(names["f"])(X), 4 * X)


@dataclasses.dataclass
class Point:
    place: np.ndarray
    weight: float


def test_jvp_of_instances():
    def energy(point):
        return np.sum(point.place**2) * point.weight

    at, along = Point(np.array([1.0, 2.0]), 3.0), Point(np.array([0.1, 0.2]), 0.5)
    close(adls.jvp(energy, (at,), (along,))[1], 5.5)
    close(adls.pullback(lambda x: Point(x * 2, x[0]), at.place)[1](along)[0], np.array([0.7, 0.4]))
    with pytest.raises(adls.DifferentiationError, match="no instances"):
        adls.hvp(energy, (at,), (along,))


def test_jvp_of_numbers():
    value, tangent = adls.jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    assert (value, tangent) == (6.0, 23.0)
    with pytest.raises(TypeError, match="a tangent for each primal"):
        adls.jvp(lambda x, y: x * y, (2.0, 3.0), (1.0,))


@pytest.mark.parametrize("g", [
    lambda x: (adls.jacobian(vector)(x) ** 2).sum(),
    lambda x: (adls.jacobian(in_place)(x) ** 2).sum(),
    lambda x: (adls.hessian(scalar)(x) ** 2).sum(),
    lambda x: (adls.hvp(scalar, x, X) ** 2).sum(),
    lambda x: np.linalg.slogdet(adls.hessian(scalar)(x) + 10 * np.eye(3))[1],
], ids=["jacobian", "jacobian-in-place", "hessian", "hvp", "slogdet-hessian"])
def test_gradients_of_what_is_made_of_gradients(g):
    assert_gradient(g, X, rtol=1e-4)


def test_jacobians_nest():
    close(adls.jacobian(adls.jacobian(scalar))(X), adls.hessian(scalar)(X))


@pytest.mark.parametrize(("derivative", "wanted"), [
    (lambda: adls.grad(lambda x: x * adls.grad(lambda y: x + y)(1.0))(2.0), 1.0),
    (lambda: adls.grad(lambda x: x * adls.grad(lambda y: x * y)(1.0))(2.0), 4.0),
    (lambda: adls.grad(lambda x: x * adls.jvp(lambda y: x + y, (1.0,), (1.0,))[1])(2.0), 1.0),
    (lambda: adls.grad(lambda x: x * adls.jvp(lambda y: x * y, (1.0,), (1.0,))[1])(2.0), 4.0),
    (lambda: adls.jvp(lambda x: x * adls.grad(lambda y: x * y)(1.0), (2.0,), (1.0,))[1], 4.0),
    (lambda: adls.jacobian(lambda x: x * adls.jacobian(lambda y: x * y)(1.0))(2.0), 4.0),
    (lambda: adls.jacobian(lambda x: x * adls.jvp(lambda y: x * y, (1.0,), (1.0,))[1])(2.0), 4.0),
])
def test_perturbations_are_not_confused(derivative, wanted):
    close(derivative(), wanted)


def test_has_aux():
    (value, aux), gradient = adls.value_and_grad(lambda x: ((x**2).sum(), {"y": x * 2, "n": 3}), has_aux=True)(X)
    close(value, (X**2).sum())
    close(gradient, 2 * X)
    close(aux["y"], 2 * X)
    assert aux["n"] == 3
    assert adls.grad(lambda x: (x**2, x + 1), has_aux=True)(3.0) == (6.0, 4.0)
    with pytest.raises(TypeError, match="pair"):
        adls.grad(lambda x: x**2, has_aux=True)(3.0)


def test_has_aux_inside():
    def gradient(x):
        g, aux = adls.grad(lambda y: ((y**3 * x).sum(), y * x), has_aux=True)(x)
        return (g * aux).sum()

    def both(x):
        (value, aux), g = adls.value_and_grad(lambda y: ((y**3 * x).sum(), y * x), has_aux=True)(x)
        return value * (g * aux).sum()

    assert_gradient(gradient, X)
    assert_gradient(both, X)


def test_stop_gradient():
    close(adls.grad(lambda x: (adls.stop_gradient(x) * x).sum())(X), X)
    close(adls.grad(lambda p: (adls.stop_gradient(p)["a"] * p["a"]).sum())({"a": X})["a"], X)
    close(adls.grad(lambda x: adls.stop_gradient(x) * x)(2.0), 2.0)
    close(adls.hessian(lambda x: (adls.stop_gradient(x) * x * x).sum())(X), np.diag(2 * X))


def test_what_stop_gradient_gives_is_memory_of_its_own():
    def written(x):
        y = adls.stop_gradient(x)
        y[0] = 5.0 * x[1]
        return (y * x).sum()

    close(adls.grad(written)(X), [5 * X[1], 5 * X[0] + X[1], X[2]])


def test_on_cotangent():
    seen = []
    close(adls.grad(lambda x: (adls.on_cotangent(x * 3, lambda g: seen.append(g)) ** 2).sum())(X), 18 * X)
    close(seen[0], 6 * X)
    clipped = adls.grad(lambda x: (adls.on_cotangent(x * 3, lambda g: np.clip(g, -1, 1)) ** 2).sum())(X)
    close(clipped, 3 * np.clip(6 * X, -1, 1))
    close(adls.grad(lambda x: adls.on_cotangent(x, lambda g: g * 2) * 3)(1.0), 6.0)
    with pytest.raises(TypeError, match="an array or a number"):
        adls.on_cotangent([1.0], print)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_checkpoint_evaluates_again(depth):
    runs = []

    def body(x):
        runs.append(1)
        return np.sin(x) * x

    kept = body
    for _ in range(depth):
        kept = adls.checkpoint(kept)
    close(adls.grad(lambda x: kept(x).sum())(X), np.cos(X) * X + np.sin(X))
    assert len(runs) == depth + 1


@adls.checkpoint
def layer(x, w=2.0):
    return np.tanh(x * w)


class Layer:
    def __init__(self, w):
        self.w = w

    @adls.checkpoint
    def forward(self, x):
        return np.tanh(x * self.w)


def test_checkpoints_of_functions_closures_and_methods():
    assert_gradient(lambda x: (layer(layer(x, w=1.5)) ** 2).sum(), X)
    assert_gradient(lambda w: (layer(X, w) ** 2).sum(), 1.5)
    assert_gradient(lambda w: (adls.checkpoint(lambda v: np.sin(v * w))(X) ** 2).sum(), 1.5)
    own = Layer(1.3)
    close(adls.grad(lambda x: own.forward(x).sum())(X), 1.3 * (1 - np.tanh(1.3 * X) ** 2))
    close(adls.grad(adls.checkpoint(scalar))(X), adls.grad(scalar)(X))


def test_a_checkpoint_is_differentiated_again():
    def f(x):
        return (layer(x) ** 2).sum()

    close(adls.hessian(f)(X), differences(adls.grad(f), X))


def test_a_checkpoint_that_changes_is_told():
    rng = np.random.default_rng(0)
    with pytest.raises(RuntimeError, match="gave another value"):
        adls.grad(lambda x: adls.checkpoint(lambda v: (v * rng.normal(size=3)).sum())(x))(X)


def test_a_pullback_says_what_it_is():
    def loss(w, b):
        return (w * b).sum()

    _, back = adls.pullback(loss, X, 2.0)
    assert repr(back) == "∂(loss)(cotangent: f64) -> (w: f64[w_0], b: float)"


def square(x):
    return x**2


@adls.adjoint(square)
def _(x):
    return x**2, lambda g: (g * 2 * x,)


def test_rules_are_differentiated_again():
    close(adls.hessian(lambda x: (square(x) * x).sum())(X), np.diag(6 * X))
    close(adls.jvp(square, (X,), (X,))[1], 2 * X * X)


FUNCTIONS = [np.sin, lambda v: v**3]


def test_calls_that_the_run_resolves_are_differentiated_again():
    def picked(x, n):
        return FUNCTIONS[n](x) * x

    def inside(x, n):
        g = adls.grad(lambda z: (FUNCTIONS[n](z) * z).sum())(x)
        return (g * g).sum()

    close(adls.grad(adls.grad(picked))(1.3, 1), 12 * 1.3**2)
    assert_gradient(inside, X, 1)


def test_arguments_of_star_args_by_their_number():
    def total(*xs):
        return xs[0] * xs[1] ** 2

    assert adls.grad(total, argnums=1)(2.0, 3.0) == 12.0
    assert adls.value_and_grad(total, argnums=(0, 1))(2.0, 3.0) == (18.0, (9.0, 12.0))
    assert adls.pullback(total, 2.0, 3.0)[1](1.0) == (9.0, 12.0)


def test_keywords_of_a_callee_that_the_run_resolves():
    def weighted(a, b=2.0, *, c=3.0):
        return a * b * c**2

    table = {"w": weighted}
    assert_gradient(lambda x: table["w"](x[0], c=x[1]) * x[2], X)


def test_a_jvp_of_a_function_of_arrays_inside():
    assert_gradient(lambda x: adls.jvp(lambda y: (y**3).sum(), (x,), (np.ones(3),))[1], X)
    tangent = adls.jvp(lambda x: adls.jvp(lambda y: (y**3).sum(), (x,), (X + 1,))[1], (X,), (X,))[1]
    close(tangent, np.sum(6 * X * (X + 1) * X))


def test_a_jvp_inside_a_jvp_of_what_it_has_captured():
    assert adls.jvp(lambda a: adls.jvp(lambda b: a * b * b, (2.0,), (1.0,))[1], (3.0,), (1.0,)) == (12.0, 4.0)
    assert adls.jvp(lambda a: adls.jvp(lambda b: b**3, (a,), (1.0,))[1], (2.0,), (1.0,)) == (12.0, 12.0)


def test_a_jvp_of_dicts():
    given, along = {"w": X, "b": X + 1, "n": 2}, {"w": np.ones(3), "b": X, "n": 0}
    close(adls.jvp(lambda p: (p["w"] * p["b"]).sum() * p["n"], (given,), (along,))[1], 2 * np.sum(X + 1 + X * X))
    close(adls.jvp(lambda p: p["w"] * p["b"], (given,), (along,))[1], X + 1 + X * X)
    close(adls.jvp(lambda p, q: 2 * q, (given, X), (along, X + 1))[1], 2 * (X + 1))
    nested = adls.jvp(lambda p: (p["l"]["w"] ** 2).sum(), ({"l": {"w": X}},), ({"l": {"w": X + 1}},))
    close(nested[1], np.sum(2 * X * (X + 1)))


@pytest.mark.parametrize(("f", "primal"), [
    (lambda p: p["l"]["w"] * 2, {"l": {"w": X}}),
    (lambda p: p[0]["a"] * p[1], ({"a": X}, X)),
])
def test_a_jvp_that_is_not_followed_is_refused(f, primal):
    with pytest.raises(DifferentiationError, match="one by one"):
        adls.jvp(f, (primal,), (primal,))


def undone(x):
    return np.sin(x) * 2


@adls.adjoint(undone)
def _(x):
    return np.sin(x) * 2, lambda g: g * np.cos(x)


def with_a_wrong_line(x, k):
    y = x * k
    total = 0.0
    for _ in range(2):
        z = undone(y)
        total += (z**2).sum()
    return total


@pytest.mark.parametrize(("f", "args"), [
    (lambda x, p: (np.tanh(x) * p["a"]).sum(), (X, {"a": X + 1})),
    (in_place, (X,)),
    (np.fft.fft, (X,)),
    (lambda z: z * z, (X + 1j * X,)),
    (lambda x, n: x**n, (2.0, 3)),
], ids=["structure", "in-place", "complex-result", "complex", "integer"])
def test_check_gradient(f, args):
    adls.check_gradient(f, *args)


def test_check_gradient_names_the_argument_and_the_line():
    with pytest.raises(AssertionError, match=r"with respect to `x`") as wrong:
        adls.check_gradient(with_a_wrong_line, X, 2.0)
    assert "z = undone(y)" in str(wrong.value)
    assert f"test_interface.py:{with_a_wrong_line.__code__.co_firstlineno + 4}" in str(wrong.value)


RUNS = []


def noted(f):
    RUNS.append(f)
    return f()


def test_check_gradient_of_a_lambda_runs_nothing_around_it():
    RUNS.clear()
    with pytest.raises(AssertionError, match=r"with respect to `v`"):
        noted(lambda: adls.check_gradient(lambda v: (adls.stop_gradient(v) * v).sum(), X))
    assert len(RUNS) == 1


def countdown(n, x):
    if n > 0:
        yield x[n - 1]
        yield from countdown(n - 1, x)


def test_generators_that_cannot_be_written_out_are_refused():
    with pytest.raises(DifferentiationError, match=r"generator|loop over Any|builtins.sum"):
        adls.grad(countdown, argnums=1)(3, X)


def test_a_generator_that_is_walked_over_twice_gives_nothing_the_second_time():
    def twice_walked(x):
        def squares():
            for v in x:
                yield v * v

        once = squares()
        return sum(once) + sum(once)

    np.testing.assert_allclose(adls.grad(twice_walked)(X), 2.0 * X)


def test_what_a_solver_of_scipy_lacks_is_said_at_its_line():
    optimize = pytest.importorskip("scipy.optimize")
    with pytest.raises(DifferentiationError, match="its result follows from an equation") as refusal:
        adls.grad(lambda x: optimize.brentq(lambda t: t**3 - x, 0.0, 9.0))(2.0)
    assert refusal.value.diagnostics[0].way_out

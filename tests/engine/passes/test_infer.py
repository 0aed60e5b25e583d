"""Inference over control flow, containers and calls."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

from adls.engine.ir import types as ir
from adls.engine.ir.types import ONE, Any, Array, Bottom, Dict, Dim, Float, Int, List, NoneT, Scalar, Tuple
from adls.engine.ir.walk import lets
from adls.engine.passes.infer import Program
from tests.engine.passes.inferred import Typed, array, define, infer, text

F64 = Scalar("f64")


def typed(source: str, *types: ir.Type, **names: object) -> Typed:
    return text(textwrap.dedent(source), *types, **names)


def shown(type_: ir.Type) -> str:
    return str(type_)


# Control flow


def test_arms_that_differ_are_joined() -> None:
    t = typed("""
        def f(x, c):
            y = x
            if c:
                y = x[:1]
            return y
    """, array("f64", "n", "m"), ir.Bool())
    assert t.result == Array("f64", (Dim("?", 0, None), Dim("m", 0, False)))


def test_a_loop_that_changes_types_is_walked_until_it_is_stable() -> None:
    t = typed("""
        def f(x, n):
            total, i, y = 0, 0, x[:2]
            while i < n:
                total = total + x[i]
                y = np.concatenate([y, x])
                i = i + 1
            return total, i, y
    """, array("f64", "n"), Int())
    assert shown(t.result) == "(f64, int, f64[?])"


def test_a_rank_that_changes_is_unknown() -> None:
    t = typed("""
        def f(x, n):
            for _ in range(n):
                x = x[None]
            return x
    """, array("f64", "n"), Int())
    assert t.result == Array("f64", None)


def test_values_of_literals_do_not_survive_a_loop() -> None:
    t = typed("""
        def f(x, n):
            k = 0
            for i in range(n):
                k = k + 1
            return k
    """, array("f64", "n"), Int())
    assert t.result == Int()


def test_a_dead_branch_is_left_out() -> None:
    t = typed("""
        def f(x, mask=None):
            if mask is not None:
                x = x * mask
            return x
    """, array("f64", "n"), NoneT())
    assert t.result == array("f64", "n")
    assert t.prims() == ["operator.is_not"]


def test_what_follows_a_branch_that_always_returns_is_left_out() -> None:
    t = typed("""
        def f(x, mask=None):
            if mask is None:
                return x
            return x * mask
    """, array("f64", "n"), NoneT())
    assert t.result == array("f64", "n")
    assert t.prims() == ["operator.is_"]


def test_operations_that_always_raise_give_nothing() -> None:
    t = typed("def f(x):\n    return x + 1\n", NoneT())
    assert t.result == Bottom()


def test_a_size_is_known_by_its_variable() -> None:
    t = typed("""
        def f(x, n):
            u = np.zeros((n, len(x) - 2))
            return u, u + x[1:-1]
    """, array("f64", "m"), Int())
    assert shown(t.result) == "(f64[n, m-2], f64[n, m-2])"


def test_a_size_that_a_loop_sets_has_no_name() -> None:
    t = typed("""
        def f(x, n):
            for i in range(n):
                k = int(x[i])
                y = np.zeros(k)
            return y
    """, array("f64", "m"), Int())
    assert shown(t.result) == "f64[?]"


def test_in_place_operators_keep_the_array_and_rebind_the_number() -> None:
    t = typed("""
        def f(x, s):
            x += 1
            s += x[0]
            return x, s
    """, array("f32", "n"), Float())
    assert t.result == Tuple((array("f32", "n"), Scalar("f32")))


# Containers


def test_a_list_has_the_type_of_what_is_appended_later() -> None:
    t = typed("""
        def f(x, n):
            ys = []
            for i in range(n):
                ys.append(x * i)
            return ys[0], ys
    """, array("f64", "n"), Int())
    assert t["ys"] == List(array("f64", "n"))
    assert t.result == Tuple((array("f64", "n"), List(array("f64", "n"))))


def test_a_list_grows_under_another_name_and_inside_others() -> None:
    t = typed("""
        def f(x):
            ys = []
            state = {"ys": ys, "n": 0}
            again = state["ys"]
            again.append(x)
            return ys[0]
    """, array("f64", "n"))
    assert t.result == array("f64", "n")


def test_two_lists_in_a_tuple_do_not_mix() -> None:
    t = typed("""
        def f(x):
            xs, ns = [], []
            xs.append(x)
            ns.append(1)
            return xs[0]
    """, array("f64", "n"))
    assert t.result == array("f64", "n")


def test_a_callee_appends_to_my_list() -> None:
    t = typed("""
        def push(xs, x):
            xs.append(x)
        def f(x):
            xs = []
            push(xs, x)
            return xs[0]
    """, array("f64", "n"))
    assert t.result == array("f64", "n")


def test_a_callee_gives_my_list_back() -> None:
    t = typed("""
        def same(d):
            return d["xs"]
        def f(x):
            xs = []
            same({"xs": xs}).append(x)
            return xs[0]
    """, array("f64", "n"))
    assert t.result == array("f64", "n")


def test_unknown_code_leaves_a_list_unknown() -> None:
    t = typed("""
        def f(x, g):
            xs = [x]
            g(xs)
            return xs[0], x
    """, array("f64", "n"), ir.Callable())
    assert t.result == Tuple((Any(), array("f64", "n")))


def test_items_that_are_set() -> None:
    t = typed("""
        def f(x):
            xs = [0.0, 0.0]
            xs[1] = x
            d = {}
            d["a"] = x
            d["b"] = 1.0
            return xs, d["a"], d
    """, array("f64", "n"))
    xs, a, d = t.result.items  # type: ignore[attr-defined]
    assert xs.items == (Float(), Any()) or xs == List(Any(), (Float(), Any())) or xs.items[0] == Float()
    assert a == array("f64", "n")
    assert dict(d.items) == {"a": array("f64", "n"), "b": Float()}


def test_comprehensions_and_dicts_of_parameters() -> None:
    t = typed("""
        def f(params, rate):
            return {name: params[name] - rate for name in params}, [w * 2 for w in params.values()]
    """, Dict(Any(), (("W", array("f64", "n", "m")), ("b", array("f64", "m")))), Float())
    assert isinstance(t.result, Tuple)
    assert isinstance(t.result.items[0], Dict)
    assert t.result.items[1] == List(Array("f64", None))


def test_starred_targets_and_displays() -> None:
    t = typed("""
        def f(x):
            a, *b = (x, 1.0, 2)
            return [*b, a], (*b,)
    """, array("f64", "n"))
    listed, packed = t.result.items  # type: ignore[attr-defined]
    assert listed.items == (Float(), Int(2, Dim("2", 0, False)), array("f64", "n"))
    assert len(packed.items) == 2


def test_a_named_tuple_is_made_and_read() -> None:
    t = typed("""
        from typing import NamedTuple
        class Layer(NamedTuple):
            W: object
            b: object
        def f(x):
            layer = Layer(x, b=1.0)
            return layer.W + layer.b, layer
    """, array("f64", "n"))
    assert isinstance(t.result, Tuple)
    made = t.result.items[1]
    # A class of this name in another module of the process has made it `Layer#2`.
    assert isinstance(made, Tuple)
    assert made.name.partition("#")[0] == "Layer"
    assert t.result == Tuple((array("f64", "n"), Tuple((array("f64", "n"), Float()), made.name)))


# Calls


def test_arguments_are_bound_by_position_and_defaults_filled() -> None:
    t = typed("""
        def g(a, b=2.0, *rest, c, d=(1, 2), **more):
            return a * b + c
        def f(x):
            return g(x, c=1.0, e=3.0)
    """, array("f64", "n"))
    (apply,) = [let for let in lets(t.function) if let.op.prim == "apply"]
    assert len(apply.op.args) == 6
    assert t.result == array("f64", "n")


def test_stars_are_spread() -> None:
    t = typed("""
        def g(a, b, c):
            return a * b + c
        def f(x):
            pair = (x, 2.0)
            more = {"c": 1.0}
            return g(*pair, **more)
    """, array("f64", "n"))
    assert "apply" in t.prims()
    assert t.result == array("f64", "n")


def test_a_star_of_unknown_length_is_a_dynamic_call() -> None:
    t = typed("""
        def g(a, b):
            return a * b
        def f(xs):
            return g(*xs)
    """, List(F64))
    assert t.prims() == ["call"]
    assert t.result == Any()


def test_arguments_that_do_not_fit_are_left_to_raise() -> None:
    t = typed("""
        def g(a, b):
            return a * b
        def f(x):
            return g(x)
    """, F64)
    assert t.prims() == ["call"]


def test_a_result_is_in_the_symbols_of_the_caller() -> None:
    t = typed("""
        def inner(u):
            return u[1:-1]
        def f(x, y):
            return inner(x) + x[2:], inner(inner(y))
    """, array("f64", "n"), array("f64", "m"))
    assert shown(t.result) == "(f64[n-2], f64[m-4])"
    assert sum(key.startswith(t.key.split(".")[0] + ".inner") for key in t.program.instances) == 2


def test_one_instance_serves_all_sizes() -> None:
    t = typed("""
        def g(a, b):
            return a + b
        def f(x, y):
            return g(x, x), g(x, y), g(y, x[:1])
    """, array("f64", "n"), array("f64", "n"))
    keys = {key.partition("|")[2] for key in t.program.instances if ".g|" in key}
    assert keys == {"|f64[N],f64[N]", "|f64[N],f64[?]"}


def test_equal_symbols_of_an_entry_are_part_of_its_key() -> None:
    function = define("def f(x, y):\n    return x[1:] + y[1:]\n")
    same = infer(function, array("f64", "n"), array("f64", "n"))
    apart = infer(function, array("f64", "n"), array("f64", "m"))
    assert shown(same.result) == "f64[n-1]"
    assert shown(apart.result) == "f64[?]"
    assert same.key != apart.key


def test_recursion_starts_from_never() -> None:
    t = typed("""
        def power(x, n):
            if n == 0:
                return 1.0
            return x * power(x, n - 1)
        def f(x):
            return power(x, 5)
    """, F64)
    assert t.result == F64
    assert len(t.program.instances) <= 3


def test_mutual_recursion() -> None:
    t = typed("""
        def even(x, n):
            return x if n == 0 else odd(x * 2, n - 1)
        def odd(x, n):
            return np.float32(0) * x if n == 0 else even(x + 1, n - 1)
        def f(x, n):
            return even(x, n), odd(x, n)
    """, array("f32", "n"), Int())
    assert t.result == Tuple((array("f32", "n"), array("f32", "n")))


def test_a_function_that_never_returns() -> None:
    t = typed("""
        def forever(x):
            return forever(x + 1)
        def f(x):
            return forever(x)
    """, F64)
    assert t.result == Bottom()


def test_a_recursion_that_builds_ends() -> None:
    t = typed("""
        def nest(x, n):
            return (x, nest(x, n - 1)) if n else (x, x)
        def deepen(x, n):
            return deepen((x, x), n - 1) if n else x
        def f(x, n):
            return nest(x, n), deepen(x, n)
    """, F64, Int())
    assert isinstance(t.result, Tuple)


def test_recursion_over_a_tree_of_parameters() -> None:
    t = typed("""
        def total(tree):
            if isinstance(tree, dict):
                return sum([total(v) for v in tree.values()])
            if isinstance(tree, (list, tuple)):
                return sum([total(v) for v in tree])
            return np.sum(tree ** 2)
        def f(tree):
            return total(tree["layers"][0]["W"])
    """, Dict(Any(), (("layers", List(Any(), (Dict(Any(), (("W", array("f64", "n", "m")),)),))),)))
    assert t.result == F64


def test_a_closure_that_is_known_gets_what_it_captured() -> None:
    t = typed("""
        def f(x, k):
            scale = k * 2
            g = lambda y: y * scale
            return g(x)
    """, array("f64", "n"), Float())
    (apply,) = [let for let in lets(t.function) if let.op.prim == "apply"]
    assert [getattr(arg, "name", None) for arg in apply.op.args] == ["scale", "x"]
    assert t.result == array("f64", "n")


def test_a_closure_that_is_passed_on_brings_along_what_it_captured() -> None:
    t = typed("""
        def twice(g, x):
            return g(g(x))
        def f(x, k):
            return twice(lambda y: y * k, x)
    """, array("f64", "n"), Float())
    assert t.result == array("f64", "n")
    (apply,) = [let for let in lets(t.function) if let.op.prim == "apply"]
    assert [getattr(arg, "name", "") for arg in apply.op.args][0] == "k"
    assert "call" not in t.prims()


def test_a_plain_function_that_is_passed_on_is_applied() -> None:
    t = typed("""
        def double(y):
            return 2 * y
        def twice(g, x):
            return g(g(x))
        def f(x):
            return twice(double, x), twice(np.tanh, x)
    """, array("f64", "n"))
    assert "call" not in t.prims()
    assert t.prims().count("numpy.tanh") == 2
    assert t.result == Tuple((array("f64", "n"), array("f64", "n")))


def test_a_function_picked_at_run_time_is_dynamic() -> None:
    t = typed("""
        def f(x, name):
            table = {"a": lambda y: y, "b": lambda y: y * x}
            return table[name](x)
    """, array("f64", "n"), ir.Str())
    assert t.result == Any()
    assert "call" in t.prims()


def test_a_global_function_with_cells() -> None:
    def outer(k: float):  # type: ignore[no-untyped-def]
        def scaled(y):  # type: ignore[no-untyped-def]
            return y * k
        return scaled

    t = typed("def f(x):\n    return scaled(x)\n", array("f64", "n"), scaled=outer(2.0))
    (apply,) = [let for let in lets(t.function) if let.op.prim == "apply"]
    assert apply.op.args[0].path == "scaled.__closure__[0].cell_contents"  # type: ignore[union-attr]
    assert t.result == array("f64", "n")


def test_methods_and_attributes() -> None:
    t = typed("""
        def f(x, obj):
            n, m = x.shape
            return x.T.sum(axis=0).reshape(m if False else n, 1), x.dtype, obj.method(x), x.size
    """, array("f64", "n", "m"), Any())
    assert shown(t.result.items[0]) == "f64[?, 1]" or shown(t.result.items[0]) == "f64[n, 1]"  # type: ignore[attr-defined]
    assert t.result.items[2] == Any()  # type: ignore[attr-defined]


# What the program says


def test_a_name_that_is_not_found_is_a_diagnostic() -> None:
    t = typed("def f(x):\n    return missing(x)\n", F64)
    assert [d.kind.code for d in t.program.diagnostics] == ["unresolved-name"]
    assert t.result == Any()


def test_a_function_without_source_is_a_dynamic_call() -> None:
    namespace: dict[str, object] = {}
    exec("def hidden(x):\n    return x\n", namespace)
    t = typed("def f(x):\n    return hidden(x)\n", F64, hidden=namespace["hidden"])
    assert t.prims() == ["call"]
    assert list(t.program.unavailable.values())[0][0].kind.code == "source-missing"
    assert not t.program.diagnostics


def test_keys_are_the_same_in_every_run() -> None:
    source = textwrap.dedent("""
        def g(a, k):
            return a * k
        def f(x, n):
            for i in range(n):
                x = g(x, i)
            return g(x, 2), g(x, 100)
    """)
    function = define(source)
    first, second = (infer(function, array("f64", "n"), Int()) for _ in range(2))
    assert list(first.program.instances) == list(second.program.instances)
    assert [key.partition("|")[2] for key in first.program.instances][1:] == ["|f64[N],int", "|f64[N],int=2"]


def test_every_variable_and_global_has_a_type() -> None:
    t = typed("""
        SCALE = 2.0
        def f(x, n):
            try:
                for i in range(n):
                    y = x * SCALE + np.pi
            except ValueError as error:
                y = x
            with np.errstate(all="ignore"):
                return y
    """, array("f64", "n"), Int())
    assert t.function.types["@SCALE"] == Float()
    assert t.function.types["@np.pi"] == Float()
    assert t.result == array("f64", "n")


def test_hooks_of_user_rules_and_generated_functions() -> None:
    from adls.engine.frontend.live import LiveResolver, target_of
    from adls.engine.ir.entities import Library
    from adls.engine.ir.ops import Function, Global, Let, Op, Param, Return, Var
    from adls.engine.source.text import NOWHERE
    from adls.runtime.typeof import typeof

    asked = []

    class Resolver(LiveResolver):
        def resolve(self, path: str):  # type: ignore[no-untyped-def]
            return Library("user:m.rule") if path == "rule" else super().resolve(path)

    function = define("def f(x):\n    return x\n")
    x, y, kept = Var("x"), Var("y"), Var("kept")
    body = (Let((y, kept), Op("forward", (x,), (), "the key"), NOWHERE),
            Let((Var("t1"),), Op("call", (Global("rule"), y), (), ()), NOWHERE), Return(Var("t1"), NOWHERE))
    generated = Function("f__fwd", "f__fwd", "m.py", "", NOWHERE, (Param(x),), (), body, role="forward")

    def adjoint_types(key: object, types: tuple[ir.Type, ...]) -> tuple[ir.Type, ...]:
        asked.append((key, types))
        return Scalar("f32"), Any()

    program = Program(Resolver(function, typeof), lambda key, types: types[0], adjoint_types)
    key = program.entry(generated, (), (F64,), target_of(function) + "__fwd")
    assert asked == [("the key", (F64,))]
    assert program.instances[key].result == Scalar("f32")


@pytest.mark.parametrize("sample", ["digits_mlp", "gaussian_process", "nbody", "stencil", "lstm_text", "mixture",
                                    "bundle_adjustment", "rk4"])
def test_samples_have_no_unknown_types(sample: str) -> None:
    import importlib.util
    import inspect
    from pathlib import Path

    from adls.runtime.typeof import typeof

    path = Path(__file__).parents[3] / "samples" / f"{sample}.py"
    spec = importlib.util.spec_from_file_location(f"sample_{sample}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    call = next(line for line in path.read_text().splitlines() if line.startswith("# adls: loss("))
    arguments = eval(f"(lambda *a: a){call.removeprefix('# adls: loss')}", vars(module))
    bound = inspect.signature(module.loss).bind(*arguments)
    bound.apply_defaults()
    t = infer(module.loss, *(typeof(value, name) for name, value in bound.arguments.items()))
    unknown = {(key, name) for key, each in t.program.instances.items() for name, type_ in each.types.items()
               if isinstance(type_, Any | Bottom) or "?[" in str(type_) or "[...]" in str(type_)}
    assert not unknown
    assert not t.program.diagnostics
    assert isinstance(t.result, Scalar | Float)
    assert np.isfinite(module.loss(*bound.args))
    assert ONE.one

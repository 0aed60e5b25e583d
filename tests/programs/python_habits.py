"""Python as people write it: containers, arguments, closures, recursion, exceptions, comprehensions, printing."""

from __future__ import annotations

import contextlib
import copy
import math
import operator
import warnings
from collections import OrderedDict, defaultdict, deque
from functools import reduce

import numpy as np

from tests.programs import helpers
from tests.programs.case import Case, normal, uniform

SCALE = 2.5
OFFSETS = np.array([0.1, -0.2, 0.3])
TABLE = {"double": lambda v: 2 * v, "square": lambda v: v**2, "sin": np.sin}
DEBUG = False


def defaults_and_keywords(x, power=2, *, shift=0.5, name="f"):
    assert power > 0, f"{name}: power {power} must be positive"
    return ((x + shift) ** power).sum()


def calls_with_keywords(x):
    return defaults_and_keywords(x) + defaults_and_keywords(x, shift=x[0]) + defaults_and_keywords(power=3, x=x[1:])


def values_that_nobody_takes(x):
    x * 2.0
    x @ x
    np.sin(x)
    y = x * x
    y[0], -y, y > 0
    return y.sum()


def star_args(*xs, **weights):
    total = 0.0
    for x in xs:
        total += x @ x
    for key, w in weights.items():
        total *= w
    return total


def uses_star_args(a, b):
    parts = [a, b, a * b]
    options = {"u": 0.5, "v": b[0]}
    return star_args(*parts, **options) + star_args(a)


def nested_structures(params):
    (a, b), rest = params["pair"], params["rest"]
    total = np.dot(a, b["w"])
    for layer in rest:
        for key in sorted(layer):
            total = total + np.sum(layer[key] ** 2) * len(key)
    return total


def dict_updates(x):
    state = {"x": x, "n": 0, "sum": 0.0}
    while state["n"] < 3:
        state["x"] = np.sin(state["x"]) * 1.5
        state["sum"] += state["x"].sum()
        state["n"] += 1
    state.update(extra=state["sum"] ** 2)
    return state["extra"] + state.get("missing", 0.0)


def dict_items(params):
    squares = {k: np.sum(v**2) for k, v in params.items()}
    biggest = max(squares.values())
    return sum(squares[k] / biggest for k in squares)


def ordered_dict_layers(x):
    net = OrderedDict()
    net["scale"] = lambda v: SCALE * v
    net["shift"] = lambda v: v + OFFSETS
    net["tanh"] = np.tanh
    for name, layer in net.items():
        x = layer(x)
    return x.sum()


def list_surgery(xs):
    ys = list(xs)
    ys.append(ys[0] * ys[1])
    ys.insert(0, ys.pop() ** 2)
    ys[1] *= 3.0
    ys = ys[::-1]
    ys.extend([y + 1 for y in ys[:2]])
    last = ys.pop(0)
    return sum(y * (i + 1) for i, y in enumerate(ys)) + last


def stack_machine(x, y):
    program = ["x", "y", "*", "x", "+", "sin", "y", "-"]
    stack = []
    for token in program:
        if token == "x":
            stack.append(x)
        elif token == "y":
            stack.append(y)
        elif token == "sin":
            stack.append(math.sin(stack.pop()))
        else:
            b = stack.pop()
            a = stack.pop()
            stack.append({"+": operator.add, "-": operator.sub, "*": operator.mul}[token](a, b))
    assert len(stack) == 1
    return stack[0]


def tree_sum(tree):
    if isinstance(tree, (list, tuple)):
        return sum(tree_sum(child) for child in tree)
    return tree**2


def tree_depth_weighted(tree, depth=1):
    value, children = tree
    total = depth * math.exp(-value)
    for child in children:
        total += tree_depth_weighted(child, depth + 1)
    return total


def expression_tree(node, x):
    kind = node[0]
    if kind == "x":
        return x
    if kind == "const":
        return node[1]
    left, right = expression_tree(node[1], x), expression_tree(node[2], x)
    return left * right if kind == "*" else left + right


def fibonacci(n, a, b):
    if n == 0:
        return a
    return fibonacci(n - 1, b, a * 0.5 + b)


def power_recursive(x, n):
    if n == 0:
        return 1.0
    if n % 2:
        return x * power_recursive(x, n - 1)
    half = power_recursive(x, n // 2)
    return half * half


def merge_sort_loss(xs):
    def merge(a, b):
        out = []
        i = j = 0
        while i < len(a) and j < len(b):
            if a[i] <= b[j]:
                out.append(a[i])
                i += 1
            else:
                out.append(b[j])
                j += 1
        return out + a[i:] + b[j:]

    runs = [[x] for x in xs]
    while len(runs) > 1:
        runs = [merge(runs[k], runs[k + 1]) if k + 1 < len(runs) else runs[k] for k in range(0, len(runs), 2)]
    return sum(w * x for w, x in enumerate(runs[0], start=1))


def bubble_sort(a):
    a = a.copy()
    n = len(a)
    for i in range(n):
        swapped = False
        for j in range(n - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
                swapped = True
        if not swapped:
            break
    return a @ np.arange(1.0, n + 1)


def bubble_sort_list(xs):
    xs = list(xs)
    for i in range(len(xs)):
        for j in range(len(xs) - 1):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]
    return sum((i + 1) * x for i, x in enumerate(xs))


def closures_in_a_list(x, w):
    layers = []
    for k in range(3):
        layers.append(lambda v, k=k: np.tanh(w[k] * v) + k)
    for layer in layers:
        x = layer(x)
    return x.sum()


def counter_closure(x):
    def make(scale):
        def f(v):
            return scale * v**2

        return f

    f, g = make(x[0]), make(3.0)
    return f(x[1]) + g(x[2]) * f(x[2])


def compose(*fs):
    return lambda x: reduce(lambda acc, f: f(acc), fs, x)


def composed_loop(x):
    fs = (np.sin, lambda v: v * x, np.exp)
    out = x
    for f in fs:
        out = f(out)
    return np.mean(out)


@helpers.scaled
def decorated(x):
    return np.sum(np.cos(x))


def table_lookup(x, names):
    for name in names:
        x = TABLE[name](x)
    return x.sum()


def early_returns(x, mode):
    if mode == "l1":
        return np.abs(x).sum()
    if mode == "l2":
        return np.sqrt((x**2).sum())
    if mode not in ("max",):
        raise ValueError(mode)
    for v in x:
        if v > 0.5:
            return v * 3.0
    return x.max()


def first_positive_root(coeffs):
    a, b, c = coeffs
    disc = b * b - 4 * a * c
    if disc < 0:
        return 0.0 * a
    for sign in (-1, 1):
        root = (-b + sign * math.sqrt(disc)) / (2 * a)
        if root > 0:
            return root
    return None


def bisection(a):
    lo, hi = 0.0, 2.0
    for _ in range(30):
        mid = (lo + hi) / 2
        if mid**3 > a:
            hi = mid
        else:
            lo = mid
    root = (lo + hi) / 2
    return root - (root**3 - a) / (3 * root**2)


def golden_section_then_value(x, n=5):
    best = None
    for candidate in x:
        score = (candidate - 0.3) ** 2
        if best is None or score < best:
            best = score
    return best * 2.0


def try_else_finally(x):
    log = []
    total = 0.0
    for i, v in enumerate(x):
        try:
            if v < 0:
                raise ValueError(f"negative at {i}")
            r = math.sqrt(v)
        except ValueError as error:
            log.append(str(error))
            total += -2 * v
        else:
            total += r * v
        finally:
            total *= 1.1
    assert len(log) == sum(1 for v in x if v < 0)
    return total


def zero_division(xs, ys):
    out = 0.0
    for x, y in zip(xs, ys):
        try:
            out += x / y
        except ZeroDivisionError:
            out += x
    return out


def key_error_default(params, x):
    try:
        w = params["missing"]
    except KeyError:
        w = params["w"]
    return w * x**2


def context_managers(x):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = np.log(x)
    with contextlib.suppress(ZeroDivisionError):
        y = y * 2.0
    return y.sum()


def prints_and_formats(x, verbose=False):
    loss = float((x**2).mean())
    message = f"loss={loss:.3f} n={len(x)!r:>3}"
    if verbose or DEBUG:
        print(message)
    return loss * len(message)


def global_state_read(x):
    return SCALE * x.sum() + (OFFSETS * x).sum() * helpers.GAIN


def while_else(x, limit=10.0):
    n = 0
    while x < limit:
        x = x * 1.7
        n += 1
        if n > 50:
            break
    else:
        x = x - n
    return x


def for_else_search(xs, target):
    for i, x in enumerate(xs):
        if abs(x - target) < 0.05:
            out = x * i
            break
    else:
        out = sum(xs)
    return out + target


def chained_comparisons(x):
    total = 0.0
    for v in x:
        if -0.5 < v <= 0.5:
            total += v**3
        elif not v > 0 or v == 0.7:
            total -= v
        else:
            total += 1 / v
    return total


def conditional_expressions(x, flag):
    y = x if flag else -x
    z = (y and y * 2) or 1.0
    return z + (x > 0) * x + (1 if x > 0 else 2) * y


def walrus(xs):
    total = 0.0
    i = 0
    while (v := xs[i]) > 0:
        total += v**2
        i += 1
    return total + (s := sum(xs)) * s


def comprehension_matrix(x):
    n = len(x)
    K = np.array([[math.exp(-(x[i] - x[j]) ** 2) for j in range(n)] for i in range(n)])
    return K.sum() + sum(K[i, i + 1] for i in range(n - 1) if i % 2 == 0)


def dict_comprehension(names, values):
    d = {n: v**2 for n, v in zip(names, values)}
    return sum(d[k] * (1 + i) for i, k in enumerate(reversed(names)))


def set_and_any(x):
    kept = {i for i, v in enumerate(x) if v > 0}
    total = sum(x[i] for i in sorted(kept))
    if any(v > 10 for v in x) or all(v < 0 for v in x):
        return total * 100
    return total * len(kept)


def zip_three(xs, ys, zs):
    return sum(a * b - c for a, b, c in zip(xs, ys, zs, strict=True))


def unpacking(x):
    first, *middle, last = x
    a, (b, c) = first, (last, middle[0])
    [d, e] = [a * b, b + c]
    a, b = b, a
    return d * e + a / b


def slices_of_lists(xs):
    half = len(xs) // 2
    left, right = xs[:half], xs[half:]
    left[0] = left[0] * 5.0
    return sum(left) * sum(right) + xs[0]


def deque_moving_average(xs, n=2):
    window = deque(maxlen=n)
    out = 0.0
    for x in xs:
        window.append(x)
        out += (sum(window) / len(window)) ** 2
    return out


def defaultdict_groups(xs, keys):
    groups = defaultdict(list)
    for k, x in zip(keys, xs):
        groups[k].append(x)
    return sum(np.prod(np.array(v)) for v in groups.values())


def memo_table(c, n):
    memo = {0: 1.0, 1: c}

    def solve(k):
        if k not in memo:
            memo[k] = c * memo[k - 1] + 0.5 * memo[k - 2]
        return memo[k]

    for k in range(n + 1):
        solve(k)
    return memo[n]


def dynamic_program_list(cost, n):
    best = [0.0] * (n + 1)
    for i in range(1, n + 1):
        best[i] = min(best[j] + cost[i - j - 1] * 1.1 for j in range(max(0, i - len(cost)), i))
    return best[n]


def knapsack_soft(values, weights, capacity):
    V = np.zeros((len(values) + 1, capacity + 1))
    for i, (v, w) in enumerate(zip(values, weights), start=1):
        for c in range(capacity + 1):
            skip = V[i - 1, c]
            V[i, c] = skip if w > c else np.logaddexp(skip, V[i - 1, c - w] + v)
    return V[-1, -1]


def deep_copy_then_write(params):
    work = copy.deepcopy(params)
    work["a"][0] = work["a"][0] * 10.0
    return (work["a"] * params["a"]).sum() + work["b"]


def shallow_copy_shares(params):
    work = dict(params)
    work["a"][0] = work["a"][0] * 10.0
    return (work["a"] * params["a"]).sum()


def helper_writes(x):
    buffer = np.zeros(4)
    helpers.axpy_into(buffer[1:], 2.0, x)
    helpers.axpy_into(buffer, x[0], buffer[::-1].copy())
    return (buffer**2).sum()


def returns_tuple_helper(x):
    def stats(v):
        return v.mean(), v.std(), {"max": v.max()}

    m, s, rest = stats(x)
    return m * s + rest["max"]


def generator_sum(xs):
    return sum(x * x for x in xs) + max(x for x in xs) - min(xs)


def math_functions(x, y):
    return (math.atan2(y, x) + math.hypot(x, y) + math.log1p(x) + math.expm1(y) + math.pow(x, y) + math.fabs(-x)
            + math.tanh(x) * math.cosh(y) + math.log(x, 3) + math.log2(y) + math.degrees(x) + math.fsum([x, y]) + math.prod([x, y]))


def number_tricks(x):
    q, r = divmod(x, 0.7)
    return q + r * abs(-x) + round(x, 8) * 0 + pow(x, 3) + x // 0.5 + x % 0.3 + -x**2 + int(x) + float(x) * 2 + max(x, 1.0) + min(x, 2.0)


def match_statement(shape, size):
    match shape:
        case "circle":
            return math.pi * size**2
        case "square" | "cube":
            return size**3
        case _:
            return size


def lambda_default(x, f=lambda v: v * v):
    return f(x).sum()


def sort_by_key(xs):
    ordered = sorted(xs, key=lambda v: -v)
    return sum(v * (i + 1) for i, v in enumerate(ordered))


def string_dispatch(theta, spec="poly:3"):
    kind, _, degree = spec.partition(":")
    n = int(degree) if degree else 1
    if kind.startswith("poly"):
        return sum(theta**k for k in range(1, n + 1))
    return theta


def type_checks(x):
    if isinstance(x, np.ndarray):
        x = x.sum()
    if callable(getattr(x, "item", None)):
        x = x * 2
    return x if x is not None else 0.0


def del_and_rebind(x):
    a = x * 2
    b = a + 1
    del a
    a = b * b
    a[0] = 0.0
    return a.sum()


_TREE = [1.0, [0.5, (2.0, 0.3)], -0.7]
_WEIGHTED = (0.5, [(0.2, []), (0.1, [(0.9, [])])])

def sum_of_a_number(x, steps):
    """What NumPy sums may be a number, to whose cotangent a loop then adds."""
    for n in range(steps):
        x = x + 0.1 * helpers.sigmoid(x) * n
    return np.sum(x)


def mean_of_a_number(x, steps):
    for _ in range(steps):
        x = x + 0.1 * helpers.sigmoid(x)
    return np.mean(x)


PROGRAMS = [
    Case(defaults_and_keywords, (normal(1, 3),)),
    Case(calls_with_keywords, (normal(1, 3),)),
    Case(uses_star_args, (normal(1, 3), uniform(2, 3)), (0, 1)),
    Case(nested_structures, ({"pair": (normal(1, 3), {"w": normal(2, 3)}), "rest": [{"bb": normal(3, 2)}, {"a": normal(4, 2), "ccc": 0.4}]},)),
    Case(dict_updates, (normal(1, 3),)),
    Case(dict_items, ({"a": normal(1, 2), "b": normal(2, 3)},)),
    Case(ordered_dict_layers, (normal(1, 3),)),
    Case(list_surgery, ([0.5, 1.5, -0.3],)),
    Case(stack_machine, (0.7, 1.3), (0, 1)),
    Case(tree_sum, (_TREE,)),
    Case(tree_depth_weighted, (_WEIGHTED,)),
    Case(expression_tree, (("+", ("*", ("x",), ("const", 2.0)), ("*", ("x",), ("x",))), 0.7), (1,)),
    Case(fibonacci, (5, 0.3, 0.8), (1, 2)),
    Case(power_recursive, (1.2, 11)),
    Case(merge_sort_loss, ([0.5, -1.0, 2.0, 0.1, 0.3],)),
    Case(bubble_sort, (normal(1, 5),)),
    Case(bubble_sort_list, ([0.5, -1.0, 2.0, 0.1],)),
    Case(closures_in_a_list, (normal(1, 3), normal(2, 3)), (0, 1)),
    Case(counter_closure, (normal(1, 3),)),
    Case(composed_loop, (normal(1, 3),)),
    Case(decorated, (normal(1, 3),)),
    Case(table_lookup, (normal(1, 3), ["square", "sin", "double"])),
    *(Case(early_returns, (normal(1, 4), mode), note=mode) for mode in ("l1", "l2", "max")),
    Case(first_positive_root, ((1.0, -1.0, -3.0),)),
    Case(bisection, (1.3,)),
    Case(golden_section_then_value, (normal(1, 4),)),
    Case(try_else_finally, (normal(1, 5),)),
    Case(zero_division, ([1.0, 2.0, 3.0], [2.0, 0.0, 4.0])),
    Case(key_error_default, ({"w": 0.5}, 2.0), (0, 1)),
    Case(context_managers, (uniform(1, 3),)),
    Case(prints_and_formats, (normal(1, 3),)),
    Case(global_state_read, (normal(1, 3),)),
    Case(while_else, (0.7,)),
    Case(for_else_search, ([0.1, 0.5, 0.9], 0.52), (0, 1)),
    Case(for_else_search, ([0.1, 0.2, 0.9], 0.52), (0, 1), note="else"),
    Case(chained_comparisons, (normal(1, 6),)),
    Case(conditional_expressions, (0.6, True)),
    Case(walrus, ([0.5, 0.2, -0.3],)),
    Case(comprehension_matrix, (normal(1, 4),)),
    Case(dict_comprehension, (["a", "b", "c"], normal(1, 3)), (1,)),
    Case(set_and_any, (normal(1, 5),)),
    Case(zip_three, ([0.1, 0.2], (0.3, 0.4), normal(1, 2)), (0, 1, 2)),
    Case(unpacking, ([0.5, 1.5, -0.3, 0.8],)),
    Case(unpacking, (normal(1, 4),), note="array"),
    Case(slices_of_lists, ([0.5, 1.5, -0.3, 0.8],)),
    Case(deque_moving_average, ([0.5, 1.5, -0.3],)),
    Case(defaultdict_groups, ([0.5, 1.5, -0.3], "aba")),
    Case(memo_table, (0.9, 5)),
    Case(dynamic_program_list, ([1.0, 1.3, 2.2], 5)),
    Case(knapsack_soft, ([0.5, 1.2, 0.3], [1, 2, 1], 3)),
    Case(deep_copy_then_write, ({"a": normal(1, 3), "b": 0.5},)),
    Case(shallow_copy_shares, ({"a": normal(1, 3), "b": 0.5},)),
    Case(helper_writes, (normal(1, 3),)),
    Case(returns_tuple_helper, (normal(1, 4),)),
    Case(generator_sum, ([0.5, 1.5, -0.3],)),
    Case(math_functions, (0.7, 1.3), (0, 1)),
    Case(number_tricks, (1.27,)),
    Case(match_statement, ("square", 1.2), (1,)),
    Case(lambda_default, (normal(1, 3),)),
    Case(sort_by_key, ([0.5, 1.5, -0.3],)),
    Case(string_dispatch, (0.7,)),
    Case(type_checks, (normal(1, 3),)),
    Case(del_and_rebind, (normal(1, 3),)),
    Case(values_that_nobody_takes, (normal(1, 3),)),
    Case(sum_of_a_number, (0.5, 3)),
    Case(mean_of_a_number, (0.5, 3)),
]

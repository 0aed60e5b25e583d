"""Small programs and what they keep: a comment at the end of a line names what that line has made."""

import numpy as np

import adls

SCALE = np.linspace(1.0, 2.0, 20)


def linear(x):
    return (x * 2.0).sum()


def without_names(x):
    return np.sum(
        np.exp(
            np.sin(x * 2.0) + np.cos(x * 3.0)
        )
    )  # fmt: skip


def borrowed_argument(x):
    return np.sum(x * x)


def borrowed_global(x):
    return np.sum(x * SCALE)


def borrowed_result(x):
    return np.exp(x)


def row_of_a_large_array(x):
    large = np.sin(x)  # large
    row = large[1]
    return np.sum(row * row)


def broadcast(x):
    small = np.sum(x, keepdims=True)  # small
    wide = np.broadcast_to(small, (1000, 1000))
    return np.sum(wide * wide)


def several_views(x):
    y = np.tanh(x)  # once
    turned, flat = y.T, y.reshape(-1, order="A")
    return np.sum(turned * turned) + np.sum(flat * flat)


def copied_by_reshape(x):
    y = np.exp(x)
    z = y.T.reshape(-1)
    return np.sum(z**3) + np.sum(y)


def two_branches(x):
    if x[0, 0] > 0.0:
        y = np.sin(x)  # positive
    else:
        y = np.cos(x)  # negative
    return np.sum(y * y)


def rebound(x):
    y = np.sin(x)
    z = y * y
    y = np.cos(x)
    return np.sum(y * y * z)


def branches_in_a_loop(x):
    y = x
    for k in range(6):
        if k % 2:
            y = np.sin(y)
        else:
            y = y * 1.5
        x = x * y
    return np.sum(x * x)


def branches_that_the_last_iterations_took(x):
    y = x * 1.0
    for k in range(7):
        if k in (1, 2, 5):
            y = np.sin(y)
        elif k == 6:
            y = y * y
        else:
            continue
        x = x * 1.5
    return np.sum(y * y * x)


def branches_while(x):
    y, k = x * 1.0, 0
    while k < 6:
        if k % 2:
            y = np.sin(y)
        else:
            y = y * 1.5
        x = x * y
        k += 1
    return np.sum(x * y)


def made_in_a_test(x):
    y, k = x, 0
    while np.sum(y := np.sin(y)) > 0.0:
        if k == 2:
            y = y * y
        k += 1
        x = x * y
        if k > 4:
            break
    return np.sum(x * y)


def attempts(x):
    y, step = x * 1.0, float(np.max(x)) + 0.1
    while step > 0.1:
        z = y * step
        if np.max(z) > 0.5:
            step = step / 2.0
            continue
        y = np.tanh(z)
        for _ in range(2):
            y = y * z
        step = step * 0.9 - 0.05
    return np.sum(y * y)


def nested_loops(x):
    y = x * 1.0
    for i in range(3):
        z = y * 2.0
        for j in range(i):
            if j % 2:
                z = np.cos(z)
            else:
                z = z * y
        y = y + z * z
    return np.sum(y * z)


def helper(a, b):
    return a * b


def made_in_a_helper(x):
    y = helper(np.sin(x), x)
    z = helper(y, np.cos(x))
    return np.sum(z * z)


def through_a_helper(x):
    def same(v):
        return v

    y = same(np.sin(x))
    return np.sum(y * y)


def pair(x):
    return np.sin(x), np.cos(x) * x


def made_in_a_pair(x):
    a, b = pair(x)
    both = (a, b)
    return np.sum(both[0] * both[1])


def in_containers(x):
    parts = {"a": np.sin(x), "b": [np.cos(x), np.tanh(x)]}
    parts["c"] = np.exp(x)
    return np.sum(parts["a"] * parts["b"][1] * parts["c"])


def appended(x):
    parts = []
    for k in range(4):
        parts.append(np.sin(x * k))
    total = 0.0
    for k, part in enumerate(parts):
        total = total + np.sum(part * part) * k
    return total


def carried(x):
    h = np.zeros_like(x)
    for _ in range(5):
        h = np.tanh(helper(h, x) + x)
    return np.sum(h * h)


def on_several_lines(x):
    return np.sum(
        np.sin(x)
        * np.cos(
            x * x
        )
    )


def written_in_place(x):
    u = np.zeros(20)
    for k in range(3):
        u[:] = u * x[k] + np.sin(u)
        u[k] = u[k + 1] * u[k + 2]
    return np.sum(u * u)


def written_whole(x):
    y = x * 2.0
    z = y * y
    y *= np.sin(y)
    return np.sum(z * y * y)


def positive_only(a):
    if a.min() < 0.0:
        raise ValueError("negative")
    return np.sqrt(a) * np.sqrt(a + 1.0)


def tried(x):
    total = 0.0
    for k in range(4):
        try:
            total = total + np.sum(positive_only(np.sin(x - 0.3 * k)) ** 2)
        except ValueError:
            total = total + np.sum(np.cos(x) * k)
        finally:
            x = x * 1.1
    return total


def left_early(x):
    y = np.sin(x)
    for k in range(10):
        y = y * np.cos(y)
        if k == 4:
            return np.sum(y * y)
    return np.sum(y)


def repeated(x, depth=4):
    if depth == 0:
        return np.sum(x * x)
    return repeated(np.sin(x), depth - 1)


KINDS = {"sine": lambda v: np.sin(v) * v, "cosine": lambda v: np.cos(v * SCALE) * v}


def chosen_at_run_time(x):
    for kind in ("sine", "cosine", "sine"):
        x = KINDS[kind](x * 1.0)
    return np.sum(x * x)


def rounded(x):
    return np.round(x, 1)


@adls.adjoint(rounded)
def _(x):
    return rounded(x), lambda g: g


def own_rule(x):
    return np.sum(rounded(np.sin(x)) * x)


def untouched(x):
    return np.arange(x.shape[0]) + 1.0


def helper_without_derivative(x):
    weights = untouched(x)
    return np.sum(weights[:, None] * x * x)


def empty(x):
    nothing = np.sin(x[:, :0])
    return np.sum(nothing * nothing) + np.sum(np.sin(x))


def many_numbers(x):
    a = float(x[0, 0])
    for k in range(300):
        a = a * 0.99 + 0.001 * k * a * a / 300.0
    return a


PROGRAMS = [
    linear, borrowed_argument, borrowed_global, row_of_a_large_array, broadcast, several_views, two_branches, rebound,
    branches_in_a_loop, branches_that_the_last_iterations_took, branches_while, made_in_a_test, attempts, nested_loops,
    made_in_a_helper, through_a_helper,
    made_in_a_pair, in_containers, appended, carried, on_several_lines, written_in_place, written_whole, tried,
    left_early, repeated, chosen_at_run_time, own_rule, helper_without_derivative, empty, many_numbers,
]

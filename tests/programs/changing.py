"""Variables whose shape or rank changes as the program runs, and numbers where arrays are expected."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case


def down_to_a_number(x):
    while np.ndim(x) > 0:
        x = x[0]
    return x * x


def loop_over_itself(x):
    s = 0.0
    for x in x:  # noqa: B020, PLR1704
        s = s + x * x
    return s


def products_of_rows(x):
    for _ in range(2):
        x = x[0] * x[1]
    return x


def sums_of_squares(x):
    for _ in range(2):
        x = np.sum(x * x, axis=0)
    return x


def up_and_down(x):
    for _ in range(2):
        x = np.outer(x, x) if x.ndim == 1 else x.sum()
    return x


def pyramid(x):
    y = x
    while y.size > 1:
        y = y[1:] * y[:-1]
    return y[0]


def halved_or_shortened(x):
    y = x
    while y.size > 1:
        y = y[::2] + y[1::2] if y.size % 2 == 0 else y[1:] * y[0]
    return y[0]


def growing(x):
    y = x
    for _ in range(3):
        y = np.concatenate([y, y[:1] * x[0]])
        if y.size > 5:
            continue
        y = y[None][0] * 2.0
    return np.sum(y**2)


def one_more_axis(x):
    y = x
    for _ in range(3):
        y = y[None] * 2.0
    return np.sum(y**2)


def set_anew_in_every_round(x):
    s = 0.0
    y = x
    for n in range(1, 4):
        s = s + np.sum(y[:2] * x[1])
        y = np.ones(n) * x[0]
    return s + np.sum(y)


def numbers_as_arrays(x):
    return np.cumprod(x)[0] * np.median(x) + np.vdot(x, x * 2.0) + np.sum(np.cumsum(x)) + np.ptp(x) + np.mean(x)


def raised_before_a_write(x):
    a = x * 1.0
    b = a
    try:
        if x[0] > 0.0:
            raise ValueError
        a[-2] += np.sin(np.sum(x * x))
    except ValueError:
        b[1] *= x[0]
    return np.sum(a * b * x)


def left_before_an_array_is_made(x):
    a = x * 1.0
    for v in x:
        if v < 0.0:
            return np.sum(a * x) * v
    a = np.concatenate([a[:2], a[2:]])
    a[2] += a[-3]
    b = a[1:]
    b *= 2.0
    return np.sum(a * x)


def written_after_the_loop_that_made_it(x):
    for i in range(3):
        a = x * i
    a[0] *= x[1]
    return np.sum(a * x)


def written_after_the_else_that_made_it(x):
    a = x * 1.0
    for _ in range(2):
        a = np.concatenate([a[:2], a[2:]])
    else:
        a = a[[0, 2, 1]]
    a[[0, 2]] *= x[:2]
    return np.sum(a * x)


def written_after_the_branch_that_made_it(x):
    if x[0] > 0:
        a = x * 2.0
    a[0] *= x[1]
    return np.sum(a * x)


def returned_before_an_array_is_made(x):
    if x[2] > 1.0:
        return np.sum(x * x)
    a = x * x
    a[1] += a[0]
    return np.sum(a[[0, 2, 2]] * x)


def ignored_closure(x):
    a = x * 1.0

    def f(k, v):
        return a[k] * v

    f(0, x[1])
    return np.sum(a * x)


def number_or_list(when):
    if isinstance(when, np.ndarray):
        return when
    try:
        return {"end": 0.0}[when]
    except (KeyError, TypeError):
        return [{"end": 0.0}[each] for each in when]


def broadcast_with_what_the_run_knows(x):
    when = number_or_list("end")
    rate, payments, when = np.broadcast_arrays(x[0], np.array([1.0, 3.0]), when)
    picked = rate[rate != 0]
    return np.sum(picked * picked * payments[rate != 0] * (1.0 + when))


def broadcast_before_a_write(x):
    y = x * 1.0
    rows = np.broadcast_to(y, (4, 3))
    before = np.sum(rows**2)
    y[0] = x[1] * 2.0
    return before + np.sum(y**3) + np.sum(rows * rows * np.arange(12.0).reshape(4, 3)) + rows[1, 0] * rows[2, 0]


def windows_of_what_is_written(x):
    y = x * 1.0
    windows = np.lib.stride_tricks.sliding_window_view(y, 2)
    before = np.sum(windows**2)
    y[1] *= x[1] * 2.0
    return before + np.sum(windows[[0, 1, 1]] ** 3) + np.sum(windows.T @ windows)


def picked_windows(x):
    kinds = {"windows": np.lib.stride_tricks.sliding_window_view(x * 1.0, 2), "plain": x}
    total = 0.0
    for kind in kinds.values():
        total = total + np.sum(kind[kind > -9.0] ** 3)
    return total


def swapped_at_reversed_bits(x):
    y, j = np.concatenate((x, x[:1] * x[1])), 0
    for i in range(1, 4):
        bit = 2
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            y[i], y[j] = y[j], y[i]
    return np.sum(y * y * np.arange(4.0))


_M = np.array([[1.5, 2.0], [3.0, 4.0]])
_X = np.array([0.7, -1.3, 2.1])

PROGRAMS = [Case(function, (_X,)) for function in (
    down_to_a_number, loop_over_itself, up_and_down, pyramid, halved_or_shortened, growing, one_more_axis,
    swapped_at_reversed_bits, broadcast_with_what_the_run_knows, broadcast_before_a_write, windows_of_what_is_written, picked_windows,
    set_anew_in_every_round, raised_before_a_write, left_before_an_array_is_made,
    returned_before_an_array_is_made, ignored_closure,
    written_after_the_loop_that_made_it, written_after_the_else_that_made_it, written_after_the_branch_that_made_it)] + [
    Case(products_of_rows, (_M,)), Case(sums_of_squares, (_M,)), Case(numbers_as_arrays, (2.0,)),
    Case(numbers_as_arrays, (np.array(2.0),), note="rank 0"),
]

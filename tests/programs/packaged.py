"""What stands in packages by others, cut down to the lines that were difficult; each program is differentiated twice."""

from __future__ import annotations

import numpy as np

from tests.programs.case import Case

X = np.array([0.7, -1.3, 2.1])


WHEN = {"end": 0, "begin": 1}


def as_a_number(when):
    if isinstance(when, np.ndarray):
        return when
    try:
        return WHEN[when]
    except (KeyError, TypeError):
        return [WHEN[each] for each in when]


def paid(rate, when):
    when = as_a_number(when)
    (rate, when) = map(np.array, [rate, when])
    return rate**3 * (1 + when)


def broadcast_and_handed_on(x):
    rate, periods = np.broadcast_arrays(x[0], np.array([1.0, 2.0, 3.0]))
    return np.sum(paid(rate, "end") * rate * periods)


def broadcast_to_and_handed_on(x):
    rate = np.broadcast_to(x[:1] * 2, (3,))
    return np.sum(paid(rate, "end") * rate)


def windows_handed_on(x):
    return np.sum(paid(np.lib.stride_tricks.sliding_window_view(np.sin(x), 2), "begin"))


PROGRAMS = [
    Case(broadcast_and_handed_on, (X,)),
    Case(broadcast_to_and_handed_on, (X,)),
    Case(windows_handed_on, (X,)),
]

"""A stand-in: an evaluation has one line, the function's first, that takes 2 ns there and 3 ns back."""

import contextlib

from adls.profile.recording import Evaluation, Kept, Node, Unit

_active = []


@contextlib.contextmanager
def recorded(f, argnums):
    code = f.__code__
    unit = Unit(f.__qualname__, f.__name__, f.__qualname__, code.co_filename, "(f64)", "0", code.co_firstlineno,
                (code.co_firstlineno,), "def adjoint(): ...\n")  # fmt: skip
    running = [unit, argnums if isinstance(argnums, tuple) else (argnums,), False]
    for recorder in _active:
        recorder.running.append(running)
    yield
    running[2] = True


class Recorder:
    def __init__(self, clock=None):
        self.running = []

    def __enter__(self):
        _active.append(self)
        return self

    def __exit__(self, *_):
        _active.remove(self)

    def units(self):
        return tuple({unit.key: unit for unit, _, _ in self.running}.values())

    def evaluations(self):
        return tuple(_evaluation(*item) for item in self.running)


def _evaluation(unit, argnums, complete):
    nodes = (
        Node(unit.key, "forward", -1, 0, 1, (2,), (1,)),
        Node(unit.key, "backward", -1, 0, 1, (3,), (1,)),
    )
    kept = (Kept(0, unit.first_line, 8, False, "x: f64[]", "sin reads it"),)
    return Evaluation(unit.key, argnums, 2, 3, nodes, kept, complete)

"""Functions of NumPy that only pass on what they get are written as what they pass it on to.

    t1 = np.expand_dims(d_x, 1)            t1 = d_x[:, None]
    d_b = np.sum(d_y, axis=0)       ->     d_b = d_y.sum(axis=0)

The same array comes of both; on small arrays the functions, which are Python, take longer than the work.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from adls.engine.ir.ops import Const, Function, Let, Op, Region, Statement, Var
from adls.engine.ir.types import Array
from adls.engine.ir.walk import prims, regions, with_regions
from adls.engine.passes.adjoint.index import variable_names
from adls.engine.passes.adjoint.plan import Names

_METHODS = {"numpy.sum": "ndarray.sum"}


def without_detours(function: Function) -> Function:
    """The backward function with methods and indices in the place of such calls."""
    if prims(function.body).isdisjoint((*_METHODS, "numpy.expand_dims")):
        return function
    return replace(function, body=_Rewriting(function).region(function.body))


class _Rewriting:
    def __init__(self, function: Function) -> None:
        self.function = function

    @cached_property
    def names(self) -> Names:
        return Names(variable_names(self.function))

    def region(self, region: Region) -> Region:
        out: list[Statement] = []
        for statement in region:
            if isinstance(statement, Let):
                out += self._let(statement)
            else:
                out.append(with_regions(statement, tuple(map(self.region, regions(statement)))))
        return tuple(out)

    def _let(self, let: Let) -> list[Statement]:
        type_ = self.function.type_of(let.op.args[0]) if let.op.args else None
        if not isinstance(type_, Array) or not type_.dims:
            return [let]
        if let.op.prim in _METHODS:
            return [replace(let, op=replace(let.op, prim=_METHODS[let.op.prim]))]
        if let.op.prim == "numpy.expand_dims" and len(let.op.args) == 2 and isinstance(let.op.args[1], Const):
            axis = let.op.args[1].value
            if type(axis) is int and -1 <= axis <= len(type_.dims):
                return self._with_new_axis(let, axis % (len(type_.dims) + 1))
        return [let]

    def _with_new_axis(self, let: Let, axis: int) -> list[Statement]:
        out: list[Statement] = []

        def emit(op: Op) -> Var:
            target = Var(self.names.temporary())
            out.append(Let((target,), op, let.span))
            return target

        slices = [emit(Op("slice", (Const(None),) * 3)) for _ in range(axis)]
        index = emit(Op("tuple", (*slices, Const(None)))) if slices else Const(None)
        return [*out, replace(let, op=Op("getitem", (let.op.args[0], index)))]

"""Zeros are not made where every part of them is written before anything else is done with them.

    d_x = np.zeros(x_shape)               d_x = np.empty(x_shape)
    d_x[:, n:] = d_b              ->      d_x[:, n:] = d_b
    d_x[:, :n] = d_a                      d_x[:, :n] = d_a
"""

from __future__ import annotations

from dataclasses import replace

from adls.engine.ir.ops import Function, Let, Op, Region, Statement, Var
from adls.engine.ir.walk import all_used, prims, regions, with_regions
from adls.engine.passes.boxes import Box, Indices


def written_whole(function: Function) -> Function:
    """The backward function without such zeros."""
    if "numpy.zeros" not in prims(function.body):
        return function
    return replace(function, body=_region(function.body, Indices(function)))


def _region(region: Region, indices: Indices) -> Region:
    out: list[Statement] = []
    for position, statement in enumerate(region):
        match statement:
            case Let((array,), Op("numpy.zeros") as op, span) if array.name in indices.made and (
                    indices.covers(array, _parts(region[position + 1 :], array, indices))):
                out.append(Let((array,), replace(op, prim="numpy.empty"), span))
            case _:
                nested = (_region(inner, indices) for inner in regions(statement))
                out.append(with_regions(statement, tuple(nested)))
    return tuple(out)


def _parts(region: Region, array: Var, indices: Indices) -> list[Box]:
    """The parts of an array that are written before anything else is done with it."""
    found: list[Box] = []
    for statement in region:
        match statement:
            case Let((), Op("setitem", (target, index, value))) if target == array and array not in (index, value):
                found.append(indices.box(index))
            case _ if array in all_used((statement,)):
                break
    return found

"""Adjoints of functions that rearrange, repeat, join or split arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Shape, Shapes, unbroadcast
from adls.runtime.refusing import refuse

__all__ = [
    "broadcast_each",
    "exponents",
    "fractions",
    "inverse_permutation",
    "item_at",
    "joined",
    "joint_dtype",
    "meshed",
    "padding_sum",
    "placed",
    "refit",
    "refit_each",
    "reravel",
    "rolled_axis",
    "shaped_as",
    "spacing_back",
    "split_like",
    "to_each",
    "unblock",
    "unbroadcast_each",
    "undelete",
    "unmeshgrid",
    "unpad",
    "unravel",
    "unrepeat",
    "unresize",
    "unstack",
    "untile",
]


def inverse_permutation(axes: Any, ndim: int) -> tuple[int, ...]:
    """The axes that undo `np.transpose(a, axes)`; axes as transpose takes them: None, (), one tuple, or
    several numbers."""
    if axes is None or axes == () or axes == (None,):
        return tuple(range(ndim))[::-1]
    given = axes[0] if len(axes) == 1 and not isinstance(axes[0], int | np.integer) else axes
    return tuple(int(i) for i in np.argsort([axis % ndim for axis in given]))


def rolled_axis(axis: int, start: int, ndim: int) -> int:
    """Where `np.rollaxis(a, axis, start)` puts the axis."""
    start += ndim if start < 0 else 0
    return start - 1 if axis % ndim < start else start


def unravel(v: Any, a: Any, order: str) -> Any:
    """The adjoint of reshape and ravel in orders "A" and "K", which follow the layout of `a`, and in "C" and "F"."""
    if not isinstance(a, np.ndarray):
        return np.reshape(v, np.shape(a))
    if order in ("A", "K"):
        order = "F" if a.flags.fnc and order == "A" else "C" if order == "A" else "K"
    if order != "K":
        return np.reshape(v, a.shape, order="F" if order == "F" else "C")
    back = np.empty(a.size, np.result_type(v))
    numbers = np.empty_like(a, np.intp, order="K")
    numbers[...] = np.arange(a.size).reshape(a.shape)
    back[numbers.ravel(order="K")] = np.ravel(v)
    return back.reshape(a.shape)


def reravel(v: Array, a: Array, shape: Shape, order: Any) -> Any:
    """`v`, of the shape of `a`, reshaped as `a` is in an order that follows its layout: the adjoint of `unravel`."""
    laid_out = np.empty_like(a, np.result_type(v))
    laid_out[...] = v
    return laid_out.ravel(order="K") if order == "K" else np.reshape(laid_out, shape, order=order)


def split_like(v: Array, shapes: Any, axis: int | None = 0) -> Any:
    """The pieces of a cotangent that belong to the joined arrays: the adjoint of concatenate and its kin."""
    if isinstance(shapes, tuple) and shapes and isinstance(shapes[0], int):  # the rows of one array were joined
        return np.stack(split_like(v, [shapes[1:]] * shapes[0], axis))
    items = shapes.items if isinstance(shapes, Shapes) else shapes
    if any(type(each) is Shapes for each in items):
        items = list(map(_as_shape, items))
    if axis is None:
        v, axis = np.ravel(v), 0
    across = math.prod(v.shape[:axis]) * math.prod(v.shape[axis % v.ndim + 1 :])
    if across:
        lead = (slice(None),) * (axis % v.ndim)
        ends = list(accumulate(math.prod(shape) // across for shape in items))
        pieces = [v[*lead, start:end].reshape(shape)
                  for start, end, shape in zip([0, *ends], ends, items, strict=False)]
    else:
        pieces = [np.zeros(shape, v.dtype) for shape in items]
    return shapes.build(pieces) if isinstance(shapes, Shapes) else tuple(pieces)


def _as_shape(shape: Any) -> Shape:
    """The shape of the array that NumPy makes of a list."""
    if not isinstance(shape, Shapes):
        return tuple(shape)
    return (len(shape.items), *(_as_shape(shape.items[0]) if shape.items else ()))


def joined(v: Sequence[Any], shape: Shape, axis: int | None = 0) -> Array:
    """Pieces of any shapes joined to an array of this shape: the adjoint of `split_like`."""
    if axis is None:
        return np.concatenate(v, None).reshape(shape)
    axis %= len(shape)
    lead, rest = shape[:axis], shape[axis + 1 :]
    return np.concatenate(
        [piece.reshape((*lead, piece.size // math.prod(lead + rest) if piece.size else 0, *rest)) for piece in v],
        axis,
    )


def unstack(v: Array, axis: int = 0, shapes: Any = None) -> Any:
    """The cotangents of stacked arrays, as views; one array where the shapes are that of one."""
    rows = np.moveaxis(v, axis, 0)
    return rows if isinstance(shapes, tuple) else list(rows)


def unblock(v: Array, shapes: Any) -> Any:
    """The adjoint of `np.block`: the nested lists of the blocks' cotangents."""
    depth = _depth(shapes)
    return _unblock(v.reshape((1,) * (depth - v.ndim) + v.shape), shapes, -depth)


def _unblock(v: Array, shapes: Any, axis: int) -> Any:
    if not isinstance(shapes, Shapes):
        return v.reshape(shapes)
    ends = np.cumsum([_width(item, axis, axis + 1) for item in shapes.items])
    pieces = np.split(v, ends[:-1], axis)
    return shapes.build(
        [_unblock(piece, item, axis + 1) for piece, item in zip(pieces, shapes.items, strict=True)]
    )


def _depth(shapes: Any) -> int:
    return 1 + max(map(_depth, shapes.items), default=0) if isinstance(shapes, Shapes) else 0


def _width(shapes: Any, axis: int, level: int) -> int:
    """The length of a block along an axis, where its own items are joined along the axis `level`."""
    if not isinstance(shapes, Shapes):
        return int(shapes[axis]) if len(shapes) >= -axis else 1
    return _width(shapes.items[0], axis, level + 1)


def shaped_as(v: Any, shapes: Any) -> Any:
    """The cotangent of a nested sequence that became an array: a sequence of the same nesting, or the array
    itself."""
    if not isinstance(shapes, Shapes):
        return np.reshape(v, shapes) if np.shape(v) != shapes else v
    whole = np.shape(v)
    if whole[:1] != (len(shapes.items),):  # ndmin made leading axes
        return shaped_as(v[0], shapes)
    return shapes.build([shaped_as(item, shape) for item, shape in zip(v, shapes.items, strict=True)])


def to_each(v: Any, shapes: Any) -> Any:
    """The cotangents of the items of a sequence (or the rows of an array) that were summed."""
    if not isinstance(shapes, Shapes):
        return np.broadcast_to(v, shapes)
    return shapes.build([unbroadcast(v, shape) for shape in shapes.items])


def unbroadcast_each(v: Sequence[Any], shapes: Any) -> Any:
    """`unbroadcast` of each cotangent to each shape."""
    return shapes.build([None if each is None else unbroadcast(each, shape)
                         for each, shape in zip(v, shapes.items, strict=True)])


def broadcast_each(v: Sequence[Any], shapes: Any) -> Any:
    """Each cotangent broadcast to each shape: the adjoint of `unbroadcast_each`."""
    return shapes.build([np.broadcast_to(each, shape) for each, shape in zip(v, shapes.items, strict=True)])


def item_at(v: Array, args: Any) -> Any:
    """`v.item(*args)` without leaving NumPy."""
    at = args[0] if len(args) == 1 else args
    return v[at] if at and isinstance(at, tuple) else v.reshape(-1)[at or 0]


def placed(v: Any, shape: Shape, args: Any) -> Array:
    """The adjoint of `a.item(*args)`."""
    back = np.zeros(shape, np.result_type(v))
    at = args[0] if len(args) == 1 else args
    if isinstance(at, tuple):
        back[at if at else ...] = v
    else:
        back.reshape(-1)[at] = v
    return back


def untile(v: Array, shape: Shape, reps: Any) -> Any:
    """The adjoint of `np.tile`: the sum over the copies."""
    times = (reps,) if isinstance(reps, int | np.integer) else tuple(reps)
    ndim = max(len(times), len(shape))
    times, full = (1,) * (ndim - len(times)) + times, (1,) * (ndim - len(shape)) + shape
    pairs = [n for pair in zip(times, full, strict=True) for n in pair]
    return v.reshape(pairs).sum(axis=tuple(range(0, 2 * ndim, 2))).reshape(shape)


def unrepeat(v: Array, shape: Shape, repeats: Any, axis: int | None = None) -> Any:
    """The adjoint of `np.repeat`: the sum over each element's copies."""
    flat = (math.prod(shape),) if axis is None else shape
    flat = flat or (1,)
    at = (axis or 0) % len(flat)
    if np.ndim(repeats) == 0:
        times = int(repeats)
        return v.reshape((*flat[: at + 1], times, *flat[at + 1 :])).sum(axis=at + 1).reshape(shape)
    back = np.zeros(flat, v.dtype)
    np.add.at(np.moveaxis(back, at, 0), np.repeat(np.arange(flat[at]), repeats), np.moveaxis(v, at, 0))
    return back.reshape(shape)


def unpad(v: Array, shape: Shape, pad_width: Any, mode: str = "constant") -> Array:
    """The adjoint of `np.pad` with respect to the array: its own part, and what copies of its elements at the
    edges add."""
    if mode in ("constant", "empty"):
        return v[
            tuple(
                slice(before, before + n)
                for n, (before, _) in zip(shape, _widths(pad_width, len(shape)), strict=True)
            )
        ]
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        refuse(f"numpy.pad with mode={mode!r} has no derivative rule")
    source = np.pad(np.arange(math.prod(shape)).reshape(shape), pad_width, mode)  # type: ignore[call-overload]
    back = np.zeros(math.prod(shape), v.dtype)
    np.add.at(back, source.ravel(), v.ravel())
    return back.reshape(shape)


def padding_sum(v: Array, of: Shape, shape: Shape, pad_width: Any) -> Any:
    """The cotangent of the one number that `np.pad` fills in."""
    if of:
        refuse("numpy.pad has no derivative rule with respect to several constant_values")
    return v.sum() - unpad(v, shape, pad_width).sum()


def _widths(pad_width: Any, ndim: int) -> list[tuple[int, int]]:
    if isinstance(pad_width, dict):
        pairs: list[Any] = [pad_width.get(i, pad_width.get(i - ndim, 0)) for i in range(ndim)]
        return [(int(before), int(after)) for before, after in (np.broadcast_to(pair, 2) for pair in pairs)]
    return [(int(before), int(after)) for before, after in np.broadcast_to(pad_width, (ndim, 2))]


def unresize(v: Array, shape: Shape) -> Array:
    """The adjoint of `np.resize`, which repeats the elements until the new shape is full."""
    n = math.prod(shape)
    back = np.zeros(n, v.dtype)
    if n:
        np.add.at(back, np.arange(v.size) % n, v.ravel())
    return back.reshape(shape)


def undelete(v: Array, shape: Shape, obj: Any, axis: int | None = None) -> Array:
    """The adjoint of `np.delete`: zeros where elements were deleted."""
    kept = np.delete(np.arange(math.prod(shape) if axis is None else shape[axis]), obj)
    back = np.zeros(math.prod(shape) if axis is None else shape, v.dtype)
    np.moveaxis(back, axis or 0, 0)[kept] = np.moveaxis(v, axis or 0, 0)
    return back.reshape(shape)


def unmeshgrid(v: Sequence[Any], shapes: Any, indexing: str = "xy") -> Any:
    """The adjoint of `np.meshgrid`: each grid's cotangent summed over the other axes."""

    def own(i: int) -> int:
        return 1 - i if indexing == "xy" and i < 2 <= len(v) else i

    return shapes.build(
        [
            None if grid is None else grid.sum(axis=tuple(j for j in range(grid.ndim) if j != own(i))).reshape(shape)
            for i, (grid, shape) in enumerate(zip(v, shapes.items, strict=True))
        ]
    )


def joint_dtype(parts: Sequence[Any]) -> Any:
    """The dtype of an array of several: Python numbers take the others'."""
    return np.result_type(*[part if isinstance(part, int | float | complex) else np.asarray(part) for part in parts])


def meshed(v: Sequence[Any], indexing: str = "xy") -> list[Any]:
    """The adjoint of `unmeshgrid`: the grids of vectors."""
    if any(vector is None for vector in v):
        refuse("the second derivative of numpy.meshgrid with respect to some of its vectors")
    return list(np.meshgrid(*v, indexing=indexing))  # type: ignore[call-overload]


def fractions(num: int, endpoint: bool = True) -> Array:
    """How far along from start to stop each number of `np.linspace` is."""
    return np.arange(num) / max(num - 1 if endpoint else num, 1)


def spacing_back(g: Any, weights: Array, count: int, axis: int) -> Any:
    """What `np.linspace` owes to one of its ends: `weights` are the end's shares of the points, and 1 / `count` is its
    share of the step where `retstep` asks for that."""
    if not isinstance(g, tuple):
        return np.tensordot(weights, g, ((0,), (axis,)))
    return np.tensordot(weights, g[0], ((0,), (axis,))) + g[1] / (count or math.nan)


def exponents(n: int, increasing: bool, dtype: Any = int) -> Array:
    """The powers of the columns of `np.vander`."""
    return np.arange(n, dtype=dtype) if increasing else np.arange(n - 1, -1, -1, dtype=dtype)


def refit(v: Array, shape: Shape) -> Array:
    """`v` cut, or filled up with zeros, to a shape: what a transform with a length `n` of its own did to its
    operand."""
    if v.shape == shape:
        return v
    fitted = np.zeros(shape, v.dtype)
    common = tuple(slice(min(n, m)) for n, m in zip(shape, v.shape, strict=True))
    fitted[common] = v[common]
    return fitted


def refit_each(v: Sequence[Any], shapes: Any) -> Any:
    """Vectors cut, or filled up with zeros, to the shapes of others, of which numbers count as vectors of one: what
    NumPy's polynomials do to series of coefficients, whose last zeros they leave out; and the adjoint of that."""
    return shapes.build([np.reshape(refit(np.atleast_1d(each), shape or (1,)), shape)
                         for each, shape in zip(v, shapes.items, strict=True)])

"""Adjoints of products of arrays of any rank. `left` gives the cotangent of the first operand, `right` of the
second."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from adls.runtime.cotangents import Array, Shape, unbroadcast
from adls.runtime.refusing import refuse

__all__ = [
    "convolve_left",
    "dot_left",
    "dot_right",
    "einsum_along",
    "einsum_bent",
    "einsum_operand",
    "einsum_operands",
    "inner_left",
    "inner_right",
    "kron_left",
    "kron_right",
    "matmul_left",
    "matmul_right",
    "powers",
    "tensordot_left",
    "tensordot_right",
    "undiag",
    "undiagonal",
]


def matmul_left(v: Array, y: Array, shape: Shape) -> Any:
    """The cotangent of x, of this shape, in `x @ y`; stacks of matrices broadcast."""
    if y.ndim == 1:
        return unbroadcast((v[..., None] if len(shape) > 1 else v) * y, shape)
    if len(shape) == 1:
        return unbroadcast(np.matmul(y, v[..., None])[..., 0], shape)
    return unbroadcast(v @ np.swapaxes(y, -1, -2), shape)


def matmul_right(v: Array, x: Array, shape: Shape) -> Any:
    """The cotangent of y, of this shape, in `x @ y`; stacks of matrices broadcast."""
    if x.ndim == 1:
        return unbroadcast(x[:, None] * v[..., None, :] if len(shape) > 1 else x * v, shape)
    if len(shape) == 1:
        return unbroadcast(np.matmul(v[..., None, :], x)[..., 0, :], shape)
    if len(shape) == 2 and x.ndim > 2:  # one product of two large matrices instead of a sum over the stack
        return x.reshape(-1, x.shape[-1]).T @ v.reshape(-1, v.shape[-1])
    return unbroadcast(np.swapaxes(x, -1, -2) @ v, shape)


def dot_left(v: Any, b: Any, shape: Shape) -> Any:
    """The cotangent of a, of this shape, in `np.dot(a, b)`."""
    if not shape or not np.ndim(b):
        return unbroadcast(np.multiply(v, b), shape)
    kept = [i for i in range(b.ndim) if i != max(b.ndim - 2, 0)]
    lead = len(shape) - 1
    return np.tensordot(v, b, (range(lead, lead + len(kept)), kept))


def dot_right(v: Any, a: Any, shape: Shape) -> Any:
    """The cotangent of b, of this shape, in `np.dot(a, b)`."""
    if not shape or not np.ndim(a):
        return unbroadcast(np.multiply(v, a), shape)
    lead = range(a.ndim - 1)
    return np.moveaxis(np.tensordot(a, v, (lead, lead)), 0, max(len(shape) - 2, 0))


def inner_left(v: Any, b: Any, shape: Shape) -> Any:
    """The cotangent of a, of this shape, in `np.inner(a, b)`."""
    if not shape or not np.ndim(b):
        return unbroadcast(np.multiply(v, b), shape)
    return np.tensordot(v, b, b.ndim - 1)


def inner_right(v: Any, a: Any, shape: Shape) -> Any:
    """The cotangent of b, of this shape, in `np.inner(a, b)`."""
    if not shape or not np.ndim(a):
        return unbroadcast(np.multiply(v, a), shape)
    lead = range(a.ndim - 1)
    return np.tensordot(v, a, (lead, lead))


def tensordot_left(v: Any, b: Array, shape: Shape, axes: Any) -> Array:
    """The cotangent of a, of this shape, in `np.tensordot(a, b, axes)`."""
    of_a, of_b = _contracted(axes, len(shape), np.ndim(b))
    free_a = [i for i in range(len(shape)) if i not in of_a]
    free_b = [i for i in range(np.ndim(b)) if i not in of_b]
    product = np.tensordot(v, b, (range(len(free_a), len(free_a) + len(free_b)), free_b))
    order = free_a + [a for _, a in sorted(zip(of_b, of_a, strict=True))]
    return np.transpose(product, np.argsort(order))


def tensordot_right(v: Any, a: Array, shape: Shape, axes: Any) -> Array:
    """The cotangent of b, of this shape, in `np.tensordot(a, b, axes)`."""
    of_a, of_b = _contracted(axes, np.ndim(a), len(shape))
    free_a = [i for i in range(np.ndim(a)) if i not in of_a]
    free_b = [i for i in range(len(shape)) if i not in of_b]
    product = np.tensordot(a, v, (free_a, range(len(free_a))))
    order = [b for _, b in sorted(zip(of_a, of_b, strict=True))] + free_b
    return np.transpose(product, np.argsort(order))


def _contracted(axes: Any, ndim_a: int, ndim_b: int) -> tuple[list[int], list[int]]:
    if isinstance(axes, int):
        return list(range(ndim_a - axes, ndim_a)), list(range(axes))
    of_a, of_b = ([each] if isinstance(each, int) else list(each) for each in axes)
    return [i % ndim_a for i in of_a], [i % ndim_b for i in of_b]


def einsum_operand(v: Any, subscripts: str, position: int, shape: Shape, *others: Any) -> Any:
    """The cotangent of one operand, of this shape, of an einsum over it and the `others`, which stand in
    order without it."""
    inputs, output = _parsed(subscripts, position, shape, others)
    wanted = inputs.pop(position)
    known = set(output).union(*inputs)
    reached = "".join(dict.fromkeys(letter for letter in wanted if letter in known))
    part = np.einsum(f"{','.join([output, *inputs])}->{reached}", v, *others)
    return _spread(part, reached, wanted, shape)


def einsum_operands(v: Any, subscripts: str, operands: Sequence[Any]) -> tuple[Any, ...]:
    """The cotangents of all operands of an einsum."""
    items = tuple(operands)
    return tuple(
        einsum_operand(v, subscripts, i, np.shape(item), *items[:i], *items[i + 1 :])
        for i, item in enumerate(items)
    )


def einsum_along(tangents: Sequence[Any], subscripts: str, operands: Sequence[Any]) -> Any:
    """The derivative of an einsum along changes of its operands; None is no change."""
    return sum(np.einsum(subscripts, *each) for _, each in _exchanged(tangents, operands))


def einsum_bent(tangents: Sequence[Any], v: Any, subscripts: str, operands: Sequence[Any]) -> tuple[Any, ...]:
    """The cotangents of the operands of `einsum_operands`, whose results' cotangents are the tangents."""
    total = [np.zeros_like(item) for item in operands]
    for place, each in _exchanged(tangents, operands):
        for i, found in enumerate(einsum_operands(v, subscripts, each)):
            if i != place:
                total[i] = total[i] + found
    return tuple(total)


def _exchanged(tangents: Sequence[Any], operands: Sequence[Any]) -> list[tuple[int, list[Any]]]:
    """The operands with one of them exchanged for its change, for each that has one."""
    return [(i, [*operands[:i], tangent, *operands[i + 1 :]])
            for i, tangent in enumerate(tangents) if tangent is not None]


def _parsed(subscripts: Any, position: int, shape: Shape, others: Sequence[Any]) -> tuple[list[str], str]:
    """Letters of each operand and of the result, with an ellipsis spelt out as letters of its own."""
    if not isinstance(subscripts, str):
        refuse("numpy.einsum with index lists: write its subscripts as a string")
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    inputs = left.split(",")
    ndims = [np.ndim(other) for other in others]
    ndims.insert(position, len(shape))
    hidden = [ndim - len(text.replace("...", "")) for text, ndim in zip(inputs, ndims, strict=True)]
    spare = [letter for letter in string.ascii_letters if letter not in subscripts][: max(hidden)]
    if not arrow:
        plain = left.replace(",", "").replace("...", "")
        right = "..." * bool(spare) + "".join(sorted(c for c in set(plain) if plain.count(c) == 1))
    spelt = [
        text.replace("...", "".join(spare[len(spare) - extra :]))
        for text, extra in zip(inputs, hidden, strict=True)
    ]
    return spelt, right.replace("...", "".join(spare))


def _spread(part: Any, reached: str, wanted: str, shape: Shape) -> Any:
    """Broadcast over letters that the operand alone has, sum where its length is 1, and fill the diagonal of
    a repeated letter."""
    distinct = "".join(dict.fromkeys(wanted))
    lengths = {
        letter: max(n for other, n in zip(wanted, shape, strict=True) if other == letter) for letter in distinct
    }
    at = iter(range(np.ndim(part)))
    part = np.asarray(part)[
        tuple(slice(None) if letter in reached and next(at) >= 0 else None for letter in distinct)
    ]
    part = unbroadcast(part, tuple(1 if lengths[c] == 1 else n for c, n in zip(distinct, part.shape, strict=True)))
    full = np.broadcast_to(part, tuple(lengths[c] for c in distinct))
    if distinct == wanted:
        return np.array(full)  # the caller may write into it
    filled = np.zeros(shape, full.dtype)
    np.einsum(f"{wanted}->{distinct}", filled)[...] = full  # a view of the diagonal
    return filled


def kron_left(v: Array, b: Any, shape: Shape) -> Array:
    """The cotangent of a, of this shape, in `np.kron(a, b)`."""
    blocks, _, of_b = _kron_blocks(v, shape, np.shape(b))
    return np.asarray(
        np.tensordot(blocks, np.reshape(b, of_b), (range(1, blocks.ndim, 2), range(len(of_b)))).reshape(shape)
    )


def kron_right(v: Array, a: Any, shape: Shape) -> Array:
    """The cotangent of b, of this shape, in `np.kron(a, b)`."""
    blocks, of_a, _ = _kron_blocks(v, np.shape(a), shape)
    return np.asarray(
        np.tensordot(blocks, np.reshape(a, of_a), (range(0, blocks.ndim, 2), range(len(of_a)))).reshape(shape)
    )


def _kron_blocks(v: Array, a: Shape, b: Shape) -> tuple[Array, Shape, Shape]:
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    return np.reshape(v, [n for pair in zip(a, b, strict=True) for n in pair]), a, b


def undiagonal(v: Any, shape: Shape, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """Zeros of this shape with `v` on a diagonal: the adjoint of `np.diagonal`. `v` broadcasts along the diagonal."""
    filled = np.zeros(shape, np.result_type(v))
    diagonal = np.diagonal(filled, offset, axis1, axis2)
    diagonal.flags.writeable = True
    diagonal[...] = v
    return filled


def undiag(v: Array, shape: Shape, k: int = 0) -> Array:
    """The adjoint of `np.diag` for a vector or a matrix of this shape."""
    return np.diagonal(v, k) if len(shape) == 1 else undiagonal(v, shape, k)


def convolve_left(v: Array, w: Array, shape: Shape, mode: str) -> Array:
    """The cotangent of a vector a, of this shape, in `np.convolve(a, w, mode)`: a correlation with w of the
    full result's cotangent."""
    if not shape or not np.ndim(w):
        return np.reshape(convolve_left(v, np.atleast_1d(w), shape or (1,), mode), shape)
    n, m = shape[0], len(w)
    full = np.zeros(n + m - 1, np.result_type(v))
    lead = {"full": 0, "same": (min(n, m) - 1) // 2, "valid": min(n, m) - 1}[mode]
    full[lead : lead + len(v)] = v
    return np.convolve(full, w[::-1], "valid") if m <= len(full) else full[:0]


def powers(v: Any, x: Any, n: int) -> Any:
    """`v * x ** k` for k from n - 1 down to 0, a row each: the cotangents of a polynomial's coefficients,
    before their sum."""
    exponents = np.arange(n - 1, -1, -1, dtype=np.result_type(v, x))
    return np.reshape(v, (1, -1)) * np.reshape(x, (1, -1)) ** exponents[:, None]

"""Derivatives made of derivatives: jacobian, hessian, hvp, jvp.

They are plain Python over `pullback` and `grad`, and are differentiated from here: so they nest in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adls.runtime.gradients import grad, pullback
from adls.runtime.trees import (
    is_real,
    kind_of,
    plainly,
    seed_at,
    seeds_of,
    shape_of_block,
    stacked,
    without_instances,
    zeros_of,
)


def jacobian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The Jacobian of a function, as a function of the same arguments.

    For an array result of shape `m` and an argument of shape `n` it is an array of shape `m + n`. For results and
    arguments that are tuples, lists or dicts it has the result's structure, with the argument's structure in the
    place of each array; a sequence `argnums` gives a tuple of the arguments' parts there. The function runs once, its
    pullback once for each number of the result.

    Raises TypeError for a complex result, and DifferentiationError where f cannot be differentiated.
    """

    def jacobian_of_f(*args: Any, **kwargs: Any) -> Any:
        value, back = pullback(f, *args, **kwargs)
        return _ROWS[kind_of(value)](value, back, argnums, args)

    return jacobian_of_f


def _rows_of_array(value: Any, back: Callable[[Any], Any], argnums: int | Sequence[int], args: Any) -> Any:
    rows: Callable[..., Any] = _ROWS_OF_ARRAY.get(_count(argnums), _blocks)
    return rows(value, back, argnums, args)


def _count(argnums: int | Sequence[int]) -> int:
    return 0 if isinstance(argnums, int) else len(argnums)


def _block(value: Any, back: Callable[[Any], Any], position: int, args: Any) -> Any:
    return _BLOCKS[kind_of(args[position])](value, back, position)


def _one_block(value: Any, back: Callable[[Any], Any], argnums: Any, args: Any) -> Any:
    return (_block(value, back, argnums[0], args),)


def _two_blocks(value: Any, back: Callable[[Any], Any], argnums: Any, args: Any) -> Any:
    return _block(value, back, argnums[0], args), _block(value, back, argnums[1], args)


def _three_blocks(value: Any, back: Callable[[Any], Any], argnums: Any, args: Any) -> Any:
    return (_block(value, back, argnums[0], args), _block(value, back, argnums[1], args),
            _block(value, back, argnums[2], args))


def _blocks(value: Any, back: Callable[[Any], Any], argnums: Any, args: Any) -> Any:
    return tuple([_block(value, back, n, args) for n in argnums])


def _block_of_array(value: Any, back: Callable[[Any], Any], position: int) -> Any:
    """The derivative of an array with respect to an argument that is one."""
    rows = [back(seed_at(value, n))[position] for n in range(np.size(value))]
    return np.reshape(np.array(rows), shape_of_block(value, rows))


def _block_of_structure(value: Any, back: Callable[[Any], Any], position: int) -> Any:
    return stacked(value, [back(seed)[position] for seed in seeds_of(value)])


def _rows_of_structure(value: Any, back: Callable[[Any], Any], argnums: int | Sequence[int], args: Any) -> Any:
    return stacked(value, [_picked(back(seed), argnums) for seed in seeds_of(value)])


def _picked(cotangents: tuple[Any, ...], argnums: int | Sequence[int]) -> Any:
    if isinstance(argnums, int):
        return cotangents[argnums]
    return tuple([cotangents[n] for n in argnums])


_ROWS = {"plain": _rows_of_array, "sequence": _rows_of_structure, "mapping": _rows_of_structure,
         "nothing": _rows_of_structure}
_ROWS_OF_ARRAY: dict[int, Callable[..., Any]] = {0: _block, 1: _one_block, 2: _two_blocks, 3: _three_blocks}
"""By how many arguments are asked for: a tuple whose length is known can be differentiated again."""
_BLOCKS = {"plain": _block_of_array, "sequence": _block_of_structure, "mapping": _block_of_structure,
           "nothing": _block_of_structure}


def hessian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The Hessian of a real-valued function, as a function of the same arguments: `jacobian(grad(f, argnums),
    argnums)`.

    For an argument of shape `n` it is an array of shape `n + n`; a sequence `argnums` gives a tuple of tuples of
    blocks.
    """
    return jacobian(grad(f, argnums), argnums)


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """`(value, tangent)`: the value of `f(*primals)`, and its derivative in the direction of `tangents`.

    `primals` and `tangents` are sequences of as many arguments, each tangent in its primal's structure. The tangent
    has the structure of the value. Of a number it is the gradient times the tangents; else it is the gradient of the
    pullback, which is linear in its cotangent. f runs once, its pullback once, or forth and back.
    """
    if len(primals) != len(tangents):
        raise TypeError(f"jvp takes a tangent for each primal: {len(primals)} primals, {len(tangents)} tangents")
    value, back = pullback(f, *primals)
    return value, (_tangent_of_number if is_real(value) else _tangent)(value, back, tangents)


def _tangent_of_number(value: Any, back: Callable[[Any], Any], tangents: Sequence[Any]) -> Any:
    found = np.real(inner(plainly(back(seed_at(value, 0))), plainly(tangents)))
    return float(found) if type(value) is float else found


def _tangent(value: Any, back: Callable[[Any], Any], tangents: Sequence[Any]) -> Any:
    def paired(cotangent: Any) -> Any:
        return inner(back(cotangent), tangents)

    return grad(paired)(zeros_of(value))


def hvp(f: Callable[..., Any], primals: Any, tangents: Any) -> Any:
    """The product of the Hessian of a real-valued function at `primals` with `tangents`, without the Hessian.

    `primals` and `tangents` are tuples of as many arguments, and the product is a tuple; or they are one array each
    (or dict, list, number), for a function of one argument, and the product is one too. It takes about two gradients.
    """
    tangents = without_instances(tangents)
    if isinstance(primals, tuple):
        return _hvp_of_several(f, primals, tangents)

    def along(primal: Any) -> Any:
        return inner(grad(f)(primal), tangents)

    return grad(along)(primals)


def _hvp_of_several(f: Callable[..., Any], primals: tuple[Any, ...], tangents: Sequence[Any]) -> Any:
    wanted = tuple(range(len(primals)))

    def along(*given: Any) -> Any:
        return inner(grad(f, wanted)(*given), tangents)

    return grad(along, wanted)(*primals)


def inner(one: Any, two: Any) -> Any:
    """The sum of the products of all numbers in two values of one structure. What a short sequence holds is named one
    by one."""
    if one is None:
        return 0.0
    if isinstance(two, dict):
        return _inner_of_mappings(one, two)
    if isinstance(two, (tuple, list)):
        if len(two) == 1:
            return inner(one[0], two[0])
        if len(two) == 2:
            return inner(one[0], two[0]) + inner(one[1], two[1])
        if len(two) == 3:
            return inner(one[0], two[0]) + inner(one[1], two[1]) + inner(one[2], two[2])
        return _inner_of_sequences(one, two)
    return np.sum(one * two)


def _inner_of_sequences(one: Any, two: Any) -> Any:
    total = 0.0
    for n in range(len(two)):
        total = total + inner(one[n], two[n])
    return total


def _inner_of_mappings(one: Any, two: Any) -> Any:
    total = 0.0
    for key in two:
        total = total + inner(one[key], two[key])
    return total

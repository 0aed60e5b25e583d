"""Typing of products: matmul, dot, outer, einsum, and linear algebra over stacks of matrices."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from adls.engine.ir.types import UNKNOWN_DIM, Any, Array, Dim, List, Scalar, Str, Tuple, Type
from adls.engine.passes.typing import dtypes
from adls.engine.passes.typing.dims import Dims, broadcast, broadcast_dim, derived, literal, product
from adls.engine.passes.typing.elementwise import dtype_and_dims
from adls.engine.passes.typing.given import Given, as_array, as_bool, as_int, as_ints, hopeless, make_array


def matmul(given: Given, _: str) -> Type:
    return _binary(given, _matmul_dims)


def dot(given: Given, _: str) -> Type:
    return _binary(given, _dot_dims)


def inner(given: Given, _: str) -> Type:
    return _binary(given, lambda a, b: (*a[:-1], *b[:-1]) if a and b else (*a, *b))


def outer(given: Given, _: str) -> Type:
    return _binary(given, lambda a, b: (product(a), product(b)))


def vdot(given: Given, _: str) -> Type:
    return _binary(given, lambda a, b: ())


def vecdot(given: Given, _: str) -> Type:
    return _binary(given, lambda a, b: broadcast([a[:-1], b[:-1]]))


def kron(given: Given, _: str) -> Type:
    return _binary(given, _kron_dims)


def tensordot(given: Given, _: str) -> Type:
    axes = given["axes"]
    count = as_int(axes)
    pairs = [as_ints(each) for each in axes.items] if isinstance(axes, Tuple) and len(axes.items) == 2 else []

    def dims(a: Dims, b: Dims) -> Dims | None:
        if count is not None:
            return (*a[: len(a) - count], *b[count:])
        if len(pairs) != 2 or pairs[0] is None or pairs[1] is None:
            return None
        return (*_without(a, pairs[0]), *_without(b, pairs[1]))

    # Unlike dot, tensordot gives an array also where no dim is left.
    found = _binary(given, dims)
    return Array(found.dtype, ()) if isinstance(found, Scalar) else found


def cross(given: Given, _: str) -> Type:
    return _binary(given, _cross_dims)


def convolve(given: Given, _: str) -> Type:
    return _binary(given, lambda a, b: (UNKNOWN_DIM,))


def einsum(given: Given, _: str) -> Type:
    subscripts = given["subscripts"]
    starred = given["operands"]
    named = [given[name] for name in given.types if name not in ("subscripts", "optimize", "operands", "out")]
    operands = [*named, *(starred.items if isinstance(starred, Tuple) else ())]
    bad = hopeless(*operands)
    if bad is not None:
        return bad
    arrays = [as_array(t) for t in operands]
    known = [array for array in arrays if array is not None]
    if len(known) < len(arrays) or not isinstance(subscripts, Str) or subscripts.value is None:
        return Any()
    found = dtype_and_dims([Array(array.dtype, ()) for array in known])
    dims = _einsum_dims(subscripts.value.replace(" ", ""), [array.dims for array in known])
    return make_array(found[0], dims) if found else Any()


def multi_dot(given: Given, _: str) -> Type:
    arrays = given.first
    if not isinstance(arrays, Tuple | List) or not arrays.items:
        return Any()
    result = arrays.items[0]
    for item in arrays.items[1:]:
        result = dot(Given("numpy.dot", {"a": result, "b": item}), "")
    return result


def solve(given: Given, _: str) -> Type:
    a, b = as_array(given["a"]), as_array(given["b"])
    if a is None or b is None:
        return hopeless(given["a"], given["b"]) or Any()
    dtype = linalg_dtype(dtypes.promote(a.dtype, b.dtype))
    if a.dims is None or b.dims is None:
        return Array(dtype, None)
    if len(b.dims) == 1:
        return Array(dtype, (*a.dims[:-2], a.dims[-1]))
    batch = broadcast([a.dims[:-2], b.dims[:-2]]) or ()
    return Array(dtype, (*batch, a.dims[-1], b.dims[-1]))


def square(given: Given, _: str) -> Type:
    """A matrix from a matrix of the same shape: inv, cholesky."""
    a = as_array(given.first)
    return Array(linalg_dtype(a.dtype), a.dims) if a else hopeless(given.first) or Any()


def matrix_power(given: Given, _: str) -> Type:
    """Powers that need no inverse keep integers."""
    a, n = as_array(given.first), as_int(given["n"])
    return Array(a.dtype, a.dims) if a and n is not None and n >= 0 else square(given, "")


def det(given: Given, _: str) -> Type:
    a = as_array(given.first)
    if a is None:
        return Any()
    return make_array(linalg_dtype(a.dtype), None if a.dims is None else a.dims[:-2])


def slogdet(given: Given, _: str) -> Type:
    value = det(given, "")
    if not isinstance(value, Any):
        a = as_array(given.first)
        dims = None if a is None or a.dims is None else a.dims[:-2]
        dtype = linalg_dtype(a.dtype) if a else dtypes.UNKNOWN
        return Tuple((value, make_array(dtypes.real(dtype), dims)), "SlogdetResult")
    return value


def eigvalsh(given: Given, _: str) -> Type:
    a = as_array(given.first)
    if a is None:
        return Any()
    return Array(dtypes.real(linalg_dtype(a.dtype)), None if a.dims is None else a.dims[:-1])


def eigh(given: Given, _: str) -> Type:
    return _named((eigvalsh(given, ""), square(given, "")), "EighResult")


def svdvals(given: Given, _: str) -> Type:
    a = as_array(given.first)
    if a is None:
        return Any()
    dtype = dtypes.real(linalg_dtype(a.dtype))
    return Array(dtype, None if a.dims is None else (*a.dims[:-2], _shorter(*a.dims[-2:])))


def svd(given: Given, _: str) -> Type:
    a = as_array(given.first)
    if a is None or as_bool(given["compute_uv"]) is None:
        return Any()
    values = svdvals(given, "")
    if as_bool(given["compute_uv"]) is False:
        return values
    full, dtype = as_bool(given["full_matrices"]), linalg_dtype(a.dtype)
    if a.dims is None:
        return Tuple((Array(dtype, None), values, Array(dtype, None)), "SVDResult")
    batch, (m, n) = a.dims[:-2], a.dims[-2:]
    k = _shorter(m, n)
    left, right = (m, n) if full else (k, k) if full is False else (UNKNOWN_DIM, UNKNOWN_DIM)
    return Tuple((Array(dtype, (*batch, m, left)), values, Array(dtype, (*batch, right, n))), "SVDResult")


def qr(given: Given, _: str) -> Type:
    a = as_array(given.first)
    if a is None:
        return Any()
    dtype = linalg_dtype(a.dtype)
    if a.dims is None or len(a.dims) < 2:
        return Tuple((Array(dtype, None), Array(dtype, None)), "QRResult")
    batch, (m, n) = a.dims[:-2], a.dims[-2:]
    k = _shorter(m, n)
    return Tuple((Array(dtype, (*batch, m, k)), Array(dtype, (*batch, k, n))), "QRResult")


def pinv(given: Given, _: str) -> Type:
    a = as_array(given.first)
    if a is None:
        return Any()
    dims = None if a.dims is None or len(a.dims) < 2 else (*a.dims[:-2], a.dims[-1], a.dims[-2])
    return Array(linalg_dtype(a.dtype), dims)


def lstsq(given: Given, _: str) -> Type:
    a = as_array(given["a"])
    solution = solve(given, "")
    if a is None or not isinstance(solution, Array):
        return Any()
    real = dtypes.real(solution.dtype)
    values = Array(real, (UNKNOWN_DIM,))
    return Tuple((solution, values, Scalar("i32"), values))


def trace(given: Given, _: str) -> Type:
    a = as_array(given.first)
    if a is None:
        return Any()
    dtype = dtypes.of_argument(given["dtype"]) or dtypes.summed(a.dtype)
    if a.dims is None:
        return Array(dtype, None)
    return make_array(dtype, (UNKNOWN_DIM,) * (len(a.dims) - 2) if len(a.dims) > 2 else ())


def linalg_dtype(dtype: str) -> str:
    """The dtype in which LAPACK computes: no half precision, no integers."""
    return "f64" if dtype[0] in "biu" else dtype


def _binary(given: Given, dims_of: Callable[[Dims, Dims], Dims | None]) -> Type:
    operands = list(given.types.values())[:2]
    bad = hopeless(*operands)
    if bad is not None:
        return bad
    left, right = (as_array(t) for t in operands)
    if left is None or right is None:
        return Any()
    # These are no ufuncs: they make an array of a Python number, which is then not weak.
    dtype = dtypes.promote(left.dtype, right.dtype)
    return make_array(dtype, None if left.dims is None or right.dims is None else dims_of(left.dims, right.dims))


def _matmul_dims(a: Dims, b: Dims) -> Dims | None:
    if not a or not b:
        return None
    left = a if len(a) > 1 else (literal(1), *a)
    right = b if len(b) > 1 else (*b, literal(1))
    batch = broadcast([left[:-2], right[:-2]]) or ()
    return (*batch, *(left[-2:-1] if len(a) > 1 else ()), *(right[-1:] if len(b) > 1 else ()))


def _dot_dims(a: Dims, b: Dims) -> Dims | None:
    if not a or not b:
        return (*a, *b)
    return (*a[:-1], *b[:-2], *(b[-1:] if len(b) > 1 else ()))


def _kron_dims(a: Dims, b: Dims) -> Dims | None:
    longer = max(len(a), len(b))
    pad_a, pad_b = (literal(1),) * (longer - len(a)), (literal(1),) * (longer - len(b))
    return tuple(product(pair) for pair in zip((*pad_a, *a), (*pad_b, *b), strict=True))


def _cross_dims(a: Dims, b: Dims) -> Dims | None:
    batch = broadcast([a[:-1], b[:-1]])
    return None if batch is None else (*batch, broadcast_dim(a[-1], b[-1]))


def _without(dims: Dims, axes: tuple[int, ...]) -> Dims:
    gone = {axis % len(dims) for axis in axes}
    return tuple(dim for i, dim in enumerate(dims) if i not in gone)


def _shorter(m: Dim, n: Dim) -> Dim:
    if m.one or n.one:
        return derived(UNKNOWN_DIM, "")
    return m if (m.symbol, m.offset) == (n.symbol, n.offset) and m.symbol != "?" else \
        Dim("?", 0, False if m.one is False and n.one is False else None)


def _named(items: Sequence[Type], name: str) -> Type:
    return Any() if any(isinstance(item, Any) for item in items) else Tuple(tuple(items), name)


def _einsum_dims(subscripts: str, shapes: list[Dims | None]) -> Dims | None:
    """The dims of the result by the letters of the output; what is known of a letter anywhere holds for it."""
    inputs, arrow, output = subscripts.partition("->")
    letters: dict[str, Dim] = {}
    rest: list[Dims | None] = []
    for term, dims in zip(inputs.split(","), shapes, strict=False):
        if dims is None:
            return None
        head, dots, tail = term.partition("...")
        for letter, dim in zip(head, dims, strict=False):
            letters[letter] = broadcast_dim(letters[letter], dim) if letter in letters else dim
        if tail:
            for letter, dim in zip(tail, dims[-len(tail):], strict=False):
                letters[letter] = broadcast_dim(letters[letter], dim) if letter in letters else dim
        rest.append(dims[len(head): len(dims) - len(tail)] if dots else ())
    shared = broadcast(rest)
    if shared is None:
        return None
    if not arrow:
        once = [letter for letter in sorted(letters) if inputs.count(letter) == 1]
        output = ("..." if shared else "") + "".join(once)
    parts: list[Dim] = []
    for token in re.findall(r"\.\.\.|\w", output):
        parts += shared if token == "..." else (letters.get(token, UNKNOWN_DIM),)
    return tuple(parts)

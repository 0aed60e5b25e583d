"""Calls of NumPy's functions that give several arrays or call one of the user's, as what they mean.

    np.split(a, 3)                    [first, second, third], unless it is taken apart anyway
    np.array_split(a, n)              parts_of(a, runtime.split_points(...), 0)
    np.ix_(x, y)                      x.reshape(-1, 1), y.reshape(1, -1)
    np.ndenumerate(a)                 numbered_items(a)
    np.apply_along_axis(f, axis, a)   applied_along(f, axis, a)
    a.tolist()                        listed_items(a), of a vector
    np.gradient(a)                    [np.gradient(a, axis=0), ...], where there are several axes
    np.dot([x, y], b)                 np.dot(np.array([x, y]), b), where a formula reads the list as an array
    np.einsum(a, [0, 1], [1, 0])      np.einsum("ab->ba", a)

The functions are those of `adls.runtime.array_sources`; see `infer_sources.py`.
"""

from __future__ import annotations

import string
from functools import cache
from typing import TYPE_CHECKING

from adls.engine.ir.ops import Const, Op, Operand
from adls.engine.ir.types import ONE, Any, Array, Int, List, Opaque, Str, Tuple, Type
from adls.engine.passes import infer_elements
from adls.engine.passes.infer_binding import Prelude
from adls.engine.passes.infer_library import library_type
from adls.engine.passes.infer_rewrites import is_row_part
from adls.engine.passes.infer_rewriting import LONGEST_DISPLAY, Rewrite, Rewriting
from adls.engine.passes.rows import Unbound, bind, signature_of
from adls.engine.passes.typing.given import as_array
from adls.engine.rules.table import lookup

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_ALONG = ("func1d", "axis", "arr")
_AXES = {"numpy.vsplit": 0, "numpy.hsplit": 1, "numpy.dsplit": 2}


def _with_first(rewrite: Rewrite) -> Rewrite:
    """A rewriting that finds its first operand in its place, also where it was given by its name."""

    def placed(r: Rewriting) -> Type | None:
        if not r.types and r.op.kwargs:
            rows, given = lookup(r.op.prim), dict(r.op.kwargs)
            names = signature_of(rows[-1].signature).names if rows else _ALONG
            first = [given.pop(name) for name in names[:1] if name in given]
            r = Rewriting(r.inference, r.let, Op(r.op.prim, tuple(first), tuple(given.items()), r.op.data), r.prelude)
        return rewrite(r) if r.types else None

    return placed


def _split(r: Rewriting) -> Type | None:
    """A list of parts; one that is only taken apart is left to the rule."""
    array = r.types[0]
    if isinstance(array, List | Tuple):
        return _split_list(r)
    if not isinstance(array, Array) or array.dims is None or r.inference.uses.only_taken_apart(r.let):
        return None
    found = library_type(r.inference, r.let, r.op)
    if not isinstance(found, List):
        return None
    if found.items is not None and len(found.items) <= LONGEST_DISPLAY:
        whole = r.prelude.emit(r.op, found)
        return r.ops(Op("list", r.prelude.unpack(whole, found.items), data=()))
    axis: Operand = Const(min(_AXES.get(r.op.prim, 0), len(array.dims) - 1)) if r.op.prim in _AXES else (
        r.op.args[2] if len(r.op.args) > 2 else r.named.get("axis", Const(0)))
    sections = r.op.args[1] if len(r.op.args) > 1 else r.named["indices_or_sections"]
    shape = r.prelude.emit(Op("attr", (r.op.args[0],), (), "shape"), Tuple((Int(),) * len(array.dims)))
    equal = Const(r.op.prim != "numpy.array_split")
    points = r.prelude.emit(Op("runtime.split_points", (shape, sections, axis, equal)), List(Int()))
    return r.source("parts_of", r.op.args[0], points, axis)


def _split_list(r: Rewriting) -> Type | None:
    """A list is split as an array, but along other axes than the first: there NumPy takes its length for theirs."""
    axis = r.op.args[2] if len(r.op.args) > 2 else r.named.get("axis", Const(0))
    found = as_array(r.types[0])
    if axis != Const(0) or found is None:
        r.inference.report("unsupported-construct", construct=f"`{r.op.prim}` of a list along an axis",
                           reason="NumPy takes the list's length for the axis's", way_out="make an array of it first")
        return None
    made = r.prelude.emit(Op("numpy.array", r.op.args[:1]), found)
    return _split(Rewriting(r.inference, r.let, Op(r.op.prim, (made, *r.op.args[1:]), r.op.kwargs), r.prelude))


def _open_mesh(r: Rewriting) -> Type | None:
    """`np.ix_(x, y)` of numbers, which is a view of each along an axis of its own."""
    if r.named or any(not isinstance(t, Array) or t.dtype == "bool" or len(t.dims or ()) != 1 for t in r.types):
        return None
    parts = []
    for axis, (operand, found) in enumerate(zip(r.op.args, r.types, strict=True)):
        assert isinstance(found, Array) and found.dims
        ones = [Const(-1) if each == axis else Const(1) for each in range(len(r.types))]
        shape = r.prelude.emit(Op("tuple", tuple(ones), data=()), Tuple((Int(),) * len(ones)))
        dims = tuple(found.dims[0] if each == axis else ONE for each in range(len(r.types)))
        parts.append(r.prelude.emit(Op("numpy.reshape", (operand, shape)), Array(found.dtype, dims)))
    return r.ops(Op("tuple", tuple(parts), data=()))


def _unstack(r: Rewriting) -> Type | None:
    axis = r.named.get("axis", Const(0))
    return r.source("rows_of", r.op.args[0], axis) if isinstance(r.types[0], Array) else None


def _ndenumerate(r: Rewriting) -> Type | None:
    return r.source("numbered_items", *r.op.args) if isinstance(r.types[0], Array) else None


def _along(r: Rewriting) -> Type | None:
    named = dict(r.named)
    operands = (*r.op.args, *(named.pop(name) for name in _ALONG[len(r.op.args) :] if name in named))
    if named or not 3 <= len(operands) <= 5 or not isinstance(r.inference.type_of(operands[2]), Array):
        return None
    return r.source("applied_along" + ("", "_with", "_with_two")[len(operands) - 3], *operands)


def _differences(r: Rewriting) -> Type | None:
    """`np.diff` with prepend= or append=, but for vectors of float64: see `joined_first`."""
    named = dict(r.named)
    edges = [named.pop(name, Const(None)) for name in ("prepend", "append")]
    given = [r.inference.type_of(each) for each in edges if each != Const(None)]
    if not given or not isinstance(r.types[0], Array) or all(map(is_row_part, (r.types[0], *given))):
        return None
    defaults = (named.pop("n", Const(1)), named.pop("axis", Const(-1)))
    operands = (*r.op.args, *defaults[len(r.op.args) - 1 :])
    return r.source("differences", *operands, *edges) if not named else None


def _listed(r: Rewriting) -> Type | None:
    array = r.types[0]
    vector = isinstance(array, Array) and array.dims is not None and len(array.dims) == 1
    return r.source("listed_items", *r.op.args) if vector else None


def _gradients(r: Rewriting) -> Type | None:
    """`np.gradient` along several axes, each on its own."""
    array = r.types[0]
    if not isinstance(array, Array) or array.dims is None or "axis" in r.named or len(array.dims) < 2:
        return None
    spacings, count = r.op.args[1:], len(array.dims)
    if len(spacings) not in (0, 1, count):
        return None
    parts = []
    for axis in range(count):
        spacing = spacings[axis:axis + 1] if len(spacings) == count else spacings
        op = Op(r.op.prim, (r.op.args[0], *spacing), (("axis", Const(axis)), *r.op.kwargs))
        parts.append(r.prelude.emit(op, Array(array.dtype, array.dims)))
    return r.ops(Op("list", tuple(parts), data=()))


def with_arrays(inference: Inference, prelude: Prelude, op: Op) -> Op:
    """A call whose lists of numbers are made arrays of first, as NumPy does, where formulas read them as arrays."""
    if not op.prim.startswith("numpy.") or op.data:
        return op
    lists = [arg for arg in op.operands if isinstance(inference.type_of(arg), List | Tuple)]
    try:
        bound = bind(op, inference.view) if lists else None
    except Unbound:
        return op
    if bound is None:
        return op
    made: dict[Operand, Operand] = {}
    for name, operand in bound.operands.items():
        if not isinstance(operand, tuple) and operand in lists and _read_as_array(op.prim, name):
            array = Op("numpy.array", (operand,))
            made[operand] = prelude.emit(array, library_type(inference, prelude.let, array))
    kwargs = tuple((name, made.get(arg, arg)) for name, arg in op.kwargs)
    return Op(op.prim, tuple(made.get(arg, arg) for arg in op.args), kwargs, op.data)


@cache
def _read_as_array(prim: str, name: str) -> bool:
    """Whether an operand that has a derivative is read as an array by formulas, or its cotangent summed as one."""
    return name not in _SEQUENCES and not prim.endswith("split") and any(name in row.cotangents for row in lookup(prim))


def _einsum(r: Rewriting) -> Type | None:
    """Index lists as subscripts; each operand is followed by its list, and the result's list comes last."""
    if not r.op.args or isinstance(r.types[0], Str | Any):
        return None
    lists = [as_labels(t) for t in r.types[1::2]]
    output = as_labels(r.types[-1]) if len(r.types) % 2 else None
    if None in lists or (len(r.types) % 2 and output is None):
        return None
    subscripts = ",".join(str(each) for each in lists) + ("" if output is None else f"->{output}")
    operands = r.op.args[: 2 * len(lists) : 2]
    op = Op(r.op.prim, (Const(subscripts), *operands), r.op.kwargs)
    return r.ops(op)


def as_labels(found: Type) -> str | None:
    """Letters for a literal list of numbers and ellipses; None where it is not known."""
    items = found.items if isinstance(found, List | Tuple) else None
    if items is None:
        return None
    letters = ""
    for item in items:
        if isinstance(item, Int) and item.value is not None and 0 <= item.value < len(string.ascii_letters):
            letters += string.ascii_letters[item.value]
        elif item == Opaque("ellipsis"):
            letters += "..."
        else:
            return None
    return letters


_SEQUENCES = {"alist", "arrays", "tup", "choices", "choicelist", "object", "q"}
"""Operands that are sequences of arrays, or read as they come."""

def _without_nan(fill: float) -> Rewrite:
    """`np.nanprod(a)` and its like as the plain function of `a` with the NaNs replaced."""

    def rewrite(r: Rewriting) -> Type | None:
        array = r.types[0]
        if not isinstance(array, Array):
            return None
        missing = r.prelude.emit(Op("numpy.isnan", r.op.args[:1]), Array("bool", array.dims))
        filled = r.prelude.emit(Op("numpy.where", (missing, Const(fill), r.op.args[0])), array)
        return r.ops(Op(r.op.prim.replace("numpy.nan", "numpy."), (filled, *r.op.args[1:]), r.op.kwargs))

    return rewrite


_REWRITES: dict[str, Rewrite] = {
    "numpy.split": _split,
    "numpy.array_split": _split,
    "numpy.vsplit": _split,
    "numpy.hsplit": _split,
    "numpy.dsplit": _split,
    "numpy.ix_": _open_mesh,
    "numpy.unstack": _unstack,
    "numpy.ndenumerate": _ndenumerate,
    "numpy.apply_along_axis": _along,
    "ndarray.tolist": _listed,
    "numpy.gradient": _gradients,
    "numpy.einsum": _einsum,
    "numpy.diff": _differences,
    "numpy.nanprod": _without_nan(1.0),
    "numpy.nancumsum": _without_nan(0.0),
    "numpy.nancumprod": _without_nan(1.0),
    **infer_elements.REWRITES,
}

REWRITES = {name: _with_first(rewrite) for name, rewrite in _REWRITES.items()}

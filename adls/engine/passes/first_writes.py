"""What is added to zeros first is written instead.

    d_seen = np.zeros(seen_shape)                  d_seen = np.zeros(seen_shape)
    d_seen[:, 2:] -= d_t18                  ->     d_seen[:, 2:] = -d_t18
    d_seen[:, :2] += d_t14                         d_seen[:, :2] = d_t14
    project__back(kept, d_t3, d_seen)              project__back(kept, d_t3, d_seen)

A write goes over memory once, a sum twice. Where every caller hands over zeros, a callee writes first too. A view of
zeros is zeros, as long as nobody writes there by another name. Only where both dtypes are known to be the same: an
assignment would cast.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from adls.engine.ir.ops import Const, Function, Let, Op, Operand, Region, Statement, Var
from adls.engine.ir.types import Array, Float, Scalar
from adls.engine.ir.walk import all_defined, all_used, regions, statements, with_regions
from adls.engine.passes.adjoint.index import variable_names
from adls.engine.passes.adjoint.interface import AdjointKey
from adls.engine.passes.adjoint.plan import Names
from adls.engine.passes.boxes import WHOLE, Box, Indices, are_apart
from adls.engine.passes.storage import only_reads
from adls.engine.rules.table import lookup

_SEED = 2  # The parameters of a backward function before the shadows: residuals, and the result's cotangent.


def written_first(functions: Mapping[AdjointKey, Function], entry: AdjointKey) -> dict[AdjointKey, Function]:
    """The backward functions of one listing, callees first, with such writes; who calls the entry may add to what is
    there."""
    calls = Counter(let.op.data for function in functions.values() for let in _calls(function))
    handed: dict[AdjointKey, list[frozenset[int]]] = {}
    found: dict[AdjointKey, Function] = {}
    for key in reversed(list(functions)):
        function = functions[key]
        given = handed.get(key, [])
        # Where functions call each other, not all calls are known yet.
        known = given and len(given) == calls[key] and key != entry
        zeros = frozenset.intersection(*given) if known else frozenset()
        rewriting = _Rewriting(function, handed)
        found[key] = replace(function, body=rewriting.function_body(zeros), types=rewriting.types)
    return {key: found[key] for key in functions}


def _calls(function: Function) -> list[Let]:
    return [s for s in statements(function.body) if isinstance(s, Let) and s.op.prim == "backward"]


@dataclass
class _Zeros:
    """An array that is zero but for the parts that have been written; the views of it that are zeros themselves."""

    written: list[Box] = field(default_factory=list)
    views: list[tuple[Box, _Zeros]] = field(default_factory=list)

    def is_free(self, box: Box) -> bool:
        return all(are_apart(box, each) for each in self.written)

    def write(self, box: Box) -> None:
        """Note that a part may have been written by this name."""
        self.written.append(box)
        for part, view in self.views:
            if not are_apart(part, box):
                view.write(WHOLE)

    def view(self, box: Box) -> _Zeros:
        """The view of a part, which is zeros if the part is; what is written by it is written here."""
        found = _Zeros([] if self.is_free(box) else [WHOLE])
        self.write(box)
        self.views.append((box, found))
        return found


class _Rewriting:
    def __init__(self, function: Function, handed: dict[AdjointKey, list[frozenset[int]]]) -> None:
        self.function = function
        self.handed = handed
        self.types = dict(function.types)
        self.indices = Indices(function)
        self.once = self.indices.made.keys()

    @cached_property
    def names(self) -> Names:
        return Names(variable_names(self.function))

    def function_body(self, zeros: frozenset[int]) -> Region:
        """The body, with zeros in the parameters at these positions."""
        return self._region(self.function.body, {self.function.params[n].var.name: _Zeros() for n in zeros})

    def _region(self, region: Region, known: dict[str, _Zeros]) -> Region:
        out: list[Statement] = []
        for statement in region:
            if isinstance(statement, Let):
                *value, own = self._let(statement, known)
                place = _before_index(out) if value else len(out)
                out[place:] = [*value, *out[place:], own]
                continue
            for operand in (*all_used((statement,)), *all_defined((statement,))):
                if isinstance(operand, Var) and operand.name in known:
                    known[operand.name].write(WHOLE)
            out.append(with_regions(statement, tuple(self._region(nested, {}) for nested in regions(statement))))
        return tuple(out)

    def _let(self, let: Let, known: dict[str, _Zeros]) -> list[Statement]:
        op, first = let.op, let.op.args[0] if let.op.args else Const(None)
        array = known.get(first.name) if isinstance(first, Var) else None
        if op.prim == "numpy.zeros" and let.targets[0].name in self.once:
            known[let.targets[0].name] = _Zeros()
        elif op.prim == "backward":
            self._call(let, known)
        elif array is not None and op.prim == "getitem" and let.targets[0].name in self.once:
            known[let.targets[0].name] = array.view(self.indices.box(op.args[1]))
        elif array is not None and isinstance(first, Var) and op.prim in ("augitem", "operator.iadd", "operator.isub"):
            return self._added(let, first, array)
        elif not _computes(let):
            for operand in op.operands:
                if isinstance(operand, Var) and operand.name in known:
                    known[operand.name].write(WHOLE)
        return [let]

    def _call(self, let: Let, known: dict[str, _Zeros]) -> None:
        """Note which shadows are zeros when a callee gets them."""
        args = [known.get(arg.name) if isinstance(arg, Var) else None for arg in let.op.args]
        free = [n for n, zeros in enumerate(args) if n >= _SEED and zeros is not None and zeros.is_free(WHOLE)]
        for zeros in args:
            if zeros is not None:
                zeros.write(WHOLE)
        apart = frozenset(n for n in free if let.op.args.count(let.op.args[n]) == 1
                          and len(args[n].written) == 1)  # type: ignore[union-attr]
        assert isinstance(let.op.data, AdjointKey)
        self.handed.setdefault(let.op.data, []).append(apart)

    def _added(self, let: Let, array: Var, zeros: _Zeros) -> list[Statement]:
        """An addition to a part of an array, or to all of it."""
        whole = let.op.prim != "augitem"
        index, value = (Const(...), let.op.args[1]) if whole else let.op.args[1:]
        sign = let.op.prim if whole else let.op.data
        box = WHOLE if whole else self.indices.box(index)
        free = zeros.is_free(box)
        zeros.write(box)
        if not free or sign not in ("operator.iadd", "operator.isub") or not self._same_dtype(array, value):
            return [let]
        out: list[Statement] = []
        if sign == "operator.isub":
            negative = self._temporary(value)
            out.append(Let((negative,), Op("operator.neg", (value,)), let.span))
            value = negative
        return [*out, Let((), Op("setitem", (array, index, value)), let.span)]

    def _temporary(self, value: Operand) -> Var:
        name = self.names.temporary()
        self.types[name] = self.function.type_of(value)
        return Var(name)

    def _same_dtype(self, array: Var, value: Operand) -> bool:
        have, want = self.function.type_of(value), self.function.type_of(array)
        if not isinstance(want, Array) or not want.dims or want.dtype == "?":
            return False
        if isinstance(have, Float):
            return want.dtype == "f64"
        return isinstance(have, Array | Scalar) and have.dtype == want.dtype


def _before_index(region: list[Statement]) -> int:
    """Where the statements that make an index begin at a region's end: Python evaluates first what is assigned."""
    end = len(region)
    while end and isinstance(last := region[end - 1], Let) and last.op.prim in ("slice", "tuple"):
        end -= 1
    return end


def _computes(let: Let) -> bool:
    """Whether an operation writes nothing, and shares no memory with its operands."""
    return only_reads(let) and any(lookup(let.op.prim)) and all(row.alias == "fresh" for row in lookup(let.op.prim))

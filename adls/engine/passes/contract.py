"""Contraction: a product that is only summed is never stored.

    t = d_value * a                              d_b = runtime.sum_product(d_value, a, axis=0)
    d_b = np.sum(t, axis=0)                ->

    d_z = 2.0 * w * z                            d_m = -(2.0 * runtime.sum_product(w, z, axis=0)) * s
    t = d_z * s                            ->    t = z * u
    d_m = np.sum(-t, axis=0)                     d_s = 2.0 * runtime.sum_product(w, t, axis=0)
    d_s = np.sum(d_z * u, axis=0)

A cotangent is *private* when all that reads it are such sums, by way of arithmetic. It is taken apart into products of
what is stored (`terms.py`); numbers, signs and factors that do not vary along the summed axes are applied to the sum.
Of a sum of products each is contracted by itself, where that is no more work than the arithmetic that it replaces.
Nothing is moved past a statement that writes what it reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from adls.engine.ir.ops import Const, Let, Op, Operand, Region, Statement, Var
from adls.engine.ir.types import Array, Type
from adls.engine.ir.walk import all_defined, prims, regions, used, with_operands, with_regions
from adls.engine.passes.adjoint.plan import Names
from adls.engine.passes.dead import reads
from adls.engine.passes.formula_types import FormulaTypes
from adls.engine.passes.rows import Unbound, bind
from adls.engine.passes.storage import Storage, is_update
from adls.engine.passes.terms import ARITHMETIC, Shapes, Term, combine, is_number, one_dtype
from adls.engine.passes.typing.given import as_ints
from adls.engine.source.frozen import dataclass

_MOST_TERMS = 4
_SUMS = frozenset({"runtime.unbroadcast", "numpy.sum", "ndarray.sum"})


def contract(body: Region, type_of: Callable[[Operand], Type], passed: frozenset[str],
             names: Names) -> Region:
    """A backward function's body with its sums of products contracted.

    `passed` names what the caller passes besides residuals.
    """
    if _SUMS.isdisjoint(prims(body)):
        return body
    storage = Storage(body, passed)
    return _Function(storage, FormulaTypes(type_of, storage.made), reads(body), names).region(body)


@dataclass(frozen=True)
class _Function:
    """The backward function: who shares memory, types, and how often each variable is read."""

    storage: Storage
    types: FormulaTypes
    reads: Counter[str]
    names: Names

    def region(self, region: Region) -> Region:
        inner = tuple(with_regions(s, tuple(map(self.region, regions(s)))) for s in region)
        return _Block(self, inner).contracted()


@dataclass(frozen=True)
class _Sum:
    """`target = np.sum(array, axis, keepdims)`, or `runtime.unbroadcast(array, shape)`."""

    let: Let
    array: Var
    axes: tuple[int, ...] | None
    keepdims: bool | None
    shape: Operand | None = None


class _Block:
    """The statements of one region, nested ones taken as a whole."""

    def __init__(self, function: _Function, region: Region) -> None:
        self.function = function
        self.storage = function.storage
        self.types = function.types
        self.region = region
        self.bindings: dict[str, list[int]] = {}
        self.uses: dict[str, list[int]] = {}
        self.sums: dict[int, _Sum] = {}
        for position, statement in enumerate(region):
            self._note(position, statement)
        self.private: set[str] = set()

    def _note(self, position: int, statement: Statement) -> None:
        if isinstance(statement, Let):
            own = statement.targets[:1] if is_update(statement) else ()
            for target in statement.targets:
                self.bindings.setdefault(target.name, []).append(position)
            for operand in statement.op.operands[len(own) :]:
                if isinstance(operand, Var):
                    self.uses.setdefault(operand.name, []).append(position)
            found = self._sum_of(statement)
            if found is not None:
                self.sums[position] = found

    def _sum_of(self, let: Let) -> _Sum | None:
        if len(let.targets) != 1 or not let.op.args or not isinstance(let.op.args[0], Var):
            return None
        if let.op.prim == "runtime.unbroadcast":
            return _Sum(let, let.op.args[0], None, None, let.op.args[1])
        if let.op.prim not in ("numpy.sum", "ndarray.sum"):
            return None
        try:
            bound = bind(let.op, self.types)
        except Unbound:
            return None
        plain = {"dtype": None, "out": None, "initial": 0, "where": True}
        if bound is None or any(bound.operands[name] != Const(value) for name, value in plain.items()):
            return None
        axis, keepdims = bound.operands["axis"], bound.operands["keepdims"]
        if isinstance(axis, tuple) or not isinstance(keepdims, Const):
            return None
        axes = () if axis == Const(None) else as_ints(self.types.type_of(axis))
        return _Sum(let, let.op.args[0], axes, keepdims.value is True)

    # Which cotangents need not be stored

    def contracted(self) -> Region:
        if not self.sums:
            return self.region
        blocked: set[str] = set()
        names = self.function.names.snapshot()
        while True:
            self.function.names.restore(names)
            self.private = self._privates(blocked)
            replaced: dict[int, list[Statement]] = {}
            misfits: set[str] = set()
            for position, sum_ in self.sums.items():
                if sum_.array.name in self.private:
                    made = _Rewriting(self, position, sum_).statements()
                    misfits |= {sum_.array.name} if made is None else set()
                    replaced[position] = made or []
            misfits |= {name for name in self.private if not self._pays(name)}
            if not misfits:
                return self._with(replaced)
            blocked |= misfits

    def _with(self, replaced: dict[int, list[Statement]]) -> Region:
        out: list[Statement] = []
        for position, statement in enumerate(self.region):
            if position in replaced:
                out += replaced[position]
            elif not (isinstance(statement, Let) and len(statement.targets) == 1
                      and statement.targets[0].name in self.private):
                out.append(statement)
        return tuple(out)

    def _privates(self, blocked: set[str]) -> set[str]:
        found = {name for name in self.bindings if name not in blocked and self._is_candidate(name)}
        while True:
            public = {name for name in found if not all(self._is_inner(use, name, found) for use in self.uses[name])}
            if not public:
                return found
            found -= public

    def _is_candidate(self, name: str) -> bool:
        positions, uses = self.bindings[name], self.uses.get(name, [])
        inner = self.function.reads[name] - self.storage.updates[name]
        if not uses or inner != len(uses) or not self.storage.is_single(name) or min(uses) <= positions[-1]:
            return False
        if len(positions) != self.storage.bound[name] or is_number(Var(name), self.types.type_of(Var(name))):
            return False
        return all(let.op.prim in ARITHMETIC and not let.op.kwargs for let in self.lets(name))

    def lets(self, name: str) -> list[Let]:
        return [let for position in self.bindings[name] if isinstance(let := self.region[position], Let)]

    def _is_inner(self, position: int, name: str, private: set[str]) -> bool:
        if position in self.sums:
            return self.sums[position].array.name == name
        let = self.region[position]
        return isinstance(let, Let) and len(let.targets) == 1 and let.targets[0].name in private

    def _pays(self, name: str) -> bool:
        """Whether taking a cotangent apart at each of its uses is no more work than to store it once."""
        again = (len(self.uses[name]) - 1) * len(self.terms(Var(name)))
        return again <= self._operations(name)

    def _operations(self, name: str) -> int:
        inner = {operand.name for let in self.lets(name) for operand in let.op.args if isinstance(operand, Var)}
        return len(self.lets(name)) + sum(map(self._operations, (inner & self.private) - {name}))

    def terms(self, operand: Operand) -> list[Term]:
        if isinstance(operand, Var) and operand.name in self.private:
            first, *updates = self.lets(operand.name)
            found = combine(first.op, [self.terms(arg) for arg in first.op.args])
            for update in updates:
                found = found + self.terms(update.op.args[1])
            return found
        if is_number(operand, self.types.type_of(operand)):
            return [Term((operand,), ())]
        return [Term((), (operand,))]

    def is_unchanged(self, operand: Operand, start: int, end: int) -> bool:
        """Whether a variable names the same values at `end` as at `start`."""
        between = self.region[start:end]
        if isinstance(operand, Var) and any(var == operand for var in all_defined(between)):
            return False
        return not any(self.storage.writes(statement, operand) for statement in between)

    def stored(self, name: str) -> dict[Operand, int]:
        """What a private cotangent is computed from, with where it is read first."""
        found: dict[Operand, int] = {}
        for position in self.bindings[name]:
            let = self.region[position]
            inner = [operand for operand in used(let) if operand != Var(name)]
            for operand in inner:
                private = isinstance(operand, Var) and operand.name in self.private
                below = self.stored(operand.name) if private else {operand: position}  # type: ignore[union-attr]
                for each, where in below.items():
                    found[each] = min(where, found.get(each, where))
        return found


class _Rewriting:
    """One sum of a private cotangent, written as contractions of what is stored."""

    def __init__(self, block: _Block, position: int, sum_: _Sum) -> None:
        self.block = block
        self.types = block.types
        self.position = position
        self.sum = sum_
        self.out: list[Statement] = []

    def statements(self) -> list[Statement] | None:
        """The statements that take the sum's place; None where it cannot be contracted."""
        terms = [term.simple() for term in self.block.terms(self.sum.array)]
        if self.sum.shape is not None and not any(
                isinstance(self.types.type_of(o), Array) for o in (self.sum.array, *terms[0].factors)):
            return None  # Numbers at run time, as like as not.
        stored = self.block.stored(self.sum.array.name)
        if len(terms) > _MOST_TERMS or not all(
                self.block.is_unchanged(operand, start, self.position) for operand, start in stored.items()):
            return None
        parts = [self._term(self._without_broadcast(term), alone=len(terms) == 1) for term in terms]
        if any(part is None for part in parts) or not self.out:
            return None
        self._total([(part, term.negative) for part, term in zip(parts, terms, strict=True) if part is not None])
        last = self.out[-1]
        assert isinstance(last, Let)
        self.out[-1] = replace(last, targets=self.sum.let.targets)
        return self.out

    def _emit(self, prim: str, *args: Operand, kwargs: tuple[tuple[str, Operand], ...] = ()) -> Var:
        target = Var(self.block.function.names.temporary())
        op = Op(prim, args, kwargs)
        self.block.storage.made[target.name] = op
        self.out.append(Let((target,), op, self.sum.let.span))
        return target

    def _total(self, parts: list[tuple[Operand, bool]]) -> None:
        parts.sort(key=lambda part: part[1])
        (total, negative), *rest = parts
        for part, minus in rest:
            total = self._emit("operator.add" if minus == negative else "operator.sub", total, part)
        if negative:
            self._emit("operator.neg", total)

    # One term

    def _shapes(self) -> Shapes | None:
        type_ = self.types.type_of(self.sum.array)
        return Shapes(self.types, type_.dims) if isinstance(type_, Array) and type_.dims is not None else None

    def _without_broadcast(self, term: Term) -> Term:
        """The term without `np.broadcast_to` where the factors have the whole's shape anyway."""
        shapes = self._shapes()
        if shapes is None:
            return term
        factors, whole = list(term.factors), range(len(shapes.whole))
        for n, factor in enumerate(factors):
            small = self._broadcast(factor)
            if small is not None:
                others = [*factors[:n], small, *factors[n + 1 :]]
                if shapes.cover(others, whole) and max(map(shapes.rank, others)) == len(whole):
                    factors = others
        numbers = tuple(f for f in factors if is_number(f, self.types.type_of(f)))
        return replace(term, numbers=(*term.numbers, *numbers), factors=tuple(f for f in factors if f not in numbers))

    def _broadcast(self, factor: Operand) -> Operand | None:
        storage = self.block.storage
        if not isinstance(factor, Var) or not storage.is_single(factor.name):
            return None
        op = storage.made[factor.name]
        small = op.args[0] if op.prim == "numpy.broadcast_to" else None
        lasts = isinstance(small, Var) and (not storage.bound[small.name] or storage.bound[small.name] == 1)
        return small if lasts else None

    def _term(self, term: Term, *, alone: bool) -> Operand | None:
        if (term.numbers or not alone) and not one_dtype(term, self.types):
            return None
        inner, outer = self._split(term)
        if not inner or not (alone or self._is_whole(inner)):
            return None
        if inner == term.factors == (self.sum.array,):
            return None
        total = self._summed(inner)
        for factor in (*term.numbers, *outer):
            total = self._emit("operator.mul", *((factor, total) if isinstance(factor, Const) else (total, factor)))
        return total

    def _split(self, term: Term) -> tuple[tuple[Operand, ...], tuple[Operand, ...]]:
        """Factors to be summed, and those that may as well be applied to the sum."""
        shapes, axes = self._shapes(), self._normal_axes()
        if shapes is None or not axes or not one_dtype(term, self.types):
            return term.factors, ()
        rank = len(shapes.whole)
        leading = axes == tuple(range(len(axes)))
        outer = tuple(f for f in term.factors if shapes.is_invariant(f, axes) and (
            self.sum.keepdims or (leading and 0 < shapes.rank(f) <= rank - len(axes))))
        inner = tuple(f for f in term.factors if f not in outer)
        return (inner, outer) if self._is_whole(inner) else (term.factors, ())

    def _is_whole(self, factors: tuple[Operand, ...]) -> bool:
        """Whether the product of the factors is known to have the whole's rank, and its length where it is summed."""
        shapes, axes = self._shapes(), self._normal_axes()
        return (shapes is not None and axes is not None and any(shapes.rank(f) == len(shapes.whole) for f in factors)
                and shapes.cover(factors, axes))

    def _normal_axes(self) -> tuple[int, ...] | None:
        shapes = self._shapes()
        if self.sum.axes is None or shapes is None:
            return None
        rank = len(shapes.whole)
        return tuple(sorted(axis % rank for axis in self.sum.axes)) if self.sum.axes else tuple(range(rank))

    def _summed(self, factors: tuple[Operand, ...]) -> Operand:
        op = with_operands(self.sum.let.op, self._repeated)
        if len(factors) == 1:
            return self._emit(op.prim, factors[0], *op.args[1:], kwargs=op.kwargs)
        shapes = self._shapes()
        first, *rest = sorted(factors, key=shapes.size) if shapes is not None else factors
        other = rest[0]
        for factor in rest[1:]:
            other = self._emit("operator.mul", other, factor)
        if self.sum.shape is not None:
            return self._emit("runtime.unbroadcast_product", first, other, self.sum.shape)
        return self._emit("runtime.sum_product", first, other, *op.args[1:], kwargs=op.kwargs)

    def _repeated(self, operand: Operand) -> Operand:
        """A tuple of axes once more, so that it is printed where it is read."""
        made = self.block.storage.made.get(operand.name) if isinstance(operand, Var) else None
        return self._emit("tuple", *made.args) if made is not None and made.prim == "tuple" else operand

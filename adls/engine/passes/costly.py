"""What is computed twice in a backward function is computed once; a triangular matrix is inverted once for all.

    d_w = np.linalg.solve(factor.T, d_a)            t = runtime.triangular_inverse(factor)
    d_b = np.linalg.solve(factor.T.T, d_w)          d_w = t.T @ d_a
    d_c = runtime.cholesky_back(d_f, factor,   ->   d_b = t @ d_w
                  runtime.triangular_inverse(factor))   d_c = runtime.cholesky_back(d_f, factor, t)

Only calls that cost much are shared (`_COSTLY`): anything else is cheaper to compute again than to hold. Two calls are
the same when their operands are, views included; `factor.T.T` is `factor`. A shared value must not be written, nor be
given to anybody who may keep it. Where the inverse of a Cholesky factor is needed anyway, solving by it is a product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import replace

from adls.engine.ir.ops import Const, Let, Op, Operand, Region, Return, Statement, Var
from adls.engine.ir.walk import all_defined, all_used, regions, statements, with_regions, with_used
from adls.engine.passes.adjoint.plan import Names
from adls.engine.passes.storage import Storage, only_reads
from adls.engine.rules.table import lookup

_COSTLY = ("numpy.linalg.", "runtime.triangular_inverse", "operator.matmul", "numpy.matmul", "numpy.dot")
_INVERSE = "runtime.triangular_inverse"
_HOLDERS = ("tuple", "list", "unpack")


def share(body: Region, passed: frozenset[str], primal: Mapping[str, Op], names: Names) -> Region:
    """A backward function's body in which a costly call stands once.

    `passed` names what the caller passes besides residuals; `primal` has the operations that made those residuals of
    which the memory is never written.
    """
    if sum(_is_costly(s) for s in statements(body)) < 2:
        return body
    numbering = _Numbering(Storage(body, passed), primal)
    return _Sharing(_by_inverse(body, numbering, names), passed, primal).region()


def _is_costly(statement: Statement) -> bool:
    return isinstance(statement, Let) and statement.op.prim.startswith(_COSTLY)


class _Numbering:
    """Tells which operands hold the same value."""

    def __init__(self, storage: Storage, primal: Mapping[str, Op]) -> None:
        self.storage = storage
        self.primal = primal

    def of(self, operand: Operand) -> Hashable:
        """Equal for operands that are equal as far as their definitions tell."""
        if not isinstance(operand, Var):
            return operand
        made = self._made(operand.name)
        if made is None:
            return operand
        if made.prim == "copy":
            return self.of(made.args[0])
        if made.prim == "attr" and made.data == "T":
            inner = self.of(made.args[0])
            return inner[1] if isinstance(inner, tuple) and inner[0] == "T" else ("T", inner)
        return self.call(made) if self._is_repeatable(made) else operand

    def call(self, op: Op) -> Hashable:
        kwargs = tuple((name, self.of(value)) for name, value in op.kwargs)
        return op.prim, op.data, tuple(map(self.of, op.args)), kwargs

    def _made(self, name: str) -> Op | None:
        if self.storage.is_single(name) and not self.storage.updates[name]:
            return self.storage.made[name]
        made = self.primal.get(name) if not self.storage.bound[name] else None
        return made if made is not None and made.prim in ("attr", "copy") else None

    def _is_repeatable(self, op: Op) -> bool:
        rows = lookup(op.prim)
        return op.prim in ("slice", "getitem", "tuple") or (
            bool(rows) and op.prim.startswith((*_COSTLY, "numpy.expand_dims")) and not any(row.writes for row in rows))

    def factor(self, operand: Operand) -> tuple[Operand, bool] | None:
        """The lower Cholesky factor that an operand is, or (True) whose transpose it is."""
        number = self.of(operand)
        transposed = isinstance(number, tuple) and number[0] == "T"
        base = number[1] if isinstance(number, tuple) and transposed else number
        made = self.primal.get(base.name) if isinstance(base, Var) and not self.storage.bound[base.name] else None
        if made is None or made.prim != "numpy.linalg.cholesky" or made.kwargs or not isinstance(base, Var):
            return None
        return base, transposed


def _by_inverse(body: Region, numbering: _Numbering, names: Names) -> Region:
    """The body with products in place of solutions by a Cholesky factor whose inverse is computed in it anyway."""
    inverted = {numbering.of(s.op.args[0]) for s in body if isinstance(s, Let) and s.op.prim == _INVERSE}
    out: list[Statement] = []
    for statement in body:
        if isinstance(statement, Let) and statement.op.prim == "numpy.linalg.solve" and not statement.op.kwargs:
            found = numbering.factor(statement.op.args[0])
            if found is not None and found[0] in inverted:
                inverse = Var(names.temporary())
                out.append(Let((inverse,), Op(_INVERSE, (found[0],)), statement.span))
                if found[1]:
                    flat, inverse = inverse, Var(names.temporary())
                    out.append(Let((inverse,), Op("attr", (flat,), (), "T"), statement.span))
                statement = replace(statement, op=Op("operator.matmul", (inverse, statement.op.args[1])))
        out.append(statement)
    return tuple(out)


class _Sharing:
    """Costly calls that were made before, in the same block and with the same operands, are not made again."""

    def __init__(self, body: Region, passed: frozenset[str], primal: Mapping[str, Op]) -> None:
        self.body = body
        self.storage = Storage(body, passed)
        self.numbering = _Numbering(self.storage, primal)
        self.readers: dict[str, list[Statement]] = {}
        for statement in statements(body):
            for operand in all_used((replace_regions(statement),)):
                if isinstance(operand, Var):
                    self.readers.setdefault(operand.name, []).append(statement)
        self.renamed: dict[str, Var] = {}

    def region(self) -> Region:
        return self._region(self.body)

    def _region(self, region: Region) -> Region:
        seen: dict[Hashable, tuple[int, Var]] = {}
        out: list[Statement] = []
        for position, statement in enumerate(region):
            renamed = with_used(statement, self._rename)
            if isinstance(statement, Let) and _is_costly(statement) and len(statement.targets) == 1:
                target, number = statement.targets[0], self.numbering.call(statement.op)
                before = seen.get(number)
                if before is not None and self._may_share(statement, before, region[before[0] : position]):
                    self.renamed[target.name] = before[1]
                    continue
                seen[number] = position, target
            out.append(with_regions(renamed, tuple(map(self._region, regions(statement)))))
        return tuple(out)

    def _rename(self, operand: Operand) -> Operand:
        return self.renamed.get(operand.name, operand) if isinstance(operand, Var) else operand

    def _may_share(self, let: Let, before: tuple[int, Var], between: Region) -> bool:
        again, first = let.targets[0], before[1]
        handed = [self._is_handed_back(var) for var in (again, first)]
        if all(handed) or not all(given or self._is_read_only(var) for given, var in zip(handed, (again, first),
                                                                                         strict=True)):
            return False
        operands = [operand for operand in let.op.operands if not isinstance(operand, Const)]
        bound = Counter(var.name for var in all_defined(between))
        rebound = any(isinstance(o, Var) and bound[o.name] and not self.storage.is_single(o.name) for o in operands)
        return not rebound and not any(self.storage.writes(s, o) for s in between for o in operands)

    def _is_read_only(self, var: Var) -> bool:
        """Whether nobody writes the variable's array or may keep it: only then can it stand for another."""
        return self._is_constant(var) and all(map(self._only_reads, self.readers.get(var.name, ())))

    def _is_handed_back(self, var: Var) -> bool:
        """Whether the variable is one of the results, and nobody else has it."""
        readers = self.readers.get(var.name, ())
        ends = [s for s in readers if isinstance(s, Return) or (isinstance(s, Let) and s.op.prim == "tuple" and all(
            isinstance(r, Return) for target in s.targets for r in self.readers.get(target.name, ())))]
        return len(ends) == 1 and self._is_constant(var) and all(s in ends or self._only_reads(s) for s in readers)

    def _is_constant(self, var: Var) -> bool:
        return self.storage.is_single(var.name) and not self.storage.updates[var.name]

    def _only_reads(self, s: Statement) -> bool:
        return isinstance(s, Let) and only_reads(s) and s.op.prim not in _HOLDERS and (
            not _gives_view(s.op) or all(map(self._is_read_only, s.targets)))


def _gives_view(op: Op) -> bool:
    return op.prim in ("copy", "getitem", "attr") or any(row.alias != "fresh" for row in lookup(op.prim))


def replace_regions(statement: Statement) -> Statement:
    """The statement without what is nested in it."""
    return with_regions(statement, tuple(() for _ in regions(statement)))

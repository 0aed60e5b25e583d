"""What is kept anyway gives other residuals for nothing: these are computed again and not kept.

    c = a * b                                     c = a * b
    return c * c, (a, b, c)                       return c * c, (a, b)

    a, b, c = residuals                    ->     a, b = residuals
    d_c = d_value * c                             d_c = d_value * (a * b)

Only arithmetic on numbers, and the shape of an array that is kept: both take no longer than to put a value
into a tuple and take it out. Not what a loop would compute again in each iteration, and not a shape that is read later
than its array, which can go by then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adls.engine.ir.ops import Const, For, Let, Op, Operand, Region, Statement, Var, While, is_temporary
from adls.engine.ir.types import Float, Int, Type
from adls.engine.ir.walk import all_used, regions, statements, used, with_operands, with_regions, with_used
from adls.engine.passes.adjoint.index import FUNCTION_SCOPE
from adls.engine.passes.adjoint.leaving import may_leave
from adls.engine.passes.adjoint.residuals import Residuals
from adls.engine.source.text import Span

_ARITHMETIC = {f"operator.{name}" for name in ("add", "sub", "mul", "truediv", "neg")}


def recomputed(residuals: Residuals, body: Region, types: dict[str, Type], temporary: Callable[[], str]) -> Region:
    """The backward function's body with such residuals computed where they are read; they are no longer kept."""
    return _Recomputing(residuals, types, temporary).function(body)


class _Recomputing:
    def __init__(self, residuals: Residuals, types: dict[str, Type], temporary: Callable[[], str]) -> None:
        self.residuals = residuals
        self.index = residuals.index
        self.types = types
        self.temporary = temporary
        self.noted = residuals.noted()
        self.taken: set[str] = set()

    def function(self, body: Region) -> Region:
        body = self._loops(body)
        return self._scope(FUNCTION_SCOPE, body)

    def _loops(self, region: Region) -> Region:
        out: list[Statement] = []
        for statement in region:
            inner = tuple(map(self._loops, regions(statement)))
            if isinstance(statement, For) and statement.target.name.startswith("<"):
                inner = self._scope(int(statement.target.name[1:-1]), inner[0]), *inner[1:]
            out.append(with_regions(statement, inner))
        return tuple(out)

    def _scope(self, scope: int, region: Region) -> Region:
        in_loops = _read_in_loops(region) | _read_maybe_none(region)
        again = {name: op for name, op in self._again(scope, in_loops).items() if (
            op.prim != "attr" or _is_read_while(region, Var(name), op.args[0]))}
        if not again:
            return region
        self.residuals.drop(set(again))
        return self._region(region, again, {})

    # What is computed again

    def _again(self, scope: int, in_loops: set[str]) -> dict[str, Op]:
        """In the order in which the forward pass computes them, so that one may be computed from another."""
        found: dict[str, Op] = {}
        for name in sorted(set(self.residuals.scopes.get(scope, {})) - in_loops, key=self._when):
            op = self._cheap(name, scope)
            if op is not None:
                found[name] = op
        return found

    def _when(self, name: str) -> tuple[int, str]:
        single = self.index.single(name)
        return (single[0].number if single is not None else 0), name

    def _cheap(self, name: str, scope: int) -> Op | None:
        """What gives a residual from others; None where nothing does."""
        if sum(name in names for names in self.residuals.scopes.values()) != 1:
            return None
        single = self.index.single(name)
        let = single[1] if single is not None else None
        if single is not None and isinstance(let, Let):
            place = single[0]
            return let.op if place.scope == scope and not place.conditional and self._is_arithmetic(let) and all(
                self._stays(arg, scope, place.number) for arg in let.op.args) else None
        op = self.noted.get(name)
        shape = op is not None and op.prim == "attr"
        if op is None or not shape or not self._is_kept(op.args[0], scope):
            return None
        return op if self._is_bound(op.args[0], scope) else None

    def _is_bound(self, array: Operand, scope: int) -> bool:
        """Whether no path to a scope's end leaves an array unbound: then there is None, which has no shape."""
        single = self.index.single(array.name) if isinstance(array, Var) else None
        if single is None:
            return True
        body, place = self.residuals.function.body, single[0]
        loop = self.index.scope_of_loop.get(scope)
        around = (FUNCTION_SCOPE,) if loop is None else (*self.index.place(loop).scopes, scope)
        return place.scope in around and not place.conditional and not any(
            may_leave(s) for s in statements(body) if self.index.place(s).scope == place.scope
            and self.index.place(s).number < place.number)

    def _is_arithmetic(self, let: Let) -> bool:
        type_of = self.residuals.function.type_of
        return let.op.prim in _ARITHMETIC and all(
            isinstance(type_of(each), Float | Int) for each in (*let.targets, *let.op.args))

    def _stays(self, operand: Operand, scope: int, before: int) -> bool:
        """Whether the backward pass has the operand as it was at a place."""
        if not isinstance(operand, Var):
            return isinstance(operand, Const)
        single = self.index.single(operand.name)
        return self._is_kept(operand, scope) and (single is None or single[0].number < before)

    def _is_kept(self, operand: Operand, scope: int) -> bool:
        """Whether an operand is bound once, and kept in a scope or around it."""
        if not isinstance(operand, Var):
            return False
        single, definitions = self.index.single(operand.name), self.index.definitions.get(operand.name)
        if single is None and definitions:
            return False
        around = (scope,) if scope == FUNCTION_SCOPE else (
            *self.index.place(self.index.scope_of_loop[scope]).scopes, scope)
        return any(operand.name in self.residuals.scopes.get(each, {}) for each in around)

    # Where it is read

    def _region(self, region: Region, again: Mapping[str, Op], known: dict[str, Var]) -> Region:
        out: list[Statement] = []
        for statement in region:
            for operand in used(statement):
                self._compute(operand, again, known, out, statement.span)
            renamed = with_used(statement, lambda operand: _now(operand, known))
            nested = (self._region(inner, again, dict(known)) for inner in regions(statement))
            out.append(with_regions(renamed, tuple(nested)))
        return tuple(out)


    def _compute(self, operand: Operand, again: Mapping[str, Op], known: dict[str, Var], out: list[Statement],
                 span: Span) -> None:
        if not isinstance(operand, Var) or operand.name not in again or operand.name in known:
            return
        op = again[operand.name]
        for each in op.args:
            self._compute(each, again, known, out, span)
        known[operand.name] = self._name(operand)
        self.types[known[operand.name].name] = self.residuals.type_of(operand)
        out.append(Let((known[operand.name],), with_operands(op, lambda each: _now(each, known)), span))

    def _name(self, residual: Var) -> Var:
        """A temporary: the residual's own name, once."""
        if not is_temporary(residual.name) or residual.name in self.taken:
            return Var(self.temporary())
        self.taken.add(residual.name)
        return residual


def _now(operand: Operand, known: Mapping[str, Var]) -> Operand:
    return known.get(operand.name, operand) if isinstance(operand, Var) else operand


def _is_read_while(region: Region, shape: Var, array: Operand) -> bool:
    """Whether a shape is read first while its array is still to be read."""
    reads = [all_used((statement,)) for statement in region]
    first = next((n for n, operands in enumerate(reads) if shape in operands), 0)
    return any(array in operands for operands in reads[first:])


def _read_maybe_none(region: Region) -> set[str]:
    """Shapes that are None where the forward pass did not come to their arrays."""
    return {operand.name for s in statements(region) if isinstance(s, Let) and s.op.prim == "runtime.zeros"
            for operand in s.op.operands if isinstance(operand, Var)}


def _read_in_loops(region: Region) -> set[str]:
    found: set[str] = set()
    for statement in region:
        for inner in regions(statement):
            if isinstance(statement, For | While):
                found |= {operand.name for operand in all_used(inner) if isinstance(operand, Var)}
            else:
                found |= _read_in_loops(inner)
    return found

"""A `return` out of a `try` that has a `finally` becomes a `break`, and a `return` once the `finally` has run.

    for v in xs:                             for v in xs:
        try:                                     way = 0
            if v > 1:                            try:
                return v * total                     if v > 1:
        finally:                                         result = v * total
            total += v                                   way = 1
                                 ->                      break
                                                 finally:
                                                     total += v
                                             if way:
                                                 return result

The value is made before the `finally`, and given back after it: the adjoint then reverses both in their order. Outside
of any loop, the `try` stands in a loop of one round. Only where the `finally` has to do with what may vary.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from adls.engine.ir.ops import Break, Const, For, If, Let, Op, Region, Return, Statement, Try, Var, While
from adls.engine.ir.types import may_vary
from adls.engine.ir.walk import all_defined, all_used, regions, statements, with_regions
from adls.engine.passes.infer_unroll import UnrolledError

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

Ways: TypeAlias = list[tuple[Var, Var]]
"""Variables that say that a loop is left for a `return`, each with the one that holds what is given back."""


def delay_returns(inference: Inference) -> None:
    """Raise UnrolledError where a `return` is to be given back behind its `try`."""
    function = inference.function
    late = {id(each) for each in statements(function.body) if _is_late(each, inference)}
    if late:
        parameters = (*function.cells, *(param.var for param in function.params))
        taken = {var.name for var in (*parameters, *all_defined(function.body))}
        raise UnrolledError(replace(function, body=_Late(taken, late).region(function.body, in_loop=False)[0]))


def _is_late(statement: Statement, inference: Inference) -> bool:
    return isinstance(statement, Try) and _returns(statement) and any(
        may_vary(inference.type_of(operand)) for operand in (*all_used(statement.final), *all_defined(statement.final)))


def _returns(statement: Try) -> bool:
    return any(isinstance(inner, Return) for region in regions(statement)[:-1] for inner in statements(region))


@dataclass
class _Late:
    """`taken` are the function's names, `late` the `try`s that nobody may return out of. Gives each region with the
    ways by which a `break` in it means a `return`."""

    taken: set[str]
    late: set[int]

    def region(self, region: Region, *, in_loop: bool) -> tuple[Region, Ways]:
        out: list[Statement] = []
        ways: Ways = []
        for statement in region:
            if isinstance(statement, For | While):
                body, found = self.region(statement.body, in_loop=True)
                orelse, outer = self.region(statement.orelse, in_loop=in_loop)
                ways += outer
                out += _followed(replace(statement, body=body, orelse=orelse), found)
                continue
            inner = [self.region(each, in_loop=in_loop) for each in regions(statement)]
            ways += [way for _, found in inner for way in found]
            new = with_regions(statement, tuple(each for each, _ in inner))
            if not isinstance(new, Try) or not _returns(new) or id(statement) not in self.late:
                out.append(new)
                continue
            way = self.fresh("way"), self.fresh("result")
            late = with_regions(new, (*(_left(each, way) for each in regions(new)[:-1]), new.final))
            if in_loop:
                out.append(late)
                ways.append(way)
            else:
                out += _followed(While((), Const(True), (late, Break(new.span)), (), new.span), [way])
        return tuple(out), ways

    def fresh(self, hint: str) -> Var:
        name = next(name for name in (f"{hint}_{n}" if n else hint for n in range(9999)) if name not in self.taken)
        self.taken.add(name)
        return Var(name)


def _followed(loop: For | While, ways: Ways) -> list[Statement]:
    """A loop, with the `return`s that it was left for behind it."""
    begun = [Let((way,), Op("copy", (Const(0),)), loop.span) for way, _ in ways]
    return [*begun, loop, *(If(way, (Return(result, loop.span),), (), loop.span) for way, result in ways)]


def _left(region: Region, way: tuple[Var, Var]) -> Region:
    """A region with its `return`s as `break`s, also out of the loops in it."""
    out: list[Statement] = []
    for statement in region:
        if isinstance(statement, Return):
            span = statement.span
            return (*out, Let((way[1],), Op("copy", (statement.value,)), span),
                    Let((way[0],), Op("copy", (Const(1),)), span), Break(span))
        out.append(with_regions(statement, tuple(_left(each, way) for each in regions(statement))))
        if isinstance(statement, For | While) and any(isinstance(s, Return) for s in statements(statement.body)):
            out.append(If(way[0], (Break(statement.span),), (), statement.span))
    return tuple(out)

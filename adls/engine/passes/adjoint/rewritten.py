"""A backward function's arithmetic, rewritten before it is decided what the forward function keeps.

Each of these passes has its before and after at its head; together they are what a person does by hand: sums of
products without the product, costly calls once, slopes from the results that are there.
"""

from __future__ import annotations

from dataclasses import replace

from adls.engine.ir.ops import Op, Region, Var
from adls.engine.ir.types import Type
from adls.engine.ir.walk import lets
from adls.engine.passes.absorbed import absorbed
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.contract import contract
from adls.engine.passes.costly import share
from adls.engine.passes.dead import reads, without_dead
from adls.engine.passes.logistic import logistic
from adls.engine.passes.scaled_views import scaled_views
from adls.engine.passes.signs import signs


def rewritten(b: Builder, body: Region) -> Region:
    """The body with less work and less memory; what is read by nobody any more is not kept."""
    types = {**b.function.types, **b.residuals.types, **kept_types(b), **b.types}
    typed = replace(b.function, types={**types, b.seed_variable.name: b.function.result})
    shadows = (b.shadow_parameter(b.memory.parameters[n]).name for n in b.interface.shadows)
    passed = frozenset({b.seed_variable.name, *shadows})
    primal = _made_once(b)
    found = logistic(body, passed, primal, typed.type_of, b.names)
    found = scaled_views(share(found, passed, primal, b.names), passed, typed.type_of, b.names)
    found = contract(found, typed.type_of, passed, b.names)
    found = absorbed(found, passed, primal, typed.type_of, lambda name, other: _kept_beside(b, name, other))
    found = signs(without_dead(found, reads(body)), passed)
    b.residuals.drop(set(reads(body)) - set(reads(found)))
    return found


def _kept_beside(b: Builder, name: str, other: str) -> bool:
    """Keep a value of the primal that is bound once, in the scope where another is bound and kept."""
    here, there = b.index.single(name), b.index.single(other)
    if here is None or there is None or here[0].scopes != there[0].scopes:
        return False
    return b.residuals.value(Var(name), here[0], True, here[1].span, "its sums are read") == Var(name)


def _made_once(b: Builder) -> dict[str, Op]:
    """The operations of the primal whose results are bound once and never written."""
    made = {let.targets[0].name: let.op for let in lets(b.function) if len(let.targets) == 1}
    return {name: op for name, op in made.items() if b.index.single(name) is not None and not b.memory.is_written(name)}


def kept_types(b: Builder) -> dict[str, Type]:
    """The types of all residuals."""
    return {r.name: r.type for scope in b.residuals.scopes.values() for r in scope.values()}

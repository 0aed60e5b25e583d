"""Gradients of gradients: `grad(f)` as a subject, a function of generated functions."""

from __future__ import annotations

from typing import Any

from adls.engine.ir.ops import Function
from adls.engine.nested import AGAIN, GeneratedNames, generated, gradient_function
from adls.engine.passes.adjoint.interface import GENERATED
from adls.engine.rules.runtime_rows import FROM_SOURCE
from adls.runtime import formulas, twice
from adls.runtime.again import picked, position_of
from adls.runtime.compiler import Caller, Resolver, Subject, adjoint_of
from adls.runtime.typeof import typeof


class NestedResolver(Resolver):
    """The names of generated functions, where a subject of a call resolves live ones."""

    def __init__(self, base: Any, table: dict[str, Function], origins: dict[str, str]) -> None:
        self.names = GeneratedNames(base, table, origins)
        super().__init__(base.live_function, typeof, base._shared)

    def resolve(self, path: str) -> Any:
        if path in AGAIN.values():
            again: Any = self.names.base
            return again.entity(getattr(twice, path.removeprefix("runtime.")))
        if path in FROM_SOURCE:
            base: Any = self.names.base
            return base.entity(getattr(formulas, path.removeprefix("runtime.")))
        return self.names.resolve(path)

    def value(self, path: str) -> object:
        base: Any = self.names.base
        found: object = base.value(path)
        return found

    def function(self, target: str) -> Function:
        return self.names.function(target)

    def for_target(self, target: str) -> Any:
        names = self.names
        if target not in names.table:
            return names.base_for(target)
        origin = names.origins.get(target)
        return NestedResolver(names.base_for(origin), names.table, names.origins) if origin else self


def gradient_subject(gradient: Any, args: tuple[Any, ...], kwargs: dict[str, Any],
                     caller: Caller) -> tuple[Subject, list[Any], int]:
    """`grad(f)` as a subject, with the values of f's parameters."""
    from adls.runtime.gradients import _call, wanted_of

    inner, values, first = _call(gradient.function, args, kwargs, caller)
    places = picked(wanted_of(inner, gradient.argnums, len(args), len(values), first), len(inner.cells))
    wanted = [(position_of(place), getattr(place, "key", None)) for place in places]
    found = adjoint_of(inner, values, frozenset(position for position, _ in wanted), once=False, caller=caller)
    table, origins = generated(found.adjoints, outright=True)
    kind = f"{gradient.argnums}:{gradient.with_value}:{gradient.has_aux}"
    target = f"{GENERATED}grad:{found.key}:{kind}".replace("|", "¦")
    table[target] = gradient_function(
        found.adjoint, wanted, target, several=not isinstance(gradient.argnums, int), with_value=gradient.with_value,
        has_aux=gradient.has_aux)
    resolver = NestedResolver(inner.resolver, table, origins)
    return Subject((inner.identity, str(found.key), str(gradient.argnums), gradient.with_value,
                    gradient.has_aux), target, resolver,
                   inner.cells, inner.origin), values, first

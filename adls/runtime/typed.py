"""The listing with the types of everything in it.

Generated functions are typed as the user's are: as functions that the gradient calls. This is for reading only, and is
done when a listing is asked for: the tree that runs has no types in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adls.engine.backend.emit import check_listing
from adls.engine.compile import print_adjoint
from adls.engine.ir.ops import Function
from adls.engine.ir.types import Any, Type
from adls.engine.passes.adjoint.interface import AdjointKey
from adls.engine.passes.infer import Program
from adls.engine.passes.pipeline import verifies
from adls.runtime.compiler import Compiled
from adls.runtime.nesting import NestedResolver, generated, gradient_function, target_of_adjoint


@dataclass(frozen=True)
class _Wanted:
    argnums: tuple[int, ...] = ()
    with_value: bool = True


def typed_text(found: Compiled) -> str:
    """The listing that ran, as text, with the types of the variables that differentiation made."""
    types = _generated_types(found)

    def annotate(key: AdjointKey, function: Function) -> Function:
        kind = "fwd" if function.role == "forward" else "back"
        return _with_types(function, types.get(target_of_adjoint(kind, key), {}))

    listing = print_adjoint(found.adjoints, found.key, once=found.once, annotate=annotate).listing
    if verifies():
        check_listing(replace(listing, tree=found.printed.listing.tree))
    return listing.text


def _generated_types(found: Compiled) -> Mapping[str, dict[str, Type]]:
    table, origins = generated(found)
    target = f"adls:typed:{found.key}"
    gradient = gradient_function(found, _Wanted(), list(found.adjoint.interface.returned), target)
    table[target] = gradient
    program = Program(NestedResolver(found.subject.resolver, table, origins))
    primal = found.adjoints.primals[found.key.instance]
    cells = tuple(primal.types[cell.name] for cell in primal.cells)
    params = tuple(primal.types[param.var.name] for param in primal.params)
    program.entry(gradient, cells, params, target)
    types: dict[str, dict[str, Type]] = {}
    for instance, function in program.instances.items():
        own = types.setdefault(instance.split("|")[0], {})
        for name, type_ in function.types.items():
            own.setdefault(name, type_)
        own.setdefault("", function.result)
    return types


def _with_types(function: Function, types: Mapping[str, Type]) -> Function:
    known = {name: type_ for name, type_ in function.types.items() if not isinstance(type_, Any)}
    result = types.get("", Any()) if isinstance(function.result, Any) else function.result
    return replace(function, types={**function.types, **types, **known}, result=result)

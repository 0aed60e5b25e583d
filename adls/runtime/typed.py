"""The listing with the types of everything in it.

Generated functions are typed as the user's are: as functions that the gradient calls. This is for reading only, and is
done when a listing is asked for: the tree that runs has no types in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adls.engine.compile import Adjoints, print_adjoint
from adls.engine.ir.ops import Function
from adls.engine.ir.types import Any, Type
from adls.engine.passes.adjoint.differentiate import Adjoint
from adls.engine.passes.infer import Program
from adls.runtime.compiler import Compiled
from adls.runtime.nesting import NestedResolver, generated, gradient_function, target_of_adjoint


@dataclass(frozen=True)
class _Wanted:
    argnums: tuple[int, ...] = ()
    with_value: bool = True


def typed_adjoints(found: Compiled) -> Adjoints:
    """The adjoints of a compiled call with the types of the variables that differentiation made."""
    types = _generated_types(found)
    adjoints = Adjoints(found.adjoints.primals, found.adjoints.origin)
    for key, adjoint in found.adjoints.made.items():
        forward = _with_types(adjoint.forward, types.get(target_of_adjoint("fwd", key), {}))
        backward = _with_types(adjoint.backward, types.get(target_of_adjoint("back", key), {}))
        adjoints.made[key] = Adjoint(key, adjoint.interface, forward, backward, adjoint.layout, adjoint.diagnostics)
    return adjoints


def typed_text(found: Compiled) -> str:
    """The listing that ran, as text."""
    return print_adjoint(typed_adjoints(found), found.key, once=found.once).listing.text


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

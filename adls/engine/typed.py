"""The listing with the types of everything in it.

Generated functions are typed as the user's are: as functions that the gradient calls. This is for reading only, and is
done when a listing is asked for: the tree that runs has no types in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adls.engine.backend.unit import Listing
from adls.engine.compile import Adjoints, print_adjoint
from adls.engine.ir.entities import Resolver
from adls.engine.ir.ops import Function
from adls.engine.ir.types import Any, Array, Type
from adls.engine.nested import GeneratedNames, generated, gradient_function, target_of_adjoint
from adls.engine.passes.adjoint.interface import AdjointKey
from adls.engine.passes.infer import Program


def typed_listing(adjoints: Adjoints, key: AdjointKey, names: Resolver, *, once: bool) -> Listing:
    """The listing of an adjoint, with the types of the variables that differentiation made.

    `names` resolves what the primals read.
    """
    types = _generated_types(adjoints, key, names)

    def annotate(each: AdjointKey, function: Function) -> Function:
        kind = "fwd" if function.role == "forward" else "back"
        return _with_types(function, types.get(target_of_adjoint(kind, each), {}))

    return print_adjoint(adjoints, key, once=once, annotate=annotate).listing


def _generated_types(adjoints: Adjoints, key: AdjointKey, names: Resolver) -> Mapping[str, dict[str, Type]]:
    table, origins = generated(adjoints)
    target = f"adls:typed:{key}"
    adjoint = adjoints.made[key]
    returned: list[tuple[int, object]] = [(position, None) for position in adjoint.interface.returned]
    gradient = table[target] = gradient_function(adjoint, returned, target, several=True, with_value=True)
    program = Program(GeneratedNames(names, table, origins))
    primal = adjoints.primals[key.instance]
    cells = tuple(primal.types[cell.name] for cell in primal.cells)
    params = tuple(primal.types[param.var.name] for param in primal.params)
    program.entry(gradient, cells, params, target)
    found = _by_target(program)
    for each, made in adjoints.made.items():
        _again(program, target_of_adjoint("back", each), table, made.backward, found)
    return _by_target(program)


def _by_target(program: Program) -> dict[str, dict[str, Type]]:
    """The types of each function's variables, over all its instances: the first that is known best."""
    types: dict[str, dict[str, Type]] = {}
    for instance, function in program.instances.items():
        own = types.setdefault(instance.split("|")[0], {})
        for name, type_ in (*function.types.items(), ("", function.result)):
            if _says_less(own.get(name, Any()), type_):
                own[name] = type_
    return types


def _again(program: Program, target: str, table: Mapping[str, Function], made: Function,
           found: Mapping[str, Mapping[str, Type]]) -> None:
    """Type a backward function once more where its callers did not know a cotangent's type that its primal knows."""
    if target not in found:
        return
    names = [param.var.name for param in table[target].params]
    types = [found[target].get(name, Any()) for name in names]
    best = (made.types.get(name, type_) for name, type_ in zip(names, types, strict=True))
    known = [other if _says_less(type_, other) else type_ for type_, other in zip(types, best, strict=True)]
    if known != types:
        program.entry(table[target], (), tuple(known), target)


def _says_less(type_: Type, other: Type) -> bool:
    """Whether nothing is known of a value, or not how many axes it has, where another type says so."""
    if isinstance(type_, Array) and type_.dims is None:
        return isinstance(other, Array) and other.dims is not None
    return isinstance(type_, Any)


def _with_types(function: Function, types: Mapping[str, Type]) -> Function:
    known = {name: type_ for name, type_ in function.types.items() if not _says_less(type_, types.get(name, Any()))
             and not isinstance(type_, Any)}
    result = types.get("", Any()) if isinstance(function.result, Any) else function.result
    return replace(function, types={**function.types, **types, **known}, result=result)

"""What cannot be differentiated but may never be reached is refused where it is reached.

    if isinstance(a, KeysView):        if isinstance(a, KeysView):
        a = list(a)                        raise runtime.refused("missing-rule", ...)
    return np.sum(a)                   return np.sum(a)

A branch, a handler, or a function that is called only there, is given up as a whole. What every call comes to is
refused before it runs. A name that is defined nowhere raises what it does in Python, by the statement that reads it:

    return gain * x                    raise runtime.not_defined("gain")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from adls.engine.ir.ops import Const, Function, Global, If, Let, Op, Raise, Region, Statement, Try, Var
from adls.engine.ir.types import Opaque
from adls.engine.ir.walk import regions, statements, used, with_regions
from adls.engine.passes.listed import listed
from adls.engine.source.diagnostics import Diagnostic

_NAME = "unresolved-name"
_EXCEPTION = Opaque("exception")
_WHERE = ("missing-rule", "unsupported-construct", "dynamic-write", "no-derivative", _NAME)
"""What is said of an operation, not of a whole call."""


def put_off(primals: Mapping[str, Function], entry: str, found: Iterable[Diagnostic]) -> dict[str, Function]:
    """The functions of a program in which something is refused, with what refuses it where that is reached; empty where
    every call comes to something that is refused."""
    certain = _certain(primals, entry)
    changed: dict[str, Function] = {}
    for diagnostic in found:
        if diagnostic.kind.code not in _WHERE:
            return {}
        name = dict(diagnostic.details)["name"] if diagnostic.kind.code == _NAME else ""
        if name and "." not in name and not _is_caught(primals, name):
            changed |= _raising({**primals, **changed}, diagnostic.file, name)
            continue
        places = [instance for instance, primal in primals.items()
                  if primal.file == diagnostic.file and _stands_in(primal.body, diagnostic)]
        for instance in places:
            function = changed.get(instance, primals[instance])
            cut = listed(function, diagnostic.span) or _cut(function, diagnostic, instance in certain)
            if cut is None:
                return {}
            changed[instance] = cut
        if not places:
            return {}
    return changed


def _raising(primals: Mapping[str, Function], file: str, name: str) -> dict[str, Function]:
    """The functions of a file that read a name which is defined nowhere, with statements that raise in their place."""
    changed: dict[str, Function] = {}
    for instance, primal in primals.items():
        raised = Var(_free(primal))
        body = _without(primal.body, name, raised) if primal.file == file else primal.body
        if body != primal.body:
            changed[instance] = replace(primal, body=body, types={**primal.types, raised.name: _EXCEPTION})
    return changed


def _is_caught(primals: Mapping[str, Function], name: str) -> bool:
    """Whether a name stands in an `except`, where it is read only when something was raised."""
    return any(isinstance(each, Try) and any(isinstance(handler.kind, Global) and handler.kind.path == name
                                             for handler in each.handlers)
               for primal in primals.values() for each in statements(primal.body))


def _without(region: Region, name: str, raised: Var) -> Region:
    """A region that raises at the statement that reads a name, by itself or an attribute of it."""
    out: list[Statement] = []
    for statement in region:
        if any(isinstance(each, Global) and each.path.partition(".")[0] == name for each in used(statement)):
            made = Let((raised,), Op("runtime.not_defined", (Const(name),)), statement.span)
            return (*out, made, Raise(raised, None, statement.span))
        out.append(with_regions(statement, tuple(_without(each, name, raised) for each in regions(statement))))
    return tuple(out)


def _certain(primals: Mapping[str, Function], entry: str) -> set[str]:
    """The functions that every call comes to."""
    found, todo = set[str](), [entry]
    while todo:
        instance = todo.pop()
        if instance not in found:
            found.add(instance)
            todo += _called(primals[instance].body)
    return found


def _called(region: Region) -> list[str]:
    found: list[str] = []
    for statement in region:
        if isinstance(statement, Let) and statement.op.prim == "apply":
            found.append(str(statement.op.data))
        elif not isinstance(statement, If):
            inner = (statement.body, statement.final) if isinstance(statement, Try) else regions(statement)
            found += [name for each in inner for name in _called(each)]
    return found


def _stands_in(region: Region, diagnostic: Diagnostic) -> bool:
    return any(statement.span == diagnostic.span or any(_stands_in(inner, diagnostic) for inner in regions(statement))
               for statement in region)


def _cut(function: Function, diagnostic: Diagnostic, certain: bool) -> Function | None:
    """A function that refuses at the innermost branch with what cannot be differentiated, or at once."""
    refusing = Var(_free(function))
    body = _within(function.body, diagnostic, refusing)
    if body is None:
        if certain:
            return None
        body = _refusal(diagnostic, refusing)
    return replace(function, body=body, types={**function.types, refusing.name: _EXCEPTION})


def _within(region: Region, diagnostic: Diagnostic, refusing: Var) -> Region | None:
    """The region with the innermost branch cut in which a diagnostic stands; None where it stands in none."""
    for position, statement in enumerate(region):
        if not _stands_in((statement,), diagnostic):
            continue
        changed = _statement(statement, diagnostic, refusing)
        if changed is not None:
            return (*region[:position], changed, *region[position + 1 :])
    return None


def _statement(statement: Statement, diagnostic: Diagnostic, refusing: Var) -> Statement | None:
    inner = list(regions(statement))
    for position, each in enumerate(inner):
        if not _stands_in(each, diagnostic):
            continue
        changed = _within(each, diagnostic, refusing)
        if changed is None and _is_branch(statement, position):
            changed = _refusal(diagnostic, refusing)
        if changed is not None:
            inner[position] = changed
            return with_regions(statement, tuple(inner))
    return None


def _is_branch(statement: Statement, position: int) -> bool:
    """Whether one of a statement's regions is not always run."""
    if isinstance(statement, If):
        return True
    return isinstance(statement, Try) and 1 < position < 2 + len(statement.handlers)


def _refusal(diagnostic: Diagnostic, refusing: Var) -> Region:
    said = (diagnostic.kind.code, *(text for detail in diagnostic.details for text in detail))
    return (Let((refusing,), Op("runtime.refused", tuple(map(Const, said))), diagnostic.span),
            Raise(refusing, None, diagnostic.span))


def _free(function: Function) -> str:
    """A name that the function has not."""
    number = 1
    while f"refusal_{number}" in function.types:
        number += 1
    return f"refusal_{number}"

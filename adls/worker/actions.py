"""What a worker can be asked for: to profile, to show an adjoint, to check what can be differentiated."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from adls.engine.source.diagnostics import DifferentiationError
from adls.engine.source.examples import HOW_TO_WRITE_ONE, BadExample, Example, Outline, outline, read_call
from adls.engine.source.places import place_of
from adls.runtime.show import check_call, listing
from adls.worker.calls import Call, blamed, compile_call, from_command_line
from adls.worker.failures import Refused
from adls.worker.measure import Recording, measure
from adls.worker.program import import_program, program_files, run_script
from adls.worker.sources import Source, read_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from adls.launch.protocol import Form, Request
    from adls.worker.channel import Channel


class Action(Protocol):
    """Serves a request; raises Refused where it cannot be served, and whatever the program raises."""

    def __call__(
        self, request: Request, channel: Channel, recording: Recording, started_with: frozenset[str]
    ) -> None: ...


def profile(request: Request, channel: Channel, recording: Recording, started_with: frozenset[str]) -> None:
    """Record the gradients of the example calls, or all that a script takes."""
    if request.script is not None:
        source = read_source(request.file, channel.overlay)
        channel.send("progress", stage="running")
        with recording.start():
            run_script(source, request.script, channel.overlay, started_with)
        return
    calls, namespace = _load(request, channel, started_with)
    _each(calls, channel, lambda call: measure(call, namespace, request.repeat, channel, recording))


def _each(calls: list[Call], channel: Channel, action: Callable[[Call], None]) -> None:
    """Act on each call, also after one that fails; raises what came first, or all that cannot be differentiated."""
    failures: list[Exception] = []
    for call in calls:
        try:
            action(call)
        except Exception as error:  # a program of the user's may raise anything
            failures.append(error)
    found = [error for error in failures if isinstance(error, DifferentiationError)]
    if len(found) > 1 and len(found) == len(failures):
        raise DifferentiationError(tuple(dict.fromkeys(d for error in found for d in error.diagnostics)))
    raised = next((error for error in failures if error not in found), None) or (failures[0] if failures else None)
    for other in failures:
        if other is not raised:
            channel.send("remark", text=str(other) if other in found else f"{type(other).__name__}: {other}")
    if raised is not None:
        raise raised


def show(request: Request, channel: Channel, recording: Recording, started_with: frozenset[str]) -> None:
    """Print the adjoint of each example call, or its IR."""
    calls, namespace = _load(request, channel, started_with)
    for call in calls:
        channel.send("progress", stage="compiling", function=call.function)
        channel.send("text", text=_listing(call, namespace, request.form))


def check(request: Request, channel: Channel, recording: Recording, started_with: frozenset[str]) -> None:
    """Say of each example call why it cannot be differentiated, where that is so."""
    calls, namespace = _load(request, channel, started_with)

    def check_one(call: Call) -> None:
        channel.send("progress", stage="checking", function=call.function)
        function, args, named = call.evaluate(namespace)
        try:
            with blamed(call):
                check_call(function, *args, argnums=call.argnums, **named)
        except DifferentiationError as error:
            channel.send("diagnostic", function=call.function, text=str(error))
        else:
            channel.send("checked", function=call.function)

    _each(calls, channel, check_one)


ACTIONS: dict[str, Action] = {"profile": profile, "show": show, "check": check}


def _load(
    request: Request, channel: Channel, started_with: frozenset[str]
) -> tuple[list[Call], dict[str, Any]]:
    """The calls to look at and the namespace of the program, which is imported only when they are found."""
    source = read_source(request.file, channel.overlay)
    calls = [compile_call(example) for example in _examples(request, source, channel)]
    channel.send("progress", stage="importing")
    namespace = vars(import_program(request.file, channel.overlay, started_with))
    for path in program_files((request.folder, place_of(request.file).folder)):
        channel.note_file(path)  # Also where only a constant is read of it: a figure is stale when that changes.
    return calls, namespace


def _listing(call: Call, namespace: dict[str, Any], form: Form) -> str:
    function, args, named = call.evaluate(namespace)
    with blamed(call):
        return listing(function, *args, argnums=call.argnums, form=form, **named)


def _examples(request: Request, source: Source, channel: Channel) -> list[Example]:
    try:
        if request.call:
            argnums, expression = read_call(request.call)
            example = from_command_line(expression, _chosen(request, argnums))
            return [replace(example, function=request.function)]
        found = outline(source.text, source.tree, source.path)
    except BadExample as error:
        raise Refused(str(error)) from None
    examples = [e for e in found.examples if request.function in ("", e.function)]
    if not examples:
        raise Refused(_nothing_to_call(request, found))
    for line in () if request.function else found.stray_lines:
        channel.send("remark", text=f"{request.file}:{line}: this example call stands above no function")
    return [replace(e, argnums=_chosen(request, e.argnums)) for e in examples]


def _chosen(request: Request, argnums: int | tuple[int, ...]) -> int | tuple[int, ...]:
    if request.argnums is None:
        return argnums
    return request.argnums[0] if len(request.argnums) == 1 else request.argnums


def _nothing_to_call(request: Request, found: Outline) -> str:
    """What is missing, what there is instead, and how to write the missing thing."""
    name = request.function
    if name and name not in found.functions:
        close = difflib.get_close_matches(name, found.functions, n=1)
        meant = f": did you mean {close[0]}?" if close else f"; it has {_list(found.functions)}"
        return f"{request.file} has no function {name}{meant}"
    what = f"{name} in {request.file}" if name else request.file
    others = dict.fromkeys(example.function for example in found.examples)
    lines = [f"{what} has no example call" + (f"; {_list(tuple(others))} has one" if others else "")]
    lines += [f"the one in line {line} stands above no function" for line in found.stray_lines]
    lines.append(HOW_TO_WRITE_ONE.format(name=(name or (*found.functions, "loss")[0]).rpartition(".")[2]))
    lines.append("or give the call itself: --call 'f(x)', or run the file as a script: --script")
    return "\n".join(lines)


def _list(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:8]) or "none"
    return shown + (f" and {len(names) - 8} more" if len(names) > 8 else "")

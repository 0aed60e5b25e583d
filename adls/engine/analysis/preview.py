"""The adjoint or IR of a function that has not run, for types that its example call or its annotations tell."""

from __future__ import annotations

from typing import Literal

from adls.engine.analysis.arguments import ANNOTATIONS, EXAMPLE, Arguments, BadCall
from adls.engine.analysis.calls import written_call
from adls.engine.analysis.inventing import chosen_argument
from adls.engine.analysis.model import Preview
from adls.engine.analysis.moment import Differentiated, Moment, problems_of
from adls.engine.frontend.modules import Defined
from adls.engine.frontend.static import StaticResolver
from adls.engine.ir.printer import show
from adls.engine.source.examples import Argnums
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import split_lines
from adls.engine.typed import typed_listing

View = Literal["python", "ir"]


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that may tell the types, and where it stands."""

    expression: str
    argnums: Argnums
    origin: str


def preview(moment: Moment, path: str, qualname: str, view: View = "python", call: str = "") -> Preview:
    """What a gradient of a function would run, as text. Never raises: problems say why there is none.

    `call` is the call whose types count; without one it is the function's example call, then its annotations where they
    leave nothing open, then a call in its file.
    """
    try:
        return _preview(moment, path, qualname, view, call)
    except Exception as error:  # Whatever the text is, an answer is given.
        return Preview(f"# no preview: {type(error).__name__}\n", "unknown")


def _preview(moment: Moment, path: str, qualname: str, view: View, call: str) -> Preview:
    module = moment.module(path)
    defined = StaticResolver(module).find(qualname) if module is not None else None
    if module is None or defined is None:
        reason = "the file doesn't parse" if module is None else f"the text shows no function {qualname}"
        return Preview(f"# no preview: {reason}\n", "unknown")
    problem = ""
    for each in _calls(moment, defined, call):
        try:
            arguments = moment.arguments(defined, each.expression, each.argnums)
        except BadCall as error:
            problem = f"the call {error}"
            continue
        if arguments is not None:
            return _shown(moment, defined, arguments, each.origin or _origin(arguments), view)
        break
    _, diagnostics, _ = moment.lowered(defined)
    return _refused(diagnostics, problem or "it cannot be differentiated")


def _calls(moment: Moment, defined: Defined, call: str) -> list[_Call]:
    """The calls to try, the best first; the last is none, which leaves the annotations."""
    if call:
        return [_Call(call, 0, f"the call {call}"), _Call("", 0, "")]
    found = []
    for outlined, info in moment.examples(defined.module):
        if outlined.function == defined.qualname and outlined.example is not None:
            origin = f"the example call in line {info.span.line}"
            found.append(_Call(outlined.example.expression, outlined.example.argnums, origin))
    annotated = moment.arguments(defined)
    if not found and (annotated is None or not annotated.known):
        other = written_call(moment, defined.module, defined.qualname)
        if other is not None:
            argnum = chosen_argument(moment, defined, other.expression)
            found.append(_Call(other.expression, argnum, f"the call in line {other.line}"))
    return [*found, _Call("", 0, "")]


def _shown(moment: Moment, defined: Defined, arguments: Arguments, origin: str, view: View) -> Preview:
    found = moment.differentiated(defined, arguments)
    if found is None or found.diagnostics:
        diagnostics = found.diagnostics if found is not None else moment.lowered(defined)[1]
        return _refused(diagnostics, "it cannot be differentiated", origin)
    heading = f"# not run; types {'from ' if origin != 'unknown' else ''}{origin}"
    if arguments.origin == EXAMPLE and arguments.assumed:
        heading += "; sizes that are not known are taken to be more than 1"
    if view == "ir":
        text = f"{heading}\n{intermediate(found)}"
        return Preview(text, arguments.origin, (), (0,) * len(split_lines(text)))
    listing = typed_listing(found.adjoints, found.key, found.names, once=True)
    text = f"{heading}\n{listing.text}"
    return Preview(text, arguments.origin, (), _primal_lines(text, listing.text_lines, 1))


def intermediate(found: Differentiated) -> str:
    """The typed IR of primal, forward and backward functions."""
    parts = []
    for key, adjoint in found.adjoints.made.items():
        for function in (found.adjoints.primals[key.instance], adjoint.forward, adjoint.backward):
            parts.append(f"# {function.role}\n{show(function)}")
    return "\n\n".join(parts) + "\n"


def _refused(diagnostics: tuple[object, ...], reason: str, origin: str = "") -> Preview:
    problems = problems_of(diagnostics)  # type: ignore[arg-type]
    lines = [f"# not run; {reason}"]
    for problem in problems:
        lines.append(f"# line {problem.span.line}: {problem.message}")
        lines += [f"#   way out: {problem.way_out}"] if problem.way_out else []
    return Preview("".join(f"{line}\n" for line in lines), "unknown", problems, (0,) * len(lines))


def _origin(arguments: Arguments) -> str:
    return "annotations" if arguments.origin == ANNOTATIONS else "unknown"


def _primal_lines(text: str, marks: tuple[tuple[int, str, int], ...], above: int) -> tuple[int, ...]:
    """The primal's line for each line of a listing: that of the statement which it belongs to."""
    lines = split_lines(text)
    known = {line + above: (name, primal) for line, name, primal in marks}
    found, now = [], 0
    for number, line in enumerate(lines, start=1):
        if line.startswith("def ") or not line.strip():
            now = 0
        now = known[number][1] if number in known else now
        found.append(now if line[:1] in (" ", "\t") else 0)
    # A comment with the primal's text stands over its statements.
    for index in range(len(found) - 2, -1, -1):
        if lines[index].lstrip().startswith("#") and lines[index][:1] == " ":
            found[index] = found[index + 1]
    return tuple(found)

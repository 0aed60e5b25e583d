"""Which functions a person differentiates, and what these reach: the editor speaks of no others.

A function is differentiated where it has an example call, or where it is handed to `adls.grad` and the like, in its own
file or in one that is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adls.engine.analysis.moment import Moment
from adls.engine.analysis.outline import Use, outline
from adls.engine.analysis.reads import Node
from adls.engine.frontend.modules import Defined, Module, bound_by, library_of
from adls.engine.source.chunks import Chunk
from adls.engine.source.frozen import dataclass

_TAKERS = frozenset({f"adls.{name}" for name in (
    "grad", "value_and_grad", "pullback", "compiled", "jacobian", "hessian", "hvp", "jvp", "check_gradient")})


@dataclass(frozen=True, slots=True)
class Scope:
    """Qualified names of one file, in its order. `starts` are the functions that are differentiated and lead here."""

    differentiated: tuple[str, ...]
    functions: tuple[str, ...]
    starts: tuple[Node, ...]


def scope_of(moment: Moment, module: Module, more: Iterable[Node] = ()) -> Scope:
    """What is in scope in a file; `more` are functions that are differentiated though no text says so."""
    starts = list(dict.fromkeys([*_starts(moment, module), *more]))
    reached = moment.reads.reached(starts)
    own = [node.name for node in reached if node.path == module.path and node.kind == "function"]
    order = {name: n for n, name in enumerate(moment.reads.contents(module).functions)}
    named = {node.name for node in starts if node.path == module.path}
    functions = sorted(set(own), key=lambda name: order[name])
    leading = [start for start in starts if start.path == module.path
               or any(node.path == module.path for node in moment.reads.reached([start]))]
    return Scope(tuple(name for name in functions if name in named), tuple(functions), tuple(leading))


def _starts(moment: Moment, module: Module) -> Iterator[Node]:
    """The functions that are differentiated in a file, and in the files that are open."""
    yield from _starts_in(moment, module)
    for path in moment.texts.opened:
        other = moment.module(path) if path != module.path else None
        if other is not None:
            yield from _starts_in(moment, other)


def _starts_in(moment: Moment, module: Module) -> Iterator[Node]:
    for found, _ in moment.examples_as_written(module):
        node = moment.reads.function(module, found.function)
        if node is not None:
            yield node
    if not any(map(_speaks_of_adls, module.chunks.chunks)):
        return
    for chunk in module.chunks.chunks:
        for use in outline(chunk).uses:
            yield from _differentiated_by(moment, module, use)


def _speaks_of_adls(chunk: Chunk) -> bool:
    return "adls" in chunk.words


def _differentiated_by(moment: Moment, module: Module, use: Use) -> Iterator[Node]:
    project = moment.project
    if not _may_be_adls(module, use.function):
        return
    if library_of(project.look(module, use.function)) not in _TAKERS and not _local_adls(use.function):
        return
    subject = use.subject
    if use.decorates:
        node = moment.reads.function(module, subject)
        yield from [node] if node is not None else []
        return
    for receiver in ("self.", "cls."):
        if subject.startswith(receiver) and use.owner:
            subject = f"{use.owner}.{subject.removeprefix(receiver)}"
    found = project.look(module, subject)
    if isinstance(found, Defined):
        node = moment.reads.function(found.module, found.qualname)
        yield from [node] if node is not None else []
    elif found is None and "." in subject:
        yield from _method(moment, module, subject.rpartition(".")[2])


def _method(moment: Moment, module: Module, name: str) -> Iterator[Node]:
    """The method that `model.loss` means where `model` is a local variable: the only one of its name, if it is."""
    named = [(each, qualname) for each in moment.project.loaded(module)
             for qualname in moment.reads.contents(each).functions if qualname.endswith(f".{name}")]
    if len(named) == 1:
        node = moment.reads.function(*named[0])
        yield from [node] if node is not None else []


def _may_be_adls(module: Module, path: str) -> bool:
    """Whether a name comes from an import: most of those that are called do not."""
    root = path.partition(".")[0]
    places = module.names.get(root, ())
    return root == "adls" or any(bound_by(module.chunks.chunks[n])[place].how == "import" for n, place in places)


def _local_adls(path: str) -> bool:
    """`import adls` may stand in the function that uses it."""
    return path in _TAKERS

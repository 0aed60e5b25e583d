"""Classes by their text: what they hold under a name, and the fields of a NamedTuple."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from adls.engine.frontend.bindings import Binding, bindings_of
from adls.engine.frontend.decorators import decorated
from adls.engine.frontend.modules import UNKNOWN, Classed, Defined, Made, Project, Thing, dotted, library_of
from adls.engine.ir.entities import Namespace

# What may be a base without changing what the class's names mean.
_PLAIN = frozenset({"object", "typing.NamedTuple", "NamedTuple", "Generic", "typing.Generic", "Protocol", "ABC"})


def member(project: Project, owner: Classed, name: str) -> Thing | None:
    """What a class has under a name; None where it surely has nothing."""
    for holder in lineage(project, owner):
        if holder is None:
            return UNKNOWN
        found = [binding for binding in bindings_of(holder.node.body) if binding.name == name]
        if found:
            return _bound(project, holder, found)
    return None


def parents(project: Project, owner: Classed) -> list[Classed] | None:
    """The classes of the workspace that a class inherits from; None where there is a base that is not known."""
    found = []
    for base in owner.node.bases:
        path = dotted(base.value if isinstance(base, ast.Subscript) else base)
        if path.rpartition(".")[2] in _PLAIN:
            continue
        known = project.look(owner.module, path) if path else None
        if not isinstance(known, Classed):
            return None
        found.append(known)
    return found


def named_tuple_fields(owner: Classed) -> tuple[str, ...] | None:
    """The fields of a class that is a NamedTuple; None of any other."""
    if not any(dotted(base).rpartition(".")[2] == "NamedTuple" for base in owner.node.bases):
        return None
    return tuple(each.target.id for each in owner.node.body
                 if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name))


def lineage(project: Project, owner: Classed, depth: int = 0) -> Iterator[Classed | None]:
    """A class and its bases, nearest first; None stands for one that is not known."""
    yield owner
    for base in owner.node.bases:
        path = dotted(base.value if isinstance(base, ast.Subscript) else base)
        if path.rpartition(".")[2] in _PLAIN or path in _PLAIN:
            continue
        found = project.look(owner.module, path) if path else None
        if isinstance(found, Classed) and depth < 20:
            yield from lineage(project, found, depth + 1)
        else:
            yield None


def namespace(project: Project, owner: Classed) -> Namespace:
    """A class as a namespace, with its constructor's parameters where it is a NamedTuple."""
    fields = None
    for holder in lineage(project, owner):
        fields = (named_tuple_fields(holder) if holder is not None else None) or fields
    name = f"{owner.module.place.module}.{owner.qualname}"
    return Namespace(name, fields, _named(project, owner, name, is_tuple=fields is not None))


def _named(project: Project, owner: Classed | Made, wanted: str, *, is_tuple: bool) -> str:
    """The name by which resolvers know a class, one for each: what `class_target` gives the class object."""
    name, number = wanted, 1
    while not all(_is_free(project, each, owner) for each in _names(name, is_tuple)):
        number += 1
        name = f"{wanted}#{number}"
    project.classes.update(dict.fromkeys(_names(name, is_tuple), owner))
    return name


def _names(name: str, is_tuple: bool) -> tuple[str, ...]:
    """The names of a class: a NamedTuple's type has the last part only."""
    return (name, name.rpartition(".")[2]) if is_tuple else (name,)


def _is_free(project: Project, name: str, owner: Classed | Made) -> bool:
    known = project.classes.get(name)
    return known is None or known.node is owner.node


def named_tuple(project: Project, made: Made) -> Namespace | None:
    """The class that `namedtuple("Point", "x y")` makes."""
    match made.node:
        case ast.Call(func, [ast.Constant(str(name)), given], []):
            pass
        case _:
            return None
    found = project.look(made.module, dotted(func))
    maker = library_of(found)
    fields = _field_names(given)
    if maker not in ("collections.namedtuple", "typing.NamedTuple") or fields is None:
        return None
    path = f"{made.module.place.module}.{name}"
    return Namespace(path, fields, _named(project, made, path, is_tuple=True))


def _field_names(given: ast.expr) -> tuple[str, ...] | None:
    try:
        value = ast.literal_eval(given)
    except ValueError:
        items = [each.elts[0] for each in getattr(given, "elts", []) if isinstance(each, ast.Tuple) and each.elts]
        value = [each.value for each in items if isinstance(each, ast.Constant)]
    names = value.replace(",", " ").split() if isinstance(value, str) else value
    plain = isinstance(names, list | tuple) and names and all(isinstance(each, str) for each in names)
    return tuple(names) if plain else None


def _bound(project: Project, holder: Classed, found: list[Binding]) -> Thing:
    binding = found[-1]
    if len(found) > 1 and not all(each.how == "function" and each.sure for each in found):
        return UNKNOWN
    node, inside = binding.node, (*holder.enclosing, holder.node)
    qualname = f"{holder.qualname}.{binding.name}"
    match binding.how:
        case "function":
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            return decorated(Defined(holder.module, node, qualname, inside))
        case "class":
            assert isinstance(node, ast.ClassDef)
            return Classed(holder.module, node, qualname, inside)
        case "value" if plain(project, holder) and not _reads_class(holder, node):
            assert isinstance(node, ast.expr)
            return project.made(holder.module, node, qualname)
        case _:
            return UNKNOWN


def _reads_class(holder: Classed, node: ast.AST) -> bool:
    """Whether an expression reads names of the class body, which are none of the module's."""
    own = {binding.name for binding in bindings_of(holder.node.body)}
    return any(isinstance(inner, ast.Name) and inner.id in own for inner in ast.walk(node))


def plain(project: Project, holder: Classed) -> bool:
    """Whether what a class body assigns is what the class then has: no metaclass, base or decorator in between."""
    known = all(each is not None for each in lineage(project, holder))
    return known and not holder.node.keywords and all(
        dotted(each.func if isinstance(each, ast.Call) else each).rpartition(".")[2] == "dataclass"
        for each in holder.node.decorator_list)


def match_args(owner: Classed) -> tuple[str, ...] | None:
    """The fields of a plain dataclass in their order; None for any other class."""
    decorators = [dotted(each.func if isinstance(each, ast.Call) else each) for each in owner.node.decorator_list]
    if [each.rpartition(".")[2] for each in decorators] != ["dataclass"] or owner.node.bases:
        return None
    return tuple(each.target.id for each in owner.node.body
                 if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name))

"""The user's classes by their text: their members in the order of inheritance, and what calling one does.

It says what `classes.py` says of the class object, or less: where a base, a decorator or a metaclass is not known,
where a member is bound in a branch, or where a field is made by something else than its default, nothing is said.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from adls.engine.frontend.bindings import Binding, bindings_of
from adls.engine.frontend.class_texts import named_tuple, named_tuple_fields, parents
from adls.engine.frontend.decorators import SAME
from adls.engine.frontend.modules import Classed, Defined, Made, Project, Thing, dotted, library_of
from adls.engine.ir.entities import Construction, Entity, Member, Stored, UserFunction
from adls.engine.ir.types import Any, Bottom, Dict, List, Type
from adls.engine.source.frozen import dataclass

_MAGIC = ("__new__", "__getattr__", "__getattribute__", "__setattr__", "__delattr__")
_KINDS = {"builtins.staticmethod": "static", "builtins.classmethod": "class", "builtins.property": "property",
          "functools.cached_property": "cached"}  # fmt: skip
_FACTORIES: dict[str, Type] = {"list": List(Bottom(), ()), "dict": Dict(Bottom(), ())}
_SAME = SAME | {"abc.abstractmethod"}
_REMEMBERING = frozenset({"functools.cache", "functools.lru_cache"})
"""What a method does is the same, unless it relies on being remembered by calling itself."""


@dataclass(frozen=True, eq=False)
class RecordTexts:
    """Reads classes of a project; `entity` says what kind of thing a definition is."""

    project: Project
    entity: Callable[[Thing], Entity]

    def member(self, cls: str, name: str, after: str = "") -> Member | None:
        """What a class, or those behind the class `after` in its order, has under a name."""
        order = self._order(cls) or ()
        names = [each.qualname for each in order]
        for holder in order[names.index(after) + 1 if after in names else 0 :]:
            found = [each for each in bindings_of(holder.node.body) if each.name == name]
            if found:
                return self._member(holder, found)
        return None

    def construction(self, cls: str) -> Construction | None:
        """What calling a class does; None where that is not modelled."""
        made = self.project.classes.get(cls)
        if isinstance(made, Made):
            tuple_ = named_tuple(self.project, made)
            return Construction(tuple(Stored(name, False, None) for name in tuple_.fields or ())) if tuple_ else None
        order = self._order(cls)
        if not order:
            return None
        if named_tuple_fields(order[0]) is not None:
            return Construction(tuple(Stored(name, False, self._default(order[0], value))
                                      for name, value in _annotated(order[0])))
        if not self._is_record(order):
            return None
        for holder in order:
            own = [each for each in bindings_of(holder.node.body) if each.name == "__init__"]
            if own:
                plain = len(own) == 1 and own[0].how == "function" and not getattr(own[0].node, "decorator_list", ())
                return Construction(None, "__init__") if plain and own[0].sure else None
            if _option(holder, "init") is not False and _is_dataclass(holder):
                return self._dataclass(order)
        return Construction(())

    def is_kind(self, cls: str, kind: str) -> bool | None:
        """Whether a class is another or inherits from it."""
        order, other = self._order(cls), self.project.classes.get(kind)
        return None if order is None or other is None else any(each.node is other.node for each in order)

    # Inheritance

    def _order(self, cls: str) -> Sequence[Classed] | None:
        owner = self.project.classes.get(cls)
        return self._linear(owner, 0) if isinstance(owner, Classed) else None

    def _linear(self, owner: Classed, depth: int) -> Sequence[Classed] | None:
        """A class and its bases in Python's order (C3); None where one is not known."""
        bases = parents(self.project, owner)
        if bases is None or depth > 20:
            return None
        lines = [self._linear(each, depth + 1) for each in bases]
        rest = [list(each) for each in (*lines, bases) if each is not None]
        found = [owner]
        while any(rest) and None not in lines:
            rest = [each for each in rest if each]
            heads = (each[0] for each in rest)
            head = next((h for h in heads if not any(h.node is o.node for each in rest for o in each[1:])), None)
            if head is None:
                return None
            found.append(head)
            rest = [each[1:] if each[0].node is head.node else each for each in rest]
        return None if None in lines else found

    # Members

    def _member(self, holder: Classed, found: list[Binding]) -> Member | None:
        last = found[-1]
        if not last.sure or (holder.node.decorator_list and not _is_dataclass(holder)):
            return None
        match last.how, last.node:
            case "function", ast.FunctionDef() as node:
                return self._function(holder, node, found)
            case "class", ast.ClassDef() as inner:
                inside = (*holder.enclosing, holder.node)
                found_class = Classed(holder.module, inner, f"{holder.qualname}.{last.name}", inside)
                return Member("value", self.entity(found_class))
            case "value", ast.expr() as value:
                return self._value(holder, last.name, value)
        return None

    def _function(self, holder: Classed, node: ast.FunctionDef, found: list[Binding]) -> Member | None:
        def own(definition: ast.FunctionDef) -> Entity:
            qualname = f"{holder.qualname}.{definition.name}"
            return self.entity(Defined(holder.module, definition, qualname, (*holder.enclosing, holder.node)))

        same = (_SAME - _KINDS.keys()) | (frozenset() if _names_itself(node) else _REMEMBERING)
        keys = [key for each in node.decorator_list if (key := self._key(holder, each)) not in same]
        if not keys:
            return Member("method", own(node))
        if len(keys) > 1:
            return None
        if keys[0] in _KINDS:
            return Member(_KINDS[keys[0]], own(node))
        if dotted(node.decorator_list[0]) == f"{node.name}.setter":
            getters = [each.node for each in found[:-1] if isinstance(each.node, ast.FunctionDef)
                       and [self._key(holder, d) for d in each.node.decorator_list] == ["builtins.property"]]
            return Member("property", own(getters[-1]), own(node)) if getters else None
        return None

    def _value(self, holder: Classed, name: str, node: ast.expr) -> Member | None:
        own = {binding.name for binding in bindings_of(holder.node.body)}
        if isinstance(node, ast.Name) and node.id in own and node.id != name:
            alias = [each for each in bindings_of(holder.node.body) if each.name == node.id]
            return self._member(holder, alias)
        if any(isinstance(inner, ast.Name) and inner.id in own for inner in ast.walk(node)):
            return None
        if named_tuple_fields(holder) is not None and name in dict(_annotated(holder)):
            return None
        if _is_dataclass(holder) and _is_field(node):
            given = _keyword(node, "default")
            return Member("value", self._made(holder, given)) if given is not None else None
        if isinstance(node, ast.Call) and dotted(node.func) == "staticmethod" and len(node.args) == 1:
            held = self._made(holder, node.args[0])
            return Member("static" if isinstance(held, UserFunction) else "value", held)
        entity = self._made(holder, node)
        return Member("method" if isinstance(entity, UserFunction) else "value", entity)

    def _made(self, holder: Classed, node: ast.expr) -> Entity:
        return self.entity(self.project.made(holder.module, node, ""))

    def _key(self, holder: Classed, decorator: ast.expr) -> str:
        path = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        return library_of(self.project.look(holder.module, path) if path else None) or path

    # Construction

    def _is_record(self, order: Sequence[Classed]) -> bool:
        """Whether instances are plain objects: attributes that are what they look like, methods in Python."""
        frozen = _is_frozen(order)
        for holder in order:
            bound = {binding.name: binding for binding in bindings_of(holder.node.body)}
            if not frozen and any(name in bound for name in _MAGIC):
                return False
            keywords = holder.node.keywords
            if any(each.arg != "metaclass" or not dotted(each.value).endswith("ABCMeta") for each in keywords):
                return False
            if holder.node.decorator_list and not _is_dataclass(holder):
                return False
            if any(self._may_guard(holder, each.node) for each in bound.values() if each.how == "value"):
                return False
        return True

    def _may_guard(self, holder: Classed, node: ast.AST) -> bool:
        """Whether what a class holds may be a descriptor, which makes attributes other than what they look like."""
        if not isinstance(node, ast.Call) or _is_field(node):
            return False
        path = dotted(node.func)
        found = self.project.look(holder.module, path) if path else None
        return isinstance(found, Classed) or not library_of(found)

    def _dataclass(self, order: Sequence[Classed]) -> Construction | None:
        stored: dict[str, Stored] = {}
        for holder in reversed(order):
            if not _is_dataclass(holder):
                continue
            keyword = _option(holder, "kw_only") is True
            for node in holder.node.body:
                if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
                    continue
                written = ast.unparse(node.annotation)
                if "ClassVar" in written:
                    continue
                if written.rpartition(".")[2] == "KW_ONLY":
                    keyword = True
                    continue
                found = self._stored(holder, node.target.id, node.value, keyword)
                if found is None:
                    return None
                passed = written.partition("[")[0].rpartition(".")[2] == "InitVar"
                stored[found.name] = replace(found, passed=passed)
        after = [each for holder in order for each in bindings_of(holder.node.body) if each.name == "__post_init__"]
        then = "__post_init__" if after and after[0].how == "function" else ""
        return Construction(tuple(stored.values()), then, _is_frozen(order))

    def _stored(self, holder: Classed, name: str, value: ast.expr | None, keyword: bool) -> Stored | None:
        """A field as the constructor stores it; None where it is made by what is not known."""
        if value is None or not _is_field(value):
            return Stored(name, keyword, self._default(holder, value))
        never = _keyword(value, "init")
        given = not isinstance(never, ast.Constant) or never.value is not False
        if isinstance(apart := _keyword(value, "kw_only"), ast.Constant):
            keyword = apart.value is True
        factory = _keyword(value, "default_factory")
        if factory is not None:
            default = _FACTORIES.get(dotted(factory))
            if default is None and not dotted(factory):
                return None
            made = self._made(holder, factory) if default is None else None
            return Stored(name, keyword, default or Any(), made, given)
        return Stored(name, keyword, self._default(holder, _keyword(value, "default")), None, given)

    def _default(self, holder: Classed, node: ast.expr | None) -> Type | None:
        return self.project.typeof(Made(holder.module, node, "")) if node is not None else None


def _annotated(holder: Classed) -> Iterator[tuple[str, ast.expr | None]]:
    """The annotated names of a class body, with what they are given."""
    for node in holder.node.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.value


def _names_itself(node: ast.FunctionDef) -> bool:
    return any(node.name in (getattr(each, "attr", ""), getattr(each, "id", ""))
               for statement in node.body for each in ast.walk(statement))


def _is_dataclass(holder: Classed) -> bool:
    """Whether a class is decorated as a dataclass and as nothing else."""
    names = [dotted(each.func if isinstance(each, ast.Call) else each) for each in holder.node.decorator_list]
    return [name.rpartition(".")[2] for name in names] == ["dataclass"]


def _is_frozen(order: Sequence[Classed]) -> bool:
    return next((_option(each, "frozen") is True for each in order if _is_dataclass(each)), False)


def _option(holder: Classed, name: str) -> object:
    """What the dataclass decorator is told; None where it is told nothing, or nothing that the text says."""
    for each in holder.node.decorator_list:
        given = _keyword(each, name) if isinstance(each, ast.Call) else None
        if given is not None:
            return given.value if isinstance(given, ast.Constant) else None
    return None


def _is_field(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "field"


def _keyword(node: ast.expr, name: str) -> ast.expr | None:
    keywords = node.keywords if isinstance(node, ast.Call) else []
    return next((each.value for each in keywords if each.arg == name), None)

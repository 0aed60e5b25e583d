"""Which lists and dicts grow, and by what: `xs = []` has no element type before `xs.append(x)`, by whatever name.

Steensgaard's unification (POPL 1996) with fields: one node for each set of variables that may hold the same container,
and below it one for each literal key, or one for all of them once an unknown key was used. What is stored into a node
shows in the type of every variable of the node.
"""

from __future__ import annotations

from collections.abc import Callable as Function
from dataclasses import replace

from adls.engine.ir.types import Any, Callable, Dict, Iter, List, Tuple, Type
from adls.engine.passes.typing import join, join_all

EVERY = "*"
DEEPEST = 6
"""How many levels of containers in containers are told apart where a callee made them."""
RESULT = "<result>"
ROUNDS = 6
"""How often what a node holds may lie in what it holds again, before nothing is known of it."""


class Node:
    """Containers that may be the same object."""

    __slots__ = ("escaped", "fields", "parent", "resized", "stored", "sure")

    def __init__(self) -> None:
        self.parent: Node | None = None
        self.fields: dict[object, Node] = {}
        self.stored: dict[object, Type] = {}
        self.sure: set[object] = set()  # the keys that are stored by each call
        self.resized = False
        self.escaped = False


class Heap:
    """The nodes of one function's variables. `changed` is set whenever a type may have grown."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._around: list[Node] = []  # what is being grown, with all around it
        self.changed = False

    def node(self, name: str) -> Node:
        """The node of a variable."""
        found = self._nodes.get(name)
        if found is None:
            found = self._nodes[name] = Node()
        return _root(found)

    def others(self, name: str) -> list[str]:
        """The variables that may hold the same container as one, with this one."""
        mine = self.node(name)
        return [other for other, node in self._nodes.items() if _root(node) is mine]

    def is_stored(self, name: str, key: object) -> bool:
        """Whether something may be put into a variable's container under a key."""
        stored = self.node(name).stored
        return key in stored or EVERY in stored

    def field(self, node: Node, key: object) -> Node:
        """What a container holds under a literal key; EVERY where the key is not known."""
        node = _root(node)
        if key == EVERY:
            self._collapse(node)
            node = _root(node)
        if EVERY in node.fields:
            key = EVERY
        if key not in node.fields:
            node.fields[key] = Node()
        return _root(node.fields[key])

    def unify(self, a: Node, b: Node) -> None:
        """Make two nodes one, and what they hold likewise."""
        a, b = _root(a), _root(b)
        if a is b:
            return
        b.parent = a
        if (b.resized and not a.resized) or (b.escaped and not a.escaped) or a.stored != b.stored or a.sure != b.sure:
            self.changed = True
        a.sure |= b.sure
        a.resized, a.escaped = a.resized or b.resized, a.escaped or b.escaped
        for key, stored in b.stored.items():
            a.stored[key] = join(a.stored[key], stored) if key in a.stored else stored
        fields, b.fields, b.stored = b.fields, {}, {}
        for key, inner in fields.items():
            self._put(_root(a), key, inner)

    def store(self, node: Node, key: object, value: Type, *, resize: bool = False, sure: bool = True) -> None:
        """Note that a value is put into a container, under a literal key or EVERY; `sure`: by each call."""
        node = _root(node)
        if sure and key not in node.sure:
            node.sure.add(key)
            self.changed = True
        old = node.stored.get(key)
        new = value if old is None else join(old, value)
        if new != old or (resize and not node.resized):
            node.stored[key] = new
            node.resized = node.resized or resize
            self.changed = True

    def resize(self, node: Node) -> None:
        """Note that a container loses elements or is reordered."""
        node = _root(node)
        if not node.resized:
            node.resized = self.changed = True

    def escape(self, node: Node) -> None:
        """Note that unknown code may change a container and all that it holds."""
        node = _root(node)
        if node.escaped:
            return
        node.escaped = self.changed = True
        for inner in list(node.fields.values()):
            self.escape(inner)

    def grown(self, type_: Type, node: Node) -> Type:
        """A type with what the containers in it were seen to receive."""
        node = _root(node)
        if not (node.fields or node.stored or node.resized or node.escaped):
            return type_
        if self._around.count(node) > ROUNDS:
            return Any()
        self._around.append(node)
        found = self._grown(type_, node)
        self._around.pop()
        return found

    def _grown(self, type_: Type, node: Node) -> Type:
        match type_:
            case List():
                return self._grown_list(type_, node)
            case Dict():
                return self._grown_dict(type_, node)
            case Tuple(items, name):
                return Tuple(tuple(self._inner(t, node, i) for i, t in enumerate(items)), name)
            case Iter(kind, item):
                return Iter(kind, self._inner(item, node, EVERY))
            case Callable(target, cells):
                return Callable(target, tuple(self._inner(t, node, ("cell", i)) for i, t in enumerate(cells)))
            case _:
                return type_

    def link(self, mine: Node, other: Heap, theirs: Node, convert: Function[[Type], Type],
             linked: dict[Node, Node], sure: bool = True, depth: int = 0) -> None:
        """Carry over to my node what a callee did to its own; `sure`: each call of mine calls it.

        What lies deep inside is one node with what it lies in: what a recursion keeps would have a level for each call.
        """
        theirs = _root(theirs)
        if theirs in linked:
            self.unify(linked[theirs], mine)
            return
        linked[theirs] = mine
        if theirs.escaped:
            self.escape(mine)
        if theirs.resized:
            self.resize(mine)
        for key, stored in theirs.stored.items():
            self.store(mine, key, convert(stored), sure=sure and key in theirs.sure)
        for key, inner in theirs.fields.items():
            place = self.field(mine, key)
            if depth > DEEPEST:
                self.unify(mine, place)
            self.link(_root(place), other, inner, convert, linked, sure, depth + 1)

    def shape(self, names: tuple[str, ...]) -> tuple[object, ...]:
        """What callers can see, as a comparable value: for the fixpoint over recursion."""
        numbers: dict[Node, int] = {}
        return tuple(self._walk(self.node(name), numbers) for name in names)

    def _walk(self, node: Node, numbers: dict[Node, int]) -> tuple[object, ...]:
        node = _root(node)
        if node in numbers:
            return (numbers[node],)
        numbers[node] = len(numbers)
        fields = tuple((key, self._walk(inner, numbers)) for key, inner in node.fields.items())
        return node.resized, node.escaped, tuple(node.stored.items()), frozenset(node.sure), fields

    def _put(self, node: Node, key: object, inner: Node) -> None:
        """Have a node hold another. No new node is made: in a cycle that would never end."""
        if key == EVERY:
            self._collapse(node)
            node = _root(node)
        place = EVERY if EVERY in node.fields else key
        if place in node.fields:
            self.unify(node.fields[place], inner)
        else:
            node.fields[place] = inner

    def _collapse(self, node: Node) -> None:
        """From now on all that a node holds is one node."""
        if len(node.fields) <= (EVERY in node.fields):
            return
        first, *rest = node.fields.values()
        node.fields = {EVERY: first}
        for inner in rest:
            self.unify(first, inner)

    def _inner(self, type_: Type, node: Node, key: object) -> Type:
        inner = node.fields.get(EVERY) or node.fields.get(key)
        if node.escaped and isinstance(type_, List | Dict):
            return unknown(type_)
        return self.grown(type_, inner) if inner is not None else type_

    def _grown_list(self, list_: List, node: Node) -> Type:
        if node.escaped:
            return unknown(list_)
        items = list_.items
        known = all(type(key) is int for key in node.stored)
        if items is None or node.resized or not known:
            item = join_all((list_.item, *node.stored.values()))
            return List(self._inner(item, node, EVERY), None, list_.kind, list_.optional)
        put = list(items)
        for key, stored in node.stored.items():
            if isinstance(key, int) and -len(put) <= key < len(put):
                put[key] = join(put[key], stored)
        new = tuple(self._inner(t, node, i) for i, t in enumerate(put))
        return List(join_all(new), new, list_.kind, list_.optional)

    def _grown_record(self, record: Dict, node: Node) -> Type:
        if EVERY in node.stored or EVERY in node.fields:
            return Any()
        entries = dict(record.items or ())
        for key, stored in node.stored.items():
            entries[key] = join(entries[key], stored) if key in entries else stored
        new = tuple(sorted(((key, self._inner(t, node, key)) for key, t in entries.items()), key=str))
        return Dict(join_all(t for _, t in new), new, record.cls)

    def _grown_dict(self, dict_: Dict, node: Node) -> Type:
        if node.escaped:
            return unknown(dict_)
        if dict_.cls:
            return self._grown_record(dict_, node)
        if dict_.items is None or EVERY in node.stored or node.resized:
            value = self._inner(join_all((dict_.value, *node.stored.values())), node, EVERY)
            return replace(dict_.any_keys(), value=value)
        entries = dict(dict_.items)
        later = dict_.later | {key for key in node.stored if key not in entries}
        for key, stored in node.stored.items():
            entries[key] = join(entries[key], stored) if key in entries else stored
        new = tuple((key, self._inner(t, node, key)) for key, t in entries.items())
        return replace(dict_, value=join_all(t for _, t in new), items=new, later=frozenset(later - node.sure))


def unknown(type_: List | Dict) -> Type:
    """A container that unknown code may have changed."""
    if isinstance(type_, List):
        return List(Any(), None, type_.kind, type_.optional)
    return Any() if type_.cls else replace(type_.any_keys(), value=Any())


def _root(node: Node) -> Node:
    while node.parent is not None:
        if node.parent.parent is not None:
            node.parent = node.parent.parent
        node = node.parent
    return node

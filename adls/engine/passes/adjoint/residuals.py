"""What the backward pass reads of the forward pass, and where the forward pass keeps it.

A residual belongs to a scope: the function, or one loop. The function's go into one tuple, a loop's into one tuple
an iteration.
A variable that keeps its value to the end of a scope is kept under its own name; one that is assigned again is
kept under a second name, bound where it was read. Memory that is written later is copied at the read: the kept
bytes are
then those that were read, never those of the whole array.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import field

from adls.engine.ir.ops import Const, Function, Global, Let, Op, Operand, Statement, Var
from adls.engine.ir.types import Any, Array, Bool, Dict, Int, List, NoneT, Opaque, Str, Tuple, Type
from adls.engine.passes.adjoint.index import FUNCTION_SCOPE, Index, Place
from adls.engine.passes.adjoint.sharing import memory_levels
from adls.engine.passes.alias import RESULT, Memory
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import Span

_CHEAP_PRIMS = {"slice", "tuple", "operator.add", "operator.sub", "operator.mul", "operator.floordiv", "operator.neg"}
SHAPE = Opaque("shape")
TOKEN = Opaque("token")
RESIDUALS = Opaque("residuals")
"""Types, for readers only, of what the forward pass keeps besides values."""

_TAKING = {"copy", "unpack", "getitem", "attr", "apply", "call"}


@dataclass(frozen=True, slots=True)
class Residual:
    """One kept value: its name in both passes, its type, where it was made, and which formula reads it.

    `fresh` when the operation there made it; a parameter, or what was taken out of a container, was made elsewhere.
    """

    name: str
    type: Type
    span: Span
    reason: str
    fresh: bool = True


@dataclass
class Edit:
    """What the forward pass does besides the primal statement: operations before and after it."""

    before: list[Statement] = field(default_factory=list)
    after: list[Statement] = field(default_factory=list)
    inside: list[Statement] = field(default_factory=list)  # at the start of a loop's body


class Residuals:
    """Collects residuals while the backward pass is generated; asking twice for the same value keeps it once."""

    def __init__(self, function: Function, memory: Memory, index: Index, fresh: Callable[[str], str],
                 writes: dict[str, list[Place]], escapes: frozenset[str]) -> None:
        self.function = function
        self.memory = memory
        self.index = index
        self.fresh = fresh
        self.writes = writes
        self.escapes = escapes
        self.types: dict[str, Type] = {}
        self.scopes: dict[int, dict[str, Residual]] = {FUNCTION_SCOPE: {}}
        self.edits: dict[int, Edit] = {}
        self.entry: list[Statement] = []
        self._made: dict[tuple[object, ...], Var] = {}
        self.forms: dict[str, Var] = {}  # what has the structure of a container when the function returns
        self.structures: dict[str, Var] = {}  # which containers a parameter's holds then
        self.slots: set[str] = set()  # variables that hold a shape, and are read where they may be unset

    def value(self, operand: Operand, place: Place, after: bool, span: Span, reason: str) -> Operand:
        """The operand as it stood before (or after) the statement at `place`, readable in the backward pass."""
        if isinstance(operand, Const) or (isinstance(operand, Global) and operand.key):
            return operand
        if isinstance(operand, Global):
            return self._global(operand, span, reason)
        type_ = self.function.type_of(operand)
        kept = Array | List | Dict | Any | Tuple
        if isinstance(type_, kept) and not _is_instance(type_):
            changing = [level for level in memory_levels(type_) if self.changes_after(
                self.memory.at(operand.name, level), place, after)]
            if changing:
                copy = "runtime.as_it_is" if max(changing) else _COPIES.get(type(type_), "runtime.as_it_is")
                return self._saved(operand, place, after, span, reason, copy)
        scope = self._stable_scope(operand.name, place, after)
        if scope is None:
            return self._saved(operand, place, after, span, reason)
        return self._keep(scope, operand.name, type_, self._made_at(operand, span), reason)

    def reference(self, operand: Var, place: Place, after: bool, span: Span) -> Operand:
        """The very object that a variable names at `place`, whatever is written into it."""
        scope = self._stable_scope(operand.name, place, after)
        reason = "its cotangents are found by it"
        if scope is None:
            return self._saved(operand, place, after, span, reason)
        return self._keep(scope, operand.name, self.function.type_of(operand), self._made_at(operand, span), reason)

    def structure(self, operand: Var, place: Place, after: bool, span: Span) -> Operand:
        """What the shadow of a container is made from: the container, or a shadow from when the function returned where
        a caller gets hold of the container, and may change it before the backward pass."""
        known, type_ = set(self.scopes[FUNCTION_SCOPE]), self.function.type_of(operand)
        kept = self.reference(operand, place, after, span)
        assert isinstance(kept, Var)
        if not self._outlives(operand.name) or kept.name not in self.scopes[FUNCTION_SCOPE]:
            return kept
        form = self.forms.get(kept.name)
        if form is None:
            form = self.forms[kept.name] = Var(self.fresh(f"{operand.name}_form"))
            self.types[form.name] = type_
        if kept.name not in known:
            del self.scopes[FUNCTION_SCOPE][kept.name]
        return self._keep(FUNCTION_SCOPE, form.name, type_, span, "its cotangents have its structure")

    def _outlives(self, name: str) -> bool:
        """Whether a caller may know what a variable names."""
        root = self.memory.class_of(name)
        return any(root in self.memory.reached(each) for each in (RESULT, *self.memory.parameters))

    def attribute(self, operand: Operand, name: str, type_: Type, place: Place, after: bool, span: Span) -> Operand:
        """`operand.name` (shape, ndim or dtype) as it stood at `place`: kept without keeping the array."""
        if isinstance(operand, Var) and isinstance(self.function.type_of(operand), Array):
            found = self.index.single(operand.name)
            if found is not None and place.scopes[: len(found[0].scopes)] == found[0].scopes:
                place, after = found[0], True
            elif not self.index.definitions.get(operand.name):
                return self._of_parameter(operand, name, type_, span)
        key = ("attr", operand, name, place.number, after)
        if key not in self._made:
            base = operand.name if isinstance(operand, Var) else "value"
            var = Var(self.fresh(f"{base}_{name}"))
            self._note(place, after, Let((var,), self._reading(operand, name), span))
            self.types[var.name] = type_
            self._made[key] = var
        return self._keep(place.scope, self._made[key].name, type_, span, f"the {name} of a value")

    def slot_shape(self, leaf: tuple[str | int, ...], scope: int, span: Span) -> Var:
        """The shape of what a variable, or an item of its tuples, is at the end of a scope, where it is bound in
        several places or in an inner loop."""
        return self._keep(scope, self._slot(leaf, span).name, SHAPE, span, f"the shape of {leaf[0]}")

    def shape_at(self, leaf: tuple[str | int, ...], place: Place, after: bool, span: Span) -> Var:
        """The shape of what a variable that changes its shape, or an item of its tuples, is before or after a place."""
        key = ("shape at", leaf, place.number, place.scope, after)
        if key not in self._made:
            slot = self._slot(leaf, span)
            var = self._made[key] = Var(self.fresh(slot.name))
            self.types[var.name] = SHAPE
            self.slots.add(slot.name)
            read = Let((var,), Op("copy", (slot,)), span)
            if place.scope == place.number and place.number and not after:
                # A loop's target: its slot is set at the beginning of the body, and read before that.
                self.edits.setdefault(place.number, Edit()).inside.insert(0, read)
            elif place.number:
                self._note(place, after, read)
            else:
                self.entry.append(read)  # As the caller passed it.
        return self._keep(place.scope, self._made[key].name, SHAPE, span, f"the shape of {leaf[0]}")

    def _slot(self, leaf: tuple[str | int, ...], span: Span) -> Var:
        """The variable that is set to a leaf's shape wherever it is bound."""
        name, key = str(leaf[0]), ("slot shape", leaf)
        if key not in self._made:
            var = self._made[key] = Var(self.fresh("_".join(map(str, leaf)) + "_shape"))
            self.types[var.name] = SHAPE
            read = Let((var,), reading_shape(leaf) if leaf[1:] else self._reading(Var(name), "shape"), span)
            if name in self.memory.parameters:
                self.entry.append(read)
            for place, _ in self.index.definitions[name]:
                self._note(place, True, read)
        return self._made[key]

    def _reading(self, operand: Operand, name: str) -> Op:
        """The operation that reads metadata of a value; of one that may be a Python number, NumPy has to ask."""
        if name == "shapes":
            return Op("runtime.shapes", (operand,))
        found = self.function.type_of(operand)
        known = isinstance(found, Array) and found.dims is not None  # The sum of no arrays is the number 0.
        return Op("attr", (operand,), (), name) if known or name == "dtype" else Op(f"numpy.{name}", (operand,))

    def _of_parameter(self, operand: Var, name: str, type_: Type, span: Span) -> Operand:
        key = ("attr", operand, name)
        if key not in self._made:
            self._made[key] = Var(self.fresh(f"{operand.name}_{name}"))
            self.entry.append(Let((self._made[key],), self._reading(operand, name), span))
            self.types[self._made[key].name] = type_
        return self._keep(FUNCTION_SCOPE, self._made[key].name, type_, span, f"the {name} of {operand.name}")

    def token(self, leaf: tuple[str | int, ...], place: Place, after: bool, span: Span) -> Var:
        """The identity of the array that a leaf names at `place`, kept where it is last known to be bound."""
        scope = self._stable_scope(str(leaf[0]), place, after)
        where = place
        if scope is not None and scope != place.scope:
            inner = place.scopes[place.scopes.index(scope) + 1]
            where, after = Place(inner, place.scopes[: place.scopes.index(scope) + 1], True, inner), False
        key = ("token", leaf, where.number, after)
        if key not in self._made:
            var = Var(self.fresh("_".join(map(str, leaf)) + "_token"))
            steps = tuple(Const(step) for step in leaf[1:])
            read = Let((var,), Op("runtime.token", (Var(str(leaf[0])), *steps)), span)
            if where.number:
                self._note(where, after, read)
            else:
                self.entry.append(read)
            self.types[var.name] = TOKEN
            self._made[key] = var
        var = self._made[key]
        return self._keep(where.scope, var.name, TOKEN, span, f"which memory {leaf[0]} is")

    def keep_at_entry(self, var: Var, op: Op, type_: Type, span: Span, reason: str) -> Var:
        """Have the forward pass compute `var = op` before anything else, and keep it."""
        if ("entry", var.name) not in self._made:
            self._made["entry", var.name] = var
            self.entry.append(Let((var,), op, span))
            self.types[var.name] = type_
        return self._keep(FUNCTION_SCOPE, var.name, type_, span, reason)

    def parameter_structure(self, name: str, span: Span) -> Var:
        """Which containers lie in a parameter's when the function returns: the caller's shadow has their structure."""
        given = Var(self.fresh(f"{name}_given"))
        form = self.structures[given.name] = Var(self.fresh(f"{name}_left"))
        self.entry.append(Let((given,), Op("copy", (Var(name),)), span))
        self.types |= {given.name: self.function.types[name], form.name: TOKEN}
        return self._keep(FUNCTION_SCOPE, form.name, TOKEN, span, f"which containers {name} holds")

    def parameter_token(self, name: str, span: Span) -> Var:
        """The identity of a parameter's array as the caller passed it."""
        return self._of_entry(name, "token", Op("runtime.token", (Var(name),)), TOKEN, span, f"which memory {name} is")

    def held_arrays(self, name: str, levels: tuple[tuple[str, Operand], ...], span: Span) -> Var:
        """The identities of the arrays in a parameter's containers, as the caller passed it."""
        op = Op("runtime.held", (Var(name),), levels)
        return self._of_entry(name, "held", op, TOKEN, span, f"which arrays {name} holds")

    def entry_structure(self, name: str, span: Span) -> Var:
        """Which containers lie in a parameter's, as the caller passed it."""
        op = Op("runtime.returned", (Var(name),), (("levels", Const(0)),))
        return self._of_entry(name, "structure", op, TOKEN, span, f"which containers {name} holds")

    def _of_entry(self, name: str, kind: str, op: Op, type_: Type, span: Span, reason: str) -> Var:
        key = ("parameter", kind, name)
        if key not in self._made:
            self._made[key] = Var(self.fresh(f"{name}_{kind}"))
        return self.keep_at_entry(self._made[key], op, type_, span, reason)

    def keep_at(self, place: Place, after: bool, var: Var, op: Op, type_: Type, span: Span, reason: str) -> Var:
        """Have the forward pass compute `var = op` at `place` and keep it in the innermost scope."""
        key = ("op", var.name, place.number)
        if key not in self._made:
            self._note(place, after, Let((var,), op, span))
            self.types[var.name] = type_
            self._made[key] = var
            self._keep(place.scope, var.name, type_, span, reason)
        return var

    def first(self, place: Place, op: Op, span: Span) -> None:
        """Have the forward pass run an operation before the statement at `place`."""
        self._note(place, False, Let((), op, span))

    def then(self, place: Place, op: Op, span: Span) -> None:
        """Have the forward pass run an operation after the statement at `place`."""
        self._note(place, True, Let((), op, span))

    def keep_name(self, scope: int, name: str, type_: Type, span: Span, reason: str) -> Var:
        """Keep a variable that the forward pass computes anyway."""
        return self._keep(scope, name, type_, span, reason)

    def drop(self, names: set[str]) -> None:
        """Keep values no longer; what the forward pass computed for that alone, it does not."""
        for number, scope in self.scopes.items():
            left = {name: residual for name, residual in scope.items() if name not in names}
            self.scopes[number] = left or scope
        gone = names - {name for scope in self.scopes.values() for name in scope}
        for edit in self.edits.values():
            for made in (edit.before, edit.after, edit.inside):
                made[:] = [s for s in made if not (isinstance(s, Let) and {t.name for t in s.targets} & gone)]
        self.entry = [s for s in self.entry if not (isinstance(s, Let) and {t.name for t in s.targets} & gone)]

    def noted(self) -> dict[str, Op]:
        """What the forward pass computes for residuals alone, where it does so in one place."""
        edits = [s for edit in self.edits.values() for made in (edit.before, edit.after, edit.inside) for s in made]
        lets = [s for s in (*self.entry, *edits) if isinstance(s, Let) and len(s.targets) == 1]
        times = Counter(let.targets[0].name for let in lets)
        return {let.targets[0].name: let.op for let in lets if times[let.targets[0].name] == 1}

    def type_of(self, residual: Var) -> Type:
        return self.types.get(residual.name) or self.function.type_of(residual)

    def changes_after(self, name: str, place: Place, after: bool) -> bool:
        """Whether memory that the variable names may be written after `place` and before the backward pass."""
        root = self.memory.class_of(name)
        if root in self.escapes:
            return True
        if not self.memory.may_change(name):
            return False
        limit = place.number if after else place.number - 1
        return any(write.number > limit or self._share_loop(write, place) for write in self.writes.get(root, ()))

    def cheap_definition(self, operand: Operand, place: Place) -> tuple[Place, Let] | None:
        """The definition of an index that costs less to compute again than to keep, if it can be."""
        if not isinstance(operand, Var):
            return None
        found = self.index.single(operand.name)
        if found is None or not isinstance(found[1], Let) or len(found[1].targets) != 1:
            return None
        where, let = found
        assert isinstance(let, Let)
        if let.op.prim not in _CHEAP_PRIMS or place.scopes[: len(where.scopes)] != where.scopes:
            return None
        return (where, let) if self._is_index(operand) else None

    def _is_index(self, operand: Operand) -> bool:
        return _indexes(self.function.type_of(operand))

    def _share_loop(self, a: Place, b: Place) -> bool:
        shared = [x for x, y in zip(a.scopes, b.scopes, strict=False) if x == y]
        return len(shared) > 1

    def _global(self, operand: Global, span: Span, reason: str) -> Var:
        key = ("global", operand.path)
        if key not in self._made:
            var = Var(self.fresh(operand.path.replace(".", "_").replace("[", "_").replace("]", "")))
            self.entry.append(Let((var,), Op("copy", (operand,)), span))
            self.types[var.name] = self.function.type_of(operand)
            self._made[key] = var
        return self._keep(FUNCTION_SCOPE, self._made[key].name, self.types[self._made[key].name], span, reason)

    def _stable_scope(self, name: str, place: Place, after: bool) -> int | None:
        """The outermost scope at whose end the variable still has the value that it has at `place`."""
        definitions = self.index.definitions.get(name, [])
        for depth, scope in enumerate(place.scopes):
            inner = place.scopes[depth + 1] if depth + 1 < len(place.scopes) else place.number
            last = inner - 1 if depth + 1 < len(place.scopes) or not after else place.number
            if not any(where.number > last and scope in where.scopes for where, _ in definitions):
                return scope
        return None

    def _saved(self, operand: Var, place: Place, after: bool, span: Span, reason: str, copy: str = "copy") -> Var:
        key = ("saved", operand.name, place.number, after, copy)
        if key not in self._made:
            var = Var(self.fresh(operand.name + "_kept"))
            self._note(place, after, Let((var,), Op(copy, (operand,)), span))
            self.types[var.name] = self.function.type_of(operand)
            self._made[key] = var
        var = self._made[key]
        return self._keep(place.scope, var.name, self.types[var.name], span, reason)

    def _keep(self, scope: int, name: str, type_: Type, span: Span, reason: str) -> Var:
        self.scopes.setdefault(scope, {}).setdefault(name, Residual(name, type_, span, reason, self._is_fresh(name)))
        return Var(name)

    def _is_fresh(self, name: str) -> bool:
        if name in self.memory.parameters:
            return False
        definitions = self.index.definitions.get(name, [])
        return not any(isinstance(s, Let) and s.op.prim in _TAKING for _, s in definitions)

    def _made_at(self, operand: Var, span: Span) -> Span:
        definitions = self.index.definitions.get(operand.name)
        return getattr(definitions[-1][1], "span", span) if definitions else span

    def _note(self, place: Place, after: bool, statement: Statement) -> None:
        edit = self.edits.setdefault(place.number, Edit())
        if place.scope == place.number:
            edit.inside.append(statement)
        else:
            (edit.after if after else edit.before).append(statement)


def reading_shape(leaf: tuple[str | int, ...]) -> Op:
    """The operation that reads the shape of an item of nested tuples."""
    return Op("runtime.shape_at", (Var(str(leaf[0])), *(Const(step) for step in leaf[1:])))


_COPIES: dict[type[Type], str] = {Array: "ndarray.copy", List: "list.copy", Dict: "dict.copy"}


def _is_instance(type_: Type) -> bool:
    """Whether a value is an instance of a class of the user's, which is never copied."""
    return isinstance(type_, Dict) and bool(type_.cls)


def _indexes(type_: Type) -> bool:
    match type_:
        case Int() | Bool() | NoneT() | Str() | Opaque():
            return True
        case Tuple(items):
            return all(map(_indexes, items))
        case _:
            return False

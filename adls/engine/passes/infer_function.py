"""Typing one function for given parameter types: a walk over its statements."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from adls.engine.ir.entities import Entity, Resolver, key_of
from adls.engine.ir.ops import (
    Break,
    Const,
    Continue,
    For,
    Function,
    Global,
    If,
    Let,
    Op,
    Operand,
    Raise,
    Region,
    Return,
    Statement,
    Try,
    Var,
    While,
    With,
    is_temporary,
)
from adls.engine.ir.types import Any, Array, Bottom, Dict, Dim, Int, List, Opaque, Type
from adls.engine.ir.walk import defined, regions, statements, with_regions
from adls.engine.passes.infer_generators import loop_over, refuse, target_of, with_over
from adls.engine.passes.infer_heap import EVERY, RESULT, Heap, unknown
from adls.engine.passes.infer_lifting import Brought
from adls.engine.passes.infer_names import entity_type
from adls.engine.passes.infer_ops import infer_op
from adls.engine.passes.infer_symbols import dims_of
from adls.engine.passes.infer_unroll import Rewritten, UnrolledError, put, unroll
from adls.engine.passes.infer_uses import Uses
from adls.engine.passes.infer_with import call_managers
from adls.engine.passes.split import split
from adls.engine.passes.typing import join
from adls.engine.passes.typing.given import Truth, const_type
from adls.engine.passes.typing.indexing import element_type, element_types
from adls.engine.passes.walked_maps import calling
from adls.engine.source.diagnostics import KINDS, Diagnostic

if TYPE_CHECKING:
    from adls.engine.passes.infer import Program

PATIENCE = 6
"""Walks of a loop after which what still changes becomes Any."""


class Source:
    """A user function before typing: split, with its variables counted, and where its names are looked up.

    `brought`: which of its cells are what parameters have captured. `makes_functions`: whether it has functions inside.
    """

    def __init__(self, function: Function, resolver: Resolver, brought: Brought = ()) -> None:
        self.brought = brought
        self.lowered = function
        self.function = split(calling(function))
        self.resolver = resolver
        self.uses = Uses(self.function)
        self.parameters = tuple(var.name for var in (*function.cells, *(param.var for param in function.params)))
        self.definitions = dict.fromkeys(self.parameters, 1)
        self.makes_functions = False
        for statement in statements(self.function.body):
            self.makes_functions |= isinstance(statement, Let) and statement.op.prim == "closure"
            for var in defined(statement):
                self.definitions[var.name] = self.definitions.get(var.name, 0) + 1


    def among(self, resolver: Resolver, digest: str) -> Source:
        """The same function in another state of its file, where it stands at the same place."""
        made = copy.copy(self)
        made.resolver = resolver
        made.lowered = replace(self.lowered, digest=digest)
        made.function = replace(self.function, digest=digest)
        return made


class Inference:
    """One function on its way to being typed. `types` is live: the rules read it through `view`."""

    def __init__(self, program: Program, source: Source, target: str, given: tuple[Type, ...]) -> None:
        function = source.function
        self.program = program
        self.function = function
        self.resolver = source.resolver
        self.uses = source.uses
        self.target = target
        self.types: dict[str, Type] = {}
        self.view = replace(function, types=self.types)
        self.heap = Heap()
        self.result: Type = Bottom()
        self.parameters = source.parameters
        self.born: dict[str, Dict] = {}  # what dicts are when they are assigned, without what is put into them later
        self.given = given
        self.replaced: dict[int, tuple[Let, ...]] = {}
        self.memo: dict[int, tuple[str, tuple[Type, ...], Type]] = {}
        self.closures: dict[str, tuple[Operand, ...]] = {name: tuple(map(Var, names)) for name, names in source.brought}
        self.made_here: dict[str, tuple[Operand, ...] | None] = {}
        self.callees: set[str] = set()
        self.symbols = {dim.symbol for dim in dims_of(given)}
        self.definitions = dict(source.definitions)
        self.branches: dict[int, set[bool]] = {}
        self._span = function.span
        self._changed = False
        self._loops = 0
        self._walks = 0
        self._temporaries = 0
        self._made: dict[tuple[int, int], Var] = {}
        self.walks_again = False
        self.waits = False  # An attribute was read that nothing had set yet in the first walk.
        self.missing: list[Var] = []  # instances of which an attribute was read that nothing sets
        self.rewritten = Rewritten()
        self.patient = True  # whether generators are still written out
        self._derived: dict[tuple[object, ...], Let] = {}

    def run(self) -> Function:
        """The function with types, calls rewritten, and branches gone that its types never take."""
        for walk in range(PATIENCE):
            self.walks_again = not walk
            self._begin()
            self.walk(self.function.body)
            if not self.heap.changed and not (self.walks_again and self.waits) and not self._escaping():
                break
        body, _ = self._rebuilt(self.function.body)
        result = self.heap.grown(self.result, self.heap.node(RESULT))
        types = dict(self.types)
        for statement in statements(body):
            for var in defined(statement):
                types.setdefault(var.name, Bottom())
        return replace(self.function, body=body, types=types, result=result)

    def _escaping(self) -> bool:
        """Whether instances are given up at last whose attributes something sets that is not followed: not those that
        a caller may know more of."""
        given = [self.heap.node(name) for name in self.parameters]
        for node in (self.heap.node(operand.name) for operand in self.missing):
            if node not in given:
                self.heap.escape(node)
        return self.heap.changed

    def _begin(self) -> None:
        """Forget what was inferred before it was known how containers grow."""
        self.heap.changed = False
        self.types.clear()
        self.callees.clear()
        self.missing.clear()
        self.replaced.clear()
        self.branches.clear()
        self.result = Bottom()
        for name, given in zip(self.parameters, self.given, strict=True):
            self.assign(name, given)
            if target_of(given) and not self.uses.read_once(name):
                refuse(self)

    # What operands are

    def type_of(self, operand: Operand) -> Type:
        """The type of an operand so far; Bottom for a variable that nothing was assigned to yet."""
        match operand:
            case Var(name):
                return self.types.get(name) or Bottom()
            case Const():
                return const_type(operand)
            case Global(path, _):
                known = self.types.get("@" + path)
                return known if known is not None else self._global(operand)

    def entity(self, path: str) -> Entity | None:
        """What a global stands for."""
        return self.resolver.resolve(path)

    def _global(self, operand: Global) -> Type:
        entity = self.entity(operand.path)
        if entity is None and not operand.key:
            root = operand.path.partition(".")[0]
            self.report("unresolved-name", name=operand.path if self.entity(root) is not None else root)
        found = entity_type(self.program, entity, operand.key or key_of(entity))
        if operand.path in self.program.loose:
            found = unknown(found) if isinstance(found, List | Dict) else found
        self.types["@" + operand.path] = found
        return found

    def report(self, code: str, **details: str) -> None:
        """Note a diagnostic at the statement that is being walked."""
        function = self.function
        self.program.report(Diagnostic(KINDS[code], function.file, self._span, function.qualname,
                                       tuple(details.items())))

    # Assignment

    def assign(self, name: str, found: Type) -> None:
        """Join what a variable is assigned; a variable with one definition has its type anew in each walk."""
        if isinstance(found, Dict):
            self.born[name] = found
        found = self.heap.grown(found, self.heap.node(name))
        old = self.types.get(name)
        if old is not None:
            if found == old:
                return
            if self.definitions.get(name, 0) > 1 or self._walks > 2:
                found = join(old, found)
                if found == old:
                    return
            if self._walks > PATIENCE:
                found = Any()
        self.types[name] = found
        self._changed = True

    def assign_targets(self, targets: tuple[Var, ...], found: Type, starred: int | None = None, *,
                       unpack: bool = False) -> None:
        """Assign a value, or its elements to several targets."""
        if len(targets) == 1 and not unpack:
            self.assign(targets[0].name, self._named(targets[0].name, found))
            return
        for target, each in zip(targets, element_types(found, len(targets), starred), strict=True):
            self.assign(target.name, each)

    def temporary_of(self, let: Let, number: int) -> Var:
        """The temporary of that number for an operation: the same one in each walk."""
        known = self._made.get((id(let), number))
        if known is None:
            known = self._made[id(let), number] = self._temporary()
        return known

    def derived(self, let: Let, targets: tuple[Var, ...], op: Op) -> Let:
        """An operation in the place of another: the same object in each walk, as what is known of it goes by that."""
        key = (id(let), targets, op.prim, op.args, op.kwargs, repr(op.data))
        known = self._derived.get(key)
        if known is None:
            known = self._derived[key] = Let(targets, op, let.span)
        return known

    def variable_of(self, let: Let, hint: str) -> Var:
        """A new variable for an operation, which may be assigned twice: the same one in each walk."""
        known = self._made.get((id(let), 0))
        if known is None:
            names = (f"{hint}_{n}" if n else hint for n in count())
            name = next(name for name in names if name not in self.definitions and name not in self.parameters)
            self.definitions[name] = 2
            known = self._made[id(let), 0] = Var(name)
        return known

    def _temporary(self) -> Var:
        while True:
            self._temporaries += 1
            name = f"t{self._temporaries}"
            if name not in self.definitions:
                self.definitions[name] = 1
                return Var(name)

    def _named(self, name: str, found: Type) -> Type:
        """An int that is set once, outside of any loop, is a size that one can name."""
        if isinstance(found, Int) and found.value is None and found.dim is None and not self._loops \
                and self.definitions.get(name) == 1 and name not in self.symbols and not is_temporary(name):
            return Int(None, Dim(name))
        return found

    # Statements

    def walk(self, region: Region) -> bool:
        """Type a region; whether control never comes to its end."""
        for statement in region:
            ended = self._statement(statement)
            if ended:
                return True
        return False

    def _statement(self, statement: Statement) -> bool:
        self._span = statement.span
        match statement:
            case Let():
                infer_op(self, statement)
            case If():
                return self._if(statement)
            case For():
                self._loop(lambda: self._for(statement))
            case While():
                self._loop(lambda: self._while(statement))
            case Return(value):
                self._return(value)
                return True
            case Try():
                return self._try(statement)
            case With():
                return self._with(statement)
            case Raise(exception, _):
                if exception is not None:
                    self.type_of(exception)
                return True
            case Break() | Continue():
                return True
            case _:
                pass
        return False

    def _if(self, statement: If) -> bool:
        test = self.type_of(statement.test)
        taken = self.branches.setdefault(id(statement), set())
        taken |= {test.value} if isinstance(test, Truth) else {True, False}
        ended = [self.walk(region) for region, flag in ((statement.then, True), (statement.orelse, False))
                 if flag in taken]
        return all(ended)

    def _return(self, value: Operand) -> None:
        self.result = join(self.result, self.type_of(value))
        if isinstance(value, Var):
            self.heap.unify(self.heap.node(RESULT), self.heap.node(value.name))

    def _loop(self, walk: Callable[[], None]) -> None:
        """Walk the outermost loop until nothing changes; inner loops are walked once in each of its walks."""
        if self._loops:
            walk()
            return
        self._loops += 1
        for self._walks in range(2 * PATIENCE):
            self._changed = False
            walk()
            if not self._changed:
                break
        self._walks = 0
        self._loops -= 1

    def _for(self, loop: For) -> None:
        iterable = self.type_of(loop.iterable)
        consumed = loop_over(self, loop)
        if consumed is not None:
            raise UnrolledError(put(self.function, loop, consumed))
        if unroll(self, loop):
            return
        if isinstance(loop.iterable, Var) and not isinstance(iterable, Array | Dict):
            inner = self.heap.field(self.heap.node(loop.iterable.name), EVERY)
            self.heap.unify(inner, self.heap.node(loop.target.name))
        self.assign(loop.target.name, element_type(iterable))
        self.walk(loop.body)
        self.walk(loop.orelse)

    def _while(self, loop: While) -> None:
        self.walk(loop.test)
        self.type_of(loop.cond)
        self.walk(loop.body)
        self.walk(loop.orelse)

    def _try(self, statement: Try) -> bool:
        ended = self.walk(statement.body) or self.walk(statement.orelse)
        for handler in statement.handlers:
            if handler.kind is not None:
                self.type_of(handler.kind)
            if handler.name is not None:
                self.assign(handler.name.name, Opaque("exception"))
            ended = self.walk(handler.body) and ended
        return self.walk(statement.final) or ended

    def _with(self, statement: With) -> bool:
        context = self.type_of(statement.context)
        consumed = with_over(self, statement)
        if consumed is not None:
            raise UnrolledError(put(self.function, statement, consumed))
        call_managers(self, statement)
        if statement.target is not None:
            self.assign(statement.target.name, context if isinstance(context, Opaque) else Any())
        self.walk(statement.body)
        return False

    # The typed body

    def _rebuilt(self, region: Region) -> tuple[Region, bool]:
        """A region with its operations replaced; whether control never comes to its end."""
        body: list[Statement] = []
        for statement in region:
            ended = False
            if isinstance(statement, Let):
                body += self.replaced.get(id(statement), (statement,))
            elif isinstance(statement, If) and len(taken := self.branches.get(id(statement), {True, False})) == 1:
                chosen, ended = self._rebuilt(statement.then if True in taken else statement.orelse)
                body += chosen
            else:
                new = [self._rebuilt(inner) for inner in regions(statement)]
                body.append(with_regions(statement, tuple(inner for inner, _ in new)) if new else statement)
                ended = _ends(statement) or (isinstance(statement, If) and all(end for _, end in new))
            if ended:
                return tuple(body), True
        return tuple(body), False


def _ends(statement: Statement) -> bool:
    return isinstance(statement, Return | Raise | Break | Continue)

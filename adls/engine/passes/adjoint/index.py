"""Where things stand in a function: the order of statements, the loop nest around each, and the definitions of
variables."""

from __future__ import annotations

from dataclasses import field

from adls.engine.ir.ops import For, Function, If, Let, Region, Statement, Try, Var, While, With
from adls.engine.ir.types import is_reference
from adls.engine.ir.walk import defined, regions, used
from adls.engine.passes.effects import is_in_place
from adls.engine.source.frozen import dataclass

FUNCTION_SCOPE = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A statement's number in program order, the scopes around it from the function inwards (0, then the numbers of the
    loops), the scope's conditional nesting, and the last number nested in it."""

    number: int
    scopes: tuple[int, ...]
    conditional: bool
    last: int

    @property
    def scope(self) -> int:
        return self.scopes[-1]


@dataclass
class Index:
    """Places of all statements, by identity; definitions by variable name, in program order.

    `x += v` on an array defines nothing: x is the same object after it.
    """

    function: Function
    parameters: frozenset[str] = frozenset()
    places: dict[int, Place] = field(default_factory=dict)
    definitions: dict[str, list[tuple[Place, Statement]]] = field(default_factory=dict)
    scope_of_loop: dict[int, Statement] = field(default_factory=dict)
    _keep: list[Statement] = field(default_factory=list)
    _regions: dict[int, Region] = field(default_factory=dict)
    _reading: dict[str, list[int]] = field(default_factory=dict)

    def place(self, statement: Statement) -> Place:
        return self.places[id(statement)]

    def single(self, name: str) -> tuple[Place, Statement] | None:
        """The place of a variable's only definition; None for parameters and for variables assigned twice."""
        found = self.definitions.get(name, [])
        return found[0] if len(found) == 1 and name not in self.parameters else None

    def read_after(self, name: str, place: Place) -> bool:
        """Whether what a variable names at a place may be read later: further down, or in the loop's next iteration."""
        bound = [where for where, _ in self.definitions.get(name, ())]
        if bound and name not in self.parameters and all(where.number > place.number for where in bound) and (
                self.is_of_its_round(name) or not any(_common(where, place) for where in bound)):
            return False
        for statement in self._keep:
            if Var(name) not in used(statement):
                continue
            read = self.place(statement)
            again = _common(read, place)
            if read.number > place.number or (again and not any(
                    again in where.scopes and where.number < read.number for where in bound)):
                return True
        return False

    def is_of_its_round(self, name: str) -> bool:
        """Whether each read of a variable with one definition stands behind it in its region: what it reads is then of
        the same round of the loops around both."""
        found = self.single(name)
        if found is None:
            return False
        where, statement = found
        region = statement.body if isinstance(statement, For) else self._regions[where.number]
        last = self.place(region[-1]).last if region else where.number
        return all(where.number < number <= last for number in self._reads().get(name, ()))

    def _reads(self) -> dict[str, list[int]]:
        """The numbers of the statements that read each variable; found when it is first asked for."""
        if not self._reading:
            for statement in self._keep:
                for operand in used(statement):
                    if isinstance(operand, Var):
                        self._reading.setdefault(operand.name, []).append(self.place(statement).number)
        return self._reading

    def straight(self, first: Place, second: Place) -> bool:
        """Whether two statements stand in one region, in this order, with nothing but operations between them."""
        region = self._regions[first.number]
        if first.number >= second.number or region is not self._regions[second.number]:
            return False
        return all(isinstance(s, Let) for s in region if first.number <= self.place(s).number <= second.number)


def build(function: Function) -> Index:
    """Number all statements of a function."""
    index = Index(function, frozenset({*(c.name for c in function.cells), *(p.var.name for p in function.params)}))
    _number(index, function.body, (FUNCTION_SCOPE,), False, 1)
    return index


def _number(index: Index, region: Region, scopes: tuple[int, ...], conditional: bool, number: int) -> int:
    for statement in region:
        mine = number
        number += 1
        number = _nested(index, statement, mine, scopes, conditional, number)
        place = Place(mine, scopes, conditional, number - 1)
        index.places[id(statement)] = place
        index._regions[mine] = region
        index._keep.append(statement)
        _define(index, statement, place)
    return number


def _nested(index: Index, statement: Statement, mine: int, scopes: tuple[int, ...], conditional: bool,
            number: int) -> int:
    match statement:
        case For(_, _, body, orelse):
            index.scope_of_loop[mine] = statement
            number = _number(index, body, (*scopes, mine), False, number)
            return _number(index, orelse, scopes, True, number)
        case While(test, _, body, orelse):
            index.scope_of_loop[mine] = statement
            number = _number(index, test, (*scopes, mine), False, number)
            number = _number(index, body, (*scopes, mine), False, number)
            return _number(index, orelse, scopes, True, number)
        case If() | Try() | With():
            for nested in regions(statement):
                number = _number(index, nested, scopes, True, number)
    return number


def _define(index: Index, statement: Statement, place: Place) -> None:
    if isinstance(statement, Let) and is_in_place(statement.op.prim) and is_reference(
            index.function.type_of(statement.targets[0])):
        return
    inner = place
    if isinstance(statement, For):
        inner = Place(place.number, (*place.scopes, place.number), False, place.number)
    for target in defined(statement):
        known = index.definitions.setdefault(target.name, [])
        known.append((inner, statement))
        if len(known) > 1 and known[-2][0].number > inner.number:
            known.sort(key=lambda entry: entry[0].number)


def _common(a: Place, b: Place) -> int:
    """The innermost loop around both places; 0 where there is none."""
    return [x for x, y in zip(a.scopes, b.scopes, strict=False) if x == y][-1]


def variable_names(function: Function) -> set[str]:
    """All names that a function uses for variables."""
    names = {cell.name for cell in function.cells} | {param.var.name for param in function.params}
    names |= {name for name in function.types if not name.startswith("@")}
    for statement in _all(function.body):
        names |= {target.name for target in defined(statement)}
        if isinstance(statement, Let):
            names |= {operand.name for operand in statement.op.operands if isinstance(operand, Var)}
    return names


def _all(region: Region) -> list[Statement]:
    found: list[Statement] = []
    for statement in region:
        found.append(statement)
        for nested in regions(statement):
            found += _all(nested)
    return found

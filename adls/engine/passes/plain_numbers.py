"""Numbers that the backward pass only adds and multiplies are Python's floats there: NumPy's take five times as long.

    t1 = u[i]                                       t1 = u[i]
    ...                                             ...
    kept.append((t1, t2))                           kept.append((float(t1), float(t2)))

    t1, t2 = ...                                    t1, t2 = ...
    d_a = d_u[i]                          ->        d_a = d_u.item(i)
    d_b = d_a * t1                                  d_b = d_a * t1
    d_u[i] += d_b * t2                              d_u[i] += d_b * t2

The bits are the same. Division by zero, powers and functions are not: what reaches one of these, a callee or the caller
stays as it is. A number is turned into a float where it is packed, so that the user's program computes on what it did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from adls.engine.ir.ops import (
    Const,
    Delete,
    For,
    Function,
    Let,
    Op,
    Operand,
    Region,
    Return,
    Statement,
    Var,
    While,
)
from adls.engine.ir.types import Array, Float, Int, Scalar, Type
from adls.engine.ir.walk import defined, lets, regions, statements, used, with_regions
from adls.engine.passes.adjoint.index import variable_names
from adls.engine.passes.adjoint.plan import Names
from adls.engine.passes.adjoint.residuals import RESIDUALS

_ARITHMETIC = {f"operator.{name}" for name in ("add", "sub", "mul", "neg", "iadd", "isub", "imul")} | {"copy"}
_NUMBER = Scalar("f64")
# Nanoseconds, measured: what arithmetic on floats saves, what it costs to make one of a number, and of an item.
_SAVED, _CONVERTED, _READ = 28, 14, 10
_ROUNDS = 8  # how often a loop is taken to run


def plain_numbers(forward: Function, backward: Function) -> tuple[Function, Function]:
    """Both functions with such numbers as floats, where that takes less time."""
    packed = {arg.name for let in _packings(forward) for arg in let.op.args if isinstance(arg, Var)}
    spans = {let.targets[0].name: let.span for let in lets(forward) if len(let.targets) == 1}
    made = [var.name for let in lets(forward) for var in let.targets]
    kept = {name for name in packed & spans.keys() if made.count(name) == 1 and forward.types.get(name) == _NUMBER}
    numbers = _Numbers(backward, frozenset(kept))
    floats = numbers.floats()
    if not floats:
        return forward, backward
    return _packing(forward, kept & floats), numbers.rewritten(floats)


def _packings(forward: Function) -> Iterator[Let]:
    """Where a forward function packs residuals, other than with its value."""
    returned = {s.value for s in statements(forward.body) if isinstance(s, Return)}
    for let in lets(forward):
        if let.op.prim == "tuple" and len(let.targets) == 1 and let.targets[0] not in returned and (
                forward.types.get(let.targets[0].name) == RESIDUALS):
            yield let


@dataclass
class _Numbers:
    """Which numbers of a backward function may be floats. `kept` are the residuals that may be handed over as such."""

    function: Function
    kept: frozenset[str]
    depths: dict[str, int] = field(default_factory=dict)
    definitions: dict[str, list[Statement]] = field(default_factory=dict)
    statements: list[tuple[Statement, int]] = field(default_factory=list)
    tuples: dict[str, Let] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._note(self.function.body, 0)

    def _note(self, region: Region, depth: int) -> None:
        for statement in region:
            self.statements.append((statement, depth))
            for var in defined(statement):
                self.definitions.setdefault(var.name, []).append(statement)
                self.depths[var.name] = depth
            if isinstance(statement, Let) and statement.op.prim == "tuple" and len(statement.targets) == 1:
                self.tuples[statement.targets[0].name] = statement
            for nested in regions(statement):
                self._note(nested, depth + isinstance(statement, For | While))

    def floats(self) -> frozenset[str]:
        """The names that are floats, where they save more time than they cost."""
        found = {name for name in self.definitions if self._may_begin(name)}
        while True:
            before = len(found)
            found -= {name for name in found if not self._is_made_of(name, found)}
            for statement, _ in self.statements:
                found -= self._misused(statement, found)
            found -= {name for name in found if not self._is_of_use(name, found)}
            if len(found) == before:
                return frozenset(found) if self._gain(found) > 0 else frozenset()

    def _may_begin(self, name: str) -> bool:
        type_ = self.function.types.get(name)
        return type_ == _NUMBER or (type_ is None and all(
            isinstance(s, Let) and s.op.prim in _ARITHMETIC for s in self.definitions[name]))

    def _is_made_of(self, name: str, found: set[str]) -> bool:
        """Whether all that binds a name gives a float."""
        return all(self._gives_float(name, statement, found) for statement in self.definitions[name])

    def _gives_float(self, name: str, statement: Statement, found: set[str]) -> bool:
        match statement:
            case Let(_, Op(prim, args, ()), _) if prim in _ARITHMETIC:
                return all(self._is_float(arg, found) for arg in args)
            case Let((_,), Op("getitem", (Var() as array, _), ()), _) if self._is_array(array):
                return self._indices(statement) is not None
            case Let(_, Op("unpack", (Var(source),), ()), _) | Let((_,), Op("getitem", (Var(source), _), ()), _):
                return name in self.kept and self._is_packed(source)
        return False

    def _is_packed(self, source: str) -> bool:
        """Whether a name holds a tuple of residuals."""
        if source == self.function.params[0].var.name:
            return True
        return all(isinstance(s, For) for s in self.definitions.get(source, [self])) and source in self.definitions

    def _is_float(self, operand: Operand, found: set[str]) -> bool:
        if isinstance(operand, Const):
            return type(operand.value) in (int, float)
        return isinstance(operand, Var) and (
            operand.name in found or isinstance(self.function.types.get(operand.name), Float | Int))

    def _is_array(self, operand: Operand) -> bool:
        type_ = self.function.type_of(operand)
        return isinstance(type_, Array) and type_.dtype == "f64"

    def _indices(self, let: Let) -> tuple[Operand, ...] | None:
        """The indices of one element; None where they are not known to be all numbers."""
        array, index = let.op.args
        type_ = self.function.type_of(array)
        made = self.tuples.get(index.name) if isinstance(index, Var) else None
        indices = made.op.args if made is not None and not made.op.data else (index,)
        dims = type_.dims if isinstance(type_, Array) else None
        whole = dims is not None and len(dims) == len(indices) and all(self._is_index(each) for each in indices)
        return indices if whole else None

    def _is_index(self, operand: Operand) -> bool:
        if isinstance(operand, Const):
            return type(operand.value) is int
        type_ = self.function.type_of(operand)
        return isinstance(type_, Int) or (isinstance(type_, Scalar) and type_.dtype[0] in "iu")

    def _misused(self, statement: Statement, found: set[str]) -> set[str]:
        """The names that a statement needs as they are."""
        names = {operand.name for operand in used(statement) if isinstance(operand, Var) and operand.name in found}
        if not names or isinstance(statement, Delete):
            return set()
        match statement:
            case Let((), Op("augitem" | "setitem" as prim, (array, index, value), (), data), _):
                fits = self._is_array(array) and value != index and (
                    prim == "setitem" or data in ("operator.iadd", "operator.isub"))
                return set() if fits and not (isinstance(index, Var) and index.name in names) else names
            case Let((target,), Op(prim, args, ()), _) if prim in _ARITHMETIC:
                if target.name in found or isinstance(self.function.types.get(target.name), Float):
                    return set()
                mixed = [arg for arg in args if not self._is_float(arg, found)]
                known = all(self._is_array(arg) or self.function.type_of(arg) == _NUMBER for arg in mixed)
                return set() if mixed and known and prim != "copy" else names
        return names

    def _is_of_use(self, name: str, found: set[str]) -> bool:
        """Whether arithmetic on a name saves anything: it has a result that is a float for this."""
        if any(isinstance(s, Let) and s.op.prim in _ARITHMETIC for s in self.definitions[name]):
            return True
        return any(isinstance(s, Let) and s.op.prim in _ARITHMETIC and Var(name) in s.op.args
                   and s.targets[0].name in found for s, _ in self.statements)

    def _gain(self, found: set[str]) -> int:
        gain = 0
        for statement, depth in self.statements:
            for target in defined(statement):
                if target.name in found and isinstance(statement, Let):
                    prim = statement.op.prim
                    is_item = prim == "getitem" and self._is_array(statement.op.args[0])
                    each = _SAVED if prim in _ARITHMETIC else -_READ if is_item else -_CONVERTED
                    gain += each * _ROUNDS**depth
        return gain

    def rewritten(self, floats: frozenset[str]) -> Function:
        types: Mapping[str, Type] = {**self.function.types, **dict.fromkeys(floats, Float())}
        return replace(self.function, body=self._region(self.function.body, floats), types=types)

    def _region(self, region: Region, floats: frozenset[str]) -> Region:
        out: list[Statement] = []
        for statement in region:
            match statement:
                case Let((target,), Op("getitem", (array, _)), span) if target.name in floats and (
                        self._is_array(array)) and (indices := self._indices(statement)) is not None:
                    out.append(Let((target,), Op("ndarray.item", (array, *indices)), span))
                case _:
                    nested = (self._region(inner, floats) for inner in regions(statement))
                    out.append(with_regions(statement, tuple(nested)))
        return tuple(out)


def _packing(forward: Function, floats: set[str]) -> Function:
    """The forward function that packs these numbers as floats; each is charged where the number is computed."""
    names = Names(variable_names(forward))
    packings = {id(let) for let in _packings(forward)}
    spans = {let.targets[0].name: let.span for let in lets(forward) if len(let.targets) == 1}
    types = dict(forward.types)

    def region(each: Region) -> Region:
        out: list[Statement] = []
        for statement in each:
            if id(statement) in packings and isinstance(statement, Let):
                args: list[Operand] = []
                for arg in statement.op.args:
                    if isinstance(arg, Var) and arg.name in floats:
                        number = Var(names.temporary())
                        types[number.name] = Float()
                        out.append(Let((number,), Op("builtins.float", (arg,)), spans[arg.name]))
                        arg = number
                    args.append(arg)
                out.append(replace(statement, op=replace(statement.op, args=tuple(args))))
            else:
                out.append(with_regions(statement, tuple(map(region, regions(statement)))))
        return tuple(out)

    return replace(forward, body=region(forward.body), types=types)

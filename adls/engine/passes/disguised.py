"""Where what varies takes a form that has no cotangent: a text, a set, an exception, a key of a dict.

    t = str(x)           t is disguised
    y = float(t)         what is read out of it has no derivative: refused here

Nothing is refused where the form is only printed, counted or compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from adls.engine.ir.ops import For, Function, Let, Op, Operand, Statement, Try, Var
from adls.engine.ir.types import Callable, Dict, Iter, List, Opaque, Str, Tuple, Type, may_vary
from adls.engine.ir.walk import statements, used
from adls.engine.passes.activity import STRUCTURAL, TEXTS, Activity, carriers
from adls.engine.source.frozen import dataclass

_CALLS = ("apply", "call", "method", "forward_dynamic")
_HANDING_ON = {*STRUCTURAL, "for"} - {*_CALLS, "attr"}
_PLAIN = ("slice", "ellipsis", "Generator", "range", "NotImplementedType", "type")
_BY_VALUE = {"getitem", "setitem", "augitem", "delitem", "dict.get", "dict.values", "dict.pop", "dict.setdefault",
             "dict.copy", "dict.update", "builtins.len", "operator.contains", "copy", "attr", "tuple", "list", "dict",
             "record", "closure", *_CALLS}
"""What is done with a dict without its keys coming out."""
_WALKED = (Iter, List, Tuple, Dict)
_DISPLAYS = ("tuple", "list", "dict", "record", "closure")


@dataclass(frozen=True, slots=True)
class Loss:
    """A statement that reads a number out of a form without a cotangent, and the variable that has that form."""

    statement: Statement
    source: str


def losses(function: Function, active: Activity) -> list[Loss]:
    """The statements that would lose a derivative."""
    if not active.names or not any(isinstance(t, Dict) or hides(t) for t in function.types.values()):
        return []
    found = _Disguises(function, active)
    while found.walk():
        pass
    return list(found.losses())


class _Disguises:
    """`holding` are variables that are in such a form or contain what is; `keyed` are dicts with keys that vary."""

    def __init__(self, function: Function, active: Activity) -> None:
        self.function = function
        self.active = active
        self.holding: set[str] = set()
        self.keyed: set[str] = set()

    def walk(self) -> bool:
        """Follow the program once; whether anything new was found."""
        before = len(self.holding) + len(self.keyed)
        for statement in statements(self.function.body):
            match statement:
                case Let(targets, op, _):
                    self._let(targets, op)
                case For(target, iterable, _, _):
                    self._hand_on((target,), Op("for", (iterable,)))
                case Try(body, handlers, _, _, _) if any(map(self._varies, body)):
                    self.holding |= {handler.name.name for handler in handlers if handler.name is not None}
        return before != len(self.holding) + len(self.keyed)

    def _varies(self, statement: Statement) -> bool:
        return any(map(self.active.is_varied, used(statement))) or any(
            any(map(self.active.is_varied, used(each))) for each in statements((statement,)))

    def _let(self, targets: tuple[Var, ...], op: Op) -> None:
        if op.prim == "dict" and any(map(self._is_key, op.args[::2])):
            self.keyed |= {target.name for target in targets}
        if op.prim == "setitem" and isinstance(self.function.type_of(op.args[0]), Dict) and self._is_key(op.args[1]):
            self._add(self.keyed, op.args[0])
        if op.prim in ("copy", "dict.copy") and self._in(self.keyed, op.args[0]):
            self.keyed |= {target.name for target in targets}
        self._hand_on(targets, op)
        for container, value in _stored(op):
            if self._in(self.holding, value):
                self._add(self.holding, container)

    def _is_key(self, operand: Operand) -> bool:
        return self.active(operand) or self._in(self.holding, operand)

    def _hand_on(self, targets: tuple[Var, ...], op: Op) -> None:
        """Which targets come to hold a form without a cotangent."""
        operands = op.args if op.prim == "for" else carriers(op, self.function)
        new = {target.name for target in targets if not self.active(target) and hides(self.function.type_of(target))}
        if any(self._in(self.holding, each) for each in operands):
            self.holding |= {target.name for target in targets} if op.prim in _HANDING_ON else new
        elif op.prim not in _BY_VALUE and any(self._in(self.keyed, each) for each in operands):
            self.holding |= {target.name for target in targets}
        elif op.prim not in _HANDING_ON and op.prim not in ("attr", "closure") and any(
                self._is_made_of(op, each) for each in operands):
            self.holding |= new

    def _is_made_of(self, op: Op, operand: Operand) -> bool:
        """Whether a form may be made of the numbers in an operand; what walks over a dict sees its keys only."""
        walks = isinstance(self.function.type_of(operand), Dict) and op.prim not in (*TEXTS, "format")
        return self.active(operand) and not walks

    def losses(self) -> Iterator[Loss]:
        for statement in statements(self.function.body):
            match statement:
                case Let(targets, op, _) if self._may_lose(targets, op):
                    source = next(filter(self._is_disguised, self._read(op)), None) or self._counted_keys(targets, op)
                case For(target, iterable, _, _) if self.active(target) and self._is_disguised(iterable):
                    source = iterable
                case _:
                    continue
            if isinstance(source, Var):
                yield Loss(statement, source.name)

    def _may_lose(self, targets: tuple[Var, ...], op: Op) -> bool:
        """Whether an operation gives what varies, and not only what it was given beside other things."""
        walked = op.prim in _HANDING_ON and all(isinstance(self.function.type_of(each), _WALKED) for each in targets)
        return op.prim not in _DISPLAYS and not walked and any(map(self.active, targets))

    def _read(self, op: Op) -> tuple[Operand, ...]:
        """The operands out of which an operation may read numbers: of functions it is known of exceptions only."""
        if op.prim in ("apply", "call"):
            return tuple(each for each in op.operands if self.function.type_of(each) == Opaque("exception"))
        return op.args[:1] if op.prim == "method" else carriers(op, self.function)

    def _counted_keys(self, targets: tuple[Var, ...], op: Op) -> Operand | None:
        """The dict whose keys an operation reads as numbers: `sum(d)`."""
        if op.prim in _BY_VALUE or any(isinstance(self.function.type_of(each), _WALKED) for each in targets):
            return None
        return next((each for each in op.operands if self._in(self.keyed, each)), None)

    def _is_disguised(self, operand: Operand) -> bool:
        if not isinstance(operand, Var) or self.active(operand):
            return False
        return operand.name in self.holding and hides(self.function.type_of(operand))

    @staticmethod
    def _in(names: set[str], operand: Operand) -> bool:
        return isinstance(operand, Var) and operand.name in names

    @staticmethod
    def _add(names: set[str], operand: Operand) -> None:
        if isinstance(operand, Var):
            names.add(operand.name)


def _stored(op: Op) -> tuple[tuple[Operand, Operand], ...]:
    """What an operation puts into which container."""
    if op.prim in ("setitem", "list.append", "list.insert", "list.extend") and len(op.args) > 1:
        return ((op.args[0], op.args[-1]),)
    return ()


def hides(t: Type) -> bool:
    """Whether a value of a type without a cotangent may still have been made of numbers, and give them back."""
    match t:
        case Str():
            return True
        case Opaque(name):
            return name not in _PLAIN and not name.startswith(("module ", "class ", "dtype "))
        case Tuple(items):
            return any(map(hides, items)) and not may_vary(t)
        case List(item, _) | Iter(_, item):
            return hides(item) and not may_vary(t)
        case Dict(value, _):
            return hides(value) and not may_vary(t)
        case Callable():
            return False
        case _:
            return False

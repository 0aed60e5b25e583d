"""Which keys a dict has at a point of a function: its type has all that it ever gets.

    d = {"a": x}
    e = dict(d)              {"a": d["a"]}: "c" is not there yet
    d["c"] = x * 2
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adls.engine.ir.ops import Const, Global, Let, Op, Operand, Statement, Var
from adls.engine.ir.types import Dict, Type
from adls.engine.passes.effects import is_in_place
from adls.engine.passes.typing.join import join_all

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference
    from adls.engine.passes.infer_uses import Uses


def present(inference: Inference, let: Statement, operand: Operand) -> Type:
    """The type of an operand of an operation, of a dict without the keys that it gets only later.

    Where it is not known whether a key is there, none is known.
    """
    found, uses = inference.type_of(operand), inference.uses
    if not isinstance(found, Dict) or not found.items or found.cls:
        return found
    return _present(inference, let, operand, found) if isinstance(operand, Var) and uses.is_of_text(let) else (
        _surely(found))


def _surely(found: Dict) -> Dict:
    """A dict's type where only that tells which keys are there."""
    return found.any_keys() if found.later else found


def _present(inference: Inference, let: Statement, operand: Var, found: Dict) -> Type:
    uses = inference.uses
    made = uses.first_maker(operand)
    born = _born(made.op) if made is not None else None
    born = _given(inference, operand) if born is None else born
    later = [key for key, _ in found.items or () if born is not None and key not in born]
    if not later:
        return _surely(found) if born is None else replace(found, later=frozenset())
    names = inference.heap.others(operand.name)
    stores = _stores_by(uses, names)
    if stores is None:
        return _surely(found)
    kept = dict(found.items or ())
    for key in later:
        puts = stores.get(key, [])
        if any(uses.precedes(store, let) and _is_same(uses, store.op.args[0], operand) for store in puts):
            continue
        if not puts and key not in found.later and _is_called_with(uses, names, let):
            continue
        if any(uses.may_precede(store, let, made) for store in puts) or not all(
                _is_followed(uses, Var(name), let) for name in names):
            return found.any_keys()
        del kept[key]
    return replace(found, items=tuple(kept.items()), value=join_all(kept.values()), later=frozenset())


def _is_called_with(uses: Uses, names: list[str], let: Statement) -> bool:
    """Whether a function that has been called before may have put something into what has one of several names."""
    return any(isinstance(use, Let) and use.op.prim == "call" and uses.precedes(use, let)
               for name in names for use in uses.of(name))


def _given(inference: Inference, operand: Operand) -> set[object] | None:
    """The keys that a dict surely has at first: an argument, what a call makes, or one in these; None where it is
    another."""
    type_ = _at_birth(inference, operand)
    return None if not isinstance(type_, Dict) or type_.items is None else {
        key for key, _ in type_.items if key not in type_.later}


def _at_birth(inference: Inference, operand: Operand) -> Type | None:
    """What the type of a variable is before anything is put into it; None where it is not known."""
    if not isinstance(operand, Var):
        return None
    if operand.name in inference.parameters:
        return inference.given[inference.parameters.index(operand.name)] if inference.uses.is_bound_once(
            operand) else None
    made = inference.uses.first_maker(operand)
    if made is None or made.op.prim == "copy":
        return _at_birth(inference, made.op.args[0]) if made is not None else None
    if made.op.prim == "call":
        return inference.born.get(operand.name)
    return _part_at_birth(inference, made.op) if made.op.prim in ("attr", "getitem") else None


def _part_at_birth(inference: Inference, op: Op) -> Type | None:
    """What is under a key or attribute at first, where nothing else is put there."""
    source = op.args[0]
    key = op.data if op.prim == "attr" else getattr(op.args[-1], "value", None)
    if not isinstance(source, Var) or not isinstance(key, str) or inference.heap.is_stored(source.name, key):
        return None
    made = inference.uses.first_maker(source)
    if made is not None and made.op.prim == "dict":
        shown = dict(zip((getattr(each, "value", None) for each in made.op.args[::2]), made.op.args[1::2], strict=True))
        return _at_birth(inference, shown[key]) if key in shown else None
    around = _at_birth(inference, source)
    return dict(around.items or ()).get(key) if isinstance(around, Dict) else None


def _is_same(uses: Uses, one: Operand, two: Operand) -> bool:
    """Whether two variables surely are one object: copies of one variable."""
    return _root(uses, one) == _root(uses, two)


def _root(uses: Uses, operand: Operand) -> Operand:
    made = uses.first_maker(operand) if isinstance(operand, Var) else None
    return _root(uses, made.op.args[0]) if made is not None and made.op.prim == "copy" else operand


def _born(op: Op) -> set[object] | None:
    """The keys that a display has; None for what is none."""
    if op.prim == "dict":
        return {key.value for key in op.args[::2] if isinstance(key, Const)}
    is_call = op.prim == "call" and op.args == (op.args[0],) and getattr(op.args[0], "key", "") == "builtins.dict"
    return {name for name, _ in op.kwargs} if is_call and "**" not in dict(op.kwargs) else None


def _stores_by(uses: Uses, names: list[str]) -> dict[object, list[Let]] | None:
    """The statements that put a literal key into what one of several names may be; None where some are not known."""
    found: dict[object, list[Let]] = {}
    for name in names:
        stores = _stores(uses, Var(name))
        if stores is None:
            return None
        for key, lets in stores.items():
            found.setdefault(key, []).extend(lets)
    return found


def _stores(uses: Uses, operand: Var, within: frozenset[str] = frozenset()) -> dict[object, list[Let]] | None:
    """The statements that put a literal key into a dict; None where one puts keys that are not known."""
    found: dict[object, list[Let]] = {}
    for use in uses.of(operand.name):
        if isinstance(use, Let) and use.op.args and use.op.args[0] == operand:
            keys = _put(uses, use.op, within | {operand.name})
            if keys is None:
                return None
            for key in keys:
                found.setdefault(key, []).append(use)
    return found


def _put(uses: Uses, op: Op, within: frozenset[str]) -> list[object] | None:
    """The literal keys that an operation puts into its first operand; None where they are not known."""
    if op.prim == "setitem" or (op.prim == "method" and op.data in ("setdefault", "__setitem__")):
        return [op.args[1].value] if isinstance(op.args[1], Const) else None
    is_update = op.prim == "method" and op.data in ("update", "__ior__")
    if not is_update and op.prim != "operator.ior":
        return []
    named = [name for name, _ in op.kwargs]
    if len(op.args) == 1:
        return None if "**" in named else [*named]
    given = op.args[1]
    if "**" in named or op.data == "__ior__" or not isinstance(given, Var) or given.name in within:
        return None
    made = uses.first_maker(given)
    alone = all(getattr(use, "op", None) is op or _keeps_to_itself(use, given) for use in uses.of(given.name))
    born = _born(made.op) if made is not None and alone else None
    stores = _stores(uses, given, within)
    return None if born is None or stores is None else [*born, *stores, *named]


def _is_followed(uses: Uses, operand: Var, let: Statement) -> bool:
    """Whether nobody else can have put anything into a dict that has this name before an operation."""
    return all(use is let or _keeps_to_itself(use, operand) or not uses.is_before(use, let)
               for use in uses.of(operand.name))


def _keeps_to_itself(use: Statement, operand: Var) -> bool:
    if not isinstance(use, Let):
        return True
    if use.op.prim == "call":
        return isinstance(use.op.args[0], Global) and use.op.args[0].key.startswith("builtins.")
    if use.op.prim.startswith("operator."):
        is_update = use.op.prim == "operator.ior" and use.op.args[0] == operand and use.targets == (operand,)
        return is_update or not is_in_place(use.op.prim)
    return use.op.prim in _OWN and operand not in use.op.args[1:]


_OWN = ("copy", "getitem", "attr", "setitem", "augitem", "delitem", "method")

"""What a loop walks over, as far as it is known item by item: sequences, mappings, and several of them side by side.

    for k, v in d.items():           runtime.only_keys d, "w", "b"
                              ->     k, v = "w", d["w"]
                                     ...
                                     k, v = "b", d["b"]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.ops import Const, For, Let, Op, Operand, Statement, Var
from adls.engine.ir.types import Dict, List, Tuple, Type
from adls.engine.ir.walk import defined, statements
from adls.engine.passes.infer_presence import present
from adls.engine.source.frozen import dataclass

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_VIEWS = ("items", "values", "keys")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is walked over: its items' types, and of a mapping its keys and which view of it."""

    operand: Operand
    items: tuple[Type, ...]
    keys: tuple[object, ...] | None = None
    view: str = ""

    def checked(self, held: Var, loop: For) -> tuple[Statement, ...]:
        """What makes sure that a mapping has the keys that it was seen to have, in their order."""
        if self.keys is None:
            return ()
        return (Let((), Op("runtime.only_keys", (held, *map(Const, self.keys))), loop.span),)

    def item(self, held: Var, number: int, target: Var, fresh: Var, loop: For) -> tuple[Statement, ...]:
        """The item of one round as the value of a variable; `fresh` holds what goes into it."""
        if self.keys is None:
            return (Let((target,), Op("getitem", (held, Const(number))), loop.span),)
        key = Const(self.keys[number])
        read = Op("getitem", (held, key))
        if self.view == "items":
            return (Let((fresh,), read, loop.span), Let((target,), Op("tuple", (key, fresh), data=()), loop.span))
        return (Let((target,), read if self.view == "values" else Op("copy", (key,)), loop.span),)


def parts_of(inference: Inference, loop: For) -> tuple[str, list[Part]]:
    """What a loop walks over, side by side, and the function that joins it; nothing where it is not known."""
    single = _part(inference, loop, loop.iterable)
    if single is not None:
        return "", [single]
    made = inference.uses.made(loop.iterable)
    if made is None or made.op.prim not in ("builtins.zip", "builtins.enumerate") or made.op.kwargs or made.op.data:
        return "", []
    if made.op.prim == "builtins.enumerate" and len(made.op.args) > 1:
        return "", []
    parts = [_part(inference, loop, arg) for arg in made.op.args]
    return made.op.prim, [] if None in parts else [each for each in parts if each is not None]


def _part(inference: Inference, loop: For, operand: Operand) -> Part | None:
    found = inference.type_of(operand)
    if isinstance(found, Tuple | List):
        is_generator = isinstance(found, Tuple) and " " in found.name  # It has no items yet.
        return None if found.items is None or is_generator else Part(operand, found.items)
    made = inference.uses.made(operand)
    view = str(made.op.data) if made is not None and made.op.prim == "method" else "keys"
    if made is not None and made.op.prim == "method" and view in _VIEWS and len(made.op.args) == 1:
        operand = made.op.args[0]
        if not _is_still(inference, operand, made, loop):
            return None
    mapping = present(inference, made or loop, operand)
    if not isinstance(mapping, Dict) or mapping.cls or mapping.items is None or mapping.kind not in ("", "OrderedDict"):
        return None
    is_ours = inference.target.startswith("adls.runtime.")
    if is_ours or not isinstance(operand, Var) or not all(isinstance(key, str | int) for key, _ in mapping.items):
        return None
    return Part(operand, tuple(t for _, t in mapping.items), tuple(key for key, _ in mapping.items), view)


def _is_still(inference: Inference, operand: Operand, made: Let, loop: For) -> bool:
    """Whether a name has kept its meaning since a view of a mapping was made."""
    maker = inference.uses.maker(made.targets[0])
    if not isinstance(operand, Var) or maker is None or not inference.uses.is_of_text(loop):
        return False
    return not any(operand in defined(each) for each in inference.uses.between(maker, loop))


def only_for(inference: Inference, loop: For, parts: list[Part]) -> list[Let]:
    """What is made for nothing but to be walked over by a loop: views of mappings, and what joins several things."""
    found: list[Let] = []
    walked = [part.operand for part in parts]
    todo: list[tuple[Operand, Statement]] = [(loop.iterable, loop)]
    while todo:
        operand, user = todo.pop()
        made, maker = inference.uses.made(operand), isinstance(operand, Var) and inference.uses.maker(operand)
        if not isinstance(operand, Var) or operand in walked or made is None or not maker:
            continue
        if inference.uses.of(operand.name) != [user]:
            continue
        joins = made.op.prim in ("builtins.zip", "builtins.enumerate")
        if joins or (made.op.prim == "method" and made.op.data in _VIEWS):
            found.append(maker)
            todo += [(arg, maker) for arg in made.op.args] if joins else []
    return found


@dataclass(frozen=True, slots=True)
class Gathered:
    """A new list or dict that each round of a loop puts one item into, as the last thing that it does: a comprehension.

    Of a dict each key is that of the mapping that is walked over.
    """

    items: Var
    item: Operand

    def display(self, parts: list[Part], taken: list[Var], loop: For) -> Let:
        """The list or dict in one display, of the items of all rounds."""
        keys = parts[0].keys if isinstance(self, GatheredByKey) else None
        if keys is None:
            return Let((self.items,), Op("list", tuple(taken), data=()), loop.span)
        pairs = tuple(each for key, var in zip(keys, taken, strict=True) for each in (Const(key), var))
        return Let((self.items,), Op("dict", pairs), loop.span)


class GatheredByKey(Gathered):
    """A dict that has the keys of the mapping that a loop walks over."""


def gathers(inference: Inference, loop: For, parts: list[Part]) -> Gathered | None:
    """What the rounds of a loop gather; None where they do something else."""
    last = loop.body[-1] if loop.body else None
    if not isinstance(last, Let):
        return None
    match last.op:
        case Op("method", (Var() as items, item), (), "append"):
            found, empty = Gathered(items, item), Op("list", data=())
        case Op("setitem", (Var() as items, key, item)) if len(parts) == 1 and key == _key(loop, parts[0]):
            found, empty = GatheredByKey(items, item), Op("dict")
        case _:
            return None
    made, maker = inference.uses.made(items), inference.uses.maker(items)
    if made is None or maker is None or made.op != empty or not inference.uses.is_of_text(loop):
        return None
    alone = not inference.uses.between(maker, loop) and inference.uses.is_before(maker, loop)
    inside = [each for each in statements(loop.body) if isinstance(each, Let) and each is not last]
    read = item == items or any(items in each.op.operands for each in inside)
    return found if alone and not read else None


def _key(loop: For, part: Part) -> Operand | None:
    """The variable that holds the key in each round."""
    first = loop.body[0]
    if part.keys is None or part.view == "values":
        return None
    if part.view == "keys":
        return loop.target
    unpacked = isinstance(first, Let) and first.op == Op("unpack", (loop.target,)) and len(first.targets) == 2
    return first.targets[0] if isinstance(first, Let) and unpacked else None

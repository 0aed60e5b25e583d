"""The cotangents of what lists, dicts, tuples and instances hold.

Used by generated code only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from adls.runtime.records import entries, is_record
from adls.runtime.refusing import refuse, without_dict
from adls.runtime.sums import ShadowDict, ShadowList, add_to_item, added_in_place, put

Array: TypeAlias = np.ndarray[Any, Any]
Shape: TypeAlias = tuple[int, ...]

NUMBERS = (float, complex, int, np.number)


def or_else(value: Any, otherwise: Any) -> Any:
    """A value, or another where control flow did not come to where it is made."""
    return otherwise if value is None else value


def zeros(shape: Shape | None, dtype: Any = float) -> Any:
    """Zeros of a shape; 0.0 for what never had one, because control flow did not come there."""
    return 0.0 if shape is None else np.zeros(shape, dtype)


def shadow_of(value: Any, made: dict[int, Any] | None = None) -> Any:
    """A shadow container of the same structure: None for what has no cotangent yet, 0.0 for a number; also for an
    int, which a loop may read as one of the floats beside it.

    `made` has those that were made before, by the identity of what they are of: one for each object.
    """
    if type(value) is np.ndarray:
        return None
    if isinstance(value, NUMBERS):
        return 0.0
    if made is not None and _identity(value) in made:
        return made[_identity(value)]
    if isinstance(value, list | deque):
        return _noted(ShadowList([shadow_of(item, made) for item in value]), value, made)
    if isinstance(value, dict):
        return _noted(ShadowDict({key: shadow_of(item, made) for key, item in value.items()}), value, made)
    if isinstance(value, tuple):
        return tuple(shadow_of(item, made) for item in value) if any(map(holds_container, value)) else None
    return _shadow_of_record(value, {} if made is None else made) if is_record(value) else None


def _noted(shadow: Any, value: Any, made: dict[int, Any] | None) -> Any:
    if made is not None:
        made[_identity(value)] = shadow
    return shadow


def noted(value: Any, shadow_value: Any, made: dict[int, Any]) -> Any:
    """The shadow of a container that the program shows: the one that was made by another way, where there is one, or
    this, which `shadow_of` finds from here on."""
    return made.setdefault(_identity(value), shadow_value)


def form_of(value: Any, made: dict[int, Any]) -> Any:
    """A container's structure as it is now, as a shadow that counts as the container when `shadow_of` makes another of
    it: the program may change the container, and has it under other names too."""
    found = shadow_of(value, made)
    for identity, each in made.items():
        each.of = identity
    return found


def _identity(value: Any) -> int:
    """Which container a value is, or is the form of."""
    found: int = getattr(value, "of", 0) if isinstance(value, ShadowList | ShadowDict) else 0
    return found or id(value)


def _shadow_of_record(value: Any, made: dict[int, Any]) -> Any:
    """The shadow of an instance: one for each, also where it is reached twice, or by itself."""
    found = made.get(_identity(value))
    if found is None:
        found = made[_identity(value)] = ShadowDict({})
        found.update((key, shadow_of(item, made)) for key, item in entries(value).items())
    return found


def holds_container(value: Any) -> bool:
    """Whether a value is a container, or a tuple with one in it."""
    if isinstance(value, tuple):
        return any(map(holds_container, value))
    return isinstance(value, list | deque | dict) or is_record(value)


def add_into(container: Any, value: Any, met: dict[tuple[int, int], Any] | None = None) -> None:
    """Add a cotangent of a container's structure to its shadow, in place also in the containers that it holds.

    What lies in several places of both is one cotangent of one container, and is added once: `met` has what was.
    """
    if value is None or value is container:
        return
    met = {} if met is None else met
    if (id(container), id(value)) in met:
        return
    met[id(container), id(value)] = value
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        mine = container.get(key) if isinstance(container, dict) else container[key]
        if isinstance(mine, list | dict):
            add_into(mine, item, met)
        else:
            put(container, key, added(mine, item, met))


def move_into(container: Any, value: Any) -> None:
    """As `add_into`, and leave zeros in the cotangent: callees who look the container up may find it there again."""
    if value is None or value is container:
        return
    for key, item in list(value.items()) if isinstance(value, dict) else enumerate(value):
        mine = container.get(key) if isinstance(container, dict) else container[key]
        put(container, key, _moved(mine, item))
        put(value, key, _left_of(item))


def _moved(mine: Any, item: Any) -> Any:
    if isinstance(mine, list | dict):
        move_into(mine, item)
        return mine
    if isinstance(mine, tuple) and isinstance(item, tuple):
        return tuple(map(_moved, mine, item))
    return add(mine, item)


def _left_of(item: Any) -> Any:
    """What is left of a cotangent that has been taken: containers stay where others know them."""
    if isinstance(item, tuple):
        return tuple(map(_left_of, item)) if holds_container(item) else None
    return 0.0 if isinstance(item, NUMBERS) else item if holds_container(item) else None


def added(mine: Any, value: Any, met: dict[tuple[int, int], Any] | None = None) -> Any:
    """The sum of two cotangents; a container stays the one that it is, also in a tuple, as others may know it."""
    if isinstance(mine, list | dict):
        add_into(mine, value, met)
        return mine
    if isinstance(mine, tuple) and isinstance(value, tuple):
        return tuple(added(one, two, met) for one, two in zip(mine, value, strict=True))
    return add(mine, value)


def only_distinct(value: Any, met: dict[tuple[int, int], Any] | None = None) -> None:
    """Refuse a cotangent in which one container lies in several places: it would be added several times."""
    met = {} if met is None else met
    for each in _containers_in(value):
        if (id(each), 0) in met:
            refuse("the gradient of a gradient through an object that is given back in several places: return it once")
        met[id(each), 0] = each


def only_unmet(value: Any, made: dict[int, Any]) -> None:
    """Refuse a container that has a shadow already, by another way: of two names for one shadow nothing is known."""
    if any(_identity(each) in made for each in _containers_in(value)):
        refuse("the gradient of a gradient through an object that is reached in several ways: make a new one of it")


def only_new(value: Any, made: dict[int, Any]) -> None:
    """Refuse a container that has a shadow already; what it holds may have one, which is then in its own."""
    if _identity(value) in made:
        refuse("the gradient of a gradient through an object that is reached in several ways: make a new one of it")


def only_value(item: Any, value: Any) -> None:
    """Refuse to add to a container that lies in a slot: who else knows it would not see the sum."""
    if value is not None and isinstance(item, list | dict):
        refuse("the gradient of a gradient through a container that lies beside values of other kinds: keep it apart")


def _containers_in(value: Any, around: tuple[int, ...] = ()) -> Iterator[Any]:
    """The containers in a value, each as often as it is met, but not within itself."""
    if id(value) in around:
        return
    if isinstance(value, tuple):
        inside: Any = value
    elif holds_container(value):
        yield value
        inside = value if isinstance(value, list | deque) else entries(value).values()
    else:
        return
    for item in inside:
        yield from _containers_in(item, (*around, id(value)))


def merge_into(container: Any, value: Any) -> None:
    """Have what was put into a container give its shadow back to where it was made, and leave zeros in it.

    A container in it may have a shadow by another way too: it is that one from here on, with what has been added to
    the other. Where a number or an array was put in its place meanwhile, nothing is owed to it by this way.
    """
    if value is container or not isinstance(value, list | dict):
        return
    for key, item in list(value.items()) if isinstance(value, dict) else enumerate(value):
        mine = container.get(key) if isinstance(container, dict) else container[key]
        if isinstance(mine, list | dict) and isinstance(item, list | dict):
            merge_into(item, mine)
            put(container, key, item)
        else:
            put(container, key, _moved(mine, item))
            put(value, key, _left_of(item))


def detached(item: Any) -> Any:
    """The cotangent of an item of which only the run knows what it is; of a container a new one, which takes what its
    shadow holds: whoever knows the container for one has the shadow, and adds to it."""
    return _detached(item, set()) if isinstance(item, tuple | list | dict) else item


def _detached(item: Any, met: set[int]) -> Any:
    if isinstance(item, tuple):
        return tuple(_detached(inner, met) for inner in item)
    if not isinstance(item, list | dict):
        return item
    if id(item) in met:
        return None  # One container in several places: what is owed to it comes from the first.
    met.add(id(item))
    taken: Any = [None] * len(item) if isinstance(item, list) else dict.fromkeys(item)
    for key, inner in list(item.items()) if isinstance(item, dict) else enumerate(item):
        taken[key] = _detached(inner, met)
        put(item, key, _left_of(inner))
    return taken


def add_part(shadow_array: Any, value: Any) -> None:
    """Add to an array's shadow what was owed to the array by those who did not know it for one; None is zero."""
    if value is not None:
        shadow_array[...] += value


def merged(returned: Any, shadow_value: Any) -> Any:
    """One cotangent out of the part that a backward function returned and the part that it added to in place."""
    if returned is None:
        return shadow_value
    if isinstance(returned, tuple) and isinstance(shadow_value, tuple):
        return tuple(map(merged, returned, shadow_value))
    return returned


def or_zeros(value: Any, shape: Shape) -> Any:
    """The value, or zeros where there is none."""
    return np.zeros(shape) if value is None else value


def or_zeros_of(value: Any, shapes: Any) -> Any:
    """The value, or zeros in the structure of a value of these shapes (`runtime.shapes`) where there is none."""
    if value is not None:
        return value
    return np.zeros(shapes) if isinstance(shapes, tuple) else shapes.build([or_zeros_of(None, s) for s in shapes.items])


def or_zero(value: Any) -> Any:
    """The value, or 0.0 where there is none."""
    return 0.0 if value is None else value


def or_nothing(value: Any, nothing: Any) -> Any:
    """The cotangent of a tuple with the zeros of `nothing`, which has the tuple's structure, in the place of None."""
    if value is None:
        return nothing
    if isinstance(nothing, tuple) and isinstance(value, tuple):
        return tuple(map(or_nothing, value, nothing))
    return value


def stacked(items: Any, shape: Shape) -> Array:
    """The cotangent of an array whose rows were taken one by one; None is zero."""
    whole = np.zeros(shape)
    for n, item in enumerate(items):
        if item is not None:
            whole[n] = item
    return whole


def add(a: Any, b: Any) -> Any:
    """The sum of two cotangents of any structure; None is zero."""
    if a is None:
        return b
    if b is None:
        return a
    if isinstance(a, tuple):
        return tuple(map(add, a, b))
    if isinstance(a, list):
        return [add(x, y) for x, y in zip(a, b, strict=True)]
    if isinstance(a, dict):
        return {key: add(a.get(key), b.get(key)) for key in {**a, **b}}
    return a + b


def accumulate(container: Any, key: Any, value: Any) -> None:
    """Add to the cotangent of an item of a container."""
    if not added_in_place(container, key, value):
        add_to_item(container, key, value, added)


def accumulate_all(container: Any, values: Any) -> None:
    """Add the cotangents in a sequence or dict to those of a container's items; a number stands for none."""
    items = values.items() if isinstance(values, dict) else enumerate(values) if np.iterable(values) else ()
    for key, value in items:
        put(container, key, added(container[key], without_dict(value)))


def shadow_slice(container: Any, part: slice) -> Any:
    """The shadow of `xs[i:j]`: the containers among the items are the same, all else begins at zero."""
    return [_with_its_containers(item) for item in container[part]]


def _with_its_containers(item: Any) -> Any:
    if isinstance(item, tuple) and holds_container(item):
        return tuple(map(_with_its_containers, item))
    return item if holds_container(item) else 0.0 if isinstance(item, NUMBERS) else None


def accumulate_slice(container: Any, part: slice, values: Any) -> None:
    """Add the cotangents of `xs[i:j]` to those of xs; what containers hold has arrived already, where the part has
    the very shadows that xs has."""
    for key, value in zip(range(*part.indices(len(container))), values, strict=True):
        if isinstance(value, tuple) or not holds_container(value):
            put(container, key, added(container[key], value))
        elif container[key] is None:  # Another container was put in its place: the part has the shadow of this one.
            put(container, key, value)
        elif value is not container[key]:
            add_into(container[key], value)


def take_tail(container: Any, values: Any) -> None:
    """Move the cotangents of what was appended last to those of the list that it came from."""
    count = len(values)
    if count:
        accumulate_slice(values, slice(None), container[-count:])
        del container[-count:]


def take_item(container: Any, key: Any, zero: Any = 0.0) -> Any:
    """The cotangent of an item that is about to be written; it is zero before, that of a number `zero`."""
    value = container.get(key) if isinstance(container, dict) else container[key]
    put(container, key, zero if isinstance(value, NUMBERS) else None)
    return value

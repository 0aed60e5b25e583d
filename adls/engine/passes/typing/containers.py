"""Typing of Python's own functions and of the methods of lists, dicts and strings."""

from __future__ import annotations

from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Bottom,
    Callable,
    Complex,
    Dict,
    Float,
    Int,
    Iter,
    List,
    NoneT,
    Opaque,
    Scalar,
    Str,
    Tuple,
    Type,
)
from adls.engine.passes.typing.elementwise import broadcast
from adls.engine.passes.typing.given import Given, Truth, as_array, hopeless
from adls.engine.passes.typing.indexing import element_type, item_type, length_type
from adls.engine.passes.typing.join import OBJECT, join, join_all


def length(given: Given, _: str) -> Type:
    return length_type(given.first)


def integer(given: Given, _: str) -> Type:
    """len and int keep what is known of a length; all else is just an int."""
    if given.prim in ("builtins.len", "numpy.size", "ndarray.size"):
        return length_type(given.first) if given.prim == "builtins.len" else Int()
    if given.prim == "builtins.int" and isinstance(given.first, Int):
        return given.first
    if given.prim in ("math.floor", "math.ceil", "math.trunc", "builtins.int"):
        return Int()
    if given.prim.startswith("ndarray.") or given.prim == "numpy.ndim":
        array = as_array(given.first)
        rank = len(array.dims) if array and array.dims is not None else None
        return Int(rank) if given.prim.endswith("ndim") else Int()
    return Int()


def list_of(given: Given, _: str) -> Type:
    source = _only(given)
    if source is None:
        return List(Bottom(), ())
    if isinstance(source, Tuple | List) and source.items is not None:
        return List(join_all(source.items), source.items)
    return hopeless(source) or List(element_type(source))


def collection_of(given: Given, _: str) -> Type:
    """One of `collections`, empty or of what carries no derivative: all else is put in afterwards."""
    kind, first = given.prim.rpartition(".")[2], _only(given)
    if kind == "deque":
        bounded = "maxlen" in given.types and not isinstance(given["maxlen"], NoneT)
        item = element_type(first) if first is not None else Bottom()
        return List(item, None, "bounded deque" if bounded else "deque")
    if kind == "OrderedDict":
        return Dict(Bottom(), (), kind=kind) if not given.types else Any()
    if kind == "Counter":
        return Dict(Int(), None, kind=kind)
    if not isinstance(first, Callable) or not first.target or len(given.types) != 1:
        return Any()
    return Dict(Bottom(), None, kind=kind, default=first)


def shadow_of(given: Given, _: str) -> Type:
    """The shadow of a container: 0.0 for each number, None for what has no cotangent yet."""
    return _shadow(given.first)


def _shadow(t: Type) -> Type:
    match t:
        case Float() | Scalar() | Int() | Bool():
            return Float()
        case List(item, items):
            known = None if items is None else tuple(map(_shadow, items))
            return List(join_all(known) if known is not None else _shadow(item), known)
        case Dict(_, tuple(entries)):
            pairs = tuple((key, _shadow(value)) for key, value in entries)
            return Dict(join_all(value for _, value in pairs), pairs)
        case Dict(value, None):
            return Dict(_shadow(value))
        case Bottom() | NoneT() | Str() | Opaque():
            return NoneT()
        case _:
            return Any()


def tuple_of(given: Given, _: str) -> Type:
    source = _only(given)
    if source is None:
        return Tuple(())
    return Tuple(source.items) if isinstance(source, Tuple | List) and source.items is not None else Any()


def dict_of(given: Given, _: str) -> Type:
    source = given["a0"]
    named = {name: t for name, t in given.types.items() if name != "a0"}
    if isinstance(source, NoneT) or (isinstance(source, Dict) and source.items is not None):
        entries: dict[object, Type] = dict(source.items or ()) if isinstance(source, Dict) else {}
        entries.update(named)
        return Dict(join_all(entries.values()), tuple(entries.items()))
    return source if isinstance(source, Dict) and not named else Any()


def class_of_container(given: Given, _: str) -> Type:
    """`type(x)`: what makes another list, tuple or dict like x."""
    match _only(given):
        case List(kind="", optional=False):
            return Callable("builtins.list")
        case Tuple(name=""):
            return Callable("builtins.tuple")
        case Dict(cls="", kind="", optional=False):
            return Callable("builtins.dict")
        case _:
            return OBJECT


def range_of(given: Given, _: str) -> Type:
    return Iter("range", Int())


def ndindex_of(given: Given, _: str) -> Type:
    """Index tuples: of ints, as many as there are axes."""
    lengths = positional(given)
    if len(lengths) == 1 and isinstance(lengths[0], Tuple):
        lengths = lengths[0].items
    known = bool(lengths) and all(isinstance(each, Int) for each in lengths)
    return Iter("ndindex", Tuple((Int(),) * len(lengths)) if known else Any())


def zip_of(given: Given, _: str) -> Type:
    return Iter("zip", Tuple(tuple(element_type(t) for t in positional(given))))


def enumerate_of(given: Given, _: str) -> Type:
    return Iter("enumerate", Tuple((Int(), element_type(given.first))))


def reversed_of(given: Given, _: str) -> Type:
    source = given.first
    item = source.item if isinstance(source, List) and source.items is None else element_type(source)
    return Iter("reversed", item)


def sorted_of(given: Given, _: str) -> Type:
    return List(element_type(given.first))


def iterator(given: Given, _: str) -> Type:
    return Iter("iterator", Any() if given.prim.startswith("numpy") else element_type(given.first))


def mapped(given: Given, _: str) -> Type:
    """map over a known library function or a user's: what it gives is not followed."""
    return Iter("map", Any())


def filtered(given: Given, _: str) -> Type:
    items = positional(given)
    return Iter("filter", element_type(items[-1]) if items else Any())


def sum_of(given: Given, _: str) -> Type:
    """builtins.sum: repeated addition, from `start`."""
    item, start = element_type(given.first), given["start"]
    first = broadcast(Given("operator.add", {"x": start, "y": item}), "")
    again = broadcast(Given("operator.add", {"x": first, "y": item}), "")
    if isinstance(item, Bottom):
        return start
    return again if isinstance(first, Array) else join(join(_plain(start), first), again)


def product_of(given: Given, _: str) -> Type:
    """math.prod: repeated multiplication; of Python's whole numbers it is one."""
    item, start = element_type(given.first), given["start"]
    if isinstance(item, Bottom):
        return start
    if isinstance(item, Bool | Int) and isinstance(start, Bool | Int):
        return Int()
    numbers = all(isinstance(t, Bool | Int | Float) for t in (item, start))
    return Float() if numbers else broadcast(Given("operator.mul", {"x": start, "y": item}), "")


def extreme(given: Given, _: str) -> Type:
    """builtins.max and min: one of the arguments."""
    named = [given[name] for name in ("x", "y") if name in given.types]
    items = named or list(positional(given))
    if len(items) == 1:
        return join_all([element_type(items[0]), *([] if isinstance(given["default"], NoneT) else [given["default"]])])
    return _plain(join_all(map(_plain, items)))


def rounded(given: Given, _: str) -> Type:
    number, digits = given.first, given["ndigits"]
    if isinstance(number, Array | Int | Any):
        return _plain(number)
    if isinstance(digits, NoneT):
        return Int()
    return number


def isinstance_of(given: Given, _: str) -> Type:
    """Decided where the type alone decides: a float's type also stands for ints that became floats, so it does not."""
    value, kinds = list(given.types.values())[:2]
    wanted = kinds.items if isinstance(kinds, Tuple) else (kinds,)
    names = [k.target if isinstance(k, Callable) else "" for k in wanted]
    if isinstance(value, Int | Float | Complex | Scalar) and all(name in _DISTINCT for name in names):
        return Truth(value=False)
    if isinstance(value, Int | Float) and ("builtins.int" in names) and (
            isinstance(value, Int) or "builtins.float" in names):
        return Truth(value=True)
    own = _CLASS_OF.get(type(value))
    if isinstance(value, Str) and value.value is not None:
        own = "builtins.str"
    elif isinstance(value, Str) and {"builtins.str", "builtins.bytes"} & set(names):
        return Bool()  # The type of a str is that of bytes too.
    if own is None or not all(names) or (isinstance(value, List | Dict) and (value.kind or value.optional)):
        return Bool()
    if isinstance(value, Tuple) and value.name:
        return Truth(value=True) if "builtins.tuple" in names else Bool()
    if any(name in ("builtins.object", own) for name in names):
        return Truth(value=True)
    apart = _DISTINCT if isinstance(value, Bool) else _DISTINCT | _NUMBERS
    return Truth(value=False) if all(name in apart for name in names) else Bool()


def item(given: Given, _: str) -> Type:
    array = as_array(given.first)
    return _python_number(array.dtype) if array else Any()


def tolist(given: Given, _: str) -> Type:
    array = as_array(given.first)
    if array is None or array.dims is None:
        return Any()
    result = _python_number(array.dtype)
    for _dim in array.dims:
        result = List(result)
    return result


def number(given: Given, _: str) -> Type:
    """math.sin, builtins.float: a Python float."""
    return hopeless_number(given) or Float()


def complex_number(given: Given, _: str) -> Type:
    """cmath.sin: a Python complex."""
    return hopeless_number(given) or Complex()


def hopeless_number(given: Given) -> Type | None:
    return Bottom() if any(isinstance(t, Bottom) for t in given.types.values()) else None


# Methods.


def got(given: Given, _: str) -> Type:
    """dict.get, setdefault: the value or the default."""
    operands = list(given.types.values())
    found = item_type(operands[0], operands[1])
    if isinstance(found, Bottom):
        return operands[2] if len(operands) > 2 else NoneT()
    literal_key = getattr(operands[1], "value", None) is not None
    known = isinstance(operands[0], Dict) and operands[0].items is not None and literal_key
    return found if known else join(found, operands[2] if len(operands) > 2 else NoneT())


def popped(given: Given, _: str) -> Type:
    operands = list(given.types.values())
    if isinstance(operands[0], Dict):
        return join(item_type(operands[0], operands[1]), operands[2] if len(operands) > 2 else Bottom())
    return operands[0].item if isinstance(operands[0], List) else Any()


def dict_items(given: Given, _: str) -> Type:
    return Iter("items", Tuple((element_type(given.first), _value(given.first))))


def dict_values(given: Given, _: str) -> Type:
    return Iter("values", _value(given.first))


def dict_keys(given: Given, _: str) -> Type:
    return Iter("keys", element_type(given.first))


def first_operand(given: Given, _: str) -> Type:
    return given.first


def positional(given: Given) -> tuple[Type, ...]:
    """The operands of a call of one of Python's functions, without its options."""
    chosen = {name: t for name, t in given.types.items() if name == given.star or name not in _OPTIONS}
    return Given(given.prim, chosen, given.star).spread()


_OPTIONS = ("key", "default", "strict", "start", "reverse")
_CLASS_OF: dict[type, str] = {NoneT: "", Bool: "builtins.bool", Truth: "builtins.bool", Tuple: "builtins.tuple",
                              List: "builtins.list", Dict: "builtins.dict", Str: "", Array: "numpy.ndarray"}
_CONTAINERS = {"builtins.tuple", "builtins.list", "builtins.dict", "builtins.str", "builtins.bytes", "builtins.set"}
_DISTINCT = {*_CONTAINERS, "numpy.ndarray"}
_NUMBERS = {"builtins.int", "builtins.float", "builtins.complex", "builtins.bool"}


def _only(given: Given) -> Type | None:
    items = positional(given)
    return None if not items or isinstance(items[0], NoneT) else items[0]


def _plain(t: Type) -> Type:
    """A number without what is known of its value."""
    return Int() if isinstance(t, Int) else Bool() if isinstance(t, Bool) else t


def _value(t: Type) -> Type:
    if isinstance(t, Dict):
        return join_all(v for _, v in t.items) if t.items is not None else t.value
    return Any()


def _python_number(dtype: str) -> Type:
    if dtype == "bool":
        return Bool()
    return {"i": Int(), "u": Int(), "f": Float(), "c": Complex()}.get(dtype[0], Any())


def object_of(given: Given, _: str) -> Type:
    return OBJECT


def opaque_of(given: Given, name: str) -> Type:
    return Opaque(name or given.prim)



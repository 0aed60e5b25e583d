"""What a function's body does with a parameter, read off its text: enough to make up an argument for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from adls.engine.frontend.modules import Defined, dotted
from adls.engine.source.frozen import dataclass

DEEPEST = 3
"""Through how many functions a parameter is followed that is handed on."""
_OF_ARRAYS = frozenset({"shape", "sum", "mean", "size", "reshape", "copy", "ndim", "max", "min"})


@dataclass(frozen=True, slots=True)
class Uses:
    """What a body does with a parameter. `taken` are how many arguments it is called with, None where it is not;
    `each_taken` likewise of the items of one that is walked over. `parts` are what it is unpacked to, `each_parts` what
    its items are.
    """

    keys: tuple[str, ...] = ()
    parts: ast.Tuple | None = None
    counted: bool = False
    array: bool = False
    matrix: bool = False
    number: bool = False
    index: bool = False
    taken: int | None = None
    each_taken: int | None = None
    each_parts: ast.Tuple | None = None


def uses_of(defined: Defined, name: str) -> Uses:
    """What a function does with one of its parameters."""
    keys: dict[str, None] = {}
    parts: ast.Tuple | None = None
    each_parts: ast.Tuple | None = None
    seen: set[str] = set()
    for node in ast.walk(defined.node):
        match node:
            case ast.Subscript(ast.Name(known), ast.Constant(str(key))) if known == name:
                keys[key] = None
            case ast.Assign([ast.Tuple() as target], ast.Name(known)) if known == name:
                parts = target
            case ast.For(ast.Tuple() as target, ast.Name(known)) if known == name:
                each_parts = target
            case ast.comprehension(ast.Tuple() as target, ast.Name(known)) if known == name:
                each_parts = target
            case _:
                seen |= _seen(node, name)
    taken, each_taken = _taken(defined, name), _each_taken(defined, name)
    flags = ("counted" in seen, "array" in seen, "matrix" in seen, "number" in seen, "index" in seen)
    return Uses(tuple(keys), parts, *flags, taken, each_taken, each_parts)


def _seen(node: ast.AST, name: str) -> set[str]:
    """What one place in a body says of a parameter."""
    match node:
        case ast.Call(ast.Name("range"), arguments) if any(_is(each, name) for each in arguments):
            return {"counted"}
        case ast.Subscript(ast.Name(known), ast.Tuple(indices)) if known == name:
            return {"array", "matrix"} if len(indices) > 1 else {"array"}
        case ast.Subscript(ast.Name(known)) | ast.Call(ast.Name("len"), [ast.Name(known)]) if known == name:
            return {"array"}
        case ast.Subscript(_, ast.Tuple(indices)) if any(_is(each, name) for each in indices):
            return {"index"}
        case ast.Call(ast.Attribute(ast.Name(known)), _, keywords) if known == name and _counts_axes(keywords):
            return {"array", "matrix"}
        case ast.Attribute(ast.Name(known), attribute) if known == name and attribute in _OF_ARRAYS:
            return {"array"}
        case ast.Attribute(ast.Name(known), "T") if known == name:
            return {"matrix"}
        case ast.Call(ast.Attribute(ast.Name("math")), arguments) if any(
                _is(inner, name) for each in arguments for inner in ast.walk(each)):
            return {"number"}
        case ast.BinOp(left, ast.MatMult(), right) if _is(left, name) or _is(right, name):
            return {"array"}
    return set()


def _counts_axes(keywords: list[ast.keyword]) -> bool:
    """Whether `axis=1` stands among arguments: there is a second axis."""
    return any(each.arg == "axis" and isinstance(each.value, ast.Constant) and each.value.value == 1
               for each in keywords)


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def taken_as_annotated(node: ast.expr | None) -> int | None:
    """How many arguments an annotation `Callable[[A, B], R]` names; 1 where it leaves them open."""
    match node:
        case ast.Constant(str(text)):
            try:
                return taken_as_annotated(ast.parse(text.strip(), mode="eval").body)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None
        case ast.Subscript(value, ast.Tuple([ast.List(items), _])) if _is_callable(value):
            return len(items)
        case ast.Subscript(value) if _is_callable(value):
            return 1
        case ast.BinOp(left, ast.BitOr(), ast.Constant(None)):
            return taken_as_annotated(left)
    return 1 if node is not None and _is_callable(node) else None


def gives_number(node: ast.expr | None) -> bool:
    """Whether an annotation `Callable[[A, B], float]` promises a number."""
    match node:
        case ast.Constant(str(text)):
            try:
                return gives_number(ast.parse(text.strip(), mode="eval").body)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return False
        case ast.Subscript(value, ast.Tuple([_, given])):
            return _is_callable(value) and dotted(given) in ("float", "np.floating", "numpy.floating")
    return False


def annotation_of(defined: Defined, name: str) -> ast.expr | None:
    """What a parameter is annotated with."""
    return next((each.annotation for each in _parameters(defined) if each.arg == name), None)


def taken_of_self(owner: ast.ClassDef, attribute: str) -> int | None:
    """How many arguments the methods of a class call an attribute with."""
    for node in ast.walk(owner):
        match node:
            case ast.Call(ast.Attribute(ast.Name("self"), called), arguments) if called == attribute:
                return len(arguments)
    return None


def _is_callable(node: ast.expr) -> bool:
    return dotted(node).rpartition(".")[2] == "Callable"


def _taken(defined: Defined, name: str, depth: int = 0) -> int | None:
    """How many arguments a parameter is called with: here, where it is handed on, or as an attribute of `self`."""
    called = _called_with(defined.node, name)
    if called is not None:
        return called
    for node in ast.walk(defined.node):
        match node:
            case ast.Call(func, arguments) if depth < DEEPEST and any(_is(each, name) for each in arguments):
                found = _handed_on(defined, func, [_is(each, name) for each in arguments].index(True), depth)
            case ast.Assign([target], value):
                found = _as_attribute(defined, target, value, name)
            case _:
                continue
        if found is not None:
            return found
    return taken_as_annotated(annotation_of(defined, name))


def _handed_on(defined: Defined, func: ast.expr, position: int, depth: int) -> int | None:
    """How many arguments the function that is called calls one of its parameters with."""
    found = defined.module.project.look(defined.module, dotted(func)) if dotted(func) else None
    if not isinstance(found, Defined) or found.node is defined.node:
        return None
    parameters = _parameters(found)
    return _taken(found, parameters[position].arg, depth + 1) if position < len(parameters) else None


def _as_attribute(defined: Defined, target: ast.expr, value: ast.expr, name: str) -> int | None:
    """How many arguments the methods call a parameter with that an assignment makes an attribute of `self`."""
    owner = defined.enclosing[-1] if defined.enclosing else None
    pairs = [(target, value)]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = list(zip(target.elts, value.elts, strict=False))
    for place, held in pairs:
        match place:
            case ast.Attribute(ast.Name("self"), attribute) if _is(held, name) and isinstance(owner, ast.ClassDef):
                return taken_of_self(owner, attribute)
    return None


def _each_taken(defined: Defined, name: str) -> int | None:
    """How many arguments the items of a parameter are called with."""
    for node in ast.walk(defined.node):
        match node:
            case ast.For(ast.Name(item), ast.Name(known), body) if known == name:
                inside: Sequence[ast.AST] = body
            case ast.comprehension(ast.Name(item), ast.Name(known)) if known == name:
                inside = [defined.node]
            case _:
                continue
        for each in inside:
            called = _called_with(each, item)
            if called is not None:
                return called
    return None


def _called_with(node: ast.AST, name: str) -> int | None:
    calls: Iterator[int] = (len(each.args) for each in ast.walk(node)
                            if isinstance(each, ast.Call) and _is(each.func, name))
    return next(calls, None)


def _parameters(defined: Defined) -> list[ast.arg]:
    return [*defined.node.args.posonlyargs, *defined.node.args.args, *defined.node.args.kwonlyargs]

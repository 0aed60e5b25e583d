"""Arguments for a function that nobody calls: from annotations, from what its body does with them, from their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from adls.engine.analysis.annotations import annotated, type_of
from adls.engine.analysis.arguments import BadCall
from adls.engine.analysis.moment import Moment
from adls.engine.frontend.modules import Classed, Defined, Module, Named
from adls.engine.ir.types import Any, Array, Bool, Dict, Float, Int, List, Scalar, Str, Tuple, Type

MOST = 2
"""How many made-up calls are worth a choice."""
FAILS = 3
"""How a call is rated that surely cannot be differentiated."""

_COUNTS = frozenset({
    "n", "m", "k", "steps", "step", "count", "size", "num", "iterations", "iters", "epochs", "depth", "order",
    "degree", "seed", "rank", "length", "width", "height", "repeat", "times",
})  # fmt: skip
_NUMBERS = frozenset({
    "rate", "lr", "alpha", "beta", "gamma", "eps", "epsilon", "tol", "dt", "h", "scale", "sigma", "temperature",
    "noise", "mass", "t", "time", "strength", "weight", "learning_rate", "momentum", "decay",
})  # fmt: skip
_OF_ARRAYS = frozenset({"shape", "sum", "mean", "size", "reshape", "copy", "ndim", "max", "min"})
_MATRICES = frozenset("ABCHKLMPQRSUVWX")


@dataclass(frozen=True, slots=True)
class _Uses:
    """What a body does with a parameter."""

    keys: tuple[str, ...] = ()
    parts: ast.Tuple | None = None
    counted: bool = False
    array: bool = False
    matrix: bool = False
    number: bool = False
    index: bool = False


def invented(moment: Moment, defined: Defined) -> Iterator[str]:
    """Calls with made-up arguments, the likeliest to give a number first."""
    numpy = _numpy(defined.module)
    tries = []
    for style in ("array", "number", "matrix"):
        expression = _call(defined, numpy, style)
        if expression and expression not in tries:
            tries.append(expression)
    rated = sorted((_promise(moment, defined, each), n) for n, each in enumerate(tries))
    best = [tries[n] for promise, n in rated if promise == rated[0][0] or promise < FAILS]
    yield from best[:MOST]


def _call(defined: Defined, numpy: str, style: str) -> str:
    """A call with an argument for each parameter that needs one; "" where it is called on an instance."""
    arguments = defined.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    required = positional[: len(positional) - len(arguments.defaults)]
    name = defined.qualname
    if defined.enclosing and isinstance(defined.enclosing[-1], ast.ClassDef):
        if not required or required[0].arg not in ("self", "cls"):
            return ""
        owner, _, method = defined.qualname.rpartition(".")
        if method.startswith("__"):
            return ""
        name, required = f"{_instance(defined, owner, numpy, style)}.{method}", required[1:]
    promised = annotated(defined)
    texts = [_argument(defined, each.arg, promised.get(each.arg), numpy, style) for each in required]
    if arguments.vararg is not None and len(required) == len(positional):
        texts.append(_argument(defined, arguments.vararg.arg, None, numpy, style))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is None:
            text = _argument(defined, argument.arg, promised.get(argument.arg), numpy, style)
            texts.append(f"{argument.arg}={text}")
    return f"{name}({', '.join(texts)})"


def _instance(defined: Defined, owner: str, numpy: str, style: str) -> str:
    """A call of a class that makes an instance; `owner` is what the function's module calls it."""
    module = defined.module
    found = module.project.look(module, f"{owner}.__init__")
    if isinstance(found, Defined) and not isinstance(found.node, ast.Lambda):
        arguments = [*found.node.args.posonlyargs, *found.node.args.args]
        required = arguments[1 : len(arguments) - len(found.node.args.defaults)]
        promised = annotated(found)
        texts = [_argument(found, each.arg, promised.get(each.arg), numpy, style, module) for each in required]
        return f"{owner}({', '.join(texts)})"
    made = module.project.look(module, owner)
    promises = list(_fields(made)) if isinstance(made, Classed) else []
    return f"{owner}({', '.join(_of_type(each, numpy, style, defined) or _value(numpy, style) for each in promises)})"


def _fields(made: Classed) -> Iterator[Type]:
    """What a class's generated constructor has to be given."""
    for node in made.node.body:
        if isinstance(node, ast.AnnAssign) and node.value is None and "ClassVar" not in ast.unparse(node.annotation):
            yield type_of(made.module, node.annotation)


def _argument(defined: Defined, name: str, promised: Type | None, numpy: str, style: str,
              reader: Module | None = None) -> str:
    """Something for a parameter, as it is written in the `reader`: in the function's own module if there is none."""
    if promised is not None:
        text = _of_type(promised, numpy, style, replace(defined, module=reader) if reader else defined)
        if text:
            return text
    uses = _uses(defined, name)
    if uses.keys:
        return "{" + ", ".join(f"{key!r}: {_value(numpy, style)}" for key in uses.keys) + "}"
    if uses.parts is not None:
        return _as_unpacked(uses.parts, numpy, style)
    if name in ("axis", "index", "i", "j"):
        return "0"
    if uses.counted or (name in _COUNTS and not uses.array):
        return "3"
    if uses.index and uses.array and numpy:
        return f"{numpy}.arange(5)"
    if uses.matrix or name[:1] in _MATRICES:
        return _value(numpy, "matrix")
    if uses.number or (name in _NUMBERS and not uses.array):
        return "0.5"
    return _value(numpy, "array" if uses.array else style)


def _of_type(promised: Type, numpy: str, style: str, defined: Defined) -> str:
    match promised:
        case Float() | Scalar():
            return "0.5"
        case Bool():
            return "True"
        case Int():
            return "3"
        case Str():
            return "''"
        case Array(dtype, dims):
            rank = len(dims) if dims is not None else 2 if style == "matrix" else 1
            whole = dtype[:1] in "iu"
            return f"{numpy}.arange(5)" if whole and numpy else _shaped(numpy, rank)
        case Tuple(items, ""):
            parts = [_of_type(item, numpy, style, defined) or _value(numpy, style) for item in items]
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        case List(item, _):
            return f"[{_of_type(item, numpy, style, defined) or _value(numpy, style)}]"
        case Dict(_, _, cls) | Tuple(_, cls) if cls:
            owner = defined.module.project.classes.get(cls)
            name = _name_of(owner, defined.module) if isinstance(owner, Classed) else ""
            return _instance(defined, name, numpy, style) if name else ""
    return ""


def _name_of(owner: Classed, module: Module) -> str:
    """What a module calls a class; "" where it has no name for it."""
    for name in module.names:
        for path in (name, f"{name}.{owner.qualname}"):
            found = module.project.look(module, path)
            if isinstance(found, Classed) and found.node is owner.node:
                return path
    return ""


def _as_unpacked(target: ast.expr, numpy: str, style: str) -> str:
    """What can be assigned to `(a, b), c`."""
    if not isinstance(target, ast.Tuple):
        return _value(numpy, style)
    parts = [_as_unpacked(part, numpy, style) for part in target.elts]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _value(numpy: str, style: str) -> str:
    if style == "number" or not numpy:
        return "0.5"
    return _shaped(numpy, 2 if style == "matrix" else 1)


def _shaped(numpy: str, rank: int) -> str:
    if not numpy:
        return "0.5"
    if rank == 0:
        return "0.5"
    if rank == 1:
        return f"{numpy}.linspace(0.1, 1.0, 5)"
    shape = ", ".join(["5"] * rank)
    return f"{numpy}.linspace(0.1, 1.0, {5 ** rank}).reshape({shape})"


def _numpy(module: Module) -> str:
    """What the module calls NumPy; "" where it doesn't import it."""
    return next((name for name in module.names if module.get(name) == Named("numpy")), "")


def _uses(defined: Defined, name: str) -> _Uses:
    keys: dict[str, None] = {}
    parts: ast.Tuple | None = None
    counted, array, matrix, number, index = False, False, False, False, False
    for node in ast.walk(defined.node):
        match node:
            case ast.Subscript(ast.Name(known), ast.Constant(str(key))) if known == name:
                keys[key] = None
            case ast.Assign([ast.Tuple() as target], ast.Name(known)) if known == name:
                parts = target
            case ast.Call(ast.Name("range"), arguments) if any(_is(each, name) for each in arguments):
                counted = True
            case ast.Subscript(ast.Name(known), ast.Tuple(indices)) if known == name:
                array, matrix = True, matrix or len(indices) > 1
            case ast.Subscript(ast.Name(known)) | ast.Call(ast.Name("len"), [ast.Name(known)]) if known == name:
                array = True
            case ast.Subscript(_, ast.Tuple(indices)) if any(_is(each, name) for each in indices):
                index = True
            case ast.Call(ast.Attribute(ast.Name(known)), _, keywords) if known == name and _counts_axes(keywords):
                array, matrix = True, True
            case ast.Attribute(ast.Name(known), attribute) if known == name and attribute in _OF_ARRAYS:
                array = True
            case ast.Attribute(ast.Name(known), "T") if known == name:
                matrix = True
            case ast.Call(ast.Attribute(ast.Name("math")), arguments):
                number = number or any(_is(inner, name) for each in arguments for inner in ast.walk(each))
            case ast.BinOp(left, ast.MatMult(), right) if _is(left, name) or _is(right, name):
                array = True
    return _Uses(tuple(keys), parts, counted, array, matrix, number, index)


def _counts_axes(keywords: list[ast.keyword]) -> bool:
    """Whether `axis=1` stands among arguments: there is a second axis."""
    return any(each.arg == "axis" and isinstance(each.value, ast.Constant) and each.value.value == 1
               for each in keywords)


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _promise(moment: Moment, defined: Defined, expression: str) -> int:
    """How a call with these arguments looks before it is tried: 0 gives a number, 3 fails."""
    try:
        arguments = moment.arguments(defined, expression)
        found = moment.differentiated(defined, arguments) if arguments is not None else None
    except BadCall:
        return FAILS
    except Exception:  # It may work all the same.
        return 2
    if found is None or found.diagnostics:
        return FAILS
    result = found.program.instances[found.key.instance].result
    if isinstance(result, Float | Scalar):
        return 0
    return 1 if isinstance(result, Any) else 2

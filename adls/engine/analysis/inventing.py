"""Arguments for a function that nobody calls: from annotations, from what its body does with them, from their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from adls.engine.analysis.annotations import annotated, type_of
from adls.engine.analysis.arguments import BadCall, likeliest
from adls.engine.analysis.moment import Moment
from adls.engine.analysis.uses import annotation_of, gives_number, taken_as_annotated, taken_of_self, uses_of
from adls.engine.frontend.modules import Classed, Defined, Module, Named
from adls.engine.ir.types import Any, Array, Bool, Dict, Float, Int, List, Scalar, Str, Tuple, Type
from adls.engine.source.frozen import dataclass

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
_SUMS = frozenset({"objective", "loss", "loss_fn", "cost", "cost_fn", "energy", "criterion"})
_MATRICES = frozenset("ABCHKLMPQRSUVWX")


@dataclass(frozen=True, slots=True)
class _Style:
    """What is made up: NumPy's name in the module ("" for none), the form of values, whether functions give numbers."""

    numpy: str
    form: str
    sums: bool = False


def invented(moment: Moment, defined: Defined) -> Iterator[str]:
    """Calls with made-up arguments, the likeliest to give a number first."""
    numpy = _numpy(defined.module)
    tries = []
    for sums in (False, True):
        for form in ("array", "number", "matrix"):
            expression = _call(defined, _Style(numpy, form, sums))
            if expression and expression not in tries:
                tries.append(expression)
    rated = sorted((_promise(moment, defined, each), n) for n, each in enumerate(tries))
    best = [tries[n] for promise, n in rated if promise == rated[0][0] or promise < FAILS]
    yield from best[:MOST]


def chosen_argument(moment: Moment, defined: Defined, expression: str) -> int:
    """Which argument of a call is differentiated, unless the user says another. Never raises."""
    try:
        arguments = moment.arguments(defined, expression)
    except Exception:  # The call may work all the same.
        return 0
    if arguments is None or not arguments.active:
        return 0
    first, plain = min(arguments.active), len([*defined.node.args.posonlyargs, *defined.node.args.args])
    return likeliest(arguments.types[first:plain])


def _call(defined: Defined, style: _Style) -> str:
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
        name, required = f"{_instance(defined, owner, style)}.{method}", required[1:]
    promised = annotated(defined)
    texts = [_argument(defined, each.arg, promised.get(each.arg), style) for each in required]
    if arguments.vararg is not None and len(required) == len(positional):
        texts.append(_argument(defined, arguments.vararg.arg, None, style))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is None:
            text = _argument(defined, argument.arg, promised.get(argument.arg), style)
            texts.append(f"{argument.arg}={text}")
    return f"{name}({', '.join(texts)})"


def _instance(defined: Defined, owner: str, style: _Style) -> str:
    """A call of a class that makes an instance; `owner` is what the function's module calls it."""
    module = defined.module
    found = module.project.look(module, f"{owner}.__init__")
    if isinstance(found, Defined) and not isinstance(found.node, ast.Lambda):
        arguments = [*found.node.args.posonlyargs, *found.node.args.args]
        required = arguments[1 : len(arguments) - len(found.node.args.defaults)]
        promised = annotated(found)
        texts = [_argument(found, each.arg, promised.get(each.arg), style, module) for each in required]
        return f"{owner}({', '.join(texts)})"
    made = module.project.look(module, owner)
    texts = [_field(made, node, style, defined) for node in _fields(made)] if isinstance(made, Classed) else []
    return f"{owner}({', '.join(texts)})"


def _fields(made: Classed) -> Iterator[ast.AnnAssign]:
    """What a class's generated constructor has to be given."""
    for node in made.node.body:
        if isinstance(node, ast.AnnAssign) and node.value is None and "ClassVar" not in ast.unparse(node.annotation):
            yield node


def _field(made: Classed, node: ast.AnnAssign, style: _Style, defined: Defined) -> str:
    taken = taken_as_annotated(node.annotation)
    if taken is not None:
        used = taken_of_self(made.node, ast.unparse(node.target))
        sums = style.sums or gives_number(node.annotation)
        return _function(taken if used is None else used, replace(style, sums=sums))
    return _of_type(type_of(made.module, node.annotation), style, defined) or _value(style)


def _argument(defined: Defined, name: str, promised: Type | None, style: _Style,
              reader: Module | None = None) -> str:
    """Something for a parameter, as it is written in the `reader`: in the function's own module if there is none."""
    if promised is not None:
        text = _of_type(promised, style, replace(defined, module=reader) if reader else defined)
        if text:
            return text
    uses = uses_of(defined, name)
    if uses.taken is not None:
        sums = style.sums or name in _SUMS or gives_number(annotation_of(defined, name))
        return _function(uses.taken, replace(style, sums=sums))
    if uses.each_taken is not None:
        return f"[{_function(uses.each_taken, style)}]"
    if uses.keys:
        return "{" + ", ".join(f"{key!r}: {_value(style)}" for key in uses.keys) + "}"
    if uses.parts is not None:
        return _as_unpacked(uses.parts, style)
    if uses.each_parts is not None:
        return f"[{_as_unpacked(uses.each_parts, style)}]"
    if name in ("axis", "index", "i", "j"):
        return "0"
    if uses.counted or (name in _COUNTS and not uses.array):
        return "3"
    if uses.index and uses.array and style.numpy:
        return f"{style.numpy}.arange(5)"
    if uses.matrix or name[:1] in _MATRICES:
        return _value(replace(style, form="matrix"))
    if uses.number or (name in _NUMBERS and not uses.array):
        return "0.5"
    return _value(replace(style, form="array") if uses.array else style)


def _of_type(promised: Type, style: _Style, defined: Defined) -> str:
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
            rank = len(dims) if dims is not None else 2 if style.form == "matrix" else 1
            whole = dtype[:1] in "iu"
            return f"{style.numpy}.arange(5)" if whole and style.numpy else _shaped(style.numpy, rank)
        case Tuple(items, ""):
            parts = [_of_type(item, style, defined) or _value(style) for item in items]
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        case List(item, _):
            return f"[{_of_type(item, style, defined) or _value(style)}]"
        case Dict(_, _, cls) | Tuple(_, cls) if cls:
            owner = defined.module.project.classes.get(cls)
            name = _name_of(owner, defined.module) if isinstance(owner, Classed) else ""
            return _instance(defined, name, style) if name else ""
    return ""


def _name_of(owner: Classed, module: Module) -> str:
    """What a module calls a class; "" where it has no name for it."""
    for name in module.names:
        for path in (name, f"{name}.{owner.qualname}"):
            found = module.project.look(module, path)
            if isinstance(found, Classed) and found.node is owner.node:
                return path
    return ""


def _as_unpacked(target: ast.expr, style: _Style) -> str:
    """What can be assigned to `(a, b), c`."""
    if not isinstance(target, ast.Tuple):
        return _value(style)
    parts = [_as_unpacked(part, style) for part in target.elts]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _value(style: _Style) -> str:
    if style.form == "number" or not style.numpy:
        return "0.5"
    return _shaped(style.numpy, 2 if style.form == "matrix" else 1)


def _function(taken: int, style: _Style) -> str:
    """A function of so many arguments."""
    names = ["x", "y", "z", *(f"x{n}" for n in range(3, taken))][:taken]
    product = " * ".join(names if taken > 1 else [*names, *(names or ["0.5"])])
    if style.sums and style.numpy:
        product = f"{style.numpy}.sum({product})"
    return f"lambda {', '.join(names)}: {product}" if names else f"lambda: {product}"


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


def _promise(moment: Moment, defined: Defined, expression: str) -> int:
    """How a call with these arguments looks before it is tried: 0 gives a number, 3 fails."""
    try:
        arguments = moment.arguments(defined, expression, chosen_argument(moment, defined, expression))
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

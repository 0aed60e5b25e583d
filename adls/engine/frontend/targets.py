"""Where values go: names, patterns, items, attributes; `=`, `+=`, `del`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from adls.engine.frontend.builder import Builder, span_of
from adls.engine.frontend.consumed import consumed
from adls.engine.frontend.expressions import OPERATORS, global_path
from adls.engine.ir.ops import Const, Delete, Op, Operand, Var
from adls.engine.source.text import Span

# Methods that surely write nowhere, so that `a[i] += x.sum()` needs no copy of what `a[i]` was.
_READERS = {
    "all", "any", "argmax", "argmin", "argsort", "astype", "clip", "conj", "copy", "count", "cumprod",
    "cumsum", "diagonal", "dot", "flatten", "get", "index", "item", "items", "keys", "max", "mean",
    "min", "nonzero", "prod", "ravel", "repeat", "reshape", "round", "squeeze", "std", "sum", "swapaxes",
    "take", "tolist", "trace", "transpose", "values", "var",
}


def assignment(builder: Builder, node: ast.Assign) -> None:
    """`a = b = value`: the value once, then each target from left to right."""
    first, *others = node.targets
    if isinstance(first, ast.Name) and all(isinstance(other, ast.Name) for other in others):
        variable = _named(builder, first)
        builder.assign(variable, node.value)
        for other in others:
            store(builder, other, variable, span_of(other))
    elif others:
        value = builder.variable("value")
        builder.assign(value, node.value)
        for target in node.targets:
            store(builder, target, value, span_of(target))
    else:
        source = consumed(builder, node.value) if isinstance(first, ast.Tuple | ast.List) else node.value
        store(builder, first, builder.operand(source), span_of(first))


def annotated(builder: Builder, node: ast.AnnAssign) -> None:
    """`x: float = value`; without a value it only says that `x` is local."""
    if node.value is None:
        return
    if isinstance(node.target, ast.Name):
        builder.assign(_named(builder, node.target), node.value)
    else:
        store(builder, node.target, builder.operand(node.value), span_of(node.target))


def store(builder: Builder, target: ast.expr, value: Operand, span: Span) -> None:
    """Put an evaluated value where `target` says; `span` is where that shows in a traceback."""
    match target:
        case ast.Name():
            builder.let([_named(builder, target)], Op("copy", (value,)), span)
        case ast.Subscript():
            base, index = builder.operands(target.value, target.slice)
            builder.let([], Op("setitem", (base, index, value)), span)
        case ast.Attribute():
            base = builder.operand(target.value)
            builder.let([], Op("setattr", (base, value), data=target.attr), span)
        case ast.Tuple() | ast.List():
            _unpack(builder, target, value, span)
        case ast.Starred():
            store(builder, target.value, value, span)


def _named(builder: Builder, node: ast.Name) -> Var:
    """The variable of an assigned name; one that the function declares global is refused."""
    if builder.local(node.id) is None:
        builder.complain("mutated-global", node, name=node.id)
    return builder.target(node.id)


def _unpack(builder: Builder, pattern: ast.Tuple | ast.List, value: Operand, span: Span) -> None:
    """Leading names are set at once; from the first other target on, values wait until those before it are stored.

    Of a name that stands there twice (`_, _, c = ...`) the last counts.
    """
    targets: list[Var] = []
    waiting: list[tuple[ast.expr, Var]] = []
    star = None
    for index, element in enumerate(pattern.elts):
        if isinstance(element, ast.Starred):
            star, element = index, element.value
        if isinstance(element, ast.Name) and not waiting:
            again = any(isinstance(later, ast.Name) and later.id == element.id for later in pattern.elts[index + 1:])
            targets.append(builder.temporary() if again else _named(builder, element))
        else:
            targets.append(builder.temporary())
            waiting.append((element, targets[-1]))
    builder.let(targets, Op("unpack", (value,), data=star), span)
    for element, variable in waiting:
        store(builder, element, variable, span_of(element))


def loop_target(builder: Builder, target: ast.expr) -> tuple[Var, Callable[[], None]]:
    """The variable that a `for` or `with` sets, and what its body does first to take a pattern apart."""
    if isinstance(target, ast.Name):
        return _named(builder, target), lambda: None
    temporary = builder.temporary()
    return temporary, lambda: store(builder, target, temporary, span_of(target))


def augmented(builder: Builder, node: ast.AugAssign) -> None:
    prim = f"operator.i{OPERATORS[type(node.op)].rstrip('_')}"
    span = span_of(node)
    match node.target:
        case ast.Name() as target:
            variable = _named(builder, target)
            old, value = builder.operands(ast.copy_location(ast.Name(target.id), target), node.value)
            builder.let([variable], Op(prim, (old, value)), span)
        case ast.Attribute() as target:
            base = builder.reusable(target.value, "owner")
            held = builder.variable(target.attr)
            builder.let([held], Op("attr", (base,), data=target.attr), span_of(target))
            builder.let([held], Op(prim, (held, builder.operand(node.value))), span)
            builder.let([], Op("setattr", (base, held), data=target.attr), span)
        case ast.Subscript() as target:
            _augmented_item(builder, target, node.value, prim, span)


def _augmented_item(builder: Builder, target: ast.Subscript, value: ast.expr, prim: str, span: Span) -> None:
    """`a[i] += v` reads `a[i]` before it evaluates `v`: one operation where `v` cannot change it meanwhile."""
    if all(_is_harmless(builder, node) for node in ast.walk(value)):
        operands = builder.operands(target.value, target.slice, value)
        builder.let([], Op("augitem", operands, data=prim), span)
        return
    base = builder.reusable(target.value, "owner", before=value)
    index = builder.reusable(target.slice, "index", before=value)
    item = builder.variable("item")
    builder.let([item], Op("getitem", (base, index)), span_of(target))
    builder.let([item], Op(prim, (item, builder.operand(value))), span)
    builder.let([], Op("setitem", (base, index, item)), span)


def _is_harmless(builder: Builder, node: ast.AST) -> bool:
    """Whether evaluating a node surely assigns and writes nothing: library functions do not, unless told `out`."""
    if not isinstance(node, ast.Call):
        return not isinstance(node, ast.NamedExpr)
    if any(keyword.arg in ("out", None) for keyword in node.keywords):
        return False
    known = global_path(builder, node.func)
    if known is None:
        return isinstance(node.func, ast.Attribute) and node.func.attr in _READERS
    return bool(known.key)


def delete(builder: Builder, node: ast.Delete) -> None:
    for target in node.targets:
        match target:
            case ast.Name():
                builder.emit(Delete((_named(builder, target),), span_of(target)))
            case ast.Subscript():
                operands = builder.operands(target.value, target.slice)
                builder.let([], Op("delitem", operands), span_of(target))
            case ast.Tuple() | ast.List():
                delete(builder, ast.copy_location(ast.Delete(target.elts), node))
            case _:
                _delete_attribute(builder, target)


def _delete_attribute(builder: Builder, target: ast.expr) -> None:
    assert isinstance(target, ast.Attribute)
    arguments = (builder.builtin("delattr"), builder.operand(target.value))
    builder.let([], Op("call", (*arguments, Const(target.attr)), data=()), span_of(target))

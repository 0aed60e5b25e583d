"""The IR spelt out as Python, one operation a line: the plainest reading of what it means."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from adls.engine.ir import ops

# Operations that are written as Python has them: {0}, {1} are operands, {all} all of them, {data} the operation's data.
FORMS = {
    "copy": "{0}",
    "getitem": "{0}[{1}]",
    "setitem": "{0}[{1}] = {2}",
    "augitem": "{0}[{1}] = {data}({0}[{1}], {2})",
    "delitem": "del {0}[{1}]",
    "attr": "{0}.{data}",
    "setattr": "{0}.{data} = {1}",
    "tuple": "({all},)",
    "list": "[{all}]",
    "set": "{{{all}}}",
    "slice": "slice({all})",
    "call": "{0}({rest})",
    "method": "{0}.{data}({rest})",
}
STARRED = {"tuple", "list", "set", "call"}
CONVERSIONS = {"r": "repr", "s": "str", "a": "ascii", "": ""}


def spelt(function: ops.Function) -> str:
    """A function as Python; what it captures are free variables."""
    params = ", ".join(map(param, with_star(function.params)))
    return f"def {name_of(function)}({params}):\n" + region(function.body)


def name_of(function: ops.Function) -> str:
    return "made" if function.name == "<lambda>" else function.name


def with_star(params: tuple[ops.Param, ...]) -> Iterator[ops.Param | None]:
    """The parameters, and None for the star that keyword-only ones need before them."""
    keywords = [each for each in params if each.kind == "keyword"]
    starred = any(each.kind == "varargs" for each in params)
    for each in params:
        if keywords and each is keywords[0] and not starred:
            yield None
        yield each


def param(each: ops.Param | None) -> str:
    if each is None:
        return "*"
    star = {"varargs": "*", "varkw": "**"}.get(each.kind, "")
    return star + each.var.name + ("" if each.default is None else f"={operand(each.default)}")


def operand(value: ops.Operand) -> str:
    match value:
        case ops.Var(name):
            return name
        case ops.Const(constant):
            return repr(constant)
        case ops.Global(path, _):
            return path


def region(statements: Iterable[ops.Statement]) -> str:
    return textwrap.indent("".join(map(statement, statements)) or "pass\n", "    ")


def statement(each: ops.Statement) -> str:
    match each:
        case ops.Let(targets, op):
            return let([target.name for target in targets], op)
        case ops.If(test, then, orelse):
            return f"if {operand(test)}:\n{region(then)}else:\n{region(orelse)}"
        case ops.For(target, iterable, body, orelse):
            return f"for {target.name} in {operand(iterable)}:\n{region(body)}else:\n{region(orelse)}"
        case ops.While(test, cond, body, orelse):
            tested = "".join(map(statement, test)) + f"if not {operand(cond)}:\n{region(orelse)}    break\n"
            return "while True:\n" + textwrap.indent(tested, "    ") + region(body)
        case ops.Try(body, handlers, orelse, final):
            otherwise = f"else:\n{region(orelse)}" if handlers else ""
            return f"try:\n{region(body)}{''.join(map(handler, handlers))}{otherwise}finally:\n{region(final)}"
        case ops.With(context, target, body):
            return f"with {operand(context)}{f' as {target.name}' if target else ''}:\n{region(body)}"
        case ops.Return(value):
            return f"return {operand(value)}\n"
        case ops.Raise(exception, cause):
            return f"raise {operand(exception) if exception else ''}{f' from {operand(cause)}' if cause else ''}\n"
        case ops.Delete(variables):
            return f"del {', '.join(variable.name for variable in variables)}\n"
        case ops.Break() | ops.Continue():
            return type(each).__name__.lower() + "\n"


def handler(each: ops.Handler) -> str:
    name = f" as {each.name.name}" if each.name else ""
    return f"except {operand(each.kind) if each.kind else ''}{name}:\n{region(each.body)}"


def let(targets: list[str], op: ops.Op) -> str:
    left = "".join(f"{target} = " for target in targets)
    if op.prim == "unpack":
        names = ["*" * (index == op.data) + target for index, target in enumerate(targets)]
        return f"[{', '.join(names)}] = {operand(op.args[0])}\n"
    if op.prim == "closure":
        return spelt(op.data.function) + f"{left}{name_of(op.data.function)}\n"
    return f"{left}{expression(op)}\n"


def expression(op: ops.Op) -> str:
    args = list(map(operand, op.args))
    match op.prim:
        case "dict":
            return f"{{{', '.join(f'{k}: {v}' for k, v in zip(args[::2], args[1::2], strict=True))}}}"
        case "format":
            return formatted(op, args)
        case "import":
            module, _, name = op.data.partition(":")
            return f"__import__('importlib').import_module({module!r})" + (f".{name}" if name else "")
        case prim if prim in STARRED:
            args = ["*" * (index in (op.data or ())) + arg for index, arg in enumerate(args)]
    keywords = [f"**{operand(v)}" if k == "**" else f"{k}={operand(v)}" for k, v in op.kwargs]
    rest = ", ".join([*args[1:], *keywords])
    if not args and op.prim == "tuple":
        return "()"
    return FORMS.get(op.prim, f"{op.prim}({{all}})").format(*args, all=", ".join(args), rest=rest, data=op.data)


def formatted(op: ops.Op, args: list[str]) -> str:
    rest = iter(args)
    texts = []
    for kind, *data in op.data:
        value = repr(data[0]) if kind == "text" else f"format({CONVERSIONS[data[0]]}({next(rest)}), {data[1]!r})"
        texts.append(value)
    return "''.join([" + ", ".join(texts) + "])"

"""The type of an instance that nobody has made: what its class's constructor makes of what that promises to take.

    @dataclass                              class Layer:
    class Params:                               def __init__(self, w: np.ndarray):
        w: np.ndarray                               self.w, self.size = w, len(w)

    Params(w: f64[...])                     Layer(size: int, w: f64[...])
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TypeAlias

from adls.engine.frontend.class_texts import lineage, namespace
from adls.engine.frontend.lower import lower
from adls.engine.frontend.modules import Classed, Defined, Module, dotted
from adls.engine.frontend.static import StaticResolver
from adls.engine.ir.entities import Stored, UserFunction
from adls.engine.ir.types import Any, Dict, Tuple, Type
from adls.engine.passes.infer import Program
from adls.engine.passes.typing import join_all
from adls.engine.source.frozen import dataclass

Promise: TypeAlias = Callable[[Module, ast.expr], Type]
"""What an annotation of a module says."""

_OPEN = "NotImplementedError"


@dataclass(frozen=True, slots=True)
class _Argument:
    """What a constructor takes: for `*`, by its name."""

    name: str
    type: Type
    keyword: bool


def instance_of(owner: Classed, promise: Promise) -> Type:
    """The type of an instance of a class; Any where it cannot be told, or where only its subclasses are meant."""
    holders = list(lineage(owner.module.project, owner))
    known = [holder for holder in holders if holder is not None]
    if len(known) < len(holders) or _is_abstract(known) or owner.module.project.look(
            owner.module, owner.qualname) is None:
        return Any()
    fields = namespace(owner.module.project, owner).fields
    attributes = _annotated(known, promise)
    if fields is not None:
        return Tuple(tuple(attributes.get(name, Any()) for name in fields), owner.node.name)
    made = _made(owner, attributes, promise)
    if not isinstance(made, Dict) or not made.cls or made.items is None:
        return Any()
    items = tuple((name, attributes.get(str(name), t) if isinstance(t, Any) else t) for name, t in made.items)
    return Dict(join_all(t for _, t in items), items, made.cls)


def _annotated(holders: list[Classed], promise: Promise) -> dict[str, Type]:
    """The annotated names of a class's bodies, nearest first."""
    found: dict[str, Type] = {}
    for holder in holders:
        for node in holder.node.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.setdefault(node.target.id, promise(holder.module, node.annotation))
    return found


def _made(owner: Classed, attributes: dict[str, Type], promise: Promise) -> Type:
    """What calling the class gives."""
    resolver = StaticResolver(owner.module)
    cls = namespace(owner.module.project, owner).cls
    construction = resolver.construction(cls)
    if construction is None:
        return Any()
    if construction.stored is not None:
        arguments = list(_stored(construction.stored, attributes))
    else:
        member = resolver.member(cls, "__init__")
        init = resolver.defined_as(member.entity.target) if member and isinstance(member.entity, UserFunction) else None
        if init is None:
            return Any()
        arguments = list(_taken(init, attributes, promise))
    names = ", ".join(f"a{n}" for n in range(len(arguments)))
    given = ", ".join(f"{each.name}=a{n}" if each.keyword else f"a{n}" for n, each in enumerate(arguments))
    node = ast.parse(f"lambda {names}: {owner.qualname}({given})", mode="eval").body
    assert isinstance(node, ast.Lambda)
    try:
        function, _ = lower(node, owner.module.source, "<expression>", resolver)
        if function is None:
            return Any()
        program = Program(resolver)
        key = program.entry(function, (), tuple(each.type for each in arguments))
        return program.instances[key].result
    except Exception:  # Whatever the class is, the answer may be that nothing is known.
        return Any()


def _stored(stored: tuple[Stored, ...], attributes: dict[str, Type]) -> Iterator[_Argument]:
    """What a dataclass's constructor takes; a default tells the type where its annotation doesn't."""
    for each in stored:
        promised = attributes.get(each.name, Any())
        if each.default is None or not isinstance(promised, Any):
            yield _Argument(each.name, promised, keyword=True)


def _taken(init: Defined, attributes: dict[str, Type], promise: Promise) -> Iterator[_Argument]:
    """What an `__init__` takes: a parameter that has the name of an annotated attribute is likely that."""
    arguments = init.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    required = {each.arg for each in positional[: len(positional) - len(arguments.defaults)]}
    required |= {each.arg for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
                 if default is None}
    for argument in [*positional[1:], *arguments.kwonlyargs]:
        note = argument.annotation
        promised = promise(init.module, note) if note is not None else attributes.get(argument.arg, Any())
        if argument.arg in required or (not isinstance(promised, Any) and argument not in arguments.posonlyargs):
            yield _Argument(argument.arg, promised, keyword=argument not in arguments.posonlyargs)


def _is_abstract(holders: list[Classed]) -> bool:
    """Whether a class, with its bases behind it, leaves to others what some method does."""
    bases = (dotted(base.value if isinstance(base, ast.Subscript) else base) for base in holders[0].node.bases)
    if any(base.rpartition(".")[2] == "Protocol" for base in bases):
        return True
    methods: dict[str, ast.FunctionDef] = {}
    for holder in holders:
        for node in holder.node.body:
            if isinstance(node, ast.FunctionDef):
                methods.setdefault(node.name, node)
    return any(map(_is_left_open, methods.values()))


def _is_left_open(method: ast.FunctionDef) -> bool:
    if any(dotted(each).rpartition(".")[2] == "abstractmethod" for each in method.decorator_list):
        return True
    raised = method.body[-1].exc if isinstance(method.body[-1], ast.Raise) and len(method.body) < 3 else None
    return raised is not None and dotted(raised.func if isinstance(raised, ast.Call) else raised) == _OPEN

"""Generated functions as functions of the same IR, which are typed and differentiated like the user's.

A gradient is a small function that calls f's forward and backward function. These are given to type inference as user
functions, under targets of their own.
"""

from __future__ import annotations

from dataclasses import replace

from adls.engine.compile import Adjoints
from adls.engine.ir.entities import Construction, Entity, Member, Resolver, UserFunction, Value
from adls.engine.ir.ops import (
    Const,
    Function,
    Global,
    Let,
    Op,
    Operand,
    Param,
    Region,
    Return,
    Statement,
    Var,
)
from adls.engine.ir.types import (
    Any,
    Array,
    Callable,
    Complex,
    Dict,
    Float,
    List,
    Scalar,
    Tuple,
    Type,
)
from adls.engine.ir.walk import regions, with_regions
from adls.engine.passes.adjoint.differentiate import Adjoint
from adls.engine.passes.adjoint.interface import GENERATED, AdjointKey
from adls.engine.passes.infer_lifting import plain_target
from adls.engine.rules.runtime_rows import FROM_SOURCE
from adls.engine.slots import with_slots
from adls.engine.source.text import Span
from adls.engine.zeros import Zeros

DYNAMIC = frozenset({"runtime.forward_dynamic", "runtime.backward_dynamic"})
"""What a call in generated code goes through when its callee is known at run time only."""


class GeneratedNames(Resolver):
    """Resolves generated functions by their targets, and the user's names as the function that they came from does."""

    def __init__(self, base: Resolver, table: dict[str, Function], origins: dict[str, str]) -> None:
        self.base = base
        self.table = table
        self.origins = origins

    def resolve(self, path: str) -> Entity | None:
        if path in DYNAMIC:
            return Value(Callable())
        return UserFunction(path) if path in self.table else self.base.resolve(path)

    def function(self, target: str) -> Function:
        return self.table[target] if target in self.table else self.base.function(target)

    def source(self, name: str) -> str | None:
        return self.base.source(name)

    def member(self, cls: str, name: str, after: str = "") -> Member | None:
        return self.base.member(cls, name, after)

    def construction(self, cls: str) -> Construction | None:
        return self.base.construction(cls)

    def is_kind(self, cls: str, kind: str) -> bool | None:
        return self.base.is_kind(cls, kind)

    def for_target(self, target: str) -> Resolver:
        if target in self.table:
            origin = self.origins.get(target)
            return GeneratedNames(self.base_for(origin), self.table, self.origins) if origin else self
        return self.base_for(target)

    def base_for(self, target: str) -> Resolver:
        """The resolver of a user's function; one inside another resolves its globals as that does."""
        try:
            return self.base.for_target(target)
        except KeyError:
            return self.base


def generated(adjoints: Adjoints, *, outright: bool = False) -> tuple[dict[str, Function], dict[str, str]]:
    """Every generated function under a target, and the user's target that it came from; `outright` gives backward
    functions without arithmetic in place."""
    table: dict[str, Function] = {}
    origins: dict[str, str] = {}
    for key, adjoint in adjoints.made.items():
        backward = adjoint.outright if outright and adjoint.outright is not None else adjoint.backward
        for kind, function in (("fwd", adjoint.forward), ("back", backward)):
            target = target_of_adjoint(kind, key)
            table[target] = _as_primal(function, kind)
            origins[target] = plain_target(key.instance)
    for instance, primal in adjoints.primals.items():
        target = f"{GENERATED}primal:{instance}"
        table[target] = _as_primal(primal, "")
        origins[target] = plain_target(instance)
    return table, origins


def target_of_adjoint(kind: str, key: AdjointKey) -> str:
    """The target under which an adjoint's forward ("fwd") or backward ("back") function is known."""
    return f"{GENERATED}{kind}:{key}".replace("|", "¦")


def _as_primal(function: Function, kind: str) -> Function:
    """A generated function as one that may be typed and differentiated anew: its calls are calls by name again."""
    params = (*(Param(cell) for cell in function.cells), *(Param(p.var) for p in function.params))
    name = f"{function.name}__{kind}" if kind else function.name
    body = with_slots(_Calls(function).region(function.body))
    return replace(function, name=name, body=body, params=params, cells=(), types={}, role="primal")


AGAIN = {f"runtime.{name}": f"runtime.{name}_again" for name in (
    "accumulate_all", "add_into", "take_tail", "rotate", "accumulate_slice")}
"""What writes into shadow containers, and is differentiated from Python that does the same (`runtime/twice.py`)."""


def _is_value(found: Type) -> bool:
    if isinstance(found, Tuple):
        return all(map(_is_value, found.items))
    return isinstance(found, Float | Scalar | Complex | Array)


class _Calls:
    """Puts calls by name in place of `forward`, `backward` and `apply`."""

    def __init__(self, function: Function) -> None:
        self.number = 0
        self.taken = set(function.types)
        self.types = function.types

    def region(self, region: Region) -> Region:
        out: list[Statement] = []
        for statement in region:
            if isinstance(statement, Let):
                out += self._let(statement)
            else:
                out.append(with_regions(statement, tuple(self.region(nested) for nested in regions(statement))))
        return tuple(out)

    def _let(self, let: Let) -> list[Statement]:
        op = let.op
        if op.prim == "forward" and isinstance(op.data, AdjointKey):
            return self._call(let, target_of_adjoint("fwd", op.data))
        if op.prim == "backward" and isinstance(op.data, AdjointKey):
            return self._call(let, target_of_adjoint("back", op.data))
        if op.prim == "apply":
            return self._call(let, f"{GENERATED}primal:{op.data}")
        if op.prim in ("forward_dynamic", "backward_dynamic"):
            return self._dynamic(let)
        if op.prim == "runtime.own":
            return [replace(let, op=replace(op, prim="runtime.as_it_is"))]
        if op.prim in ("runtime.called", "runtime.called_on"):
            return [replace(let, op=replace(op, prim="call", data=op.data or ()))]
        if op.prim == "runtime.accumulate":
            return self._accumulated(let)
        if op.prim == "runtime.take_item":
            return self._taken(let)
        if op.prim in ("runtime.add_into", "runtime.shadow_of", "runtime.shadow_slice") or op.prim in AGAIN:
            return self._of_containers(let)
        if op.prim == "runtime.add":
            # Where one of them is zero it gives the other itself, which what is differentiated again must not do.
            return [replace(let, op=replace(op, prim="runtime.fresh_sum"))]
        if op.prim == "runtime.detached":
            return [Let((), Op("runtime.only_value", (op.args[0], Const(0))), let.span),
                    replace(let, op=Op("copy", op.args))]
        if op.prim == "runtime.noted":
            return [Let((), Op("runtime.only_new", (op.args[0], op.args[2])), let.span), let]
        if op.prim in FROM_SOURCE:
            return [Let(let.targets, Op("call", (Global(op.prim), *op.args), op.kwargs, ()), let.span)]
        return [let]

    def _of_containers(self, let: Let) -> list[Statement]:
        """What is done to whole shadow containers; of two names for one of them nothing is known, so there is none."""
        op, before = let.op, list[Statement]()
        if op.prim == "runtime.add_into" and self._may_repeat(op):
            before.append(Let((), Op("runtime.only_distinct", op.args[1:]), let.span))
            op = replace(op, args=op.args[:2])
        if op.prim == "runtime.shadow_of" and len(op.args) > 1:
            before.append(Let((), Op("runtime.only_unmet", op.args), let.span))
        if op.prim == "runtime.shadow_slice" and self._holds_values(op.args[0]):
            part = self._temporary()  # No containers, which both would have: all in it begins at zero.
            before.append(Let((part,), Op("getitem", op.args), let.span))
            op = Op("runtime.shadow_of", (part,))
        if op.prim in AGAIN and not self._holds_anything(op.args[0]):
            op = Op("call", (Global(AGAIN[op.prim]), *op.args), op.kwargs, ())
        return [*before, replace(let, op=op)]

    def _accumulated(self, let: Let) -> list[Statement]:
        """Adding to an item of a container: the item is read, added to, and stored again."""
        container, key, value = let.op.args
        item, total = self._temporary(), self._temporary()
        checked = [] if self._holds_known(container) else [
            Let((), Op("runtime.only_value", (item, value)), let.span)]
        return [Let((item,), Op("getitem", (container, key)), let.span), *checked,
                Let((total,), Op("runtime.fresh_sum", (item, value)), let.span),
                Let((), Op("setitem", (container, key, total)), let.span)]

    def _holds_anything(self, container: Operand) -> bool:
        """Whether a container holds arrays and numbers, whose cotangents are not told apart when it is read again."""
        found = self.types.get(container.name) if isinstance(container, Var) else None
        if isinstance(found, List) and found.items is None:
            return isinstance(found.item, Any)
        return not isinstance(found, List | Dict) or (
            isinstance(found, Dict) and found.items is None and isinstance(found.value, Any))

    def _may_repeat(self, op: Op) -> bool:
        """Whether one container may lie in several places of what is added to a container."""
        found = self.types.get(op.args[0].name) if isinstance(op.args[0], Var) else None
        item = found.item if isinstance(found, List) else found.value if isinstance(found, Dict) else Any()
        flat = isinstance(item, Float | Scalar | Complex | Array)
        return len(op.args) > 2 or not flat

    def _holds_values(self, container: Operand) -> bool:
        """Whether a list holds arrays, numbers, and tuples of them, and no containers."""
        found = self.types.get(container.name) if isinstance(container, Var) else None
        return isinstance(found, List) and _is_value(found.item)

    def _holds_known(self, container: Operand) -> bool:
        """Whether all items of a list or dict have one type, and that is known: whatever may be a container or not is
        looked at when it runs."""
        found = self.types.get(container.name) if isinstance(container, Var) else None
        item = found.item if isinstance(found, List) else found.value if isinstance(found, Dict) else Any()
        return not isinstance(item, Any)

    def _taken(self, let: Let) -> list[Statement]:
        """Taking an item's cotangent: it is read, and zero is put in its place."""
        container, key = let.op.args[:2]
        number = isinstance(self.types.get(let.targets[0].name), Float | Scalar | Complex) if let.targets else False
        item = let.targets[0] if let.targets else self._temporary()
        return [Let((item,), Op("getitem", (container, key)), let.span),
                Let((), Op("setitem", (container, key, Const(0.0 if number else None))), let.span)]

    def _dynamic(self, let: Let) -> list[Statement]:
        """A call that was resolved at run time is a call of what resolves it, which the run differentiates again."""
        op = let.op
        stars = tuple(position + 1 for position in op.data) if isinstance(op.data, tuple) else ()
        call = Op("call", (Global(f"runtime.{op.prim}", f"runtime.{op.prim}"), *op.args), op.kwargs, stars)
        return self._unpacked(let, call)

    def _call(self, let: Let, target: str) -> list[Statement]:
        return self._unpacked(let, Op("call", (Global(target), *let.op.args), (), ()))

    def _unpacked(self, let: Let, call: Op) -> list[Statement]:
        if len(let.targets) < 2:
            return [Let(let.targets, call, let.span)]
        both = self._temporary()
        return [Let((both,), call, let.span), Let(let.targets, Op("unpack", (both,)), let.span)]

    def _temporary(self) -> Var:
        while True:
            self.number += 1
            name = f"t{900000 + self.number}"
            if name not in self.taken:
                return Var(name)


def gradient_function(adjoint: Adjoint, wanted: list[tuple[int, object]], target: str, *, several: bool,
                      with_value: bool, has_aux: bool = False) -> Function:
    """`def grad_f(params): value, residuals = f__fwd(params); ...; return f__back(residuals, 1.0)`.

    `wanted` are the positions whose cotangents it returns, with the item that is meant (None: all of it): `several`
    in a tuple, `with_value` after the value. With `has_aux` the value is `(value, aux)`, and what is not returned
    after the value comes with the aux behind it.
    """
    forward, interface = adjoint.forward, adjoint.interface
    span = forward.span
    names = [*forward.cells, *(param.var for param in forward.params)]
    both, value, kept = Var("both"), Var("value"), Var("kept")
    body: list[Statement] = [
        Let((both,), Op("call", (Global(target_of_adjoint("fwd", adjoint.key)), *names), (), ()), span),
        Let((value, kept), Op("unpack", (both,)), span),
    ]
    cotangents: dict[int, Operand] = {}
    shadows: list[Var] = []
    beside: list[Statement] = []
    for position in interface.shadows:
        shadow = Var(f"d_{names[position].name}")
        zeros = Zeros(span, body, f"zeros_{position}")
        zeros.named(shadow, names[position], forward.type_of(names[position]))
        beside += zeros.beside
        shadows.append(shadow)
        cotangents[position] = shadow
    targets = tuple(Var(f"d_{names[position].name}") for position in interface.returned)
    cotangents.update(zip(interface.returned, targets, strict=True))
    seed: Operand = Const(1.0)
    if has_aux:
        seed, aux = Var("seed"), Var("aux")
        body.append(Let((aux,), Op("getitem", (value, Const(1))), span))
        pair = _value_type(adjoint)
        type_ = pair.items[1] if isinstance(pair, Tuple) and len(pair.items) == 2 else Any()
        body.append(Let((seed,), Op("tuple", (Const(1.0), Zeros(span, body).of(aux, type_)), data=()), span))
    body += _Calls(forward)._call(Let(targets, Op("backward", (kept, seed, *shadows)), span),
                                  target_of_adjoint("back", adjoint.key))
    body += beside
    if several or has_aux or with_value:
        body += _settled(cotangents, interface.shadows, span)
    result: list[Operand] = []
    for number, (position, item) in enumerate(wanted):
        result.append(cotangents.get(position, Const(0.0)))
        if item is not None:
            part = Let((Var(f"part_{number}"),), Op("getitem", (result[-1], Const(item))), span)
            body.append(part)
            result[-1] = part.targets[0]
    body += _returning(result, value, span, several=several, with_value=with_value, has_aux=has_aux)
    name = f"grad_{forward.name}" if forward.name.isidentifier() else "grad_lambda"
    return replace(forward, name=name, qualname=target, body=tuple(body), types={}, role="primal",
                   params=tuple(Param(param.var) for param in forward.params))


def backward_function(adjoint: Adjoint, target: str) -> Function:
    """`def back_f(kept, cotangent, likes...): ...; return d_first, d_second, ...` of every cell and parameter of f.

    `likes` are the arguments whose shadows the backward function adds to.
    """
    forward, interface = adjoint.forward, adjoint.interface
    span = forward.span
    names = [*forward.cells, *(param.var for param in forward.params)]
    likes = {position: Var(f"like_{names[position].name}") for position in interface.shadows}
    cotangents: dict[int, Operand] = {position: Var(f"d_{names[position].name}") for position in interface.shadows}
    body: list[Statement] = []
    for position, like in likes.items():
        shadow = Var(f"d_{names[position].name}")
        Zeros(span, body, f"zeros_{position}").named(shadow, like, forward.type_of(names[position]))
    targets = tuple(Var(f"d_{names[position].name}") for position in interface.returned)
    cotangents.update(zip(interface.returned, targets, strict=True))
    shadows = [cotangents[position] for position in interface.shadows]
    body += _Calls(forward)._call(Let(targets, Op("backward", (Var("kept"), Var("cotangent"), *shadows)), span),
                                  target_of_adjoint("back", adjoint.key))
    body += _settled(cotangents, interface.shadows, span)
    everything = tuple(cotangents.get(position, Const(None)) for position in range(len(names)))
    body += [Let((Var("cotangents"),), Op("tuple", everything), span), Return(Var("cotangents"), span)]
    name = f"back_{forward.name}" if forward.name.isidentifier() else "back_lambda"
    params = tuple(map(Param, (Var("kept"), Var("cotangent"), *likes.values())))
    return replace(forward, name=name, qualname=target, body=tuple(body), types={}, role="primal", params=params,
                   cells=())


def _settled(cotangents: dict[int, Operand], shadows: tuple[int, ...], span: Span) -> list[Statement]:
    """Copies of shadows in their place, once nothing is added to them any more: what is written lies in no tuple."""
    made: list[Statement] = []
    for position in shadows:
        shadow = cotangents[position]
        assert isinstance(shadow, Var)
        cotangents[position] = Var(f"whole_{shadow.name}")
        made.append(Let((Var(f"whole_{shadow.name}"),), Op("runtime.as_it_is", (shadow,)), span))
    return made


def _value_type(adjoint: Adjoint) -> Type:
    """The type of a function's value, which its forward function gives with the residuals."""
    found = adjoint.forward.result
    return found.items[0] if isinstance(found, Tuple) and len(found.items) == 2 else Any()


def _returning(result: list[Operand], value: Var, span: Span, *, several: bool, with_value: bool,
               has_aux: bool) -> list[Statement]:
    statements: list[Statement] = []
    answer = result[0] if result else value
    if several:
        answer = Var("gradients")
        statements.append(Let((answer,), Op("tuple", tuple(result)), span))
    if has_aux:
        # A copy: what is returned beside a gradient shares no memory with what that was made from.
        apart = Var("aux_apart")
        statements.append(Let((apart,), Op("runtime.as_it_is", (Var("aux"),)), span))
        if with_value:
            statements.append(Let((Var("first"),), Op("getitem", (value, Const(0))), span))
            statements.append(Let((Var("pair"),), Op("tuple", (Var("first"), apart)), span))
            value = Var("pair")
    if has_aux and not with_value:
        statements.append(Let((Var("gradient_and_aux"),), Op("tuple", (answer, apart)), span))
        answer = Var("gradient_and_aux")
    if with_value:
        statements.append(Let((Var("both_values"),), Op("tuple", (value, answer)), span))
        answer = Var("both_values")
    return [*statements, Return(answer, span)]

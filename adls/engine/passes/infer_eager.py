"""A generator that cannot be put in the place of one loop: a list of what it gives, made when it is called.

    g = squares(x)                         g = stream_of(squares@list(x))
    first = next(g)             ->         first = g.__next__()
    total = sum(g)                         total = sum(g)

Only where nobody sees the difference: the generator ends, writes nothing, prints and draws nothing, and what it reads
does not change while it is walked over. A `Stream` (`runtime/iterators.py`) knows how far it has been walked over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adls.engine.ir.entities import Namespace, Resolver, UserFunction
from adls.engine.ir.ops import (
    Const,
    For,
    Function,
    Global,
    Let,
    Op,
    Operand,
    Region,
    Return,
    Statement,
    Try,
    Var,
    While,
    With,
)
from adls.engine.ir.types import (
    Any,
    Array,
    Bool,
    Callable,
    Dict,
    Float,
    Int,
    Iter,
    List,
    NoneT,
    Str,
    Tuple,
    Type,
)
from adls.engine.ir.walk import all_defined, lets, regions, statements, with_regions
from adls.engine.passes.effects import is_in_place
from adls.engine.passes.infer_writes import WRITERS, WRITING_METHODS, Reader

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

STREAM = "adls.runtime.iterators.Stream"
LISTED, STREAMED = "@list", "@stream"
_PURE = ("builtins.", "numpy.", "math.", "cmath.", "operator.", "functools.", "itertools.", "scipy.")
_IMPURE = ("numpy.random.", "itertools.count", "itertools.cycle", "itertools.repeat", "scipy.stats.", *(
    f"builtins.{name}" for name in ("print", "input", "open", "next", "iter", "setattr", "delattr", "exec", "eval")))
_STEPS = ("builtins.next", "builtins.iter")


def base_of(target: str) -> tuple[str, str]:
    """The generator's own target, and the mark of the list or stream that is made of it."""
    mark = next((each for each in (LISTED, STREAMED) if target.endswith(each)), "")
    return target.removesuffix(mark), mark


def as_list(function: Function, stream: str = "") -> Function:
    """A generator as a function that gives a list of what it yields; `stream`: the target of what makes a stream."""
    taken = {var.name for var in (*function.cells, *(p.var for p in function.params), *all_defined(function.body))}
    items, made = (Var(next(each for n in range(9999) if (each := f"{hint}_{n}" if n else hint) not in taken))
                   for hint in ("given", "stream"))
    end: list[Statement] = []
    if stream:
        end.append(Let((made,), Op("apply", (items,), (), stream), function.span))
    end.append(Return(made if stream else items, function.span))

    def rewritten(region: Region) -> Region:
        out: list[Statement] = []
        for each in region:
            if isinstance(each, Return):
                return (*out, *(replace(step, span=each.span) for step in end))
            if isinstance(each, Let) and each.op.prim == "yield":
                out.append(Let((), Op("method", (items, *each.op.args), (), "append"), each.span))
            else:
                out.append(with_regions(each, tuple(map(rewritten, regions(each)))))
        return tuple(out)

    body = rewritten(function.body)
    closing = () if body and isinstance(body[-1], Return) else tuple(end)
    return replace(function, body=(Let((items,), Op("list", (), (), ()), function.span), *body, *closing))


def run_at_once(inference: Inference, let: Let, target: str, operands: tuple[Operand, ...], *, once: bool) -> str:
    """The target that stands for a generator that runs when it is called; "" where somebody might see that."""
    source = inference.program.generator(target)
    if source is None or not inference.uses.is_of_text(let) or len(let.targets) != 1:
        return ""
    given = dict(zip(source.parameters, map(inference.type_of, operands), strict=False))
    if not all(_is_still(inference, let, operand) for operand in operands) or not _ends(source.function):
        return ""
    reader = _Strict(inference)
    if reader.text_writes(source.function, source.resolver, given):
        return ""
    everything = reader.reads_globals or not all(isinstance(found, Array | Int | Float | Bool | Str | NoneT)
                                                  for found in given.values())
    if _is_changed(inference, let, everything):
        return ""
    return target + (LISTED if once else STREAMED)


def is_generator(function: Function) -> bool:
    """Whether a function's text has a `yield`."""
    return any(let.op.prim == "yield" for let in lets(function))


def _ends(function: Function) -> bool:
    """Whether a generator ends by itself, and nobody sees how it is left."""
    for each in statements(function.body):
        if isinstance(each, Try | With) or (isinstance(each, Let) and each.op.prim == "yield" and each.targets):
            return False
        if isinstance(each, While) and isinstance(each.cond, Const):
            return False
    return True


def _is_still(inference: Inference, let: Let, operand: Operand) -> bool:
    """Whether something that a generator walks over is walked over by nobody else."""
    found = inference.type_of(operand)
    if _is_iterator(inference, found):
        if not isinstance(operand, Var):
            return False
        others = [use for use in inference.uses.of(operand.name) if use is not let]
        return not others or (let.targets == (operand,) and not any(
            inference.uses.may_precede(use, let, None) for use in others))
    return _is_plain(inference, found)


def _is_iterator(inference: Inference, found: Type) -> bool:
    if isinstance(found, Dict) and found.cls:
        return inference.resolver.member(found.cls, "__next__") is not None
    return isinstance(found, Iter) and found.kind != "range"


def _is_plain(inference: Inference, found: Type) -> bool:
    """Whether it is known what something is, and no iterator is in it."""
    match found:
        case Tuple(items, name):
            return " " not in name and all(_is_plain(inference, each) for each in items)
        case List(item):
            return isinstance(item, Any) or _is_plain(inference, item)
        case Dict(value, entries, cls) if cls:
            return not _is_iterator(inference, found) and all(_is_plain(inference, t) for _, t in entries or ())
        case Dict(value):
            return _is_plain(inference, value)
        case Callable(_, cells):
            return all(_is_plain(inference, each) for each in cells)
        case Any():
            return False
        case _:
            return not _is_iterator(inference, found)


def _is_changed(inference: Inference, begun: Let, everything: bool) -> bool:
    """Whether what a generator reads may change while it is walked over: arrays and numbers, or else everything."""
    made = {each.targets[0].name: each.op for each in lets(inference.function) if len(each.targets) == 1}
    numbers = _made_here(inference.function)
    later = [each for each in lets(inference.function) if each is not begun and inference.uses.is_before(begun, each)]
    reader = _Reader(inference)
    return any(not _is_harmless(inference, each, begun, numbers, everything) and reader.let_writes(
        each, made, inference.resolver, inference.types) for each in later)


def _is_harmless(inference: Inference, let: Let, begun: Let, numbers: set[str], everything: bool) -> bool:
    """Whether a statement steps an iterator of ours, counts a number, fills what was made since, or where no generator
    could know of it."""
    op = let.op
    written = op.args[0] if op.args else None
    if op.prim == "call" and isinstance(written, Global) and written.key in _STEPS:
        return not any(_steps_itself(inference.types.get(getattr(arg, "name", ""))) for arg in op.args[1:2])
    if op.prim == "apply":
        return str(op.data).startswith("adls.runtime." if not everything else "adls.runtime.iterators.")
    if not isinstance(written, Var):
        return False
    found = inference.types.get(written.name)
    if op.prim == "method" and op.data in ("__next__", "__iter__"):
        return not _steps_itself(found)
    if is_in_place(op.prim):
        return isinstance(found, Int | Float) or (written.name in numbers and not any(
            inference.uses.may_precede(use, begun, None) for use in inference.uses.of(written.name)
            if not (isinstance(use, Let) and is_in_place(use.op.prim) and use.op.args[0] == written)))
    if op.prim not in WRITERS and (op.prim != "method" or op.data not in WRITING_METHODS):
        return False
    made, maker = inference.uses.made(written), inference.uses.maker(written)
    while made is not None and made.op.prim == "copy" and isinstance(made.op.args[0], Var) and len(
            inference.uses.of(made.op.args[0].name)) == 1:
        made = inference.uses.made(made.op.args[0])
    if made is None or maker is None or not (
            made.op.prim in _FRESH or (made.op.prim in ("list", "dict") and not made.op.args)):
        return not everything and op.prim == "method" and isinstance(found, List | Dict)
    return not any(inference.uses.may_precede(use, begun, maker) for use in inference.uses.of(written.name))


def _steps_itself(found: Type | None) -> bool:
    """Whether something is an instance of a class of the user's, whose `__next__` may do anything."""
    return isinstance(found, Dict) and bool(found.cls) and found.cls != STREAM


def _made_here(function: Function) -> set[str]:
    """Variables that are bound to numbers and results of operations alone: their arrays are the function's own."""
    found: dict[str, bool] = {}
    for let in lets(function):
        for var in let.targets:
            number = let.op.prim == "copy" and isinstance(let.op.args[0], Const) and isinstance(
                let.op.args[0].value, int | float)
            operation = let.op.prim.startswith("operator.") or _called(let.op) in _FRESH
            found[var.name] = found.get(var.name, True) and (number or operation)
    loops = {each.target for each in statements(function.body) if isinstance(each, For)}
    given = {*function.cells, *(param.var for param in function.params)}
    return {name for name, number in found.items() if number and Var(name) not in loops | given}


def _called(op: Op) -> str:
    return op.args[0].key if op.prim == "call" and isinstance(op.args[0], Global) else op.prim


_FRESH = {"numpy.zeros", "numpy.ones", "numpy.empty", "numpy.full", "numpy.zeros_like", "numpy.empty_like",
          "numpy.ones_like", "numpy.full_like", "numpy.eye", "numpy.copy", "builtins.list", "builtins.dict",
          "collections.defaultdict", "builtins.sum", "builtins.float", "builtins.len", "numpy.sum", "numpy.dot"}


class _Reader(Reader):
    """Reads generators too: what is written where one is walked over. A step of an iterator writes nothing else."""

    def let_writes(self, let: Let, made: dict[str, Op], resolver: Resolver, known: dict[str, Type]) -> bool:
        return _called(let.op) not in _STEPS and super().let_writes(let, made, resolver, known)

    def writes(self, target: str, first: tuple[Type, ...] = ()) -> bool:
        source = self.inference.program.generator(target) if target else None
        if source is None or target in self.seen:
            return super().writes(target, first)
        self.seen.add(target)
        return self.text_writes(
            source.function, source.resolver, dict(zip(source.parameters, first, strict=False)))


class _Strict(_Reader):
    """Finds what somebody could see of a generator that runs early, beside what it gives."""

    reads_globals = False

    def text_writes(self, function: Function, resolver: Resolver, known: dict[str, Type]) -> bool:
        if is_generator(function) and not _ends(function):
            return True
        counters = _counters(function, known)
        made = {let.targets[0].name: let.op for let in lets(function) if len(let.targets) == 1}
        return any(self.let_writes(let, made, resolver, known) for let in lets(function)
                   if not (is_in_place(let.op.prim) and let.targets and let.targets[0].name in counters)
                   and let.op.prim != "yield")

    def let_writes(self, let: Let, made: dict[str, Op], resolver: Resolver, known: dict[str, Type]) -> bool:
        for operand in let.op.operands:
            if isinstance(operand, Global) and not operand.key and not self.reads_globals:
                found = resolver.resolve(operand.path)
                self.reads_globals = not isinstance(found, UserFunction | Namespace)
        callee = let.op.args[0] if let.op.prim == "call" else None
        if isinstance(callee, Global) and callee.key and (
                not callee.key.startswith(_PURE) or callee.key.startswith(_IMPURE)):
            return True
        if isinstance(callee, Var):
            found_type = known.get(callee.name)
            if isinstance(found_type, Callable) and found_type.target.startswith(_PURE):
                return found_type.target.startswith(_IMPURE)
            if isinstance(found_type, Callable):
                return self.writes(found_type.target, found_type.cells)
        return super().let_writes(let, made, resolver, known)


def _counters(function: Function, known: dict[str, Type]) -> set[str]:
    """Variables that only ever are numbers: they begin as one, and are updated by numbers."""
    found: set[str] = set()
    for name in {let.targets[0].name for let in lets(function) if len(let.targets) == 1}:
        ops = [let.op for let in lets(function) if Var(name) in let.targets]
        first = [op for op in ops if not is_in_place(op.prim)]
        steps = [op.args[1] for op in ops if is_in_place(op.prim)]
        if first and all(op.prim == "copy" and _is_number(op.args[0], known) for op in first) and all(
                _is_number(step, known) for step in steps):
            found.add(name)
    return found


def _is_number(operand: Operand, known: dict[str, Type]) -> bool:
    if isinstance(operand, Const):
        return isinstance(operand.value, int | float)
    return isinstance(operand, Var) and isinstance(known.get(operand.name), Int | Float)


"""Whether a function may write into memory that others know, itself or by what it calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adls.engine.ir.entities import Resolver, UserFunction
from adls.engine.ir.ops import Code, Function, Global, Let, Op, Var
from adls.engine.ir.types import Callable, Dict, Type
from adls.engine.ir.walk import lets
from adls.engine.passes.effects import is_in_place
from adls.engine.rules.table import lookup

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

WRITERS = ("setitem", "augitem", "delitem", "setattr")
WRITING_METHODS = {"append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update", "setdefault",
                   "popitem", "fill", "add", "discard", "appendleft", "popleft", "extendleft", "rotate", "send", "put",
                   "itemset", "resize", "partition", "setfield", "setflags", "move_to_end", "write", "shuffle"}
_WRITING_FUNCTIONS = {"builtins.setattr", "builtins.delattr", "builtins.next", "builtins.exec", "builtins.eval",
                      "numpy.copyto", "numpy.put", "numpy.putmask", "numpy.place", "numpy.put_along_axis",
                      "numpy.fill_diagonal", "numpy.random.shuffle", "random.shuffle", "heapq.heappush",
                      "heapq.heappop", "heapq.heapify", "bisect.insort"}


def may_write(inference: Inference, target: str, cells: tuple[Type, ...] = ()) -> bool:
    """Whether a function, or one that it calls, writes into something, or is not known.

    `cells` are the types of what it has captured.
    """
    return Reader(inference).writes(target, cells)


def statement_writes(inference: Inference, let: Let) -> bool:
    """Whether an operation, or a function that it calls, writes into something, or is not known."""
    reader, callee = Reader(inference), let.op.args[0] if let.op.prim == "call" else None
    if isinstance(callee, Var):
        found = inference.type_of(callee)
        return not isinstance(found, Callable) or reader.writes(found.target, found.cells)
    known = {arg.name: inference.type_of(arg) for arg in let.op.args[:1] if isinstance(arg, Var)}
    return reader.let_writes(let, {}, inference.resolver, known)


@dataclass
class Reader:
    """Reads functions by their text, each once."""

    inference: Inference
    seen: set[str] = field(default_factory=set)

    def writes(self, target: str, first: tuple[Type, ...] = ()) -> bool:
        """Whether a function writes; `first` are the types of its first cells or parameters."""
        if target in self.seen:
            return False
        self.seen.add(target)
        source = self.inference.program.source(target) if target else None
        if source is None:
            return True
        return self.text_writes(source.function, source.resolver, dict(zip(source.parameters, first, strict=False)))

    def text_writes(self, function: Function, resolver: Resolver, known: dict[str, Type]) -> bool:
        made = {let.targets[0].name: let.op for let in lets(function) if len(let.targets) == 1}
        return any(self.let_writes(let, made, resolver, known) for let in lets(function))

    def let_writes(self, let: Let, made: dict[str, Op], resolver: Resolver, known: dict[str, Type]) -> bool:
        op = let.op
        if op.prim in WRITERS or (is_in_place(op.prim) and bool(let.targets)):
            return True
        if op.prim == "method":
            return self._method_writes(op, known)
        if op.prim == "apply":
            return self.writes(str(op.data).partition("|")[0])
        return op.prim == "call" and self._call_writes(op, made, resolver)

    def _method_writes(self, op: Op, known: dict[str, Type]) -> bool:
        """Whether a method writes: one of Python's or NumPy's by its name, a user's by its text."""
        name, owner = str(op.data), known.get(getattr(op.args[0], "name", ""))
        if isinstance(owner, Dict) and owner.cls:
            member = self.inference.resolver.member(owner.cls, name)
            return member is None or not isinstance(member.entity, UserFunction) or self.writes(
                member.entity.target, (owner,))
        if name.startswith("__"):
            return name not in ("__getitem__", "__len__", "__contains__", "__iter__")
        reads = any(hasattr(kind, name) for kind in _PLAIN) or bool(lookup(f"ndarray.{name}"))
        return not reads or name in WRITING_METHODS

    def _call_writes(self, op: Op, made: dict[str, Op], resolver: Resolver) -> bool:
        callee = op.args[0]
        if "out" in dict(op.kwargs):
            return True
        if isinstance(callee, Global):
            if callee.key:
                return callee.key in _WRITING_FUNCTIONS or callee.key.endswith(".at")
            found = resolver.resolve(callee.path)
            return self.writes(found.target if isinstance(found, UserFunction) else "")
        maker = made.get(getattr(callee, "name", ""))
        if maker is None or not isinstance(maker.data, Code):
            return True
        return self.text_writes(maker.data.function, resolver, {})


_PLAIN = (list, dict, str, tuple, set, float, complex)

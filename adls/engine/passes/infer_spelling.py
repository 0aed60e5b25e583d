"""Operators and methods that are called by other names, written as what they are.

    y.__setitem__(0, v)          y[0] = v             y.__imul__(v)       y[...] = y * v
    y.__add__(v)                 y + v                operator.setitem(y, 0, v)
    z.conjugate()                complex(z.real, -z.imag)
    list.append(xs, v)           xs.append(v)         np.ndarray.sort(y)  y.sort()
    f(*xs, **{"k": v})           f(*xs, k=v)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adls.engine.ir.ops import Const, Let, Op
from adls.engine.ir.types import Array, Complex, Dict, Float, List, Scalar, Str, Tuple, Type
from adls.engine.passes.infer_binding import Prelude
from adls.engine.passes.infer_rewriting import Rewriting

if TYPE_CHECKING:
    from adls.engine.passes.infer_function import Inference

_BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lt", "le", "gt", "ge", "eq", "ne")
_SPELLED: dict[str, tuple[str, int]] = {
    **{f"__{name}__": (f"operator.{name}", 2) for name in _BINARY},
    "__neg__": ("operator.neg", 1), "__pos__": ("operator.pos", 1), "__abs__": ("builtins.abs", 1),
    "__len__": ("builtins.len", 1), "__float__": ("builtins.float", 1),
    "__setitem__": ("setitem", 3), "__getitem__": ("getitem", 2), "__delitem__": ("delitem", 2),
}
_REFLECTED = {f"__r{name}__": f"operator.{name}" for name in _BINARY[:8]}
_IN_PLACE = {f"__i{name}__": f"operator.{name}" for name in _BINARY[:8]}
_ITEMS = {"operator.setitem": "setitem", "operator.getitem": "getitem", "operator.delitem": "delitem"}
_UNBOUND: dict[str, type[Type]] = {"builtins.list.": List, "builtins.dict.": Dict, "builtins.tuple.": Tuple,
                                   "builtins.str.": Str, "builtins.float.": Float, "numpy.ndarray.": Array}
_OF_THE_CLASS = ("builtins.dict.fromkeys", "builtins.float.fromhex", "builtins.str.maketrans")


def respelled(inference: Inference, let: Let, op: Op) -> Type | None:
    """The type of a method of a number, array or container that is an operator; None where it is none."""
    name, owner = str(op.data), inference.type_of(op.args[0])
    if name == "conjugate" and isinstance(owner, Complex) and len(op.args) == 1 and not op.kwargs:
        return _conjugate(Rewriting(inference, let, op, Prelude(inference, let)))
    if not name.startswith("__") or op.kwargs or not isinstance(owner, Array | Scalar | Float | List | Dict | Tuple):
        return None
    if isinstance(owner, Dict) and owner.cls:
        return None
    r = Rewriting(inference, let, op, Prelude(inference, let))
    prim, count = _SPELLED.get(name, ("", 0))
    if prim and len(op.args) == count:
        return _no_value(r, prim) if prim in ("setitem", "delitem") else r.ops(Op(prim, op.args))
    if name in _REFLECTED and len(op.args) == 2:
        return r.ops(Op(_REFLECTED[name], op.args[::-1]))
    return _in_place(r, name, owner) if name.startswith("__i") and len(op.args) == 2 else None


def _conjugate(r: Rewriting) -> Type:
    """`z.conjugate()` of Python's own number."""
    real, imaginary = (r.prelude.emit(Op("attr", r.op.args, (), name), Float()) for name in ("real", "imag"))
    turned = r.prelude.emit(Op("operator.neg", (imaginary,)), Float())
    return r.ops(Op("builtins.complex", (real, turned)))


def _no_value(r: Rewriting, prim: str) -> Type:
    """A statement in the place of a call, which gives None."""
    return r.ops(Op(prim, r.op.args), *((Op("copy", (Const(None),)),) if r.let.targets else ()))


def _in_place(r: Rewriting, name: str, owner: Type) -> Type | None:
    from adls.engine.passes.infer_library import binary_type

    (target, value), given = r.op.args, (Op("copy", r.op.args[:1]),) if r.let.targets else ()
    if isinstance(owner, List) and name == "__iadd__":
        return r.ops(Op("list.extend", (target, value)), *given)
    if isinstance(owner, Dict) and name == "__ior__":
        return r.ops(Op("dict.update", (target, value)), *given)
    if not isinstance(owner, Array) or name not in _IN_PLACE:
        return None
    found = binary_type(_IN_PLACE[name], owner, r.types[1])
    if not isinstance(found, Array) or found.dtype != owner.dtype:
        return None  # How it is cast, or whether it raises, is for NumPy to say.
    computed = r.prelude.emit(Op(_IN_PLACE[name], (target, value)), found)
    return r.ops(Op("setitem", (target, Const(...), computed)), *given)


def unbound(inference: Inference, let: Let, op: Op, prelude: Prelude) -> Type | None:
    """The type of a method that its class is asked for, and of `operator.setitem` and its like; None for all else."""
    if op.prim in _ITEMS and not op.kwargs:
        r, prim = Rewriting(inference, let, op, prelude), _ITEMS[op.prim]
        return r.ops(Op(prim, op.args)) if prim == "getitem" else _no_value(r, prim)
    for prefix, owner in _UNBOUND.items():
        if op.prim in _OF_THE_CLASS:
            return None
        if op.prim.startswith(prefix) and op.args and isinstance(inference.type_of(op.args[0]), owner):
            method = Op("method", op.args, op.kwargs, op.prim.removeprefix(prefix))
            return Rewriting(inference, let, op, prelude).ops(method)
    return None


def named_apart(inference: Inference, let: Let, op: Op) -> Type | None:
    """`f(..., **m)` as `f(..., k=m["k"])`, where the keys are known, but not how many come before."""
    if not op.data or not any(name == "**" for name, _ in op.kwargs):
        return None
    prelude = Prelude(inference, let)
    named = prelude.keywords(op.kwargs)
    if named is None or len(named) < len(op.kwargs) - 1:
        return None
    return Rewriting(inference, let, op, prelude).ops(Op("call", op.args, tuple(named.items()), op.data))

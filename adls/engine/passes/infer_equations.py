"""Calls of SciPy's solvers, as what they solve (`adls.runtime.equation_sources`).

    scipy.integrate.odeint(f, y0, t)             states_along(f, y0, t, (), {})
    scipy.integrate.solve_ivp(f, (0, 1), y0)     solution_of(f, (0, 1), y0, "RK45", None, (), {})
    scipy.integrate.quad(f, a, b)                integral(f, a, b, (), {})
    scipy.optimize.brentq(f, a, b)               root_of("brentq", f, (a, b), (), {})

Only with options that say how accurate the solver is.
"""

from __future__ import annotations

from adls.engine.ir.ops import Const, Op, Operand
from adls.engine.ir.types import Array, Callable, Dict, NoneT, Tuple, Type
from adls.engine.passes.infer_rewriting import Rewrite, Rewriting
from adls.engine.passes.typing.given import as_array, as_bool

_OPTIONS = {
    "odeint": ("rtol", "atol", "mxstep", "hmax", "hmin", "h0", "mxhnil", "mxordn", "mxords"),
    "solve_ivp": ("rtol", "atol", "max_step", "first_step"),
    "quad": ("epsabs", "epsrel", "limit"),
    "root": ("xtol", "rtol", "maxiter", "tol", "method", "disp"),
}


def _arguments(r: Rewriting, names: tuple[str, ...], family: str) -> tuple[dict[str, Operand], Operand] | None:
    """The operands by name, and a dict of the options; None where the call has others."""
    given = dict(zip(names, r.op.args, strict=False)) | {
        name: operand for name, operand in r.named.items() if name in names}
    rest = {name: operand for name, operand in r.named.items() if name not in names}
    if len(r.op.args) > len(names) or not set(rest) <= set(_OPTIONS[family]):
        return None
    if not isinstance(r.inference.type_of(given.get(names[0], Const(None))), Callable):
        return None
    operands = [each for name, operand in rest.items() for each in (Const(name), operand)]
    entries = tuple((name, r.inference.type_of(operand)) for name, operand in rest.items())
    value = entries[0][1] if entries else NoneT()
    return given, r.prelude.emit(Op("dict", tuple(operands), data=()), Dict(value, entries))


def _args(r: Rewriting, given: dict[str, Operand]) -> Operand | None:
    """What is handed on to the function, as a tuple."""
    operand = given.get("args", Const(None))
    found = r.inference.type_of(operand)
    if isinstance(found, Tuple):
        return operand
    items = () if isinstance(found, NoneT) else (operand,)
    known = Tuple(() if isinstance(found, NoneT) else (found,))
    return r.prelude.emit(Op("tuple", items, data=()), known)


def _odeint(r: Rewriting) -> Type | None:
    found = _arguments(r, ("func", "y0", "t", "args", "tfirst"), "odeint") if len(r.op.args) < 5 else None
    if found is None or not {"func", "y0", "t"} <= set(found[0]):
        return None
    given, options = found
    first = as_bool(r.inference.type_of(given.get("tfirst", Const(False))))
    y0, t = as_array(r.inference.type_of(given["y0"])), r.inference.type_of(given["t"])
    args = _args(r, given)
    if first is None or y0 is None or y0.dims is None or len(y0.dims) > 1 or not isinstance(t, Array) or args is None:
        return None
    name = "states_along_by_time" if first else "states_along"
    return r.source(name, given["func"], given["y0"], given["t"], args, options)


def _solve_ivp(r: Rewriting) -> Type | None:
    found = _arguments(r, ("fun", "t_span", "y0", "method", "t_eval", "args"), "solve_ivp")
    if found is None or len(r.op.args) > 5 or not {"fun", "t_span", "y0"} <= set(found[0]):
        return None
    given, options = found
    y0, args = as_array(r.inference.type_of(given["y0"])), _args(r, given)
    if y0 is None or y0.dtype not in ("f64", "i64") or args is None:
        return None
    return r.source("solution_of", given["fun"], given["t_span"], given["y0"], given.get("method", Const("RK45")),
                    given.get("t_eval", Const(None)), args, options)


def _quad(r: Rewriting) -> Type | None:
    found = _arguments(r, ("func", "a", "b", "args"), "quad")
    if found is None or not {"func", "a", "b"} <= set(found[0]):
        return None
    given, options = found
    args = _args(r, given)
    return r.source("integral", given["func"], given["a"], given["b"], args, options) if args is not None else None


def _root(*where: str) -> Rewrite:
    """A root finder that gets where to look as operands of these names."""

    def rewrite(r: Rewriting) -> Type | None:
        names = ("f" if where[0] != "x0" or r.op.prim.endswith("fixed_point") else "func", *where, "args")
        found = _arguments(r, names, "root") if len(r.op.args) <= 1 + len(where) else None
        if found is None or not {names[0], *where} <= set(found[0]):
            return None
        given, options = found
        args = _args(r, given)
        places = tuple(given[name] for name in where)
        start = as_array(r.inference.type_of(places[0]))
        if args is None or start is None or start.dims is None or len(start.dims) > 1:
            return None
        packed = r.prelude.emit(Op("tuple", places, data=()), Tuple(tuple(map(r.inference.type_of, places))))
        name = Const(r.op.prim.rpartition(".")[2])
        vector = name.value == "fsolve" or bool(start.dims)
        return r.source("roots_of_system" if vector else "root_of", name, given[names[0]], packed, args, options)

    return rewrite


REWRITES: dict[str, Rewrite] = {
    "scipy.integrate.odeint": _odeint,
    "scipy.integrate.solve_ivp": _solve_ivp,
    "scipy.integrate.quad": _quad,
    **{f"scipy.optimize.{name}": _root("a", "b") for name in ("brentq", "brenth", "ridder", "bisect")},
    "scipy.optimize.newton": _root("x0"),
    "scipy.optimize.fsolve": _root("x0"),
}

"""Operations and statements: a structured IR in A-normal form, with Python's own variables and memory.

A *variable* is a slot, as in Python: it may be assigned in several places (the arms of an `if`, a loop's body). A
temporary (`t1`) is assigned once and read once. Each expression of the source becomes `Let`s in the order in which
Python evaluates them. Memory is explicit: `effects.py` says for each operation what it reads, writes, allocates, or
views.

Operations (`Op.prim`) that the frontend makes:

    copy x                    y = x: the same object under another name
    operator.add x, y         any binary or unary operator or comparison, by its name in Python's `operator` module
                              (operator.contains takes the container first; operator.is_, is_not, not_)
    operator.iadd x, v        `x += v` on a name: in place where x is an array or a list; the target is x's own
                              variable; data = "owned" in generated code, where nobody else has x's memory
    getitem x, i              x[i]
    setitem x, i, v           x[i] = v
    augitem x, i, v           x[i] += v, with data = "operator.iadd"
    delitem x, i              del x[i]
    slice lo, hi, step        an index `lo:hi:step`, each None where left out
    tuple ... / list ... / set ...     displays; data = positions of starred operands, () where there are none
    dict k0, v0, k1, v1, ...  a dict display
    record C, a=x, ...        C(a=x, ...), a constructor that stores what it gets; data = the class's name
    attr x                    x.name, with data = name
    setattr x, v              x.name = v, with data = name
    call f, a, ...            a call; kwargs by name; data = positions of starred operands in args, () where none;
                              `**m` is the kwarg named "**"
    method x, a, ...          x.name(a, ...), with data = name
    unpack x                  a, *b, c = x: several targets; data = index of the starred target or None
    closure c0, c1, ...       a lambda or nested def over the captured variables c0...; data = a `Code`
    import                    an import inside a function, with data = "a.b" for the module a.b, or "a:b" for what
                              `from a import b` binds (a keeps its leading dots)
    format p0, p1, ...        an f-string; data = tuple of ("text", s) | ("value", conversion, format_spec)
    yield x                   in a generator: gives x to whoever asked for the next value
    python a, ...             any other expression, on values that carry no derivative; data = its source text
                              with operands written as {0}, {1}...

and that type inference puts in place of `call` and `method`:

    numpy.tanh x / math.sin x / builtins.len x / scipy.special.erf x      a library function, by its canonical name
    ndarray.sum x, ...        a method of an array (list.append, dict.items, str.join likewise)
    apply c..., a, ...        a user function known when compiling: data = its instance key; cells first, then every
                              parameter in order, positional

and that the adjoint pass makes:

    forward c..., a, ...      two targets (value, residuals); data = instance key
    backward residuals, g, shadow...     targets: one cotangent for each active cell and parameter; data = instance key
    forward_dynamic f, a... / backward_dynamic residuals, g      a callee known at run time only
    runtime.NAME ...          a function of adls.runtime: unbroadcast, scatter_add...
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from adls.engine.ir.types import Any, Type, type_of_literal
from adls.engine.source.frozen import dataclass
from adls.engine.source.text import Span


@dataclass(frozen=True, slots=True)
class Var:
    """A variable of one function; names are unique in it."""

    name: str


def is_temporary(name: str) -> bool:
    """Whether a variable's name is one that adls made for a value without one: `t1`."""
    return name[:1] == "t" and name[1:].isdigit()


@dataclass(frozen=True, slots=True)
class Const:
    """A literal: None, bool, int, float, complex, str, bytes, Ellipsis."""

    value: object


@dataclass(frozen=True, slots=True)
class Global:
    """A name of the module or of builtins, with the attributes read off modules and classes: `np.linalg.norm`.

    `path` is the user's spelling. `key` is the canonical name where it is a library's (`numpy.linalg.norm`,
    `builtins.len`), else "".
    """

    path: str
    key: str = ""


Operand: TypeAlias = Var | Const | Global
_UNKNOWN = Any()


@dataclass(frozen=True, slots=True)
class Op:
    prim: str
    args: tuple[Operand, ...] = ()
    kwargs: tuple[tuple[str, Operand], ...] = ()
    data: object = None

    @property
    def operands(self) -> tuple[Operand, ...]:
        return (*self.args, *[value for _, value in self.kwargs]) if self.kwargs else self.args


@dataclass(frozen=True, slots=True)
class Let:
    """`targets = op`. No targets: evaluated for its effect. Several: the value is unpacked."""

    targets: tuple[Var, ...]
    op: Op
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    test: Operand
    then: Region
    orelse: Region
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    """`for target in iterable: body else: orelse`. A target pattern is a temporary and an `unpack` in the body."""

    target: Var
    iterable: Operand
    body: Region
    orelse: Region
    span: Span


@dataclass(frozen=True, slots=True)
class While:
    """`while cond: body else: orelse`, where `test` computes cond afresh before each iteration."""

    test: Region
    cond: Operand
    body: Region
    orelse: Region
    span: Span


@dataclass(frozen=True, slots=True)
class Handler:
    """`except kind as name: body`; kind None catches everything."""

    kind: Operand | None
    name: Var | None
    body: Region
    span: Span


@dataclass(frozen=True, slots=True)
class Try:
    body: Region
    handlers: tuple[Handler, ...]
    orelse: Region
    final: Region
    span: Span


@dataclass(frozen=True, slots=True)
class With:
    """`with context as target: body`."""

    context: Operand
    target: Var | None
    body: Region
    span: Span


@dataclass(frozen=True, slots=True)
class Return:
    value: Operand
    span: Span


@dataclass(frozen=True, slots=True)
class Raise:
    """`raise exception from cause`; exception None raises the one being handled again."""

    exception: Operand | None
    cause: Operand | None
    span: Span


@dataclass(frozen=True, slots=True)
class Break:
    span: Span


@dataclass(frozen=True, slots=True)
class Continue:
    span: Span


@dataclass(frozen=True, slots=True)
class Delete:
    """`del a, b`: the user's own, or a residual after its last read in the one-shot form."""

    variables: tuple[Var, ...]
    span: Span


Statement: TypeAlias = Let | If | For | While | Try | With | Return | Raise | Break | Continue | Delete
Region: TypeAlias = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter. kind: "positional" (also by keyword), "keyword" (only), "varargs", "varkw".

    default is None where it is required, a Const where it is a literal, else the Global path that reads it
    (`f.__defaults__[0]`); in a function made inside another, a Var: the cell that holds it.
    """

    var: Var
    kind: str = "positional"
    default: Operand | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One function: user's primal, or generated forward or backward.

    `cells` are the variables that it captures, as leading parameters. What its Global paths stood for is the
    resolver's business. `types` (variables by name, globals by "@" + path) and `result` are filled by inference.
    """

    name: str
    qualname: str
    file: str
    digest: str
    span: Span
    params: tuple[Param, ...]
    cells: tuple[Var, ...]
    body: Region
    types: Mapping[str, Type] = field(default_factory=dict)
    result: Type = Any()
    role: str = "primal"

    def type_of(self, operand: Operand) -> Type:
        """The type of an operand; `types` holds variables under their names and globals under "@" and their path."""
        if isinstance(operand, Var):
            return self.types.get(operand.name, _UNKNOWN)
        if isinstance(operand, Global):
            return self.types.get("@" + operand.path, _UNKNOWN)
        return type_of_literal(operand.value)


@dataclass(frozen=True, slots=True)
class Code:
    """A lambda or nested function inside another: its own IR, and the source text that makes it again.

    `again`: made inside itself, or inside one that it calls itself through; its IR has no body there.
    """

    function: Function
    text: str
    is_lambda: bool
    again: bool = False

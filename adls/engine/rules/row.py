"""What a rule row says. Broadcasting, dtype and accumulation are the adjoint pass's work, never a row's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from adls.engine.source.frozen import dataclass

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """One library function: how its result's type follows, what memory it touches, and its adjoint.

    `names` are canonical names that share the row: ("numpy.multiply", "operator.mul"), ("numpy.sum", "ndarray.sum").

    `signature` names the operands as the function's own parameters are named, with defaults as literals:
    "x, y", "a, axis=None, dtype=None, out=None, keepdims=False", "*arrays". For a method the first operand is the array.

    `cotangents` maps an operand to the Python text of its cotangent. The text may use the operands by name, `out` (the
    result), `g` (the result's cotangent), `np`, `math` and `runtime`. An operand without text carries no derivative. For a
    sequence operand (np.stack) the text gives a sequence of cotangents.

    `elementwise`: the text gives the cotangent at the result's shape; the adjoint pass sums it over the axes along which
    the operand was broadcast and casts it to the operand's dtype. Otherwise the text has the operand's shape.

    `result` names the typing rule (see `passes.typing`). `alias` is "fresh", "view:x" (always a view of operand x),
    "maybe:x" (a view or a copy, settled by strides at run time), "same:x" (x itself), "list".
    `writes` names operands whose memory it writes.

    `when` is a condition on operands' literals and types under which the row holds, as Python text ("axis is None"); of several
    rows for one name the first whose condition is known to hold is taken. `domain` says where the derivative
    exists or which convention holds at a kink. `source` names the paper or book where the formula is not calculus.
    """

    names: tuple[str, ...]
    signature: str
    result: str
    cotangents: Mapping[str, str] = field(default_factory=dict)
    elementwise: bool = False
    alias: str = "fresh"
    writes: tuple[str, ...] = ()
    when: str = ""
    domain: str = ""
    source: str = ""


def row(names: str, signature: str, result: str, given: Mapping[str, str] = _NONE, *, elementwise: bool = False, alias: str = "fresh",
        writes: str = "", when: str = "", domain: str = "", source: str = "", **cotangents: str) -> Row:
    """A row as tables write it: names and operands parted by blanks, and a keyword `dx="..."` for each cotangent.

    `given` has more of them, where several rows have the same ones.
    """
    texts = {operand.removeprefix("d"): text for operand, text in {**given, **cotangents}.items()}
    return Row(tuple(names.split()), signature, result, texts, elementwise, alias, tuple(writes.split()), when, domain,
               source)

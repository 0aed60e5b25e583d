"""RULES.md: every derivative rule, as its row has it. `python -m adls.render.rules` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from adls.engine.rules.row import Row
from adls.engine.rules.table import FAMILIES

_PREFACE = """# Rules

The derivative of each library function that adls knows, as the rows in `adls/engine/rules/` have it. This page is
generated from them by `make rules`; a test keeps it so.

A cotangent is the derivative of the final result with respect to a value. Formulas are Python: operands have the
names of the signature, `out` is the result, `g` its cotangent, `np` is NumPy, and `runtime` is `adls.runtime`, whose
functions have rules of their own at the end. Where nothing else is said, a formula holds for all calls that no line
before it takes.

What holds for every rule:

- **Broadcasting and dtypes.** A formula of an elementwise function (marked ∘) is at the result's shape. It is then
  summed over the axes along which the operand was broadcast, and cast to the operand's dtype: the gradient of
  `float32` is `float32`.
- **Complex numbers.** The cotangent of a real result L with respect to z = x + iy is dL/dx − i dL/dy, as in autograd
  and JAX. A cotangent is the transposed derivative, without conjugation; a real operand's cotangent is real. To
  descend, step along its conjugate.
- **Integers and bools** carry no derivative. Where a function takes a step (`floor`, `sign`, a comparison), its
  derivative is 0.
- **Kinks and ties** have a convention, in the last column. The common ones: `abs`, `norm` and `sqrt` have derivative
  0 at 0; equal extrema share the cotangent equally (`max`, `maximum`); `maximum(x, 0)`, against a number, has
  derivative 0 where x is 0; `clip` has derivative 1 at its bounds; what `where`, a mask or a maximum does not choose
  has derivative 0, also where its own would be infinite.
- **Never a silent zero.** An operand that is not listed is one that the result does not vary with, but for the steps
  above. What has a derivative without a rule is refused, by an error that says so.
- **Views stay views.** Functions that NumPy says give a view do so here; a write through it reaches the array and its
  cotangent.
"""

_TITLES: Mapping[str, str] = {
    "operators": "Operators", "elementwise": "Functions of each element", "reductions": "Reductions and running sums",
    "shapes": "Shapes", "joining": "Joining and splitting", "creation": "Creation and random numbers",
    "products": "Products", "selection": "Selection, sorting, indexing", "linear algebra": "Linear algebra",
    "Python": "Python and its standard library", "Fourier transforms": "Fourier transforms",
    "special functions": "SciPy: special functions", "SciPy's linear algebra": "SciPy: linear algebra",
    "SciPy's signals and integrals": "SciPy: signals, transforms, integrals",
    "probability distributions": "SciPy: probability distributions", "runtime": "What formulas call",
}


def rules_markdown() -> str:
    """The page: a section for each family of rules."""
    return "\n".join([_PREFACE, *(_family(name, rows) for name, rows in FAMILIES.items())])


def _family(name: str, rows: Iterable[Row]) -> str:
    varying = [row for row in rows if row.cotangents]
    constant = [row for row in rows if not row.cotangents and not row.when]
    parts = [f"## {_TITLES.get(name, name)}\n"]
    if varying:
        parts += ["| function | when | cotangents | domain and convention |", "| --- | --- | --- | --- |",
                  *map(_line, varying), ""]
    if constant:
        parts += ["Constant, or of derivative 0 wherever there is one: " + ", ".join(map(_constant, constant)) + ".\n"]
    return "\n".join(parts)


def _line(row: Row) -> str:
    names = "<br>".join(_code(name) for name in row.names)
    cotangents = "<br>".join(f"{operand}: {_formula(text)}" for operand, text in row.cotangents.items())
    notes = "; ".join(each for each in (row.domain, row.source) if each)
    function = f"{names}{' ∘' if row.elementwise else ''}<br>({_escaped(row.signature)})"
    return f"| {function} | {_code(row.when)} | {cotangents} | {_escaped(notes)} |"


def _formula(text: str) -> str:
    refused = text.startswith("runtime.refuse(")
    return f"refused: {_escaped(text[16:-2].replace(chr(92), ''))}" if refused else _code(text)


def _constant(row: Row) -> str:
    names = ", ".join(map(_code, row.names))
    return f"{names} ({_escaped(row.domain)})" if row.domain else names


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`" if text else ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")


if __name__ == "__main__":
    sys.stdout.write(rules_markdown())

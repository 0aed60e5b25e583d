"""Operations that no row describes: calls that only the run follows, and what has no rule."""

from __future__ import annotations

from adls.engine.ir.ops import Let
from adls.engine.passes.adjoint.builder import Builder
from adls.engine.passes.adjoint.calls import reverse_dynamic


def reverse_without_row(b: Builder, let: Let) -> None:
    """A call whose callee only the run knows is differentiated when it runs; anything else is refused."""
    if let.op.prim in ("call", "method"):
        reverse_dynamic(b, let)
    elif any(map(b.active, let.op.operands)):
        if let.op.prim in _ONLY_THE_RUN_KNOWS:
            b.refuse("unsupported-construct", construct="a call that only the run knows", reason="it is differentiated "
                     "twice", way_out="call the function by its own name, and without a rule of yours")
        else:
            solver = let.op.prim.startswith(("scipy.optimize.", "scipy.integrate.", "scipy.interpolate."))
            b.refuse("missing-rule", name=let.op.prim, reason="its result follows from an equation, which a rule would "
                     "differentiate" if solver else "no row in the rules")


_ONLY_THE_RUN_KNOWS = ("forward_dynamic", "backward_dynamic", "runtime.own")

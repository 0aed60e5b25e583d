"""Python source to the IR, and what its names stand for.

`locate` finds the text of a live function, or says that it is not the code that runs. `lower` makes a definition a
function of the IR, or says what it cannot express. A resolver answers what a global name is: `LiveResolver` from the
live objects, which also finds, lowers and caches the functions that names lead to; `StaticResolver` from text alone.

Three promises hold here. Lowering never raises on user code: it gives all diagnostics. Evaluation order is Python's.
And a captured variable is taken by value only where Python, which looks at each call, would find the same.
"""

from adls.engine.frontend.live import ABSENT, Dependency, LiveResolver, cell_values, live, target_of
from adls.engine.frontend.locate import Located, locate, register, registered
from adls.engine.frontend.lower import lower

__all__ = [
    "ABSENT",
    "Dependency",
    "LiveResolver",
    "Located",
    "cell_values",
    "live",
    "locate",
    "lower",
    "register",
    "registered",
    "target_of",
]

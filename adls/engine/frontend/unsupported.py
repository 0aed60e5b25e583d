"""What Python the frontend refuses, and why: one row for each construct."""

from __future__ import annotations

from adls.engine.source.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """The details of one `unsupported-construct`."""

    construct: str
    reason: str
    way_out: str


_HELPER = "move it into a function of its own, and give that a rule with `@adls.adjoint` if it carries derivatives"

CLASS = Refusal("a class defined inside a function", "its methods would close over values that vary",
                "define the class at the top of the module")
SENT = Refusal("the value of a `yield`", "what somebody sends to a generator is not modelled",
               "pass what it needs as an argument")
NONLOCAL = Refusal("assigning a captured variable (`nonlocal`)",
                   "the function that owns it would see it change under its hands",
                   "return the new value, and let the owner assign it")
REBOUND = Refusal("a function that captures `{name}`, which is assigned again later",
                  "it reads whatever `{name}` is when it is called, not what it was when the function was made",
                  "bind the present value as a default: `{name}={name}`, or give the later value another name")
UNSETTLED = Refusal("a function that captures `{name}` before it is assigned",
                    "it has no value yet when the function is made",
                    "assign `{name}` first; let a function that calls itself stand at the top of the module")
STARRED_EXCEPT = Refusal("`except*`", "exception groups are handled piecewise", "use `except`")
PATTERN = Refusal("this `case` pattern", "of a class its `__match_args__` are not known, or `**rest` has to be made",
                  "write it with `if`")
SUPER = Refusal("`super()` without arguments", "it reads the class from the frame that calls it",
                "write `super(Class, self)`")
FRAME = Refusal("`{name}()`", "it reads or writes the variables of the frame that calls it",
                "name the values that you need")
STAR_IMPORT = Refusal("`import *`", "it binds names that the text does not show", "import the names that you need")
OTHER = Refusal("`{name}`", "its meaning is not modelled", _HELPER)

"""Whether statements end their region before its end."""

from __future__ import annotations

from adls.engine.ir.ops import Break, Continue, For, If, Let, Raise, Region, Return, Statement, While
from adls.engine.ir.walk import regions


def leaves(region: Region) -> bool:
    """Whether control never reaches the region's end."""
    if not region:
        return False
    last = region[-1]
    if isinstance(last, Return | Break | Continue | Raise):
        return True
    return isinstance(last, If) and leaves(last.then) and leaves(last.orelse)


def may_leave(statement: Statement, in_loop: bool = False) -> bool:
    """Whether the statement may end its region early, other than by an exception that nobody catches."""
    if isinstance(statement, Let):
        return False
    if isinstance(statement, Return):
        return True
    if isinstance(statement, Break | Continue):
        return not in_loop
    if isinstance(statement, For | While):
        of_outer = any(may_leave(s, in_loop) for s in statement.orelse)  # a `break` after `else` leaves the loop around
        return of_outer or any(may_leave(s, True) for s in statement.body)
    return any(may_leave(nested, in_loop) for region in regions(statement) for nested in region)

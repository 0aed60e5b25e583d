"""Typing rules: how the type of a library call's result follows from the types of its operands.

A row names its rule in `result`; what stands after a colon goes to the rule. Where the call has an `out` operand, its
type is the result. A result of rank 0 is a `Scalar`; operators and `math` on Python numbers alone give Python numbers.

    broadcast[:x,y]   operands broadcast together, NumPy 2 promotion (Python numbers are weak); without names all
    float[:x,y]       the same, then to the inexact dtype that a ufunc such as exp gives (bool and i8 give f16)
    divide            true_divide: integers give f64
    power             x ** y; Python int to an unknown power is a float
    float_power       at least f64
    abs               broadcast; a complex operand gives its real dtype
    real              the real dtype of a complex operand, else the operand's
    compare, logical  broadcast to bool
    bool int scalar complex      a Python bool; int; float; complex (whatever the operands)
    complexed complex128         broadcast, to a complex dtype of the same precision, or of double precision
    divmod modf frexp a pair of broadcast results
    same:x            the type of operand x, as an array where it is a sequence
    astype            operand a with the dtype of operand dtype
    where clip        three operands; where's condition broadcasts but does not promote
    reduce:KIND       over axis, keepdims: sum (small ints widen), same (max), float (mean), int (argmax), bool, norm
    cumulative        cumsum: shape of a, or flat where axis is None
    diff              one (or n) shorter along axis
    percentile        the dims of q come first
    matmul dot inner outer vdot vecdot kron tensordot multi_dot cross convolve trace einsum matrix_power
    square inv cholesky solve det slogdet eigh eigvalsh svd svdvals qr pinv lstsq      over stacks too
    reshape ravel transpose swapaxes moveaxis rollaxis rot90 expand_dims squeeze broadcast_to broadcast_arrays
    repeat tile flip roll triangle pad diag diagonal atleast sliding_window
    concatenate stack vstack hstack dstack column_stack append block split unstack
    shape             zeros(shape) and the like, with operands dtype and fill_value; of an array without one: its shape
    create            the same as shape, for creation only
    like              zeros_like(a), with operands dtype and shape
    array arange linspace eye meshgrid indices vander random
    take take_along sort argsort nonzero searchsorted unique trapezoid
    object opaque:NAME iterator      values that carry no derivative
    any none          unknown; None
    tuple:RULES       a tuple of what the named rules give, parted by blanks: "tuple:float same:x"

Python's own functions, the methods of lists, dicts and strings, and functions whose rule depends on their name are
typed by prim (`registry.BY_PRIM`), whatever their row says.
"""

from __future__ import annotations

from adls.engine.passes.typing.given import Given, Rule
from adls.engine.passes.typing.join import join, join_all
from adls.engine.passes.typing.registry import RULES, result_type

__all__ = ["RULES", "Given", "Rule", "join", "join_all", "result_type"]

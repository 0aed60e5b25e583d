"""Adjoints written by hand, one module a program: what generated code is measured against.

Each user function `f` of a program has `f__fwd(*args) -> (value, residuals)` and
`f__back(residuals, cotangent)`, which returns the cotangents of the arguments that are differentiated. The
forward functions carry out the program's own operations, so that the value has the program's bits; the
backward functions are the adjoint of those operations, as tight as NumPy allows. They do not replace the
program's mathematics by better mathematics: the Gaussian process is not differentiated in closed form.
"""

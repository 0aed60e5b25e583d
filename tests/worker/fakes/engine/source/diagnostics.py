"""A stand-in: the exception alone."""


class DifferentiationError(Exception):
    diagnostics = ()

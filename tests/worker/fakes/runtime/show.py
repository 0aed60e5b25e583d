"""A stand-in."""

from adls.runtime import check


def listing(f, *args, argnums=0, form="python", **named):
    check(f)
    return f"{form} of {f.__name__} at {argnums!r}"


def check_call(f, *args, argnums=0, **named):
    check(f)

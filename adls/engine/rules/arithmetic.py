"""Python's operators and the ufuncs that they call.

Power: y - (y != 0) keeps x ** (y - 1) finite where y is 0 and the factor y annuls it; x + (x == 0) does so for the logarithm.
"""

from __future__ import annotations

from adls.engine.rules.row import Row, row

ROWS: tuple[Row, ...] = (
    row("operator.add numpy.add", "x, y", "broadcast", elementwise=True, dx="g", dy="g"),
    row("operator.sub numpy.subtract", "x, y", "broadcast", elementwise=True, dx="g", dy="-g"),
    row("operator.mul numpy.multiply", "x, y", "broadcast", elementwise=True, dx="g * y", dy="g * x"),
    row("operator.truediv numpy.true_divide numpy.divide", "x, y", "divide", elementwise=True, when="x == 1",
        dy="-g * out * out"),
    row("operator.truediv numpy.true_divide numpy.divide", "x, y", "divide", elementwise=True,
        dx="g / y", dy="-g * out / y"),
    row("operator.neg numpy.negative", "x", "same:x", elementwise=True, dx="-g"),
    row("operator.pos numpy.positive", "x", "same:x", elementwise=True, dx="g"),

    row("operator.pow numpy.power builtins.pow", "x, y", "power", elementwise=True, when="y == 2", dx="2.0 * g * x"),
    row("operator.pow numpy.power builtins.pow", "x, y", "power", elementwise=True, when="y == 3", dx="3.0 * g * (x * x)"),
    row("operator.pow numpy.power builtins.pow", "x, y", "power", elementwise=True, when="y == 4",
        dx="4.0 * g * (x * x * x)"),
    row("operator.pow numpy.power builtins.pow", "x, y", "power", elementwise=True, when="y == 0.5",
        dx="0.5 * g / runtime.or_infinite(out)", domain="0 at 0, like a norm's"),
    row("operator.pow numpy.power builtins.pow", "x, y", "power", elementwise=True, when="y == -1", dx="-g * out * out"),
    row("operator.pow numpy.power builtins.pow", "x, y", "power", elementwise=True, when="y == 1", dx="g"),
    row("operator.pow numpy.power builtins.pow", "x, y", "power", elementwise=True, when="y == 0"),
    row("operator.pow numpy.power builtins.pow", "x, y", "power", elementwise=True, when="isinstance(x, float)",
        dx="g * y * x ** (y - (y != 0))", dy="g * out * math.log(x + (x == 0))", domain="x > 0, or y constant"),
    row("operator.pow numpy.power builtins.pow", "x, y", "power", elementwise=True, when="isinstance(x, int)",
        dy="g * out * math.log(x + (x == 0))", domain="x > 0, or y constant"),
    row("operator.pow numpy.power builtins.pow", "x, y", "power", elementwise=True,
        dx="g * y * x ** (y - (y != 0))", dy="g * out * np.log(x + (x == 0))", domain="x > 0, or y constant"),
    row("numpy.float_power", "x, y", "float_power", elementwise=True,
        dx="g * y * np.float_power(x, y - (y != 0))", dy="g * out * np.log(x + (x == 0))",
        domain="x > 0, or y constant"),

    row("operator.mod numpy.remainder numpy.mod", "x, y", "broadcast", elementwise=True,
        dx="g", dy="-g * (x // y)", domain="jumps where x is a multiple of y"),
    row("numpy.fmod", "x, y", "broadcast", elementwise=True, dx="g", dy="-g * np.trunc(x / y)"),
    row("operator.floordiv numpy.floor_divide", "x, y", "broadcast", elementwise=True,
        domain="derivative 0; jumps where x is a multiple of y"),
    row("numpy.divmod builtins.divmod", "x, y", "divmod", elementwise=True, dx="g[1]", dy="-g[1] * (x // y)",
        domain="the quotient's derivative is 0"),

    row("operator.lt numpy.less operator.le numpy.less_equal operator.gt numpy.greater operator.ge "
        "numpy.greater_equal operator.eq numpy.equal operator.ne numpy.not_equal", "x, y", "compare", elementwise=True),
    row("operator.is_ operator.is_not operator.contains", "x, y", "bool"),
    row("operator.not_", "x", "bool"),
    row("operator.and_ numpy.bitwise_and operator.or_ numpy.bitwise_or operator.xor numpy.bitwise_xor "
        "operator.lshift numpy.left_shift operator.rshift numpy.right_shift", "x, y", "broadcast", elementwise=True),
    row("operator.invert numpy.invert numpy.bitwise_not", "x", "same:x", elementwise=True),
    row("numpy.logical_and numpy.logical_or numpy.logical_xor", "x, y", "logical", elementwise=True),
    row("numpy.logical_not", "x", "logical", elementwise=True),
)

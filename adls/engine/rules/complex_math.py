"""The cmath module: numbers that are complex, or become so. Derivatives follow the branch that the result is on."""

from __future__ import annotations

from adls.engine.rules.row import Row, row

ROWS: tuple[Row, ...] = (
    row("cmath.exp", "z", "complex", dz="g * out"),
    row("cmath.log", "z", "complex", dz="g / z"),
    row("cmath.log", "z, base", "complex", dz="g / (z * np.log(base + 0j))", dbase="-g * out / (base * np.log(base + 0j))"),
    row("cmath.log10", "z", "complex", dz="g / (z * math.log(10.0))"),
    row("cmath.sqrt", "z", "complex", dz="g * 0.5 / runtime.or_infinite(out)", domain="0 at 0, like a norm's"),
    row("cmath.sin", "z", "complex", dz="g * np.cos(z)"),
    row("cmath.cos", "z", "complex", dz="-g * np.sin(z)"),
    row("cmath.tan", "z", "complex", dz="g * (1.0 + out * out)"),
    row("cmath.asin", "z", "complex", dz="g / np.cos(out)", domain="infinite at -1 and 1"),
    row("cmath.acos", "z", "complex", dz="-g / np.sin(out)", domain="infinite at -1 and 1"),
    row("cmath.atan", "z", "complex", dz="g / (1.0 + z * z)"),
    row("cmath.sinh", "z", "complex", dz="g * np.cosh(z)"),
    row("cmath.cosh", "z", "complex", dz="g * np.sinh(z)"),
    row("cmath.tanh", "z", "complex", dz="g * (1.0 - out * out)"),
    row("cmath.asinh", "z", "complex", dz="g / np.cosh(out)"),
    row("cmath.acosh", "z", "complex", dz="g / np.sinh(out)", domain="infinite at -1 and 1"),
    row("cmath.atanh", "z", "complex", dz="g / (1.0 - z * z)"),
    row("cmath.phase", "z", "scalar", dz="np.real(g) * -1j / z", domain="undefined at 0"),
    row("cmath.polar", "z", "tuple:scalar scalar", domain="undefined at 0",
        dz="(np.real(g[0]) * out[0] + np.real(g[1]) * -1j) / z"),
    row("cmath.rect", "r, phi", "complex", dr="np.real(g * np.exp(1j * phi))", dphi="np.real(1j * g * out)"),
    row("cmath.isnan cmath.isinf cmath.isfinite", "x", "bool"),
    row("cmath.isclose", "a, b, *, rel_tol=1e-09, abs_tol=0.0", "bool"),
)

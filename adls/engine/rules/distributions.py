"""Densities and distribution functions of `scipy.stats`, called as `stats.norm.logpdf(x, loc, scale)` or on a frozen distribution.

One line describes a distribution: the derivatives of its logarithmic density with respect to the standardized z = (x - loc) / scale
and to its shape parameters. The rows of its density, distribution function, survival function, their logarithms and inverses follow.
Outside of the support a logarithmic density is minus infinity, and its derivative is 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from adls.engine.rules.row import Row, row

_NONE: Mapping[str, str] = {}
_Z = "((x - loc) / scale)"
_K = "(k - loc)"
_SUPPORT = "0 outside of the support"
_NO_SHAPE = "runtime.refuse('scipy.stats.{0} has no derivative with respect to {1}')"
_NO_FROZEN = "runtime.refuse('the parameters of a frozen distribution that is handed on have no derivative: call {0}.logpdf(x, ...)')"
_STEPS = "constant in k and loc: jumps at whole numbers"


def _continuous(name: str, shapes: str, dz: str, cdf: Mapping[str, str] = _NONE, **dshapes: str) -> tuple[Row, ...]:
    """The rows of a continuous distribution. `dz` and `dshapes` are the derivatives of its standard logarithmic density; `cdf` has
    those of its distribution function with respect to shapes, where there are any."""
    stem, names = f"scipy.stats.{name}", shapes.split(", ") if shapes else []
    of_x, of_q = (", ".join([first, *names, "loc=0", "scale=1"]) for first in ("x", "q"))
    rest = ", ".join(["", *names, "loc", "scale"])
    slope, density = _put(dz, "z", _Z), f"{stem}.pdf(x{rest})"
    ratio = f"np.where(np.isfinite(out), np.exp({stem}.logpdf(x{rest}) - out), 0.0)"
    sums = {each: _put(text, "z", _Z) for each, text in cdf.items()}

    def summed(function: str, factor: str, of_density: str, weight: str) -> Row:
        shares = {f"d{each}": f"{factor} {weight}({sums[each]})" if each in sums else _NO_SHAPE.format(f"{name}.{function}", each)
                  for each in names}
        return row(f"{stem}.{function}", of_x, "float64", shares, elementwise=True, dx=f"{factor} {of_density}",
                   dloc=f"-({factor} {of_density})", dscale=f"-({factor} {of_density}) * {_Z}")

    def inverse(function: str, sign: str) -> Row:
        refused = {f"d{each}": _NO_SHAPE.format(f"{name}.{function}", each) for each in names}
        return row(f"{stem}.{function}", of_q, "float64", refused, elementwise=True, dq=f"{sign}g / {stem}.pdf(out{rest})",
                   dloc="g", dscale="g * (out - loc) / scale")

    def scored(function: str, form: str) -> Row:
        return row(f"{stem}.{function}", of_x, "float64", _scores(form, slope, dshapes), elementwise=True, domain=_SUPPORT)

    return (
        _frozen(stem, of_x.partition(", ")[2]),
        scored("logpdf", "np.where(np.isfinite(out), {0}, 0.0) * g"), scored("pdf", "g * out * {0}"),
        summed("cdf", "g *", density, ""), summed("sf", "-g *", density, ""),
        summed("logcdf", "g *", ratio, "np.exp(-out) * "), summed("logsf", "-g *", ratio, "np.exp(-out) * "),
        inverse("ppf", ""), inverse("isf", "-"),
    )


def _frozen(stem: str, signature: str) -> Row:
    """A frozen distribution: where its method is called in the same function, that is a call of the distribution's own."""
    names = [each.partition("=")[0] for each in signature.split(", ")]
    refusal = _NO_FROZEN.format(stem.removeprefix("scipy."))
    return row(stem, signature, "any", {f"d{each}": refusal for each in names},
               domain="the methods are called in the function that freezes it")


def _scores(form: str, slope: str, dshapes: Mapping[str, str]) -> dict[str, str]:
    """The cotangents of a density: of x, of where it is, of how wide it is, of its shapes."""
    return {"dx": form.format(f"({slope}) / scale"), "dloc": form.format(f"(-({slope})) / scale"),
            "dscale": form.format(f"(-(1.0 + {_Z} * ({slope}))) / scale"),
            **{f"d{each}": form.format(f"({_put(text, 'z', _Z)})") for each, text in dshapes.items()}}


def _discrete(name: str, shapes: str, cdf: Mapping[str, str], **dshapes: str) -> tuple[Row, ...]:
    """The rows of a discrete distribution, whose masses vary with its shapes only."""
    stem, signature = f"scipy.stats.{name}", f"k, {shapes}, loc=0"
    score = {each: _put(text, "k", _K) for each, text in dshapes.items()}
    sums = {each: _put(text, "whole", f"np.floor{_K}") for each, text in cdf.items()}

    def made(function: str, texts: dict[str, str]) -> Row:
        return row(f"{stem}.{function}", signature, "float64", {f"d{each}": text for each, text in texts.items()},
                   elementwise=True, domain=_STEPS)

    def summed(function: str, form: str) -> Row:
        return made(function, {each: form.format(sums[each]) if each in sums else _NO_SHAPE.format(f"{name}.{function}", each)
                               for each in dshapes})

    inverse = "np.where(np.isfinite(out), np.exp(-out), 0.0)"
    return (
        _frozen(stem, f"{shapes}, loc=0"),
        made("logpmf", {each: f"np.where(np.isfinite(out), {text}, 0.0) * g" for each, text in score.items()}),
        made("pmf", {each: f"g * out * ({text})" for each, text in score.items()}),
        summed("cdf", "g * ({0})"), summed("sf", "-g * ({0})"),
        summed("logcdf", f"g * {inverse} * ({{0}})"), summed("logsf", f"-g * {inverse} * ({{0}})"),
    )


def _put(text: str, name: str, value: str) -> str:
    """A formula with a value in the place of a name."""
    return re.sub(rf"\b{name}\b", lambda _: value, text)


_HAZARD = "np.exp(scipy.stats.norm.logpdf(a * z) - scipy.special.log_ndtr(a * z))"
_NORMAL = "x, mean=None, cov=1, allow_singular=False"
_LOWER = "SciPy reads the lower triangle of cov"
_GAMMA = "np.log(np.abs(z)) - scipy.special.digamma(a)"

ROWS: tuple[Row, ...] = (
    *_continuous("norm", "", "-z"),
    *_continuous("halfnorm", "", "-z"),
    *_continuous("expon", "", "-1.0"),
    *_continuous("uniform", "", "0.0"),
    *_continuous("laplace", "", "-np.sign(z)"),
    *_continuous("logistic", "", "-np.tanh(0.5 * z)"),
    *_continuous("cauchy", "", "-2.0 * z / (1.0 + z * z)"),
    *_continuous("halfcauchy", "", "-2.0 * z / (1.0 + z * z)"),
    *_continuous("gumbel_r", "", "np.exp(-z) - 1.0"),
    *_continuous("gumbel_l", "", "1.0 - np.exp(z)"),
    *_continuous("rayleigh", "", "1.0 / z - z"),
    *_continuous("lognorm", "s", "-(1.0 + np.log(np.abs(z)) / (s * s)) / z", {"s": "-scipy.stats.norm.pdf(np.log(np.abs(z)) / s) * np.log(np.abs(z)) / (s * s)"},
                 s="(np.log(np.abs(z)) / s) ** 2 / s - 1.0 / s"),
    *_continuous("gamma", "a", "(a - 1.0) / z - 1.0", a=_GAMMA),
    *_continuous("invgamma", "a", "1.0 / (z * z) - (a + 1.0) / z", a="-np.log(np.abs(z)) - scipy.special.digamma(a)"),
    *_continuous("chi2", "df", "(0.5 * df - 1.0) / z - 0.5", df="0.5 * (np.log(0.5 * np.abs(z)) - scipy.special.digamma(0.5 * df))"),
    *_continuous("beta", "a, b", "(a - 1.0) / z - (b - 1.0) / (1.0 - z)",
                 a="np.log(np.abs(z)) - scipy.special.digamma(a) + scipy.special.digamma(a + b)",
                 b="np.log(np.abs(1.0 - z)) - scipy.special.digamma(b) + scipy.special.digamma(a + b)"),
    *_continuous("t", "df", "-z * (1.0 + df) / (z * z + df)",
                 df="0.5 * (z * z * (df + 1.0) / (df * (z * z + df)) - np.log(z * z / df + 1.0) - 1.0 / df"
                    " - scipy.special.digamma(0.5 * df) + scipy.special.digamma(0.5 * (df + 1.0)))"),
    *_continuous("weibull_min", "c", "(c - 1.0 - c * np.abs(z) ** c) / z",
                 {"c": "np.abs(z) ** c * np.log(np.abs(z)) * np.exp(-np.abs(z) ** c)"},
                 c="1.0 / c + np.log(np.abs(z)) * (1.0 - np.abs(z) ** c)"),
    *_continuous("pareto", "b", "-(b + 1.0) / z", {"b": "np.log(np.abs(z)) * np.abs(z) ** -b"}, b="1.0 / b - np.log(np.abs(z))"),
    *_continuous("skewnorm", "a", f"a * {_HAZARD} - z", a=f"z * {_HAZARD}"),
    *_continuous("vonmises", "kappa", "-kappa * np.sin(z)",
                 kappa="np.cos(z) - scipy.special.i1e(kappa) / scipy.special.i0e(kappa)"),
    *_continuous("truncnorm", "a, b", "-z", {
        "a": "scipy.stats.norm.pdf(a) * (scipy.special.ndtr(z) - scipy.special.ndtr(b)) / (scipy.special.ndtr(b) - scipy.special.ndtr(a)) ** 2",
        "b": "-scipy.stats.norm.pdf(b) * (scipy.special.ndtr(z) - scipy.special.ndtr(a)) / (scipy.special.ndtr(b) - scipy.special.ndtr(a)) ** 2"},
                 a="scipy.stats.norm.pdf(a) / (scipy.special.ndtr(b) - scipy.special.ndtr(a))",
                 b="-scipy.stats.norm.pdf(b) / (scipy.special.ndtr(b) - scipy.special.ndtr(a))"),
    *_discrete("poisson", "mu", {"mu": "-scipy.stats.poisson.pmf(whole, mu)"}, mu="k / mu - 1.0"),
    *_discrete("bernoulli", "p", {"p": "-1.0 * (whole == 0)"}, p="k / p - (1.0 - k) / (1.0 - p)"),
    *_discrete("geom", "p", {"p": "np.maximum(whole, 0.0) * (1.0 - p) ** np.maximum(whole - 1.0, 0.0)"},
               p="1.0 / p - (k - 1.0) / (1.0 - p)"),
    *_discrete("binom", "n, p", {"p": "-n * scipy.stats.binom.pmf(whole, n - 1, p)"}, p="(k - n * p) / (p * (1.0 - p))",
               n="scipy.special.digamma(n + 1.0) - scipy.special.digamma(n - k + 1.0) + np.log1p(-p)"),
    *_discrete("nbinom", "n, p", {
        "p": "np.exp((n - 1.0) * np.log(p) + np.maximum(whole, 0.0) * np.log1p(-p) - scipy.special.betaln(n, np.maximum(whole, 0.0) + 1.0)) * (whole >= 0)"},
               p="n / p - k / (1.0 - p)", n="scipy.special.digamma(k + n) - scipy.special.digamma(n) + np.log(p)"),
    _frozen("scipy.stats.multivariate_normal", "mean=None, cov=1, allow_singular=False"),
    _frozen("scipy.stats.dirichlet", "alpha"),
    row("scipy.stats.multivariate_normal.logpdf", _NORMAL, "density_of_points", domain=_LOWER,
        dx="runtime.normal_back(g, x, mean, cov)[0]", dmean="runtime.normal_back(g, x, mean, cov)[1]",
        dcov="runtime.normal_back(g, x, mean, cov)[2]"),
    row("scipy.stats.multivariate_normal.pdf", _NORMAL, "density_of_points", domain=_LOWER,
        dx="runtime.normal_back(g * out, x, mean, cov)[0]", dmean="runtime.normal_back(g * out, x, mean, cov)[1]",
        dcov="runtime.normal_back(g * out, x, mean, cov)[2]"),
    row("scipy.stats.multivariate_normal.entropy", "mean=None, cov=1", "any", dcov="runtime.normal_entropy_back(g, mean, cov)",
        domain=_LOWER),
    row("scipy.stats.dirichlet.logpdf", "x, alpha", "any", dx="runtime.dirichlet_back(g, x, alpha)",
        dalpha="runtime.dirichlet_alpha(g, x, alpha) + np.sum(g) * (scipy.special.digamma(np.sum(alpha)) - scipy.special.digamma(alpha))"),
    row("scipy.stats.dirichlet.pdf", "x, alpha", "any", dx="runtime.dirichlet_back(g * out, x, alpha)",
        dalpha="runtime.dirichlet_alpha(g * out, x, alpha)"
               " + np.sum(g * out) * (scipy.special.digamma(np.sum(alpha)) - scipy.special.digamma(alpha))"),
)

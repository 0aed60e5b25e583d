"""Functions that make arrays, from other arrays or from nothing, and types as functions."""

from __future__ import annotations

from adls.engine.rules.row import Row, row

ROWS: tuple[Row, ...] = (
    row("numpy.array", "object, dtype=None, *, copy=True, order='K', subok=False, ndmin=0", "array",
        when="numbers(object) and copy is True and ndmin == 0", dobject="g"),
    row("numpy.array", "object, dtype=None, *, copy=True, order='K', subok=False, ndmin=0", "array", when="copy is True",
        dobject="runtime.shaped_as(g, runtime.shapes(object))"),
    row("numpy.array", "object, dtype=None, *, copy=True, order='K', subok=False, ndmin=0", "array", alias="maybe:object",
        dobject="runtime.shaped_as(g, runtime.shapes(object))"),
    row("numpy.asarray numpy.asanyarray numpy.ascontiguousarray numpy.asfortranarray numpy.asarray_chkfinite",
        "a, dtype=None, order=None", "array", alias="maybe:a", da="runtime.shaped_as(g, runtime.shapes(a))"),
    row("numpy.require", "a, dtype=None, requirements=None", "array", alias="maybe:a", da="g"),
    row("numpy.copy", "a, order='K', subok=False", "same:a", da="g"),
    row("ndarray.copy ndarray.__copy__", "a, order='C'", "same:a", da="g"),
    row("ndarray.astype", "a, dtype, order='K', casting='unsafe', subok=True, copy=True", "astype", when="copy is True", da="g"),
    row("ndarray.astype", "a, dtype, order='K', casting='unsafe', subok=True, copy=True", "astype", alias="maybe:a", da="g"),
    row("numpy.astype", "x, dtype, *, copy=True", "astype", alias="maybe:x", dx="g"),
    row("ndarray.tolist", "a", "any", da="np.array(g)"),
    row("ndarray.item", "a, *args", "any", da="runtime.placed(g, a.shape, args)"),
    row("numpy.float64 numpy.double numpy.float32 numpy.single numpy.float16 numpy.half numpy.longdouble numpy.complex128 "
        "numpy.complex64", "x=0.0", "cast", elementwise=True, dx="g"),
    row("numpy.int8 numpy.int16 numpy.int32 numpy.int64 numpy.intp numpy.int_ numpy.uint8 numpy.uint16 numpy.uint32 "
        "numpy.uint64 numpy.bool_ numpy.bool", "x=0", "cast", elementwise=True),

    row("numpy.zeros numpy.ones numpy.empty", "shape, dtype=float, order='C'", "shape"),
    row("numpy.ndarray", "shape, dtype=float, buffer=None, offset=0, strides=None, order=None", "shape", when="buffer is None"),
    row("numpy.ndarray", "shape, dtype=float, buffer=None, offset=0, strides=None, order=None", "shape", alias="maybe:buffer",
        dbuffer="runtime.refuse('numpy.ndarray has no derivative with respect to its buffer: reshape the array')"),
    row("numpy.full", "shape, fill_value, dtype=None, order='C'", "shape", elementwise=True, dfill_value="g"),
    row("numpy.zeros_like numpy.ones_like numpy.empty_like", "a, dtype=None, order='K', subok=True, shape=None", "like"),
    row("numpy.full_like", "a, fill_value, dtype=None, order='K', subok=True, shape=None", "like", elementwise=True,
        dfill_value="g"),
    row("numpy.eye", "N, M=None, k=0, dtype=float, order='C'", "eye"),
    row("numpy.identity", "n, dtype=float", "eye"),
    row("numpy.tri", "N, M=None, k=0, dtype=float", "eye"),
    row("numpy.arange", "start, stop=None, step=1, dtype=None", "arange", when="stop is None",
        domain="the last number changes the length only"),
    row("numpy.arange", "start, stop=None, step=1, dtype=None", "arange",
        dstart="np.sum(g) * (stop is not None)", dstep="np.dot(g, np.arange(len(g)))", domain="the end changes the length only"),
    row("numpy.linspace", "start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0", "linspace",
        when="retstep is False",
        dstart="runtime.unbroadcast(np.tensordot(1.0 - runtime.fractions(num, endpoint), g, ((0,), (axis,))), start.shape)",
        dstop="runtime.unbroadcast(np.tensordot(runtime.fractions(num, endpoint), g, ((0,), (axis,))), stop.shape)"),
    row("numpy.linspace", "start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0", "linspace",
        dstart="runtime.unbroadcast(runtime.spacing_back(g, 1.0 - runtime.fractions(num, endpoint), endpoint - num, axis), start.shape)",
        dstop="runtime.unbroadcast(runtime.spacing_back(g, runtime.fractions(num, endpoint), num - endpoint, axis), stop.shape)"),
    row("numpy.logspace", "start, stop, num=50, endpoint=True, base=10.0", "linspace",
        dstart="np.dot(1.0 - runtime.fractions(num, endpoint), g * out) * np.log(base)",
        dstop="np.dot(runtime.fractions(num, endpoint), g * out) * np.log(base)",
        dbase="runtime.refuse('numpy.logspace has no derivative with respect to its base')", domain="scalar ends, constant base"),
    row("numpy.geomspace", "start, stop, num=50, endpoint=True", "linspace",
        dstart="np.dot(1.0 - runtime.fractions(num, endpoint), g * out) / start",
        dstop="np.dot(runtime.fractions(num, endpoint), g * out) / stop", domain="scalar ends"),
    row("numpy.vander", "x, N=None, increasing=False", "vander",
        dx="np.sum(g * runtime.exponents(out.shape[1], increasing)"
           " * x[:, None] ** np.maximum(runtime.exponents(out.shape[1], increasing) - 1, 0), 1)"),
    row("numpy.indices", "dimensions, dtype=int, sparse=False", "indices"),
    row("numpy.ndindex", "*shape", "ndindex"),
    row("numpy.fft.fftfreq numpy.fft.rfftfreq", "n, d=1.0", "linspace", dd="-np.sum(g * out) / d"),
    row("numpy.hanning numpy.hamming numpy.blackman numpy.bartlett", "M", "linspace"),
    row("numpy.fromiter", "iter, dtype=None, count=-1", "any",
        diter="runtime.refuse('numpy.fromiter has no derivative: make a list, and np.array of it')"),
    row("numpy.frombuffer", "buffer, dtype=float, count=-1, offset=0", "any", alias="maybe:buffer",
        dbuffer="runtime.refuse('numpy.frombuffer has no derivative: use the array itself')"),
    row("numpy.fromstring numpy.fromfile numpy.loadtxt numpy.genfromtxt numpy.load",
        "*args", "any"),

    row("numpy.random.default_rng numpy.random.seed numpy.random.RandomState", "*args", "any"),
    row("numpy.random.rand numpy.random.randn numpy.random.randint numpy.random.random numpy.random.random_sample "
        "numpy.random.standard_normal numpy.random.choice numpy.random.permutation "
        "Generator.standard_normal Generator.random Generator.integers Generator.permutation Generator.choice "
        "Generator.standard_exponential Generator.exponential Generator.gamma Generator.beta Generator.poisson "
        "Generator.binomial Generator.multivariate_normal Generator.bytes", "*args, size=None", "random",
        dargs="runtime.refuse('a random draw has no derivative with respect to its parameters')"),
    row("numpy.random.normal", "loc=0.0, scale=1.0, size=None", "random", elementwise=True,
        dloc="g", dscale="g * (out - loc) / scale", domain="pathwise: the same numbers, moved and scaled"),
    row("numpy.random.uniform", "low=0.0, high=1.0, size=None", "random", elementwise=True,
        dlow="g * (high - out) / (high - low)", dhigh="g * (out - low) / (high - low)",
        domain="pathwise: the same numbers, moved and scaled"),
    row("Generator.normal", "rng, loc=0.0, scale=1.0, size=None", "random", elementwise=True,
        dloc="g", dscale="g * (out - loc) / scale", domain="pathwise: the same numbers, moved and scaled"),
    row("Generator.uniform", "rng, low=0.0, high=1.0, size=None", "random", elementwise=True,
        dlow="g * (high - out) / (high - low)", dhigh="g * (out - low) / (high - low)",
        domain="pathwise: the same numbers, moved and scaled"),
)

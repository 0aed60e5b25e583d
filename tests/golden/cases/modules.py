"""Calls of the user's own functions in another module, by keyword and with defaults."""

import numpy as np

from tests.golden import helping
from tests.golden.helping import affine as layer


def scaled(x, factor=2.0, *, shift=0.5):
    return factor * x + shift


def f(w, x):
    h = layer(x, w, b=0.1)
    h = helping.affine(h, w, 0.2)
    return np.sum(scaled(h, shift=0.25) * scaled(x))


ARGNUMS = (0, 1)


def arguments():
    return np.cos(np.arange(4.0).reshape(2, 2)), np.array([[0.5, -1.0], [0.25, 0.75]])


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
affine(x: f64[n, m], w: f64[k, p], b: float) -> f64[n, p]                                     helping.py:16
  t1: f64[n, p] = operator.matmul x, w                                                        @17
  t2: f64[n, p] = operator.add t1, b                                                          @17
  t3: f64[n, p] = numpy.tanh t2                                                               @17
  return t3                                                                                   @17


# forward
forward affine(x: f64[n, m], w: f64[k, p], b: float) -> (f64[n, p], residuals)                helping.py:16
  t1: f64[n, p] = operator.matmul x, w                                                        @17
  t2: f64[n, p] = operator.add t1, b                                                          @17
  t3: f64[n, p] = numpy.tanh t2                                                               @17
  t12: residuals = tuple t3, w, x                                                             @17
  t13: residuals = tuple t3, t12                                                              @17
  return t13                                                                                  @17


# backward
backward affine(residuals: residuals, d_value: f64[n, p]) -> (f64[n, m], f64[k, p])           helping.py:16
  t3: f64[n, p], w: f64[k, p], x: f64[n, m] = unpack residuals                                @16
  t4: f64[n, p] = operator.mul t3, t3                                                         @17
  d_t2: f64[n, p] = operator.sub 1.0, t4                                                      @17
  d_t2: f64[n, p] = operator.imul d_t2, d_value                                               @17
  t7: Any = attr[T] w                                                                         @17
  d_x: f64[n, m] = operator.matmul d_t2, t7                                                   @17
  t9: Any = attr[T] x                                                                         @17
  d_w: f64[k, p] = operator.matmul t9, d_t2                                                   @17
  t11: Any = tuple d_x, d_w                                                                   @16
  return t11                                                                                  @16


# primal
scaled(x: f64[n, m], factor: float = 2.0, keyword shift: float = 0.5) -> f64[n, m]            modules.py:9
  t1: f64[n, m] = operator.mul factor, x                                                      @10
  t2: f64[n, m] = operator.add t1, shift                                                      @10
  return t2                                                                                   @10


# forward
forward scaled(x: f64[n, m], factor: float = 2.0, keyword shift: float = 0.5) -> (f64[n, m], residuals)  modules.py:9
  t1: f64[n, m] = operator.mul factor, x                                                      @10
  t2: f64[n, m] = operator.add t1, shift                                                      @10
  t4: residuals = tuple factor                                                                @10
  t5: residuals = tuple t2, t4                                                                @10
  return t5                                                                                   @10


# backward
backward scaled(residuals: residuals, d_value: f64[n, m]) -> f64[n, m]                        modules.py:9
  factor: float = getitem residuals, 0                                                        @9
  d_x: f64[n, m] = operator.mul d_value, factor                                               @10
  return d_x                                                                                  @9


# primal
f(w: f64[w_0, w_1], x: f64[x_0, x_1]) -> f64                                                  modules.py:13
  h: f64[x_0, w_1] = apply[tests.golden.helping.affine||f64[N,N],f64[N,N],float] x, w, 0.1    @14
  h_2: f64[x_0, w_1] = apply[tests.golden.helping.affine||f64[N,N],f64[N,N],float] h, w, 0.2  @15
  t1: f64[x_0, w_1] = apply[tests.golden.cases.modules.scaled||f64[N,N],float,float] h_2, 2.0, 0.25  @16
  t2: f64[x_0, x_1] = apply[tests.golden.cases.modules.scaled||f64[N,N],float,float] x, 2.0, 0.5  @16
  t3: f64[x_0, w_1] = operator.mul t1, t2                                                     @16
  t4: f64 = numpy.sum t3                                                                      @16
  return t4                                                                                   @16


# forward
forward f(w: f64[w_0, w_1], x: f64[x_0, x_1]) -> (f64, residuals)                             modules.py:13
  h: f64[x_0, w_1], affine_kept_2: residuals = forward[tests.golden.helping.affine||f64[N,N],f64[N,N],float|d0,1] x, w, 0.1  @14
  h_2: f64[x_0, w_1], affine_kept: residuals = forward[tests.golden.helping.affine||f64[N,N],f64[N,N],float|d0,1] h, w, 0.2  @15
  t1: f64[x_0, w_1], scaled_kept_2: residuals = forward[tests.golden.cases.modules.scaled||f64[N,N],float,float|d0] h_2, 2.0, 0.25  @16
  t2: f64[x_0, x_1], scaled_kept: residuals = forward[tests.golden.cases.modules.scaled||f64[N,N],float,float|d0] x, 2.0, 0.5  @16
  t3: f64[x_0, w_1] = operator.mul t1, t2                                                     @16
  t4: f64 = numpy.sum t3                                                                      @16
  t8: residuals = tuple t2, t1, scaled_kept, scaled_kept_2, affine_kept, affine_kept_2        @16
  t9: residuals = tuple t4, t8                                                                @16
  return t9                                                                                   @16


# backward
backward f(residuals: residuals, d_value: f64) -> (f64[w_0, w_1], f64[x_0, x_1])              modules.py:13
  t2: f64[x_0, x_1], t1: f64[x_0, w_1], scaled_kept: residuals, scaled_kept_2: residuals, affine_kept: residuals, affine_kept_2: residuals = unpack residuals  @13
  d_t1: f64[x_0, w_1] = operator.mul d_value, t2                                              @16
  d_t2: f64[x_0, x_1] = operator.mul d_value, t1                                              @16
  d_x: f64[x_0, x_1] = backward[tests.golden.cases.modules.scaled||f64[N,N],float,float|d0] scaled_kept, d_t2  @16
  d_h_2: f64[x_0, w_1] = backward[tests.golden.cases.modules.scaled||f64[N,N],float,float|d0] scaled_kept_2, d_t1  @16
  d_h: f64[x_0, w_1], d_w: f64[w_0, w_1] = backward[tests.golden.helping.affine||f64[N,N],f64[N,N],float|d0,1] affine_kept, d_h_2  @15
  d_x_2: f64[x_0, x_1], d_w_2: f64[w_0, w_1] = backward[tests.golden.helping.affine||f64[N,N],f64[N,N],float|d0,1] affine_kept_2, d_h  @14
  d_x_3: f64[x_0, x_1] = operator.add d_x, d_x_2                                              @14
  d_w_3: f64[w_0, w_1] = operator.add d_w, d_w_2                                              @14
  t7: Any = tuple d_w_3, d_x_3                                                                @13
  return t7                                                                                   @13
'''

ADJOINT = r'''
import numpy as np


# affine(x: f64[n, m], w: f64[k, p], b: float) -> (f64[n, p], residuals)
def affine__fwd(x, w, b):
    # 17: return np.tanh(x @ w + b)
    t3 = np.tanh(x @ w + b)  # f64[n, p]
    return t3, (t3, w, x)


# affine__back(residuals: residuals, d_value: f64[n, p]) -> (f64[n, m], f64[k, p])
def affine__back(residuals, d_value):
    # 16: def affine(x, w, b):
    t3, w, x = residuals  # f64[n, p], f64[k, p], f64[n, m]
    # 17: return np.tanh(x @ w + b)
    d_t2 = 1.0 - t3 * t3  # f64[n, p]
    d_t2 *= d_value  # f64[n, p]
    d_x = d_t2 @ w.T  # f64[n, m]
    d_w = x.T @ d_t2  # f64[k, p]
    # 16: def affine(x, w, b):
    return d_x, d_w


# scaled(x: f64[n, m], factor: float, shift: float) -> (f64[n, m], residuals)
def scaled__fwd(x, factor=2.0, shift=0.5):
    # 10: return factor * x + shift
    return factor * x + shift, (factor,)


# scaled__back(residuals: residuals, d_value: f64[n, m]) -> f64[n, m]
def scaled__back(residuals, d_value):
    # 9: def scaled(x, factor=2.0, *, shift=0.5):
    factor = residuals[0]  # float
    # 10: return factor * x + shift
    d_x = d_value * factor  # f64[n, m]
    # 9: def scaled(x, factor=2.0, *, shift=0.5):
    return d_x


# f(w: f64[w_0, w_1], x: f64[x_0, x_1]) -> (f64, residuals)
def f__fwd(w, x):
    # 14: h = layer(x, w, b=0.1)
    h, affine_kept_2 = affine__fwd(x, w, 0.1)  # f64[x_0, w_1], residuals
    # 15: h = helping.affine(h, w, 0.2)
    h_2, affine_kept = affine__fwd(h, w, 0.2)  # f64[x_0, w_1], residuals
    del h
    # 16: return np.sum(scaled(h, shift=0.25) * scaled(x))
    t1, scaled_kept_2 = scaled__fwd(h_2, 2.0, 0.25)  # f64[x_0, w_1], residuals
    del h_2
    t2, scaled_kept = scaled__fwd(x, 2.0, 0.5)  # f64[x_0, x_1], residuals
    return np.sum(t1 * t2), (t2, t1, scaled_kept, scaled_kept_2, affine_kept, affine_kept_2)


# f__back(residuals: residuals, d_value: f64) -> (f64[w_0, w_1], f64[x_0, x_1])
def f__back(residuals, d_value):
    # 13: def f(w, x):
    t2, t1, scaled_kept, scaled_kept_2, affine_kept, affine_kept_2 = residuals  # f64[x_0, x_1], f64[x_0, w_1], residuals, residuals, residuals, residuals
    del residuals
    # 16: return np.sum(scaled(h, shift=0.25) * scaled(x))
    d_t1 = d_value * t2  # f64[x_0, w_1]
    d_t2 = d_value * t1  # f64[x_0, x_1]
    d_x = scaled__back(scaled_kept, d_t2)  # f64[x_0, x_1]
    del d_t2
    d_h_2 = scaled__back(scaled_kept_2, d_t1)  # f64[x_0, w_1]
    del d_t1
    # 15: h = helping.affine(h, w, 0.2)
    d_h, d_w = affine__back(affine_kept, d_h_2)  # f64[x_0, w_1], f64[w_0, w_1]
    del d_h_2
    # 14: h = layer(x, w, b=0.1)
    d_x_2, d_w_2 = affine__back(affine_kept_2, d_h)  # f64[x_0, x_1], f64[w_0, w_1]
    del d_h
    d_x_3 = d_x + d_x_2  # f64[x_0, x_1]
    del d_x, d_x_2
    d_w_3 = d_w + d_w_2  # f64[w_0, w_1]
    del d_w, d_w_2
    # 13: def f(w, x):
    return d_w_3, d_x_3
'''

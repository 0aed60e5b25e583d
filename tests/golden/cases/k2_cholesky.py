"""K2: a Cholesky factorisation in place."""

import numpy as np


def f(a):
    n = a.shape[0]
    for j in range(n):
        a[j, j] = np.sqrt(a[j, j])
        for i in range(j + 1, n):
            a[i, j] = a[i, j] / a[j, j]
        for k in range(j + 1, n):
            for i in range(k, n):
                a[i, k] -= a[i, j] * a[k, j]
    return np.log(np.diag(a)).sum() + a[n - 1, 0]


def arguments():
    factor = np.tril(np.cos(np.arange(16.0).reshape(4, 4)))
    return (factor @ factor.T + 4.0 * np.eye(4),)


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(a: f64[a_0, a_1]) -> f64                                                                    k2_cholesky.py:6
  t1: (int, int) = attr[shape] a                                                              @7
  n: int = getitem t1, 0                                                                      @7
  t2: range[int] = builtins.range n                                                           @8
  for j: int in t2:                                                                           @8
    t3: (int, int) = tuple j, j                                                               @9
    t4: f64 = getitem a, t3                                                                   @9
    t5: f64 = numpy.sqrt t4                                                                   @9
    t6: (int, int) = tuple j, j                                                               @9
    setitem a, t6, t5                                                                         @9
    t7: int = operator.add j, 1                                                               @10
    t8: range[int] = builtins.range t7, n                                                     @10
    for i: int in t8:                                                                         @10
      t9: (int, int) = tuple i, j                                                             @11
      t10: f64 = getitem a, t9                                                                @11
      t11: (int, int) = tuple j, j                                                            @11
      t12: f64 = getitem a, t11                                                               @11
      t13: f64 = operator.truediv t10, t12                                                    @11
      t14: (int, int) = tuple i, j                                                            @11
      setitem a, t14, t13                                                                     @11
    t15: int = operator.add j, 1                                                              @12
    t16: range[int] = builtins.range t15, n                                                   @12
    for k: int in t16:                                                                        @12
      t17: range[int] = builtins.range k, n                                                   @13
      for i_2: int in t17:                                                                    @13
        t18: (int, int) = tuple i_2, k                                                        @14
        t19: (int, int) = tuple i_2, j                                                        @14
        t20: f64 = getitem a, t19                                                             @14
        t21: (int, int) = tuple k, j                                                          @14
        t22: f64 = getitem a, t21                                                             @14
        t23: f64 = operator.mul t20, t22                                                      @14
        augitem[operator.isub] a, t18, t23                                                    @14
  t24: f64[?] = numpy.diag a                                                                  @15
  t25: f64[?] = numpy.log t24                                                                 @15
  t26: f64 = ndarray.sum t25                                                                  @15
  t27: int = operator.sub n, 1                                                                @15
  t28: (int, int) = tuple t27, 0                                                              @15
  t29: f64 = getitem a, t28                                                                   @15
  t30: f64 = operator.add t26, t29                                                            @15
  return t30                                                                                  @15


# forward
forward f(a: f64[a_0, a_1]) -> (f64, residuals)                                               k2_cholesky.py:6
  a_shape: shape = attr[shape] a                                                              @15
  t1: (int, int) = attr[shape] a                                                              @7
  n: int = getitem t1, 0                                                                      @7
  t2: range[int] = builtins.range n                                                           @8
  iterations_8: residuals = list                                                              @8
  for j: int in t2:                                                                           @8
    t3: (int, int) = tuple j, j                                                               @9
    t4: f64 = getitem a, t3                                                                   @9
    t5: f64 = numpy.sqrt t4                                                                   @9
    t6: (int, int) = tuple j, j                                                               @9
    setitem a, t6, t5                                                                         @9
    t7: int = operator.add j, 1                                                               @10
    t8: range[int] = builtins.range t7, n                                                     @10
    iterations_10: residuals = list                                                           @10
    for i: int in t8:                                                                         @10
      t9: (int, int) = tuple i, j                                                             @11
      t10: f64 = getitem a, t9                                                                @11
      t11: (int, int) = tuple j, j                                                            @11
      t12: f64 = getitem a, t11                                                               @11
      t13: f64 = operator.truediv t10, t12                                                    @11
      t14: (int, int) = tuple i, j                                                            @11
      setitem a, t14, t13                                                                     @11
      t67: residuals = tuple i, t12, t13                                                      @10
      list.append iterations_10, t67                                                          @10
    t15: int = operator.add j, 1                                                              @12
    t16: range[int] = builtins.range t15, n                                                   @12
    iterations_12: residuals = list                                                           @12
    for k: int in t16:                                                                        @12
      t17: range[int] = builtins.range k, n                                                   @13
      iterations_13: residuals = list                                                         @13
      for i_2: int in t17:                                                                    @13
        t18: (int, int) = tuple i_2, k                                                        @14
        t19: (int, int) = tuple i_2, j                                                        @14
        t20: f64 = getitem a, t19                                                             @14
        t21: (int, int) = tuple k, j                                                          @14
        t22: f64 = getitem a, t21                                                             @14
        t23: f64 = operator.mul t20, t22                                                      @14
        augitem[operator.isub] a, t18, t23                                                    @14
        t68: residuals = tuple i_2, t22, t20                                                  @13
        list.append iterations_13, t68                                                        @13
      t69: residuals = tuple k, iterations_13                                                 @12
      list.append iterations_12, t69                                                          @12
    t70: residuals = tuple j, iterations_12, iterations_10, t5                                @8
    list.append iterations_8, t70                                                             @8
  t24: f64[?] = numpy.diag a                                                                  @15
  t24_is_view: bool = runtime.shares_memory t24, a                                            @15
  t25: f64[?] = numpy.log t24                                                                 @15
  t25_shape: shape = attr[shape] t25                                                          @15
  t26: f64 = ndarray.sum t25                                                                  @15
  t27: int = operator.sub n, 1                                                                @15
  t28: (int, int) = tuple t27, 0                                                              @15
  t29: f64 = getitem a, t28                                                                   @15
  t30: f64 = operator.add t26, t29                                                            @15
  t71: residuals = tuple t24_is_view, n, t25_shape, t24, a_shape, iterations_8                @15
  t72: residuals = tuple t30, t71                                                             @15
  return t72                                                                                  @15


# backward
backward f(residuals: residuals, d_value: f64, d_a: f64[a_0, a_1]) -> None                    k2_cholesky.py:6
  t24_is_view: bool, n: int, t25_shape: shape, t24: f64[?], a_shape: shape, iterations_8: residuals = unpack residuals  @6
  t31: Any = numpy.diag d_a                                                                   @15
  t32: Any = runtime.writable t31                                                             @15
  d_t24: f64[?] = runtime.shadow_view t32, t24_is_view                                        @15
  t34: int = operator.sub n, 1                                                                @15
  t35: (int, int) = tuple t34, 0                                                              @15
  augitem[operator.iadd] d_a, t35, d_value                                                    @15
  d_t25: f64[?] = numpy.broadcast_to d_value, t25_shape                                       @15
  t36: Any = operator.truediv d_t25, t24                                                      @15
  d_t24: f64[?] = operator.iadd d_t24, t36                                                    @15
  t38: bool = operator.not_ t24_is_view                                                       @15
  if t38:                                                                                     @15
    t37: Any = runtime.undiagonal d_t24, a_shape, 0                                           @15
    d_a: f64[a_0, a_1] = operator.iadd d_a, t37                                               @15
  t65: residuals = builtins.reversed iterations_8                                             @8
  for t66: residuals in t65:                                                                  @8
    j: int, iterations_12: residuals, iterations_10: residuals, t5: f64 = unpack t66          @8
    t61: residuals = builtins.reversed iterations_12                                          @12
    for t62: residuals in t61:                                                                @12
      k: int, iterations_13: residuals = unpack t62                                           @12
      t59: residuals = builtins.reversed iterations_13                                        @13
      for t60: residuals in t59:                                                              @13
        i_2: int, t22: f64, t20: f64 = unpack t60                                             @13
        t39: (int, int) = tuple i_2, k                                                        @14
        t40: Any = getitem d_a, t39                                                           @14
        d_t23: f64 = operator.neg t40                                                         @14
        d_t20: f64 = operator.mul d_t23, t22                                                  @14
        d_t22: f64 = operator.mul d_t23, t20                                                  @14
        t44: (int, int) = tuple k, j                                                          @14
        augitem[operator.iadd] d_a, t44, d_t22                                                @14
        t45: (int, int) = tuple i_2, j                                                        @14
        augitem[operator.iadd] d_a, t45, d_t20                                                @14
    t63: residuals = builtins.reversed iterations_10                                          @10
    for t64: residuals in t63:                                                                @10
      i: int, t12: f64, t13: f64 = unpack t64                                                 @10
      t46: (int, int) = tuple i, j                                                            @11
      d_written: f64 = getitem d_a, t46                                                       @11
      setitem d_a, t46, 0.0                                                                   @11
      d_t10: f64 = operator.truediv d_written, t12                                            @11
      t49: Any = operator.mul d_written, t13                                                  @11
      minus_d_t12: f64 = operator.truediv t49, t12                                            @11
      t51: (int, int) = tuple j, j                                                            @11
      augitem[operator.isub] d_a, t51, minus_d_t12                                            @11
      t52: (int, int) = tuple i, j                                                            @11
      augitem[operator.iadd] d_a, t52, d_t10                                                  @11
    t53: (int, int) = tuple j, j                                                              @9
    d_written_2: f64 = getitem d_a, t53                                                       @9
    setitem d_a, t53, 0.0                                                                     @9
    t55: Any = operator.mul d_written_2, 0.5                                                  @9
    t56: Any = runtime.or_infinite t5                                                         @9
    d_t4: f64 = operator.truediv t55, t56                                                     @9
    t58: (int, int) = tuple j, j                                                              @9
    augitem[operator.iadd] d_a, t58, d_t4                                                     @9
  return None                                                                                 @6
'''

ADJOINT = r'''
import numpy as np

from adls import runtime


# f(a: f64[a_0, a_1]) -> (f64, residuals)
def f__fwd(a):
    # 15: return np.log(np.diag(a)).sum() + a[n - 1, 0]
    a_shape = a.shape
    # 7: n = a.shape[0]
    n = a.shape[0]
    # 8: for j in range(n):
    t2 = range(n)
    iterations_8 = []
    for j in t2:
        # 9: a[j, j] = np.sqrt(a[j, j])
        t5 = np.sqrt(a[j, j])  # f64
        a[j, j] = t5
        # 10: for i in range(j + 1, n):
        t8 = range(j + 1, n)
        iterations_10 = []
        for i in t8:
            # 11: a[i, j] = a[i, j] / a[j, j]
            t10 = a[i, j]  # f64
            t12 = a[j, j]  # f64
            t13 = t10 / t12  # f64
            a[i, j] = t13
            # 10: for i in range(j + 1, n):
            iterations_10.append((i, t12, t13))
        # 12: for k in range(j + 1, n):
        t16 = range(j + 1, n)
        iterations_12 = []
        for k in t16:
            # 13: for i in range(k, n):
            t17 = range(k, n)
            iterations_13 = []
            for i_2 in t17:
                # 14: a[i, k] -= a[i, j] * a[k, j]
                t18 = i_2, k
                t20 = a[i_2, j]  # f64
                t22 = a[k, j]  # f64
                a[t18] -= t20 * t22
                # 13: for i in range(k, n):
                iterations_13.append((i_2, t22, t20))
            # 12: for k in range(j + 1, n):
            iterations_12.append((k, iterations_13))
        # 8: for j in range(n):
        iterations_8.append((j, iterations_12, iterations_10, t5))
    # 15: return np.log(np.diag(a)).sum() + a[n - 1, 0]
    t24 = np.diag(a)  # f64[?]
    t24_is_view = runtime.shares_memory(t24, a)
    t25 = np.log(t24)  # f64[?]
    t25_shape = t25.shape
    return t25.sum() + a[n - 1, 0], (t24_is_view, n, t25_shape, t24, a_shape, iterations_8)


# f__back(residuals: residuals, d_value: f64, d_a: f64[a_0, a_1]) -> None
def f__back(residuals, d_value, d_a):
    # 6: def f(a):
    t24_is_view, n, t25_shape, t24, a_shape, iterations_8 = residuals  # bool, int, shape, f64[?], shape, residuals
    del residuals
    # 15: return np.log(np.diag(a)).sum() + a[n - 1, 0]
    d_t24 = runtime.shadow_view(runtime.writable(np.diag(d_a)), t24_is_view)  # f64[?]
    d_a[n - 1, 0] += d_value
    d_t25 = np.broadcast_to(d_value, t25_shape)  # f64[?]
    t36 = d_t25 / t24  # f64[q]
    del d_t25
    d_t24 += t36  # f64[?]
    if not t24_is_view:
        d_a += runtime.undiagonal(d_t24, a_shape, 0)  # f64[a_0, a_1]
    del d_t24
    # 8: for j in range(n):
    for j, iterations_12, iterations_10, t5 in reversed(iterations_8):
        # 12: for k in range(j + 1, n):
        for k, iterations_13 in reversed(iterations_12):
            # 13: for i in range(k, n):
            for i_2, t22, t20 in reversed(iterations_13):
                # 14: a[i, k] -= a[i, j] * a[k, j]
                d_t23 = -d_a[i_2, k]  # f64
                d_t20 = d_t23 * t22  # f64
                d_t22 = d_t23 * t20  # f64
                d_a[k, j] += d_t22
                d_a[i_2, j] += d_t20
        # 10: for i in range(j + 1, n):
        for i, t12, t13 in reversed(iterations_10):
            # 11: a[i, j] = a[i, j] / a[j, j]
            t46 = i, j
            d_written = d_a[t46]  # f64
            d_a[t46] = 0.0
            d_t10 = d_written / t12  # f64
            minus_d_t12 = d_written * t13 / t12  # f64
            d_a[j, j] -= minus_d_t12
            d_a[i, j] += d_t10
        # 9: a[j, j] = np.sqrt(a[j, j])
        t53 = j, j
        d_written_2 = d_a[t53]  # f64
        d_a[t53] = 0.0
        d_t4 = d_written_2 * 0.5 / runtime.or_infinite(t5)  # f64
        d_a[j, j] += d_t4
    # 6: def f(a):
    return None
'''

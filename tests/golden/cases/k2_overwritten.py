"""K2: state that is overwritten element by element."""

import numpy as np


def f(u, c, T):
    n = len(u)
    for t in range(T):
        for i in range(n - 2):
            u[i] = u[i] + c * u[i + 1] * u[i]
    return u.sum()


ARGNUMS = (0, 1)


def arguments():
    return np.linspace(0.1, 0.9, 6), 0.1, 3


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(u: f64[u_0], c: float, T: int) -> f64                                                       k2_overwritten.py:6
  n: int = builtins.len u                                                                     @7
  t1: range[int] = builtins.range T                                                           @8
  for t: int in t1:                                                                           @8
    t2: int = operator.sub n, 2                                                               @9
    t3: range[int] = builtins.range t2                                                        @9
    for i: int in t3:                                                                         @9
      t4: f64 = getitem u, i                                                                  @10
      t5: int = operator.add i, 1                                                             @10
      t6: f64 = getitem u, t5                                                                 @10
      t7: f64 = operator.mul c, t6                                                            @10
      t8: f64 = getitem u, i                                                                  @10
      t9: f64 = operator.mul t7, t8                                                           @10
      t10: f64 = operator.add t4, t9                                                          @10
      setitem u, i, t10                                                                       @10
  t11: f64 = ndarray.sum u                                                                    @11
  return t11                                                                                  @11


# forward
forward f(u: f64[u_0], c: float, T: int) -> (f64, residuals)                                  k2_overwritten.py:6
  n: int = builtins.len u                                                                     @7
  t1: range[int] = builtins.range T                                                           @8
  iterations_8: residuals = list                                                              @8
  for t: int in t1:                                                                           @8
    t2: int = operator.sub n, 2                                                               @9
    t3: range[int] = builtins.range t2                                                        @9
    iterations_9: residuals = list                                                            @9
    for i: int in t3:                                                                         @9
      t4: f64 = getitem u, i                                                                  @10
      t5: int = operator.add i, 1                                                             @10
      t6: f64 = getitem u, t5                                                                 @10
      t7: f64 = operator.mul c, t6                                                            @10
      t8: f64 = getitem u, i                                                                  @10
      t9: f64 = operator.mul t7, t8                                                           @10
      t10: f64 = operator.add t4, t9                                                          @10
      setitem u, i, t10                                                                       @10
      t21: residuals = tuple i, t8, t7, t6                                                    @9
      list.append iterations_9, t21                                                           @9
    list.append iterations_8, iterations_9                                                    @8
  t11: f64 = ndarray.sum u                                                                    @11
  t22: residuals = tuple c, iterations_8                                                      @11
  t23: residuals = tuple t11, t22                                                             @11
  return t23                                                                                  @11


# backward
backward f(residuals: residuals, d_value: f64, d_u: f64[u_0]) -> float                        k2_overwritten.py:6
  c: float, iterations_8: residuals = unpack residuals                                        @6
  d_u: f64[u_0] = operator.iadd d_u, d_value                                                  @11
  d_c: float = copy 0.0                                                                       @8
  t20: residuals = builtins.reversed iterations_8                                             @8
  for iterations_9: residuals in t20:                                                         @8
    t18: residuals = builtins.reversed iterations_9                                           @9
    for t19: residuals in t18:                                                                @9
      i: int, t8: f64, t7: f64, t6: f64 = unpack t19                                          @9
      d_written: f64 = getitem d_u, i                                                         @10
      setitem d_u, i, 0.0                                                                     @10
      d_t7: f64 = operator.mul d_written, t8                                                  @10
      d_t8: f64 = operator.mul d_written, t7                                                  @10
      augitem[operator.iadd] d_u, i, d_t8                                                     @10
      t15: Any = operator.mul d_t7, t6                                                        @10
      d_c: float = operator.iadd[owned] d_c, t15                                              @10
      d_t6: f64 = operator.mul d_t7, c                                                        @10
      t17: int = operator.add i, 1                                                            @10
      augitem[operator.iadd] d_u, t17, d_t6                                                   @10
      augitem[operator.iadd] d_u, i, d_written                                                @10
  return d_c                                                                                  @6
'''

ADJOINT = r'''
# f(u: f64[u_0], c: float, T: int) -> (f64, residuals)
def f__fwd(u, c, T):
    # 7: n = len(u)
    n = len(u)
    # 8: for t in range(T):
    t1 = range(T)
    iterations_8 = []
    for t in t1:
        # 9: for i in range(n - 2):
        t3 = range(n - 2)
        iterations_9 = []
        for i in t3:
            # 10: u[i] = u[i] + c * u[i + 1] * u[i]
            t4 = u[i]  # f64
            t6 = u[i + 1]  # f64
            t7 = c * t6  # f64
            t8 = u[i]  # f64
            u[i] = t4 + t7 * t8
            # 9: for i in range(n - 2):
            iterations_9.append((i, float(t8), float(t7), float(t6)))
        # 8: for t in range(T):
        iterations_8.append(iterations_9)
    # 11: return u.sum()
    return u.sum(), (c, iterations_8)


# f__back(residuals: residuals, d_value: f64, d_u: f64[u_0]) -> float
def f__back(residuals, d_value, d_u):
    # 6: def f(u, c, T):
    c, iterations_8 = residuals  # float, residuals
    del residuals
    # 11: return u.sum()
    d_u += d_value  # f64[u_0]
    # 8: for t in range(T):
    d_c = 0.0  # float
    for iterations_9 in reversed(iterations_8):
        # 9: for i in range(n - 2):
        for i, t8, t7, t6 in reversed(iterations_9):
            # 10: u[i] = u[i] + c * u[i + 1] * u[i]
            d_written = d_u.item(i)  # float
            d_u[i] = 0.0
            d_t7 = d_written * t8  # float
            d_t8 = d_written * t7  # float
            d_u[i] += d_t8
            d_c += d_t7 * t6  # float
            d_t6 = d_t7 * c  # float
            d_u[i + 1] += d_t6
            d_u[i] += d_written
    # 6: def f(u, c, T):
    return d_c
'''

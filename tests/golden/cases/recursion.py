"""Recursion, into two halves of an array, and along a list of floats."""

import numpy as np


def f(x, weight):
    if len(x) == 1:
        return np.sin(x[0]) * weight
    middle = len(x) // 2
    return f(x[:middle], weight * 0.5) + f(x[middle:], weight * weight)


ARGNUMS = (0, 1)


def arguments():
    return np.array([0.3, 0.7, 1.1, 0.4, -0.6]), 0.9


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(x: f64[n], weight: float) -> f64                                                            recursion.py:6
  t1: int = builtins.len x                                                                    @7
  t2: bool = operator.eq t1, 1                                                                @7
  if t2:                                                                                      @7
    t3: f64 = getitem x, 0                                                                    @8
    t4: f64 = numpy.sin t3                                                                    @8
    t5: f64 = operator.mul t4, weight                                                         @8
    return t5                                                                                 @8
  t6: int = builtins.len x                                                                    @9
  middle: int = operator.floordiv t6, 2                                                       @9
  t7: slice = slice None, middle, None                                                        @10
  t8: f64[?] = getitem x, t7                                                                  @10
  t9: float = operator.mul weight, 0.5                                                        @10
  t10: f64 = apply[tests.golden.cases.recursion.f||f64[?],float] t8, t9                       @10
  t11: slice = slice middle, None, None                                                       @10
  t12: f64[?] = getitem x, t11                                                                @10
  t13: float = operator.mul weight, weight                                                    @10
  t14: f64 = apply[tests.golden.cases.recursion.f||f64[?],float] t12, t13                     @10
  t15: f64 = operator.add t10, t14                                                            @10
  return t15                                                                                  @10


# forward
forward f(x: f64[n], weight: float) -> (f64, residuals)                                       recursion.py:6
  t4: f64 = copy None                                                                         @6
  t3: f64 = copy None                                                                         @6
  f_kept: residuals = copy None                                                               @6
  t6: int = copy None                                                                         @6
  f_kept_2: residuals = copy None                                                             @6
  t1: int = builtins.len x                                                                    @7
  t2: bool = operator.eq t1, 1                                                                @7
  if t2:                                                                                      @7
    t3: f64 = getitem x, 0                                                                    @8
    t4: f64 = numpy.sin t3                                                                    @8
    t5: f64 = operator.mul t4, weight                                                         @8
    t29: residuals = tuple weight, t4, t3, f_kept, t6, f_kept_2, t2                           @8
    t30: residuals = tuple t5, t29                                                            @8
    return t30                                                                                @8
  t6: int = builtins.len x                                                                    @9
  middle: int = operator.floordiv t6, 2                                                       @9
  t7: slice = slice None, middle, None                                                        @10
  t8: f64[?] = getitem x, t7                                                                  @10
  t9: float = operator.mul weight, 0.5                                                        @10
  t10: f64, f_kept_2: residuals = forward[tests.golden.cases.recursion.f||f64[?],float|d0,1] t8, t9  @10
  t11: slice = slice middle, None, None                                                       @10
  t12: f64[?] = getitem x, t11                                                                @10
  t13: float = operator.mul weight, weight                                                    @10
  t14: f64, f_kept: residuals = forward[tests.golden.cases.recursion.f||f64[?],float|d0,1] t12, t13  @10
  t15: f64 = operator.add t10, t14                                                            @10
  t31: residuals = tuple weight, t4, t3, f_kept, t6, f_kept_2, t2                             @10
  t32: residuals = tuple t15, t31                                                             @10
  return t32                                                                                  @10


# backward
backward f(residuals: residuals, d_value: f64, d_x: f64[n]) -> float                          recursion.py:6
  weight: float, t4: f64, t3: f64, f_kept: residuals, t6: int, f_kept_2: residuals, t2: bool = unpack residuals  @6
  if t2:                                                                                      @7
    d_t4: f64 = operator.mul d_value, weight                                                  @8
    d_weight: float = operator.mul d_value, t4                                                @8
    t18: Any = numpy.cos t3                                                                   @8
    d_t3: f64 = operator.mul d_t4, t18                                                        @8
    augitem[operator.iadd] d_x, 0, d_t3                                                       @8
    d_weight_3: float = copy d_weight                                                         @9
  else:
    t20: int = operator.floordiv t6, 2                                                        @10
    t21: slice = slice t20, None, None                                                        @10
    d_t12: f64[?] = getitem d_x, t21                                                          @10
    d_t13: float = backward[tests.golden.cases.recursion.f||f64[?],float|d0,1] f_kept, d_value, d_t12  @10
    d_weight_2: float = operator.mul d_t13, weight                                            @10
    t24: float = operator.mul d_t13, weight                                                   @10
    d_weight_2: float = operator.iadd[owned] d_weight_2, t24                                  @10
    t25: int = operator.floordiv t6, 2                                                        @10
    t26: slice = slice None, t25, None                                                        @10
    d_t8: f64[?] = getitem d_x, t26                                                           @10
    d_t9: float = backward[tests.golden.cases.recursion.f||f64[?],float|d0,1] f_kept_2, d_value, d_t8  @10
    t28: float = operator.mul d_t9, 0.5                                                       @10
    d_weight_2: float = operator.iadd[owned] d_weight_2, t28                                  @10
    d_weight_3: float = copy d_weight_2                                                       @9
  return d_weight_3                                                                           @6


# primal
f(x: f64[x_0], weight: float) -> f64                                                          recursion.py:6
  t1: int = builtins.len x                                                                    @7
  t2: bool = operator.eq t1, 1                                                                @7
  if t2:                                                                                      @7
    t3: f64 = getitem x, 0                                                                    @8
    t4: f64 = numpy.sin t3                                                                    @8
    t5: f64 = operator.mul t4, weight                                                         @8
    return t5                                                                                 @8
  t6: int = builtins.len x                                                                    @9
  middle: int = operator.floordiv t6, 2                                                       @9
  t7: slice = slice None, middle, None                                                        @10
  t8: f64[?] = getitem x, t7                                                                  @10
  t9: float = operator.mul weight, 0.5                                                        @10
  t10: f64 = apply[tests.golden.cases.recursion.f||f64[?],float] t8, t9                       @10
  t11: slice = slice middle, None, None                                                       @10
  t12: f64[?] = getitem x, t11                                                                @10
  t13: float = operator.mul weight, weight                                                    @10
  t14: f64 = apply[tests.golden.cases.recursion.f||f64[?],float] t12, t13                     @10
  t15: f64 = operator.add t10, t14                                                            @10
  return t15                                                                                  @10


# forward
forward f(x: f64[x_0], weight: float) -> (f64, residuals)                                     recursion.py:6
  t4: f64 = copy None                                                                         @6
  t3: f64 = copy None                                                                         @6
  f_kept: residuals = copy None                                                               @6
  t6: int = copy None                                                                         @6
  f_kept_2: residuals = copy None                                                             @6
  t1: int = builtins.len x                                                                    @7
  t2: bool = operator.eq t1, 1                                                                @7
  if t2:                                                                                      @7
    t3: f64 = getitem x, 0                                                                    @8
    t4: f64 = numpy.sin t3                                                                    @8
    t5: f64 = operator.mul t4, weight                                                         @8
    t29: residuals = tuple weight, t4, t3, f_kept, t6, f_kept_2, t2                           @8
    t30: residuals = tuple t5, t29                                                            @8
    return t30                                                                                @8
  t6: int = builtins.len x                                                                    @9
  middle: int = operator.floordiv t6, 2                                                       @9
  t7: slice = slice None, middle, None                                                        @10
  t8: f64[?] = getitem x, t7                                                                  @10
  t9: float = operator.mul weight, 0.5                                                        @10
  t10: f64, f_kept_2: residuals = forward[tests.golden.cases.recursion.f||f64[?],float|d0,1] t8, t9  @10
  t11: slice = slice middle, None, None                                                       @10
  t12: f64[?] = getitem x, t11                                                                @10
  t13: float = operator.mul weight, weight                                                    @10
  t14: f64, f_kept: residuals = forward[tests.golden.cases.recursion.f||f64[?],float|d0,1] t12, t13  @10
  t15: f64 = operator.add t10, t14                                                            @10
  t31: residuals = tuple weight, t4, t3, f_kept, t6, f_kept_2, t2                             @10
  t32: residuals = tuple t15, t31                                                             @10
  return t32                                                                                  @10


# backward
backward f(residuals: residuals, d_value: f64, d_x: f64[x_0]) -> float                        recursion.py:6
  weight: float, t4: f64, t3: f64, f_kept: residuals, t6: int, f_kept_2: residuals, t2: bool = unpack residuals  @6
  if t2:                                                                                      @7
    d_t4: f64 = operator.mul d_value, weight                                                  @8
    d_weight: float = operator.mul d_value, t4                                                @8
    t18: Any = numpy.cos t3                                                                   @8
    d_t3: f64 = operator.mul d_t4, t18                                                        @8
    augitem[operator.iadd] d_x, 0, d_t3                                                       @8
    d_weight_3: float = copy d_weight                                                         @9
  else:
    t20: int = operator.floordiv t6, 2                                                        @10
    t21: slice = slice t20, None, None                                                        @10
    d_t12: f64[?] = getitem d_x, t21                                                          @10
    d_t13: float = backward[tests.golden.cases.recursion.f||f64[?],float|d0,1] f_kept, d_value, d_t12  @10
    d_weight_2: float = operator.mul d_t13, weight                                            @10
    t24: float = operator.mul d_t13, weight                                                   @10
    d_weight_2: float = operator.iadd[owned] d_weight_2, t24                                  @10
    t25: int = operator.floordiv t6, 2                                                        @10
    t26: slice = slice None, t25, None                                                        @10
    d_t8: f64[?] = getitem d_x, t26                                                           @10
    d_t9: float = backward[tests.golden.cases.recursion.f||f64[?],float|d0,1] f_kept_2, d_value, d_t8  @10
    t28: float = operator.mul d_t9, 0.5                                                       @10
    d_weight_2: float = operator.iadd[owned] d_weight_2, t28                                  @10
    d_weight_3: float = copy d_weight_2                                                       @9
  return d_weight_3                                                                           @6
'''

ADJOINT = r'''
import numpy as np


# f(x: f64[n], weight: float) -> (f64, residuals)
def f__fwd(x, weight):
    # 6: def f(x, weight):
    t4 = None
    t3 = None
    f_kept = None
    t6 = None
    f_kept_2 = None
    # 7: if len(x) == 1:
    t2 = len(x) == 1
    if t2:
        # 8: return np.sin(x[0]) * weight
        t3 = x[0]  # f64
        t4 = np.sin(t3)  # f64
        return t4 * weight, (weight, t4, t3, f_kept, t6, f_kept_2, t2)
    # 9: middle = len(x) // 2
    t6 = len(x)
    middle = t6 // 2
    # 10: return f(x[:middle], weight * 0.5) + f(x[middle:], weight * weight)
    t10, f_kept_2 = f__fwd(x[:middle], weight * 0.5)  # f64, residuals
    t14, f_kept = f__fwd(x[middle:], weight * weight)  # f64, residuals
    return t10 + t14, (weight, t4, t3, f_kept, t6, f_kept_2, t2)


# f__back(residuals: residuals, d_value: f64, d_x: f64[n]) -> float
def f__back(residuals, d_value, d_x):
    # 6: def f(x, weight):
    weight, t4, t3, f_kept, t6, f_kept_2, t2 = residuals  # float, f64, f64, residuals, int, residuals, bool
    # 7: if len(x) == 1:
    if t2:
        # 8: return np.sin(x[0]) * weight
        d_t4 = d_value * weight  # f64
        d_weight_3 = d_value * t4  # float
        d_t3 = d_t4 * np.cos(t3)  # f64
        d_x[0] += d_t3
    else:
        # 10: return f(x[:middle], weight * 0.5) + f(x[middle:], weight * weight)
        d_t12 = d_x[t6 // 2 :]  # f64[?]
        d_t13 = f__back(f_kept, d_value, d_t12)  # float
        d_t8 = d_x[: t6 // 2]  # f64[?]
        d_t9 = f__back(f_kept_2, d_value, d_t8)  # float
        d_weight_3 = d_t13 * weight + d_t13 * weight + d_t9 * 0.5  # float
    # 6: def f(x, weight):
    return d_weight_3


# f(x: f64[x_0], weight: float) -> (f64, residuals)
def f_2__fwd(x, weight):
    # 6: def f(x, weight):
    t4 = None
    t3 = None
    f_kept = None
    t6 = None
    f_kept_2 = None
    # 7: if len(x) == 1:
    t2 = len(x) == 1
    if t2:
        # 8: return np.sin(x[0]) * weight
        t3 = x[0]  # f64
        t4 = np.sin(t3)  # f64
        return t4 * weight, (weight, t4, t3, f_kept, t6, f_kept_2, t2)
    # 9: middle = len(x) // 2
    t6 = len(x)
    middle = t6 // 2
    # 10: return f(x[:middle], weight * 0.5) + f(x[middle:], weight * weight)
    t10, f_kept_2 = f__fwd(x[:middle], weight * 0.5)  # f64, residuals
    t14, f_kept = f__fwd(x[middle:], weight * weight)  # f64, residuals
    return t10 + t14, (weight, t4, t3, f_kept, t6, f_kept_2, t2)


# f_2__back(residuals: residuals, d_value: f64, d_x: f64[x_0]) -> float
def f_2__back(residuals, d_value, d_x):
    # 6: def f(x, weight):
    weight, t4, t3, f_kept, t6, f_kept_2, t2 = residuals  # float, f64, f64, residuals, int, residuals, bool
    del residuals
    # 7: if len(x) == 1:
    if t2:
        # 8: return np.sin(x[0]) * weight
        d_t4 = d_value * weight  # f64
        d_weight_3 = d_value * t4  # float
        d_t3 = d_t4 * np.cos(t3)  # f64
        d_x[0] += d_t3
    else:
        # 10: return f(x[:middle], weight * 0.5) + f(x[middle:], weight * weight)
        d_t12 = d_x[t6 // 2 :]  # f64[?]
        d_t13 = f__back(f_kept, d_value, d_t12)  # float
        d_t8 = d_x[: t6 // 2]  # f64[?]
        d_t9 = f__back(f_kept_2, d_value, d_t8)  # float
        d_weight_3 = d_t13 * weight + d_t13 * weight + d_t9 * 0.5  # float
    # 6: def f(x, weight):
    return d_weight_3
'''

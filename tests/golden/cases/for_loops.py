"""`for` over ranges, arrays, pairs, and with an `else`."""

import numpy as np


def f(x, w):
    total = 0.0
    for i in range(1, len(x), 2):
        total += x[i] * x[i - 1]
    for row in w:
        x = np.tanh(row * x)
    for n, (a, b) in enumerate(zip(x, w[0])):
        total = total + (n + 1) * a * b
    else:
        total *= 2.0
    return total + np.sum(x)


ARGNUMS = (0, 1)


def arguments():
    return np.array([0.5, -1.5, 0.8, 0.3]), np.cos(np.arange(8.0).reshape(2, 4))


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(x: f64[?], w: f64[w_0, w_1]) -> f64                                                         for_loops.py:6
  total: f64 = copy 0.0                                                                       @7
  t1: int = builtins.len x                                                                    @8
  t2: range[int] = builtins.range 1, t1, 2                                                    @8
  for i: int in t2:                                                                           @8
    t3: f64 = getitem x, i                                                                    @9
    t4: int = operator.sub i, 1                                                               @9
    t5: f64 = getitem x, t4                                                                   @9
    t6: f64 = operator.mul t3, t5                                                             @9
    total: f64 = operator.iadd total, t6                                                      @9
  for row: f64[w_1] in w:                                                                     @10
    t7: f64[w_1] = operator.mul row, x                                                        @11
    x: f64[?] = numpy.tanh t7                                                                 @11
  t8: f64[w_1] = getitem w, 0                                                                 @12
  t9: zip[(f64, f64)] = builtins.zip x, t8                                                    @12
  t10: enumerate[(int, (f64, f64))] = builtins.enumerate t9                                   @12
  for t11: (int, (f64, f64)) in t10:                                                          @12
    n: int, t12: (f64, f64) = unpack t11                                                      @12
    a: f64, b: f64 = unpack t12                                                               @12
    t13: int = operator.add n, 1                                                              @13
    t14: f64 = operator.mul t13, a                                                            @13
    t15: f64 = operator.mul t14, b                                                            @13
    total: f64 = operator.add total, t15                                                      @13
  else:
    total: f64 = operator.imul total, 2.0                                                     @15
  t16: f64 = numpy.sum x                                                                      @16
  t17: f64 = operator.add total, t16                                                          @16
  return t17                                                                                  @16


# forward
forward f(x: f64[?], w: f64[w_0, w_1]) -> (f64, residuals)                                    for_loops.py:6
  x_shape: shape = attr[shape] x                                                              @12
  total: f64 = copy 0.0                                                                       @7
  t1: int = builtins.len x                                                                    @8
  t2: range[int] = builtins.range 1, t1, 2                                                    @8
  iterations_8: residuals = list                                                              @8
  for i: int in t2:                                                                           @8
    t3: f64 = getitem x, i                                                                    @9
    t4: int = operator.sub i, 1                                                               @9
    t5: f64 = getitem x, t4                                                                   @9
    t6: f64 = operator.mul t3, t5                                                             @9
    total: f64 = operator.iadd total, t6                                                      @9
    t38: residuals = tuple t5, t3, i                                                          @8
    list.append iterations_8, t38                                                             @8
  iteration_2: int = copy -1                                                                  @10
  iterations_10: residuals = list                                                             @10
  for row: f64[w_1] in w:                                                                     @10
    iteration_2: int = operator.add iteration_2, 1                                            @10
    x_kept: f64[?] = copy x                                                                   @11
    t7: f64[w_1] = operator.mul row, x                                                        @11
    x: f64[?] = numpy.tanh t7                                                                 @11
    x_shape: shape = attr[shape] x                                                            @12
    t39: residuals = tuple x, x_kept, row, iteration_2                                        @10
    list.append iterations_10, t39                                                            @10
  t8: f64[w_1] = getitem w, 0                                                                 @12
  t8_shape: shape = attr[shape] t8                                                            @12
  t9: zip[(f64, f64)] = builtins.zip x, t8                                                    @12
  t10: enumerate[(int, (f64, f64))] = builtins.enumerate t9                                   @12
  x_shape_2: shape = copy x_shape                                                             @12
  iteration: int = copy -1                                                                    @12
  completed: bool = copy False                                                                @12
  iterations_12: residuals = list                                                             @12
  for t11: (int, (f64, f64)) in t10:                                                          @12
    iteration: int = operator.add iteration, 1                                                @12
    n: int, t12: (f64, f64) = unpack t11                                                      @12
    a: f64, b: f64 = unpack t12                                                               @12
    t13: int = operator.add n, 1                                                              @13
    t14: f64 = operator.mul t13, a                                                            @13
    t15: f64 = operator.mul t14, b                                                            @13
    total: f64 = operator.add total, t15                                                      @13
    t40: residuals = tuple b, t14, t13, iteration                                             @12
    list.append iterations_12, t40                                                            @12
  else:
    completed: bool = copy True                                                               @12
    total: f64 = operator.imul total, 2.0                                                     @15
  x_shape_3: shape = copy x_shape                                                             @12
  t16: f64 = numpy.sum x                                                                      @16
  t17: f64 = operator.add total, t16                                                          @16
  t41: residuals = tuple completed, x_shape_2, t8_shape, x_shape_3, iterations_12, iterations_10, iterations_8  @16
  t42: residuals = tuple t17, t41                                                             @16
  return t42                                                                                  @16


# backward
backward f(residuals: residuals, d_value: f64, d_w: f64[w_0, w_1]) -> f64[?]                  for_loops.py:6
  completed: bool, x_shape_2: shape, t8_shape: shape, x_shape_3: shape, iterations_12: residuals, iterations_10: residuals, iterations_8: residuals = unpack residuals  @6
  if completed:                                                                               @12
    d_total: f64 = operator.mul d_value, 2.0                                                  @15
    d_total_2: f64 = copy d_total                                                             @12
  else:
    d_total_2: f64 = copy d_value                                                             @12
  d_t8: f64[w_1] = runtime.zeros t8_shape                                                     @12
  d_x: f64[?] = numpy.broadcast_to d_value, x_shape_3                                         @12
  d_x_2: f64[?] = numpy.array d_x                                                             @12
  t32: residuals = builtins.reversed iterations_12                                            @12
  for t33: residuals in t32:                                                                  @12
    b: f64, t14: f64, t13: int, iteration: int = unpack t33                                   @12
    d_t14: f64 = operator.mul d_total_2, b                                                    @13
    d_b: f64 = operator.mul d_total_2, t14                                                    @13
    d_a: f64 = operator.mul d_t14, t13                                                        @13
    augitem[operator.iadd] d_x_2, iteration, d_a                                              @12
    augitem[operator.iadd] d_t8, iteration, d_b                                               @12
  augitem[operator.iadd] d_w, 0, d_t8                                                         @12
  t34: residuals = builtins.reversed iterations_10                                            @10
  for t35: residuals in t34:                                                                  @10
    x: f64[?], x_kept: f64[?], row: f64[w_1], iteration_2: int = unpack t35                   @10
    t24: f64[?] = operator.mul x, x                                                           @11
    d_t7: f64[w_1] = operator.sub 1.0, t24                                                    @11
    d_t7: f64[w_1] = operator.imul d_t7, d_x_2                                                @11
    d_row: f64[w_1] = operator.mul d_t7, x_kept                                               @11
    d_t7: f64[w_1] = operator.imul d_t7, row                                                  @11
    augitem[operator.iadd] d_w, iteration_2, d_row                                            @10
    d_x_2: f64[?] = copy d_t7                                                                 @10
  t36: residuals = builtins.reversed iterations_8                                             @8
  for t37: residuals in t36:                                                                  @8
    t5: f64, t3: f64, i: int = unpack t37                                                     @8
    d_t3: f64 = operator.mul d_total_2, t5                                                    @9
    d_t5: f64 = operator.mul d_total_2, t3                                                    @9
    t31: int = operator.sub i, 1                                                              @9
    augitem[operator.iadd] d_x_2, t31, d_t5                                                   @9
    augitem[operator.iadd] d_x_2, i, d_t3                                                     @9
  return d_x_2                                                                                @6
'''

ADJOINT = r'''
import numpy as np

from adls import runtime


# f(x: f64[?], w: f64[w_0, w_1]) -> (f64, residuals)
def f__fwd(x, w):
    # 12: for n, (a, b) in enumerate(zip(x, w[0])):
    x_shape = x.shape
    # 7: total = 0.0
    total = 0.0  # f64
    # 8: for i in range(1, len(x), 2):
    t2 = range(1, len(x), 2)
    iterations_8 = []
    for i in t2:
        # 9: total += x[i] * x[i - 1]
        t3 = x[i]  # f64
        t5 = x[i - 1]  # f64
        total += t3 * t5  # f64
        # 8: for i in range(1, len(x), 2):
        iterations_8.append((t5, t3, i))
    # 10: for row in w:
    iteration_2 = -1
    iterations_10 = []
    for row in w:  # f64[w_1]
        iteration_2 = iteration_2 + 1
        # 11: x = np.tanh(row * x)
        x_kept = x  # f64[?]
        x = np.tanh(row * x)  # f64[?]
        # 12: for n, (a, b) in enumerate(zip(x, w[0])):
        x_shape = x.shape
        # 10: for row in w:
        iterations_10.append((x, x_kept, row, iteration_2))
    # 12: for n, (a, b) in enumerate(zip(x, w[0])):
    t8 = w[0]  # f64[w_1]
    t8_shape = t8.shape
    t10 = enumerate(zip(x, t8))  # enumerate[(int, (f64, f64))]
    x_shape_2 = x_shape
    iteration = -1
    completed = False
    iterations_12 = []
    for t11 in t10:  # (int, (f64, f64))
        iteration = iteration + 1
        n, (a, b) = t11  # int, (f64, f64)
        # 13: total = total + (n + 1) * a * b
        t13 = n + 1
        t14 = t13 * a  # f64
        total = total + t14 * b  # f64
        # 12: for n, (a, b) in enumerate(zip(x, w[0])):
        iterations_12.append((b, t14, t13, iteration))
    else:
        completed = True
        # 15: total *= 2.0
        total *= 2.0  # f64
    # 12: for n, (a, b) in enumerate(zip(x, w[0])):
    x_shape_3 = x_shape
    # 16: return total + np.sum(x)
    return (
        total + np.sum(x),
        (completed, x_shape_2, t8_shape, x_shape_3, iterations_12, iterations_10, iterations_8),
    )


# f__back(residuals: residuals, d_value: f64, d_w: f64[w_0, w_1]) -> f64[?]
def f__back(residuals, d_value, d_w):
    # 6: def f(x, w):
    completed, x_shape_2, t8_shape, x_shape_3, iterations_12, iterations_10, iterations_8 = (
        residuals
    )
    del residuals
    # 12: for n, (a, b) in enumerate(zip(x, w[0])):
    if completed:
        # 15: total *= 2.0
        d_total_2 = d_value * 2.0  # f64
    else:
        # 12: for n, (a, b) in enumerate(zip(x, w[0])):
        d_total_2 = d_value  # f64
    d_t8 = runtime.zeros(t8_shape)  # f64[w_1]
    d_x = np.broadcast_to(d_value, x_shape_3)  # f64[?]
    d_x_2 = np.array(d_x)  # f64[?]
    del d_x
    for b, t14, t13, iteration in reversed(iterations_12):
        # 13: total = total + (n + 1) * a * b
        d_t14 = d_total_2 * b  # f64
        d_b = d_total_2 * t14  # f64
        d_a = d_t14 * t13  # f64
        # 12: for n, (a, b) in enumerate(zip(x, w[0])):
        d_x_2[iteration] += d_a
        d_t8[iteration] += d_b
    d_w[0] += d_t8
    del d_t8
    # 10: for row in w:
    for x, x_kept, row, iteration_2 in reversed(iterations_10):
        # 11: x = np.tanh(row * x)
        d_t7 = 1.0 - x * x  # f64[w_1]
        d_t7 *= d_x_2  # f64[w_1]
        d_row = d_t7 * x_kept  # f64[w_1]
        d_t7 *= row  # f64[w_1]
        # 10: for row in w:
        d_w[iteration_2] += d_row
        d_x_2 = d_t7  # f64[?]
    # 8: for i in range(1, len(x), 2):
    for t5, t3, i in reversed(iterations_8):
        # 9: total += x[i] * x[i - 1]
        d_t3 = d_total_2 * t5  # f64
        d_t5 = d_total_2 * t3  # f64
        d_x_2[i - 1] += d_t5
        d_x_2[i] += d_t3
    # 6: def f(x, w):
    return d_x_2
'''

"""A list that grows in a loop and is read by index, and a list comprehension."""

import numpy as np


def f(x):
    history = [x]
    for i in range(3):
        history.append(np.sin(history[-1]) * history[0])
    weights = [0.5 * (n + 1) for n in range(len(history))]
    total = 0.0
    for w, h in zip(weights, history):
        total += w * np.sum(h * h)
    return total


def arguments():
    return (np.array([0.5, -1.5, 0.8]),)


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(x: f64[x_0]) -> f64                                                                         lists.py:6
  history: [f64[x_0], ...] = list x                                                           @7
  t1: range[int] = builtins.range 3                                                           @8
  for i: int in t1:                                                                           @8
    t2: f64[x_0] = getitem history, -1                                                        @9
    t3: f64[x_0] = numpy.sin t2                                                               @9
    t4: f64[x_0] = getitem history, 0                                                         @9
    t5: f64[x_0] = operator.mul t3, t4                                                        @9
    list.append history, t5                                                                   @9
  t6: int = builtins.len history                                                              @10
  t7: range[int] = builtins.range t6                                                          @10
  weights: [float, ...] = list                                                                @10
  for n: int in t7:                                                                           @10
    t8: int = operator.add n, 1                                                               @10
    t9: float = operator.mul 0.5, t8                                                          @10
    list.append weights, t9                                                                   @10
  total: f64 = copy 0.0                                                                       @11
  t10: zip[(float, f64[x_0])] = builtins.zip weights, history                                 @12
  for t11: (float, f64[x_0]) in t10:                                                          @12
    w: float, h: f64[x_0] = unpack t11                                                        @12
    t12: f64[x_0] = operator.mul h, h                                                         @13
    t13: f64 = numpy.sum t12                                                                  @13
    t14: f64 = operator.mul w, t13                                                            @13
    total: f64 = operator.iadd total, t14                                                     @13
  return total                                                                                @14


# forward
forward f(x: f64[x_0]) -> (f64, residuals)                                                    lists.py:6
  x_shape: shape = attr[shape] x                                                              @7
  history: [f64[x_0], ...] = list x                                                           @7
  t1: range[int] = builtins.range 3                                                           @8
  iterations_8: residuals = list                                                              @8
  for i: int in t1:                                                                           @8
    t2: f64[x_0] = getitem history, -1                                                        @9
    t3: f64[x_0] = numpy.sin t2                                                               @9
    t4: f64[x_0] = getitem history, 0                                                         @9
    t5: f64[x_0] = operator.mul t3, t4                                                        @9
    t5_shape: shape = attr[shape] t5                                                          @9
    list.append history, t5                                                                   @9
    t35: residuals = tuple t5_shape, t4, t3, t2                                               @8
    list.append iterations_8, t35                                                             @8
  t6: int = builtins.len history                                                              @10
  t7: range[int] = builtins.range t6                                                          @10
  weights: [float, ...] = list                                                                @10
  iterations_10: residuals = copy 0                                                           @10
  for n: int in t7:                                                                           @10
    iterations_10: residuals = operator.add iterations_10, 1                                  @10
    t8: int = operator.add n, 1                                                               @10
    t9: float = operator.mul 0.5, t8                                                          @10
    list.append weights, t9                                                                   @10
  total: f64 = copy 0.0                                                                       @11
  t10: zip[(float, f64[x_0])] = builtins.zip weights, history                                 @12
  iteration: int = copy -1                                                                    @12
  iterations_12: residuals = list                                                             @12
  for t11: (float, f64[x_0]) in t10:                                                          @12
    iteration: int = operator.add iteration, 1                                                @12
    w: float, h: f64[x_0] = unpack t11                                                        @12
    t12: f64[x_0] = operator.mul h, h                                                         @13
    t13: f64 = numpy.sum t12                                                                  @13
    t14: f64 = operator.mul w, t13                                                            @13
    total: f64 = operator.iadd total, t14                                                     @13
    t36: residuals = tuple t13, w, h, iteration                                               @12
    list.append iterations_12, t36                                                            @12
  t37: residuals = tuple history, weights, iterations_12, iterations_10, iterations_8, x_shape  @14
  t38: residuals = tuple total, t37                                                           @14
  return t38                                                                                  @14


# backward
backward f(residuals: residuals, d_value: f64) -> f64[x_0]                                    lists.py:6
  history: [f64[x_0], ...], weights: [float, ...], iterations_12: residuals, iterations_10: residuals, iterations_8: residuals, x_shape: shape = unpack residuals  @6
  d_history: [f64[x_0], ...] = runtime.shadow_of history                                      @7
  d_weights: [float, ...] = runtime.shadow_of weights                                         @10
  t30: residuals = builtins.reversed iterations_12                                            @12
  for t31: residuals in t30:                                                                  @12
    t13: f64, w: float, h: f64[x_0], iteration: int = unpack t31                              @12
    d_w: float = operator.mul d_value, t13                                                    @13
    d_t13: f64 = operator.mul d_value, w                                                      @13
    d_h: f64[x_0] = operator.mul d_t13, h                                                     @13
    t20: f64[x_0] = operator.mul d_t13, h                                                     @13
    d_h: f64[x_0] = operator.iadd[owned] d_h, t20                                             @13
    augitem[operator.iadd] d_weights, iteration, d_w                                          @12
    runtime.accumulate d_history, iteration, d_h                                              @12
  t32: residuals = builtins.range iterations_10                                               @10
  for _: int in t32:                                                                          @10
    t21: Any = list.pop d_weights                                                             @10
  t33: residuals = builtins.reversed iterations_8                                             @8
  for t34: residuals in t33:                                                                  @8
    t5_shape: shape, t4: f64[x_0], t3: f64[x_0], t2: f64[x_0] = unpack t34                    @8
    d_history_item: f64[x_0] = list.pop d_history                                             @9
    d_t5: f64[x_0] = runtime.or_zeros d_history_item, t5_shape                                @9
    d_t3: f64[x_0] = operator.mul d_t5, t4                                                    @9
    d_t4: f64[x_0] = operator.mul d_t5, t3                                                    @9
    runtime.accumulate d_history, 0, d_t4                                                     @9
    t26: f64[x_0] = numpy.cos t2                                                              @9
    d_t3: f64[x_0] = operator.imul d_t3, t26                                                  @9
    runtime.accumulate d_history, -1, d_t3                                                    @9
  t28: Any = getitem d_history, 0                                                             @7
  d_x: f64[x_0] = runtime.or_zeros t28, x_shape                                               @7
  return d_x                                                                                  @6
'''

ADJOINT = r'''
import numpy as np

from adls import runtime


# f(x: f64[x_0]) -> (f64, residuals)
def f__fwd(x):
    # 7: history = [x]
    x_shape = x.shape
    history = [x]  # [f64[x_0], ...]
    # 8: for i in range(3):
    t1 = range(3)
    iterations_8 = []
    for i in t1:
        # 9: history.append(np.sin(history[-1]) * history[0])
        t2 = history[-1]  # f64[x_0]
        t3 = np.sin(t2)  # f64[x_0]
        t4 = history[0]  # f64[x_0]
        t5 = t3 * t4  # f64[x_0]
        t5_shape = t5.shape
        history.append(t5)
        # 8: for i in range(3):
        iterations_8.append((t5_shape, t4, t3, t2))
    # 10: weights = [0.5 * (n + 1) for n in range(len(history))]
    t7 = range(len(history))
    weights = []  # [float, ...]
    iterations_10 = 0
    for n in t7:
        iterations_10 = iterations_10 + 1
        weights.append(0.5 * (n + 1))
    # 11: total = 0.0
    total = 0.0  # f64
    # 12: for w, h in zip(weights, history):
    t10 = zip(weights, history)  # zip[(float, f64[x_0])]
    iteration = -1
    iterations_12 = []
    for t11 in t10:  # (float, f64[x_0])
        iteration = iteration + 1
        w, h = t11  # float, f64[x_0]
        # 13: total += w * np.sum(h * h)
        t13 = np.sum(h * h)  # f64
        total += w * t13  # f64
        # 12: for w, h in zip(weights, history):
        iterations_12.append((t13, w, h, iteration))
    # 14: return total
    return total, (history, weights, iterations_12, iterations_10, iterations_8, x_shape)


# f__back(residuals: residuals, d_value: f64) -> f64[x_0]
def f__back(residuals, d_value):
    # 6: def f(x):
    history, weights, iterations_12, iterations_10, iterations_8, x_shape = residuals  # [f64[x_0], ...], [float, ...], residuals, residuals, residuals, shape
    del residuals
    # 7: history = [x]
    d_history = runtime.shadow_of(history)  # [f64[x_0], ...]
    # 10: weights = [0.5 * (n + 1) for n in range(len(history))]
    d_weights = runtime.shadow_of(weights)  # [float, ...]
    # 12: for w, h in zip(weights, history):
    for t13, w, h, iteration in reversed(iterations_12):
        # 13: total += w * np.sum(h * h)
        d_w = d_value * t13  # float
        d_t13 = d_value * w  # f64
        d_h = d_t13 * h  # f64[x_0]
        d_h += d_t13 * h  # f64[x_0]
        # 12: for w, h in zip(weights, history):
        d_weights[iteration] += d_w
        runtime.accumulate(d_history, iteration, d_h)
    # 10: weights = [0.5 * (n + 1) for n in range(len(history))]
    for _ in range(iterations_10):
        t21 = d_weights.pop()  # f64
    # 8: for i in range(3):
    for t5_shape, t4, t3, t2 in reversed(iterations_8):
        # 9: history.append(np.sin(history[-1]) * history[0])
        d_history_item = d_history.pop()  # f64[x_0]
        d_t5 = runtime.or_zeros(d_history_item, t5_shape)  # f64[x_0]
        d_t3 = d_t5 * t4  # f64[x_0]
        d_t4 = d_t5 * t3  # f64[x_0]
        runtime.accumulate(d_history, 0, d_t4)
        d_t3 *= np.cos(t2)  # f64[x_0]
        runtime.accumulate(d_history, -1, d_t3)
    # 7: history = [x]
    d_x = runtime.or_zeros(d_history[0], x_shape)  # f64[x_0]
    # 6: def f(x):
    return d_x
'''

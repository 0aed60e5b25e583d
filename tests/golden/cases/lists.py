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
  x_token: token = runtime.token x                                                            @6
  history: [f64[x_0], ...] = list x                                                           @7
  t1: range[int] = builtins.range 3                                                           @8
  iterations_8: residuals = list                                                              @8
  for i: int in t1:                                                                           @8
    t2: f64[x_0] = getitem history, -1                                                        @9
    t2_kept: f64[x_0] = ndarray.copy t2                                                       @9
    t2_token: token = runtime.token t2                                                        @9
    t3: f64[x_0] = numpy.sin t2                                                               @9
    t4: f64[x_0] = getitem history, 0                                                         @9
    t4_kept: f64[x_0] = ndarray.copy t4                                                       @9
    t4_token: token = runtime.token t4                                                        @9
    t5: f64[x_0] = operator.mul t3, t4                                                        @9
    t5_token: token = runtime.token t5                                                        @9
    list.append history, t5                                                                   @9
    t31: residuals = tuple t5_token, t4_kept, t3, t4_token, t2_kept, t2_token                 @8
    list.append iterations_8, t31                                                             @8
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
    h_token: token = runtime.token h                                                          @13
    t12: f64[x_0] = operator.mul h, h                                                         @13
    t12_shape: shape = attr[shape] t12                                                        @13
    t13: f64 = numpy.sum t12                                                                  @13
    t14: f64 = operator.mul w, t13                                                            @13
    total: f64 = operator.iadd total, t14                                                     @13
    t32: residuals = tuple t13, w, t12_shape, h, h_token, iteration                           @12
    list.append iterations_12, t32                                                            @12
  t33: residuals = tuple weights, iterations_12, iterations_10, history, iterations_8, x_token  @14
  t34: residuals = tuple total, t33                                                           @14
  return t34                                                                                  @14


# backward
backward f(residuals: residuals, d_value: f64, d_x: f64[x_0]) -> None                         lists.py:6
  weights: [float, ...], iterations_12: residuals, iterations_10: residuals, history: [f64[x_0], ...], iterations_8: residuals, x_token: token = unpack residuals  @6
  shadows: Any = runtime.Shadows                                                              @6
  method[adopt] shadows, x_token, d_x                                                         @6
  t26: residuals = builtins.reversed iterations_12                                            @12
  for t27: residuals in t26:                                                                  @12
    t13: f64, w: float, t12_shape: shape, h: f64[x_0], h_token: token, iteration: int = unpack t27  @12
    d_w: float = operator.mul d_value, t13                                                    @13
    d_t13: f64 = operator.mul d_value, w                                                      @13
    d_t12: f64[x_0] = numpy.broadcast_to d_t13, t12_shape                                     @13
    t17: f64[x_0] = operator.mul d_t12, h                                                     @13
    d_h: f64[x_0] = method[of] shadows, h_token                                               @13
    d_h: f64[x_0] = operator.iadd d_h, t17                                                    @13
    t18: f64[x_0] = operator.mul d_t12, h                                                     @13
    d_h_2: f64[x_0] = method[of] shadows, h_token                                             @13
    d_h_2: f64[x_0] = operator.iadd d_h_2, t18                                                @13
    d_weights: [float, ...] = method[container] shadows, weights                              @12
    augitem[operator.iadd] d_weights, iteration, d_w                                          @12
  t28: residuals = builtins.range iterations_10                                               @10
  for _: int in t28:                                                                          @10
    d_weights_2: [float, ...] = method[container] shadows, weights                            @10
    t19: Any = list.pop d_weights_2                                                           @10
  d_weights_3: [float, ...] = method[container] shadows, weights                              @10
  t29: residuals = builtins.reversed iterations_8                                             @8
  for t30: residuals in t29:                                                                  @8
    t5_token: token, t4_kept: f64[x_0], t3: f64[x_0], t4_token: token, t2_kept: f64[x_0], t2_token: token = unpack t30  @8
    d_history: [f64[x_0], ...] = method[container] shadows, history                           @9
    d_history_item: f64[x_0] = list.pop d_history                                             @9
    d_t5: f64[x_0] = method[release] shadows, t5_token                                        @9
    d_t3: f64[x_0] = operator.mul d_t5, t4_kept                                               @9
    t22: f64[x_0] = operator.mul d_t5, t3                                                     @9
    d_t4: f64[x_0] = method[of] shadows, t4_token                                             @9
    d_t4: f64[x_0] = operator.iadd d_t4, t22                                                  @9
    d_history_2: [f64[x_0], ...] = method[container] shadows, history                         @9
    t23: Any = numpy.cos t2_kept                                                              @9
    t24: Any = operator.mul d_t3, t23                                                         @9
    d_t2: f64[x_0] = method[of] shadows, t2_token                                             @9
    d_t2: f64[x_0] = operator.iadd d_t2, t24                                                  @9
    d_history_3: [f64[x_0], ...] = method[container] shadows, history                         @9
  d_history_4: [f64[x_0], ...] = method[container] shadows, history                           @7
  t25: Any = getitem d_history_4, 0                                                           @7
  return None                                                                                 @6
'''

ADJOINT = r'''
import numpy as np

from adls import runtime


# f(x: f64[x_0]) -> (f64, residuals)
def f__fwd(x):
    # 6: def f(x):
    x_token = runtime.token(x)
    # 7: history = [x]
    history = [x]  # [f64[x_0], ...]
    # 8: for i in range(3):
    t1 = range(3)
    iterations_8 = []
    for i in t1:
        # 9: history.append(np.sin(history[-1]) * history[0])
        t2 = history[-1]  # f64[x_0]
        t2_kept = t2.copy()  # f64[x_0]
        t2_token = runtime.token(t2)
        t3 = np.sin(t2)  # f64[x_0]
        t4 = history[0]  # f64[x_0]
        t4_kept = t4.copy()  # f64[x_0]
        t4_token = runtime.token(t4)
        t5 = t3 * t4  # f64[x_0]
        t5_token = runtime.token(t5)
        history.append(t5)
        # 8: for i in range(3):
        iterations_8.append((t5_token, t4_kept, t3, t4_token, t2_kept, t2_token))
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
        h_token = runtime.token(h)
        t12 = h * h  # f64[x_0]
        t12_shape = t12.shape
        t13 = np.sum(t12)  # f64
        total += w * t13  # f64
        # 12: for w, h in zip(weights, history):
        iterations_12.append((t13, w, t12_shape, h, h_token, iteration))
    # 14: return total
    return total, (weights, iterations_12, iterations_10, history, iterations_8, x_token)


# f__back(residuals: residuals, d_value: f64, d_x: f64[x_0]) -> None
def f__back(residuals, d_value, d_x):
    # 6: def f(x):
    weights, iterations_12, iterations_10, history, iterations_8, x_token = residuals  # [float, ...], residuals, residuals, [f64[x_0], ...], residuals, token
    del residuals
    shadows = runtime.Shadows()  # Any
    shadows.adopt(x_token, d_x)
    # 12: for w, h in zip(weights, history):
    for t13, w, t12_shape, h, h_token, iteration in reversed(iterations_12):
        # 13: total += w * np.sum(h * h)
        d_w = d_value * t13  # float
        d_t13 = d_value * w  # f64
        d_t12 = np.broadcast_to(d_t13, t12_shape)  # f64[x_0]
        t17 = d_t12 * h  # f64[x_0]
        d_h = shadows.of(h_token)  # f64[x_0]
        d_h += t17  # f64[x_0]
        t18 = d_t12 * h  # f64[x_0]
        d_h_2 = shadows.of(h_token)  # f64[x_0]
        d_h_2 += t18  # f64[x_0]
        # 12: for w, h in zip(weights, history):
        d_weights = shadows.container(weights)  # [float, ...]
        d_weights[iteration] += d_w
    # 10: weights = [0.5 * (n + 1) for n in range(len(history))]
    for _ in range(iterations_10):
        d_weights_2 = shadows.container(weights)  # [float, ...]
        t19 = d_weights_2.pop()  # Any
    d_weights_3 = shadows.container(weights)  # [float, ...]
    # 8: for i in range(3):
    for t5_token, t4_kept, t3, t4_token, t2_kept, t2_token in reversed(iterations_8):
        # 9: history.append(np.sin(history[-1]) * history[0])
        d_history = shadows.container(history)  # [f64[x_0], ...]
        d_history_item = d_history.pop()  # f64[x_0]
        d_t5 = shadows.release(t5_token)  # f64[x_0]
        d_t3 = d_t5 * t4_kept  # f64[x_0]
        t22 = d_t5 * t3  # f64[x_0]
        d_t4 = shadows.of(t4_token)  # f64[x_0]
        d_t4 += t22  # f64[x_0]
        d_history_2 = shadows.container(history)  # [f64[x_0], ...]
        t24 = d_t3 * np.cos(t2_kept)  # Any
        d_t2 = shadows.of(t2_token)  # f64[x_0]
        d_t2 += t24  # f64[x_0]
        d_history_3 = shadows.container(history)  # [f64[x_0], ...]
    # 7: history = [x]
    d_history_4 = shadows.container(history)  # [f64[x_0], ...]
    del shadows
    t25 = d_history_4[0]  # Any
    # 6: def f(x):
    return None
'''

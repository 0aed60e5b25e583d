"""Nested tuples, lists and dicts as parameters."""

import numpy as np


def f(params, x):
    for layer in params["layers"]:
        w, b = layer["weights"]
        x = np.tanh(x @ w + b)
    scale, shift = params["out"]
    return np.sum(scale * x + shift) + 0.1 * params["layers"][0]["weights"][1].sum()


def arguments():
    w = np.cos(np.arange(4.0).reshape(2, 2))
    layers = [{"weights": (w, np.array([0.1, -0.2]))}, {"weights": (0.5 * w.T.copy(), np.array([0.3, 0.4]))}]
    return {"layers": layers, "out": [1.5, -0.5]}, np.array([[0.5, -1.0], [0.25, 0.75]])


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(params: {'layers': [{'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])}, {'weights': (f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1], f64[params_layers_1_weights_1_0])}], 'out': [float, float]}, x: f64[x_0, ?]) -> f64  containers.py:6
  t1: [{'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])}, {'weights': (f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1], f64[params_layers_1_weights_1_0])}] = getitem params, 'layers'  @7
  for layer: {'weights': (f64[?, ?], f64[?])} in t1:                                          @7
    t2: (f64[?, ?], f64[?]) = getitem layer, 'weights'                                        @8
    w: f64[?, ?], b: f64[?] = unpack t2                                                       @8
    t3: f64[x_0, ?] = operator.matmul x, w                                                    @9
    t4: f64[x_0, ?] = operator.add t3, b                                                      @9
    x: f64[x_0, ?] = numpy.tanh t4                                                            @9
  t5: [float, float] = getitem params, 'out'                                                  @10
  scale: float, shift: float = unpack t5                                                      @10
  t6: f64[x_0, ?] = operator.mul scale, x                                                     @11
  t7: f64[x_0, ?] = operator.add t6, shift                                                    @11
  t8: f64 = numpy.sum t7                                                                      @11
  t9: [{'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])}, {'weights': (f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1], f64[params_layers_1_weights_1_0])}] = getitem params, 'layers'  @11
  t10: {'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])} = getitem t9, 0  @11
  t11: (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0]) = getitem t10, 'weights'  @11
  t12: f64[params_layers_0_weights_1_0] = getitem t11, 1                                      @11
  t13: f64 = ndarray.sum t12                                                                  @11
  t14: f64 = operator.mul 0.1, t13                                                            @11
  t15: f64 = operator.add t8, t14                                                             @11
  return t15                                                                                  @11


# forward
forward f(params: {'layers': [{'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])}, {'weights': (f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1], f64[params_layers_1_weights_1_0])}], 'out': [float, float]}, x: f64[x_0, ?]) -> (f64, residuals)  containers.py:6
  t1: [{'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])}, {'weights': (f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1], f64[params_layers_1_weights_1_0])}] = getitem params, 'layers'  @7
  iteration: int = copy -1                                                                    @7
  iterations_7: residuals = list                                                              @7
  for layer: {'weights': (f64[?, ?], f64[?])} in t1:                                          @7
    iteration: int = operator.add iteration, 1                                                @7
    t2: (f64[?, ?], f64[?]) = getitem layer, 'weights'                                        @8
    w: f64[?, ?], b: f64[?] = unpack t2                                                       @8
    x_kept: f64[x_0, ?] = copy x                                                              @9
    t3: f64[x_0, ?] = operator.matmul x, w                                                    @9
    t4: f64[x_0, ?] = operator.add t3, b                                                      @9
    x: f64[x_0, ?] = numpy.tanh t4                                                            @9
    t40: residuals = tuple iteration, x, w, x_kept                                            @7
    list.append iterations_7, t40                                                             @7
  t5: [float, float] = getitem params, 'out'                                                  @10
  scale: float, shift: float = unpack t5                                                      @10
  t6: f64[x_0, ?] = operator.mul scale, x                                                     @11
  t7: f64[x_0, ?] = operator.add t6, shift                                                    @11
  t7_shape: shape = attr[shape] t7                                                            @11
  t8: f64 = numpy.sum t7                                                                      @11
  t9: [{'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])}, {'weights': (f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1], f64[params_layers_1_weights_1_0])}] = getitem params, 'layers'  @11
  t10: {'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])} = getitem t9, 0  @11
  t11: (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0]) = getitem t10, 'weights'  @11
  t12: f64[params_layers_0_weights_1_0] = getitem t11, 1                                      @11
  t12_shape: shape = attr[shape] t12                                                          @11
  t13: f64 = ndarray.sum t12                                                                  @11
  t14: f64 = operator.mul 0.1, t13                                                            @11
  t15: f64 = operator.add t8, t14                                                             @11
  t41: residuals = tuple t12_shape, t7_shape, x, scale, iterations_7                          @11
  t42: residuals = tuple t15, t41                                                             @11
  return t42                                                                                  @11


# backward
backward f(residuals: residuals, d_value: f64, d_params: {'layers': [{'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])}, {'weights': (f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1], f64[params_layers_1_weights_1_0])}], 'out': [float, float]}) -> None  containers.py:6
  t12_shape: shape, t7_shape: shape, x: f64[x_0, ?], scale: float, iterations_7: residuals = unpack residuals  @6
  d_t1: [{'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])}, {'weights': (f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1], f64[params_layers_1_weights_1_0])}] = getitem d_params, 'layers'  @7
  d_t5: [float, float] = getitem d_params, 'out'                                              @10
  d_t9: [{'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])}, {'weights': (f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1], f64[params_layers_1_weights_1_0])}] = getitem d_params, 'layers'  @11
  d_t10: {'weights': (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0])} = getitem d_t9, 0  @11
  d_t13: f64 = operator.mul d_value, 0.1                                                      @11
  d_t12: f64[params_layers_0_weights_1_0] = numpy.broadcast_to d_t13, t12_shape               @11
  t21: (f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1], f64[params_layers_0_weights_1_0]) = tuple None, d_t12  @11
  runtime.accumulate d_t10, 'weights', t21                                                    @11
  d_t7: f64[x_0, ?] = numpy.broadcast_to d_value, t7_shape                                    @11
  d_shift: float = numpy.sum d_t7                                                             @11
  t36: Any = numpy.sum x                                                                      @11
  d_scale: float = operator.mul t36, d_value                                                  @11
  d_x: f64[x_0, ?] = operator.mul d_t7, scale                                                 @11
  augitem[operator.iadd] d_t5, 0, d_scale                                                     @10
  augitem[operator.iadd] d_t5, 1, d_shift                                                     @10
  t38: residuals = builtins.reversed iterations_7                                             @7
  for t39: residuals in t38:                                                                  @7
    iteration: int, x: f64[x_0, ?], w: f64[?, ?], x_kept: f64[x_0, ?] = unpack t39            @7
    d_layer: {'weights': (f64[?, ?], f64[?])} = getitem d_t1, iteration                       @7
    t27: f64[x_0, ?] = operator.mul x, x                                                      @9
    d_t4: f64[x_0, ?] = operator.sub 1.0, t27                                                 @9
    d_t4: f64[x_0, ?] = operator.imul d_t4, d_x                                               @9
    d_b: f64[?] = ndarray.sum d_t4, axis=0                                                    @9
    t31: Any = attr[T] w                                                                      @9
    d_x_2: f64[x_0, ?] = operator.matmul d_t4, t31                                            @9
    t33: Any = attr[T] x_kept                                                                 @9
    d_w: f64[?, ?] = operator.matmul t33, d_t4                                                @9
    t35: (f64[?, ?], f64[?]) = tuple d_w, d_b                                                 @8
    runtime.accumulate d_layer, 'weights', t35                                                @8
    d_x: f64[x_0, ?] = copy d_x_2                                                             @7
  return None                                                                                 @6
'''

ADJOINT = r'''
import numpy as np

from adls import runtime


# f(
#     params: {
#         'layers': [
#             {
#                 'weights': (
#                     f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1],
#                     f64[params_layers_0_weights_1_0],
#                 ),
#             },
#             {
#                 'weights': (
#                     f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1],
#                     f64[params_layers_1_weights_1_0],
#                 ),
#             },
#         ],
#         'out': [float, float],
#     },
#     x: f64[x_0, ?],
# ) -> (f64, residuals)
def f__fwd(params, x):
    # 7: for layer in params["layers"]:
    t1 = params["layers"]  # [...]
    iteration = -1
    iterations_7 = []
    for layer in t1:  # {'weights': (f64[?, ?], f64[?])}
        iteration = iteration + 1
        # 8: w, b = layer["weights"]
        w, b = layer["weights"]  # f64[?, ?], f64[?]
        # 9: x = np.tanh(x @ w + b)
        x_kept = x  # f64[x_0, ?]
        x = np.tanh(x @ w + b)  # f64[x_0, ?]
        # 7: for layer in params["layers"]:
        iterations_7.append((iteration, x, w, x_kept))
    # 10: scale, shift = params["out"]
    scale, shift = params["out"]  # float, float
    # 11: return np.sum(scale * x + shift) + 0.1 * params["layers"][0]["weights"][1].sum()
    t7 = scale * x + shift  # f64[x_0, ?]
    t7_shape = t7.shape
    t8 = np.sum(t7)  # f64
    del t7
    t12 = params["layers"][0]["weights"][1]  # f64[params_layers_0_weights_1_0]
    t12_shape = t12.shape
    return t8 + 0.1 * t12.sum(), (t12_shape, t7_shape, x, scale, iterations_7)


# f__back(
#     residuals: residuals,
#     d_value: f64,
#     d_params: {
#         'layers': [
#             {
#                 'weights': (
#                     f64[params_layers_0_weights_0_0, params_layers_0_weights_0_1],
#                     f64[params_layers_0_weights_1_0],
#                 ),
#             },
#             {
#                 'weights': (
#                     f64[params_layers_1_weights_0_0, params_layers_1_weights_0_1],
#                     f64[params_layers_1_weights_1_0],
#                 ),
#             },
#         ],
#         'out': [float, float],
#     },
# ) -> None
def f__back(residuals, d_value, d_params):
    # 6: def f(params, x):
    t12_shape, t7_shape, x, scale, iterations_7 = residuals  # shape, shape, f64[x_0, ?], float, residuals
    del residuals
    # 7: for layer in params["layers"]:
    d_t1 = d_params["layers"]  # [...]
    # 10: scale, shift = params["out"]
    d_t5 = d_params["out"]  # [float, float]
    # 11: return np.sum(scale * x + shift) + 0.1 * params["layers"][0]["weights"][1].sum()
    d_t9 = d_params["layers"]  # [...]
    d_t10 = d_t9[0]  # {...}
    d_t13 = d_value * 0.1  # f64
    d_t12 = np.broadcast_to(d_t13, t12_shape)  # f64[params_layers_0_weights_1_0]
    runtime.accumulate(d_t10, "weights", (None, d_t12))
    del d_t12
    d_t7 = np.broadcast_to(d_value, t7_shape)  # f64[x_0, ?]
    d_shift = d_t7.sum()  # float
    d_scale = x.sum() * d_value  # float
    d_x = d_t7 * scale  # f64[x_0, ?]
    del d_t7
    # 10: scale, shift = params["out"]
    d_t5[0] += d_scale
    d_t5[1] += d_shift
    # 7: for layer in params["layers"]:
    for iteration, x, w, x_kept in reversed(iterations_7):
        d_layer = d_t1[iteration]  # {'weights': (f64[?, ?], f64[?])}
        # 9: x = np.tanh(x @ w + b)
        d_t4 = 1.0 - x * x  # f64[x_0, ?]
        d_t4 *= d_x  # f64[x_0, ?]
        d_b = d_t4.sum(axis=0)  # f64[?]
        if iteration > 0:
            d_x_2 = d_t4 @ w.T  # f64[x_0, ?]
        else:
            d_x_2 = None
        d_w = x_kept.T @ d_t4  # f64[?, ?]
        # 8: w, b = layer["weights"]
        runtime.accumulate(d_layer, "weights", (d_w, d_b))
        # 7: for layer in params["layers"]:
        d_x = d_x_2  # f64[x_0, ?]
    # 6: def f(params, x):
    return None
'''

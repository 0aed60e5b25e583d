"""K3: closures over an array, picked from a dict at run time."""

import numpy as np


def f(W, x, names):
    table = {"tanh": lambda v: np.tanh(W @ v), "scale": lambda v: 0.5 * (W.T @ v)}
    for name in names:
        x = table[name](x)
    return x.sum()


ARGNUMS = (0, 1)


def arguments():
    return np.cos(np.arange(9.0).reshape(3, 3)), np.array([0.3, -0.7, 1.1]), ["tanh", "scale", "tanh"]


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(W: f64[W_0, W_1], x: Any, names: [str, str, str]) -> Any                                    k3_picked.py:6
  t1: fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:21 = closure[lambda at 7] W       @7
  t2: fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:56 = closure[lambda at 7] W       @7
  table: {'tanh': fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:21, 'scale': fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:56} = dict 'tanh', t1, 'scale', t2  @7
  for name: str in names:                                                                     @8
    t3: fn = getitem table, name                                                              @9
    x: Any = call t3, x                                                                       @9
  t4: Any = method[sum] x                                                                     @10
  return t4                                                                                   @10

  f.<locals>.<lambda>(v) -> Any                                                               k3_picked.py:7
    cells W
    t1 = operator.matmul W, v                                                                 @7
    t2 = call @numpy.tanh, t1                                                                 @7
    return t2                                                                                 @7

  f.<locals>.<lambda>(v) -> Any                                                               k3_picked.py:7
    cells W
    t1 = attr[T] W                                                                            @7
    t2 = operator.matmul t1, v                                                                @7
    t3 = operator.mul 0.5, t2                                                                 @7
    return t3                                                                                 @7


# forward
forward f(W: f64[W_0, W_1], x: Any, names: [str, str, str]) -> (Any, residuals)               k3_picked.py:6
  W_shape: shape = attr[shape] W                                                              @7
  t1: fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:21 = closure[lambda at 7] W       @7
  t2: fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:56 = closure[lambda at 7] W       @7
  table: {'tanh': fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:21, 'scale': fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:56} = dict 'tanh', t1, 'scale', t2  @7
  iterations_8: residuals = list                                                              @8
  for name: str in names:                                                                     @8
    t3: fn = getitem table, name                                                              @9
    x: Any, call_kept_2: residuals = forward_dynamic t3, x                                    @9
    t18: residuals = tuple call_kept_2, name                                                  @8
    list.append iterations_8, t18                                                             @8
  bound_sum: Any = attr[sum] x                                                                @10
  t4: Any, call_kept: residuals = forward_dynamic bound_sum                                   @10
  t19: residuals = tuple call_kept, iterations_8, W_shape                                     @10
  t20: residuals = tuple t4, t19                                                              @10
  return t20                                                                                  @10

  f.<locals>.<lambda>(v) -> Any                                                               k3_picked.py:7
    cells W
    t1 = operator.matmul W, v                                                                 @7
    t2 = call @numpy.tanh, t1                                                                 @7
    return t2                                                                                 @7

  f.<locals>.<lambda>(v) -> Any                                                               k3_picked.py:7
    cells W
    t1 = attr[T] W                                                                            @7
    t2 = operator.matmul t1, v                                                                @7
    t3 = operator.mul 0.5, t2                                                                 @7
    return t3                                                                                 @7


# backward
backward f(residuals: residuals, d_value: Any) -> (f64[W_0, W_1], Any)                        k3_picked.py:6
  call_kept: residuals, iterations_8: residuals, W_shape: shape = unpack residuals            @6
  d_table: {'tanh': fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:21, 'scale': fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:56} = dict 'tanh', None, 'scale', None  @7
  d_call: Any = backward_dynamic call_kept, d_value                                           @10
  d_x: Any = getitem d_call, 0                                                                @10
  d_x_2: Any = copy d_x                                                                       @8
  t16: residuals = builtins.reversed iterations_8                                             @8
  for t17: residuals in t16:                                                                  @8
    call_kept_2: residuals, name: str = unpack t17                                            @8
    d_call_2: Any = backward_dynamic call_kept_2, d_x_2                                       @9
    d_t3: fn = getitem d_call_2, 0                                                            @9
    d_x_3: Any = getitem d_call_2, 1                                                          @9
    runtime.accumulate d_table, name, d_t3                                                    @9
    d_x_2: Any = copy d_x_3                                                                   @8
  d_t1: fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:21 = getitem d_table, 'tanh'    @7
  d_t2: fn tests.golden.cases.k3_picked.f.<locals>.<lambda>@7:56 = getitem d_table, 'scale'   @7
  t11: Any = runtime.cell_cotangent d_t2, 0                                                   @7
  d_W: f64[W_0, W_1] = runtime.or_zeros t11, W_shape                                          @7
  t13: Any = runtime.cell_cotangent d_t1, 0                                                   @7
  t14: Any = runtime.or_zeros t13, W_shape                                                    @7
  d_W_2: f64[W_0, W_1] = operator.add d_W, t14                                                @7
  t15: Any = tuple d_W_2, d_x_2                                                               @6
  return t15                                                                                  @6
'''

ADJOINT = r'''
from adls import runtime

k3_picked = runtime.module("tests.golden.cases.k3_picked", "{root}/tests/golden/cases/k3_picked.py")


# f(W: f64[W_0, W_1], x: Any, names: [str, str, str]) -> (Any, residuals)
def f__fwd(W, x, names):
    # 7: table = {"tanh": lambda v: np.tanh(W @ v), "scale": lambda v: 0.5 * (W.T @ v)}
    W_shape = W.shape
    table = {
        "tanh": runtime.closure(k3_picked, lambda v: np.tanh(W @ v)),
        "scale": lambda v: 0.5 * (W.T @ v),
    }  # {...}
    # 8: for name in names:
    iterations_8 = []
    for name in names:
        # 9: x = table[name](x)
        x, call_kept_2 = runtime.forward_dynamic(table[name], x)  # Any, residuals
        # 8: for name in names:
        iterations_8.append((call_kept_2, name))
    # 10: return x.sum()
    bound_sum = x.sum  # Any
    t4, call_kept = runtime.forward_dynamic(bound_sum)  # Any, residuals
    return t4, (call_kept, iterations_8, W_shape)


# f__back(residuals: residuals, d_value: float) -> (f64[W_0, W_1], Any)
def f__back(residuals, d_value):
    # 6: def f(W, x, names):
    call_kept, iterations_8, W_shape = residuals
    del residuals
    # 7: table = {"tanh": lambda v: np.tanh(W @ v), "scale": lambda v: 0.5 * (W.T @ v)}
    d_table = {"tanh": None, "scale": None}  # {...}
    # 10: return x.sum()
    d_call = runtime.backward_dynamic(call_kept, d_value)  # Any
    d_x_2 = d_call[0]  # Any
    del d_call
    # 8: for name in names:
    for call_kept_2, name in reversed(iterations_8):
        # 9: x = table[name](x)
        d_call_2 = runtime.backward_dynamic(call_kept_2, d_x_2)  # Any
        d_t3 = d_call_2[0]
        d_x_2 = d_call_2[1]  # Any
        runtime.accumulate(d_table, name, d_t3)
    # 7: table = {"tanh": lambda v: np.tanh(W @ v), "scale": lambda v: 0.5 * (W.T @ v)}
    d_t1 = d_table["tanh"]
    d_t2 = d_table["scale"]
    d_W = runtime.or_zeros(runtime.cell_cotangent(d_t2, 0), W_shape)  # f64[W_0, W_1]
    d_W_2 = d_W + runtime.or_zeros(runtime.cell_cotangent(d_t1, 0), W_shape)  # f64[W_0, W_1]
    del d_W
    # 6: def f(W, x, names):
    return d_W_2, d_x_2
'''

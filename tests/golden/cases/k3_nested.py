"""K3: a gradient inside a gradient, without confusing the two."""

import adls


def f(x):
    return x * adls.grad(lambda y: x * y * y)(x)


def arguments():
    return (3.0,)


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(x: float) -> Any                                                                            k3_nested.py:6
  t1: fn tests.golden.cases.k3_nested.f.<locals>.<lambda>@7:25 = closure[lambda at 7] x       @7
  t2: Any = adls.grad t1                                                                      @7
  t3: Any = call t2, x                                                                        @7
  t4: Any = operator.mul x, t3                                                                @7
  return t4                                                                                   @7

  f.<locals>.<lambda>(y) -> Any                                                               k3_nested.py:7
    cells x
    t1 = operator.mul x, y                                                                    @7
    t2 = operator.mul t1, y                                                                   @7
    return t2                                                                                 @7


# forward
forward f(x: float) -> (Any, residuals)                                                       k3_nested.py:6
  t1: fn tests.golden.cases.k3_nested.f.<locals>.<lambda>@7:25 = closure[lambda at 7] x       @7
  t2: Any = adls.grad t1                                                                      @7
  t3: Any, call_kept: residuals = forward_dynamic t2, x                                       @7
  t3_shape: shape = numpy.shape t3                                                            @7
  t4: Any = operator.mul x, t3                                                                @7
  t15: residuals = tuple t3, x, t3_shape, call_kept                                           @7
  t16: residuals = tuple t4, t15                                                              @7
  return t16                                                                                  @7

  f.<locals>.<lambda>(y) -> Any                                                               k3_nested.py:7
    cells x
    t1 = operator.mul x, y                                                                    @7
    t2 = operator.mul t1, y                                                                   @7
    return t2                                                                                 @7


# backward
backward f(residuals: residuals, d_value: Any) -> float                                       k3_nested.py:6
  t3: Any, x: float, t3_shape: shape, call_kept: residuals = unpack residuals                 @6
  t5: Any = operator.mul d_value, t3                                                          @7
  t6: Any = tuple                                                                             @7
  d_x: float = runtime.unbroadcast t5, t6                                                     @7
  t8: Any = operator.mul d_value, x                                                           @7
  d_t3: Any = runtime.unbroadcast t8, t3_shape                                                @7
  d_call: Any = backward_dynamic call_kept, d_t3                                              @7
  d_t2: Any = getitem d_call, 0                                                               @7
  t11: float = getitem d_call, 1                                                              @7
  t12: float = runtime.or_zero t11                                                            @7
  d_x_2: float = operator.add d_x, t12                                                        @7
  t13: Any = runtime.cell_cotangent d_t2, 0                                                   @7
  t14: Any = runtime.or_zero t13                                                              @7
  d_x_2: float = operator.iadd[owned] d_x_2, t14                                              @7
  return d_x_2                                                                                @6
'''

ADJOINT = r'''
import numpy as np

from adls import runtime


# f(x: float) -> (Any, residuals)
def f__fwd(x):
    # 7: return x * adls.grad(lambda y: x * y * y)(x)
    t3, call_kept = runtime.forward_dynamic(runtime.grad(lambda y: x * y * y), x)  # Any, residuals
    t3_shape = np.shape(t3)
    return x * t3, (t3, x, t3_shape, call_kept)


# f__back(residuals: residuals, d_value: float) -> float
def f__back(residuals, d_value):
    # 6: def f(x):
    t3, x, t3_shape, call_kept = residuals  # Any, float, shape, residuals
    del residuals
    # 7: return x * adls.grad(lambda y: x * y * y)(x)
    d_x = runtime.unbroadcast(d_value * t3, ())  # float
    d_t3 = runtime.unbroadcast(d_value * x, t3_shape)  # Any
    d_call = runtime.backward_dynamic(call_kept, d_t3)  # Any
    del d_t3
    d_t2 = d_call[0]  # Any
    t12 = runtime.or_zero(d_call[1])  # float
    del d_call
    d_x_2 = d_x + t12  # float
    t13 = runtime.cell_cotangent(d_t2, 0)  # Any
    del d_t2
    d_x_2 += runtime.or_zero(t13)  # float
    # 6: def f(x):
    return d_x_2
'''

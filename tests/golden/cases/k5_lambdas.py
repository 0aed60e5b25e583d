"""K5: two lambdas on one line."""

import numpy as np

square, cube = (lambda x: x * x), (lambda x: x * x * x)


def f(x):
    return np.sum(square(x) + 2.0 * cube(x))


def arguments():
    return (np.array([0.5, -1.5]),)


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
<lambda>(x: f64[n]) -> f64[n]                                                                 k5_lambdas.py:5
  t1: f64[n] = operator.mul x, x                                                              @5
  return t1                                                                                   @5


# forward
forward <lambda>(x: f64[n]) -> (f64[n], residuals)                                            k5_lambdas.py:5
  t1: f64[n] = operator.mul x, x                                                              @5
  t4: residuals = tuple x                                                                     @5
  t5: residuals = tuple t1, t4                                                                @5
  return t5                                                                                   @5


# backward
backward <lambda>(residuals: residuals, d_value: f64[n]) -> f64[n]                            k5_lambdas.py:5
  x: f64[n] = getitem residuals, 0                                                            @5
  d_x: f64[n] = operator.mul d_value, x                                                       @5
  t3: f64[n] = operator.mul d_value, x                                                        @5
  d_x: f64[n] = operator.iadd[owned] d_x, t3                                                  @5
  return d_x                                                                                  @5


# primal
<lambda>(x: f64[n]) -> f64[n]                                                                 k5_lambdas.py:5
  t1: f64[n] = operator.mul x, x                                                              @5
  t2: f64[n] = operator.mul t1, x                                                             @5
  return t2                                                                                   @5


# forward
forward <lambda>(x: f64[n]) -> (f64[n], residuals)                                            k5_lambdas.py:5
  t1: f64[n] = operator.mul x, x                                                              @5
  t2: f64[n] = operator.mul t1, x                                                             @5
  t7: residuals = tuple x, t1                                                                 @5
  t8: residuals = tuple t2, t7                                                                @5
  return t8                                                                                   @5


# backward
backward <lambda>(residuals: residuals, d_value: f64[n]) -> f64[n]                            k5_lambdas.py:5
  x: f64[n], t1: f64[n] = unpack residuals                                                    @5
  d_t1: f64[n] = operator.mul d_value, x                                                      @5
  d_x: f64[n] = operator.mul d_value, t1                                                      @5
  t5: f64[n] = operator.mul d_t1, x                                                           @5
  d_x: f64[n] = operator.iadd[owned] d_x, t5                                                  @5
  d_t1: f64[n] = operator.imul d_t1, x                                                        @5
  d_x: f64[n] = operator.iadd[owned] d_x, d_t1                                                @5
  return d_x                                                                                  @5


# primal
f(x: f64[x_0]) -> f64                                                                         k5_lambdas.py:8
  t1: f64[x_0] = apply[tests.golden.cases.k5_lambdas.<lambda>@5:26||f64[N]] x                 @9
  t2: f64[x_0] = apply[tests.golden.cases.k5_lambdas.<lambda>@5:45||f64[N]] x                 @9
  t3: f64[x_0] = operator.mul 2.0, t2                                                         @9
  t4: f64[x_0] = operator.add t1, t3                                                          @9
  t5: f64 = numpy.sum t4                                                                      @9
  return t5                                                                                   @9


# forward
forward f(x: f64[x_0]) -> (f64, residuals)                                                    k5_lambdas.py:8
  t1: f64[x_0], function_kept_2: residuals = forward[tests.golden.cases.k5_lambdas.<lambda>@5:26||f64[N]|d0] x  @9
  t1_shape: shape = attr[shape] t1                                                            @9
  t2: f64[x_0], function_kept: residuals = forward[tests.golden.cases.k5_lambdas.<lambda>@5:45||f64[N]|d0] x  @9
  t3: f64[x_0] = operator.mul 2.0, t2                                                         @9
  t3_shape: shape = attr[shape] t3                                                            @9
  t4: f64[x_0] = operator.add t1, t3                                                          @9
  t5: f64 = numpy.sum t4                                                                      @9
  t7: residuals = tuple t3_shape, function_kept, function_kept_2, t1_shape                    @9
  t8: residuals = tuple t5, t7                                                                @9
  return t8                                                                                   @9


# backward
backward f(residuals: residuals, d_value: f64) -> f64[x_0]                                    k5_lambdas.py:8
  t3_shape: shape, function_kept: residuals, function_kept_2: residuals, t1_shape: shape = unpack residuals  @8
  d_t3: f64[x_0] = numpy.broadcast_to d_value, t3_shape                                       @9
  d_t2: f64[x_0] = operator.mul d_t3, 2.0                                                     @9
  d_x: f64[x_0] = backward[tests.golden.cases.k5_lambdas.<lambda>@5:45||f64[N]|d0] function_kept, d_t2  @9
  d_t1: f64[x_0] = numpy.broadcast_to d_value, t1_shape                                       @9
  d_x_2: f64[x_0] = backward[tests.golden.cases.k5_lambdas.<lambda>@5:26||f64[N]|d0] function_kept_2, d_t1  @9
  d_x_3: f64[x_0] = operator.add d_x, d_x_2                                                   @9
  return d_x_3                                                                                @8
'''

ADJOINT = r'''
import numpy as np


# <lambda>(x: f64[n]) -> (f64[n], residuals)
def lambda___fwd(x):
    # 5: square, cube = (lambda x: x * x), (lambda x: x * x * x)
    return x * x, (x,)


# lambda___back(residuals: residuals, d_value: f64[n]) -> f64[n]
def lambda___back(residuals, d_value):
    # 5: square, cube = (lambda x: x * x), (lambda x: x * x * x)
    x = residuals[0]  # f64[n]
    d_x = d_value * x  # f64[n]
    d_x += d_value * x  # f64[n]
    return d_x


# <lambda>(x: f64[n]) -> (f64[n], residuals)
def lambda__2__fwd(x):
    # 5: square, cube = (lambda x: x * x), (lambda x: x * x * x)
    t1 = x * x  # f64[n]
    return t1 * x, (x, t1)


# lambda__2__back(residuals: residuals, d_value: f64[n]) -> f64[n]
def lambda__2__back(residuals, d_value):
    # 5: square, cube = (lambda x: x * x), (lambda x: x * x * x)
    x, t1 = residuals  # f64[n], f64[n]
    d_t1 = d_value * x  # f64[n]
    d_x = d_value * t1  # f64[n]
    d_x += d_t1 * x  # f64[n]
    d_t1 *= x  # f64[n]
    d_x += d_t1  # f64[n]
    return d_x


# f(x: f64[x_0]) -> (f64, residuals)
def f__fwd(x):
    # 9: return np.sum(square(x) + 2.0 * cube(x))
    t1, function_kept_2 = lambda___fwd(x)  # f64[x_0], residuals
    t1_shape = t1.shape
    t2, function_kept = lambda__2__fwd(x)  # f64[x_0], residuals
    t3 = 2.0 * t2  # f64[x_0]
    t3_shape = t3.shape
    return np.sum(t1 + t3), (t3_shape, function_kept, function_kept_2, t1_shape)


# f__back(residuals: residuals, d_value: f64) -> f64[x_0]
def f__back(residuals, d_value):
    # 8: def f(x):
    t3_shape, function_kept, function_kept_2, t1_shape = residuals
    del residuals
    # 9: return np.sum(square(x) + 2.0 * cube(x))
    d_t3 = np.broadcast_to(d_value, t3_shape)  # f64[x_0]
    d_t2 = d_t3 * 2.0  # f64[x_0]
    del d_t3
    d_x = lambda__2__back(function_kept, d_t2)  # f64[x_0]
    del d_t2
    d_t1 = np.broadcast_to(d_value, t1_shape)  # f64[x_0]
    d_x_2 = lambda___back(function_kept_2, d_t1)  # f64[x_0]
    del d_t1
    d_x_3 = d_x + d_x_2  # f64[x_0]
    # 8: def f(x):
    return d_x_3
'''

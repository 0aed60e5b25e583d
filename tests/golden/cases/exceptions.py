"""`try` with several handlers, `else` and `finally`."""

import math

import numpy as np


def f(x):
    total = 0.0
    for each in x:
        y = each * 2.0
        try:
            y = y * each
            if each < 0.0:
                raise ValueError("negative")
            if each > 1.0:
                raise IndexError("large")
            total += math.log(each)
        except (ValueError, TypeError):
            y = y * 0.5
        except (ZeroDivisionError, LookupError):
            total += y * y
        else:
            total += 3.0 * y
        finally:
            total = total + y
    return total


def arguments():
    return (np.array([0.5, -1.5, 0.8, 1.3]),)


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(x: f64[x_0]) -> f64                                                                         exceptions.py:8
  total: f64 = copy 0.0                                                                       @9
  for each: f64 in x:                                                                         @10
    y: f64 = operator.mul each, 2.0                                                           @11
    t1: (fn builtins.ValueError, fn builtins.TypeError) = tuple @builtins.ValueError, @builtins.TypeError  @19
    t2: (fn builtins.ZeroDivisionError, fn builtins.LookupError) = tuple @builtins.ZeroDivisionError, @builtins.LookupError  @21
    try:                                                                                      @12
      y: f64 = operator.mul y, each                                                           @13
      t3: bool = operator.lt each, 0.0                                                        @14
      if t3:                                                                                  @14
        t4: object = builtins.ValueError 'negative'                                           @15
        raise t4                                                                              @15
      t5: bool = operator.gt each, 1.0                                                        @16
      if t5:                                                                                  @16
        t6: object = builtins.IndexError 'large'                                              @17
        raise t6                                                                              @17
      t7: float = math.log each                                                               @18
      total: f64 = operator.iadd total, t7                                                    @18
    except t1:                                                                                @19
      y: f64 = operator.mul y, 0.5                                                            @20
    except t2:                                                                                @21
      t8: f64 = operator.mul y, y                                                             @22
      total: f64 = operator.iadd total, t8                                                    @22
    else:
      t9: f64 = operator.mul 3.0, y                                                           @24
      total: f64 = operator.iadd total, t9                                                    @24
    finally:
      total: f64 = operator.add total, y                                                      @26
  return total                                                                                @27


# forward
forward f(x: f64[x_0]) -> (f64, residuals)                                                    exceptions.py:8
  reached: int = copy None                                                                    @8
  y_kept: f64 = copy None                                                                     @8
  x_shape: shape = attr[shape] x                                                              @10
  total: f64 = copy 0.0                                                                       @9
  iteration: int = copy -1                                                                    @10
  iterations_10: residuals = list                                                             @10
  for each: f64 in x:                                                                         @10
    iteration: int = operator.add iteration, 1                                                @10
    y: f64 = operator.mul each, 2.0                                                           @11
    t1: (fn builtins.ValueError, fn builtins.TypeError) = tuple @builtins.ValueError, @builtins.TypeError  @19
    t2: (fn builtins.ZeroDivisionError, fn builtins.LookupError) = tuple @builtins.ZeroDivisionError, @builtins.LookupError  @21
    handler: int = copy 0                                                                     @12
    try:                                                                                      @12
      reached: int = copy 0                                                                   @13
      y_kept: f64 = copy y                                                                    @13
      y: f64 = operator.mul y, each                                                           @13
      reached: int = copy 1                                                                   @13
      t3: bool = operator.lt each, 0.0                                                        @14
      reached: int = copy 2                                                                   @14
      if t3:                                                                                  @14
        t4: object = builtins.ValueError 'negative'                                           @15
        raise t4                                                                              @15
      reached: int = copy 3                                                                   @14
      t5: bool = operator.gt each, 1.0                                                        @16
      reached: int = copy 4                                                                   @16
      if t5:                                                                                  @16
        t6: object = builtins.IndexError 'large'                                              @17
        raise t6                                                                              @17
      reached: int = copy 5                                                                   @16
      t7: float = math.log each                                                               @18
      reached: int = copy 6                                                                   @18
      total: f64 = operator.iadd total, t7                                                    @18
      reached: int = copy 7                                                                   @18
    except t1:                                                                                @19
      handler: int = copy 1                                                                   @19
      y: f64 = operator.mul y, 0.5                                                            @20
    except t2:                                                                                @21
      handler: int = copy 2                                                                   @21
      t8: f64 = operator.mul y, y                                                             @22
      total: f64 = operator.iadd total, t8                                                    @22
    else:
      handler: int = copy -1                                                                  @12
      t9: f64 = operator.mul 3.0, y                                                           @24
      total: f64 = operator.iadd total, t9                                                    @24
    finally:
      total: f64 = operator.add total, y                                                      @26
    t27: residuals = tuple handler, y, reached, each, y_kept, iteration                       @10
    list.append iterations_10, t27                                                            @10
  t28: residuals = tuple x_shape, iterations_10                                               @27
  t29: residuals = tuple total, t28                                                           @27
  return t29                                                                                  @27


# backward
backward f(residuals: residuals, d_value: f64) -> f64[x_0]                                    exceptions.py:8
  x_shape: shape, iterations_10: residuals = unpack residuals                                 @8
  d_x: f64[x_0] = runtime.zeros x_shape                                                       @10
  t25: residuals = builtins.reversed iterations_10                                            @10
  for t26: residuals in t25:                                                                  @10
    handler: int, y: f64, reached: int, each: f64, y_kept: f64, iteration: int = unpack t26   @10
    t12: bool = operator.eq handler, 1                                                        @26
    if t12:                                                                                   @26
      d_y: f64 = operator.mul d_value, 0.5                                                    @20
      d_y_2: f64 = copy d_y                                                                   @26
    else:
      d_y_2: f64 = copy d_value                                                               @26
    t15: bool = operator.eq handler, 2                                                        @26
    if t15:                                                                                   @26
      t13: Any = operator.mul d_value, y                                                      @22
      d_y_3: f64 = operator.add d_y_2, t13                                                    @22
      t14: Any = operator.mul d_value, y                                                      @22
      d_y_3: f64 = operator.iadd[owned] d_y_3, t14                                            @22
      d_y_4: f64 = copy d_y_3                                                                 @26
    else:
      d_y_4: f64 = copy d_y_2                                                                 @26
    t17: bool = operator.eq handler, -1                                                       @26
    if t17:                                                                                   @26
      t16: Any = operator.mul d_value, 3.0                                                    @24
      d_y_5: f64 = operator.add d_y_4, t16                                                    @24
      d_y_6: f64 = copy d_y_5                                                                 @26
    else:
      d_y_6: f64 = copy d_y_4                                                                 @26
    t18: bool = operator.ge reached, 7                                                        @18
    if t18:                                                                                   @18
      d_t7: float = copy d_value                                                              @18
    else:
      d_t7: float = copy 0.0                                                                  @18
    t20: bool = operator.ge reached, 6                                                        @18
    if t20:                                                                                   @18
      d_each: f64 = operator.truediv d_t7, each                                               @18
      d_each_2: f64 = copy d_each                                                             @18
    else:
      d_each_2: f64 = copy 0.0                                                                @18
    t23: bool = operator.ge reached, 1                                                        @18
    if t23:                                                                                   @18
      d_y_7: f64 = operator.mul d_y_6, each                                                   @13
      t22: Any = operator.mul d_y_6, y_kept                                                   @13
      d_each_2: f64 = operator.iadd[owned] d_each_2, t22                                      @13
      d_y_8: f64 = copy d_y_7                                                                 @18
    else:
      d_y_8: f64 = copy d_y_6                                                                 @18
    t24: Any = operator.mul d_y_8, 2.0                                                        @11
    d_each_2: f64 = operator.iadd[owned] d_each_2, t24                                        @11
    augitem[operator.iadd] d_x, iteration, d_each_2                                           @10
  return d_x                                                                                  @8
'''

ADJOINT = r'''
import math

from adls import runtime


# f(x: f64[x_0]) -> (f64, residuals)
def f__fwd(x):
    # 8: def f(x):
    reached = None
    y_kept = None
    # 10: for each in x:
    x_shape = x.shape
    # 9: total = 0.0
    total = 0.0  # f64
    # 10: for each in x:
    iteration = -1
    iterations_10 = []
    for each in x:  # f64
        iteration = iteration + 1
        # 11: y = each * 2.0
        y = each * 2.0  # f64
        # 19: except (ValueError, TypeError):
        t1 = ValueError, TypeError
        # 21: except (ZeroDivisionError, LookupError):
        t2 = ZeroDivisionError, LookupError
        # 12: try:
        handler = 0
        try:
            # 13: y = y * each
            reached = 0
            y_kept = y  # f64
            y = y * each  # f64
            reached = 1
            # 14: if each < 0.0:
            t3 = each < 0.0  # bool
            reached = 2
            if t3:
                # 15: raise ValueError("negative")
                raise ValueError("negative")
            # 14: if each < 0.0:
            reached = 3
            # 16: if each > 1.0:
            t5 = each > 1.0  # bool
            reached = 4
            if t5:
                # 17: raise IndexError("large")
                raise IndexError("large")
            # 16: if each > 1.0:
            reached = 5
            # 18: total += math.log(each)
            t7 = math.log(each)  # float
            reached = 6
            total += t7  # f64
            reached = 7
        except t1:
            # 19: except (ValueError, TypeError):
            handler = 1
            # 20: y = y * 0.5
            y = y * 0.5  # f64
        except t2:
            # 21: except (ZeroDivisionError, LookupError):
            handler = 2
            # 22: total += y * y
            total += y * y  # f64
        else:
            # 12: try:
            handler = -1
            # 24: total += 3.0 * y
            total += 3.0 * y  # f64
        finally:
            # 26: total = total + y
            total = total + y  # f64
        # 10: for each in x:
        iterations_10.append((handler, y, reached, each, y_kept, iteration))
    # 27: return total
    return total, (x_shape, iterations_10)


# f__back(residuals: residuals, d_value: f64) -> f64[x_0]
def f__back(residuals, d_value):
    # 8: def f(x):
    x_shape, iterations_10 = residuals
    del residuals
    # 10: for each in x:
    d_x = runtime.zeros(x_shape)  # f64[x_0]
    for handler, y, reached, each, y_kept, iteration in reversed(iterations_10):
        # 26: total = total + y
        if handler == 1:
            # 20: y = y * 0.5
            d_y_2 = d_value * 0.5  # f64
        else:
            # 26: total = total + y
            d_y_2 = d_value  # f64
        if handler == 2:
            # 22: total += y * y
            d_y_4 = d_y_2 + d_value * y  # f64
            d_y_4 += d_value * y  # f64
        else:
            # 26: total = total + y
            d_y_4 = d_y_2  # f64
        if handler == -1:
            # 24: total += 3.0 * y
            d_y_6 = d_y_4 + d_value * 3.0  # f64
        else:
            # 26: total = total + y
            d_y_6 = d_y_4  # f64
        # 18: total += math.log(each)
        if reached >= 7:
            d_t7 = d_value  # float
        else:
            d_t7 = 0.0  # float
        if reached >= 6:
            d_each_2 = d_t7 / each  # f64
        else:
            d_each_2 = 0.0  # f64
        if reached >= 1:
            # 13: y = y * each
            d_y_8 = d_y_6 * each  # f64
            d_each_2 += d_y_6 * y_kept  # f64
        else:
            # 18: total += math.log(each)
            d_y_8 = d_y_6  # f64
        # 11: y = each * 2.0
        d_each_2 += d_y_8 * 2.0  # f64
        # 10: for each in x:
        d_x[iteration] += d_each_2
    # 8: def f(x):
    return d_x
'''

"""`break`, `continue` and `return` anywhere, in nested loops."""

import numpy as np


def f(x):
    total = 0.0
    for i in range(4):
        for each in x:
            if each < 0.0:
                continue
            total += each * each * (i + 1)
            if total > 9.0:
                return total * x[0]
            if total > 2.0 and i < 2:
                break
        else:
            total *= 1.1
        x = x * 1.2
    return total


def arguments():
    return (np.array([0.5, -0.3, 0.8, 0.6]),)


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(x: f64[x_0]) -> f64                                                                         leaving.py:6
  total: f64 = copy 0.0                                                                       @7
  t1: range[int] = builtins.range 4                                                           @8
  for i: int in t1:                                                                           @8
    for each: f64 in x:                                                                       @9
      t2: bool = operator.lt each, 0.0                                                        @10
      if t2:                                                                                  @10
        continue                                                                              @11
      t3: f64 = operator.mul each, each                                                       @12
      t4: int = operator.add i, 1                                                             @12
      t5: f64 = operator.mul t3, t4                                                           @12
      total: f64 = operator.iadd total, t5                                                    @12
      t6: bool = operator.gt total, 9.0                                                       @13
      if t6:                                                                                  @13
        t7: f64 = getitem x, 0                                                                @14
        t8: f64 = operator.mul total, t7                                                      @14
        return t8                                                                             @14
      chosen: bool = operator.gt total, 2.0                                                   @15
      if chosen:                                                                              @15
        chosen: bool = operator.lt i, 2                                                       @15
      if chosen:                                                                              @15
        break                                                                                 @16
    else:
      total: f64 = operator.imul total, 1.1                                                   @18
    x: f64[x_0] = operator.mul x, 1.2                                                         @19
  return total                                                                                @20


# forward
forward f(x: f64[x_0]) -> (f64, residuals)                                                    leaving.py:6
  t7: f64 = copy None                                                                         @6
  t6: bool = copy None                                                                        @6
  t4: int = copy None                                                                         @6
  t2: bool = copy None                                                                        @6
  x_shape: shape = attr[shape] x                                                              @14
  reached: int = copy 0                                                                       @7
  total: f64 = copy 0.0                                                                       @7
  t1: range[int] = builtins.range 4                                                           @8
  iterations_8: residuals = list                                                              @8
  for i: int in t1:                                                                           @8
    try:                                                                                      @8
      reached_2: int = copy 0                                                                 @9
      iteration: int = copy -1                                                                @9
      completed: bool = copy False                                                            @9
      iterations_9: residuals = list                                                          @9
      for each: f64 in x:                                                                     @9
        try:                                                                                  @9
          iteration: int = operator.add iteration, 1                                          @9
          t2: bool = operator.lt each, 0.0                                                    @10
          if t2:                                                                              @10
            continue                                                                          @11
          t3: f64 = operator.mul each, each                                                   @12
          t4: int = operator.add i, 1                                                         @12
          t5: f64 = operator.mul t3, t4                                                       @12
          total: f64 = operator.iadd total, t5                                                @12
          t6: bool = operator.gt total, 9.0                                                   @13
          if t6:                                                                              @13
            t7: f64 = getitem x, 0                                                            @14
            t8: f64 = operator.mul total, t7                                                  @14
            t23: residuals = tuple reached, x_shape, iterations_8                             @14
            t24: residuals = tuple t8, t23                                                    @14
            return t24                                                                        @14
          chosen: bool = operator.gt total, 2.0                                               @15
          if chosen:                                                                          @15
            chosen: bool = operator.lt i, 2                                                   @15
          if chosen:                                                                          @15
            break                                                                             @16
        finally:
          t25: residuals = tuple t7, total, x_shape, t6, t4, each, t2, iteration              @9
          list.append iterations_9, t25                                                       @9
      else:
        completed: bool = copy True                                                           @9
        total: f64 = operator.imul total, 1.1                                                 @18
      reached_2: int = copy 1                                                                 @9
      x: f64[x_0] = operator.mul x, 1.2                                                       @19
      x_shape: shape = attr[shape] x                                                          @14
      reached_2: int = copy 2                                                                 @19
    finally:
      t26: residuals = tuple completed, x_shape, iterations_9, reached_2                      @8
      list.append iterations_8, t26                                                           @8
  reached: int = copy 1                                                                       @8
  t27: residuals = tuple reached, x_shape, iterations_8                                       @20
  t28: residuals = tuple total, t27                                                           @20
  return t28                                                                                  @20


# backward
backward f(residuals: residuals, d_value: f64) -> f64[x_0]                                    leaving.py:6
  reached: int, x_shape: shape, iterations_8: residuals = unpack residuals                    @6
  t9: bool = operator.ge reached, 1                                                           @8
  if t9:                                                                                      @8
    d_total: f64 = copy d_value                                                               @8
  else:
    d_total: f64 = copy 0.0                                                                   @8
  d_total_2: f64 = copy d_total                                                               @8
  d_x: f64[x_0] = runtime.zeros x_shape                                                       @8
  t21: residuals = builtins.reversed iterations_8                                             @8
  for t22: residuals in t21:                                                                  @8
    completed: bool, x_shape: shape, iterations_9: residuals, reached_2: int = unpack t22     @8
    t12: bool = operator.ge reached_2, 1                                                      @19
    if t12:                                                                                   @19
      d_x_2: f64[x_0] = operator.mul d_x, 1.2                                                 @19
      d_x_3: f64[x_0] = copy d_x_2                                                            @19
    else:
      d_x_3: f64[x_0] = copy d_x                                                              @19
    if completed:                                                                             @9
      d_total_3: f64 = operator.mul d_total_2, 1.1                                            @18
      d_total_4: f64 = copy d_total_3                                                         @9
    else:
      d_total_4: f64 = copy d_total_2                                                         @9
    d_total_5: f64 = copy d_total_4                                                           @9
    t19: residuals = builtins.reversed iterations_9                                           @9
    for t20: residuals in t19:                                                                @9
      t7: f64, total: f64, x_shape: shape, t6: bool, t4: int, each: f64, t2: bool, iteration: int = unpack t20  @9
      if t2:                                                                                  @10
        d_each_2: f64 = copy 0.0                                                              @12
        d_total_8: f64 = copy d_total_5                                                       @12
      else:
        if t6:                                                                                @13
          t14: Any = operator.mul d_value, t7                                                 @14
          d_total_6: f64 = operator.add d_total_5, t14                                        @14
          d_t7: f64 = operator.mul d_value, total                                             @14
          augitem[operator.iadd] d_x_3, 0, d_t7                                               @14
          d_total_7: f64 = copy d_total_6                                                     @15
        else:
          d_total_7: f64 = copy d_total_5                                                     @15
        d_t3: f64 = operator.mul d_total_7, t4                                                @12
        d_each: f64 = operator.mul d_t3, each                                                 @12
        t18: Any = operator.mul d_t3, each                                                    @12
        d_each: f64 = operator.iadd[owned] d_each, t18                                        @12
        d_each_2: f64 = copy d_each                                                           @12
        d_total_8: f64 = copy d_total_7                                                       @12
      augitem[operator.iadd] d_x_3, iteration, d_each_2                                       @9
      d_total_5: f64 = copy d_total_8                                                         @9
    d_total_2: f64 = copy d_total_5                                                           @8
    d_x: f64[x_0] = copy d_x_3                                                                @8
  return d_x                                                                                  @6
'''

ADJOINT = r'''
from adls import runtime


# f(x: f64[x_0]) -> (f64, residuals)
def f__fwd(x):
    # 6: def f(x):
    t7 = None
    t6 = None
    t4 = None
    t2 = None
    # 14: return total * x[0]
    x_shape = x.shape
    # 7: total = 0.0
    reached = 0
    total = 0.0  # f64
    # 8: for i in range(4):
    t1 = range(4)
    iterations_8 = []
    for i in t1:
        try:
            # 9: for each in x:
            reached_2 = 0
            iteration = -1
            completed = False
            iterations_9 = []
            for each in x:  # f64
                try:
                    iteration = iteration + 1
                    # 10: if each < 0.0:
                    t2 = each < 0.0  # bool
                    if t2:
                        # 11: continue
                        continue
                    # 12: total += each * each * (i + 1)
                    t3 = each * each  # f64
                    t4 = i + 1
                    total += t3 * t4  # f64
                    # 13: if total > 9.0:
                    t6 = total > 9.0  # bool
                    if t6:
                        # 14: return total * x[0]
                        t7 = x[0]  # f64
                        return total * t7, (reached, x_shape, iterations_8)
                    # 15: if total > 2.0 and i < 2:
                    chosen = total > 2.0  # bool
                    if chosen:
                        chosen = i < 2  # bool
                    if chosen:
                        # 16: break
                        break
                finally:
                    # 9: for each in x:
                    iterations_9.append((t7, total, x_shape, t6, t4, each, t2, iteration))
            else:
                completed = True
                # 18: total *= 1.1
                total *= 1.1  # f64
            # 9: for each in x:
            reached_2 = 1
            # 19: x = x * 1.2
            x = x * 1.2  # f64[x_0]
            # 14: return total * x[0]
            x_shape = x.shape
            # 19: x = x * 1.2
            reached_2 = 2
        finally:
            # 8: for i in range(4):
            iterations_8.append((completed, x_shape, iterations_9, reached_2))
    reached = 1
    # 20: return total
    return total, (reached, x_shape, iterations_8)


# f__back(residuals: residuals, d_value: f64) -> f64[x_0]
def f__back(residuals, d_value):
    # 6: def f(x):
    reached, x_shape, iterations_8 = residuals
    del residuals
    # 8: for i in range(4):
    if reached >= 1:
        d_total = d_value  # f64
    else:
        d_total = 0.0  # f64
    d_total_2 = d_total  # f64
    d_x = runtime.zeros(x_shape)  # f64[x_0]
    for completed, x_shape, iterations_9, reached_2 in reversed(iterations_8):
        # 19: x = x * 1.2
        if reached_2 >= 1:
            d_x_3 = d_x * 1.2  # f64[x_0]
        else:
            d_x_3 = d_x  # f64[x_0]
        # 9: for each in x:
        if completed:
            # 18: total *= 1.1
            d_total_4 = d_total_2 * 1.1  # f64
        else:
            # 9: for each in x:
            d_total_4 = d_total_2  # f64
        d_total_2 = d_total_4  # f64
        for t7, total, x_shape, t6, t4, each, t2, iteration in reversed(iterations_9):
            # 10: if each < 0.0:
            if t2:
                # 12: total += each * each * (i + 1)
                d_each_2 = 0.0  # f64
                d_total_8 = d_total_2  # f64
            else:
                # 13: if total > 9.0:
                if t6:
                    # 14: return total * x[0]
                    d_total_7 = d_total_2 + d_value * t7  # f64
                    d_t7 = d_value * total  # f64
                    d_x_3[0] += d_t7
                else:
                    # 15: if total > 2.0 and i < 2:
                    d_total_7 = d_total_2  # f64
                # 12: total += each * each * (i + 1)
                d_t3 = d_total_7 * t4  # f64
                d_each_2 = d_t3 * each  # f64
                d_each_2 += d_t3 * each  # f64
                d_total_8 = d_total_7  # f64
            # 9: for each in x:
            d_x_3[iteration] += d_each_2
            d_total_2 = d_total_8  # f64
        # 8: for i in range(4):
        d_x = d_x_3  # f64[x_0]
    # 6: def f(x):
    return d_x
'''

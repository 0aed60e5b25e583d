"""K4: partial execution: exceptions out of another module's function that has written before, and every way to leave."""

import numpy as np

from tests.golden.helping import g


def f(x, stop):
    a = np.zeros(len(x))
    s = 0.0
    n = 0
    for i in range(len(x)):
        try:
            a[i] = x[i]
            if i == stop:
                break
            if n > 50:
                return s * 2.0
            s += np.log(g(a, i))
        except ValueError:
            s += x[i]
            continue
        finally:
            n += 1
        s = s * 1.5
    return s + (a * a).sum() + n


def arguments():
    return np.array([1.0, -0.5, 2.0, 0.3, -1.0, 0.7]), 4


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
g(a: f64[n], i: int) -> f64                                                                   helping.py:8
  t1: f64 = getitem a, i                                                                      @9
  t2: f64 = operator.mul t1, 3.0                                                              @9
  setitem a, i, t2                                                                            @9
  t3: f64 = getitem a, i                                                                      @10
  t4: bool = operator.lt t3, 0.0                                                              @10
  if t4:                                                                                      @10
    t5: object = builtins.ValueError 'negative'                                               @11
    raise t5                                                                                  @11
  augitem[operator.iadd] a, i, 1.0                                                            @12
  t6: f64 = getitem a, i                                                                      @13
  return t6                                                                                   @13


# forward
forward g(a: f64[n], i: int) -> f64                                                           helping.py:8
  cells kept_here: residuals
  reached: int = copy None                                                                    @8
  try:                                                                                        @8
    reached: int = copy 0                                                                     @9
    t1: f64 = getitem a, i                                                                    @9
    reached: int = copy 1                                                                     @9
    t2: f64 = operator.mul t1, 3.0                                                            @9
    reached: int = copy 2                                                                     @9
    setitem a, i, t2                                                                          @9
    reached: int = copy 3                                                                     @9
    t3: f64 = getitem a, i                                                                    @10
    reached: int = copy 4                                                                     @10
    t4: bool = operator.lt t3, 0.0                                                            @10
    reached: int = copy 5                                                                     @10
    if t4:                                                                                    @10
      t5: object = builtins.ValueError 'negative'                                             @11
      raise t5                                                                                @11
    reached: int = copy 6                                                                     @10
    augitem[operator.iadd] a, i, 1.0                                                          @12
    reached: int = copy 7                                                                     @12
    t6: f64 = getitem a, i                                                                    @13
    reached: int = copy 8                                                                     @13
    return t6                                                                                 @13
  finally:
    t14: residuals = tuple reached, i                                                         @8
    list.append kept_here, t14                                                                @8


# backward
backward g(residuals: residuals, d_value: f64, d_a: f64[n]) -> None                           helping.py:8
  reached: int, i: int = unpack residuals                                                     @8
  t7: bool = operator.ge reached, 8                                                           @13
  if t7:                                                                                      @13
    d_t6: f64 = copy d_value                                                                  @13
  else:
    d_t6: f64 = copy 0.0                                                                      @13
  t8: bool = operator.ge reached, 8                                                           @13
  if t8:                                                                                      @13
    augitem[operator.iadd] d_a, i, d_t6                                                       @13
  t10: bool = operator.ge reached, 3                                                          @13
  if t10:                                                                                     @13
    d_written: f64 = getitem d_a, i                                                           @9
    setitem d_a, i, 0.0                                                                       @9
    d_t2: f64 = copy d_written                                                                @13
  else:
    d_t2: f64 = copy 0.0                                                                      @13
  t12: bool = operator.ge reached, 2                                                          @13
  if t12:                                                                                     @13
    d_t1: f64 = operator.mul d_t2, 3.0                                                        @9
    d_t1_2: f64 = copy d_t1                                                                   @13
  else:
    d_t1_2: f64 = copy 0.0                                                                    @13
  t13: bool = operator.ge reached, 1                                                          @13
  if t13:                                                                                     @13
    augitem[operator.iadd] d_a, i, d_t1_2                                                     @9
  return None                                                                                 @8


# primal
f(x: f64[x_0], stop: int) -> f64                                                              k4_partial.py:8
  t1: int = builtins.len x                                                                    @9
  a: f64[x_0] = numpy.zeros t1                                                                @9
  s: f64 = copy 0.0                                                                           @10
  n: int = copy 0                                                                             @11
  t2: int = builtins.len x                                                                    @12
  t3: range[int] = builtins.range t2                                                          @12
  for i: int in t3:                                                                           @12
    try:                                                                                      @13
      t4: f64 = getitem x, i                                                                  @14
      setitem a, i, t4                                                                        @14
      t5: bool = operator.eq i, stop                                                          @15
      if t5:                                                                                  @15
        break                                                                                 @16
      t6: bool = operator.gt n, 50                                                            @17
      if t6:                                                                                  @17
        t7: f64 = operator.mul s, 2.0                                                         @18
        return t7                                                                             @18
      t8: f64 = apply[tests.golden.helping.g||f64[N],int] a, i                                @19
      t9: f64 = numpy.log t8                                                                  @19
      s: f64 = operator.iadd s, t9                                                            @19
    except @builtins.ValueError:                                                              @20
      t10: f64 = getitem x, i                                                                 @21
      s: f64 = operator.iadd s, t10                                                           @21
      continue                                                                                @22
    finally:
      n: int = operator.iadd n, 1                                                             @24
    s: f64 = operator.mul s, 1.5                                                              @25
  t11: f64[x_0] = operator.mul a, a                                                           @26
  t12: f64 = ndarray.sum t11                                                                  @26
  t13: f64 = operator.add s, t12                                                              @26
  t14: f64 = operator.add t13, n                                                              @26
  return t14                                                                                  @26


# forward
forward f(x: f64[x_0], stop: int) -> (f64, residuals)                                         k4_partial.py:8
  t11_shape: shape = copy None                                                                @8
  reached_3: int = copy None                                                                  @8
  t8: f64 = copy None                                                                         @8
  g_kept: residuals = copy None                                                               @8
  reached_4: int = copy None                                                                  @8
  t6: bool = copy None                                                                        @8
  reached: int = copy 0                                                                       @9
  t1: int = builtins.len x                                                                    @9
  a: f64[x_0] = numpy.zeros t1                                                                @9
  s: f64 = copy 0.0                                                                           @10
  n: int = copy 0                                                                             @11
  t2: int = builtins.len x                                                                    @12
  t3: range[int] = builtins.range t2                                                          @12
  iterations_12: residuals = list                                                             @12
  for i: int in t3:                                                                           @12
    try:                                                                                      @12
      reached_2: int = copy 0                                                                 @13
      handler: int = copy 0                                                                   @13
      try:                                                                                    @13
        reached_3: int = copy 0                                                               @14
        t4: f64 = getitem x, i                                                                @14
        reached_3: int = copy 1                                                               @14
        setitem a, i, t4                                                                      @14
        reached_3: int = copy 2                                                               @14
        t5: bool = operator.eq i, stop                                                        @15
        reached_3: int = copy 3                                                               @15
        if t5:                                                                                @15
          break                                                                               @16
        reached_3: int = copy 4                                                               @15
        t6: bool = operator.gt n, 50                                                          @17
        reached_3: int = copy 5                                                               @17
        if t6:                                                                                @17
          reached_4: int = copy 0                                                             @18
          t7: f64 = operator.mul s, 2.0                                                       @18
          reached_4: int = copy 1                                                             @18
          t37: residuals = tuple t11_shape, a, reached, iterations_12                         @18
          t38: residuals = tuple t7, t37                                                      @18
          return t38                                                                          @18
        reached_3: int = copy 6                                                               @17
        g_kept: residuals = list                                                              @19
        t8: f64 = forward[tests.golden.helping.g||f64[N],int|d0|v0.0|guarded] g_kept, a, i    @19
        reached_3: int = copy 7                                                               @19
        t9: f64 = numpy.log t8                                                                @19
        reached_3: int = copy 8                                                               @19
        s: f64 = operator.iadd s, t9                                                          @19
        reached_3: int = copy 9                                                               @19
      except @builtins.ValueError:                                                            @20
        handler: int = copy 1                                                                 @20
        t10: f64 = getitem x, i                                                               @21
        s: f64 = operator.iadd s, t10                                                         @21
        continue                                                                              @22
      finally:
        n: int = operator.iadd n, 1                                                           @24
      reached_2: int = copy 1                                                                 @13
      s: f64 = operator.mul s, 1.5                                                            @25
      reached_2: int = copy 2                                                                 @25
    finally:
      t39: residuals = tuple reached_2, i, handler, reached_3, t8, g_kept, reached_4, t6      @12
      list.append iterations_12, t39                                                          @12
  reached: int = copy 1                                                                       @12
  t11: f64[x_0] = operator.mul a, a                                                           @26
  t11_shape: shape = attr[shape] t11                                                          @26
  t12: f64 = ndarray.sum t11                                                                  @26
  t13: f64 = operator.add s, t12                                                              @26
  t14: f64 = operator.add t13, n                                                              @26
  t40: residuals = tuple t11_shape, a, reached, iterations_12                                 @26
  t41: residuals = tuple t14, t40                                                             @26
  return t41                                                                                  @26


# backward
backward f(residuals: residuals, d_value: f64, d_x: f64[x_0]) -> None                         k4_partial.py:8
  t11_shape: shape, a: f64[x_0], reached: int, iterations_12: residuals = unpack residuals    @8
  t34: shape = attr[shape] a                                                                  @9
  d_a: f64[x_0] = numpy.zeros t34                                                             @9
  t18: bool = operator.ge reached, 1                                                          @26
  if t18:                                                                                     @26
    d_t11: f64[x_0] = numpy.broadcast_to d_value, t11_shape                                   @26
    t16: f64[x_0] = operator.mul d_t11, a                                                     @26
    d_a: f64[x_0] = operator.iadd d_a, t16                                                    @26
    t17: f64[x_0] = operator.mul d_t11, a                                                     @26
    d_a: f64[x_0] = operator.iadd d_a, t17                                                    @26
    d_s: f64 = copy d_value                                                                   @26
  else:
    d_s: f64 = copy 0.0                                                                       @26
  d_s_2: f64 = copy d_s                                                                       @12
  t35: residuals = builtins.reversed iterations_12                                            @12
  for t36: residuals in t35:                                                                  @12
    reached_2: int, i: int, handler: int, reached_3: int, t8: f64, g_kept: residuals, reached_4: int, t6: bool = unpack t36  @12
    t20: bool = operator.ge reached_2, 1                                                      @25
    if t20:                                                                                   @25
      d_s_3: f64 = operator.mul d_s_2, 1.5                                                    @25
      d_s_4: f64 = copy d_s_3                                                                 @25
    else:
      d_s_4: f64 = copy d_s_2                                                                 @25
    t21: bool = operator.eq handler, 1                                                        @24
    if t21:                                                                                   @24
      augitem[operator.iadd] d_x, i, d_s_4                                                    @21
    t22: bool = operator.ge reached_3, 9                                                      @19
    if t22:                                                                                   @19
      d_t9: f64 = copy d_s_4                                                                  @19
    else:
      d_t9: f64 = copy 0.0                                                                    @19
    t24: bool = operator.ge reached_3, 8                                                      @19
    if t24:                                                                                   @19
      d_t8: f64 = operator.truediv d_t9, t8                                                   @19
      d_t8_2: f64 = copy d_t8                                                                 @19
    else:
      d_t8_2: f64 = copy 0.0                                                                  @19
    t26: bool = operator.ge reached_3, 6                                                      @19
    if t26:                                                                                   @19
      t25: Any = getitem g_kept, 0                                                            @19
      backward[tests.golden.helping.g||f64[N],int|d0|v0.0|guarded] t25, d_t8_2, d_a           @19
    t30: bool = operator.ge reached_3, 5                                                      @19
    if t30:                                                                                   @19
      if t6:                                                                                  @17
        t27: bool = operator.ge reached_4, 1                                                  @18
        if t27:                                                                               @18
          d_t7: f64 = copy d_value                                                            @18
        else:
          d_t7: f64 = copy 0.0                                                                @18
        t29: bool = operator.ge reached_4, 1                                                  @18
        if t29:                                                                               @18
          t28: Any = operator.mul d_t7, 2.0                                                   @18
          d_s_5: f64 = operator.add d_s_4, t28                                                @18
          d_s_6: f64 = copy d_s_5                                                             @18
        else:
          d_s_6: f64 = copy d_s_4                                                             @18
        d_s_7: f64 = copy d_s_6                                                               @17
      else:
        d_s_7: f64 = copy d_s_4                                                               @17
      d_s_8: f64 = copy d_s_7                                                                 @19
    else:
      d_s_8: f64 = copy d_s_4                                                                 @19
    t32: bool = operator.ge reached_3, 2                                                      @19
    if t32:                                                                                   @19
      d_written: f64 = getitem d_a, i                                                         @14
      setitem d_a, i, 0.0                                                                     @14
      d_t4: f64 = copy d_written                                                              @19
    else:
      d_t4: f64 = copy 0.0                                                                    @19
    t33: bool = operator.ge reached_3, 1                                                      @19
    if t33:                                                                                   @19
      augitem[operator.iadd] d_x, i, d_t4                                                     @14
    d_s_2: f64 = copy d_s_8                                                                   @12
  return None                                                                                 @8
'''

ADJOINT = r'''
import numpy as np


# g(kept_here: residuals, a: f64[n], i: int) -> f64
def g__fwd(kept_here, a, i):
    # 8: def g(a, i):
    reached = None
    try:
        # 9: a[i] = a[i] * 3.0
        reached = 0
        t1 = a[i]  # f64
        reached = 1
        t2 = t1 * 3.0  # f64
        reached = 2
        a[i] = t2
        reached = 3
        # 10: if a[i] < 0.0:
        t3 = a[i]  # f64
        reached = 4
        t4 = t3 < 0.0  # bool
        reached = 5
        if t4:
            # 11: raise ValueError("negative")
            raise ValueError("negative")
        # 10: if a[i] < 0.0:
        reached = 6
        # 12: a[i] += 1.0
        a[i] += 1.0
        reached = 7
        # 13: return a[i]
        t6 = a[i]  # f64
        reached = 8
        return t6
    finally:
        # 8: def g(a, i):
        kept_here.append((reached, i))


# g__back(residuals: residuals, d_value: f64, d_a: f64[n]) -> None
def g__back(residuals, d_value, d_a):
    # 8: def g(a, i):
    reached, i = residuals
    # 13: return a[i]
    if reached >= 8:
        d_t6 = d_value  # f64
    else:
        d_t6 = 0.0  # f64
    if reached >= 8:
        d_a[i] += d_t6
    if reached >= 3:
        # 9: a[i] = a[i] * 3.0
        d_t2 = d_a.item(i)  # float
        d_a[i] = 0.0
    else:
        # 13: return a[i]
        d_t2 = 0.0  # float
    if reached >= 2:
        # 9: a[i] = a[i] * 3.0
        d_t1_2 = d_t2 * 3.0  # float
    else:
        # 13: return a[i]
        d_t1_2 = 0.0  # float
    if reached >= 1:
        # 9: a[i] = a[i] * 3.0
        d_a[i] += d_t1_2
    # 8: def g(a, i):
    return None


# f(x: f64[x_0], stop: int) -> (f64, residuals)
def f__fwd(x, stop):
    # 8: def f(x, stop):
    t11_shape = None
    reached_3 = None
    t8 = None
    g_kept = None
    reached_4 = None
    t6 = None
    # 9: a = np.zeros(len(x))
    reached = 0
    a = np.zeros(len(x))  # f64[x_0]
    # 10: s = 0.0
    s = 0.0  # f64
    # 11: n = 0
    n = 0
    # 12: for i in range(len(x)):
    t3 = range(len(x))
    iterations_12 = []
    for i in t3:
        try:
            # 13: try:
            reached_2 = 0
            handler = 0
            try:
                # 14: a[i] = x[i]
                reached_3 = 0
                t4 = x[i]  # f64
                reached_3 = 1
                a[i] = t4
                reached_3 = 2
                # 15: if i == stop:
                t5 = i == stop
                reached_3 = 3
                if t5:
                    # 16: break
                    break
                # 15: if i == stop:
                reached_3 = 4
                # 17: if n > 50:
                t6 = n > 50
                reached_3 = 5
                if t6:
                    # 18: return s * 2.0
                    reached_4 = 0
                    t7 = s * 2.0  # f64
                    reached_4 = 1
                    return t7, (t11_shape, a, reached, iterations_12)
                # 17: if n > 50:
                reached_3 = 6
                # 19: s += np.log(g(a, i))
                g_kept = []
                t8 = g__fwd(g_kept, a, i)  # f64
                reached_3 = 7
                t9 = np.log(t8)  # f64
                reached_3 = 8
                s += t9  # f64
                reached_3 = 9
            except ValueError:
                # 20: except ValueError:
                handler = 1
                # 21: s += x[i]
                s += x[i]  # f64
                # 22: continue
                continue
            finally:
                # 24: n += 1
                n += 1
            # 13: try:
            reached_2 = 1
            # 25: s = s * 1.5
            s = s * 1.5  # f64
            reached_2 = 2
        finally:
            # 12: for i in range(len(x)):
            iterations_12.append((reached_2, i, handler, reached_3, t8, g_kept, reached_4, t6))
    reached = 1
    # 26: return s + (a * a).sum() + n
    t11 = a * a  # f64[x_0]
    t11_shape = t11.shape
    return s + t11.sum() + n, (t11_shape, a, reached, iterations_12)


# f__back(residuals: residuals, d_value: f64, d_x: f64[x_0]) -> None
def f__back(residuals, d_value, d_x):
    # 8: def f(x, stop):
    t11_shape, a, reached, iterations_12 = residuals  # shape, f64[x_0], int, residuals
    del residuals
    # 9: a = np.zeros(len(x))
    d_a = np.zeros(a.shape)  # f64[x_0]
    # 26: return s + (a * a).sum() + n
    if reached >= 1:
        d_t11 = np.broadcast_to(d_value, t11_shape)  # f64[x_0]
        d_a += d_t11 * a  # f64[x_0]
        d_a += d_t11 * a  # f64[x_0]
        d_s = d_value  # f64
    else:
        d_s = 0.0  # f64
    del a
    # 12: for i in range(len(x)):
    d_s_2 = d_s  # f64
    for reached_2, i, handler, reached_3, t8, g_kept, reached_4, t6 in reversed(iterations_12):
        # 25: s = s * 1.5
        if reached_2 >= 1:
            d_s_4 = d_s_2 * 1.5  # f64
        else:
            d_s_4 = d_s_2  # f64
        # 24: n += 1
        if handler == 1:
            # 21: s += x[i]
            d_x[i] += d_s_4
        # 19: s += np.log(g(a, i))
        if reached_3 >= 9:
            d_t9 = d_s_4  # f64
        else:
            d_t9 = 0.0  # f64
        if reached_3 >= 8:
            d_t8_2 = d_t9 / t8  # f64
        else:
            d_t8_2 = 0.0  # f64
        if reached_3 >= 6:
            g__back(g_kept[0], d_t8_2, d_a)
        if reached_3 >= 5:
            # 17: if n > 50:
            if t6:
                # 18: return s * 2.0
                if reached_4 >= 1:
                    d_t7 = d_value  # f64
                else:
                    d_t7 = 0.0  # f64
                if reached_4 >= 1:
                    d_s_6 = d_s_4 + d_t7 * 2.0  # f64
                else:
                    d_s_6 = d_s_4  # f64
                # 17: if n > 50:
                d_s_7 = d_s_6  # f64
            else:
                d_s_7 = d_s_4  # f64
            # 19: s += np.log(g(a, i))
            d_s_8 = d_s_7  # f64
        else:
            d_s_8 = d_s_4  # f64
        if reached_3 >= 2:
            # 14: a[i] = x[i]
            d_t4 = d_a.item(i)  # float
            d_a[i] = 0.0
        else:
            # 19: s += np.log(g(a, i))
            d_t4 = 0.0  # float
        if reached_3 >= 1:
            # 14: a[i] = x[i]
            d_x[i] += d_t4
        # 12: for i in range(len(x)):
        d_s_2 = d_s_8  # f64
    # 8: def f(x, stop):
    return None
'''

"""A `while` loop whose number of iterations depends on values: Newton's method."""


def f(a, guess):
    x = guess
    steps = 0
    while abs(x * x - a) > 1e-3 and steps < 20:
        x = 0.5 * (x + a / x)
        steps += 1
    return x + 0.0 * steps


ARGNUMS = (0, 1)


def arguments():
    return 2.0, 5.0


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(a: float, guess: float) -> float                                                            while_loops.py:4
  x: float = copy guess                                                                       @5
  steps: int = copy 0                                                                         @6
  while:                                                                                      @7
    t1: float = operator.mul x, x                                                             @7
    t2: float = operator.sub t1, a                                                            @7
    t3: float = builtins.abs t2                                                               @7
    chosen: bool = operator.gt t3, 0.001                                                      @7
    if chosen:                                                                                @7
      chosen: bool = operator.lt steps, 20                                                    @7
  holds chosen:
    t4: float = operator.truediv a, x                                                         @8
    t5: float = operator.add x, t4                                                            @8
    x: float = operator.mul 0.5, t5                                                           @8
    steps: int = operator.iadd steps, 1                                                       @9
  t6: float = operator.mul 0.0, steps                                                         @10
  t7: float = operator.add x, t6                                                              @10
  return t7                                                                                   @10


# forward
forward f(a: float, guess: float) -> (float, residuals)                                       while_loops.py:4
  x: float = copy guess                                                                       @5
  steps: int = copy 0                                                                         @6
  iterations_7: residuals = list                                                              @7
  while:                                                                                      @7
    t1: float = operator.mul x, x                                                             @7
    t2: float = operator.sub t1, a                                                            @7
    t3: float = builtins.abs t2                                                               @7
    chosen: bool = operator.gt t3, 0.001                                                      @7
    if chosen:                                                                                @7
      chosen: bool = operator.lt steps, 20                                                    @7
  holds chosen:
    x_kept: float = copy x                                                                    @8
    t4: float = operator.truediv a, x                                                         @8
    t5: float = operator.add x, t4                                                            @8
    x: float = operator.mul 0.5, t5                                                           @8
    steps: int = operator.iadd steps, 1                                                       @9
    t15: residuals = tuple x_kept, t4                                                         @7
    list.append iterations_7, t15                                                             @7
  t6: float = operator.mul 0.0, steps                                                         @10
  t7: float = operator.add x, t6                                                              @10
  t16: residuals = tuple iterations_7                                                         @10
  t17: residuals = tuple t7, t16                                                              @10
  return t17                                                                                  @10


# backward
backward f(residuals: residuals, d_value: float) -> (float, float)                            while_loops.py:4
  iterations_7: residuals = getitem residuals, 0                                              @4
  d_a: float = copy 0.0                                                                       @7
  d_x: float = copy d_value                                                                   @7
  t13: residuals = builtins.reversed iterations_7                                             @7
  for t14: residuals in t13:                                                                  @7
    x_kept: float, t4: float = unpack t14                                                     @7
    d_t5: float = operator.mul d_x, 0.5                                                       @8
    t9: Any = operator.truediv d_t5, x_kept                                                   @8
    d_a: float = operator.iadd[owned] d_a, t9                                                 @8
    t10: float = operator.mul d_t5, t4                                                        @8
    t11: Any = operator.truediv t10, x_kept                                                   @8
    d_x_2: float = operator.sub d_t5, t11                                                     @8
    d_x: float = copy d_x_2                                                                   @7
  t12: Any = tuple d_a, d_x                                                                   @4
  return t12                                                                                  @4
'''

ADJOINT = r'''
# f(a: float, guess: float) -> (float, residuals)
def f__fwd(a, guess):
    # 5: x = guess
    x = guess  # float
    # 6: steps = 0
    steps = 0
    # 7: while abs(x * x - a) > 1e-3 and steps < 20:
    iterations_7 = []
    while True:
        chosen = abs(x * x - a) > 0.001
        if chosen:
            chosen = steps < 20
        if not chosen:
            break
        # 8: x = 0.5 * (x + a / x)
        x_kept = x  # float
        t4 = a / x  # float
        x = 0.5 * (x + t4)  # float
        # 9: steps += 1
        steps += 1
        # 7: while abs(x * x - a) > 1e-3 and steps < 20:
        iterations_7.append((x_kept, t4))
    # 10: return x + 0.0 * steps
    return x + 0.0 * steps, (iterations_7,)


# f__back(residuals: residuals, d_value: float) -> (float, float)
def f__back(residuals, d_value):
    # 4: def f(a, guess):
    iterations_7 = residuals[0]
    del residuals
    # 7: while abs(x * x - a) > 1e-3 and steps < 20:
    d_a = 0.0  # float
    d_x = d_value  # float
    for x_kept, t4 in reversed(iterations_7):
        # 8: x = 0.5 * (x + a / x)
        d_t5 = d_x * 0.5  # float
        d_a += d_t5 / x_kept  # float
        d_x = d_t5 - d_t5 * t4 / x_kept  # float
    # 4: def f(a, guess):
    return d_a, d_x
'''

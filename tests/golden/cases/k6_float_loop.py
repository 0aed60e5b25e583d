"""K6: a loop on floats that calls a helper, which keeps its place in tracebacks."""

import math


def push(angle, speed, damping):
    return -math.sin(angle) - damping * speed


def f(params):
    angle, speed, damping = params
    for _ in range(10):
        speed = speed + 0.01 * push(angle, speed, damping)
        angle = angle + 0.01 * speed
    return angle * angle + speed * speed


def arguments():
    return ((0.5, 0.1, 0.2),)


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
push(angle: float, speed: float, damping: float) -> float                                     k6_float_loop.py:6
  t1: float = math.sin angle                                                                  @7
  t2: float = operator.neg t1                                                                 @7
  t3: float = operator.mul damping, speed                                                     @7
  t4: float = operator.sub t2, t3                                                             @7
  return t4                                                                                   @7


# forward
forward push(angle: float, speed: float, damping: float) -> (float, residuals)                k6_float_loop.py:6
  t1: float = math.sin angle                                                                  @7
  t2: float = operator.neg t1                                                                 @7
  t3: float = operator.mul damping, speed                                                     @7
  t4: float = operator.sub t2, t3                                                             @7
  t10: residuals = tuple speed, damping, angle                                                @7
  t11: residuals = tuple t4, t10                                                              @7
  return t11                                                                                  @7


# backward
backward push(residuals: residuals, d_value: float) -> (float, float, float)                  k6_float_loop.py:6
  speed: float, damping: float, angle: float = unpack residuals                               @6
  d_t3: float = operator.neg d_value                                                          @7
  d_damping: float = operator.mul d_t3, speed                                                 @7
  d_speed: float = operator.mul d_t3, damping                                                 @7
  t7: Any = math.cos angle                                                                    @7
  minus_d_angle: float = operator.mul d_value, t7                                             @7
  d_angle: float = operator.neg minus_d_angle                                                 @6
  t9: Any = tuple d_angle, d_speed, d_damping                                                 @6
  return t9                                                                                   @6


# primal
f(params: (float, float, float)) -> float                                                     k6_float_loop.py:10
  angle: float, speed: float, damping: float = unpack params                                  @11
  t1: range[int] = builtins.range 10                                                          @12
  for _: int in t1:                                                                           @12
    t2: float = apply[tests.golden.cases.k6_float_loop.push||float,float,float] angle, speed, damping  @13
    t3: float = operator.mul 0.01, t2                                                         @13
    speed: float = operator.add speed, t3                                                     @13
    t4: float = operator.mul 0.01, speed                                                      @14
    angle: float = operator.add angle, t4                                                     @14
  t5: float = operator.mul angle, angle                                                       @15
  t6: float = operator.mul speed, speed                                                       @15
  t7: float = operator.add t5, t6                                                             @15
  return t7                                                                                   @15


# forward
forward f(params: (float, float, float)) -> (float, residuals)                                k6_float_loop.py:10
  angle: float, speed: float, damping: float = unpack params                                  @11
  t1: range[int] = builtins.range 10                                                          @12
  iterations_12: residuals = list                                                             @12
  for _: int in t1:                                                                           @12
    t2: float, push_kept: residuals = forward[tests.golden.cases.k6_float_loop.push||float,float,float|d0,1,2] angle, speed, damping  @13
    t3: float = operator.mul 0.01, t2                                                         @13
    speed: float = operator.add speed, t3                                                     @13
    t4: float = operator.mul 0.01, speed                                                      @14
    angle: float = operator.add angle, t4                                                     @14
    list.append iterations_12, push_kept                                                      @12
  t5: float = operator.mul angle, angle                                                       @15
  t6: float = operator.mul speed, speed                                                       @15
  t7: float = operator.add t5, t6                                                             @15
  t16: residuals = tuple speed, angle, iterations_12                                          @15
  t17: residuals = tuple t7, t16                                                              @15
  return t17                                                                                  @15


# backward
backward f(residuals: residuals, d_value: float) -> (float, float, float)                     k6_float_loop.py:10
  speed: float, angle: float, iterations_12: residuals = unpack residuals                     @10
  d_speed: float = operator.mul d_value, speed                                                @15
  t9: float = operator.mul d_value, speed                                                     @15
  d_speed: float = operator.iadd[owned] d_speed, t9                                           @15
  d_angle: float = operator.mul d_value, angle                                                @15
  t11: float = operator.mul d_value, angle                                                    @15
  d_angle: float = operator.iadd[owned] d_angle, t11                                          @15
  d_damping: float = copy 0.0                                                                 @12
  t15: residuals = builtins.reversed iterations_12                                            @12
  for push_kept: residuals in t15:                                                            @12
    t12: float = operator.mul d_angle, 0.01                                                   @14
    d_speed: float = operator.iadd[owned] d_speed, t12                                        @14
    d_t2: float = operator.mul d_speed, 0.01                                                  @13
    d_angle_2: float, d_speed_2: float, d_damping_2: float = backward[tests.golden.cases.k6_float_loop.push||float,float,float|d0,1,2] push_kept, d_t2  @13
    d_angle_3: float = operator.add d_angle, d_angle_2                                        @13
    d_speed_3: float = operator.add d_speed, d_speed_2                                        @13
    d_damping_3: float = operator.add d_damping, d_damping_2                                  @13
    d_angle: float = copy d_angle_3                                                           @12
    d_damping: float = copy d_damping_3                                                       @12
    d_speed: float = copy d_speed_3                                                           @12
  t14: (float, float, float) = tuple d_angle, d_speed, d_damping                              @10
  return t14                                                                                  @10
'''

ADJOINT = r'''
import math


# push(angle: float, speed: float, damping: float) -> (float, residuals)
def push__fwd(angle, speed, damping):
    # 7: return -math.sin(angle) - damping * speed
    return -math.sin(angle) - damping * speed, (speed, damping, angle)


# push__back(residuals: residuals, d_value: float) -> (float, float, float)
def push__back(residuals, d_value):
    # 6: def push(angle, speed, damping):
    speed, damping, angle = residuals  # float, float, float
    # 7: return -math.sin(angle) - damping * speed
    d_t3 = -d_value  # float
    d_damping = d_t3 * speed  # float
    d_speed = d_t3 * damping  # float
    minus_d_angle = d_value * math.cos(angle)  # float
    # 6: def push(angle, speed, damping):
    d_angle = -minus_d_angle  # float
    return d_angle, d_speed, d_damping


# f(params: (float, float, float)) -> (float, residuals)
def f__fwd(params):
    # 11: angle, speed, damping = params
    angle, speed, damping = params  # float, float, float
    # 12: for _ in range(10):
    t1 = range(10)
    iterations_12 = []
    for _ in t1:
        # 13: speed = speed + 0.01 * push(angle, speed, damping)
        t2, push_kept = push__fwd(angle, speed, damping)  # float, residuals
        speed = speed + 0.01 * t2  # float
        # 14: angle = angle + 0.01 * speed
        angle = angle + 0.01 * speed  # float
        # 12: for _ in range(10):
        iterations_12.append(push_kept)
    # 15: return angle * angle + speed * speed
    return angle * angle + speed * speed, (speed, angle, iterations_12)


# f__back(residuals: residuals, d_value: float) -> (float, float, float)
def f__back(residuals, d_value):
    # 10: def f(params):
    speed, angle, iterations_12 = residuals  # float, float, residuals
    del residuals
    # 15: return angle * angle + speed * speed
    d_speed = d_value * speed + d_value * speed  # float
    d_angle = d_value * angle + d_value * angle  # float
    # 12: for _ in range(10):
    d_damping = 0.0  # float
    for push_kept in reversed(iterations_12):
        # 14: angle = angle + 0.01 * speed
        d_speed += d_angle * 0.01  # float
        # 13: speed = speed + 0.01 * push(angle, speed, damping)
        d_t2 = d_speed * 0.01  # float
        d_angle_2, d_speed_2, d_damping_2 = push__back(push_kept, d_t2)  # float, float, float
        d_angle += d_angle_2  # float
        d_speed += d_speed_2  # float
        d_damping += d_damping_2  # float
    # 10: def f(params):
    return d_angle, d_speed, d_damping
'''

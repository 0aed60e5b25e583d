"""The float loop's adjoint: one tuple an iteration, and the helper stays a function of its own."""

import math

from benchmarks.programs.float_loop import STEP, STEPS


def push__fwd(angle, speed, damping):
    return -math.sin(angle) - damping * speed, (angle, speed, damping)


def push__back(residuals, cotangent):
    angle, speed, damping = residuals
    return -cotangent * math.cos(angle), -cotangent * damping, -cotangent * speed


def loss__fwd(params):
    angle, speed, damping = params
    trace = []
    for _ in range(STEPS):
        acceleration, pushed = push__fwd(angle, speed, damping)
        speed = speed + STEP * acceleration
        angle = angle + STEP * speed
        trace.append(pushed)
    return angle * angle + speed * speed, (angle, speed, trace)


def loss__back(residuals, cotangent):
    angle, speed, trace = residuals
    d_angle = 2.0 * cotangent * angle
    d_speed = 2.0 * cotangent * speed
    d_damping = 0.0
    for pushed in reversed(trace):
        d_speed += STEP * d_angle
        by_angle, by_speed, by_damping = push__back(pushed, STEP * d_speed)
        d_angle += by_angle
        d_speed += by_speed
        d_damping += by_damping
    return d_angle, d_speed, d_damping

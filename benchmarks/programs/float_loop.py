"""A thousand steps of a damped, driven pendulum on plain floats: the interpreter and calls of a helper."""

import math

STEPS = 1000
STEP = 0.01


def push(angle, speed, damping):
    """The pendulum's acceleration."""
    return -math.sin(angle) - damping * speed


# adls: loss((0.5, 0.1, 0.2))
def loss(params):
    """How far the pendulum is from rest at the end."""
    angle, speed, damping = params
    for _ in range(STEPS):
        speed = speed + STEP * push(angle, speed, damping)
        angle = angle + STEP * speed
    return angle * angle + speed * speed


if __name__ == "__main__":
    print(loss((0.5, 0.1, 0.2)))

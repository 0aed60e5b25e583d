"""A program whose imports would leave marks if anybody ran them."""

import cattrs
import model
import numpy as np

print("hello", cattrs)


# adls: f(np.ones(3))
def f(x):
    return np.sum(model.f(x))

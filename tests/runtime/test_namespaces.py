"""An argument that is a `types.SimpleNamespace`: its gradient is one too."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

import adls


def loss(settings):
    return (settings.weight**2).sum() * settings.bias


def test_the_gradient_of_a_namespace_is_one():
    weight = np.array([1.0, 2.0, 3.0])
    found = adls.grad(loss)(SimpleNamespace(weight=weight, bias=1.5))
    assert isinstance(found, SimpleNamespace)
    np.testing.assert_allclose(found.weight, 3.0 * weight)
    assert found.bias == 14.0

"""What gradients cost, as multiples of an adjoint written by hand: `python -m benchmarks`."""

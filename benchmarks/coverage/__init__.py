"""How many programs that nobody wrote for adls have their gradient right: `python -m benchmarks.coverage`."""

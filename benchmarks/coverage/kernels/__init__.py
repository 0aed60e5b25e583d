"""Kernels of well-known benchmarks, written as a textbook has them: plain NumPy, in place where the textbook is."""

"""The process that runs user code and records it. Standard library and NumPy only."""

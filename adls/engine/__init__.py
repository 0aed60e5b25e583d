"""The compiler: source text -> typed IR -> adjoint IR -> Python text. Standard library only."""

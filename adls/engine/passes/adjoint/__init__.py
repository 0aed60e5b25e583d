"""The adjoint pass: a typed primal becomes a forward and a backward function."""

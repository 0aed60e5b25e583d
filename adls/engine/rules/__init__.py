"""The adjoint rules: tables of rows, one family a file. Rows only: mechanisms live in `passes`."""

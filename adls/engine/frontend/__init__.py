"""Python source to the IR, and what its names stand for."""

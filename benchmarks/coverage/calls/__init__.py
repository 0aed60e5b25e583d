"""Calls of programs by others, one file a field. A call makes one number of what they give, and nothing else."""

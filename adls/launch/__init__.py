"""Starting a worker, talking with it, and what came of it. Standard library only."""

"""Readable Python from the IR: folding, names, text, the tree that runs with the user's positions, and its clocks."""

"""Passes over the IR: each takes a function and returns a new one, or facts about it."""

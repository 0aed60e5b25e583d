"""A profile as text for the terminal and as a self-contained page. Standard library only."""

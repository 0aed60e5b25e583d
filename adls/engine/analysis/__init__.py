"""What can be said of a file's text without running it. Nothing here raises on a user's text."""

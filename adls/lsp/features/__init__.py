"""One file a feature: pure functions of a frozen snapshot and the request's parameters."""

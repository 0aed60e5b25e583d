"""The language server. It never runs user code and never imports NumPy: both are for processes that it starts."""

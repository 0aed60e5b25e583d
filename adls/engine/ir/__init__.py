"""The intermediate representation: types, operations with their effects, functions, printer, verifier."""

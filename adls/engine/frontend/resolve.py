"""What a global name stands for, and who answers that: the text (for the server) or the live objects."""

from __future__ import annotations

from adls.engine.ir.entities import Entity, Library, Namespace, Resolver, UserFunction, Value, key_of

__all__ = ["Entity", "Library", "Namespace", "Resolver", "UserFunction", "Value", "key_of"]

"""The listing that ran, as text, with the types of the variables that differentiation made."""

from __future__ import annotations

from dataclasses import replace

from adls.engine.backend.emit import check_listing
from adls.engine.passes.pipeline import verifies
from adls.engine.typed import typed_listing
from adls.runtime.compiler import Compiled


def typed_text(found: Compiled) -> str:
    """The typed listing; its statements are those of the tree that ran."""
    listing = typed_listing(found.adjoints, found.key, found.subject.resolver, once=found.once)
    if verifies():
        check_listing(replace(listing, tree=found.printed.listing.tree))
    return listing.text

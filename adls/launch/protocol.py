"""What the two sides say to each other: one request to the worker, then messages from it, one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

PROTOCOL = 1  # entry.py says this number too: it must not import anything before it has said it.

Action = Literal["profile", "show", "check"]
Form = Literal["python", "ir", "passes"]
Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What a worker shall do with `file`.

    `function` is "" for every function with an example call; `call` is an example call to use instead of those in
    the file; `argnums` is None where the example call decides. `script` holds the arguments of a program that is
    run whole, or is None. `repeat` is the number of evaluations, 0 for as many as a good median needs. `texts` are the
    texts of files that an editor has not saved, by absolute path: they are what runs. `folder` is the working
    directory, "" for the caller's own.
    """

    action: Action
    file: str
    function: str = ""
    call: str = ""
    argnums: tuple[int, ...] | None = None
    repeat: int = 0
    script: tuple[str, ...] | None = None
    form: Form = "python"
    texts: dict[str, str] = field(default_factory=dict)
    folder: str = ""


def encode_request(request: Request) -> bytes:
    """The request as bytes for the worker."""
    return json.dumps(asdict(request)).encode("ascii")


def decode_request(data: bytes) -> Request:
    """The request that `encode_request` wrote. Raises ValueError where `data` is none."""
    fields: Message = json.loads(data)
    for name in ("argnums", "script"):
        if fields[name] is not None:
            fields[name] = tuple(fields[name])
    return Request(**fields)

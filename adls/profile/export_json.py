"""A profile as JSON, for other programs. `profile.schema.json` has a sentence on each property.

    {"format": "adls-profile", "version": 1, ...,
     "gradients": [{"function": ..., "argnums": [0], "forward_ns": ..., "backward_ns": ...,
       "bytes_stored": ..., "functions": [{..., "signatures": [{..., "lines": [
         {"file": ..., "line": 12, "function": ..., "calls": 1,
          "forward_ns": ..., "backward_ns": ..., "bytes_stored": ...,            callees included
          "self_forward_ns": ..., "self_backward_ns": ..., "self_bytes_stored": ...}]}]}]}]}

Times are whole nanoseconds and sizes whole bytes of one gradient evaluation (see `adls.profile.model`). The
self figures of a gradient's `lines`, plus its `outside_forward_ns` and `outside_backward_ns`, are its totals.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adls.profile.model import Cost, Function, Gradient, Line, Profile, Signature
    from adls.profile.recording import Unit

FORMAT = "adls-profile"
VERSION = 1
Json = dict[str, Any]


def export_json(profile: Profile) -> str:
    """Indented ASCII JSON that `profile_schema` describes; the same text for equal profiles."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "command": profile.command,
        "outcome": profile.outcome,
        "message": profile.message,
        "versions": profile.versions,
        "files": profile.files,
        "adjoints": [_adjoint(unit) for unit in profile.units],
        "gradients": [_gradient(gradient) for gradient in profile.gradients],
    }
    return json.dumps(document, indent=1) + "\n"


def profile_schema() -> Json:
    """The JSON Schema (draft 2020-12) of what `export_json` writes."""
    text = files("adls.profile").joinpath("profile.schema.json").read_text(encoding="utf-8")
    schema: Json = json.loads(text)
    return schema


def _adjoint(unit: Unit) -> Json:
    return {
        "key": unit.key,
        "function": unit.qualname,
        "file": unit.file,
        "first_line": unit.first_line,
        "signature": unit.signature,
        "source_digest": unit.source_digest,
        "listing": unit.listing,
    }


def _gradient(gradient: Gradient) -> Json:
    return {
        "function": gradient.function,
        "file": gradient.file,
        "first_line": gradient.first_line,
        "signature": gradient.signature,
        "adjoint": gradient.unit,
        "argnums": list(gradient.argnums),
        "evaluations": gradient.evaluations,
        "evaluations_used": gradient.used,
        "complete": gradient.complete,
        "forward_ns": gradient.total.forward_ns,
        "backward_ns": gradient.total.backward_ns,
        "bytes_stored": gradient.total.bytes_stored,
        "outside_forward_ns": gradient.outside.forward_ns,
        "outside_backward_ns": gradient.outside.backward_ns,
        "lines": [_line(line) for line in gradient.lines],
        "functions": [_function(function) for function in gradient.functions],
    }


def _function(function: Function) -> Json:
    return {
        "function": function.qualname,
        "file": function.file,
        "first_line": function.first_line,
        "calls": function.calls,
        **_figures(function.self_cost, function.inclusive),
        "lines": [_line(line) for line in function.lines],
        "signatures": [_signature(signature) for signature in function.signatures],
    }


def _signature(signature: Signature) -> Json:
    return {
        "adjoint": signature.key,
        "signature": signature.signature,
        "calls": signature.calls,
        **_figures(signature.self_cost, signature.inclusive),
        "lines": [_line(line) for line in signature.lines],
    }


def _line(line: Line) -> Json:
    return {
        "file": line.file,
        "line": line.line,
        "function": line.function,
        "calls": line.calls,
        "ran_in": line.ran_in,
        **_figures(line.self_cost, line.inclusive),
        "residuals": [asdict(residual) for residual in line.residuals],
        "callers": [
            {"function": caller.function, "file": caller.file, "line": caller.line, **asdict(caller.cost)}
            for caller in line.callers
        ],
    }


def _figures(self_cost: Cost, inclusive: Cost) -> Json:
    return {
        "forward_ns": inclusive.forward_ns,
        "backward_ns": inclusive.backward_ns,
        "bytes_stored": inclusive.bytes_stored,
        "self_forward_ns": self_cost.forward_ns,
        "self_backward_ns": self_cost.backward_ns,
        "self_bytes_stored": self_cost.bytes_stored,
    }

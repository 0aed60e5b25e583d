"""Hand-built recordings: each is small enough to add up in one's head."""

from __future__ import annotations

from adls.profile.recording import Evaluation, Kept, Node, Pass, Recording, Unit


def unit(
    name: str, *lines: int, file: str = "program.py", signature: str = "(f64[n])", key: str = ""
) -> Unit:
    return Unit(
        key=key or f"{name}{signature}",
        name=name,
        qualname=name,
        file=file,
        signature=signature,
        source_digest=f"digest of {name}",
        first_line=lines[0] - 1,
        lines=lines,
        listing=f"def {name}__back(residuals, d):\n    ...\n",
    )


def node(
    of: Unit,
    direction: Pass,
    ns: tuple[int, ...],
    parent: int = -1,
    at: int = 0,
    calls: int = 1,
    hits: tuple[int, ...] | None = None,
) -> Node:
    return Node(of.key, direction, parent, at, calls, ns, hits or tuple(int(t > 0) for t in ns))


def kept(index: int, line: int, size: int, value: str = "y: f64[8]", *, borrowed: bool = False) -> Kept:
    return Kept(index, line, size, borrowed, value, f"read by the formula of line {line}")


def evaluation(
    of: Unit, *nodes: Node, keeps: tuple[Kept, ...] = (), complete: bool = True, outside: int = 0
) -> Evaluation:
    """An evaluation whose passes took the time of their outermost nodes, plus `outside` in each pass."""
    times = {"forward": outside, "backward": outside}
    for n in nodes:
        if n.parent < 0:
            times[n.direction] += sum(n.ns)
    return Evaluation(of.key, (0,), times["forward"], times["backward"], nodes, keeps, complete)


def recording(units: tuple[Unit, ...], *evaluations: Evaluation) -> Recording:
    return Recording(
        command="loss(init(0), *batch())",
        units=units,
        evaluations=evaluations,
        files={u.file: "0" * 64 for u in units},
        versions={"adls": "0.1.0", "python": "3.11.7", "numpy": "2.4.0"},
    )


LOSS = unit("loss", 11, 12, 13)
LAYER = unit("layer", 3, 4)
LAYER_32 = unit("layer", 3, 4, signature="(f32[n])")
FACTORIAL = unit("factorial", 2, 3)


def two_callers() -> Recording:
    """`loss` calls `layer` on line 11 and on line 12; line 13 is its own."""
    nodes = (
        node(LOSS, "forward", (110, 230, 50)),
        node(LAYER, "forward", (60, 40), parent=0, at=11),
        node(LAYER, "forward", (150, 50), parent=0, at=12),
        node(LOSS, "backward", (300, 500, 70)),
        node(LAYER, "backward", (200, 50), parent=3, at=11),
        node(LAYER, "backward", (400, 90), parent=3, at=12),
    )
    keeps = (
        kept(1, 3, 640),
        kept(2, 3, 1280),
        kept(0, 13, 64, "p: f64[8]"),
        kept(0, 11, 0, borrowed=True),
    )
    return recording((LAYER, LOSS), evaluation(LOSS, *nodes, keeps=keeps, outside=5))


def two_signatures() -> Recording:
    """`layer` runs once on doubles and twice on singles."""
    nodes = (
        node(LOSS, "forward", (100, 200, 0), hits=(1, 1, 0)),
        node(LAYER, "forward", (90, 5), parent=0, at=11),
        node(LAYER_32, "forward", (150, 40), parent=0, at=12, calls=2, hits=(2, 2)),
    )
    keeps = (kept(1, 3, 8), kept(2, 3, 4))
    return recording((LAYER, LAYER_32, LOSS), evaluation(LOSS, *nodes, keeps=keeps))


def recursion(depth: int = 3) -> Recording:
    """`factorial` calls itself on line 3; a level spends 10 ns on line 2, 1 ns on line 3, keeps 8 bytes."""
    forward = [
        node(FACTORIAL, "forward", (10, 11 * (depth - level - 1) + 1), parent=level - 1, at=3 if level else 0)
        for level in range(depth)
    ]
    backward = [
        node(
            FACTORIAL,
            "backward",
            (20, 22 * (depth - level - 1) + 2),
            parent=depth + level - 1 if level else -1,
            at=3 if level else 0,
        )
        for level in range(depth)
    ]
    keeps = tuple(kept(level, 3, 8) for level in range(depth))
    return recording((FACTORIAL,), evaluation(FACTORIAL, *forward, *backward, keeps=keeps))


def several(*times: int, complete: tuple[bool, ...] = (), sizes: tuple[int, ...] = ()) -> Recording:
    """Evaluations of `loss` whose line 11 took `times`, and kept `sizes`."""
    flags = complete or (True,) * len(times)
    bytes_kept = sizes or (0,) * len(times)
    return recording(
        (LOSS,),
        *(
            evaluation(LOSS, node(LOSS, "forward", (t, 7, 0)), keeps=(kept(0, 11, size),), complete=flag)
            for t, flag, size in zip(times, flags, bytes_kept, strict=True)
        ),
    )


EVERY = {
    "two callers": two_callers(),
    "two signatures": two_signatures(),
    "recursion": recursion(),
    "deep recursion": recursion(700),
    "several": several(100, 300, 200, sizes=(1, 2, 3)),
    "interrupted": several(100, complete=(False,), sizes=(5,)),
    "empty": recording(()),
}

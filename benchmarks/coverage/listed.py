"""The programs: chosen before any was differentiated, and none leaves because of what it showed."""

from __future__ import annotations

OTHERS = ("autograd_examples", "filters", "survival", "fluids_and_heat", "sky_and_earth", "attitude",
          "finance", "signals")  # fmt: skip
"""The files of `calls/`."""

KERNELS = ("polybench", "grids")
"""The files of `kernels/`."""

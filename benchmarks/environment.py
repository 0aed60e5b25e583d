"""The process that measures: a fixed allocator and one thread, set before NumPy is loaded."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata

# glibc gives large blocks back to the kernel and takes them again, page fault by page fault, unless it is
# told to keep them. 32 MiB is the largest threshold that it accepts.
PINNED = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(4 * 1024 * 1024 * 1024),
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_X64": "1",
    "PYTHONHASHSEED": "0",
}


def pin(module: str) -> None:
    """Starts this program anew in the pinned environment, unless it runs in it already."""
    if all(os.environ.get(name) == value for name, value in PINNED.items()):
        return
    os.environ.update(PINNED)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]])


def versions() -> dict[str, str]:
    """The versions of Python and of what is measured; of a library that is not installed, "absent"."""
    found = {"Python": platform.python_version()}
    for name in ("numpy", "autograd", "torch", "jax"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found

"""The packages that programs are taken from, at fixed versions, downloaded into a cache outside the tree."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

PACKAGES = (
    "PyCO2SYS==1.8.3.4", "ahrs==0.4.0", "ambiance==1.3.1", "blackscholes==0.2.2", "chemicals==1.5.2",
    "colour-science==0.4.7", "control==0.10.2", "deap==1.4.4", "emcee==3.1.6", "fastdtw==0.3.4", "filterpy==2.0.0",
    "fluids==1.3.1", "geographiclib==2.1", "ht==1.2.0", "iapws==1.5.5", "lifelines==0.30.3", "lmfit==1.3.4",
    "nelson_siegel_svensson==0.5.0", "numpy-financial==1.0.0", "numpy-ml==0.1.2", "psychrolib==2.5.0",
    "pvlib==0.16.1", "py_lets_be_rational==1.0.1", "pyhf==0.7.6", "pykalman==0.11.2", "pymap3d==3.2.0",
    "pyquaternion==0.9.9", "pyswarms==1.3.0", "pytransform3d==3.17.0", "seawater==3.3.5", "sgp4==2.27",
    "simdkalman==1.0.4", "skyfield==1.55", "thermo==0.6.1", "transforms3d==0.4.2", "utm==0.9.0",
    "windpowerlib==0.2.2",
)  # fmt: skip
"""Where the programs come from."""

NEEDED = (
    "asteval", "click", "cloudpickle", "dill", "future", "jplephem", "jsonpatch", "jsonpointer", "jsonschema",
    "jsonschema-specifications", "attrs", "referencing", "rpds-py", "typing_extensions", "pandas==3.1.1",
    "python-dateutil", "pytz", "pyyaml", "scikit-base", "scipy==1.17.1", "six", "tqdm", "tzdata",
)  # fmt: skip
"""What these import."""

EXAMPLES = "autograd==1.9.1"
"""Whose source distribution has examples."""


def cache() -> Path:
    """The folder with the packages; `ADLS_COVERAGE_CACHE` names another than the one in the user's cache folder."""
    named = os.environ.get("ADLS_COVERAGE_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else base / "adls" / f"coverage-{sys.version_info.major}.{sys.version_info.minor}"


def search_path() -> list[str]:
    """Where the packages are, for the end of `sys.path`: what is installed beside adls comes first."""
    found = cache()
    return [str(found / "site"), str(found / "autograd"), str(found / "autograd" / "examples")]


def download() -> None:
    """Downloads what is not there yet; a changed list is downloaded anew."""
    found = cache()
    wanted = "\n".join((*PACKAGES, *NEEDED, EXAMPLES))
    stamp = found / "done.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    found.mkdir(parents=True, exist_ok=True)
    print(f"downloading {len(PACKAGES) + 1} packages into {found}", file=sys.stderr)
    pip("install", "--no-deps", "--upgrade", "--target", str(found / "site"), *PACKAGES, *NEEDED)
    pip("download", "--no-deps", "--no-binary", "autograd", "--dest", str(found), EXAMPLES)
    with tarfile.open(found / f"{EXAMPLES.replace('==', '-')}.tar.gz") as archive:
        archive.extractall(found, filter="data")
    # Only the examples: what is imported as autograd is the installed one, or a stand-in for it.
    (found / "autograd").mkdir(exist_ok=True)
    examples = found / "autograd" / "examples"
    if not examples.exists():
        (found / EXAMPLES.replace("==", "-") / "examples").rename(examples)
    stamp.write_text(wanted)


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", arguments[0], "-qq", *arguments[1:]]
    subprocess.run(command, check=True, stdout=sys.stderr)

"""Everything that a rule's formula may call as `runtime.NAME`."""

from __future__ import annotations

from adls.runtime.calculus import *  # noqa: F403
from adls.runtime.contraction import *  # noqa: F403
from adls.runtime.cotangents import *  # noqa: F403
from adls.runtime.densities import *  # noqa: F403
from adls.runtime.eigen import *  # noqa: F403
from adls.runtime.factors import *  # noqa: F403
from adls.runtime.filters import *  # noqa: F403
from adls.runtime.fourier import *  # noqa: F403
from adls.runtime.imaginary import *  # noqa: F403
from adls.runtime.indexing import *  # noqa: F403
from adls.runtime.linalg import *  # noqa: F403
from adls.runtime.norms import *  # noqa: F403
from adls.runtime.products import *  # noqa: F403
from adls.runtime.refusing import *  # noqa: F403
from adls.runtime.sampling import *  # noqa: F403
from adls.runtime.shaping import *  # noqa: F403
from adls.runtime.solving import *  # noqa: F403
from adls.runtime.stencils import *  # noqa: F403
from adls.runtime.trees import *  # noqa: F403

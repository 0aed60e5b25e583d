"""Everything that a rule's formula may call as `runtime.NAME`."""

from __future__ import annotations

from adls.runtime.calculus import *
from adls.runtime.cotangents import *
from adls.runtime.fourier import *
from adls.runtime.indexing import *
from adls.runtime.linalg import *
from adls.runtime.products import *
from adls.runtime.shaping import *

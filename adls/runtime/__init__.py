"""What users and generated code import: pullback, grad, value_and_grad, adjoint, and what formulas call."""

from __future__ import annotations

from adls.engine.source.diagnostics import DifferentiationError as DifferentiationError
from adls.runtime.checking import check_gradient
from adls.runtime.containers import (
    accumulate,
    accumulate_all,
    accumulate_slice,
    add,
    add_into,
    add_part,
    detached,
    form_of,
    merge_into,
    move_into,
    noted,
    only_distinct,
    only_new,
    only_unmet,
    only_value,
    or_else,
    or_nothing,
    or_zero,
    or_zeros,
    or_zeros_of,
    shadow_of,
    shadow_slice,
    stacked,
    take_item,
    take_tail,
    zeros,
)
from adls.runtime.cotangents import real_as
from adls.runtime.dynamic import (
    backward_dynamic,
    forward_dynamic,
)
from adls.runtime.formulas import *
from adls.runtime.given import changing, fixed, own
from adls.runtime.gradients import compiled, grad, pullback, value_and_grad
from adls.runtime.marks import checkpoint, on_cotangent, stop_gradient
from adls.runtime.memory import (
    as_it_is,
    item_copy,
    shadow,
    shadow_view,
    shape_at,
    shares_memory,
    writable,
)
from adls.runtime.modules import closure, module
from adls.runtime.records import lacks, new
from adls.runtime.refusals import (
    not_defined,
    only_array,
    only_constant,
    only_fixed,
    only_keys,
    only_memory,
    only_nothing,
    only_number,
    only_own_methods,
    only_plain,
    only_walkable,
    owed,
    owed_back,
    read_off,
    refused,
)
from adls.runtime.reordering import extreme_position, fold_rounds, put_back, rotate, sorted_order, take_out
from adls.runtime.rules import adjoint
from adls.runtime.settling import Shadows
from adls.runtime.shared import refuse_shared
from adls.runtime.show import listing
from adls.runtime.sums import item_of
from adls.runtime.tokens import held, layout, returned, token
from adls.runtime.transforms import hessian, hvp, jacobian, jvp
from adls.runtime.watching import called, called_on

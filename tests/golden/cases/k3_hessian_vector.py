"""K3: a Hessian-vector product through a loop that overwrites its state."""

import numpy as np

import adls


def rolled(u, c, T):
    n = len(u)
    for t in range(T):
        for i in range(n - 2):
            u[i] = u[i] + c * u[i + 1] * u[i]
    return u.sum()


def f(u, v):
    return (adls.grad(rolled)(u.copy(), 0.1, 3) * v).sum()


ARGNUMS = (0, 1)


def arguments():
    return np.linspace(0.2, 1.1, 5), np.array([0.3, -0.2, 0.5, 0.1, -0.4])


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(u: f64[u_0], v: f64[v_0]) -> Any                                                            k3_hessian_vector.py:16
  t1: Any = adls.grad @rolled                                                                 @17
  t2: f64[u_0] = ndarray.copy u                                                               @17
  t3: Any = call t1, t2, 0.1, 3                                                               @17
  t4: Any = operator.mul t3, v                                                                @17
  t5: Any = method[sum] t4                                                                    @17
  return t5                                                                                   @17


# forward
forward f(u: f64[u_0], v: f64[v_0]) -> (Any, residuals)                                       k3_hessian_vector.py:16
  v_shape: shape = attr[shape] v                                                              @17
  t1: Any = adls.grad @rolled                                                                 @17
  t2: f64[u_0] = ndarray.copy u                                                               @17
  t_own: Any = runtime.own t2                                                                 @17
  t3: Any, call_kept_2: residuals = forward_dynamic t1, t_own, 0.1, 3                         @17
  t3_shape: shape = numpy.shape t3                                                            @17
  t4: Any = operator.mul t3, v                                                                @17
  t4_shapes: shape = runtime.shapes t4                                                        @17
  bound_sum: Any = attr[sum] t4                                                               @17
  t5: Any, call_kept: residuals = forward_dynamic bound_sum                                   @17
  t15: residuals = tuple call_kept, t4_shapes, v, t3_shape, t3, v_shape, call_kept_2          @17
  t16: residuals = tuple t5, t15                                                              @17
  return t16                                                                                  @17


# backward
backward f(residuals: residuals, d_value: Any) -> (f64[u_0], f64[v_0])                        k3_hessian_vector.py:16
  call_kept: residuals, t4_shapes: shape, v: f64[v_0], t3_shape: shape, t3: Any, v_shape: shape, call_kept_2: residuals = unpack residuals  @16
  d_call: Any = backward_dynamic call_kept, d_value                                           @17
  d_t4: Any = getitem d_call, 0                                                               @17
  d_t4_2: Any = runtime.or_zeros_of d_t4, t4_shapes                                           @17
  d_t3: Any = runtime.unbroadcast_product d_t4_2, v, t3_shape                                 @17
  t9: Any = operator.mul d_t4_2, t3                                                           @17
  d_v: f64[v_0] = runtime.unbroadcast t9, v_shape                                             @17
  d_call_2: Any = backward_dynamic call_kept_2, d_t3                                          @17
  d_t1: Any = getitem d_call_2, 0                                                             @17
  d_t2: f64[u_0] = getitem d_call_2, 1                                                        @17
  t13: Any = tuple d_t2, d_v                                                                  @16
  return t13                                                                                  @16
'''

ADJOINT = r'''
import numpy as np

from adls import runtime

k3_hessian_vector = runtime.module("tests.golden.cases.k3_hessian_vector", "{root}/tests/golden/cases/k3_hessian_vector.py")


# f(u: f64[u_0], v: f64[v_0]) -> (Any, residuals)
def f__fwd(u, v):
    # 17: return (adls.grad(rolled)(u.copy(), 0.1, 3) * v).sum()
    v_shape = v.shape
    t1 = runtime.grad(k3_hessian_vector.rolled)  # Any
    t_own = runtime.own(u.copy())  # f64[n]
    t3, call_kept_2 = runtime.forward_dynamic(t1, t_own, 0.1, 3)  # Any, residuals
    t3_shape = np.shape(t3)
    t4 = t3 * v  # Any
    t4_shapes = runtime.shapes(t4)
    bound_sum = t4.sum  # Any
    t5, call_kept = runtime.forward_dynamic(bound_sum)  # Any, residuals
    return t5, (call_kept, t4_shapes, v, t3_shape, t3, v_shape, call_kept_2)


# f__back(residuals: residuals, d_value: float) -> (f64[u_0], f64[v_0])
def f__back(residuals, d_value):
    # 16: def f(u, v):
    call_kept, t4_shapes, v, t3_shape, t3, v_shape, call_kept_2 = residuals  # residuals, shape, f64[v_0], shape, Any, shape, residuals
    del residuals
    # 17: return (adls.grad(rolled)(u.copy(), 0.1, 3) * v).sum()
    d_call = runtime.backward_dynamic(call_kept, d_value)  # Any
    d_t4 = d_call[0]  # Any
    del d_call
    d_t4_2 = runtime.or_zeros_of(d_t4, t4_shapes)  # Any
    del d_t4
    d_t3 = runtime.unbroadcast_product(d_t4_2, v, t3_shape)  # Any
    del v
    t9 = d_t4_2 * t3  # Any
    del d_t4_2
    d_v = runtime.unbroadcast(t9, v_shape)  # f64[v_0]
    d_call_2 = runtime.backward_dynamic(call_kept_2, d_t3)  # Any
    del d_t3
    d_t1 = d_call_2[0]  # Any
    d_t2 = d_call_2[1]  # f64[u_0]
    del d_call_2
    # 16: def f(u, v):
    return d_t2, d_v
'''

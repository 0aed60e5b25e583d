"""The LSTM's adjoint: backpropagation through time."""

import numpy as np


def sigmoid__fwd(x):
    y = np.negative(x)
    np.exp(y, out=y)
    y += 1.0
    np.divide(1.0, y, out=y)
    return y, y


def sigmoid__back(y, cotangent):
    slope = 1.0 - y
    slope *= y
    slope *= cotangent
    return slope


def cell__fwd(params, x, h, c):
    n = h.shape[1]
    Wx, Wh = params["Wx"], params["Wh"]
    gates = x @ Wx
    gates += h @ Wh
    gates += params["b"]
    take, take_residuals = sigmoid__fwd(gates[:, :n])
    keep, keep_residuals = sigmoid__fwd(gates[:, n : 2 * n])
    show, show_residuals = sigmoid__fwd(gates[:, 2 * n : 3 * n])
    proposed = np.tanh(gates[:, 3 * n :])
    memory = keep * c
    memory += take * proposed
    seen = np.tanh(memory)
    residuals = (Wx, Wh, x, h, c, take_residuals, keep_residuals, show_residuals, proposed, seen)
    return (show * seen, memory), residuals


def cell__back(residuals, cotangent):
    Wx, Wh, x, h, c, take, keep, show, proposed, seen = residuals
    d_out, d_memory = cotangent
    n = h.shape[1]
    slope = seen * seen
    np.subtract(1.0, slope, out=slope)
    slope *= show
    slope *= d_out
    slope += d_memory
    d_memory = slope
    d_gates = np.empty((len(h), 4 * n))
    d_gates[:, :n] = sigmoid__back(take, d_memory * proposed)
    d_gates[:, n : 2 * n] = sigmoid__back(keep, d_memory * c)
    d_gates[:, 2 * n : 3 * n] = sigmoid__back(show, d_out * seen)
    d_proposed = proposed * proposed
    np.subtract(1.0, d_proposed, out=d_proposed)
    d_proposed *= take
    np.multiply(d_proposed, d_memory, out=d_gates[:, 3 * n :])
    d_memory *= keep
    d_params = x.T @ d_gates, h.T @ d_gates, d_gates.sum(axis=0)
    return d_params, d_gates @ Wx.T, d_gates @ Wh.T, d_memory


def cross_entropy__fwd(logits, letters):
    shifted = logits - logits.max(axis=1, keepdims=True)
    exp = np.exp(shifted)
    total = exp.sum(axis=1)
    rows = np.arange(len(letters))
    value = np.mean(np.log(total) - shifted[rows, letters])
    return value, (exp, total, rows, letters)


def cross_entropy__back(residuals, cotangent):
    exp, total, rows, letters = residuals
    share = cotangent / len(letters)
    d_logits = exp * (share / total)[:, None]
    d_logits[rows, letters] -= share
    return d_logits


def loss__fwd(params, text):
    h = np.zeros((text.shape[1], params["Wh"].shape[0]))
    c = np.zeros_like(h)
    embedding = params["embedding"]
    states = []
    trace = []
    for letters in text[:-1]:
        (h, c), cell_residuals = cell__fwd(params, embedding[letters], h, c)
        states.append(h)
        trace.append(cell_residuals)
    stacked = np.concatenate(states)
    logits = stacked @ params["Wy"]
    logits += params["by"]
    value, entropy_residuals = cross_entropy__fwd(logits, text[1:].reshape(-1))
    return value, (params, text, stacked, trace, entropy_residuals)


def loss__back(residuals, cotangent):
    params, text, stacked, trace, entropy_residuals = residuals
    d_logits = cross_entropy__back(entropy_residuals, cotangent)
    d_states = (d_logits @ params["Wy"].T).reshape(len(trace), -1, stacked.shape[1])
    d_embedding = np.zeros_like(params["embedding"])
    dWx = np.zeros_like(params["Wx"])
    dWh = np.zeros_like(params["Wh"])
    db = np.zeros_like(params["b"])
    dh = np.zeros(d_states.shape[1:])
    dc = np.zeros(d_states.shape[1:])
    for t in range(len(trace) - 1, -1, -1):
        dh += d_states[t]
        (dWx_t, dWh_t, db_t), dx, dh, dc = cell__back(trace[t], (dh, dc))
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
        np.add.at(d_embedding, text[t], dx)
    return {
        "embedding": d_embedding,
        "Wx": dWx,
        "Wh": dWh,
        "b": db,
        "Wy": stacked.T @ d_logits,
        "by": d_logits.sum(axis=0),
    }

"""Recurrent networks, attention, hidden Markov models, filters, alignments."""

from __future__ import annotations

import math

import numpy as np

from tests.programs.case import Case, normal, positive_definite, uniform
from tests.programs.helpers import logsumexp, sigmoid, softmax


def rnn_list_of_states(Wx, Wh, Wy, xs, targets):
    h = np.zeros(Wh.shape[0])
    hs = [h]
    for x in xs:
        h = np.tanh(Wx @ x + Wh @ hs[-1])
        hs.append(h)
    loss = 0
    for h, t in zip(hs[1:], targets):
        y = Wy @ h
        loss += -np.log(softmax(y)[t])
    return loss


def rnn_preallocated(params, xs):
    Wx, Wh = params["Wx"], params["Wh"]
    T = len(xs)
    H = np.zeros((T + 1, Wh.shape[0]))
    for t in range(T):
        H[t + 1] = np.tanh(Wx.dot(xs[t]) + Wh.dot(H[t]))
    return (H[-1] ** 2).sum() + H[1:].mean()


def lstm_dict(params, xs):
    h = np.zeros_like(params["bi"])
    c = np.zeros_like(params["bi"])
    out = []
    for x in xs:
        z = np.concatenate((h, x))
        gates = {g: params["W" + g] @ z + params["b" + g] for g in "fiog"}
        c = sigmoid(gates["f"]) * c + sigmoid(gates["i"]) * np.tanh(gates["g"])
        h = sigmoid(gates["o"]) * np.tanh(c)
        out.append(h)
    return np.sum(np.array(out) ** 2)


def lstm_split(W, b, xs, n):
    h, c = np.zeros((xs.shape[1], n)), np.zeros((xs.shape[1], n))
    total = 0.0
    for t in range(xs.shape[0]):
        a = np.hstack([xs[t], h]) @ W + b
        i, f, o, g = np.split(a, 4, axis=1)
        c = sigmoid(f + 1.0) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        total = total + (h * h).mean()
    return total


def gru_closure(Wz, Wr, Wh, xs):
    def step(h, x):
        hx = np.r_[h, x]
        z, r = sigmoid(Wz @ hx), sigmoid(Wr @ hx)
        cand = np.tanh(Wh @ np.r_[r * h, x])
        return (1 - z) * h + z * cand

    h = np.zeros(Wz.shape[0])
    for x in xs:
        h = step(h, x)
    return np.linalg.norm(h)


def bidirectional(Wf, Wb, xs):
    def run(W, seq):
        h = np.zeros(W.shape[0])
        states = []
        for x in seq:
            h = np.tanh(W[:, :len(x)] @ x + W[:, len(x):] @ h)
            states.append(h)
        return states

    forward = run(Wf, xs)
    backward = run(Wb, reversed(xs))
    both = [np.concatenate([f, b]) for f, b in zip(forward, backward[::-1])]
    return sum(np.prod(1 + 0.1 * s) for s in both)


def attention(Wq, Wk, Wv, x, causal=True):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    scores = q @ k.T / math.sqrt(q.shape[-1])
    if causal:
        mask = np.triu(np.ones(scores.shape, dtype=bool), k=1)
        scores[mask] = -np.inf
    weights = softmax(scores, axis=-1)
    return ((weights @ v) ** 2).sum()


def multi_head(params, x, n_heads):
    T, d = x.shape
    hd = d // n_heads
    qkv = x @ params["qkv"]
    q, k, v = (part.reshape(T, n_heads, hd).transpose(1, 0, 2) for part in np.split(qkv, 3, axis=-1))
    att = np.einsum("htd,hsd->hts", q, k) / np.sqrt(hd)
    att = np.where(np.tril(np.ones((T, T))) == 0, -1e10, att)
    att = softmax(att)
    y = np.matmul(att, v).swapaxes(0, 1).reshape(T, d)
    y = y @ params["out"] + x
    return np.mean(y * y)


def transformer_block(p, x):
    def norm(z):
        return (z - z.mean(axis=-1, keepdims=True)) / np.sqrt(z.var(axis=-1, keepdims=True) + 1e-5)

    h = norm(x)
    a = softmax((h @ p["q"]) @ (h @ p["k"]).T / x.shape[1] ** 0.5) @ (h @ p["v"])
    x = x + a
    x = x + np.maximum(norm(x) @ p["up"], 0) @ p["down"]
    return -logsumexp(x, axis=1).sum()


def embedding_bag(E, tokens, lengths):
    starts = np.cumsum([0, *lengths])[:-1]
    pooled = [E[tokens[s:s + n]].mean(axis=0) for s, n in zip(starts, lengths)]
    return np.var(np.vstack(pooled), axis=0).sum()


def positional(x, freqs):
    T, d = x.shape
    pos = np.arange(T)[:, None]
    pe = np.zeros((T, d))
    pe[:, 0::2] = np.sin(pos * freqs)
    pe[:, 1::2] = np.cos(pos * freqs)
    return ((x + pe) ** 3).sum()


# Hidden Markov models


def hmm_forward_log(log_pi, log_A, log_B, obs):
    alpha = log_pi + log_B[:, obs[0]]
    for o in obs[1:]:
        alpha = logsumexp(alpha[:, None] + log_A, axis=0) + log_B[:, o]
    return logsumexp(alpha)


def hmm_scaled(pi, A, B, obs):
    alpha = pi * B[:, obs[0]]
    scale = np.empty(len(obs))
    scale[0] = alpha.sum()
    alpha /= scale[0]
    for t, o in enumerate(obs[1:], start=1):
        alpha = (alpha @ A) * B[:, o]
        scale[t] = alpha.sum()
        alpha /= scale[t]
    return np.log(scale).sum()


def viterbi_score(trans, emit, obs):
    score = emit[:, obs[0]].copy()
    backpointers = []
    for o in obs[1:]:
        cand = score[:, None] + trans
        best = np.argmax(cand, axis=0)
        backpointers.append(best)
        score = cand[best, np.arange(cand.shape[1])] + emit[:, o]
    path = [int(np.argmax(score))]
    for bp in reversed(backpointers):
        path.append(int(bp[path[-1]]))
    path.reverse()
    return score.max() + 0.1 * sum(emit[s, o] for s, o in zip(path, obs))


def crf_log_likelihood(theta, emissions, tags):
    n, k = emissions.shape
    score = emissions[0, tags[0]]
    for i in range(1, n):
        score += theta[tags[i - 1], tags[i]] + emissions[i, tags[i]]
    alpha = emissions[0]
    for i in range(1, n):
        nxt = []
        for j in range(k):
            nxt.append(np.logaddexp.reduce(alpha + theta[:, j]) + emissions[i, j])
        alpha = np.array(nxt)
    return score - np.logaddexp.reduce(alpha)


def ctc_forward(log_probs, labels, blank=0):
    ext = [blank]
    for l in labels:
        ext += [l, blank]
    S, T = len(ext), len(log_probs)
    probs = np.exp(log_probs)
    a = np.zeros((T, S))
    a[0, 0] = probs[0, ext[0]]
    a[0, 1] = probs[0, ext[1]]
    for t in range(1, T):
        for s in range(S):
            v = a[t - 1, s]
            if s > 0:
                v += a[t - 1, s - 1]
            if s > 1 and ext[s] != blank and ext[s] != ext[s - 2]:
                v += a[t - 1, s - 2]
            a[t, s] = v * probs[t, ext[s]]
    return -np.log(a[-1, -1] + a[-1, -2])


# Filters


def kalman_filter(params, ys):
    F, Q, H, R = params
    n = F.shape[0]
    x, P = np.zeros(n), np.eye(n)
    ll = 0.0
    for y in ys:
        x = F @ x
        P = F @ P @ F.T + Q
        S = H @ P @ H.T + R
        K = P @ H.T @ np.linalg.inv(S)
        r = y - H @ x
        sign, logdet = np.linalg.slogdet(S)
        ll -= 0.5 * (r @ np.linalg.solve(S, r) + logdet + len(y) * np.log(2 * np.pi))
        x = x + K @ r
        P = (np.eye(n) - K @ H) @ P
    return ll


def scalar_kalman(q, r, ys):
    x, p = 0.0, 1.0
    nll = 0.0
    for y in ys:
        p = p + q
        s = p + r
        e = y - x
        nll += 0.5 * (math.log(2 * math.pi * s) + e * e / s)
        k = p / s
        x += k * e
        p *= 1 - k
    return nll


def exponential_smoothing(alpha, y):
    level = y[0]
    sse = 0.0
    for value in y[1:]:
        sse += (value - level) ** 2
        level = alpha * value + (1 - alpha) * level
    return sse / (len(y) - 1)


def arma_garch(theta, y):
    mu, phi, omega, alpha, beta = theta
    n = y.size
    e = np.zeros(n)
    s2 = np.full(n, np.var(y))
    for t in range(1, n):
        e[t] = y[t] - mu - phi * y[t - 1]
        s2[t] = np.exp(omega) + alpha * e[t - 1] ** 2 + beta * s2[t - 1]
    return 0.5 * np.sum(np.log(s2[1:]) + e[1:] ** 2 / s2[1:])


def iir_filter(b, a, x):
    y = np.zeros_like(x)
    for n in range(len(x)):
        for k in range(len(b)):
            if n - k >= 0:
                y[n] += b[k] * x[n - k]
        for k in range(1, len(a)):
            if n - k >= 0:
                y[n] -= a[k] * y[n - k]
    return np.sum(y ** 2)


# Alignments


def soft_dtw(x, y, gamma=0.5):
    n, m = len(x), len(y)
    D = np.full((n + 1, m + 1), np.inf)
    D[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            rs = np.array([D[i - 1, j], D[i, j - 1], D[i - 1, j - 1]])
            lo = rs.min()
            D[i, j] = cost + lo - gamma * np.log(np.exp(-(rs - lo) / gamma).sum())
    return D[n, m]


def hard_dtw(x, y):
    D = {}
    for i in range(len(x)):
        for j in range(len(y)):
            d = abs(x[i] - y[j])
            if i == 0 and j == 0:
                D[i, j] = d
            elif i == 0:
                D[i, j] = d + D[i, j - 1]
            elif j == 0:
                D[i, j] = d + D[i - 1, j]
            else:
                D[i, j] = d + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    return D[len(x) - 1, len(y) - 1]


def edit_rows(costs, a, b):
    ins, dele, sub = costs
    prev = [j * ins for j in range(len(b) + 1)]
    for i, ca in enumerate(a, 1):
        cur = [i * dele]
        for j, cb in enumerate(b, 1):
            cur.append(min(prev[j] + dele, cur[j - 1] + ins, prev[j - 1] + (0 if ca == cb else sub)))
        prev = cur
    return prev[-1]


def smith_waterman_soft(sim, gap):
    n, m = sim.shape
    H = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            H[i, j] = np.logaddexp(0.0, np.logaddexp(H[i - 1, j - 1] + sim[i - 1, j - 1],
                                                     np.logaddexp(H[i - 1, j], H[i, j - 1]) - gap))
    return H.max()


_lstm = {"W" + g: normal(ord(g), 3, 5) for g in "fiog"} | {"b" + g: normal(ord(g) + 1, 3) for g in "fiog"}
_obs = np.array([0, 2, 1, 1, 3])

PROGRAMS = [
    Case(rnn_list_of_states,
         (normal(1, 3, 2), normal(2, 3, 3), normal(3, 4, 3), normal(4, 5, 2), [0, 3, 1, 2, 2]), (0, 1, 2, 3)),
    Case(rnn_preallocated, ({"Wx": normal(1, 3, 2), "Wh": normal(2, 3, 3)}, normal(3, 4, 2)), (0, 1)),
    Case(lstm_dict, (_lstm, normal(3, 4, 2))),
    Case(lstm_split, (normal(1, 5, 12), normal(2, 12), normal(3, 4, 2, 2), 3), (0, 1, 2)),
    Case(gru_closure, (normal(1, 3, 5), normal(2, 3, 5), normal(3, 3, 5), normal(4, 4, 2)), (0, 1, 2, 3)),
    Case(bidirectional, (normal(1, 3, 5), normal(2, 3, 5), normal(3, 4, 2)), (0, 1, 2)),
    Case(attention, (normal(1, 4, 3), normal(2, 4, 3), normal(3, 4, 3), normal(4, 5, 4)), (0, 1, 2, 3)),
    Case(multi_head, ({"qkv": normal(1, 4, 12), "out": normal(2, 4, 4)}, normal(3, 3, 4), 2), (0, 1)),
    Case(transformer_block, ({"q": normal(1, 4, 4), "k": normal(2, 4, 4), "v": normal(3, 4, 4), "up": normal(4, 4, 6),
                              "down": normal(5, 6, 4)}, normal(6, 3, 4)), (0, 1)),
    Case(embedding_bag, (normal(1, 6, 3), np.array([0, 1, 1, 5, 2, 3]), [2, 3, 1])),
    Case(positional, (normal(1, 4, 6), uniform(2, 3)), (0, 1)),
    Case(hmm_forward_log, (np.log(uniform(1, 3)), np.log(uniform(2, 3, 3)), np.log(uniform(3, 3, 4)), _obs), (0, 1, 2)),
    Case(hmm_scaled, (uniform(1, 3), uniform(2, 3, 3), uniform(3, 3, 4), _obs), (0, 1, 2)),
    Case(viterbi_score, (normal(1, 3, 3), normal(2, 3, 4), _obs), (0, 1)),
    Case(crf_log_likelihood, (normal(1, 3, 3), normal(2, 5, 3), [0, 2, 1, 1, 0]), (0, 1)),
    Case(ctc_forward, (normal(1, 5, 4), [1, 2]), (0,)),
    Case(kalman_filter,
         ((0.5 * normal(1, 2, 2), positive_definite(2, 2), normal(3, 2, 2), positive_definite(4, 2)), normal(5, 4, 2)),
         (0, 1)),
    Case(scalar_kalman, (0.3, 0.5, normal(1, 5)), (0, 1, 2)),
    Case(scalar_kalman, (0.3, 0.5, [0.1, 0.5, -0.3]), (0, 1, 2), note="list"),
    Case(exponential_smoothing, (0.3, normal(1, 6)), (0, 1)),
    Case(arma_garch, (np.array([0.1, 0.2, -0.5, 0.1, 0.3]), normal(1, 7)), (0, 1)),
    Case(iir_filter, (normal(1, 3), np.array([1.0, 0.3, -0.2]), normal(2, 6)), (0, 1, 2)),
    Case(soft_dtw, (normal(1, 4), normal(2, 3)), (0, 1)),
    Case(hard_dtw, (normal(1, 4), normal(2, 3)), (0, 1)),
    Case(edit_rows, ((1.0, 1.3, 0.7), "kitten", "sitting")),
    Case(smith_waterman_soft, (normal(1, 4, 3), 0.4), (0, 1)),
]

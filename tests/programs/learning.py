"""Networks, regressions and factorisations, as people write them by hand."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tests.programs import helpers
from tests.programs.case import Case, normal, uniform
from tests.programs.helpers import one_hot, relu

# Layers


def mlp_list_of_pairs(params, x, y):
    *hidden, (w_last, b_last) = params
    for w, b in hidden:
        x = relu(np.dot(x, w) + b)
    logits = np.dot(x, w_last) + b_last
    logits -= logits.max(axis=-1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    return -(one_hot(y, 3) * np.log(p + 1e-12)).sum() / len(y)


class Layer(NamedTuple):
    W: np.ndarray
    b: np.ndarray

    def __call__(self, x):
        return helpers.gelu(x @ self.W + self.b)


def mlp_named_tuples(layers, x):
    out = x
    for i, layer in enumerate(layers):
        out = layer(out) if i < len(layers) - 1 else out @ layer.W + layer.b
    return 0.5 * np.mean(out ** 2)


Weights = namedtuple("Weights", "enc dec bias")


def autoencoder(weights, x, noise=0.1):
    rng = np.random.default_rng(0)
    corrupted = x + noise * rng.standard_normal(x.shape)
    code = np.tanh(corrupted @ weights.enc)
    back = code @ weights.dec + weights.bias
    err = back - x
    return (err * err).mean() + 1e-3 * np.abs(code).mean()


def cnn_by_loops(params, images, labels):
    kernels, dense = params["kernels"], params["dense"]
    n, h, w = images.shape
    k = kernels.shape[-1]
    feats = np.zeros((n, kernels.shape[0], h - k + 1, w - k + 1))
    for f in range(kernels.shape[0]):
        for i in range(h - k + 1):
            for j in range(w - k + 1):
                feats[:, f, i, j] = np.sum(images[:, i:i + k, j:j + k] * kernels[f], axis=(1, 2))
    feats = np.maximum(feats, 0)
    # 2x2 max pooling
    n, c, h, w = feats.shape
    pooled = feats[:, :, :h // 2 * 2, :w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))
    scores = pooled.reshape(n, -1) @ dense
    lse = np.log(np.exp(scores).sum(axis=1))
    return np.mean(lse - scores[range(n), labels])


def cnn_im2col(kernel, image):
    kh, kw = kernel.shape[:2]
    H, W = image.shape
    cols = []
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            cols.append(image[i:i + kh, j:j + kw].ravel())
    cols = np.array(cols)
    out = (cols @ kernel.reshape(-1)).reshape(H - kh + 1, W - kw + 1)
    return np.sum(np.where(out > 0, out, 0.01 * out) ** 2)


def cnn_strided_windows(kernel, x):
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape)
    return np.tanh(np.einsum("ijkl,kl->ij", windows, kernel)).sum()


def batch_norm(params, x, eps=1e-5):
    gamma, beta = params
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    x_hat = (x - mu) / np.sqrt(var + eps)
    out = gamma * x_hat + beta
    return np.sum(out ** 3) / out.size


def layer_norm_residual(W, x, *, eps=1e-6):
    h = x
    for w in W:
        mean = h.mean(-1, keepdims=True)
        std = h.std(-1, keepdims=True)
        h = h + np.tanh(((h - mean) / (std + eps)) @ w)
    return np.square(h).sum()


@dataclass
class Config:
    l2: float = 0.01
    sizes: tuple = (3, 5, 1)
    activation: str = "tanh"
    extra: dict = field(default_factory=dict)


ACTIVATIONS = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0.0), "softplus": lambda z: np.log1p(np.exp(z))}


def flat_params_mlp(theta, X, Y, config):
    params, start = [], 0
    for n_in, n_out in zip(config.sizes[:-1], config.sizes[1:]):
        W = theta[start:start + n_in * n_out].reshape(n_in, n_out)
        start += n_in * n_out
        b = theta[start:start + n_out]
        start += n_out
        params.append((W, b))
    assert start == theta.size, f"{theta.size - start} parameters are left over"
    act = ACTIVATIONS[config.activation]
    a = X
    for i, (W, b) in enumerate(params):
        a = a @ W + b
        if i != len(params) - 1:
            a = act(a)
    penalty = sum(np.sum(W ** 2) for W, _ in params)
    return np.mean((a[:, 0] - Y) ** 2) + config.l2 * penalty


@dataclass
class Network:
    W1: np.ndarray
    W2: np.ndarray

    def forward(self, x):
        return self.W2 @ np.tanh(self.W1 @ x)

    def loss(self, x, y):
        return float(np.sum((self.forward(x) - y) ** 2))


def dataclass_network(W1, W2, x, y):
    net = Network(W1, W2)
    return net.loss(x, y)


class Sequential:
    def __init__(self, *layers):
        self.layers = layers
        self.calls = 0

    def __call__(self, x):
        self.calls += 1
        for layer in self.layers:
            x = layer(x)
        return x


class Dense:
    def __init__(self, w, b=0.0):
        self.w, self.b = w, b

    def __call__(self, x):
        return self.w @ x + self.b


def sequential_of_objects(w1, w2, x):
    model = Sequential(Dense(w1), np.tanh, Dense(w2, b=0.5), lambda z: z / (1 + abs(z)))
    out = model(x)
    out = out + 0.1 * model(x * 2)
    assert model.calls == 2
    return np.dot(out, out)


# Regressions


def logistic_regression(w, X, y, lam=0.1):
    z = X.dot(w[:-1]) + w[-1]
    log_sigmoid = -np.logaddexp(0, -z)
    log_one_minus = -np.logaddexp(0, z)
    ll = y * log_sigmoid + (1 - y) * log_one_minus
    return -ll.mean() + lam / 2 * np.dot(w[:-1], w[:-1])


def poisson_regression(beta, X, counts):
    eta = np.clip(X @ beta, -20, 20)
    return float((np.exp(eta) - counts * eta).sum())


def huber_elastic_net(w, X, y, delta=1.0, alpha=0.1, l1_ratio=0.5):
    r = y - X @ w
    small = np.abs(r) <= delta
    huber = np.where(small, 0.5 * r ** 2, delta * (np.abs(r) - 0.5 * delta))
    return huber.mean() + alpha * (l1_ratio * np.abs(w).sum() + (1 - l1_ratio) / 2 * (w ** 2).sum())


def quantile_regression(w, X, y):
    losses = []
    for q in (0.1, 0.5, 0.9):
        e = y - X @ w
        losses += [np.maximum(q * e, (q - 1) * e).mean()]
    return sum(losses) / len(losses)


def hinge_svm(w, X, labels):
    margins = labels * (X @ w)
    active = margins < 1
    loss = (1 - margins[active]).sum() / len(labels)
    return loss + 0.5 * w @ w


def sgd_unrolled(lr, w0, X, Y):
    w = w0.copy()
    velocity = np.zeros_like(w)
    for x, y in zip(X, Y):
        g = (w @ x - y) * x
        velocity *= 0.9
        velocity += g
        w -= lr * velocity
    return np.linalg.norm(X @ w - Y)


def adam_unrolled(w, target, steps=6, lr=0.1, b1=0.9, b2=0.999, eps=1e-8):
    m = v = 0.0
    for t in range(1, steps + 1):
        g = 2 * (w - target) * np.cos(w)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g ** 2
        mhat, vhat = m / (1 - b1 ** t), v / (1 - b2 ** t)
        w = w - lr * mhat / (np.sqrt(vhat) + eps)
    return ((w - target) ** 2).sum()


# Factorisations


def matrix_factorisation(factors, triples, reg=0.05):
    U, V = factors
    total = 0.0
    for user, item, rating in triples:
        total += (rating - U[user] @ V[item]) ** 2
        total += reg * (np.sum(U[user] ** 2) + np.sum(V[item] ** 2))
    return total / len(triples)


def masked_factorisation(U, V, R):
    known = ~np.isnan(R)
    pred = U @ V.T
    return ((pred[known] - R[known]) ** 2).sum()


def nmf_multiplicative(W, H, V, steps=3):
    for _ in range(steps):
        H = H * (W.T @ V) / (W.T @ W @ H + 1e-9)
        W *= (V @ H.T) / (W @ H @ H.T + 1e-9)
    return np.sum((V - W @ H) ** 2)


def pca_reconstruction(W, X):
    Xc = X - X.mean(0)
    Q, _ = np.linalg.qr(W)
    proj = Xc @ Q @ Q.T
    return np.linalg.norm(Xc - proj, "fro") ** 2


def soft_kmeans(centers, X, beta=2.0):
    d2 = ((X[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
    d2min = d2.min(axis=1)[:, np.newaxis]
    r = np.exp(-beta * (d2 - d2min))
    r /= r.sum(axis=1)[:, np.newaxis]
    return (r * d2).sum()


def kmeans_steps(X, centers, steps=3):
    for _ in range(steps):
        d = np.linalg.norm(X[:, None] - centers[None], axis=-1)
        labels = d.argmin(axis=1)
        centers = np.array([X[labels == k].mean(axis=0) if np.any(labels == k) else centers[k]
                            for k in range(len(centers))])
    return sum(np.sum((X[labels == k] - c) ** 2) for k, c in enumerate(centers))


def word2vec_negative_sampling(emb, pairs, negatives):
    inp, out = emb
    loss = 0.0
    for (center, context), negs in zip(pairs, negatives):
        v = inp[center]
        loss -= np.log(1 / (1 + np.exp(-v @ out[context])))
        loss -= np.log(1 / (1 + np.exp(out[negs] @ v))).sum()
    return loss


def triplet_loss(W, anchor, pos, neg, margin=0.3):
    def embed(x):
        e = x @ W
        return e / np.linalg.norm(e, axis=1, keepdims=True)

    a, p, n = map(embed, (anchor, pos, neg))
    d_ap = np.sum((a - p) ** 2, axis=1)
    d_an = np.sum((a - n) ** 2, axis=1)
    return np.mean(np.maximum(d_ap - d_an + margin, 0.0))


def contrastive_cosine(Z, temperature=0.5):
    norms = np.sqrt(np.sum(Z ** 2, axis=1))
    sim = Z @ Z.T / np.outer(norms, norms) / temperature
    np.fill_diagonal(sim, -1e9)
    n = len(Z) // 2
    target = np.concatenate([np.arange(n, 2 * n), np.arange(n)])
    m = sim.max(axis=1)
    lse = m + np.log(np.exp(sim - m[:, None]).sum(axis=1))
    return (lse - sim[np.arange(2 * n), target]).mean()


def graph_convolution(weights, features, edges):
    n = len(features)
    A = np.eye(n)
    for i, j in edges:
        A[i, j] = A[j, i] = 1.0
    deg = A.sum(axis=1)
    A_hat = A / np.sqrt(deg[:, None] * deg[None, :])
    H = features
    for W in weights:
        H = np.maximum(A_hat @ H @ W, 0.1 * (A_hat @ H @ W))
    return H.mean(axis=0) @ np.arange(1, H.shape[1] + 1)


def message_passing(W, nodes, src, dst):
    messages = np.tanh(nodes[src] @ W)
    inbox = np.zeros((nodes.shape[0], W.shape[1]))
    np.add.at(inbox, dst, messages)
    return np.sum(inbox ** 2)


def mixture_of_experts(gates, experts, x):
    logits = x @ gates
    weights = np.exp(logits - logits.max(1, keepdims=True))
    weights = weights / weights.sum(1, keepdims=True)
    outs = np.stack([np.tanh(x @ e) for e in experts], axis=1)
    return (weights[:, :, None] * outs).sum(axis=1).var()


_X, _Y = normal(1, 6, 3), normal(2, 6)
_LABELS = np.array([0, 2, 1, 1, 0, 2])

PROGRAMS = [
    Case(mlp_list_of_pairs, ([(normal(1, 3, 4), normal(2, 4)), (normal(3, 4, 4), normal(4, 4)),
                              (normal(5, 4, 3), normal(6, 3))], _X, _LABELS)),
    Case(mlp_named_tuples, ((Layer(normal(1, 3, 4), normal(2, 4)), Layer(normal(3, 4, 2), normal(4, 2))), _X)),
    Case(autoencoder, (Weights(normal(1, 3, 2), normal(2, 2, 3), normal(3, 3)), _X)),
    Case(cnn_by_loops, ({"kernels": normal(1, 2, 3, 3), "dense": normal(2, 8, 3)}, normal(3, 4, 6, 6),
                        np.array([0, 2, 1, 1]))),
    Case(cnn_im2col, (normal(1, 2, 3), normal(2, 5, 6)), (0, 1)),
    Case(cnn_strided_windows, (normal(1, 2, 3), normal(2, 5, 6)), (0, 1)),
    Case(batch_norm, ((normal(1, 3), normal(2, 3)), _X), (0, 1)),
    Case(layer_norm_residual, ([normal(1, 3, 3), normal(2, 3, 3)], _X), (0, 1)),
    Case(flat_params_mlp, (normal(1, 26), _X, _Y, Config())),
    Case(flat_params_mlp, (normal(1, 26), _X, _Y, Config(activation="softplus")), note="softplus"),
    Case(dataclass_network, (normal(1, 4, 3), normal(2, 2, 4), normal(3, 3), normal(4, 2)), (0, 1, 2)),
    Case(sequential_of_objects, (normal(1, 4, 3), normal(2, 2, 4), normal(3, 3)), (0, 1, 2)),
    Case(logistic_regression, (normal(1, 4), _X, np.array([0, 1, 1, 0, 1, 0]))),
    Case(poisson_regression, (normal(1, 3), _X, np.array([0, 3, 1, 2, 0, 5]))),
    Case(huber_elastic_net, (normal(1, 3), _X, 3 * _Y)),
    Case(quantile_regression, (normal(1, 3), _X, _Y)),
    Case(hinge_svm, (normal(1, 3), _X, np.array([1, -1, 1, 1, -1, -1]))),
    Case(sgd_unrolled, (0.05, normal(1, 3), _X, _Y), (0, 1, 2)),
    Case(adam_unrolled, (normal(1, 3), normal(2, 3)), (0, 1)),
    Case(matrix_factorisation, ((normal(1, 3, 2), normal(2, 4, 2)),
                                [(0, 1, 3.0), (2, 3, 1.0), (0, 0, 4.5), (1, 1, 2.0), (0, 1, 2.5)])),
    Case(masked_factorisation, (normal(1, 3, 2), normal(2, 4, 2),
                                np.where(normal(3, 3, 4) > 0.3, np.nan, normal(4, 3, 4))), (0, 1)),
    Case(nmf_multiplicative, (uniform(1, 4, 2), uniform(2, 2, 5), uniform(3, 4, 5)), (0, 1, 2)),
    Case(pca_reconstruction, (normal(1, 3, 2), _X), (0, 1)),
    Case(soft_kmeans, (normal(1, 2, 3), _X), (0, 1)),
    Case(kmeans_steps, (normal(1, 8, 2), normal(5, 2, 2)), (0,)),
    Case(word2vec_negative_sampling, ([normal(1, 5, 3), normal(2, 5, 3)], [(0, 1), (2, 3), (0, 4)],
                                      [[2, 3], [1, 1], [0, 2]])),
    Case(triplet_loss, (normal(1, 3, 2), normal(2, 4, 3), normal(3, 4, 3), normal(4, 4, 3))),
    Case(contrastive_cosine, (normal(1, 6, 3),)),
    Case(graph_convolution,
         ([normal(1, 3, 4), normal(2, 4, 2)], normal(3, 5, 3), [(0, 1), (1, 2), (3, 4), (0, 4)]), (0, 1)),
    Case(message_passing,
         (normal(1, 3, 2), normal(2, 4, 3), np.array([0, 1, 2, 3, 0]), np.array([1, 1, 3, 0, 2])), (0, 1)),
    Case(mixture_of_experts, (normal(1, 3, 2), normal(2, 2, 3, 4), _X), (0, 1, 2)),
]

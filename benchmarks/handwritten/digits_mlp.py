"""The perceptron's adjoint."""

import numpy as np


def layer__fwd(x, W, b):
    z = x @ W
    z += b
    return z, (x, W)


def layer__back(residuals, dz):
    x, W = residuals
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)


def layer_of_data__back(residuals, dz):
    """The adjoint of the first layer, whose input is data: no one asks for its cotangent."""
    x, _ = residuals
    return x.T @ dz, dz.sum(axis=0)


def log_softmax__fwd(z):
    shifted = z - z.max(axis=1, keepdims=True)
    exp = np.exp(shifted)
    total = np.sum(exp, axis=1, keepdims=True)
    shifted -= np.log(total)
    return shifted, (exp, total)


def log_softmax__back(residuals, cotangent):
    """Adding a constant to a row changes nothing, so nothing flows back through the maximum."""
    exp, total = residuals
    dz = exp * (cotangent.sum(axis=1, keepdims=True) / total)
    return np.subtract(cotangent, dz, out=dz)


def predict__fwd(params, images):
    x = images
    trace = []
    for hidden in params["hidden"]:
        z, layer_residuals = layer__fwd(x, hidden["W"], hidden["b"])
        x = np.tanh(z)
        trace.append((layer_residuals, x))
    output = params["output"]
    z, output_residuals = layer__fwd(x, output["W"], output["b"])
    value, softmax_residuals = log_softmax__fwd(z)
    return value, (trace, output_residuals, softmax_residuals)


def predict__back(residuals, cotangent):
    trace, output_residuals, softmax_residuals = residuals
    dz = log_softmax__back(softmax_residuals, cotangent)
    dx, dW, db = layer__back(output_residuals, dz)
    output = {"W": dW, "b": db}
    hidden = []
    for index in range(len(trace) - 1, -1, -1):
        layer_residuals, x = trace[index]
        slope = x * x
        np.subtract(1.0, slope, out=slope)
        dx *= slope
        if index:
            dx, dW, db = layer__back(layer_residuals, dx)
        else:
            dW, db = layer_of_data__back(layer_residuals, dx)
        hidden.append({"W": dW, "b": db})
    hidden.reverse()
    return {"hidden": hidden, "output": output}


def loss__fwd(params, images, labels):
    log_probabilities, predict_residuals = predict__fwd(params, images)
    rows = np.arange(len(labels))
    value = -np.mean(log_probabilities[rows, labels])
    return value, (predict_residuals, log_probabilities.shape, rows, labels)


def loss__back(residuals, cotangent):
    predict_residuals, shape, rows, labels = residuals
    d_log_probabilities = np.zeros(shape)
    d_log_probabilities[rows, labels] = -cotangent / len(labels)
    return predict__back(predict_residuals, d_log_probabilities)

"""autograd 1.9.1: the examples of its source distribution, of which only the imports of autograd are replaced."""

import numpy as np
from examples import (
    bayesian_neural_net,
    black_box_svi,
    gaussian_process,
    gmm,
    hmm_em,
    ica,
    lstm,
    mixture_variational_inference,
    negative_binomial_maxlike,
    neural_net,
    neural_net_regression,
    rnn,
    variational_autoencoder,
)
from examples.fluidsim import fluidsim, wing

from benchmarks.coverage.program import Program

random = np.random.RandomState(7)
IMAGES = random.uniform(size=(6, 5))
LABELS = np.eye(3)[random.randint(0, 3, size=6)]
POINTS = random.normal(size=(12, 2))
TEXT = np.eye(4)[random.randint(0, 4, size=(5, 2))]
TARGETS = np.eye(4)[random.randint(0, 4, size=(5, 2))]
SIGNS = np.where(random.uniform(size=(6, 5)) > 0.5, 1.0, -1.0)


def classifier(params):
    return neural_net.log_posterior(params, IMAGES, LABELS, 0.1)


def regression(params):
    inputs, targets = neural_net_regression.build_toy_dataset(10)
    likelihood = neural_net_regression.logprob(params, inputs, targets, 0.5)
    return likelihood + neural_net_regression.log_gaussian(params, 2.0)


def gaussian_mixture(params):
    return gmm.gmm_log_likelihood(params, POINTS)


def gaussian_process_regression(params):
    inputs, targets = gaussian_process.build_toy_dataset()
    _, predict, likelihood = gaussian_process.make_gp_funs(gaussian_process.rbf_covariance, 2)
    mean, covariance = predict(params, inputs, targets, np.linspace(-1.0, 1.0, 4).reshape(4, 1))
    return likelihood(params, inputs, targets) + np.sum(mean) + np.trace(covariance)


def recurrent_network(params):
    return rnn.rnn_log_likelihood(params, TEXT, TARGETS)


def long_short_term_memory(params):
    return lstm.lstm_log_likelihood(params, TEXT, TARGETS)


def hidden_markov_model(params):
    sequences = [np.array([0, 2, 1, 1]), np.array([2, 0, 1])]
    return hmm_em.log_partition_function(params, sequences)


def independent_components(weights):
    _, _, logprob, unpack = ica.make_ica_funs(3, 2)
    return logprob(unpack(weights), POINTS.T, 0.7, np.tile(POINTS, 2)[:, :3])


def negative_binomial(params):
    return np.sum(negative_binomial_maxlike.negbin_loglike(params[0], params[1], np.array([1.0, 4.0, 2.0, 7.0])))


def variational_inference(params):
    def log_density(x, t):
        mu, log_sigma = x[:, 0], x[:, 1]
        return -0.5 * log_sigma**2 - 0.5 * (mu / np.exp(log_sigma)) ** 2

    objective, _, _ = black_box_svi.black_box_variational_inference(log_density, 2, 20)
    return objective(params, 0)


def bayesian_network(weights):
    _, _, logprob = bayesian_neural_net.make_nn_funs([1, 3, 1], 0.1, 0.5)
    return np.sum(logprob(weights, POINTS[:, :1], POINTS[:, 1:]))


def mixture_inference(params):
    def log_density(x, t):
        return -0.5 * np.sum(x**2 + 0.3 * np.cos(x), axis=1)

    random = np.random.RandomState(3)
    _, objective, _, _ = mixture_variational_inference.build_mog_bbsvi(log_density, 5, k=2, rs=random)
    return objective(params, 0)


def autoencoder(params):
    return variational_autoencoder.vae_lower_bound(params[0], params[1], SIGNS, np.random.RandomState(1))


def smoke(velocities):
    vx, vy = velocities[:36].reshape(6, 6), velocities[36:].reshape(6, 6)
    return np.sum(fluidsim.simulate(vx, vy, np.linspace(0.0, 1.0, 36).reshape(6, 6), 2) ** 2)


def wind_around_a_wing(corner):
    occlusion = corner[0] * np.ones((40, 60)) + corner[1] * np.sin(np.arange(60.0) / 9.0)
    vx, vy = wing.project(np.ones((40, 60)), np.zeros((40, 60)), wing.sigmoid(occlusion))
    return np.sum(wing.advect(vx, 0.7 * vx, vy) ** 2) / 2400.0


PROGRAMS = (
    Program(classifier, neural_net.init_random_params(0.5, [5, 4, 3])),
    Program(regression, neural_net_regression.init_random_params(0.5, [1, 4, 1])),
    Program(gaussian_mixture, gmm.init_gmm_params(2, 2, 0.7)),
    Program(gaussian_process_regression, np.array([0.1, -0.5, 0.3, 0.2])),
    Program(recurrent_network, rnn.create_rnn_params(4, 3, 4, 0.5)),
    Program(long_short_term_memory, lstm.init_lstm_params(4, 3, 4, 0.5)),
    Program(hidden_markov_model, [random.normal(size=2), random.normal(size=(2, 2)), random.normal(size=(2, 3))]),
    Program(independent_components, random.normal(size=6)),
    Program(negative_binomial, np.array([3.0, 0.4])),
    Program(variational_inference, np.array([0.2, -0.4, -0.7, -0.3])),
    Program(bayesian_network, random.normal(size=(2, 10))),
    Program(mixture_inference, random.normal(size=2 + 2 * 4)),
    Program(autoencoder, [variational_autoencoder.init_net_params(0.5, [2, 3, 5]),
                          variational_autoencoder.init_net_params(0.5, [5, 3, 4])]),
    Program(smoke, 0.8 * random.normal(size=72) + 0.3),
    Program(wind_around_a_wing, np.array([-1.0, 0.6])),
)

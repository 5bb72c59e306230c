import numpy as np
import torch
from torch.nn import functional

from synth.generators import kernel
from synth.training import TrainingSettings
from tests.synth.fits import encoded, generator_of, new_training
from tests.synth.tables import mixed_table


def test_the_numpy_kernel_has_the_logits_of_the_torch_network() -> None:
    encoder, codes, counts = encoded(mixed_table(600))
    training = new_training(encoder, counts, TrainingSettings(), hidden=16, residual_layers=2)
    for parameter in training.parameters:  # away from the initial zeros and ones
        parameter.data.add_(torch.randn_like(parameter) * 0.05)
    generator = generator_of(training, encoder, counts)
    heads = kernel.fold(generator.weights, encoder.sub_columns, [np.ones_like(c) for c in counts])
    embedded = np.concatenate([head.embedding[codes[:, i]] for i, head in enumerate(heads)], 1)
    losses, start = [], 0
    for place, head in enumerate(heads):
        logits = torch.from_numpy(kernel._logits(head, embedded[:, :start]))
        target = torch.from_numpy(codes[:, place].astype(np.int64))
        losses.append(float(functional.cross_entropy(logits, target)))
        start += head.embedding.shape[1]
    training.network.eval()
    with torch.no_grad():
        expected = training.network(torch.from_numpy(codes.astype(np.int64)))
    np.testing.assert_allclose(losses, expected.numpy(), rtol=1e-4)


def test_inverse_cdf_draws_by_the_softmax() -> None:
    logits = np.log(np.array([0.1, 0.2, 0.7], np.float32))
    uniform = np.random.default_rng(0).random(200_000, np.float32)
    drawn = kernel._inverse_cdf(np.tile(logits, (200_000, 1)), uniform)
    np.testing.assert_allclose(np.bincount(drawn) / 200_000, [0.1, 0.2, 0.7], atol=0.004)


def test_codes_that_were_never_seen_are_never_drawn() -> None:
    encoder, _, counts = encoded(mixed_table(600))
    generator = generator_of(new_training(encoder, counts, TrainingSettings()), encoder, counts)
    drawn = generator.sample(5000, np.random.default_rng(0))
    for place, count in enumerate(counts):
        assert count[np.unique(drawn[:, place])].min() > 0


def test_large_inputs_do_not_overflow() -> None:
    x = np.array([[-1e4, -90, 0, 90, 1e4]], np.float32)
    with np.errstate(over="raise", invalid="raise"):
        out = kernel._silu(x)
    np.testing.assert_allclose(out, [[0, 0, 0, 90, 1e4]], atol=1e-6)

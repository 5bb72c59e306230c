"""The bound is what it says, in training and in validation."""

from __future__ import annotations

import numpy as np
import torch

from synth.generators.dense import softmax
from synth.generators.tvae.network import SURE, Autoencoder
from synth.generators.tvae.settings import TvaeSettings
from tests.synth.generators.tvae.small import network, positions, rows

CODES = torch.from_numpy(rows(64).astype(np.int64))


def test_losses_are_of_each_sub_column_and_of_the_divergence() -> None:
    own = network()
    own.eval()
    losses = own(CODES)
    assert losses.shape == (3 + 1 + 1,) and (losses[:-1] > 0).all()
    mean, deviation = own.posterior(CODES)
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(0))
    latents = mean + deviation * noise
    posterior = torch.distributions.Normal(mean, deviation).log_prob(latents).sum(1)
    torch.testing.assert_close(losses[-1], (posterior - own.prior(latents)).mean())
    half = network(beta=0.5)
    half.eval()
    torch.testing.assert_close(half(CODES)[-1], losses[-1] / 2)


def test_validation_has_the_same_noise_each_time_and_leaves_the_random_state() -> None:
    own = network()
    own.eval()
    before = torch.get_rng_state()
    assert torch.equal(own(CODES), own(CODES))
    assert torch.equal(torch.get_rng_state(), before)
    own.train()
    assert not torch.equal(own(CODES)[:-1], own(CODES)[:-1])


def test_it_starts_from_the_margins_and_sure_of_the_latents() -> None:
    torch.manual_seed(0)
    own = Autoencoder(positions(), TvaeSettings(width=8, latent=2))
    counts = [np.array([90, 10]), np.array([5, 3, 2]), np.array([1, 1, 0])]
    own.set_margins(counts)
    own.eval()
    _, deviation = own.posterior(CODES)
    torch.testing.assert_close(deviation, torch.full_like(deviation, float(np.exp(SURE / 2))))
    logits, places = own.decoder(torch.randn(5, 2))
    shares = softmax(logits.detach().numpy()[:, :2])
    np.testing.assert_allclose(shares, [[90.5 / 101, 10.5 / 101]] * 5, rtol=1e-5)
    assert places is not None and not places.any()


def test_what_is_saved_is_what_is_learned() -> None:
    """Tables of the places come from the statistics, and rows are nowhere."""
    own = network()
    assert set(own.state_dict()) == {name for name, _ in own.named_parameters()}

"""The decoder draws in numpy as it was learned in torch."""

from __future__ import annotations

import numpy as np
import torch

from synth.generators.tvae.decoder import Decoder, levelled, parts
from tests.synth.generators.tvae.small import network


def test_the_decoder_is_the_same_in_numpy() -> None:
    own = network()
    weights = {name: value.numpy() for name, value in own.state_dict().items()}
    latents = torch.randn(20, 2)
    logits, places = own.decoder(latents)
    found = Decoder(weights)(latents.numpy())
    np.testing.assert_allclose(found[0], logits.detach().numpy(), atol=2e-5)
    assert places is not None
    np.testing.assert_allclose(found[1], places.detach().numpy(), atol=2e-5)
    assert [part.shape[1] for part in parts(found[0], (2, 3, 3))] == [2, 3, 3]


def test_levelled_positions_are_uniform_and_keep_their_order() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.beta(2, 5, (20_000, 1))
    quantiles = np.quantile(rng.beta(2, 5, 20_000), np.linspace(0, 1, 65))[None]
    found = levelled(quantiles, drawn)[:, 0]
    np.testing.assert_allclose(np.histogram(found, 10, (0, 1))[0] / 20_000, 0.1, atol=0.01)
    assert (np.diff(found[np.argsort(drawn[:, 0])]) >= 0).all()

"""The density is a mixture's, written out, and is learned."""

from __future__ import annotations

import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from synth.generators.tvae.learned_prior import SPREAD, LearnedPrior


def test_densities_are_those_of_the_mixture() -> None:
    torch.manual_seed(0)
    own = LearnedPrior(5, 3)
    with torch.no_grad():
        own.log_variances.normal_()
        own.logits.normal_()
    deviations = (0.5 * own.log_variances).exp()
    known = MixtureSameFamily(
        Categorical(logits=own.logits), Independent(Normal(own.means, deviations), 1)
    )
    latents = torch.randn(20, 3)
    torch.testing.assert_close(own(latents), known.log_prob(latents))


def test_it_is_drawn_towards_what_it_is_to_tell() -> None:
    torch.manual_seed(0)
    own = LearnedPrior(4, 2)
    assert own.means.std() < 3 * SPREAD
    latents = torch.randn(500, 2) * 0.1 + 3
    before = float(own(latents).detach().mean())
    for _ in range(30):
        own.zero_grad()
        own(latents).mean().backward()
        with torch.no_grad():
            for parameter in own.parameters():
                assert parameter.grad is not None
                parameter.add_(0.1 * parameter.grad)
    assert float(own(latents).detach().mean()) > before + 1

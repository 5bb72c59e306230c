"""The networks of the autoencoder: rows to latents and back, and the evidence lower bound.

Kingma & Welling 2014, "Auto-encoding variational Bayes"; Xu et al. 2019, "Modeling tabular data
using conditional GAN", section 4.4, for tables. Of n rows with F first-level codes, P positions and
L latents.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.generators.positions import Positions
from synth.generators.tvae.learned_prior import LearnedPrior
from synth.generators.tvae.places import Places, log_mass, middles
from synth.generators.tvae.settings import AutoencoderSettings
from synth.learning.dense import CodeEmbedding, Tower

# Log variance of the posterior at first. NOTE[DIFF]: in place of a beta that rises from 0: latents
# tell of rows before the divergence tells them not to.
SURE = -3.0
LEAST, MOST = -12.0, 6.0  # log variances


class Encoder(nn.Module):
    """Codes and positions to the mean and log variance of a row's latents.

    NOTE[DIFF]: a residual tower with LayerNorm, as in the decoder, where the paper has two layers
    of ReLU; 16 latents in place of 128, so that a mixture can be fitted to them.
    """

    def __init__(self, positions: Positions, settings: AutoencoderSettings):
        super().__init__()
        latent, width, layers = settings.latent, settings.width, settings.layers
        self.codes = CodeEmbedding(positions.cardinalities, width)
        self.places = nn.Linear(len(positions.fine), width) if positions.fine else None
        self.tower = Tower(width, layers)
        self.out = nn.Linear(width, 2 * latent)
        nn.init.zeros_(self.out.weight[latent:])
        nn.init.constant_(self.out.bias[latent:], SURE)

    def forward(self, first: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
        """float32 ``(n, L)`` twice, of int64 ``(n, F)`` and positions on [-1, 1] ``(n, P)``."""
        values = self.codes(first)
        if self.places is not None:
            values = values + self.places(positions)
        mean, log_variance = self.out(self.tower(values)).float().chunk(2, 1)
        return mean, log_variance.clamp(LEAST, MOST)


class Decoder(nn.Module):
    """Latents to logits of all first-level codes, and to a density of each position."""

    def __init__(self, positions: Positions, settings: AutoencoderSettings):
        super().__init__()
        latent, width, layers = settings.latent, settings.width, settings.layers
        self.into = nn.Linear(latent, width)
        self.tower = Tower(width, layers)
        self.codes = nn.Linear(width, sum(positions.cardinalities))
        self.places = nn.Linear(width, 2 * len(positions.fine)) if positions.fine else None
        nn.init.zeros_(self.codes.weight)
        if self.places is not None:
            nn.init.zeros_(self.places.weight)  # a density is uniform at first
            nn.init.zeros_(self.places.bias)

    def forward(self, latents: Tensor) -> tuple[Tensor, Tensor | None]:
        """Logits ``(n, sum of cardinalities)``, and ``(n, 2 P)``: locations, then log scales."""
        values = self.tower(self.into(latents))
        return self.codes(values), None if self.places is None else self.places(values)


class Autoencoder(nn.Module):
    """Encoder, decoder and the negative evidence lower bound of rows of codes ``(n, S)``.

    NOTE[DIFF]: a place has the exact probability of its interval under a density of the position
    that may be uniform (:mod:`synth.generators.tvae.places`), where the paper has a Gaussian of a
    learned variance around a value. NOTE[DIFF]: ``beta`` weighs the divergence (Higgins et al.
    2017, "beta-VAE"; the published code weighs all else by 2, which is a beta of 0.5): below 1,
    latents tell more of rows, and what latents there are is the matter of the prior: of one that is
    learned beside, and in the end of :mod:`synth.generators.tvae.prior`.
    """

    def __init__(self, positions: Positions, settings: AutoencoderSettings):
        super().__init__()
        self.beta, self.cardinalities = settings.beta, list(positions.cardinalities)
        self.encoder = Encoder(positions, settings)
        self.decoder = Decoder(positions, settings)
        self.prior = LearnedPrior(settings.components, settings.latent)
        self.places = Places(positions)

    @torch.no_grad()
    def set_margins(self, counts: Sequence[np.ndarray]) -> None:
        """Let the decoder start from the shares of the first-level codes."""
        own = [np.log((one + 0.5) / (one.sum() + 0.5 * len(one))) for one in counts]
        self.decoder.codes.bias.copy_(torch.from_numpy(np.concatenate(own)))

    def forward(self, codes: Tensor) -> Tensor:
        """Means over the rows of each sub-column's loss and of the divergence ``(F + P + 1,)``."""
        first, (begin, end, varies) = codes[:, self.places.first], self.places(codes)
        mean, log_variance = self.encoder(first, middles(begin, end, varies))
        noise = self._noise(mean)
        latents = mean + (0.5 * log_variance).exp() * noise
        logits, places = self.decoder(latents)
        losses = [
            functional.cross_entropy(own, first[:, at])
            for at, own in enumerate(logits.float().split(self.cardinalities, 1))
        ]
        if places is not None:
            losses += list((log_mass(places.float(), begin, end) * varies).mean(0).neg())
        own = -0.5 * (log_variance + noise.square() + math.log(2 * math.pi)).sum(1)
        apart = own - self.prior(latents)
        return torch.stack([*losses, self.beta * apart.mean()])

    def posterior(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Means and standard deviations of the latents ``(n, L)`` of rows of codes ``(n, S)``."""
        positions = middles(*self.places(codes))
        mean, log_variance = self.encoder(codes[:, self.places.first], positions)
        return mean, (0.5 * log_variance).exp()

    def _noise(self, like: Tensor) -> Tensor:
        """Normal noise; the same at each validation, whose losses are compared."""
        if self.training:
            return torch.randn_like(like)
        own = torch.Generator(like.device).manual_seed(0)
        return torch.randn(like.shape, generator=own, device=like.device)

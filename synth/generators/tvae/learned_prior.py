"""A prior that is learned with the networks: latents need not lie as a standard normal has them.

A mixture of K Gaussians of independent latents; Tomczak & Welling 2018, "VAE with a VampPrior",
section 2, have it beside their own.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

SPREAD = 1.5  # deviation of the components' means at first; their own is 1


class LearnedPrior(nn.Module):
    """The density of latents, in float32 whatever the precision of the networks."""

    def __init__(self, components: int, latent: int):
        super().__init__()
        self.means = nn.Parameter(torch.randn(components, latent) * SPREAD)
        self.log_variances = nn.Parameter(torch.zeros(components, latent))
        self.logits = nn.Parameter(torch.zeros(components))

    def forward(self, latents: Tensor) -> Tensor:
        """Log densities ``(n,)`` of float32 latents ``(n, L)``."""
        with torch.autocast(latents.device.type, enabled=False):  # the terms cancel
            precisions = (-self.log_variances).exp()
            scaled = precisions * self.means
            sizes = (scaled * self.means + self.log_variances).sum(1)
            sizes = sizes + latents.shape[1] * math.log(2 * math.pi)
            apart = latents.square() @ precisions.T - 2 * latents @ scaled.T + sizes  # (n, K)
            joint = torch.log_softmax(self.logits, 0) - 0.5 * apart
            return joint.logsumexp(1)

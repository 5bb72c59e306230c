"""What the critic and the generator learn by: WGAN-GP with a given code (Xu et al. 2019, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from synth.generators.ctgan.network import (
    Critic,
    GeneratorNetwork,
    Moving,
    Spans,
    positions_of,
)


@dataclass(frozen=True)
class Rows:
    """Rows and the code that was given for each.

    ``codes``: int64 ``(B, F)``. ``positions``: float32 ``(B, P)`` in [-1, 1], 0 where there is
    nothing to tell. ``given``: int64 ``(B,)`` among all K codes; ``column``: int64, of which of F.
    """

    codes: Tensor
    positions: Tensor
    given: Tensor
    column: Tensor

    def part(self, rows: slice) -> Rows:
        """Some of them."""
        return Rows(self.codes[rows], self.positions[rows], self.given[rows], self.column[rows])


class CriticLoss(nn.Module):
    """The critic's loss as one module: workers share gradients of one forward and one backward."""

    def __init__(self, critic: Critic, penalty: float):
        super().__init__()
        self.critic, self.penalty = critic, penalty

    def forward(self, real: Rows, fake: Rows, weight: float) -> tuple[Tensor, Tensor]:
        """The loss, and the Wasserstein distance as the critic sees it.

        ``weight``: of the penalty in this step, 0 for none.
        """
        embedded = [self.critic.embedded(own.codes, own.positions) for own in (real, fake)]
        distance = self.critic(embedded[0], real.given).mean()
        distance = distance - self.critic(embedded[1], fake.given).mean()
        if not weight:
            return -distance, distance.detach()
        return weight * self._penalty(embedded, real.given) - distance, distance.detach()

    def _penalty(self, embedded: list[Tensor], given: Tensor) -> Tensor:
        """By how much slopes between real and fake packs are not 1 (Gulrajani et al. 2017).

        Rows are mixed where they are embedded, which is linear: the same as mixing them themselves.
        Slopes are by the one-hot row, as in the paper. NOTE[DIFF]: the published code has the given
        code in it, and so its slopes; it is that of both rows, and there is nothing between them.
        """
        real, fake = embedded
        pac = self.critic.pac
        share = torch.rand(len(real) // pac, 1, device=real.device).repeat_interleave(pac, 0)
        mixed = real + share * (fake - real)
        scores = self.critic(mixed, given)
        (gradient,) = torch.autograd.grad(scores.sum(), mixed, create_graph=True)
        squares = self.critic.squared_slopes(gradient).view(-1, pac).sum(1)
        return ((squares + 1e-12).sqrt() - 1).square().mean() * self.penalty


class GeneratorLoss(nn.Module):
    """The generator's loss as one module."""

    def __init__(self, network: GeneratorNetwork, spans: Spans):
        super().__init__()
        self.network, self.spans = network, spans

    def forward(
        self, noise: Tensor, given: Tensor, column: Tensor, critic: Critic, moving: Moving
    ) -> tuple[Tensor, Tensor]:
        """What the critic finds lacking, and how little the given codes are heeded, in nats."""
        logits, places = self.network(noise, given)
        shares, codes = self.spans.shares(logits)
        positions = positions_of(places) * moving(codes)
        lacking = -critic(critic.embedded(shares, positions), given).mean()
        return lacking, self._unheeded(logits, given, column)

    def _unheeded(self, logits: Tensor, given: Tensor, column: Tensor) -> Tensor:
        """Cross-entropy of the given codes, each in its own sub-column."""
        totals = [own.logsumexp(1) for own in torch.split(logits, self.spans.sizes, 1)]
        total = torch.stack(totals, 1).gather(1, column[:, None])[:, 0]
        return (total - logits.gather(1, given[:, None])[:, 0]).mean()

"""The two networks as they learn from each other, step by step, and all that a break would lose."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn

from synth.generators.ctgan.losses import CriticLoss, GeneratorLoss, Rows
from synth.generators.ctgan.network import (
    Critic,
    GeneratorNetwork,
    Moving,
    Spans,
    positions_of,
)
from synth.generators.ctgan.pool import Pool
from synth.generators.ctgan.settings import CtganSettings
from synth.generators.positions import Positions
from synth.learning.accumulation import parts_of, shared_once
from synth.learning.task import Worker

BETAS = (0.5, 0.9)  # of Adam: little momentum, as the other network moves, too
Losses = Callable[[slice], tuple[Tensor, Tensor]]  # of some rows of a batch: loss (), figures
# NOTE[DIFF]: none in the papers. Of a gradient, so that one odd batch does not throw a network off.
CLIP_NORM = 50.0


@dataclass
class DuelState:
    """Where the duel stands, and the best generator so far."""

    step: int = 0
    critic_step: int = 0
    pool: int = 0  # the number of the pool that is drawn from
    drawn: int = 0  # rows, of this pool
    best_distance: float = math.inf
    best_step: int = 0
    since_best: int = 0

    def to_json(self) -> dict[str, float]:
        """All of it as JSON."""
        return asdict(self)


class Duel:
    """A critic and a generator, their optimisers, the generator's average and the best of these."""

    def __init__(self, positions: Positions, settings: CtganSettings, worker: Worker):
        sizes, places = positions.cardinalities, len(positions.fine)
        self.settings, self.device = settings, worker.device
        self.generator = GeneratorNetwork(
            sizes,
            places,
            noise=settings.noise,
            width=settings.width,
            layers=settings.layers,
        ).to(worker.device)
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        self.best = copy.deepcopy(self.average)
        self.critic = Critic(sizes, places, width=settings.critic_width, pac=settings.pac)
        self.critic.to(worker.device)
        self._spans = Spans(sizes, settings.temperature, worker.device)
        self._moving = Moving(positions, worker.device)
        self._critic_loss = worker.share(CriticLoss(self.critic, settings.penalty))
        self._generator_loss = worker.share(GeneratorLoss(self.generator, self._spans))
        rates = (settings.critic_rate, settings.learning_rate)
        self.optimizers = tuple(
            torch.optim.Adam(network.parameters(), rate, betas=BETAS, fused=True)
            for network, rate in zip((self.critic, self.generator), rates, strict=True)
        )
        self.state = DuelState()

    def step(self, pool: Pool) -> tuple[Tensor, Tensor, Tensor]:
        """Steps of the critic, then one of the generator.

        The Wasserstein distance that the critic sees, what it finds lacking, and the cross-entropy
        of given codes.
        """
        self._set_rates()
        for _ in range(self.settings.critic_steps):
            distance = self._learn_critic(pool)
        lacking, unheeded = self._learn_generator(pool)
        self.state.step += 1
        self._follow()
        return distance, lacking, unheeded

    def _learn_critic(self, pool: Pool) -> Tensor:
        state, settings = self.state, self.settings
        real, noise = pool.draw(self.batch_rows), self._noise()
        state.drawn += self.batch_rows
        # NOTE[DIFF]: the penalty is lazy (Karras et al. 2020): seldom, and as much heavier.
        is_due = state.critic_step % settings.penalty_every == 0
        weight = settings.penalty_every if is_due else 0

        def losses(rows: slice) -> tuple[Tensor, Tensor]:
            own = real.part(rows)
            loss, distance = self._critic_loss(own, self._drawn(noise[rows], own), weight)
            return loss, distance

        distance = self._descend(0, self._critic_loss, losses)
        state.critic_step += 1
        return distance

    @torch.no_grad()
    def _drawn(self, noise: Tensor, like: Rows) -> Rows:
        """Rows of the generator's, given the codes of others."""
        logits, places = self.generator(noise, like.given)
        codes = self._spans.codes(logits)
        positions = positions_of(places) * self._moving(codes)
        return Rows(codes, positions, like.given, like.column)

    def _learn_generator(self, pool: Pool) -> tuple[Tensor, Tensor]:
        given, noise = pool.draw(self.batch_rows), self._noise()
        self.critic.requires_grad_(False)

        def losses(rows: slice) -> tuple[Tensor, Tensor]:
            own = given.part(rows)
            lacking, unheeded = self._generator_loss(
                noise[rows], own.given, own.column, self.critic, self._moving
            )
            return lacking + unheeded, torch.stack([lacking, unheeded])

        lacking, unheeded = self._descend(1, self._generator_loss, losses)
        self.critic.requires_grad_(True)
        return lacking, unheeded

    @property
    def batch_rows(self) -> int:
        """Whole packs."""
        return self.settings.packs * self.settings.pac

    def _noise(self) -> Tensor:
        return torch.randn(self.batch_rows, self.settings.noise, device=self.device)

    def _descend(self, which: int, shared: nn.Module, losses: Losses) -> Tensor:
        """A step by the loss that workers share; the figures, means over the whole batch."""
        network, found = (self.critic, self.generator)[which], []
        self.optimizers[which].zero_grad()
        for part in parts_of(self.batch_rows, self.settings.accumulation, pack=self.settings.pac):
            with shared_once(shared, part):
                loss, figures = losses(part.rows)
                torch.autograd.backward(loss * part.share)
            found.append(figures.detach() * part.share)
        nn.utils.clip_grad_norm_(network.parameters(), CLIP_NORM)
        self.optimizers[which].step()
        return torch.stack(found).sum(0)

    def _set_rates(self) -> None:
        """Half a cosine from the full rates to none (Loshchilov & Hutter 2017).

        NOTE[DIFF]: rates are constant in the paper. With them both networks go round each other to
        the end; as they fall these come to rest.
        """
        share = (1 + math.cos(math.pi * self.state.step / self.settings.steps)) / 2
        rates = (self.settings.critic_rate, self.settings.learning_rate)
        for optimizer, rate in zip(self.optimizers, rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * share

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the average, quickly at first.

        NOTE[DIFF]: the paper's generator is the last one. An average of its weights goes round less
        (Yazici et al. 2019), and the average with the best rows is kept.
        """
        step = self.state.step
        forget = 1 - min(self.settings.average_decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(
            list(self.average.parameters()), list(self.generator.parameters()), forget
        )

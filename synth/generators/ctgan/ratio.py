"""How much likelier a row is in the table than among the generator's rows, after a fit.

NOTE[DIFF]: not in the paper. A classifier of rows of the table and generated ones has the logarithm
of that ratio as its log odds (Sugiyama et al. 2012). Rows are drawn several at a time, and one of
them is taken in proportion to its ratio: sampling-importance-resampling (Rubin 1987) of a GAN, as
discriminator rejection sampling does it (Azadi et al. 2019).
"""

from __future__ import annotations

import copy
import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.generators.ctgan.generator import CtganGenerator
from synth.generators.ctgan.pool import READ_ROWS, Pool
from synth.generators.ctgan.settings import CtganSettings
from synth.learning.dense import CodeEmbedding, Tower
from synth.learning.task import FitTask
from synth.learning.workers import sum_over_workers

MADE_ROWS = 2**16  # of the generator, to be told from the table's
LOOKED_AT_ROWS = 2**13  # of the generator, that validate
BATCH_ROWS = 512  # of each kind
LOOK_STEPS, PATIENCE = 50, 4
RATE, DECAY, DROPOUT = 2e-3, 1e-2, 0.2
LAYERS = 2


class RatioNetwork(nn.Module):
    """Log odds that a row is of the table; :meth:`CtganGenerator.log_ratios` has it in numpy."""

    def __init__(self, cardinalities: tuple[int, ...], places: int, width: int):
        super().__init__()
        self.codes = CodeEmbedding(cardinalities, width)
        self.places = nn.Linear(places, width, bias=False) if places else None
        self.tower = Tower(width, LAYERS, inner=width, dropout=DROPOUT)
        self.score = nn.Linear(width, 1)

    def forward(self, codes: Tensor, positions: Tensor) -> Tensor:
        """Float32 ``(n,)`` of int64 codes ``(n, F)`` and positions in [-1, 1] ``(n, P)``."""
        hidden = self.codes(codes)
        if self.places is not None:
            hidden = hidden + self.places(positions)
        found: Tensor = self.score(self.tower(hidden))[:, 0]
        return found


Sample = tuple[Tensor, Tensor]  # codes and positions


class RatioFit:
    """One worker's part of learning the ratio."""

    def __init__(self, task: FitTask, generator: CtganGenerator, pool: Pool):
        self.task, self.pool, self.device = task, pool, task.worker.device
        self.settings: CtganSettings = task.settings
        self.generator, self.positions = generator, generator.positions
        own = self.positions
        torch.manual_seed(task.seed + 2)  # every worker begins with the same weights
        self.network = RatioNetwork(own.cardinalities, len(own.fine), self.settings.critic_width)
        self.network.to(self.device)
        self.best, self.best_loss = copy.deepcopy(self.network), math.log(2)

    def run(self) -> CtganGenerator:
        """The generator with the best ratio, or as it is where none tells rows apart."""
        worker, settings = self.task.worker, self.settings
        made = self._made(min(MADE_ROWS, 2 * self.pool.rows), worker.rank)
        known, unseen = (
            self._validation(),
            self._made(min(LOOKED_AT_ROWS, self.pool.rows), worker.rank + worker.world),
        )
        torch.manual_seed(self.task.seed + 3 + worker.rank)
        shared = worker.share(self.network)
        optimizer = torch.optim.AdamW(self.network.parameters(), RATE, weight_decay=DECAY)
        since_best = 0
        for step in range(settings.ratio_steps):
            for group in optimizer.param_groups:
                group["lr"] = RATE * (1 + math.cos(math.pi * step / settings.ratio_steps)) / 2
            loss = self._loss(shared, made)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            if (step + 1) % LOOK_STEPS == 0 and since_best < PATIENCE:
                since_best = 0 if self._look(known, unseen) else since_best + 1
            if since_best >= PATIENCE:
                break
        self.task.progress.facts["ratio_loss"] = self.best_loss
        if self.best_loss >= math.log(2):
            return self.generator
        weights = {
            f"ratio.{name}": own.cpu().numpy() for name, own in self.best.state_dict().items()
        }
        both = {**self.generator.weights, **weights}
        own = self.generator
        return CtganGenerator(own.positions, own.frequencies, both, settings.candidates)

    def _loss(self, network: nn.Module, made: Sample) -> Tensor:
        """Cross-entropy of a batch, half of it the table's, in nats."""
        codes, positions = self.pool.draw_evenly(BATCH_ROWS)
        at = torch.randint(len(made[0]), (BATCH_ROWS,), device=self.device)
        scores = network(torch.cat([codes, made[0][at]]), torch.cat([positions, made[1][at]]))
        is_real = (torch.arange(len(scores), device=self.device) < BATCH_ROWS).float()
        return functional.binary_cross_entropy_with_logits(scores, is_real)

    @torch.no_grad()
    def _look(self, known: list[Sample], made: Sample) -> bool:
        """Keep the network if it is the best on validation rows; whether it was."""
        self.network.eval()
        real = [functional.softplus(-self.network(*own)) for own in known if len(own[0])]
        fake = functional.softplus(self.network(*made))
        own = np.array(
            [
                sum(float(one.sum()) for one in real),
                sum(len(one) for one in real),
                float(fake.sum()),
                len(fake),
            ]
        )
        self.network.train()
        summed, rows, wrong, number = sum_over_workers(own, self.device).tolist()
        loss = (summed / max(rows, 1) + wrong / number) / 2
        if loss >= self.best_loss:
            return False
        self.best_loss = loss
        self.best.load_state_dict(self.network.state_dict())
        return True

    def _made(self, rows: int, seed: int) -> Sample:
        """Rows of the generator."""
        rng = np.random.default_rng([self.task.seed, 13, seed])
        first, places = self.generator.candidate_rows(rows, rng)
        return self._tensors(first, 2 * places - 1)

    def _validation(self) -> list[Sample]:
        """The worker's validation rows, each somewhere in its place."""
        rng, found = np.random.default_rng([self.task.seed, 17]), []
        for codes in self.task.validation.in_order(READ_ROWS):
            begin, width = self.positions.intervals(codes)
            places = begin + width * rng.random(begin.shape)
            found.append(self._tensors(codes[:, self.positions.first], 2 * places - 1))
        return found

    def _tensors(self, first: np.ndarray, positions: np.ndarray) -> Sample:
        moving = positions * self.positions.moving(first)
        return (
            torch.from_numpy(first.astype(np.int64)).to(self.device),
            torch.from_numpy(moving.astype(np.float32)).to(self.device),
        )

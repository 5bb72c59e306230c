"""The fit of a conditional GAN: duel, look at the rows, keep the best, calibrate."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
import torch
from torch import nn

from synth.generators.ctgan.calibration import calibrated, raked
from synth.generators.ctgan.checkpoint import load_checkpoint, save_checkpoint
from synth.generators.ctgan.duel import Duel
from synth.generators.ctgan.generator import CtganGenerator
from synth.generators.ctgan.histograms import Histograms
from synth.generators.ctgan.pool import READ_ROWS, Pool, Stock
from synth.generators.ctgan.ratio import RatioFit
from synth.generators.ctgan.settings import CtganSettings
from synth.generators.margins import margins
from synth.generators.positions import Positions
from synth.learning.divergence import require_number
from synth.learning.ending import notes_on_fall
from synth.learning.network_fit import one_thread_on, seeded
from synth.learning.task import FitTask
from synth.learning.workers import sum_over_workers
from synth.table.errors import InputError

LOOKED_AT_ROWS = 8192  # of the generator, at each look
LEAST_FALL = 0.01  # share of the distance by which more steps are said to be worth it


def fit(task: FitTask) -> CtganGenerator:
    """The generator of a task; the same on every worker."""
    with seeded(task), one_thread_on(task.worker.device):
        return CtganFit(task).run()


class CtganFit:
    """One worker's part of a fit."""

    def __init__(self, task: FitTask):
        self.task = task
        self.settings: CtganSettings = task.settings
        self.positions = Positions.of(task.sub_columns, task.statistics)
        if not self.positions.first:
            raise InputError("there is no column to learn: give a table with one that varies")
        self.duel = Duel(self.positions, self.settings, task.worker)
        own = margins(task.sub_columns, task.statistics)
        self.frequencies = np.concatenate(
            [np.asarray(own[place], np.float64) for place in self.positions.first]
        )
        self.histograms = Histograms(self.positions.cardinalities, task.seed)
        self.stock = Stock(
            task.train,
            self.positions,
            self.settings.pool_rows,
            task.worker.device,
            log_frequency=self.settings.log_frequency,
        )

    def run(self) -> CtganGenerator:
        """Learn until the rows are no better, and give the margins of the table to the best."""
        task, state = self.task, self.duel.state
        self._start()
        state, pool = self.duel.state, self.stock.pool(self.duel.state.pool)
        goal = self._counted_validation()
        summed, since, saved = torch.zeros(3, device=task.worker.device), 0, time.monotonic()
        while state.step < self.settings.steps and state.since_best < self.settings.patience:
            if not self.stock.is_whole and state.drawn >= pool.rows:
                state.pool, state.drawn = state.pool + 1, 0
                pool = self.stock.pool(state.pool)
            summed += torch.stack(self.duel.step(pool))
            since += 1
            if state.step % self.settings.evaluation_steps and state.step < self.settings.steps:
                continue
            self._look(summed / since, goal)
            summed, since = torch.zeros_like(summed), 0
            if self._is_due(saved):
                task.checkpoints.save(partial(save_checkpoint, self.duel, task.progress.curve))
                saved = time.monotonic()
        return self._finished(pool)

    def _start(self) -> None:
        task, duel = self.task, self.duel
        folder = task.checkpoints.latest
        if folder is not None:
            task.progress.curve += load_checkpoint(duel, folder)
        if folder is None or task.worker.rank > 0:  # a checkpoint has the first worker's state
            seed = task.seed + 1 + task.worker.rank + task.worker.world * duel.state.step
            torch.manual_seed(seed)

    def _counted_validation(self) -> np.ndarray:
        """Histograms of the validation rows of all workers."""
        rows = (
            codes[:, self.positions.first] for codes in self.task.validation.in_order(READ_ROWS)
        )
        return sum_over_workers(self.histograms.counted(rows), self.task.worker.device)

    def _look(self, losses: torch.Tensor, goal: np.ndarray) -> None:
        """How far the averaged generator's rows are from the validation rows; keep the best."""
        duel, state = self.duel, self.duel.state
        own = np.append(losses.double().cpu().numpy(), 1.0)
        *summed, together = sum_over_workers(own, self.task.worker.device).tolist()
        seen, lacking, unheeded = (value / together for value in summed)
        own_rates = ("learning_rate", "critic_rate")
        rates = {name: getattr(self.settings, name) for name in own_rates}
        require_number(seen + lacking + unheeded, state.step, rates)
        rows = self._generator(duel.average).sample(
            LOOKED_AT_ROWS, np.random.default_rng([self.task.seed, 7])
        )
        made = self.histograms.counted([rows[:, self.positions.first]])
        distance = self.histograms.distance(made, goal)
        if distance < state.best_distance:
            state.best_distance, state.best_step, state.since_best = distance, state.step, 0
            duel.best.load_state_dict(duel.average.state_dict())
        else:
            state.since_best += 1
        self.task.progress.point(
            state.step,
            self.settings.steps,
            code_histogram_distance=distance,
            critic_distance=seen,
            generator_loss=lacking,
            given_code_loss=unheeded,
        )

    def _is_due(self, saved: float) -> bool:
        """Whether a checkpoint is, the same on every worker."""
        waited = np.array([time.monotonic() - saved])
        mean = sum_over_workers(waited, self.task.worker.device)[0] / self.task.worker.world
        return bool(mean >= self.task.checkpoints.seconds)

    def _generator(self, network: nn.Module) -> CtganGenerator:
        weights = {name: own.cpu().numpy().copy() for name, own in network.state_dict().items()}
        return CtganGenerator(self.positions, self.frequencies, weights)

    def _finished(self, pool: Pool) -> CtganGenerator:
        task, state = self.task, self.duel.state
        task.progress.step("calibrating the margins")
        found = self._generator(self.duel.best)
        found = calibrated(found, task.seed, self.settings.calibration_rounds)
        if self.settings.candidates > 1:
            task.progress.step("learning which rows are too rare")
            found = RatioFit(task, found, pool).run()
        if found.candidates > 1:
            found = raked(found, task.seed, self.settings.calibration_rounds)
        task.progress.facts |= {
            "parameters": int(sum(own.size for own in found.weights.values())),
            "steps": state.step,
            "best_step": state.best_step,
            "best_code_histogram_distance": state.best_distance,
            "stopped_early": state.step < self.settings.steps,
            "pool_rows": pool.rows,
            "pools": state.pool + 1,
        }
        if state.best_step == self.settings.steps:
            task.progress.notes += notes_on_fall(
                task.progress.curve, "code histogram distance", least=LEAST_FALL
            )
        return found

"""Fitting the autoencoder: networks, then what latents are drawn from, then margins."""

from __future__ import annotations

import numpy as np
import torch

from synth.generators.positions import Positions
from synth.generators.tvae import prior
from synth.generators.tvae.calibration import calibrated
from synth.generators.tvae.decoder import DECODER
from synth.generators.tvae.generator import TvaeGenerator
from synth.generators.tvae.network import Autoencoder
from synth.generators.tvae.settings import TvaeSettings
from synth.learning.network_fit import fit_network, one_thread_on, seeded
from synth.learning.settings import largest_batch
from synth.learning.task import FitTask
from synth.learning.workers import sum_over_workers

PRIOR_ROWS = 24_576  # of whose latents the mixture is made
MOST_PRODUCTS = 2**25  # of pairs of their latents, in memory: fewer rows where latents are many
LEAST_ROWS = 2  # times min_entities, of a component


def fit(task: FitTask) -> TvaeGenerator:
    """The generator of a task, the same on all workers."""
    settings: TvaeSettings = task.settings
    positions = Positions.of(task.sub_columns, task.statistics)
    with seeded(task):
        network = Autoencoder(positions, settings)
        network.set_margins([task.statistics.counts[place] for place in positions.first])
        weights = fit_network(network, settings, task)
        task.progress.step("fitting what latents are drawn from")
        latents = _latents(network, task)
    rng = np.random.default_rng([task.seed, 1])
    least = LEAST_ROWS * task.min_entities
    mixture = prior.fitted(latents, settings.components, least, rng)
    task.progress.facts["prior"] = {
        "rows": len(latents),
        "components": len(mixture.shares),
        "least_rows": float((mixture.shares * len(latents)).min()),
    }
    task.progress.step("calibrating")
    own = {name: value for name, value in weights.items() if name.startswith(DECODER)}
    generator = TvaeGenerator(positions, mixture, own)
    return calibrated(generator, task.statistics)


@torch.no_grad()
def _latents(network: Autoencoder, task: FitTask) -> np.ndarray:
    """float64 ``(n, L)``: one of each of some rows of the first worker, the same on every worker.

    Rows of one worker are as good as those of all: rows are dealt to workers at random.
    """
    worker, latent = task.worker, task.settings.latent
    pairs = latent * (latent + 1) // 2
    most = max(min(task.train.rows // worker.world, PRIOR_ROWS, MOST_PRODUCTS // pairs), 1)
    found, told = np.zeros((most, latent)), np.zeros(most)
    if worker.rank == 0:
        network.eval()
        rng, start = np.random.default_rng([task.seed, 2]), 0
        with one_thread_on(worker.device):
            for codes in task.train.epoch(0, min(largest_batch(worker.device), most)):
                part = slice(start, min(start + len(codes), most))
                own = torch.from_numpy(codes[: part.stop - start].astype(np.int64))
                mean, deviation = map(_numpy, network.posterior(own.to(worker.device)))
                found[part] = mean + deviation * rng.standard_normal(mean.shape)
                told[part], start = 1, part.stop
                if start == most:
                    break
    found = sum_over_workers(found, worker.device)
    return found[sum_over_workers(told, worker.device) > 0]


def _numpy(values: torch.Tensor) -> np.ndarray:
    found: np.ndarray = values.cpu().numpy()
    return found

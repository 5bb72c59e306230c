"""Fitting the autoencoder: networks, then what latents are drawn from, then margins."""

from __future__ import annotations

from itertools import islice

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
    generator = TvaeGenerator(task.sub_columns, positions, mixture, own)
    return calibrated(generator, task.statistics)


@torch.no_grad()
def _latents(network: Autoencoder, task: FitTask) -> np.ndarray:
    """float64 ``(n, L)``: one of each of some rows of the first worker, the same on every worker.

    Rows of one worker are as good as those of all: rows are dealt to workers at random.
    """
    worker, settings = task.worker, task.settings
    batch = min(largest_batch(worker.device), max(task.train.rows // worker.world, 1))
    rows = min(task.train.rows // worker.world, PRIOR_ROWS) // batch * batch
    found = np.zeros((rows, settings.latent))
    if worker.rank == 0:
        network.eval()
        rng = np.random.default_rng([task.seed, 2])
        with one_thread_on(worker.device):
            for place, codes in enumerate(islice(task.train.epoch(0, batch), rows // batch)):
                mean, deviation = network.posterior(torch.from_numpy(codes).to(worker.device))
                noise = rng.standard_normal(mean.shape)
                drawn = mean.cpu().numpy() + deviation.cpu().numpy() * noise
                found[place * batch : (place + 1) * batch] = drawn
    return sum_over_workers(found, worker.device)

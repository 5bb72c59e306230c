"""Fitting a generator to codes: the one way, in memory and on every worker of a cluster."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from synth.encode import CodeStatistics
from synth.generators import TableGenerator, generator_kind
from synth.learning.checkpoint import load_checkpoint
from synth.learning.likelihood import Batches, Evaluation, Training, TrainingSettings
from synth.learning.means import require_means
from synth.learning.threads import one_thread
from synth.table.sub_column import SubColumn


@dataclass(frozen=True)
class GeneratorSpec:
    """Which generator, with which settings of its own."""

    name: str = "autoregressive"
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Worker:
    """One worker's place among the others, and what its launcher does for it.

    ``wrap`` makes gradients common to all workers; ``report`` is called at every evaluation by
    every worker; ``checkpoint`` is the folder to go on from, None at a first start.
    """

    rank: int = 0
    world: int = 1
    wrap: Callable[[Any], Any] = lambda network: network
    report: Callable[[Evaluation, Training], None] = lambda evaluation, training: None
    checkpoint: Path | None = None


@dataclass(frozen=True)
class Fit:
    """A fitted generator, on the first worker, and the figures of its training, as JSON."""

    generator: TableGenerator | None
    facts: dict[str, Any]


def fit_generator(
    sub_columns: Sequence[SubColumn],
    statistics: CodeStatistics,
    batches: Batches,
    validation: Callable[[], Iterator[np.ndarray]],
    *,
    spec: GeneratorSpec,
    settings: TrainingSettings,
    worker: Worker | None = None,
) -> Fit:
    """Train on this worker's batches of int32 codes ``(rows, n_sub)``.

    ``statistics`` are those of the whole train part. The same inputs on one CPU thread give the
    same weights. The caller decides on the number of threads. ValueError as of
    :func:`synth.learning.means.require_means`.
    """
    worker = worker or Worker()
    require_means(settings)
    torch.manual_seed(settings.seed)  # every worker starts from the same weights
    kind = generator_kind(spec.name)
    own = kind.settings_type(**spec.settings)
    network = kind.network(sub_columns, statistics, own)
    rows = int(statistics.counts[0].sum())
    settings = settings.settled(rows // worker.world)
    if settings.gpu:
        network.to("cuda")
    draw_order = getattr(network, "draw_order", None)  # of other packages' networks, not all draw
    training = Training(worker.wrap(network), settings, draw_order)
    if worker.checkpoint is not None:
        load_checkpoint(training, worker.checkpoint)
    if worker.checkpoint is None or worker.rank > 0:  # a checkpoint has the first worker's state
        # Dropout differs between workers, and before and after a break.
        torch.manual_seed(settings.seed + 1 + worker.rank + worker.world * training.state.step)
    started = time.monotonic()
    with _denormals_flushed():
        state = training.run(batches, validation, worker.report)
    facts = {
        "generator": spec.name,
        "settings": {**spec.settings, **asdict(settings)},
        "workers": worker.world,
        "device": torch.cuda.get_device_name() if settings.gpu else "cpu",
        "captured": training.captured,
        "parameters": sum(p.numel() for p in network.parameters()),
        "seconds": round(time.monotonic() - started, 2),
        "steps": state.step,
        "best_step": state.best_step,
        "best_validation_loss": state.best_loss,
        "stopped_early": state.step < training.last_step,
        "curve": state.curve,
    }
    if worker.rank > 0:  # all have the same weights, and one of them saves
        return Fit(None, facts)
    weights = {name: value.cpu().numpy() for name, value in network.state_dict().items()}
    with one_thread():
        return Fit(kind.fitted(sub_columns, statistics, weights, own), facts)


@contextmanager
def _denormals_flushed() -> Iterator[None]:
    """Averages decay into denormals, which are slow; the caller's process keeps its own."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)

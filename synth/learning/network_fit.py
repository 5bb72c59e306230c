"""The workshop's way to fit a likelihood network: the loop, with the task's data and places."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import nn

from synth.learning.checkpoint import load_checkpoint, save_checkpoint
from synth.learning.ending import notes_on_end
from synth.learning.likelihood import Training
from synth.learning.settings import Evaluation, LikelihoodSettings, largest_batch
from synth.learning.task import FitTask, plain_settings


def fit_network(
    network: nn.Module, settings: LikelihoodSettings, task: FitTask
) -> dict[str, np.ndarray]:
    """Learn a network whose ``network(codes)`` are its losses in nats, and return its weights.

    One that learns in several orders has ``draw_order()``, called before each step for an int64
    order on CPU or None: it may draw nothing else on the host within ``network(codes, order)``, so
    that its steps can be recorded on a GPU. The network's weights should be drawn, and
    learned, under :func:`seeded`, so that every worker starts from the same. The same task on one
    CPU thread gives the same weights.
    """
    worker, progress = task.worker, task.progress
    batch = settings.batch_size(task.train.rows // worker.world, worker.device)
    rows = int(task.statistics.counts[0].sum())  # with those that validate
    settings = replace(settings, batch_rows=batch).settled(rows // worker.world, worker.device)
    network.to(worker.device)
    training = Training(
        worker.share(network),
        settings,
        getattr(network, "draw_order", None),
        checkpoint_seconds=task.checkpoints.seconds,
    )
    start = task.checkpoints.latest
    if start is not None:
        load_checkpoint(training, start)
        _restore_curve(task, training)
    if start is None or worker.rank > 0:  # a checkpoint has the first worker's state
        # Dropout differs between workers, and before and after a break.
        torch.manual_seed(task.seed + 1 + worker.rank + worker.world * training.state.step)

    def report(point: Evaluation, training: Training) -> None:
        progress.point(point.step, point.steps, **_figures(point.train_loss, point.validation_loss))
        if point.checkpoint_due:
            task.checkpoints.save(partial(save_checkpoint, training))

    validation_rows = largest_batch(worker.device)
    with one_thread_on(worker.device), _denormals_flushed():
        state = training.run(
            lambda epoch: task.train.epoch(epoch, batch),
            lambda: task.validation.in_order(validation_rows),
            report,
        )
    weights = {name: value.cpu().numpy() for name, value in network.state_dict().items()}
    buffers = {name for name, _ in network.named_buffers()}
    progress.facts |= {
        "settings": {**plain_settings(task.settings), **plain_settings(settings)},
        "device": torch.cuda.get_device_name() if worker.device == "cuda" else "cpu",
        "captured": training.captured,
        "parameters": sum(weights[name].size for name in weights.keys() - buffers),
        "steps": state.step,
        "best_step": state.best_step,
        "best_validation_loss": state.best_loss,
        "stopped_early": state.step < training.last_step,
    }
    progress.notes += notes_on_end(settings, state)
    return weights


@contextmanager
def seeded(task: FitTask) -> Iterator[None]:
    """Torch seeded by the task for the time of a block: every worker then draws the same weights.

    The caller's random state comes back after it.
    """
    devices = [torch.cuda.current_device()] if task.worker.device == "cuda" else []
    with torch.random.fork_rng(devices):
        torch.manual_seed(task.seed)
        yield


def _figures(train_loss: float, validation_loss: float) -> dict[str, float]:
    return {"training_loss": train_loss, "validation_loss": validation_loss}


def _restore_curve(task: FitTask, training: Training) -> None:
    """The points before the break, without showing them again."""
    for row in training.state.curve:
        figures = _figures(row["train_loss"], row["validation_loss"])
        named = {name.replace("_", " "): value for name, value in figures.items()}
        task.progress.curve.append({"step": row["step"], **named})


@contextmanager
def one_thread_on(device: str) -> Iterator[None]:
    """One torch thread on CPU: a second one costs more than it brings, and one gives equal weights.

    The caller's process keeps its own number.
    """
    before = torch.get_num_threads()
    if device == "cpu":
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _denormals_flushed() -> Iterator[None]:
    """Averages decay into denormals, which are slow; the caller's process keeps its own."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)

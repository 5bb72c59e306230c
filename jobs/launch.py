"""Where training runs: the only file that imports Ray."""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs.config import ConfigError, TrainConfig
from jobs.fit_spec import FitSpec
from jobs.training_worker import fit
from synth.learning.checkpoint import latest_checkpoint, replace_checkpoint, save_checkpoint
from synth.learning.fitting import Worker
from synth.learning.likelihood import Evaluation, Training, TrainingSettings
from synth.learning.means import require_means
from synth.table.errors import InputError

LOCAL_OBJECT_STORE = 128 * 2**20  # bytes; batches are read by the workers, not sent to them
RUN_NAME, CHECKPOINT = "ray", "checkpoint"  # folders of the run


def launch(spec: FitSpec, config: TrainConfig) -> None:
    """Fit under Ray Train's TorchTrainer and return when the model folder is written.

    A worker that dies is replaced ``failures`` times; at most the work since the last checkpoint is
    lost. Launching again with the same run folder goes on from its last checkpoint, which is Ray's
    own on a cluster; in process, where Ray keeps it in memory only, it is ours. ConfigError where
    this machine is to train on GPUs that it lacks.
    """
    require_means_of(config)
    os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray.train
    from ray.train.torch import TorchTrainer

    logging.getLogger("ray.train").setLevel(logging.ERROR)  # progress is ours to show
    in_process = config.launch == "in_process"
    if in_process:
        spec = replace(spec, checkpoint_folder=str(Path(spec.run_folder) / CHECKPOINT))
    scaling = ray.train.ScalingConfig(
        num_workers=0 if in_process else config.workers,
        use_gpu=config.use_gpu,
        resources_per_worker=dict(config.resources) or None,
    )
    trainer = TorchTrainer(
        _train,
        train_loop_config=spec.to_json(),
        scaling_config=scaling,
        run_config=ray.train.RunConfig(
            name=RUN_NAME,
            storage_path=spec.run_folder,
            failure_config=ray.train.FailureConfig(max_failures=config.failures),
            checkpoint_config=ray.train.CheckpointConfig(num_to_keep=2),
        ),
    )
    with _cluster(config):
        trainer.fit()


def require_means_of(config: TrainConfig) -> None:
    """ConfigError where this machine is to train with GPUs or a compiler that it lacks.

    Ray would wait for GPUs without end. A cluster that runs already may bring nodes with them.
    """
    import ray

    if config.launch == "address" or ray.is_initialized():
        return
    settings = TrainingSettings(gpu=config.use_gpu, compiled=config.compiled)
    try:
        require_means(settings, workers=config.workers)
    except InputError as error:
        raise ConfigError(f"train: {error}") from error


@contextmanager
def _cluster(config: TrainConfig) -> Iterator[None]:
    """A cluster for the time of a block: none, one on this machine, or one that runs already."""
    if config.launch == "in_process":
        if config.workers > 1:
            raise ConfigError("train.launch in_process has one worker: set train.workers to 1")
        yield
        return
    import ray

    if ray.is_initialized():  # the caller's own cluster, for example in a notebook
        yield
        return
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    if config.launch == "address":
        if not config.address:
            raise ConfigError("train.launch is address: set train.address, or use launch: local")
        ray.init(address=config.address, **quiet)
    else:
        ray.init(
            num_cpus=config.workers + 1,  # one more for the controller
            include_dashboard=False,
            object_store_memory=LOCAL_OBJECT_STORE,
            **quiet,
        )
    try:
        yield
    finally:
        ray.shutdown()


def _train(config: dict[str, Any]) -> None:
    """Ray's entry into one worker."""
    import ray.train
    from ray.train.torch import prepare_model

    context = ray.train.get_context()
    rank, world = context.get_world_rank(), context.get_world_size()
    spec = FitSpec(**config)

    def report(evaluation: Evaluation, training: Training) -> None:
        if not evaluation.checkpoint_due:
            return
        if spec.checkpoint_folder is not None:
            replace_checkpoint(training, Path(spec.checkpoint_folder))
            return
        figures = {"step": evaluation.step, "validation_loss": evaluation.validation_loss}
        if rank != 0:
            ray.train.report(figures)
            return
        with tempfile.TemporaryDirectory() as folder:
            save_checkpoint(training, Path(folder))
            ray.train.report(figures, checkpoint=ray.train.Checkpoint.from_directory(folder))

    def wrap(network: Any) -> Any:
        return prepare_model(network) if world > 1 or spec.settings.gpu else network

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning, module=r"ray\.")
        checkpoint = ray.train.get_checkpoint()
        if checkpoint is None:
            kept = spec.checkpoint_folder
            start = None if kept is None else latest_checkpoint(Path(kept))
            fit(spec, Worker(rank, world, wrap, report, start))
            return
        with checkpoint.as_directory() as folder:
            fit(spec, Worker(rank, world, wrap, report, Path(folder)))

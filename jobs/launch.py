"""Where a generator is fitted: in this process, or under Ray Train."""

from __future__ import annotations

import logging
import shutil
import tempfile
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.cluster import cluster, quiet_ray
from jobs.config import ConfigError
from jobs.fit_spec import FitSpec
from jobs.model_sections import TrainConfig
from jobs.ray_on_spark import require_executors
from jobs.training_worker import fit
from jobs.where_to_fit import RAY_FOLDER, ray_runs, where_to_fit
from synth.generators.registry import generator_kind
from synth.learning.means import require_gpus
from synth.learning.sealed import newest_whole, seal
from synth.learning.task import FolderCheckpoints, Worker
from synth.table.errors import InputError

CHECKPOINT = "checkpoint"  # folder of the run
REFUSED = "refused.txt"  # of the run: why its workers cannot go on, which no other try would mend


def launch(spec: FitSpec, config: TrainConfig) -> tuple[str, ...]:
    """Fit where the configuration says, and return when the model folder is written.

    Under Ray Train's TorchTrainer a worker that dies is replaced ``failures`` times; at most
    the work since the last checkpoint is lost. Launching again with the same run folder goes on
    from its last checkpoint. A generator that learns from no batches is fitted in this process,
    which the returned notes say, as they do of a choice that was left to ``auto``. ConfigError
    where this machine is to train on GPUs that it lacks.
    """
    if not generator_kind(spec.generator).learns:
        fit_here(spec)
        asked = config.launch != "in_process" or config.workers > 1
        note = f"{spec.generator} is made of counts alone: fitted in the driver, without a cluster"
        return (note,) if asked else ()
    notes: tuple[str, ...] = ()
    if config.launch == "auto":
        chosen, reason = where_to_fit(spec, config)
        config, notes = config.model_copy(update={"launch": chosen}), (f"fitted {reason}",)
    if config.launch == "in_process":
        if config.workers > 1:
            raise ConfigError("train.launch in_process has one worker: set train.workers to 1")
        require_means_of(config)
        fit_here(spec)
    else:
        _fit_under_ray(spec, config)
    return notes


def require_means_of(config: TrainConfig) -> None:
    """ConfigError where this machine is to train with GPUs or a compiler that it lacks.

    Ray would wait for GPUs without end. A cluster that runs already may bring nodes with them, and
    of Spark's executors the session tells.
    """
    if config.on_running_cluster or (config.launch != "in_process" and ray_runs()):
        return
    if config.launch == "ray_on_spark":
        require_executors(config)
        return
    kind = generator_kind(config.generator)
    try:
        if config.use_gpu and kind.learns:
            require_gpus(config.workers)
        kind.require_machine(config.generator_settings, device=config.device)
    except InputError as error:
        raise ConfigError(f"train: {error}") from error


def fit_here(spec: FitSpec) -> None:
    """Fit in this process, on from its own last checkpoint, or from one of Ray Train."""
    folder = Path(spec.run_folder) / CHECKPOINT
    checkpoints = FolderCheckpoints(folder, spec.checkpoint_seconds)
    if checkpoints.latest is None:
        left = sorted((Path(spec.run_folder) / RAY_FOLDER).glob("checkpoint_*"), reverse=True)
        found, _ = newest_whole(path for path in left if path.is_dir())
        if found is not None:
            shutil.copytree(found, folder, dirs_exist_ok=True)
    fit(spec, Worker(device=spec.device), checkpoints)


def _fit_under_ray(spec: FitSpec, config: TrainConfig) -> None:
    require_means_of(config)
    quiet_ray()
    import ray.train
    from ray.train.torch import TorchTrainer

    logging.getLogger("ray.train").setLevel(logging.ERROR)  # progress is ours to show
    trainer = TorchTrainer(
        _train,
        train_loop_config=spec.to_json(),
        scaling_config=ray.train.ScalingConfig(
            num_workers=config.workers,
            use_gpu=config.use_gpu,
            resources_per_worker=dict(config.resources) or None,
        ),
        run_config=ray.train.RunConfig(
            name=RAY_FOLDER,
            storage_path=spec.run_folder,
            failure_config=ray.train.FailureConfig(max_failures=config.failures),
            checkpoint_config=ray.train.CheckpointConfig(num_to_keep=2),
        ),
    )
    refused = Path(spec.run_folder) / REFUSED
    refused.unlink(missing_ok=True)
    with cluster(config, workers=config.workers, more_cpus=1):  # one more for the controller
        trainer.fit()
    if refused.is_file():
        raise InputError(refused.read_text("utf-8"))


@dataclass(frozen=True)
class RayCheckpoints:
    """Ray's own storage of checkpoints; what is in them is the generator's affair."""

    rank: int
    seconds: float
    latest: Path | None
    notes: tuple[str, ...] = ()

    def save(self, write: Callable[[Path], None]) -> None:
        """Hand the first worker's checkpoint to Ray; its report is a barrier for all workers."""
        import ray.train

        if self.rank != 0:
            ray.train.report({})
            return
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder))
            seal(Path(folder))
            ray.train.report({}, checkpoint=ray.train.Checkpoint.from_directory(folder))


def _train(config: dict[str, Any]) -> None:
    """Ray's entry into one worker."""
    import ray.train
    from ray.train.torch import prepare_model

    spec, context = FitSpec(**config), ray.train.get_context()
    rank, world = context.get_world_rank(), context.get_world_size()

    def share(module: Any) -> Any:
        return prepare_model(module) if world > 1 or spec.device == "cuda" else module

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning, module=r"ray\.")
        found = ray.train.get_checkpoint()
        with nullcontext() if found is None else found.as_directory() as folder:
            latest, notes = _to_go_on_from(spec, None if folder is None else Path(folder))
            checkpoints = RayCheckpoints(rank, spec.checkpoint_seconds, latest, notes)
            try:
                fit(spec, Worker(rank, world, spec.device, share), checkpoints)
            except InputError as error:  # to Ray it is a fault of the worker, to be tried again
                (Path(spec.run_folder) / REFUSED).write_text(str(error), "utf-8")


def _to_go_on_from(spec: FitSpec, found: Path | None) -> tuple[Path | None, tuple[str, ...]]:
    """The newest whole checkpoint, of Ray or of the run's own process, and what is to be said.

    Ray names its newest one, and keeps the one before beside it. A fit that began in one process
    may go on on a cluster.
    """
    if found is None:
        own = FolderCheckpoints(Path(spec.run_folder) / CHECKPOINT)
        return own.latest, own.notes
    kept = sorted((own for own in found.parent.glob("checkpoint_*") if own.is_dir()), reverse=True)
    return newest_whole([found, *(own for own in kept if own.name < found.name)])

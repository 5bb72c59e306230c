"""A Ray cluster for the time of a block, and what of it one worker asks for."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jobs.config import ConfigError
from jobs.model_sections import TrainConfig
from jobs.ray_on_spark import ray_on_spark

LOCAL_OBJECT_STORE = 128 * 2**20  # bytes; batches are read by the workers, not sent to them


def quiet_ray() -> None:
    """What Ray reads from the environment; to be called before any of it is imported."""
    os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")


@contextmanager
def cluster(config: TrainConfig, *, workers: int, more_cpus: int = 0) -> Iterator[None]:
    """A cluster with room for so many workers: on this machine, on executors, or there already.

    ``more_cpus`` are those of what works beside them.
    """
    quiet_ray()
    import ray

    if ray.is_initialized():  # the caller's own cluster, for example in a notebook
        yield
        return
    if config.launch == "ray_on_spark":
        with ray_on_spark(config.model_copy(update={"workers": workers})):
            yield
        return
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    if config.on_running_cluster:
        if not config.address:
            raise ConfigError("train.launch is address: set train.address, or use launch: local")
        ray.init(address=config.address, **quiet)
    else:
        ray.init(
            num_cpus=math.ceil(workers * asked_of_one(config)["CPU"]) + more_cpus,
            include_dashboard=False,
            object_store_memory=LOCAL_OBJECT_STORE,
            **quiet,
        )
    try:
        yield
    finally:
        ray.shutdown()


def asked_of_one(config: TrainConfig) -> dict[str, float]:
    """What one worker asks of the cluster, by the names that Ray has for it.

    A CPU, and a GPU with ``use_gpu``, but for what ``train.resources`` says otherwise.
    """
    return {"CPU": 1.0, "GPU": float(config.use_gpu), **config.resources}

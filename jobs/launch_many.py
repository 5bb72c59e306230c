"""Several fits at the same time: each a task of one Ray cluster, with one worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from jobs.cluster import asked_of_one, cluster, quiet_ray
from jobs.fit_spec import FitSpec
from jobs.launch import fit_here
from jobs.model_sections import TrainConfig
from synth.table.errors import InputError

Ended = Callable[[int, float, Exception | None], None]  # place, seconds, what went wrong


def launch_many(specs: Sequence[FitSpec], config: TrainConfig, at_once: int, ended: Ended) -> None:
    """Fit each spec in its own run folder, ``at_once`` at the same time, in their order.

    ``ended`` is called here as each one ends, with an InputError where the fit was refused, such
    as one that diverges: the others go on. A worker that dies is replaced ``failures`` times, and
    goes on from the fit's last checkpoint, as a later launch does.
    """
    quiet_ray()
    import ray

    with cluster(config, workers=at_once):
        fit = ray.remote(_fit).options(max_retries=config.failures, **_asked(config))
        waiting, running = list(enumerate(specs)), dict[Any, tuple[int, float]]()
        while waiting or running:
            while waiting and len(running) < at_once:
                place, spec = waiting.pop(0)
                running[fit.remote(spec.to_json())] = place, time.monotonic()
            (task, *_), _ = ray.wait([*running])
            place, since = running.pop(task)
            ended(place, time.monotonic() - since, _failure(task))


def _fit(spec: dict[str, Any]) -> None:
    """Ray's entry into one task."""
    fit_here(FitSpec(**spec))


def _asked(config: TrainConfig) -> dict[str, Any]:
    """The same in the words of a task's options."""
    asked = asked_of_one(config)
    named = {"CPU": "num_cpus", "GPU": "num_gpus", "memory": "memory"}
    options = {word: asked.pop(name) for name, word in named.items() if name in asked}
    return {**options, "resources": asked}


def _failure(task: Any) -> Exception | None:
    """Why a task that has ended has failed; None where it has not."""
    import ray
    from ray.exceptions import RayError, RayTaskError

    try:
        ray.get(task)
    except RayTaskError as error:
        cause: Any = error.cause
        return InputError(str(cause)) if isinstance(cause, InputError) else error
    except RayError as error:  # its worker has died too often
        return error
    return None

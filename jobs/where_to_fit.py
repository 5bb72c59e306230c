"""Where a fit runs if nobody says: a cluster is started only where it earns its start."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

from jobs.fit_spec import FitSpec
from jobs.model_sections import Launch, TrainConfig
from jobs.training_worker import open_feeds
from synth.encode import TableEncoder
from synth.generators.registry import generator_kind, read_settings
from synth.learning.task import Worker

RAY_FOLDER = "ray"  # of a run: what a fit under Ray has left
SHORT = 60.0  # seconds of learning, that are soon done again; Ray's start takes about ten


def where_to_fit(spec: FitSpec, config: TrainConfig) -> tuple[Launch, str]:
    """``(launch, reason)`` where ``train.launch`` is auto; the reason is a note of the stage.

    In this process where one worker is asked for, without a GPU or resources of a cluster, and
    little is to be learned; else under Ray, on this machine or where ``train.address`` says.
    """
    if config.address:
        return "address", "under Ray, since train.address names a cluster"
    asked = asked_of_a_cluster(config) or _found_of_a_cluster(spec)
    if asked:
        return "local", f"under Ray on this machine, since {asked}"
    seconds = expected_seconds(spec)
    if seconds is None:
        return "local", f"under Ray on this machine: how long {spec.generator} learns is not known"
    if seconds > SHORT:
        return "local", f"under Ray on this machine: learning may take {_about(seconds)}"
    return "in_process", f"in this process, without Ray: learning takes {_about(seconds)} or less"


def ray_runs() -> bool:
    """Whether the caller has a cluster: who has one has imported Ray, which takes a second."""
    ray = sys.modules.get("ray")
    return ray is not None and bool(ray.is_initialized())


def expected_seconds(spec: FitSpec) -> float | None:
    """About how long one worker learns on a CPU; None of a kind of which that is not known."""
    kind = generator_kind(spec.generator)
    encoder = json.loads((Path(spec.run_folder) / "encoder.json").read_text("utf-8"))
    sub_columns = len(TableEncoder.from_json(encoder).sub_columns)
    rows = open_feeds(spec, Worker())[0].rows
    return kind.expected_seconds(read_settings(kind, spec.settings), rows, sub_columns)


def asked_of_a_cluster(config: TrainConfig) -> str:
    """What this process alone does not give, in words; nothing if nothing is asked for."""
    return _first(
        {
            f"train.workers is {config.workers}": config.workers > 1,
            "train.use_gpu is set": config.use_gpu,
            "train.resources are asked for": bool(config.resources),
        }
    )


def _found_of_a_cluster(spec: FitSpec) -> str:
    """What of a cluster is there already, in words; nothing if nothing is."""
    reasons = {
        "a Ray cluster runs already": ray_runs(),
        "the fit began there": (Path(spec.run_folder) / RAY_FOLDER).is_dir(),
    }
    return _first(reasons)


def _first(reasons: dict[str, bool]) -> str:
    return next((reason for reason, holds in reasons.items() if holds), "")


def _about(seconds: float) -> str:
    """A duration in round words: it is an estimate, and the same on any machine."""
    if seconds <= SHORT:
        return "about a minute"
    return f"about {math.ceil(seconds / 60)} minutes"

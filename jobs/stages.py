"""The stages in their order: what each does, where it is, and what it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Stage:
    """One stage: a function of its own name in ``module``, from a run to a stage's record.

    ``settings`` are keys of the configuration, or whole sections, that the stage reads; ``reads``
    are the stages whose records it reads. ``tells`` are settings by which it tells more or less,
    and leaves the same to the stages that read it.
    """

    name: str
    help: str
    module: str
    settings: tuple[str, ...]
    reads: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()

    @property
    def work(self) -> Callable[[Any], Any]:
        """The function; its file, and what that imports, is loaded now and not before."""
        work: Callable[[Any], Any] = getattr(import_module(self.module), self.name)
        return work


SENSITIVE = ("columns.sensitive", "columns.not_sensitive", "columns.infer_sensitive")
_ALL = (
    Stage(
        "ingest",
        "Read the seed and pin its version.",
        "jobs.ingest",
        settings=("table", "seed", "ingest"),
    ),
    Stage(
        "profile",
        "Profile the seed: statistics, keys, findings.",
        "jobs.profiling",
        settings=("columns", "privacy.min_entities", "split.key"),
        reads=("ingest",),
        tells=("profile",),  # and the task, where it is told
    ),
    Stage(
        "clean",
        "Repair rows; put those that break a rule into quarantine.",
        "jobs.clean",
        # Of the profile it takes which columns are sensitive: that hides words, and changes no row.
        settings=("clean", *SENSITIVE),
        reads=("ingest",),
    ),
    Stage(
        "split",
        "Set a holdout apart.",
        "jobs.split",
        settings=("split", "random_seed"),
        reads=("clean",),
    ),
    Stage(
        "encode",
        "Fit the encoder and write the codes.",
        "jobs.encode",
        settings=(
            "encode",
            "dependencies",
            "privacy",
            "random_seed",
            "columns.forms",
        ),  # and identity.encode_reads
        reads=("split", "clean", "profile"),
    ),
    Stage(
        "train",
        "Fit the generator.",
        "jobs.train",
        settings=("train", "random_seed"),
        reads=("encode",),
    ),
    Stage(
        "sample",
        "Make the synthetic rows.",
        "jobs.sample",
        settings=("sample", "random_seed"),
        reads=("train", "split", "clean", "ingest"),
    ),
    Stage(
        "evaluate",
        "Measure fidelity, utility and privacy; write the report.",
        "jobs.evaluate",
        settings=("gates", "task", "evaluate", "stated", "random_seed", "profile"),
        reads=("sample", "train", "encode", "split", "clean", "profile"),
    ),
    Stage(
        "publish",
        "Publish the table if every gate is kept.",
        "jobs.publish",
        settings=(),
        reads=("evaluate", "sample"),
    ),
)
BY_NAME = {stage.name: stage for stage in _ALL}
STAGES = tuple(BY_NAME)
# What a run is named after: its later stages may be done again with other settings.
MODEL_STAGES = STAGES[: STAGES.index("train") + 1]
LATER_STAGES = STAGES[len(MODEL_STAGES) :]
# What the model of another place takes the place of.
REPLACED = ("encode", "train")


def before(stage: str) -> tuple[str, ...]:
    """The stages before this one."""
    return STAGES[: STAGES.index(stage)]

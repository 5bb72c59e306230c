"""What workers are told, and how they are followed: no torch, no Ray."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from synth.learning.settings import Evaluation, TrainingSettings

LOG = "training.jsonl"  # one evaluation a line, by rank 0


@dataclass(frozen=True)
class FitSpec:
    """All that a worker needs, as plain JSON: paths are on storage that every worker sees."""

    run_folder: str
    generator: str
    generator_settings: dict[str, Any]
    training: dict[str, Any]
    about: dict[str, Any]
    reader: str = "pyarrow"
    checkpoint_folder: str | None = None  # where a worker without a cluster keeps its checkpoint

    @property
    def settings(self) -> TrainingSettings:
        """What ``training`` says, as the training takes it."""
        return TrainingSettings(**self.training)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def evaluations(folder: Path, start: int = 0) -> Iterator[Evaluation]:
    """The evaluations that rank 0 has logged, from the ``start``-th on."""
    path = folder / LOG
    if not path.is_file():
        return
    lines = path.read_text("utf-8").split("\n")[start:-1]  # the last one may still be written
    for line in lines:
        yield Evaluation(**json.loads(line))

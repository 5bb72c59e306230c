"""What workers are to do, and how they are followed: no torch, no Ray."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jobs.records import write_atomically
from synth.learning.task import CHECKPOINT_SECONDS, Point

LOG = "training.jsonl"  # one point a line, by rank 0


@dataclass(frozen=True)
class FitSpec:
    """All that a worker needs, as plain JSON: paths are on storage that every worker sees."""

    run_folder: str
    generator: str
    settings: dict[str, Any] = field(default_factory=dict)  # as the user gave them
    seed: int = 0
    device: str = "cpu"
    about: dict[str, Any] = field(default_factory=dict)
    reader: str = "pyarrow"
    checkpoint_seconds: float = CHECKPOINT_SECONDS

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON."""
        return asdict(self)


def write_point(folder: Path, point: Point) -> None:
    """Add a point to the log that the driver follows.

    The file is written anew: Volumes of Databricks take no appends, and the points are few.
    """
    path = folder / LOG
    before = path.read_text("utf-8") if path.is_file() else ""
    write_atomically(path, f"{before}{json.dumps(asdict(point))}\n")


def points(folder: Path, start: int = 0) -> Iterator[Point]:
    """The points that rank 0 has logged, from the ``start``-th on."""
    path = folder / LOG
    if not path.is_file():
        return
    lines = path.read_text("utf-8").split("\n")[start:-1]
    for line in lines:
        yield Point(**json.loads(line))

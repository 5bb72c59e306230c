"""The workshop: what the house lends a generator while it fits itself.

No torch here: a generator that needs none is fitted where there is none.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from pydantic import TypeAdapter

from synth.encode.statistics import CodeStatistics
from synth.generators.contract import Generator, GeneratorKind
from synth.learning.sealed import broken, newest_whole, seal
from synth.learning.threads import one_thread
from synth.table.limits import MIN_ENTITIES
from synth.table.sub_column import SubColumn

CHECKPOINT_SECONDS = 30.0  # a checkpoint costs about two seconds under Ray


class Codes(Protocol):
    """Rows of codes that one worker reads; int32 batches ``(rows, n_sub)``."""

    @property
    def rows(self) -> int:
        """Rows of all workers together."""
        ...

    def epoch(self, number: int, batch_rows: int) -> Iterator[np.ndarray]:
        """Full batches in an order of this epoch's own, the same for the same number.

        The last, smaller batch is left out, except where the worker has no full one.
        """
        ...

    def in_order(self, batch_rows: int) -> Iterator[np.ndarray]:
        """Every row of the worker once; the last batch may be small."""
        ...


@dataclass(frozen=True)
class ArrayCodes:
    """:class:`Codes` in memory, for one worker alone."""

    codes: np.ndarray
    seed: int = 0

    @property
    def rows(self) -> int:
        """Rows of the array."""
        return len(self.codes)

    def epoch(self, number: int, batch_rows: int) -> Iterator[np.ndarray]:
        """Full batches in an order of the epoch's own; all rows at once where there are fewer."""
        order = np.random.default_rng([self.seed, number]).permutation(len(self.codes))
        full = len(self.codes) // batch_rows * batch_rows or len(self.codes)
        for start in range(0, full, batch_rows):
            yield self.codes[order[start : start + batch_rows]]

    def in_order(self, batch_rows: int) -> Iterator[np.ndarray]:
        """The rows as they stand."""
        for start in range(0, len(self.codes), batch_rows):
            yield self.codes[start : start + batch_rows]


@dataclass(frozen=True)
class Worker:
    """One worker's place among the others.

    ``device`` is ``cpu`` or ``cuda``, the process's own. ``share`` makes a torch module's gradients
    common to all workers.
    """

    rank: int = 0
    world: int = 1
    device: str = "cpu"
    share: Callable[[Any], Any] = lambda module: module


@dataclass(frozen=True)
class Point:
    """Where a fit stands: a step of so many, and figures by name, whatever they are."""

    step: int
    steps: int
    figures: dict[str, float]

    def words(self) -> str:
        """The figures as a person reads them while they change."""
        return ", ".join(f"{name} {value:.4g}" for name, value in self.figures.items())


class Progress:
    """What a fit reports of itself: points as it goes, and facts for the report.

    ``show`` is called with each point, ``show_step`` with what is done where there are none.
    ``facts`` are JSON: what a kind adds stands in the model's manifest and in the report under its
    name. ``notes`` are what its user should know: warnings in memory, in a lake the stage's notes.
    """

    def __init__(
        self,
        show: Callable[[Point], None] = lambda point: None,
        show_step: Callable[[str], None] = lambda text: None,
    ):
        self._show, self._show_step = show, show_step
        self.curve: list[dict[str, Any]] = []  # one row a point: its step, and each figure
        self.facts: dict[str, Any] = {}
        self.notes: list[str] = []

    def point(self, step: int, steps: int, **figures: float) -> None:
        """Show and keep where the fit stands; ``steps`` is the last one, as far as is known.

        Underscores of a figure's name stand for spaces.
        """
        named = {name.replace("_", " "): float(value) for name, value in figures.items()}
        self.curve.append({"step": step, **named})
        self._show(Point(step, steps, named))

    def step(self, text: str) -> None:
        """Show what is done now, where how far it is cannot be told."""
        self._show_step(text)


class Checkpoints(Protocol):
    """Where a fit leaves what it needs to go on after a break; the house knows no more of it."""

    @property
    def seconds(self) -> float:
        """How long a fit shall work between two, at least."""
        ...

    @property
    def latest(self) -> Path | None:
        """The folder to go on from; None at a first start."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of where the fit goes on from."""
        ...

    def save(self, write: Callable[[Path], None]) -> None:
        """Let the first worker ``write`` into an empty folder, kept whole or not at all.

        Every worker calls it, equally often.
        """
        ...


@dataclass(frozen=True)
class NoCheckpoints:
    """For fits that are short, or whose process is not expected to break."""

    seconds: float = CHECKPOINT_SECONDS
    latest: Path | None = None
    notes: tuple[str, ...] = ()

    def save(self, write: Callable[[Path], None]) -> None:
        """Nothing is kept."""


@dataclass(frozen=True)
class FolderCheckpoints:
    """The newest checkpoint in a folder, and the one before beside it.

    A kill leaves one of them whole; a newest one that is not as it was written is passed over.
    """

    folder: Path
    seconds: float = CHECKPOINT_SECONDS

    @property
    def latest(self) -> Path | None:
        """The newer one that is whole."""
        return self._found[0]

    @property
    def notes(self) -> tuple[str, ...]:
        """That one was passed over."""
        return self._found[1]

    def save(self, write: Callable[[Path], None]) -> None:
        """Let the newest be the one before, and write a newer one."""
        draft = self.folder.with_name(f"{self.folder.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        write(draft)
        seal(draft)
        if self.folder.is_dir() and broken(self.folder) is None:
            shutil.rmtree(self._older, ignore_errors=True)
            os.replace(self.folder, self._older)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.replace(draft, self.folder)

    @property
    def _found(self) -> tuple[Path | None, tuple[str, ...]]:
        return newest_whole(path for path in (self.folder, self._older) if path.is_dir())

    @property
    def _older(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.older")


@dataclass(frozen=True)
class FitTask:
    """What one worker is to fit, and the workshop around it.

    ``statistics`` are those of the whole train part; ``settings`` are of the kind's own type.
    ``train`` and ``validation`` are this worker's shares of the rows. What fewer than
    ``min_entities`` rows show is not to be told by the generator.
    """

    sub_columns: tuple[SubColumn, ...]
    statistics: CodeStatistics
    settings: Any
    train: Codes
    validation: Codes
    seed: int = 0
    worker: Worker = field(default_factory=Worker)
    progress: Progress = field(default_factory=Progress)
    checkpoints: Checkpoints = field(default_factory=NoCheckpoints)
    min_entities: int = MIN_ENTITIES


@dataclass(frozen=True)
class Fit:
    """A fitted generator and the figures of its fit, as JSON."""

    generator: Generator
    facts: dict[str, Any]


def fit_generator(kind: GeneratorKind, task: FitTask) -> Fit:
    """Let the kind fit itself: the one way, in memory and on every worker of a cluster.

    The facts are generator, settings, workers, device, rows, seconds, the curve of the points,
    notes where there are any, and what the kind has added.
    """
    started, found = time.monotonic(), task.checkpoints.notes
    with one_thread():
        generator = kind.fit(task)
    progress, worker = task.progress, task.worker
    notes = [*found, *progress.notes]
    facts = {
        "generator": kind.name,
        "settings": plain_settings(task.settings),
        "workers": worker.world,
        "device": worker.device,
        "rows": task.train.rows,
        "seconds": round(time.monotonic() - started, 2),
        **({"notes": notes} if notes else {}),
        **progress.facts,
        "curve": progress.curve,
    }
    return Fit(generator, facts)


def plain_settings(settings: Any) -> dict[str, Any]:
    """Settings of a dataclass or a pydantic model as JSON, where tuples are lists."""
    found: dict[str, Any] = TypeAdapter(type(settings)).dump_python(settings, mode="json")
    return found

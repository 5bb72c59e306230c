"""What one training worker does, whoever launched it: read codes, fit, leave the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jobs.fit_spec import FitSpec, write_point
from lakehouse.feed import CodeFeed, open_feed
from synth.encode import CodeStatistics, TableEncoder
from synth.generators.registry import generator_kind, read_settings
from synth.learning.task import Checkpoints, Fit, FitTask, Point, Progress, Worker, fit_generator
from synth.sampling.model_folder import save_model


@dataclass(frozen=True)
class FeedCodes:
    """A worker's share of encoded Parquet files, as a task has it."""

    feed: CodeFeed

    @property
    def rows(self) -> int:
        """Rows of all workers together."""
        return self.feed.rows

    def epoch(self, number: int, batch_rows: int) -> Iterator[np.ndarray]:
        """Full int32 batches in an order of this epoch's own."""
        return self.feed.with_batch(lambda rows: batch_rows).epoch(number)

    def in_order(self, batch_rows: int) -> Iterator[np.ndarray]:
        """Every row of the worker once."""
        return self.feed.with_batch(lambda rows: batch_rows).in_order()


def fit(spec: FitSpec, worker: Worker, checkpoints: Checkpoints) -> None:
    """Fit on this worker's share; rank 0 shows how far it is, and writes the model folder."""
    folder = Path(spec.run_folder)

    def show(point: Point) -> None:
        if worker.rank == 0:
            write_point(folder, point)

    fitted = learn(spec, worker, checkpoints, show)
    if worker.rank == 0:  # all have the same, and one of them saves
        about = {**spec.about, "training": fitted.facts}
        save_model(folder / "model", _encoder(folder), fitted.generator, about)


def learn(
    spec: FitSpec, worker: Worker, checkpoints: Checkpoints, show: Callable[[Point], None]
) -> Fit:
    """The generator of this worker's share, which is kept nowhere."""
    folder = Path(spec.run_folder)
    encoder = _encoder(folder)
    statistics = json.loads((folder / "code_statistics.json").read_text("utf-8"))
    kind = generator_kind(spec.generator)
    train, validation = open_feeds(spec, worker)
    task = FitTask(
        encoder.sub_columns,
        CodeStatistics.from_json(statistics),
        read_settings(kind, spec.settings),
        train,
        validation,
        spec.seed,
        worker,
        Progress(show),
        checkpoints,
        encoder.settings.min_entities,
    )
    return fit_generator(kind, task)


def _encoder(folder: Path) -> TableEncoder:
    return TableEncoder.from_json(json.loads((folder / "encoder.json").read_text("utf-8")))


def open_feeds(spec: FitSpec, worker: Worker) -> tuple[FeedCodes, FeedCodes]:
    """The worker's share of the train rows, and of the validation rows.

    A table too small for validation rows validates on what it trains on, as encode has noted.
    InputError where the reader cannot give this worker its share.
    """
    codes = Path(spec.run_folder) / "codes"
    held = codes / "part=validation"
    folders = (codes / "part=train", held if held.is_dir() else codes / "part=train")
    train, validation = (
        open_feed(
            folder,
            batch_rows=1,
            rank=worker.rank,
            world=worker.world,
            seed=spec.seed,
            reader=spec.reader,
        )
        for folder in folders
    )
    return FeedCodes(train), FeedCodes(validation)

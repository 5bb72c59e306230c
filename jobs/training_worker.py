"""What one training worker does, whoever launched it: read codes, learn, leave the model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from jobs.fit_spec import LOG, FitSpec
from lakehouse.feed import CodeFeed, open_feed
from synth.encode import CodeStatistics, TableEncoder
from synth.learning.fitting import GeneratorSpec, Worker, fit_generator
from synth.learning.likelihood import Evaluation, Training
from synth.sampling.model_folder import save_model


def fit(spec: FitSpec, worker: Worker) -> None:
    """Train on this worker's share; rank 0 writes the model folder."""
    import torch

    folder, settings = Path(spec.run_folder), spec.settings
    if not settings.gpu:
        torch.set_num_threads(1)  # a second thread on a shared machine costs more than it brings
    encoder = TableEncoder.from_json(json.loads((folder / "encoder.json").read_text("utf-8")))
    known = CodeStatistics.from_json(json.loads((folder / "code_statistics.json").read_text()))
    train, validation = open_feeds(spec, worker)
    fitted = fit_generator(
        encoder.sub_columns,
        known,
        train.epoch,
        validation.in_order,
        spec=GeneratorSpec(spec.generator, spec.generator_settings),
        settings=replace(settings, batch_rows=train.batch_rows),
        worker=replace(worker, report=_logged(worker, folder)),
    )
    if fitted.generator is not None:
        facts = {**fitted.facts, "rows": train.rows}
        save_model(folder / "model", encoder, fitted.generator, {**spec.about, "training": facts})


def open_feeds(spec: FitSpec, worker: Worker) -> tuple[CodeFeed, CodeFeed]:
    """The worker's share of the train rows, and of the validation rows.

    A table too small for validation rows validates on what it trains on, as encode has noted.
    ValueError where the reader cannot give this worker its share.
    """
    codes = Path(spec.run_folder) / "codes"
    settings = spec.settings
    opened = partial(
        open_feed,
        rank=worker.rank,
        world=worker.world,
        seed=settings.seed,
        reader=spec.reader,
    )
    train = opened(codes / "part=train", batch_rows=1)
    train = train.with_batch(lambda rows: settings.batch_size(rows // worker.world))
    held = codes / "part=validation"
    source = held if held.is_dir() else codes / "part=train"
    return train, opened(source, batch_rows=settings.largest_batch)


def _logged(worker: Worker, folder: Path) -> Callable[[Evaluation, Training], None]:
    """Rank 0 appends each evaluation to a file that the driver follows."""

    def report(evaluation: Evaluation, training: Training) -> None:
        if worker.rank == 0:
            with (folder / LOG).open("a", encoding="utf-8") as log:
                log.write(json.dumps(asdict(evaluation)) + "\n")
        worker.report(evaluation, training)

    return report

"""What one training worker does, whoever launched it: read codes, learn, leave the model."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lakehouse.feed import open_feed
from synth.checkpoint import load_checkpoint
from synth.encode import TableEncoder
from synth.generators import generator_kind
from synth.model_folder import save_model
from synth.training import Evaluation, Training, TrainingSettings

VALIDATION_BATCH = 4096


@dataclass(frozen=True)
class FitSpec:
    """All that a worker needs, as plain JSON: paths are on storage that every worker sees."""

    run_folder: str
    generator: str
    generator_settings: dict[str, Any]
    training: dict[str, Any]
    use_gpu: bool
    about: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Worker:
    """The worker's place among the others, and what its launcher does for it.

    ``wrap`` makes gradients common to all workers; ``report`` is called at every evaluation by
    every worker; ``checkpoint`` is the folder to go on from, None at a first start.
    """

    rank: int
    world: int
    wrap: Callable[[Any], Any]
    report: Callable[[Evaluation, Training], None]
    checkpoint: Path | None


def fit(spec: FitSpec, worker: Worker) -> None:
    """Train on this worker's share; rank 0 writes the model folder and ``training.json``."""
    import torch

    folder = Path(spec.run_folder)
    if not spec.use_gpu:
        torch.set_num_threads(1)  # a second thread on a shared machine costs more than it brings
    torch.set_flush_denormal(True)
    encoder = TableEncoder.from_json(json.loads((folder / "encoder.json").read_text("utf-8")))
    counts = [np.array(c) for c in json.loads((folder / "code_counts.json").read_text())]
    settings = TrainingSettings(**spec.training)
    train = open_feed(
        folder / "codes" / "part=train",
        batch_rows=1,
        rank=worker.rank,
        world=worker.world,
        seed=settings.seed,
    ).with_batch(lambda rows: settings.batch_size(rows // worker.world))
    validation = open_feed(
        folder / "codes" / "part=validation",
        batch_rows=VALIDATION_BATCH,
        rank=worker.rank,
        world=worker.world,
    )
    torch.manual_seed(settings.seed)  # every worker starts from the same weights
    kind = generator_kind(spec.generator)
    network = kind.network(
        encoder.sub_columns, counts, kind.settings_type(**spec.generator_settings)
    )
    training = Training(worker.wrap(network), settings)
    if worker.checkpoint is not None:
        load_checkpoint(training, worker.checkpoint)
    else:
        torch.manual_seed(settings.seed + 1 + worker.rank)  # dropout differs between workers
    started = time.monotonic()
    state = training.run(train.epoch, validation.in_order, _logged(worker, folder))
    if worker.rank != 0:
        return
    facts = {
        "generator": spec.generator,
        "settings": {**spec.generator_settings, **spec.training, "batch_rows": train.batch_rows},
        "workers": worker.world,
        "rows": train.rows,
        "parameters": sum(p.numel() for p in network.parameters()),
        "seconds": round(time.monotonic() - started, 2),
        "steps": state.step,
        "best_step": state.best_step,
        "best_validation_loss": state.best_loss,
        "stopped_early": state.step < settings.steps,
        "curve": state.curve,
    }
    weights = {name: value.cpu().numpy() for name, value in network.state_dict().items()}
    generator = kind(
        encoder.sub_columns, counts, weights, kind.settings_type(**spec.generator_settings)
    )
    save_model(folder / "model", encoder, generator, {**spec.about, "training": facts})


def _logged(worker: Worker, folder: Path) -> Callable[[Evaluation, Training], None]:
    """Rank 0 appends each evaluation to a file that the driver follows."""

    def report(evaluation: Evaluation, training: Training) -> None:
        if worker.rank == 0:
            with (folder / "training.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(asdict(evaluation)) + "\n")
        worker.report(evaluation, training)

    return report


def evaluations(folder: Path, start: int = 0) -> Iterator[Evaluation]:
    """The evaluations that rank 0 has logged, from the ``start``-th on."""
    path = folder / "training.jsonl"
    if not path.is_file():
        return
    lines = path.read_text("utf-8").splitlines()[start:]
    for line in lines:
        yield Evaluation(**json.loads(line))

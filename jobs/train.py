"""train: the codes -> a model folder; where it runs is the launcher's affair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from jobs.fit_spec import LOG, FitSpec, points
from jobs.launch import launch
from jobs.progress import following
from jobs.records import StageRecord
from jobs.run import Run
from jobs.search import searched
from jobs.training_worker import open_feeds
from synth.generators.registry import note_on_torch
from synth.learning.task import Worker
from synth.sampling.model_folder import load_manifest, model_hash


def train(run: Run) -> StageRecord:
    """Fit the generator; a broken run goes on from its last checkpoint.

    With ``train.search`` its settings are searched before, unless the run has found them already.
    """
    spec = ready(run)
    config, search = run.config.train, searched(run, spec)
    if search is not None:
        spec = replace(spec, settings=search.best.settings)
    run.reporter.step(f"fitting {config.generator}, {config.workers} worker(s)")
    with following(_shown(run)):
        notes = launch(spec, config)
    record = trained(run, notes)
    if search is None:
        return record
    facts = {**record.facts, "search": search.to_json()}
    return replace(record, facts=facts, notes=(search.note, *record.notes))


def ready(run: Run) -> FitSpec:
    """What the workers are to do; the log of an earlier try is forgotten.

    InputError where the reader cannot give each worker its share: a bad choice shows before Ray
    starts.
    """
    seed = run.record("ingest").tables["seed"]
    run.record("encode")
    spec = fit_spec(run, seed={"name": seed.name, "version": seed.version})
    open_feeds(spec, Worker(world=run.config.train.workers))
    run.path(LOG).unlink(missing_ok=True)
    return spec


def trained(run: Run, notes: tuple[str, ...]) -> StageRecord:
    """What the stage leaves, of the model that is now in the run's folder."""
    manifest = load_manifest(run.path("model"))
    training = manifest["about"]["training"]
    facts = {"model": str(run.path("model")), "model_hash": model_hash(manifest)}
    return StageRecord(
        "train",
        facts={**facts, "training": training},
        notes=(
            _note(training),
            *note_on_torch(run.config.train.generator),
            *notes,
            *training.get("notes", ()),
        ),
    )


def fit_spec(run: Run, seed: dict[str, object]) -> FitSpec:
    """What the workers are to do, from the configuration."""
    config = run.config.train
    return FitSpec(
        run_folder=str(run.folder),
        generator=config.generator,
        settings=dict(config.settings),
        seed=run.config.random_seed,
        device=config.device,
        about={"run_id": run.id, "seed_table": seed, "config_digest": run.digest},
        reader=config.reader,
        checkpoint_seconds=config.checkpoint_seconds,
    )


def _note(training: dict[str, Any]) -> str:
    """What the fit has come to, as far as its generator counts steps."""
    parts = [f"{training['steps']} steps"] if "steps" in training else []
    if "best_step" in training:
        parts.append(f"best at {training['best_step']}")
    note = ", ".join([*parts, f"{training['seconds']} s of fitting"])
    if training.get("stopped_early"):
        note += "; stopped early, the validation loss no longer fell"
    return f"{training['generator']}: {note}"


def _shown(run: Run) -> Callable[[], None]:
    """What shows the worker's log as it grows, whatever its figures are."""
    seen = 0

    def show() -> None:
        nonlocal seen
        for point in points(run.folder, seen):
            seen += 1
            run.reporter.advance(
                f"learning, {point.words()}", point.step, point.steps, unit="steps"
            )

    return show

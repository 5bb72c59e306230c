"""train: the codes -> a model folder, under Ray Train."""

from __future__ import annotations

import threading
from dataclasses import fields

from jobs.fit_spec import LOG, FitSpec, evaluations
from jobs.records import StageRecord
from jobs.run import Run
from synth.generators import generator_kind
from synth.sampling.model_folder import load_manifest, model_hash

POLL_SECONDS = 0.5


def train(run: Run) -> StageRecord:
    """Fit the generator; a broken run goes on from its last checkpoint."""
    from jobs.launch import launch  # brings torch, which no other stage needs
    from jobs.training_worker import open_feeds
    from synth.learning.fitting import Worker

    seed = run.record("ingest").tables["seed"]
    run.record("encode")
    spec = fit_spec(run, seed={"name": seed.name, "version": seed.version})
    open_feeds(spec, Worker(world=run.config.train.workers))  # a bad choice shows before Ray starts
    run.reporter.step(f"starting {run.config.train.workers} worker(s)")
    log = run.path(LOG)
    log.unlink(missing_ok=True)
    stop = threading.Event()
    follower = threading.Thread(target=_follow, args=(run, stop), daemon=True)
    follower.start()
    try:
        launch(spec, run.config.train)
    finally:
        stop.set()
        follower.join()
    manifest = load_manifest(run.path("model"))
    facts = {"model": str(run.path("model")), "model_hash": model_hash(manifest)}
    done = manifest["about"]["training"]
    note = f"{done['steps']} steps, best at {done['best_step']}, {done['seconds']} s of learning"
    if done["stopped_early"]:
        note += "; stopped early, the validation loss no longer fell"
    return StageRecord("train", facts={**facts, "training": done}, notes=(note,))


def fit_spec(run: Run, seed: dict[str, object]) -> FitSpec:
    """What the workers are told, from the configuration."""
    given = run.config.train
    kind = generator_kind(given.generator)
    own = {field.name for field in fields(kind.settings_type)}
    return FitSpec(
        run_folder=str(run.folder),
        generator=given.generator,
        generator_settings={k: v for k, v in given.model_dump().items() if k in own},
        training={
            "steps": given.steps,
            "batch_rows": given.batch_rows,
            "learning_rate": given.learning_rate,
            "weight_decay": given.weight_decay,
            "plateau": given.plateau,
            "patience": given.patience,
            "checkpoint_seconds": given.checkpoint_seconds,
            "gpu": given.use_gpu,
            "precision": given.precision,
            "compiled": given.compiled,
            "captured": given.captured,
            "seed": run.config.random_seed,
        },
        about={"run_id": run.id, "seed_table": seed, "config_digest": run.digest},
        reader=given.reader,
    )


def _follow(run: Run, stop: threading.Event) -> None:
    """Show the worker's log as it grows."""
    seen = 0
    while not stop.wait(POLL_SECONDS):
        for point in evaluations(run.folder, seen):
            seen += 1
            text = f"learning, validation loss {point.validation_loss:.3f}"
            run.reporter.advance(text, point.step, point.steps, unit="steps")

"""What the stage leaves and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.run import Run
from jobs.train import _note, fit_spec, train
from synth.generators.marginal import MarginalKind
from synth.sampling.model_folder import load_manifest, model_hash
from tests.jobs.runs import bare_run, book_all, leave_codes
from tests.lakes import spoken
from tests.synth.fits import encoded
from tests.synth.tables import mixed_table


@pytest.mark.parametrize(
    ("training", "note"),
    [
        (
            {"generator": "autoregressive", "steps": 40, "best_step": 30, "seconds": 1.5},
            "autoregressive: 40 steps, best at 30, 1.5 s of fitting",
        ),
        (
            {"generator": "gan", "steps": 9, "seconds": 2.0, "stopped_early": True},
            "gan: 9 steps, 2.0 s of fitting; stopped early, the validation loss no longer fell",
        ),
        ({"generator": "marginal", "seconds": 0.0}, "marginal: 0.0 s of fitting"),
    ],
)
def test_a_note_says_what_the_generator_tells(training: dict[str, object], note: str) -> None:
    assert _note(training) == note


def test_workers_are_told_what_the_configuration_says(tmp_path: Path) -> None:
    changes = {"train__checkpoint_seconds": 3, "train__settings__hidden": 8, "random_seed": 5}
    run = bare_run(tmp_path, **changes)
    spec = fit_spec(run, seed={"name": "/lake/seed", "version": 3})
    assert (spec.run_folder, spec.generator) == (str(run.folder), "autoregressive")
    assert spec.settings == {"hidden": 8, "steps": 30}
    assert (spec.seed, spec.device, spec.reader, spec.checkpoint_seconds) == (
        5,
        "cpu",
        "pyarrow",
        3,
    )
    assert spec.about == {
        "run_id": "people-0-1",
        "seed_table": {"name": "/lake/seed", "version": 3},
        "config_digest": run.digest,
    }


def test_the_record_names_the_model_and_the_model_its_run(tmp_path: Path) -> None:
    run = bare_run(tmp_path, train__generator="marginal")
    book_all(run, {}, "ingest", "profile", "clean", "split", "encode")
    leave_codes(run.folder, *encoded(mixed_table(900), MarginalKind()))
    record = train(run)
    manifest = load_manifest(run.path("model"))
    assert record.facts["model"] == str(run.path("model"))
    assert record.facts["model_hash"] == model_hash(manifest)
    assert record.facts["training"] == manifest["about"]["training"]
    about = manifest["about"]
    assert (about["run_id"], about["config_digest"]) == (run.id, run.digest)
    assert about["seed_table"] == {"name": "/lake/seed", "version": 3}
    seconds = record.facts["training"]["seconds"]
    assert record.notes == (f"marginal: {seconds} s of fitting",)  # it counts no steps
    assert "fitting marginal, 1 worker(s)" in spoken(run)


def test_what_counts_steps_says_the_best_one(finished: Run) -> None:
    record = finished.record("train")
    training = record.facts["training"]
    best, seconds = training["best_step"], training["seconds"]
    assert training["steps"] == 30 and 0 < best <= 30
    assert record.notes[0] == f"autoregressive: 30 steps, best at {best}, {seconds} s of fitting"


def test_a_bad_choice_shows_before_the_training_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bare_run(tmp_path)
    book_all(run, {}, "ingest")
    monkeypatch.setattr("jobs.train.launch", pytest.fail)
    with pytest.raises(ValueError, match="no finished stage 'encode'"):
        train(run)

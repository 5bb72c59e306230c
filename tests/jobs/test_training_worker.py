"""One worker over files of codes, without a cluster."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jobs.fit_spec import FitSpec, points
from jobs.training_worker import fit, open_feeds
from lakehouse.feed import READERS
from synth.generators.marginal import MarginalKind
from synth.learning.task import FolderCheckpoints, NoCheckpoints, Worker
from synth.sampling.model_folder import load_model
from tests.jobs.runs import leave_codes
from tests.lakehouse.test_feed import need
from tests.synth.fits import encoded
from tests.synth.tables import mixed_table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run's folder as encode leaves it for a generator that asks for no order and no pairs."""
    leave_codes(tmp_path, *encoded(mixed_table(900), MarginalKind()))
    return tmp_path


def test_shares_of_workers_are_all_rows_once_and_epochs_have_full_batches(folder: Path) -> None:
    spec, seen = FitSpec(str(folder), "marginal"), []
    for rank in (0, 1):
        train, validation = open_feeds(spec, Worker(rank, 2))
        assert train.rows == validation.rows == 900  # none set aside: it validates on its own
        own = np.concatenate(list(train.in_order(128)))
        epochs = [np.concatenate(list(train.epoch(number, 64))) for number in (0, 0, 1)]
        assert {len(batch) for batch in train.epoch(0, 64)} == {64}
        assert (epochs[0] == epochs[1]).all() and (epochs[0] != epochs[2]).any()
        assert own.dtype == epochs[0].dtype == np.int32
        seen.append(own)
    together = np.concatenate(seen)
    real = np.concatenate(list(open_feeds(spec, Worker())[0].in_order(10_000)))
    assert len(together) == 900
    assert sorted(map(bytes, together)) == sorted(map(bytes, real))


def test_only_the_first_worker_leaves_the_model_and_the_points(folder: Path) -> None:
    spec = FitSpec(str(folder), "marginal", about={"run_id": "t-1"})
    fit(spec, Worker(1, 2), NoCheckpoints())
    assert not (folder / "model").exists()
    fit(spec, Worker(0, 2), NoCheckpoints())
    about = load_model(folder / "model").manifest["about"]
    assert (about["run_id"], about["training"]["workers"]) == ("t-1", 2)


def test_the_settings_of_the_kind_and_its_figures_arrive(folder: Path) -> None:
    """As the user gave them: a worker reads them as the configuration did."""
    settings = {"steps": 10, "evaluation_steps": 5, "hidden": 8, "batch_rows": 32}
    leave_codes(folder, *encoded(mixed_table(900)))
    spec = FitSpec(str(folder), "autoregressive", settings, seed=4)
    fit(spec, Worker(), FolderCheckpoints(folder / "checkpoint", 0.0))
    told = load_model(folder / "model").manifest["about"]["training"]
    assert {name: told["settings"][name] for name in settings} == settings
    assert [(point.step, *point.figures) for point in points(folder)] == [
        (5, "training loss", "validation loss"),
        (10, "training loss", "validation loss"),
    ]
    assert [row["step"] for row in told["curve"]] == [5, 10]
    assert (folder / "checkpoint").is_dir()


@pytest.mark.parametrize("reader", READERS)
def test_codes_that_are_read_ahead_make_the_same_model(folder: Path, reader: str) -> None:
    """Of each reader: the thread opens the files, and nothing is left open."""
    need(reader)
    leave_codes(folder, *encoded(mixed_table(900)))
    models = []
    for ahead in (0, 64):
        settings = {"steps": 30, "hidden": 8, "batch_rows": 64, "read_ahead": ahead}
        spec = FitSpec(str(folder), "autoregressive", settings, seed=4, reader=reader)
        fit(spec, Worker(), NoCheckpoints())
        models.append((folder / "model" / "weights.safetensors").read_bytes())
    assert models[0] == models[1]

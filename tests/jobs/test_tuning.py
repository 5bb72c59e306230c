"""A real search under Ray Tune: trials that finish, fail and are kept."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.fit_spec import FitSpec, points
from jobs.launch import launch
from jobs.model_sections import TrainConfig
from jobs.search_table import Trial
from jobs.tuning import LEARNED, TRIAL, Asked, kept_trials, run_trials
from synth.generators.contract import Guide
from synth.learning.task import Point
from synth.sampling.model_folder import load_model
from tests.jobs.runs import leave_codes
from tests.synth.fits import encoded
from tests.synth.tables import mixed_table

pytestmark = pytest.mark.timeout(900)  # a Ray cluster on a machine that may be busy

GIVEN = {"hidden": 16, "batch_rows": 64, "steps": 120, "evaluation_steps": 20}
LOCAL = TrainConfig(launch="local")


def asked(folder: Path, *settings: dict[str, object]) -> Asked:
    leave_codes(folder, *encoded(mixed_table(3000)))
    each = tuple({**GIVEN, **own} for own in settings)
    spec = FitSpec(str(folder), "autoregressive", GIVEN)
    return Asked(spec, each, Guide("validation loss"), folder / "search", 600.0, 0.0, 1)


@pytest.mark.slow
def test_trials_end_alone_and_those_that_have_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slow, lost = {"learning_rate": 1e-6}, {"learning_rate": 1e30}
    what = asked(tmp_path, {}, slow, lost)
    news, session = list[tuple[int, Point | Trial]](), threading.Lock()

    def told(number: int, one: Point | Trial) -> None:
        with session:  # as Spark's, nothing can write it down
            news.append((number, one))

    first, second, third = run_trials(what, LOCAL, told)
    assert (first.number, first.settings, first.ended, first.step) == (1, GIVEN, "finished", 120)
    assert (second.ended, second.step) == ("stopped", 80)  # at its fourth point
    assert third.ended == "failed" and "learning_rate to 1e+29" in third.reason
    assert first.figure is not None and second.figure is not None
    assert first.figure < second.figure
    assert [number for number, one in news if isinstance(one, Trial)] == [1, 2, 3]
    steps = [one.step for number, one in news if isinstance(one, Point) and number == 1]
    assert steps == [20, 40, 60, 80, 100, 120]
    # The fit with the same settings comes to the same figures.
    launch(what.spec, TrainConfig(launch="in_process"))
    curve = load_model(tmp_path / "model").manifest["about"]["training"]["curve"]
    assert min(row["validation loss"] for row in curve) == first.figure

    # A later try of more trials and little time: those that have ended are not fitted again.
    kept = {path: path.read_bytes() for path in what.folder.rglob("*") if path.is_file()}
    assert kept_trials(what.folder) == [first, second, third]
    endless = {**GIVEN, "steps": 100_000, "patience": 9999}
    more = replace(what, settings=(*what.settings, endless), seconds=20.0, spent=50.0)
    *again, last = run_trials(more, LOCAL, lambda *told: None)
    assert again == [first, second, third]
    assert last.ended == "time" and not (what.own(4) / LEARNED).exists()
    assert last.step == ([point.step for point in points(what.own(4))] or [0])[-1]
    assert all(path.read_bytes() == before for path, before in kept.items())
    assert not (what.folder / "ray").exists()
    assert capsys.readouterr().out == ""  # standard output is that of --json


def test_what_has_ended_is_read_in_its_order(tmp_path: Path) -> None:
    trial = Trial(2, {"hidden": 16}, 1.5, 40, "finished", 3.0)
    (tmp_path / "trial-2").mkdir()
    (tmp_path / "trial-1").mkdir()
    (tmp_path / "trial-2" / TRIAL).write_text(json.dumps(trial.__dict__))
    assert kept_trials(tmp_path) == [trial]

"""The search as the train stage has it: what is kept, taken again and told; no Ray Tune here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from jobs import tuning
from jobs.model_sections import TrainConfig
from jobs.records import write_atomically
from jobs.run import Run
from jobs.search import FOLDER, SEARCH, searched
from jobs.search_table import Ended, Trial
from jobs.train import fit_spec, train
from jobs.tuning import TRIAL, Asked
from synth.learning.task import Point
from synth.table.errors import InputError
from tests.jobs.runs import bare_run, book_all, leave_codes
from tests.lakes import spoken
from tests.synth.fits import encoded
from tests.synth.tables import mixed_table

TRIED = {"components": [1, 2, 4]}


def begun(lake: Path, **search: Any) -> Run:
    """An encoded run whose settings are to be searched."""
    run = bare_run(
        lake,
        train__generator="mixture",
        train__launch="auto",
        train__settings={"passes": 3},
        train__search={"settings": TRIED, **search},
    )
    leave_codes(run.folder, *encoded(mixed_table(600)))
    book_all(run, {}, "ingest", "profile", "clean", "split", "encode")
    return run


def trying(
    figures: dict[int | None, float | None], tries: list[Asked]
) -> Callable[..., tuple[Trial, ...]]:
    """Trials whose figures are given by their number of components."""

    def run_trials(
        asked: Asked, config: TrainConfig, told: Callable[[int, Point | Trial], None]
    ) -> tuple[Trial, ...]:
        tries.append(asked)
        found = []
        for number, settings in enumerate(asked.settings, start=1):
            figure = figures[settings.get("components")]
            ended: Ended = "finished" if figure is not None else "failed"
            trial = Trial(number, settings, figure, 3, ended, 5.0, "" if figure else "it diverged")
            told(number, Point(3, 3, {"validation loss": figure or 0.0}))
            told(number, trial)
            found.append(trial)
        return tuple(found)

    return run_trials


def test_the_fit_has_the_best_settings_and_they_are_found_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, tries = begun(tmp_path), list[Asked]()
    figures = {None: 6.0, 1: 7.0, 2: 5.5, 4: None}
    monkeypatch.setattr(tuning, "run_trials", trying(figures, tries))
    record = train(run)
    (asked,) = tries
    assert asked.settings[0] == {"passes": 3} and len(asked.settings) == 4
    assert (asked.seconds, asked.spent, asked.at_once) == (1800.0, 0.0, 1)
    assert record.facts["training"]["settings"]["components"] == 2
    assert record.facts["training"]["settings"]["passes"] == 3
    assert record.notes[0].startswith("search: 4 trials in ")
    assert record.notes[0].endswith(
        "best: components 2: validation loss 5.5, the settings as given 6; 3 finished, 1 failed"
    )
    kept = json.loads(run.path(SEARCH).read_text("utf-8"))
    assert kept == json.loads(json.dumps(record.facts["search"]))
    assert kept["settings"] == {"passes": 3, "components": 2}
    said = spoken(run)
    assert "search.settings has 4 trials in all, not 8" in said
    assert "trial 1 of 4, as given: validation loss 6, finished at step 3" in said
    assert "components 4: failed at step 3: it diverged" in said

    monkeypatch.setattr(tuning, "run_trials", pytest.fail)
    assert train(run).facts["search"] == record.facts["search"]
    assert "searched before" in spoken(run)


def test_a_search_of_something_else_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, tries = begun(tmp_path), list[Asked]()
    monkeypatch.setattr(tuning, "run_trials", trying(dict.fromkeys([None, 1, 2, 4], 3.0), tries))
    first = searched(run, fit_spec(run, {}))
    assert first is not None
    other = json.loads(run.path(SEARCH).read_text("utf-8")) | {"of": "another"}
    run.path(SEARCH).write_text(json.dumps(other))
    (run.path(FOLDER) / "trial-9").mkdir()
    (run.path(FOLDER) / "of.txt").write_text("another")
    again = searched(run, fit_spec(run, {}))
    assert again is not None and again.of == run.identity("train") and len(tries) == 2
    assert not (run.path(FOLDER) / "trial-9").exists()


def test_a_broken_search_goes_on_with_the_time_that_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, tries = begun(tmp_path, seconds=100, at_once=9), list[Asked]()
    monkeypatch.setattr(tuning, "run_trials", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        searched(run, fit_spec(run, {}))
    ended = Trial(1, {"passes": 3}, 6.0, 3, "finished", 30.0)
    write_atomically(run.path(FOLDER) / "trial-1" / TRIAL, json.dumps(asdict(ended)))
    monkeypatch.setattr(tuning, "run_trials", trying(dict.fromkeys([None, 1, 2, 4], 3.0), tries))
    found = searched(run, fit_spec(run, {}))
    assert (tries[0].seconds, tries[0].spent, tries[0].at_once) == (70.0, 30.0, 4)
    assert found is not None and found.seconds >= 30.0
    assert "the search goes on: 1 trials have ended in 30 s" in spoken(run)


def test_a_search_that_found_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begun(tmp_path)
    monkeypatch.setattr(tuning, "run_trials", trying(dict.fromkeys([None, 1, 2, 4]), []))
    said = r"none of 4 trials has come to a figure, the one with the settings as given failed: it d"
    with pytest.raises(InputError, match=said):
        train(run)
    assert not run.path(SEARCH).exists()
    usual = replace(run, config=bare_run(tmp_path, train__generator="mixture").config)
    assert searched(usual, fit_spec(usual, {})) is None

from __future__ import annotations

import json
from typing import Any

from jobs.search_table import Ended, Search, Trial, best_figure, setting_words


def trial(number: int, figure: float | None, ended: Ended = "finished", **settings: Any) -> Trial:
    reason = "the loss is nan" if ended == "failed" else ""
    return Trial(number, settings, figure, 40 * number, ended, 10.0 * number, reason)


def search(*trials: Trial, lower: bool = True) -> Search:
    return Search("0a", "validation loss", lower, 240.4, trials)


def test_the_best_is_told_beside_the_settings_as_given() -> None:
    found = search(
        trial(1, 11.4, steps=50),
        trial(2, 9.0, "failed", steps=50, hidden=512),
        trial(3, 11.2, steps=50, hidden=128, dropout=0.1),
        trial(4, 11.9, "stopped", steps=50, hidden=8),
        trial(5, None, "time", steps=50, hidden=9),
    )
    assert found.best.number == 3
    assert found.note == (
        "search: 5 trials in 240 s, best: hidden 128, dropout 0.1: validation loss 11.2, the "
        "settings as given 11.4; 2 finished, 1 stopped early, 1 ended by the time, 1 failed"
    )
    assert Search.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert (found.to_json()["best"], found.to_json()["settings"]["hidden"]) == (3, 128)


def test_of_equal_trials_the_first_is_the_best() -> None:
    found = search(trial(1, 11.0, "time"), trial(2, 11.0, hidden=8))
    assert found.best.number == 1
    assert "best: the settings as given, validation loss 11 (cut off by the time at step 40)" in (
        found.note
    )
    assert search(trial(1, 0.2), trial(2, 0.3, hidden=8), lower=False).best.number == 2
    assert "the settings as given failed" in search(trial(1, None, "failed"), trial(2, 1.0)).note


def test_a_search_may_have_found_nothing() -> None:
    assert not search(trial(1, None, "failed"), trial(2, None, "time")).has_best
    assert not search(trial(1, 3.0, "failed")).has_best


def test_a_trial_says_why_it_ended() -> None:
    assert trial(1, 11.42, "stopped").words("validation loss") == (
        "validation loss 11.42, stopped early at step 40"
    )
    assert trial(1, None, "failed").words("x") == "failed at step 40: the loss is nan"
    assert setting_words({"hidden": 8, "steps": 5}, {"steps": 5}) == "hidden 8"
    assert setting_words({"steps": 5}, {"steps": 5}) == "as given"


def test_the_best_of_a_trials_points() -> None:
    figures = [3.0, float("nan"), 2.0, 4.0]
    assert best_figure(figures, lower_is_better=True) == 2.0
    assert best_figure(figures, lower_is_better=False) == 4.0
    assert best_figure([], lower_is_better=True) is None

"""Fits of a small table whose law is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synth.generators.ctgan.fit import CtganFit, fit
from synth.generators.ctgan.generator import CtganGenerator
from synth.learning.task import FitTask, FolderCheckpoints, Point, Progress
from synth.table.errors import InputError
from tests.processes import both_printed
from tests.synth.generators.ctgan.small import rows, task

CODES = rows(4000)
TOGETHER = """
import sys
import numpy as np
from synth.generators.ctgan.fit import fit
from tests.synth.generators.ctgan.small import rows, task
from tests.synth.workers import dealt, joined
worker = joined(int(sys.argv[1]), sys.argv[2])
own = dealt(task(rows(1800), steps=24, evaluation_steps=8), worker)
made = fit(own).sample(50, np.random.default_rng(0))
print(own.progress.facts["best_step"], own.progress.curve[-1], made.tolist())
"""


@pytest.fixture(scope="module")
def learned() -> tuple[FitTask, CtganGenerator]:
    """A fit of some seconds."""
    own = task(CODES, rows(2000, 1), steps=300, evaluation_steps=100, batch_rows=200)
    return own, fit(own)


def test_margins_and_dependences_are_those_of_the_table(
    learned: tuple[FitTask, CtganGenerator],
) -> None:
    made = learned[1].sample(20_000, np.random.default_rng(0))
    fresh = rows(20_000, 2)
    for place in (0, 1, 3):
        margins = [np.bincount(own[:, place], minlength=3) / 20_000 for own in (made, fresh)]
        np.testing.assert_allclose(*margins, atol=0.02)
    assert np.mean(made[:, 0] == made[:, 3]) > 0.87  # it is .987; of columns that are apart, .82


def test_nulls_are_drawn_as_often_and_have_one_place(
    learned: tuple[FitTask, CtganGenerator],
) -> None:
    made = learned[1].sample(20_000, np.random.default_rng(0))
    null = made[:, 1] == 0
    assert null.mean() == pytest.approx(0.1, abs=0.02)
    assert (made[null, 2] == 0).all()
    places = np.bincount(made[~null, 2], minlength=4) / (~null).sum()
    np.testing.assert_allclose(places, 0.25, atol=0.06)


def test_the_facts_say_which_rows_were_kept_in_memory_and_which_step_was_best(
    learned: tuple[FitTask, CtganGenerator],
) -> None:
    facts, curve = learned[0].progress.facts, learned[0].progress.curve
    assert 0 < facts["ratio_loss"] < 0.7
    assert (facts["pool_rows"], facts["pools"], facts["steps"]) == (4000, 1, 300)
    distances = {row["step"]: row["code histogram distance"] for row in curve}
    assert facts["best_step"] == min(distances, key=distances.__getitem__)
    assert facts["best_code_histogram_distance"] == min(distances.values()) < 0.2


def test_many_rows_are_learned_pool_after_pool() -> None:
    own = task(rows(20_000), pool_rows=1000, candidates=1)
    fit(own)
    assert (own.progress.facts["pool_rows"], own.progress.facts["pools"]) == (1000, 4)


def test_it_ends_when_the_rows_are_no_better(monkeypatch: pytest.MonkeyPatch) -> None:
    distances = iter([0.5, 0.4, 0.45, 0.41, 0.1])
    own = task(CODES, steps=500, evaluation_steps=5, patience=2, candidates=1)
    found = CtganFit(own)
    monkeypatch.setattr(found.histograms, "distance", lambda one, other: next(distances))
    found.run()
    facts = own.progress.facts
    assert (facts["steps"], facts["best_step"], facts["stopped_early"]) == (20, 10, True)


@pytest.mark.parametrize(
    ("distances", "notes"),
    [
        ([0.5, 0.4, 0.3], ("code histogram distance still fell (by 25 % since 10): raise train",)),
        ([0.5, 0.4, 0.399], ()),
        ([0.5, 0.3, 0.4], ()),
    ],
)
def test_rows_that_still_became_better_at_the_last_step_are_said(
    distances: list[float], notes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = task(CODES, steps=15, evaluation_steps=5, candidates=1)
    found, left = CtganFit(own), iter(distances)
    monkeypatch.setattr(found.histograms, "distance", lambda one, other: next(left))
    found.run()
    assert len(own.progress.notes) == len(notes)
    assert all(said in own.progress.notes[0] for said in notes)


def test_losses_that_are_no_numbers_end_the_fit_and_say_what_to_do() -> None:
    own = task(CODES, learning_rate=1e30, critic_rate=1e30)
    with pytest.raises(InputError, match=r"is \S+ at step 20: .*critic_rate to .*it is"):
        fit(own)


def test_a_fit_of_many_pools_goes_on_where_it_was_left(tmp_path: Path) -> None:
    settings = {"pool_rows": 700, "candidates": 1, "evaluation_steps": 10, "penalty_every": 3}

    def break_off(point: Point) -> None:
        if point.step == 30:
            raise KeyboardInterrupt

    checkpoints = FolderCheckpoints(tmp_path / "left", seconds=0.0)
    whole = task(CODES, **settings)
    wanted = fit(whole).sample(200, np.random.default_rng(0))
    with pytest.raises(KeyboardInterrupt):
        fit(task(CODES, progress=Progress(break_off), checkpoints=checkpoints, **settings))
    again = task(CODES, checkpoints=checkpoints, **settings)
    np.testing.assert_array_equal(fit(again).sample(200, np.random.default_rng(0)), wanted)
    assert again.progress.curve == whole.progress.curve
    assert again.progress.facts == whole.progress.facts and whole.progress.facts["pools"] > 3


def test_the_last_good_checkpoint_is_kept_when_losses_are_no_numbers(tmp_path: Path) -> None:
    checkpoints = FolderCheckpoints(tmp_path / "kept", seconds=0.0)
    fit(task(CODES, steps=20, candidates=1, checkpoints=checkpoints))
    own = task(CODES, learning_rate=1e30, critic_rate=1e30, checkpoints=checkpoints)
    with pytest.raises(InputError, match=r"is \S+ at step 40: "):
        fit(own)
    assert checkpoints.latest is not None
    fit(task(CODES, steps=40, candidates=1, checkpoints=checkpoints))


def test_a_table_without_rows_is_refused() -> None:
    own = task(CODES)
    object.__setattr__(own.train, "codes", CODES[:0])
    with pytest.raises(InputError, match="no rows to learn from"):
        fit(own)


@pytest.mark.slow
def test_two_workers_come_to_one_generator(tmp_path: Path) -> None:
    said = both_printed(TOGETHER, tmp_path / "meeting")
    assert said[0] == said[1] and "code histogram distance" in said[0]

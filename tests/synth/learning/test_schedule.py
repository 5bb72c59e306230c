"""How the rate goes, when patience counts, and why the rate begins to fall."""

from __future__ import annotations

import json

import pytest

from synth.learning.schedule import TrainingState, judge, last_step, share_of_rate
from synth.learning.settings import LikelihoodSettings

SETTINGS = LikelihoodSettings(steps=10_000, warmup_steps=5, plateau=3)


def judged(losses: list[float]) -> tuple[list[int], TrainingState]:
    """How many measurements without a better loss there have been after each of the losses."""
    state, since = TrainingState(), []
    for loss in losses:
        state.step += 100
        assert judge(SETTINGS, state, loss) == (state.best_step == state.step)
        since.append(state.since_best)
    return since, state


@pytest.mark.parametrize(
    ("losses", "since"),
    [
        ([10.0, 10.01, 10.02, 10.03, 10.02, 10.01], [0, 1, 2, 0, 1, 2]),
        ([10.0, 10.2, 10.4, 10.6, 10.8, 11.0], [0, 1, 2, 3, 4, 5]),
    ],
)
def test_patience_begins_anew_when_the_rate_falls_but_not_far_above_the_best_loss(
    losses: list[float], since: list[int]
) -> None:
    found, state = judged(losses)
    assert found == since
    assert state.decay_from == 400 and not state.cut_short  # three measurements without gain
    assert (state.best_loss, state.best_step) == (10.0, 100)


def test_the_rate_rises_stays_and_falls_to_nothing_at_the_last_step() -> None:
    state = TrainingState()
    shares = []
    for step in (0, 2, 4, 900):
        state.step = step
        shares.append(share_of_rate(SETTINGS, state))
    assert shares == pytest.approx([0.2, 0.6, 1, 1]) and last_step(SETTINGS, state) == 10_000
    state.decay_from = 1000
    assert last_step(SETTINGS, state) == 1300
    for step, share in ((1000, 1.0), (1150, 0.5), (1300, 0.0)):
        state.step = step
        assert share_of_rate(SETTINGS, state) == pytest.approx(share)


def test_a_loss_that_still_gains_is_cut_short_where_the_steps_would_not_suffice() -> None:
    state = TrainingState(step=7600)
    judge(SETTINGS, state, 5.0)
    assert state.decay_from is None
    state.step = 7800
    judge(SETTINGS, state, 4.9)
    assert (state.decay_from, state.cut_short, last_step(SETTINGS, state)) == (7800, True, 10_000)


def test_a_state_is_json() -> None:
    state = TrainingState(step=3, cut_short=True, curve=[{"step": 3, "train_loss": 1.0}])
    assert TrainingState(**json.loads(json.dumps(state.to_json()))) == state

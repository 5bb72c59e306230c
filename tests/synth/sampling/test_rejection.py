"""Conditions met by rejection, checked on a generator whose rows are counted."""

import numpy as np
import pytest

from synth.generators.contract import Saved
from synth.sampling import rejection
from synth.sampling.rejection import BATCH_ROWS, complete_by_rejection
from synth.table.errors import InputError

SHARES = np.array([[0.4, 0.1], [0.2, 0.3]])  # of two dependent codes


class Pairs:
    """Draws two dependent codes; remembers how many rows it has drawn."""

    name = "pairs"

    def __init__(self) -> None:
        self.drawn = 0

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        self.drawn += rows
        flat = rng.choice(4, rows, p=SHARES.ravel())
        return np.stack([flat // 2, flat % 2], axis=1).astype(np.int32)

    def save(self) -> Saved:
        raise NotImplementedError


def completed(codes: np.ndarray, given: np.ndarray, pairs: Pairs | None = None) -> tuple:
    rng = np.random.default_rng(3)
    return complete_by_rejection(pairs or Pairs(), codes, given, "'a'", rng)


def test_what_is_given_holds_and_the_rest_has_its_conditional_distribution() -> None:
    codes = np.tile([0, 0], (40_000, 1))
    codes[::2, 1] = 1  # half of the rows: b = 1; the others: a = 0
    given = np.tile([True, False], (40_000, 1))
    given[::2] = [False, True]
    made, accepted = completed(codes, given)
    assert made.dtype == np.int32
    assert (made[1::2, 0] == 0).all() and (made[::2, 1] == 1).all()
    assert made[1::2, 1].mean() == pytest.approx(0.1 / 0.5, abs=0.015)
    assert made[::2, 0].mean() == pytest.approx(0.3 / 0.4, abs=0.015)
    assert accepted == pytest.approx((0.5 + 0.4) / 2, abs=0.02)


def test_the_acceptance_rate_is_that_of_the_condition() -> None:
    for code, share in ((0, 0.5), (1, 0.5)):
        _, accepted = completed(np.tile([code, 0], (300, 1)), np.tile([True, False], (300, 1)))
        assert accepted == pytest.approx(share, abs=0.02)
    _, accepted = completed(np.tile([0, 1], (300, 1)), np.ones((300, 2), bool))
    assert accepted == pytest.approx(0.1, abs=0.01)


def test_a_drawn_row_serves_once() -> None:
    """Ten times as many rows as a batch has matches: no row is handed out twice."""
    pairs, rows = Pairs(), BATCH_ROWS
    completed(np.tile([0, 1], (rows, 1)), np.ones((rows, 2), bool), pairs)
    assert pairs.drawn >= 9 * BATCH_ROWS


def test_no_row_is_drawn_where_none_is_asked_for() -> None:
    pairs = Pairs()
    made, accepted = completed(np.zeros((0, 2), np.int32), np.zeros((0, 2), bool), pairs)
    assert (made.shape, accepted, pairs.drawn) == ((0, 2), 1.0, 0)


def test_a_condition_that_no_row_meets_ends_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejection, "MOST_DRAWN", 2 * BATCH_ROWS)
    codes = np.tile([0, 0], (200, 1))
    codes[:3, 0] = 7  # never drawn
    pairs = Pairs()
    message = r"generator 'pairs' draws whole rows only, and of 49,152 drawn too few meet the "
    message += r"condition on 'a': 3 of 200 rows are still without one. Give a more frequent value"
    with pytest.raises(InputError, match=message):
        completed(codes, np.tile([True, False], (200, 1)), pairs)
    assert pairs.drawn == 3 * BATCH_ROWS

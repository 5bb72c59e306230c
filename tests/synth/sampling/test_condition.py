"""Sets of values, and what a condition makes of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from synth.sampling.condition import FREE, Among, Between, Condition, Other, ends, missing

VALUES = pa.array([1.0, 2.5, None, float("nan"), 4.0])


def test_a_set_takes_what_is_missing_alike() -> None:
    assert Among(pa.array([2.5])).meets(VALUES).tolist() == [False, True, False, False, False]
    for absent in (None, float("nan")):
        found = Among(pa.array([absent, 1.0], pa.float64())).meets(VALUES)
        assert found.tolist() == [True, False, True, True, False]
    assert Other(pa.array([2.5])).meets(VALUES).tolist() == [True, False, True, True, True]
    assert missing(VALUES).tolist() == [False, False, True, True, False]


def test_a_range_has_both_ends_and_may_be_open() -> None:
    nothing = pa.scalar(None, pa.float64())
    both = Between(pa.scalar(1.0), pa.scalar(2.5))
    assert both.meets(VALUES).tolist() == [True, True, False, False, False]
    assert Between(pa.scalar(2.5), nothing).meets(VALUES).tolist()[1:] == [True, False, False, True]
    wanted = both.wanted("double")
    assert (wanted.low, wanted.high, wanted.is_range) == (1.0, 2.5, True)
    assert Between(nothing, pa.scalar(2.5)).wanted("double").low is None


def test_the_ends_of_values_are_numbers() -> None:
    days = pa.array([date(1970, 1, 3), None, date(1970, 1, 9)])
    assert ends(days, "date") == (2, 8)
    assert ends(pa.array(["a"]), "string") == ends(pa.nulls(2, pa.int64()), "bigint") == (None,) * 2


def test_choices_are_values_then_sets() -> None:
    condition = Condition(
        "x",
        pa.array([1, 2]),
        np.array([0.25, 0.25, 0.5]),
        np.zeros((2, 1), np.int32),
        (Other(pa.array([1, 2])),),
    )
    chosen = condition.choose(20_000, np.random.default_rng(0))
    assert np.bincount(chosen) / 20_000 == pytest.approx([0.25, 0.25, 0.5], abs=0.02)
    own = np.array([0, 1, 2, 2, FREE])
    met = condition.meets(pa.array([1, 1, 1, 7, None]), own)
    assert met.tolist() == [True, False, False, True, True]
    assert condition.set_of(1).meets(pa.array([1, 2])).tolist() == [False, True]

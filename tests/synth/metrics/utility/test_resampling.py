"""Parts that split no entity, and a bootstrap whose intervals hold what they should."""

import numpy as np
import pytest

from synth.metrics.features import Features
from synth.metrics.utility.resampling import (
    at_most,
    bootstrap_interval,
    bootstrap_weights,
    interval_of,
    random_part,
)


def _rows(number, entities=None):
    return Features((), np.zeros((number, 0)), entities)


def test_a_part_and_the_rest_are_all_rows():
    inside, outside = random_part(_rows(200), 0.25, np.random.default_rng(0))
    assert len(inside) == 50 and sorted([*inside, *outside]) == list(range(200))


def test_no_entity_is_split():
    entities = np.random.default_rng(1).integers(0, 30, 500) * 11
    rows = _rows(500, entities)
    inside, outside = random_part(rows, 0.5, np.random.default_rng(0))
    assert not set(entities[inside]) & set(entities[outside])
    assert len(set(entities[inside])) == 15


def test_entities_are_drawn_whole():
    entities = np.repeat([5, 9, 2], 4)
    weights = bootstrap_weights(_rows(12, entities), np.random.default_rng(0), draws=50)
    assert weights.shape == (51, 12) and (weights[0] == 1).all()
    assert (weights.reshape(51, 3, 4).std(axis=2) == 0).all()
    assert (weights.sum(axis=1) == 12).all() and weights[1:].std() > 0


def test_at_most_keeps_the_order_of_rows():
    rows = Features((), np.arange(100.0)[:, None])
    few = at_most(rows, 10, np.random.default_rng(0)).values[:, 0]
    assert len(few) == 10 and (np.diff(few) > 0).all()
    assert at_most(rows, 100, np.random.default_rng(0)) is rows


def test_intervals_of_a_mean_cover_it_about_as_often_as_they_say():
    rng, covered = np.random.default_rng(2), 0
    for _ in range(100):
        values = rng.normal(size=80)
        drawn = bootstrap_weights(_rows(80), rng) @ values / 80
        interval = interval_of(drawn)
        assert interval is not None
        low, high = interval
        covered += low <= 0 <= high
    assert 88 <= covered <= 99


def test_an_undefined_value_has_no_interval():
    assert interval_of(np.array([np.nan, 1.0, 2.0])) is None
    assert interval_of(np.array([1.0, np.nan, np.nan, 2.0])) is None
    assert interval_of(np.array([1.0, 2.0, 3.0]))[0] == 1.0  # holds the value


def test_the_interval_of_a_statistic_of_values():
    values = np.random.default_rng(3).normal(size=200)
    interval = bootstrap_interval(values, lambda x: float(x.mean()), np.random.default_rng(0))
    assert interval is not None and interval[1] - interval[0] == pytest.approx(
        4 * values.std() / np.sqrt(200), rel=0.2
    )
    assert bootstrap_interval(values[:1], np.mean, np.random.default_rng(0)) is None


def test_no_rows_and_one_row():
    assert bootstrap_weights(_rows(0), np.random.default_rng(0)).shape == (201, 0)
    assert [len(part) for part in random_part(_rows(0), 0.5, np.random.default_rng(0))] == [0, 0]
    assert bootstrap_weights(_rows(1), np.random.default_rng(0)).max() == 1

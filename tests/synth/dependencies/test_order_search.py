"""Orders that few rows break: a hard edge is a rule, a tail is none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.dependency import Dependency
from synth.dependencies.order import Order
from synth.dependencies.order_search import find
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings, tolerant
from tests.synth.dependencies.tables import schema_of

RNG = np.random.default_rng(4)
ROWS = 8_000
START = RNG.integers(0, 3_000, ROWS)
END = START + RNG.integers(0, 400, ROWS)


def orders(low: np.ndarray, high: np.ndarray, *, are_days: bool, broken: bool) -> list[Dependency]:
    kind = pa.date32() if are_days else pa.int32()
    table = pa.table(
        {n: pa.array(v.astype(np.int32)).cast(kind) for n, v in (("a", low), ("b", high))}
    )
    settings = tolerant(DependencySettings()) if broken else DependencySettings()
    return list(find(Sample(table, schema_of(table), settings)))


def exchanged(rows: int) -> tuple[np.ndarray, np.ndarray]:
    low, high, at = START.copy(), END.copy(), RNG.choice(ROWS, rows, replace=False)
    low[at], high[at] = high[at], low[at]
    return low, high


@pytest.mark.parametrize("are_days", [True, False])
@pytest.mark.parametrize("rows", [1, 8, 80])
def test_exchanged_values_leave_the_order_to_who_looks_for_mistakes(
    are_days: bool, rows: int
) -> None:
    low, high = exchanged(rows)
    assert orders(low, high, are_days=are_days, broken=False) == []
    kind = "date" if are_days else "int"
    assert orders(low, high, are_days=are_days, broken=True) == [Order("b", ("a",), kind)]


def test_more_than_a_few_are_no_mistakes() -> None:
    assert orders(*exchanged(400), are_days=True, broken=True) == []


def test_a_tail_beyond_the_order_is_no_mistake() -> None:
    gaps = np.rint(RNG.normal(2_600, 1_000, ROWS)).astype(np.int64)
    low = RNG.integers(0, 9_000, ROWS)
    assert 0 < (gaps < 0).mean() < 0.01
    assert orders(low, low + gaps, are_days=False, broken=True) == []


def test_counts_of_little_lie_close_to_each_other() -> None:
    games = np.minimum(RNG.geometric(0.03, ROWS), 162)
    runs = RNG.poisson(games * np.where(RNG.random(ROWS) < 0.05, 0.75, 0.3))
    assert 0 < (runs > games).mean() < 0.01
    assert orders(runs, games, are_days=False, broken=True) == []


def test_columns_of_unlike_times_are_in_order_by_chance() -> None:
    first, later = RNG.integers(0, 1_000, ROWS), RNG.integers(970, 3_000, ROWS)
    assert 0 < (first > later).mean() < 0.01
    assert orders(first, later, are_days=True, broken=True) == []

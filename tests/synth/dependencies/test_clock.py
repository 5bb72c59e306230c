"""Clock times as HHMM numbers: parts, and sums with minutes."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.clock import ClockPart, ClockSum
from tests.synth.dependencies.tables import (
    clock,
    plan_of,
    same,
    used,
)

RNG = np.random.default_rng(8)
ROWS = 4_000


def test_clock_arithmetic_by_hand() -> None:
    columns = {
        "a": pa.array([517, 2355, 10, 2400, 1275, None]),
        "m": pa.array([10, 5, -20, 1, 1, 1]),
        "c": pa.array([527, 2400, 2350, 1, 1, None]),
    }
    rule = ClockSum("c", ("a", "m"), 2400, "bigint")
    assert rule.predict(columns).to_pylist() == [527, 2400, 2350, 1, None, None]
    assert rule.known(columns).tolist() == [True] * 4 + [False, True]
    assert rule.holds(columns).tolist() == [True] * 4 + [False, True]
    hours = ClockPart("h", ("a",), "hour", 0, "bigint").predict(columns)
    assert hours.to_pylist() == [5, 23, 0, 0, None, None]


@pytest.mark.parametrize("midnight", [0, 2400])
def test_midnight_is_written_as_the_seed_does(midnight: int) -> None:
    start, delta = RNG.integers(0, 1440, ROWS), RNG.integers(-200, 400, ROWS)
    end = clock(start + delta)
    table = pa.table(
        {
            "start": start // 60 * 100 + start % 60,
            "delta": delta,
            "end": np.where(end == 2400, midnight, end),
        }
    )
    assert used(plan_of(table)) == {"end": ("drop", "clock_sum", ("start", "delta"))}
    same(table)

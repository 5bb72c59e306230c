"""Durations in whole units between two times."""

import numpy as np
import pyarrow as pa
import pytest

from tests.synth.dependencies.tables import (
    plan_of,
    same,
    used,
)

RNG = np.random.default_rng(8)
ROWS = 4_000


@pytest.mark.parametrize("unit", ["day", "hour", "minute"])
def test_durations(unit: str) -> None:
    size = {"day": 86_400, "hour": 3_600, "minute": 60}[unit]
    start = RNG.integers(1_300_000_000, 1_500_000_000, ROWS)
    count = RNG.integers(0, 5_000, ROWS)
    stamp = pa.timestamp("us", tz="UTC")
    end = pa.array((start + count * size) * 1_000_000).cast(stamp)
    table = pa.table({"start": pa.array(start * 1_000_000).cast(stamp), "end": end, "n": count})
    found = used(plan_of(table))
    assert found["end"] == ("drop", "shift", ("start", "n"))
    same(table)
    late = pa.array((start + count * size + size // 2) * 1_000_000).cast(stamp)
    table = table.set_column(1, "end", late)
    assert used(plan_of(table))["n"] == ("drop", "difference", ("start", "end"))
    same(table)

"""Conditions may be given in the types of the caller's table."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.table.learned_conditions import learned_condition

BERLIN = pa.timestamp("us", "Europe/Berlin")
NEW_YEAR = datetime(2023, 12, 31, 23, tzinfo=UTC)
MS, DAY = pa.time32("ms"), pa.duration("s")


@pytest.mark.parametrize(
    ("wanted", "type_", "learned"),
    [
        (time(8), MS, 28_800_000),
        ("08:00:01", MS, 28_801_000),
        ({time(8): 0.5, time(9): 0.5}, MS, {28_800_000: 0.5, 32_400_000: 0.5}),
        ({"between": [time(8), time(9)]}, MS, {"between": [28_800_000, 32_400_000]}),
        ([timedelta(seconds=3), pd.Timedelta(minutes=1)], DAY, [3, 60]),
        (np.timedelta64(3, "s"), DAY, 3),
        (28_800_000, MS, 28_800_000),
        (None, MS, None),
        ("no time", MS, "no time"),
        (pd.Period("2024-02", "M"), pa.date32(), datetime(2024, 2, 1)),
        (pd.Interval(0, 3), pa.string(), "(0, 3]"),
        (np.datetime64("2024-02-01"), pa.date32(), datetime(2024, 2, 1)),
        ({"a": 0.5}, pa.string(), {"a": 0.5}),
        ("2024-07-01", BERLIN, datetime(2024, 6, 30, 22, tzinfo=UTC)),
        ({"between": [date(2024, 1, 1), None]}, BERLIN, {"between": [NEW_YEAR, None]}),
        ("2024-07-01T00:00:00Z", BERLIN, "2024-07-01T00:00:00Z"),
        ("2024-03-31 02:30", BERLIN, "2024-03-31 02:30"),  # the clock leaves it out
        (datetime(2024, 7, 1), BERLIN, datetime(2024, 7, 1)),
    ],
    ids=str,
)
def test_values_are_those_that_are_learned(wanted: Any, type_: pa.DataType, learned: Any) -> None:
    assert learned_condition(wanted, type_) == learned

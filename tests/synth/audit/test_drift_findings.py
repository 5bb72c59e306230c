"""Findings on change over time: planted, and not in rows that are alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synth.audit.in_memory import profile


def orders(rows: int = 4000, *, drifts: bool = False, time: str = "ordered") -> pd.DataFrame:
    rng = np.random.default_rng(1)
    days = np.sort(rng.integers(0, 700, rows))
    later = days > 400 if drifts else np.zeros(rows, bool)
    return pd.DataFrame(
        {
            time: pd.Timestamp("2023-01-01") + pd.to_timedelta(days, unit="D"),
            "channel": np.where(rng.random(rows) < np.where(later, 0.8, 0.2), "web", "shop"),
            "amount": rng.lognormal(3, 1, rows).round(2),
            "year": 2023 + days // 365,
        }
    )


def drifting(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    found = profile(frame, progress=False).findings
    return [one.columns for one in found if one.name == "drift over time"]


def test_a_column_that_changes_is_told_and_what_is_read_off_the_time_is_not() -> None:
    assert drifting(orders(drifts=True)) == [("channel",)]


def test_rows_that_are_alike_do_not_drift() -> None:
    assert drifting(orders()) == []


def test_dates_of_a_life_are_no_time_of_a_table() -> None:
    assert drifting(orders(drifts=True, time="birth_date")) == []

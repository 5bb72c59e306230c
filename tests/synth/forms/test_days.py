"""Days inside codes."""

import numpy as np
import pyarrow as pa

from synth.forms.days import (
    day_layout,
    days_of,
    parsed,
    pattern_of,
    width_of,
    with_century,
    written,
)
from synth.forms.texts import code_points

DAYS = pa.array(np.datetime64("2020-02-25") + np.arange(0, 2000, 50), pa.date32())


def test_days_are_read_and_written_in_their_layout() -> None:
    for layout in ("%Y%m%d", "%y%m%d", "%Y-%m-%d", "%d.%m.%Y"):
        texts = written(DAYS, layout)
        assert parsed(texts, layout) == DAYS
        days = days_of(texts, layout)
        assert days is not None
        assert days[0] == (np.datetime64("2020-02-25") - np.datetime64("1970-01-01")).astype(int)


def test_what_is_no_day_is_none() -> None:
    assert parsed(pa.array(["20230229", "2023011", "20231301", None]), "%Y%m%d").null_count == 4
    texts = written(DAYS, "%Y%m%d").to_pylist()
    assert days_of(pa.array([*texts, "20230230"]), "%Y%m%d") is None
    assert days_of(pa.array(texts[:5]), "%Y%m%d") is None  # too few to tell


def test_the_layout_is_seen_in_the_digits() -> None:
    eight = written(DAYS, "%Y%m%d")
    assert day_layout(code_points(eight, 8)) == "%Y%m%d"
    assert day_layout(code_points(written(DAYS, "%d%m%Y"), 8)) == "%d%m%Y"
    births = pa.array(np.datetime64("1950-01-01") + np.arange(0, 18_000, 37), pa.date32())
    for layout in ("%y%m%d", "%d%m%y", "%m%d%y"):
        found = day_layout(code_points(written(births, layout), 6))
        assert found is not None and pattern_of(found) == layout and width_of(found) == 6
    rng = np.random.default_rng(0)
    others = pa.array([f"{n:08d}" for n in rng.integers(0, 10**8, 100)])
    assert day_layout(code_points(others, 8)) is None


def test_two_digit_years_stand_for_those_that_go_together() -> None:
    births = pa.array(np.datetime64("1950-01-01") + np.arange(0, 18_000, 37), pa.date32())
    texts = written(births, "%y%m%d")
    layout = with_century(texts, "%y%m%d")
    assert parsed(texts, layout) == births
    assert parsed(texts, "%y%m%d") != births  # strptime's century ends in 2068
    assert with_century(texts, "%Y%m%d") == "%Y%m%d"

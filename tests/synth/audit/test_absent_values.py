"""Words and numbers that may stand for no value, and those that only look like it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa

from synth.audit.absent_values import ABSENT, on_absent_values
from synth.profiling.table_profile import TableProfile

ROWS = 2_000
RNG = np.random.default_rng(0)


def found(marked: dict | None = None, **columns) -> dict[str, str]:
    table = pa.table(columns)
    profile = TableProfile.of(table)
    for one in on_absent_values(profile.marked(**marked) if marked else profile):
        assert one.name == ABSENT and one.severity == "info"
        told = [part.split(": ", 1) for part in one.evidence.split("; ")]
        assert [eval(name) for name, _ in told] == list(one.columns)
        return {name: own for name, (_, own) in zip(one.columns, told, strict=True)}
    return {}


def with_some(values, marker, rows: int = 40):
    values = np.array(values, object)
    values[RNG.choice(ROWS, rows, replace=False)] = marker
    return values.tolist()


def test_words_and_numbers_are_told_with_their_rows() -> None:
    jobs = RNG.choice(["clerk", "smith", "judge"], ROWS)
    ages, hours = RNG.integers(18, 80, ROWS), RNG.integers(1, 99, ROWS)
    prices = [Decimal(int(n)).scaleb(-2) for n in RNG.integers(100, 9_000, ROWS)]
    assert found(
        job=with_some(jobs, " ?"),
        work=with_some(jobs, "Unknown"),
        age=with_some(ages, 999),
        days=with_some(ages, -1),
        score=with_some(RNG.random(ROWS), -9.0),
        price=with_some(prices, Decimal("-1.00")),
        hours=with_some(hours, 99),
        plain=ages,
    ) == {
        "job": "' ?' in 40 rows",
        "work": "'Unknown' in 40 rows",
        "age": "999 in 40 rows",
        "days": "-1 in 40 rows",
        "score": "-9 in 40 rows",
        "price": "-1 in 40 rows",
    }


def test_what_is_no_marker() -> None:
    jobs = RNG.choice(["clerk", "smith", "judge"], ROWS)
    ages = RNG.integers(18, 80, ROWS)
    assert found(flag=with_some(["yes"] * ROWS, "unknown"), medal=with_some(jobs, "none")) == {}
    assert found(change=RNG.integers(-5, 5, ROWS), sign=RNG.choice([-1, 0, 1], ROWS)) == {}
    assert found(job=with_some(jobs, "?", 5), age=with_some(ages, 999, 5)) == {}  # few rows


def test_sensitive_columns_and_keys_are_not_told() -> None:
    jobs = with_some(RNG.choice(["clerk", "smith", "judge"], ROWS), "?")
    assert found({"sensitive": ["job"]}, job=jobs) == {}
    assert found(job=jobs) == {"job": "'?' in 40 rows"}

"""What a user gives, as a column's type has it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.encode import TableEncoder
from synth.profiling.table_profile import TableProfile
from synth.sampling.condition import Between
from synth.sampling.conditions import read_conditions
from synth.table.errors import InputError
from synth.table.missing import is_missing

MISSING = [None, float("nan"), np.nan, np.float32("nan"), pd.NA, pd.NaT, np.datetime64("NaT")]
ROWS = np.arange(400)
ABSENT = ROWS % 4 == 0


@pytest.fixture(scope="module")
def encoder() -> TableEncoder:
    gap = pa.array(np.where(ROWS % 9 == 0, np.nan, ROWS % 5))
    table = pa.table(
        {
            "whole": pa.array(ROWS % 40, pa.int32(), mask=ABSENT),
            "real": pa.array(ROWS / 8, mask=ABSENT),
            "nan": gap,
            "both": pa.array(np.where(ROWS % 9 == 0, np.nan, ROWS % 5), mask=ABSENT),
            "day": pa.array((ROWS % 30).astype(np.int32), pa.int32(), mask=ABSENT).cast(
                pa.date32()
            ),
            "text": pa.array([f"v{row % 7}" for row in ROWS], mask=ABSENT),
            "flag": pa.array(ROWS % 3 == 0, mask=ABSENT),
            "money": pa.array([Decimal(int(row) % 50) / 4 for row in ROWS], pa.decimal128(8, 2)),
        }
    )
    return TableEncoder.fit(TableProfile.of(table))


@pytest.mark.parametrize("value", [*MISSING, Decimal("NaN"), pa.scalar(None, pa.int64())])
def test_all_that_stands_for_none_is_missing(value: Any) -> None:
    assert is_missing(value)
    assert not any(is_missing(one) for one in (0, "", "nan", False, 1.5, pd.Timestamp(0)))


@pytest.mark.parametrize("name", ["whole", "real", "day", "text", "flag"])
@pytest.mark.parametrize("value", MISSING, ids=str)
def test_none_nan_na_and_nat_are_null(encoder: TableEncoder, name: str, value: Any) -> None:
    (condition,) = read_conditions({name: value}, encoder)
    assert condition.values.to_pylist() == [None]
    (shared,) = read_conditions({name: {value: 0.25}}, encoder)
    assert shared.values.null_count == 1
    assert shared.shares.tolist() == [0.25, 0.75]


def test_texts_of_configurations_say_it_too_but_of_a_text_column(encoder: TableEncoder) -> None:
    for name in ("whole", "real", "day"):
        assert read_conditions({name: "nan"}, encoder)[0].values.to_pylist() == [None]
    with pytest.raises(InputError, match="'nan' is not among the values"):
        read_conditions({"text": "nan"}, encoder)


def test_a_column_of_both_takes_either(encoder: TableEncoder) -> None:
    for value in MISSING:
        (nan,) = read_conditions({"nan": value}, encoder)
        assert np.isnan(nan.values[0].as_py())
        (both,) = read_conditions({"both": value}, encoder)
        assert not len(both.values)
        meets = both.sets[0].meets(pa.array([1.0, None, np.nan]))
        assert meets.tolist() == [False, True, True]
    with pytest.raises(InputError, match="given 'money': no value of the column was missing"):
        read_conditions({"money": None}, encoder)


def test_what_is_missing_is_drawn_as_such() -> None:
    frame = pd.DataFrame({"x": np.where(ABSENT, np.nan, ROWS % 40), "y": ROWS % 3})
    fitted = Synthesizer(generator="marginal", progress=False).fit(frame)
    for value in (None, float("nan"), pd.NA):
        assert fitted.sample(40, given={"x": value})["x"].isna().all()
        half = fitted.sample(1000, given={"x": {value: 0.5}})["x"]
        assert half.isna().mean() == pytest.approx(0.5, abs=0.06)
        some = fitted.sample(200, given={"x": [value, 3]})["x"]
        assert set(some.dropna()) == {3.0} and some.isna().any()


@pytest.mark.parametrize(
    ("zone", "value", "expected"),
    [
        (None, date(2024, 1, 2), datetime(2024, 1, 2)),
        (None, pd.Timestamp("2024-01-02 10:00"), datetime(2024, 1, 2, 10)),
        ("UTC", pd.Timestamp("2024-01-02 01:00", tz="Asia/Tokyo"), datetime(2024, 1, 1, 16)),
        (None, datetime(2024, 1, 2, tzinfo=UTC), "without a time zone"),
        ("UTC", datetime(2024, 1, 2), "with a time zone"),
        ("UTC", date(2024, 1, 2), "with a time zone"),
    ],
)
def test_a_moment_is_given_with_a_zone_where_the_column_has_one(
    zone: str | None, value: Any, expected: datetime | str
) -> None:
    times = pa.array(ROWS * 3_600_000_000 + 1_704_067_200_000_000, pa.timestamp("us", zone))
    table = pa.table({"at": times})
    encoder = TableEncoder.fit(TableProfile.of(table))
    if isinstance(expected, str):
        with pytest.raises(InputError, match=f"given 'at': .* is no value .*{expected}"):
            read_conditions({"at": value}, encoder)
        return
    (condition,) = read_conditions({"at": {"between": [value, None]}}, encoder)
    (own,) = condition.sets
    assert isinstance(own, Between)
    assert own.low.as_py().replace(tzinfo=None) == expected


def test_a_float_that_has_lost_digits_is_refused() -> None:
    encoder = TableEncoder.fit(TableProfile.of(pa.table({"n": pa.array(2**60 + ROWS % 20)})))
    with pytest.raises(InputError, match="given 'n': a float of this size has lost digits"):
        read_conditions({"n": float(2**60)}, encoder)
    for value in (2**60 + 3, str(2**60 + 3), np.int64(2**60 + 3)):
        (condition,) = read_conditions({"n": value}, encoder)
        assert condition.values.to_pylist() == [2**60 + 3]

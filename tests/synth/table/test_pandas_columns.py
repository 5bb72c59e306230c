"""Every dtype of pandas comes back as it came in, and so from JSON."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.table.errors import InputError
from synth.table.learned_values import Unfit
from synth.table.pandas_columns import PandasColumn, column_of
from synth.table.schema import is_supported, type_of_arrow

BERLIN = ZoneInfo("Europe/Berlin")
AT = pd.Series(np.array(["2024-07-01T03:04:05", "NaT", "1969-12-31T23:59:59"], "M8[s]"))
INTEGERS = [f"{sign}nt{bits}" for sign in ("I", "UI") for bits in (8, 16, 32, 64)]


def whole_numbers() -> list[pd.Series]:
    """Of each integer dtype its extremes, with and without nulls."""
    found = []
    for name in INTEGERS:
        ends = [np.iinfo(name.lower()).min, np.iinfo(name.lower()).max, 1]
        found += [pd.Series(ends, dtype=name.lower()), pd.Series(ends, dtype=name)]
        found.append(pd.Series([*ends, None], dtype=name))
    return found


def others() -> list[pd.Series]:
    quotient = pd.array([0.0, 1.0, 2.0], "Float64") / pd.array([0, 1, None], "Int64")
    return [
        pd.Series([True, False]),
        pd.Series([True, None, False], dtype="boolean"),
        pd.Series([1.5, np.nan, np.inf, -0.0, 1e308]),
        pd.Series([1.5, np.nan], dtype="float32"),
        pd.Series([1.5, np.nan], dtype="float16"),
        pd.Series([1.5, None], dtype="Float32"),
        pd.Series(quotient),  # NaN and NA in one column
        pd.Series(["a", None, ""], dtype="string[python]"),
        pd.Series(["a", None, ""], dtype="string[pyarrow]"),
        pd.Series(["a", None, ""], dtype=pd.StringDtype("pyarrow", na_value=np.nan)),
        pd.Series(pd.arrays.SparseArray([0, 0, 1])),
        pd.Series(pd.arrays.SparseArray([np.nan, 1.5])),
    ]


def moments() -> list[pd.Series]:
    found = []
    for unit in ("s", "ms", "us", "ns"):
        own = AT.astype(f"datetime64[{unit}]")
        found += [own, own.dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin")]
        found.append(pd.Series(np.array([5, "NaT", -3], f"m8[{unit}]")))
    zones = (BERLIN, dt.UTC, dt.timezone(-dt.timedelta(hours=5, minutes=30)), "+02:00")
    found += [AT.dt.tz_localize(zone) for zone in zones]
    for frequency in ("D", "M", "Q-JAN", "Y-JUN", "W-WED", "h", "min", "s"):
        days = ["2024-03-01", "2025-05-05", None]
        found.append(pd.Series(pd.PeriodIndex(days, freq=frequency)))
    return found


def categories() -> list[pd.Series]:
    words = pd.Index(["a", "b"], dtype="string")
    return [
        pd.Series(pd.Categorical(["lo", "mid", None], ["lo", "mid", "hi"], ordered=True)),
        pd.Series(pd.Categorical(["x", "y"], ["z", "y", "x"])),
        pd.Series(pd.Categorical([1, 2, None], [3, 2, 1])),
        pd.Series(pd.Categorical([1.5, 2])),
        pd.Series(pd.Categorical([True, False])),
        pd.Series(pd.Categorical(pd.to_datetime(["2024-01-01", "2025-01-01"]))),
        pd.Series(pd.Categorical(pd.PeriodIndex(["2024-01", "2024-02"], freq="M"))),
        pd.Series(pd.Categorical(["a"], words)),
        pd.Series(pd.cut(pd.Series([1, 5, 9]), [0, 3, 6, 12, 20])),
        pd.Series(pd.qcut(pd.Series([1.0, 5.0, 9.0, 3.2]), 2)),
    ]


def arrow_backed() -> list[pd.Series]:
    words = pa.dictionary(pa.int8(), pa.string())
    made: list[tuple[list[Any], pa.DataType]] = [
        ([1, 2], pa.int64()),
        ([1, None, 255], pa.uint8()),
        (["a", None, ""], pa.string()),
        (["a", None], pa.large_string()),
        (["a", "b", "a"], words),
        ([True, None], pa.bool_()),
        ([1.5, None], pa.float64()),
        ([Decimal("1.50"), None], pa.decimal128(10, 2)),
        ([dt.date(2024, 1, 1), None], pa.date32()),
        ([dt.datetime(2024, 1, 1), None], pa.timestamp("ms", "Asia/Tokyo")),
        ([dt.time(3, 4), None], pa.time64("us")),
        ([dt.timedelta(3), None], pa.duration("ms")),
    ]
    return [pd.Series(values, dtype=pd.ArrowDtype(type_)) for values, type_ in made]


def objects() -> list[pd.Series]:
    moment = pd.Timestamp("2024-01-01 01:02:03.000001", tz="Europe/Berlin")
    values: list[list[Any]] = [
        ["a", None, ""],
        ["a", np.nan, ""],
        ["a", pd.NA],
        [True, False, None],
        [1, None, 2**63 - 1],
        [2**70, None, -1],
        [1.5, None],
        [Decimal("1.5"), None, Decimal("2.25")],
        [dt.date(2024, 1, 1), None, dt.date(9999, 12, 31)],
        [dt.datetime(2024, 1, 1, 5), None],
        [moment, pd.NaT],
        [dt.time(3, 4, 5, 6), None],
        [dt.timedelta(3), None],
        [None, None],
        [np.nan, np.nan],
    ]
    return [pd.Series(entry, dtype=object) for entry in values]


ALL = [*whole_numbers(), *others(), *moments(), *categories(), *arrow_backed(), *objects()]


@pytest.mark.parametrize("series", ALL, ids=lambda s: f"{s.dtype}-{len(s)}")
def test_a_column_comes_back_as_it_came_in(series: pd.Series) -> None:
    values, column = column_of(series, "x")
    assert is_supported(type_of_arrow(values.type))
    stored = PandasColumn.from_json(json.loads(json.dumps(column.to_json(), allow_nan=False)))
    assert stored.dtype == column.dtype == series.dtype
    for known in (column, stored):
        made = known.made(values, "x")
        pd.testing.assert_series_equal(made, series, check_names=False, check_freq=False)
        assert known.made(values.slice(0, 0), "x").dtype == series.dtype
    empty, column = column_of(series.iloc[:0], "x")
    assert column.made(empty, "x").dtype == series.dtype


def test_missing_values_of_every_kind_are_missing_and_nan_beside_na_stays() -> None:
    nan = float("nan")
    for missing in (None, nan, pd.NA, pd.NaT):
        assert column_of(pd.Series(["a", missing], dtype=object), "x")[0].null_count == 1
    quotient = pd.array([0.0, 2.0], "Float64") / pd.array([0, None], "Int64")
    values = column_of(pd.Series(quotient), "x")[0]
    assert values.null_count == pd.Series(quotient).isna().sum()  # 2 from pandas 3 on
    assert values[0].as_py() is None or np.isnan(values[0].as_py())
    assert column_of(pd.Series([nan, 1.0]), "x")[0].null_count == 1


@pytest.mark.parametrize(
    ("series", "said"),
    [
        (pd.Series([1 + 2j]), r"type complex128.*make two columns"),
        (pd.Series(pd.IntervalIndex.from_breaks([1, 2, 3])), r"type interval.*of its bounds"),
        (pd.Series([b"a"], dtype=pd.ArrowDtype(pa.binary())), r"type binary.*decode it"),
    ],
    ids=str,
)
def test_what_cannot_be_learned_is_refused_with_the_remedy(series: pd.Series, said: str) -> None:
    with pytest.raises(InputError, match=f"column 'odd' is of {said}"):
        column_of(series, "odd")


def test_made_values_between_categories_take_the_nearest_and_texts_are_added(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ages = column_of(pd.Series(pd.Categorical([10, 20], [20, 10, 40])), "age")[1]
    made = ages.made(pa.chunked_array([[11, 38, None]]), "age")
    assert made.astype("Int64").tolist() == [10, 40, pd.NA]
    words = column_of(pd.Series(pd.Categorical(["b"], ["b", "a"], ordered=True)), "word")[1]
    made = words.made(pa.chunked_array([["zz", "a", "c"]]), "word")
    assert made.tolist() == ["zz", "a", "c"] and made.dtype.ordered
    assert made.cat.categories.tolist() == ["b", "a", "c", "zz"]
    assert "column 'word': 2 made-up values are added to its categories" in caplog.text


def test_nulls_among_whole_numbers_take_the_nullable_type(
    caplog: pytest.LogCaptureFixture,
) -> None:
    column = column_of(pd.Series([1, 2], dtype="uint8"), "n")[1]
    made = column.made(pa.chunked_array([pa.array([3, None], pa.int16())]), "n")
    assert made.dtype == "UInt8" and made.tolist() == [3, pd.NA]
    assert "1 values of a column of type uint8 are missing" in caplog.text


def test_values_beyond_the_type_do_not_fit() -> None:
    column = column_of(pd.Series([1, 2], dtype="uint8"), "n")[1]
    with pytest.raises(Unfit):
        column.made(pa.chunked_array([pa.array([256], pa.int16())]), "n")


@pytest.mark.parametrize(
    ("values", "unit"),
    [([3_000_000_000, 10**9], "s"), ([3_000_000, 10**9], "ms"), ([1, 10**9], "ns")],
)
def test_durations_are_counted_in_the_coarsest_unit_that_holds_them(
    values: list[int], unit: str
) -> None:
    series = pd.Series(np.array([*values, "NaT"], "m8[ns]"))
    counted, column = column_of(series, "x")
    assert column.arrow == pa.duration(unit) and counted.type == pa.int64()
    pd.testing.assert_series_equal(column.made(counted, "x"), series)

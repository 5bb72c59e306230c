"""Columns of Python objects: one kind or an error that counts them and shows none."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.table.errors import InputError
from synth.table.learned_values import Unfit
from synth.table.python_objects import (
    marker_of,
    missing_marker,
    objects_from_arrow,
    objects_to_arrow,
)

NAIVE, AWARE = dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def arrow_of(values: list[Any]) -> tuple[pa.Array, str]:
    series = pd.Series(values, dtype=object)
    return objects_to_arrow(series.to_numpy(), series.isna().to_numpy(), "odd")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1, "secret", 2], r"mixes types \(2 int, 1 str\): .*astype\('string'\)"),
        ([True, 1], r"mixes types \(1 bool, 1 int\)"),
        ([dt.date(2024, 1, 1), NAIVE], r"mixes types \(1 date, 1 datetime\)"),
        ([1.5, Decimal("1.5")], r"mixes types \(1 Decimal, 1 float\)"),
        ([b"secret"], r"cannot be learned \(1 bytes\): decode it"),
        ([["secret"]], r"\(1 list\): make a table of its elements \(explode\)"),
        ([{"a": "secret"}], r"\(1 dict\): make a column of each entry"),
        ([pd.Period("2024-01")], r"\(1 Period\): give it the dtype period"),
        ([pd.Interval(0, 1)], r"\(1 Interval\): make two columns of its bounds"),
        ([NAIVE, AWARE], r"\(2 datetime\).*times of several zones, or with and without"),
        ([dt.time(1, tzinfo=dt.UTC)], r"\(1 time\).*times of day with a zone"),
        ([10**40], r"\(1 int\).*range or precision is too wide"),
        ([2**60 + 1, 1.5], r"whole numbers too large to be floats beside floats"),
        (["\ud800"], r"\(1 str\).*no valid Unicode"),
    ],
)
def test_what_is_not_of_one_kind_is_counted_and_never_shown(values: list[Any], said: str) -> None:
    with pytest.raises(InputError, match=rf"column 'odd' .*{said}") as error:
        arrow_of(values)
    assert "secret" not in str(error.value)


def test_whole_numbers_beside_floats_or_decimals_are_joined_and_it_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert arrow_of([1, 2.5])[0].to_pylist() == [1.0, 2.5]
    assert "column 'odd' holds 1 float, 1 int: it is learned, and comes back" in caplog.text
    assert arrow_of([1, Decimal("2.5")])[0].to_pylist() == [1, Decimal("2.5")]


def test_identifiers_come_back_as_such_or_do_not_fit() -> None:
    own = UUID(int=5)
    array, kind = arrow_of([own, None])
    back = objects_from_arrow(pa.chunked_array([array]), kind, None)
    assert back.tolist() == [own, None]
    with pytest.raises(Unfit):
        objects_from_arrow(pa.chunked_array([["no identifier"]]), kind, None)


@pytest.mark.parametrize("missing", [None, pd.NA, pd.NaT, float("nan")])
def test_a_missing_value_is_written_as_it_was(missing: Any) -> None:
    values = np.array(["a", missing], object)
    marker = marker_of(missing_marker(values, np.array([False, True])))
    assert marker is missing or (marker != marker and missing != missing)
    assert marker_of(missing_marker(values[:1], np.array([False]))) is None

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.features import Features, feature_columns, read_features, stacked
from synth.table.schema import Column, TableSchema

SCHEMA = TableSchema(
    (
        Column("id", "bigint", key=True),
        Column("age", "smallint"),
        Column("paid", "decimal(10,2)"),
        Column("day", "date"),
        Column("city", "string", sensitive=True),
        Column("member", "boolean"),
    )
)
ROWS = pa.table(
    {
        "id": pa.array([1, 2, 3], pa.int64()),
        "age": pa.array([30, None, 50], pa.int16()),
        "paid": pa.array([Decimal("1.50"), Decimal("2.25"), None], pa.decimal128(10, 2)),
        "day": pa.array([date(1970, 1, 2), date(1970, 1, 1), None]),
        "city": pa.array(["Rome", "Oslo", "Rome"]),
        "member": pa.array([True, False, None]),
    }
)


def read(rows: pa.Table = ROWS) -> Features:
    return read_features(rows, feature_columns([ROWS], SCHEMA))


def test_numbers_are_themselves_and_labels_their_place_by_frequency() -> None:
    found = read()
    assert found.names == ("age", "paid", "day", "city", "member")  # a key is no feature
    assert found.nominal == [3, 4]
    nan = np.nan
    wanted = [[30, 1.5, 1, 0, 1], [nan, 2.25, 0, 1, 0], [50, nan, nan, 0, nan]]
    np.testing.assert_array_equal(found.values, wanted)
    assert found.columns[3].labels == ("Rome", "Oslo") and found.columns[3].sensitive


def test_a_label_that_the_real_rows_lack_is_unknown() -> None:
    other = ROWS.set_column(4, "city", pa.array(["Bonn", "Oslo", None]))
    city = read(other).column("city")
    np.testing.assert_array_equal(city, [2, 1, np.nan])
    assert read().columns[3].unknown == 2


def test_labels_are_those_of_all_tables_that_are_given() -> None:
    other = ROWS.set_column(4, "city", pa.array(["Bonn", "Bonn", "Bonn"]))
    assert feature_columns([ROWS, other], SCHEMA)[3].labels == ("Bonn", "Rome", "Oslo")


def test_rows_are_taken_stacked_and_left_without_columns() -> None:
    found = read()
    assert len(found.take(np.array([True, False, True]))) == 2
    assert len(stacked([found, found])) == 6
    assert found.without(["age", "city"]).names == ("paid", "day", "member")
    with pytest.raises(ValueError, match="not in"):
        found.column("no")


def test_entities_go_with_their_rows() -> None:
    columns = feature_columns([ROWS], SCHEMA)
    found = read_features(ROWS, columns, np.array([7, 7, 9]))
    assert found.take(np.array([0, 2])).entities is not None
    np.testing.assert_array_equal(found.take(np.array([0, 2])).entities, [7, 9])

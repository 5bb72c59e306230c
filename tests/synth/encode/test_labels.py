"""How values and ranges are printed, by hand."""

import numpy as np
import pytest

from synth.encode.cells import Cells
from synth.encode.labels import range_labels, show, unit_of
from synth.table.schema import Column

DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("type_", "unit"),
    [
        ("date", "date"),
        ("timestamp", "timestamp"),
        ("timestamp_ntz", "timestamp"),
        ("boolean", "boolean"),
        ("decimal(8,2)", "number"),
    ],
)
def test_units(type_: str, unit: str) -> None:
    assert unit_of(Column("c", type_)) == unit


@pytest.mark.parametrize(
    ("type_", "value", "decimals", "shown"),
    [
        ("int", -7, 17, "-7"),
        ("decimal(8,2)", 12345, 17, "123.45"),
        ("decimal(38,10)", 0.5, 17, "0.5"),
        ("double", 2.5, 2, "2.50"),
        ("double", 1 / 3, 17, "0.333333"),
        ("double", np.finfo(np.float64).max, 0, "1.79769e+308"),  # and not its 309 digits
        ("date", -1, 17, "1969-12-31"),
        ("timestamp", DAY + 3_661_000_000, 17, "1970-01-02 01:01:01"),
        ("timestamp", -DAY * 719_162, 17, "0001-01-01 00:00:00"),
        ("timestamp_ntz", DAY * 4_000_000 - 1, 17, "12921-08-17 23:59:59"),
        ("date", 4_000_000, 17, "12921-08-18"),
    ],
)
def test_one_value(type_: str, value: float, decimals: int, shown: str) -> None:
    assert show(Column("c", type_), value, decimals) == shown


def labels(column: Column, lower: list[float], upper: list[float], step: int = 1) -> list[str]:
    kind = np.int64 if column.type in ("int", "date") else np.float64
    cells = Cells(np.array(lower, kind), np.array(upper, kind), np.ones(len(lower), np.int64))
    return range_labels(column, cells, step, decimals=1)


def test_intervals_of_whole_numbers_end_at_the_last_value_on_the_grid() -> None:
    assert labels(Column("c", "int"), [39, 40, 50], [39, 45, 51]) == ["39", "40 to 44", "50"]
    assert labels(Column("c", "int"), [40], [60], step=5) == ["40 to 55"]
    assert labels(Column("c", "date"), [0], [7]) == ["1970-01-01 to 1970-01-07"]
    assert labels(Column("c", "date"), [0], [31]) == ["1970-01-01 to 1970-02-01"]


def test_intervals_of_floats_are_open_above() -> None:
    assert labels(Column("c", "double"), [0.5, 1.0], [0.5, 2.0]) == ["0.5", "1.0 to 2.0"]


def test_sensitive_columns_show_their_order_alone() -> None:
    shown = labels(Column("c", "int", sensitive=True), [39, 40], [39, 45])
    assert shown == ["range 1", "range 2"]

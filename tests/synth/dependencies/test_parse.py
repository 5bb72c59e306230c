"""A user's own dependency, and what is said of a wrong one."""

from typing import Any

import pyarrow as pa
import pytest

from synth.dependencies.dependency import DependencyError
from synth.dependencies.parse import parse_dependency
from tests.synth.dependencies.tables import (
    flights,
    schema_of,
)


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return flights()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"kind": "magic", "sources": ["day"], "target": "hour"}, "no dependency of kind 'magic'"),
        ({"kind": "functional", "sources": ["dai"], "target": "hour"}, "no column 'dai'"),
        ({"kind": "functional", "sources": "day", "target": "hour"}, "a list"),
        ({"kind": "functional", "sources": ["day"]}, "needs 'target'"),
        ({"kind": "functional", "sources": ["day"], "target": "day"}, "twice"),
        ({"kind": "functional", "sources": ["day"], "target": "hour", "x": 1}, "no field 'x'"),
        ({"kind": "functional", "sources": [], "target": "hour"}, "at least one source"),
        (
            {"kind": "functional", "sources": ["day", "month", "year"], "target": "hour"},
            "one or two sources",
        ),
        ({"kind": "clock_part", "sources": ["dep_time"], "target": "hour"}, "needs 'part'"),
        ({"kind": "clock_sum", "sources": ["origin", "day"], "target": "hour"}, "'origin'"),
        ({"kind": "sum", "sources": ["origin", "day"], "target": "hour"}, "'origin'"),
        ({"kind": "sum", "sources": ["day"], "target": "hour"}, "2 to 6"),
        ({"kind": "order", "sources": ["day"], "target": "origin"}, "of one type"),
        ({"kind": "shift", "sources": ["day", "hour"], "target": "time_hour"}, "of one type"),
        (
            {"kind": "calendar_part", "sources": ["day"], "target": "hour", "part": "hour"},
            "date or timestamp",
        ),
        (
            {
                "kind": "calendar_compose",
                "sources": ["year", "month", "day"],
                "target": "time_hour",
                "zone": "Mars/Olympus",
            },
            "no time zone",
        ),
        ({"kind": "calendar_compose", "sources": ["year"], "target": "time_hour"}, "3 to 6"),
        ({"kind": "order", "sources": 5, "target": "hour"}, r"write \[5\]"),
        ({"kind": "order", "sources": ["day"], "target": ["hour"]}, "no column"),
        ({"kind": "sum", "sources": ["day", "month"], "target": "hour", "signs": 1}, "a list"),
        ({"kind": "sum", "sources": ["day", "month"], "target": "hour", "signs": [1, []]}, "list"),
        ({"kind": "sum", "sources": ["day", "month"], "target": "hour", "signs": [1, 2]}, "or -1"),
        (
            {"kind": "sum", "sources": ["day", "month"], "target": "hour", "decimals": "x"},
            "decimals is a whole number, not 'x'",
        ),
        (
            {"kind": "sum", "sources": ["day", "month"], "target": "hour", "decimals": -1},
            "0 to 18",
        ),
        (
            {"kind": "clock_sum", "sources": ["day", "hour"], "target": "minute", "midnight": "0h"},
            "midnight is a whole number",
        ),
        (
            {"kind": "clock_sum", "sources": ["day", "hour"], "target": "minute", "midnight": 24},
            "0 or 2400",
        ),
        (
            {
                "kind": "clock_part",
                "sources": ["day"],
                "target": "hour",
                "part": "hour",
                "midnight": 7,
            },
            "0 or 24",
        ),
        ({"kind": "clock_part", "sources": ["day"], "target": "hour", "part": []}, "a word"),
        (
            {"kind": "product", "sources": ["day", "hour"], "target": "minute", "powers": "1"},
            r"powers is a list such as \[1, -1\], not '1'",
        ),
        (
            {"kind": "product", "sources": ["day", "hour"], "target": "minute", "shapes": [1, 2]},
            "shapes is a list of words",
        ),
        ("order", "fields kind, sources and target"),
    ],
)
def test_a_wrong_dependency_is_explained(data: Any, message: str, table: pa.Table) -> None:
    with pytest.raises(DependencyError, match=message):
        parse_dependency(data, schema_of(table))


def test_a_product_takes_its_powers_and_shapes(table: pa.Table) -> None:
    data = {"kind": "product", "sources": ["distance", "air_time"], "target": "hour"}
    own = {"powers": [1, -1], "shapes": ["plain", "plain"], "scale": 60}
    rule = parse_dependency(data | own, schema_of(table))
    assert rule.describe() == "hour is 60 times distance by air_time"

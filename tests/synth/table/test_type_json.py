import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from synth.table.type_json import type_from_json, type_to_json, values_from_json, values_to_json

TYPES = [
    pa.decimal256(60, 2),
    pa.timestamp("ns", "Europe/Berlin"),
    pa.dictionary(pa.int8(), pa.large_string(), ordered=True),
    pa.duration("ms"),
    pa.time32("s"),
    pa.null(),
]
VALUES = [
    pa.array(["a", None, "", "it's"]),
    pa.array([2**63 - 1, -(2**63)]),
    pa.array([0.1, 1e300, float("inf")]),
    pa.array([True, False]),
    pa.array([date(2024, 2, 29), date(1, 1, 1)]),
    pa.array([datetime(2024, 7, 1, 3, 4, 5, 6, tzinfo=UTC)], pa.timestamp("us", "UTC")),
    pa.array([Decimal("1.50"), Decimal("-12345678901234567890.10")], pa.decimal128(38, 2)),
]


@pytest.mark.parametrize("type_", TYPES, ids=str)
def test_a_type_equals_itself_through_json(type_: pa.DataType) -> None:
    data = json.loads(json.dumps(type_to_json(type_)))
    assert type_from_json(data) == type_ and data["name"] == str(type_)


@pytest.mark.parametrize("values", VALUES, ids=lambda v: str(v.type))
def test_values_equal_themselves_through_json(values: pa.Array) -> None:
    data = json.loads(json.dumps(values_to_json(values), allow_nan=False))
    assert values_from_json(data).equals(values)


def test_a_type_of_another_version_is_none() -> None:
    assert type_from_json({"name": "new", "schema": "AAAA"}) is None

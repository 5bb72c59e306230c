import pyarrow as pa
import pytest

from synth.dependencies.column_types import TIMES, require_number
from synth.dependencies.dependency import DependencyError
from synth.table.schema import TableSchema

TYPES = {
    "n": pa.int8(),
    "x": pa.float64(),
    "money": pa.decimal128(12, 2),
    "wide": pa.decimal128(38, 2),
    "day": pa.date32(),
    "at": pa.timestamp("us", tz="UTC"),
    "clock": pa.timestamp("us"),
    "text": pa.string(),
}
SCHEMA = TableSchema.from_arrow(pa.schema(list(TYPES.items())))


@pytest.mark.parametrize("name", ["n", "x", "money"])
def test_numbers_are_admitted(name: str) -> None:
    require_number(SCHEMA, name)


@pytest.mark.parametrize(
    ("name", "type_name"),
    [("day", "date"), ("text", "string"), ("wide", r"decimal\(38,2\)"), ("at", "timestamp")],
)
def test_what_is_no_number_is_named_with_its_type(name: str, type_name: str) -> None:
    message = f"^column '{name}' is of type {type_name}: it must be a number$"
    with pytest.raises(DependencyError, match=message):
        require_number(SCHEMA, name)


def test_times_are_dates_and_both_timestamps() -> None:
    assert {SCHEMA[name].type for name in ("day", "at", "clock")} == set(TIMES)

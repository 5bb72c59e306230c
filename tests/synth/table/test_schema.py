import pyarrow as pa
import pytest

from synth.table.schema import Column, TableSchema, arrow_type, is_supported, type_of_arrow

TYPES = ["boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "string", "date"]
TYPES += ["timestamp", "timestamp_ntz", "decimal(10,2)", "decimal(38,18)"]


def schema() -> TableSchema:
    names = ["a b", "dot.ted", 'quo"te', "back`tick", "größe"]
    return TableSchema(tuple(Column(name, "int", nullable=False) for name in names))


def test_a_schema_equals_itself_through_json() -> None:
    marked = schema().marked(sensitive=["größe"], keys=["a b"])
    assert TableSchema.from_json(marked.to_json()) == marked
    assert marked["größe"].sensitive and not marked["a b"].sensitive
    assert marked["a b"].key


@pytest.mark.parametrize("name", TYPES)
def test_every_supported_type_survives_arrow(name: str) -> None:
    assert type_of_arrow(arrow_type(name)) == name


@pytest.mark.parametrize("name", ["binary", "array<int>", "map<string,int>", "struct<a:int>"])
def test_binary_and_nested_types_are_refused_by_name(name: str) -> None:
    assert not is_supported(name)
    with pytest.raises(ValueError, match="not supported"):
        arrow_type(name)
    assert TableSchema((Column("x", name), Column("y", "int"))).unsupported[0].name == "x"


def test_arrow_types_that_spark_lacks_are_read_as_their_nearest() -> None:
    assert type_of_arrow(pa.large_string()) == "string"
    assert type_of_arrow(pa.dictionary(pa.int8(), pa.string())) == "string"
    assert type_of_arrow(pa.uint8()) == "smallint"
    assert type_of_arrow(pa.timestamp("ns", tz="Europe/Berlin")) == "timestamp"


def test_unknown_and_repeated_columns_are_named() -> None:
    with pytest.raises(KeyError, match="missing"):
        schema().marked(sensitive=["missing"])
    with pytest.raises(ValueError, match="'x' appears twice"):
        TableSchema((Column("x", "int"), Column("x", "int")))

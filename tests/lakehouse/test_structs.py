"""Structs as columns of their fields, and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.declarations import Declared, DeclaredColumn
from lakehouse.files import ReadOptions, read_source
from lakehouse.structs import (
    declared_in_fields,
    declared_in_structs,
    in_fields,
    in_structs,
    structs_of,
)
from lakehouse.tables import write
from synth.table.errors import InputError
from synth.table.struct_fields import Field, note_on

DDL = (
    "id int, home struct<city: string, `geo point`: struct<lat: double, lon: double>, born: date>, "
    "`home.city` string, tags array<string>, odd struct<of: array<int>>, empty_names struct<a: int>"
)
ROWS = [
    (1, ("Rome", (41.9, 12.5), None), "x", ["a"], ([1],), (7,)),
    (2, ("Oslo", None, None), None, [], None, (None,)),
    (3, None, "y", None, (None,), None),
    (4, (None, (None, 1.0), None), "z", ["b"], ([],), (8,)),
]


@pytest.fixture(scope="module")
def frame(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(ROWS, DDL)


def test_structs_of_plain_fields_are_carried_and_others_are_not(frame: DataFrame) -> None:
    home, short = structs_of(frame.schema)
    assert home.name == "home" and short.leaves == ("empty_names.a",)
    assert home.leaves == (
        "home.city (nested)",  # a column of that name stands beside it
        "home.geo point.lat",
        "home.geo point.lon",
        "home.born",
    )
    assert "where all of them are null, it is null" in note_on(home)
    assert Field.from_json(home.to_json()) == home


def test_comments_are_kept_and_those_of_fields_are_said_to_be_lost(spark: SparkSession) -> None:
    schema = spark.createDataFrame([], "a struct<x: int comment 'inner'> comment 'outer'").schema
    (one,) = structs_of(schema)
    assert one.comment == "outer" and one.fields[0].comment == "inner"
    assert "comments of its fields are not carried over" in note_on(one)
    told = declared_in_fields(Declared((DeclaredColumn("a", "struct<x:int>"),)), [one])
    assert told.columns[0].comment == "inner"


def test_there_and_back_a_row_is_what_it_was(frame: DataFrame) -> None:
    structs = structs_of(frame.schema)
    flat = in_fields(frame, structs)
    assert flat.columns[:6] == ["id", *structs[0].leaves, "home.city"]
    assert [row[1] for row in flat.orderBy("id").collect()] == ["Rome", "Oslo", None, None]
    again = in_structs(flat, structs)
    assert again.columns == frame.columns
    assert again.schema["home"].dataType == frame.schema["home"].dataType
    found = [tuple(row) for row in again.orderBy("id").collect()]
    wanted = [tuple(row) for row in frame.orderBy("id").collect()]
    assert found[1][1] == wanted[1][1]  # a struct in it that was null is null
    assert found[1][5] is None  # a struct of nulls alone is null
    same = [0, 2, 3]
    assert [found[place] for place in same] == [wanted[place] for place in same]
    assert in_fields(flat, structs).columns == flat.columns  # nothing is left to take apart


def test_a_struct_that_is_never_null_stays_so_and_fields_may_be_left_out(
    spark: SparkSession,
) -> None:
    schema = "a struct<x: int, y: struct<z: int, u: string>> not null, b int"
    frame = spark.createDataFrame([((None, (None, None)), 1)], schema)
    (one,) = structs_of(frame.schema)
    flat = in_fields(frame, [one])
    assert in_structs(flat, [one]).collect()[0]["a"] == (None, None)
    left = in_structs(flat.drop("a.x", "a.y.z"), [one])
    assert left.schema["a"].dataType.simpleString() == "struct<y:struct<u:string>>"
    assert in_structs(flat.select("b"), [one]).columns == ["b"]


def test_names_that_differ_in_case_alone_are_not_carried(spark: SparkSession) -> None:
    schema = spark.createDataFrame([], "a struct<x: int, y: int>").schema
    assert len(structs_of(schema)) == 1
    schema["a"].dataType.fields[1].name = "X"  # type: ignore[attr-defined]
    assert structs_of(schema) == ()


def test_what_is_declared_of_structs_is_said_of_their_fields(spark: SparkSession) -> None:
    schema = "a struct<x: int not null, y: int> not null, b struct<x: int not null>"
    structs = structs_of(spark.createDataFrame([], schema).schema)
    columns = tuple(DeclaredColumn(name, "struct<x:int>", name != "a") for name in ("a", "b", "c"))
    declared = Declared(columns, clustered_by=("a.x", "c"))
    told = declared_in_fields(declared, structs)
    assert [(c.name, c.type, c.nullable) for c in told.columns] == [
        ("a.x", "int", False),
        ("a.y", "int", True),
        ("b.x", "int", True),
        ("c", "struct<x:int>", True),
    ]
    assert told.clustered_by == ("c",) and "clustering by the field 'a.x'" in told.notes[0]
    assert [c.name for c in declared_in_structs(told, structs).columns] == ["c"]


def test_a_source_is_read_by_fields_where_that_is_asked(
    spark: SparkSession, frame: DataFrame, tmp_path: Path
) -> None:
    name = str(tmp_path / "people")
    write(frame, name, app_id="people")
    with pytest.raises(InputError, match=r"drop or fields, which learns structs by their fields"):
        read_source(spark, name, ReadOptions())
    source = read_source(spark, name, ReadOptions(unsupported="fields"))
    assert source.frame.columns == [
        "id",
        *source.structs[0].leaves,
        "home.city",
        *source.structs[1].leaves,
    ]
    said = "\n".join(source.notes)
    assert "left out, as their types cannot be synthesised: 'tags' (array<string>), 'odd'" in said
    assert "column 'home' is learned by its fields 'home.city (nested)'" in said


def test_nested_json_is_read_by_fields(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    lines = ['{"id": 1, "home": {"city": "Rome", "since": "2021-01-02"}}', '{"id": 2}']
    path.write_text("\n".join(lines), "utf-8")
    source = read_source(spark, str(path), ReadOptions(unsupported="fields"))
    assert sorted(source.frame.columns) == ["home.city", "home.since", "id"]
    (row,) = source.frame.where("id = 1").collect()
    assert row["home.city"] == "Rome"

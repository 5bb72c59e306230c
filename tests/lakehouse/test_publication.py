"""A publication is there whole or not at all: rows, columns, what they say, their lineage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse import tables
from lakehouse.declarations import NOTHING, Declared, DeclaredColumn, read_declared
from lakehouse.lineage import BEING_WRITTEN, UNFINISHED, VERDICT, read_lineage
from lakehouse.publication import Publication, publish_table
from lakehouse.tables import OWN, ForeignTable, TableRef, sql_name
from synth.table.errors import InputError
from tests.commits import history
from tests.lakehouse.names import BAD_NAMES

TEXTS = Declared(
    (
        DeclaredColumn("n", "int"),
        DeclaredColumn("code", "varchar(5)", comment="a code", default="'none'"),
        DeclaredColumn("day", "date"),
    ),
    checks={"positive": "n > 0"},
    partitioned_by=("day",),
    properties={"delta.logRetentionDuration": "interval 90 days", "team": "sales"},
)
STRICT = Declared(
    (
        DeclaredColumn("n", "int", nullable=False),
        DeclaredColumn("code", "string"),
        DeclaredColumn("day", "date"),
    )
)


def said(run: str, declared: Declared = NOTHING, **comments: str) -> Publication:
    properties = {"lakesynth.run_id": run, VERDICT: "published"}
    return Publication(
        properties, UNFINISHED, {"run_id": run}, "made up", comments, declared=declared
    )


def days(spark: SparkSession, *numbers: int) -> DataFrame:
    rows = [(n, f"c{n}", date(2024, 1, 1 + n % 3)) for n in numbers]
    return spark.createDataFrame(rows, "n int, code string, day date")


def _raise(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches
    raise OSError("the disk is full")


def breaking(frame: DataFrame) -> DataFrame:
    """Rows whose writing breaks off after some of them."""
    return frame.mapInArrow(_raise, frame.schema)


def numbers_in(spark: SparkSession, name: str, version: int | None = None) -> list[int]:
    found = tables.read(spark, TableRef(name, version)).select("n").collect()
    return sorted(row.n for row in found)


def test_a_publication_is_one_commit_with_all_that_is_said(spark: SparkSession, lake: Path) -> None:
    name, words = str(lake / "t"), "it's `made` up"
    done = publish_table(
        days(spark, 1, 2), name, said("first", TEXTS, code="a code", n=words), app_id="first"
    )
    assert [commit["version"] for commit in history(spark, name)] == [0]
    assert history(spark, name)[0]["userMetadata"] == {"run_id": "first", "app_id": "first"}
    assert (done.version, done.rows) == (0, 2)
    found = read_declared(spark, sql_name(name))
    columns = {column.name: column for column in found.columns}
    assert columns["code"] == TEXTS.find("code")
    assert columns["n"].comment == words
    assert found.comment == "made up"
    assert (found.checks, found.partitioned_by) == (TEXTS.checks, ("day",))
    properties = tables.properties(spark, name)
    assert TEXTS.properties.items() <= properties.items()
    assert properties["lakesynth.run_id"] == "first" and properties[OWN] == "true"
    assert properties["delta.enableDeletionVectors"] == "false"
    with pytest.raises(Exception, match="positive"):
        spark.sql(f"INSERT INTO {sql_name(name)} VALUES (0, 'x', DATE'2024-01-01')")


def test_the_next_publication_is_one_more_commit_and_the_old_rows_keep_their_lineage(
    spark: SparkSession, lake: Path
) -> None:
    name = str(lake / "t")
    publish_table(days(spark, 1), name, said("first", n="Synthetic"), app_id="first")
    second = publish_table(days(spark, 2, 3), name, said("second", n="Synthetic"), app_id="second")
    assert [commit["version"] for commit in history(spark, name)] == [1, 0]
    assert (second.version, second.rows) == (1, 2)
    assert numbers_in(spark, name) == [2, 3] and numbers_in(spark, name, 0) == [1]
    assert tables.properties(spark, name)["lakesynth.run_id"] == "second"
    assert publish_table(days(spark, 9), name, said("second"), app_id="second") == second
    assert [commit["version"] for commit in history(spark, name)] == [1, 0]


def test_columns_may_change_and_names_may_hold_anything(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    publish_table(days(spark, 1), name, said("first"), app_id="first")
    columns = {bad: f"Synthetic values of {bad!r}." for bad in BAD_NAMES}
    frame = spark.createDataFrame([tuple(range(len(BAD_NAMES)))], [*BAD_NAMES])
    declared = Declared(partitioned_by=BAD_NAMES[1:])
    publish_table(frame, name, said("second", declared, **columns), app_id="second")
    found = read_declared(spark, sql_name(name))
    assert {column.name: column.comment for column in found.columns} == columns
    assert found.partitioned_by == BAD_NAMES[1:]
    assert len(history(spark, name)) == 2


@pytest.mark.parametrize("declared", [NOTHING, STRICT])
def test_one_that_breaks_off_leaves_no_table_that_says_it_is_published(
    spark: SparkSession, lake: Path, declared: Declared
) -> None:
    name = str(lake / "t")
    with pytest.raises(Exception, match="the disk is full"):
        publish_table(breaking(days(spark, 1)), name, said("first", declared), app_id="first")
    if declared == NOTHING:
        assert tables.current_version(spark, name) is None
    else:
        assert tables.properties(spark, name)[VERDICT] == BEING_WRITTEN
        with pytest.raises(InputError, match=r"being written, or its publication broke off"):
            read_lineage(spark, name)
    publish_table(days(spark, 1), name, said("first", declared), app_id="first")
    assert numbers_in(spark, name) == [1]
    assert tables.properties(spark, name)[VERDICT] == "published"


@pytest.mark.parametrize("declared", [NOTHING, STRICT])
def test_one_that_breaks_off_leaves_the_rows_before_it_under_their_own_lineage(
    spark: SparkSession, lake: Path, declared: Declared
) -> None:
    name = str(lake / "t")
    publish_table(days(spark, 1), name, said("first", declared), app_id="first")
    with pytest.raises(Exception, match="the disk is full"):
        publish_table(breaking(days(spark, 2)), name, said("second", declared), app_id="second")
    assert numbers_in(spark, name) == [1]
    properties = tables.properties(spark, name)
    assert properties["lakesynth.run_id"] == "first"
    assert properties[VERDICT] == ("published" if declared == NOTHING else BEING_WRITTEN)
    publish_table(days(spark, 2), name, said("second", declared), app_id="second")
    assert numbers_in(spark, name) == [2]
    assert tables.properties(spark, name)["lakesynth.run_id"] == "second"
    assert tables.properties(spark, name)[VERDICT] == "published"


def test_columns_that_are_not_null_stay_so(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    for run in ("first", "second"):
        publish_table(days(spark, 1), name, said(run, STRICT), app_id=run)
        assert not tables.read(spark, TableRef(name)).schema["n"].nullable


def test_layout_and_properties_that_somebody_chose_stay(spark: SparkSession, lake: Path) -> None:
    clustered, parted = str(lake / "c"), str(lake / "p")
    for name, layout in ((clustered, "CLUSTER BY (n)"), (parted, "PARTITIONED BY (day)")):
        spark.sql(
            f"CREATE TABLE {sql_name(name)} (n INT, code STRING, day DATE) USING delta {layout} "
            "TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'owner_team' = 'x')"
        )
        publish_table(days(spark, 1), name, said("first"), app_id="first")
        properties = tables.properties(spark, name)
        assert properties["delta.enableChangeDataFeed"] == "true"
        assert properties["owner_team"] == "x"
    assert read_declared(spark, sql_name(clustered)).clustered_by == ("n",)
    assert read_declared(spark, sql_name(parted)).partitioned_by == ("day",)


def test_rows_of_somebody_else_are_not_replaced(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    days(spark, 1).write.format("delta").save(name)
    with pytest.raises(ForeignTable, match="it was not Lakesynth that wrote it"):
        publish_table(days(spark, 2), name, said("first"), app_id="first")
    assert numbers_in(spark, name) == [1]


def test_a_table_of_the_catalog_is_published_as_a_folder_is(spark: SparkSession) -> None:
    name = "spark_catalog.default.lakesynth_published"
    spark.sql(f"DROP TABLE IF EXISTS {name}")
    for run in ("first", "second"):
        publish_table(days(spark, 1), name, said(run, n="Synthetic"), app_id=run)
    assert [commit["version"] for commit in history(spark, name)] == [1, 0]
    assert tables.properties(spark, name)["lakesynth.run_id"] == "second"
    spark.sql(f"DROP TABLE {name}")

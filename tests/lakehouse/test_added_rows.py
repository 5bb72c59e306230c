"""Rows that were added after a version: told by the log, else by the change data feed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.added_rows import rows_added
from lakehouse.tables import current_version, sql_name
from synth.table.errors import InputError

FEED = "TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')"


def table(
    spark: SparkSession, lake: Path, columns: str = "id INT, word STRING", more: str = ""
) -> str:
    """A table whose version 1 has the ids 1 and 2."""
    spark.sql(f"CREATE TABLE {sql_name(f'{lake}/t')} ({columns}) USING delta {more}")
    insert(spark, lake, 1, 2)
    return f"{lake}/t"


def insert(spark: SparkSession, lake: Path, *ids: int) -> None:
    rows = spark.createDataFrame([(i, str(i)) for i in ids], "id INT, word STRING").coalesce(1)
    rows.writeTo(sql_name(f"{lake}/t")).append()


def ids(frame: DataFrame) -> list[int]:
    return sorted(row.id for row in frame.collect())


def spoil(lake: Path, version: int) -> None:
    """Break the files that a commit wrote: who reads one of them fails."""
    log = lake / "t" / "_delta_log" / f"{version:020d}.json"
    actions = map(json.loads, log.read_text().splitlines())
    for path in [action["add"]["path"] for action in actions if "add" in action]:
        file = lake / "t" / path
        file.write_bytes(b"spoilt")
        file.with_name(f".{file.name}.crc").unlink()


def test_appended_rows_are_read_alone(spark: SparkSession, lake: Path) -> None:
    name = table(spark, lake)
    insert(spark, lake, 3)
    spark.sql(f"OPTIMIZE {sql_name(name)}")
    spark.sql(f"ALTER TABLE {sql_name(name)} SET TBLPROPERTIES ('x' = 'y')")
    insert(spark, lake, 4, 5)
    spoil(lake, 1)
    assert ids(rows_added(spark, name, 1, 5)) == [3, 4, 5]
    assert ids(rows_added(spark, name, 1, 2)) == [3]
    assert ids(rows_added(spark, name, 2, 4)) == ids(rows_added(spark, name, 5, 5)) == []
    assert rows_added(spark, name, 2, 4).dtypes == rows_added(spark, name, 5, 5).dtypes


def test_ranges_that_are_none_are_refused(spark: SparkSession, lake: Path) -> None:
    name = table(spark, lake)
    with pytest.raises(InputError, match="after version 1 up to version 0: begin with"):
        rows_added(spark, name, 1, 0)
    with pytest.raises(InputError, match="after version -1 up to"):
        rows_added(spark, name, -1, 0)
    with pytest.raises(InputError, match="no version 9, the newest is 1"):
        rows_added(spark, name, 1, 9)
    with pytest.raises(InputError, match="no Delta table at"):
        rows_added(spark, f"{lake}/none", 0, 1)


def test_rows_that_were_removed_are_refused(spark: SparkSession, lake: Path) -> None:
    name = table(spark, lake)
    insert(spark, lake, 3)
    spark.sql(f"DELETE FROM {sql_name(name)} WHERE id = 1")
    with pytest.raises(InputError, match=r"version 3 \(DELETE\) removed or rewrote rows.*not on"):
        rows_added(spark, name, 1, 3)
    assert ids(rows_added(spark, name, 1, 2)) == [3]
    spark.sql(f"ALTER TABLE {sql_name(name)} ADD COLUMNS (more INT)")
    with pytest.raises(InputError, match=r"changed between version 3 and version 4 \('more'\)"):
        rows_added(spark, name, 3, 4)


def test_the_feed_tells_inserts_of_rewritten_files(spark: SparkSession, lake: Path) -> None:
    name = table(spark, lake, more=FEED)
    spark.createDataFrame([(2, "b"), (3, "c")], "id INT, word STRING").createOrReplaceTempView(
        "new"
    )
    merge = f"MERGE INTO {sql_name(name)} t USING new ON t.id = new.id"
    # Not one that only inserts: that would rewrite no file.
    spark.sql(f"{merge} WHEN MATCHED AND t.id > 9 THEN DELETE WHEN NOT MATCHED THEN INSERT *")
    spark.sql(f"{merge} WHEN MATCHED AND t.id = 2 THEN UPDATE SET word = 'changed'")
    found = rows_added(spark, name, 1, 2)
    assert found.columns == ["id", "word"] and ids(found) == [3]
    with pytest.raises(InputError, match="version 3 deleted or changed rows, by the change data"):
        rows_added(spark, name, 1, 3)


def test_vacuumed_files_and_an_expired_log_are_said(spark: SparkSession, lake: Path) -> None:
    name = table(spark, lake, more="TBLPROPERTIES ('delta.checkpointInterval' = '2')")
    insert(spark, lake, 3)
    insert(spark, lake, 4)
    log = lake / "t" / "_delta_log"
    added = (log / f"{2:020d}.json").read_text()
    next(file for file in (lake / "t").glob("*.parquet") if file.name in added).unlink()
    with pytest.raises(InputError, match="added after version 1 were vacuumed"):
        rows_added(spark, name, 1, 3)
    for version in range(3):  # their checkpoint stays
        (log / f"{version:020d}.json").unlink()
    with pytest.raises(InputError, match="log of versions 1 to 3 has expired"):
        rows_added(spark, name, 1, 3)
    assert current_version(spark, name) == 3

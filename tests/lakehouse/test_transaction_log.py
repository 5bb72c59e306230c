"""A table's metadata at each of its versions, from its log."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.tables import current_version, sql_name
from lakehouse.transaction_log import LogNotReadable, read_metadata


def test_each_version_has_the_metadata_of_its_time(spark: SparkSession, lake: Path) -> None:
    folder = f"{lake}/t"
    table = sql_name(folder)
    spark.sql(
        f"CREATE TABLE {table} (a INT, b INT GENERATED ALWAYS AS (a + 1)) USING delta "
        "CLUSTER BY (a) COMMENT 'first' TBLPROPERTIES ('delta.checkpointInterval' = '2')"
    )
    spark.sql(f"COMMENT ON TABLE {table} IS 'second'")
    spark.sql(f"ALTER TABLE {table} CLUSTER BY NONE")
    spark.sql(f"ALTER TABLE {table} SET TBLPROPERTIES ('x' = 'y')")
    assert current_version(spark, folder) == 3
    assert list((lake / "t" / "_delta_log").glob("*.checkpoint*"))  # both kinds of files are read
    found = [read_metadata(spark, folder, version) for version in range(4)]
    assert [one.comment for one in found] == ["first", "second", "second", "second"]
    assert [one.clustered_by for one in found] == [("a",), ("a",), (), ()]
    assert ["x" in one.properties for one in found] == [False, False, False, True]
    assert all('"delta.generationExpression":"a + 1"' in one.schema for one in found)


def test_a_version_that_the_log_lacks_is_said(spark: SparkSession, lake: Path) -> None:
    folder = f"{lake}/t"
    spark.sql(f"CREATE TABLE {sql_name(folder)} (a INT) USING delta")
    with pytest.raises(LogNotReadable, match="lacks version 1"):
        read_metadata(spark, folder, 7)

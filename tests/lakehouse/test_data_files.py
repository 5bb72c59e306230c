"""Files of a table read by themselves show what the table shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.commits import AddedFile, read_commits
from lakehouse.data_files import read_files
from lakehouse.tables import sql_name
from lakehouse.transaction_log import read_metadata

COLUMNS = "day DATE, `a b` INT, word STRING, at TIMESTAMP, "
COLUMNS += "s STRUCT<x: INT, `y z`: ARRAY<STRUCT<k: INT>>>"
ROWS = """
    (DATE'2024-01-02', 1, 'a=b/c %20+é [1]', TIMESTAMP'2024-01-02 03:04:05.678Z',
     named_struct('x', 7, 'y z', array(named_struct('k', 5)))),
    (NULL, NULL, '', NULL, NULL), (DATE'1500-01-02', 3, '*', TIMESTAMP'1999-12-31 23:59:59Z', NULL)
"""


@pytest.mark.parametrize("mapping", ["name", "none"])
def test_partitions_mapped_names_and_any_characters(
    spark: SparkSession, lake: Path, mapping: str
) -> None:
    folder = f"{lake}/the [lake] é+%41/t"
    columns = COLUMNS if mapping == "name" else COLUMNS.replace("a b", "ab").replace("y z", "yz")
    table = sql_name(folder)
    spark.sql(
        f"CREATE TABLE {table} ({columns}) USING delta PARTITIONED BY (day, word, at) "
        f"TBLPROPERTIES ('delta.columnMapping.mode' = '{mapping}')"
    )
    spark.sql(f"INSERT INTO {table} VALUES {ROWS}")
    whole, metadata = spark.table(table), read_metadata(spark, folder, 1)
    found = read_files(spark, read_commits(spark, folder, 0, 1).added, metadata)
    assert found.dtypes == whole.dtypes
    assert sorted(map(str, found.collect())) == sorted(map(str, whole.collect()))
    assert read_files(spark, (), metadata).dtypes == whole.dtypes
    with pytest.raises(FileNotFoundError, match="1 of 1 files of the table are missing"):
        read_files(spark, [AddedFile(f"{folder}/none.parquet", {})], metadata)

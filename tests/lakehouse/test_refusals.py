"""Every way in which an input cannot be read is one sentence: file, reason, remedy."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from lakehouse import tables
from lakehouse.files import ReadOptions, fingerprint, read_source
from lakehouse.refusals import reason_of, refusing
from synth.table.errors import InputError


def refused(spark: SparkSession, source: Path | str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        read_source(spark, str(source), ReadOptions())
    assert "\n" not in str(error.value)
    assert "Exception" not in str(error.value)


def delta_table(spark: SparkSession, folder: Path) -> Path:
    tables.write(spark.range(3), str(folder), app_id="a")
    tables.write(spark.range(4), str(folder), app_id="b")
    return folder


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        ("cut", r"_delta_log/0+2\.json\) cannot be read: its Delta log is damaged"),
        ("text", r"_delta_log/0+2\.json\) cannot be read: its Delta log is damaged"),
        ("gap", r"t cannot be read: its Delta log is damaged, or of a kind"),
        ("empty", r"t cannot be read: its folder _delta_log holds no commit; restore it"),
    ],
)
def test_a_delta_folder_with_a_broken_log(
    spark: SparkSession, lake: Path, harm: str, message: str
) -> None:
    # Written under another name: a session goes on knowing the log of a table that it wrote.
    log = delta_table(spark, lake / "written").rename(lake / "t") / "_delta_log"
    commits = sorted(log.glob("*.json"))
    for crc in log.glob("*.crc"):
        crc.unlink()
    if harm == "cut":
        commits[-1].write_text(commits[-1].read_text()[:100])
    elif harm == "gap":
        commits[0].unlink()
    elif harm == "empty":
        for path in commits:
            path.unlink()
    else:
        commits[-1].write_text("this is no log\n")
    refused(spark, lake / "t", message)


def test_a_delta_folder_whose_files_are_gone(spark: SparkSession, lake: Path) -> None:
    delta_table(spark, lake / "written").rename(lake / "t")
    for path in (lake / "t").glob("*.parquet"):
        path.unlink()
    refused(spark, lake / "t", "t.* cannot be read: a file of it is gone")


def test_a_file_that_is_not_compressed_as_its_suffix_says(spark: SparkSession, lake: Path) -> None:
    (lake / "t.csv.gz").write_text("a,b\n1,2\n")
    refused(spark, lake / "t.csv.gz", r"t\.csv\.gz cannot be read: it is compressed and damaged")
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 50_000)
    (lake / "t.csv.gz").write_bytes(whole[: len(whole) // 2])
    refused(spark, lake / "t.csv.gz", r"t\.csv\.gz cannot be read: it is compressed and damaged")


def test_damage_within_a_parquet_file_is_met_while_its_rows_are_read(
    spark: SparkSession, lake: Path
) -> None:
    path = lake / "t.parquet"
    pq.write_table(pa.table({"n": list(range(20_000))}), path)
    data = bytearray(path.read_bytes())
    data[40:4000] = b"\xff" * 3960
    path.write_bytes(bytes(data))
    message = r"t\.parquet.* cannot be read: a file of it is damaged"
    with pytest.raises(InputError, match=message), refusing(str(path)):
        read_source(spark, str(path), ReadOptions()).frame.agg({"n": "sum"}).collect()


@pytest.mark.parametrize("source", ["s3x://bucket/t", "s3x://bucket/t/a.csv"])
def test_an_address_that_no_file_system_knows(spark: SparkSession, source: str) -> None:
    message = "s3x://bucket/t.* cannot be read: Spark has no file system for that address"
    refused(spark, source, message)
    with pytest.raises(InputError, match=message):
        fingerprint(spark, source)


def test_errors_of_other_kinds_stay_as_they_are() -> None:
    for error in (ValueError("PATH_NOT_FOUND"), AnalysisException("executor lost")):
        assert reason_of(error) is None
        with pytest.raises(type(error)), refusing("/lake/t"):
            raise error


def test_names_that_differ_in_case_alone(spark: SparkSession, lake: Path) -> None:
    pq.write_table(pa.table({"Price": [1, 2], "price": [3, 4]}), lake / "t.parquet")
    refused(spark, lake / "t.parquet", r"t\.parquet.* is called 'price' but for upper case")

"""What lies at a source: files of one kind, a table with its version, or nothing."""

import os
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse import tables
from lakehouse.listing import File, Listing, kind_of, look


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.CSV", "csv"),
        ("a.tsv.gz", "csv"),
        ("dir.json/a.data.bz2", "csv"),
        ("a.ndjson.zst", "json"),
        ("s3a://b/part-0.snappy.parquet", "parquet"),
        ("a.pq", "parquet"),
    ],
)
def test_the_suffix_tells_the_kind(path: str, kind: str) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("a.zip", "a.zip is an archive or a workbook: unpack it first"),
        ("a.csv.tar.gz", "unpack it first"),
        ("a.xlsx", "save it as CSV first"),
        ("a.orc", r"a\.orc has no suffix that tells what it is: use one of \.csv, "),
        ("README", "no suffix"),
    ],
)
def test_other_files_are_refused_with_the_way_out(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kind_of(path)


def file(place: str, size: int = 3, modified: str = "17", root: str = "/lake") -> File:
    return File(f"{root}/{place}", size, modified, place)


def test_a_fingerprint_holds_place_size_and_time_of_every_file() -> None:
    one, two = file("x=1/a.csv"), file("b.csv")
    base = Listing("/lake", "csv", files=(one, two)).fingerprint
    assert base == Listing("/x", "csv", files=(file("x=1/a.csv", root="/x"), two)).fingerprint
    others = [(one,), (two, one), (file("x=1/a.csv", 31, "7"), two)]
    others += [(file("x=1/a.csv", modified="18"), two), (file("x=2/a.csv"), two)]
    assert base not in {Listing("/lake", "csv", files=files).fingerprint for files in others}
    assert Listing("t", "delta", version=7).fingerprint == "version 7"


def test_hidden_files_are_passed_over(spark: SparkSession, lake: Path) -> None:
    for name in ("b.csv", "a.csv", "_SUCCESS", ".a.csv.crc", "_temporary/c.csv", "deep/d.csv"):
        (lake / name).parent.mkdir(exist_ok=True)
        (lake / name).write_text("x\n")
    found = look(spark, str(lake))
    assert (found.kind, found.version) == ("csv", None)
    assert found.paths == [str(lake / name) for name in ("a.csv", "b.csv", "deep/d.csv")]
    assert found.files[0].size == 2
    os.utime(lake / "a.csv", (1, 1))
    assert look(spark, str(lake)).fingerprint != found.fingerprint


def test_a_delta_table_is_found_with_its_version(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "d")
    ref = tables.write(spark.range(2), name, app_id="a")
    assert look(spark, name) == Listing(name, "delta", ref.version)


def test_a_file_by_its_address_is_found_as_the_same_file(spark: SparkSession, lake: Path) -> None:
    folder = lake.parent / "plain"
    folder.mkdir()
    (folder / "a.csv").write_text("x\n1\n")
    found = look(spark, f"file://{folder}")
    assert [(Path(file.path).name, file.size) for file in found.files] == [("a.csv", 4)]
    with pytest.raises(ValueError, match="nothing found at file:///no/where: check the address"):
        look(spark, "file:///no/where")


def test_missing_and_mixed_sources_are_named(spark: SparkSession, lake: Path) -> None:
    with pytest.raises(ValueError, match=r"nothing found at .*nope\.csv: give a CSV, JSON or"):
        look(spark, str(lake / "nope.csv"))
    with pytest.raises(ValueError, match="nothing found at default"):
        look(spark, "default.no_such_table")
    with pytest.raises(ValueError, match="holds no file"):
        look(spark, str(lake))
    for name in ("a.csv", "b.json"):
        (lake / name).write_text("{}")
    with pytest.raises(ValueError, match="several kinds"):
        look(spark, str(lake))

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from pyspark.sql import SparkSession

from jobs.config import Config
from jobs.config_file import load_config
from jobs.judge import Tables, judge
from lakehouse.tables import write
from synth.report.report import Report
from synth.table.errors import InputError
from tests.lakes import people, silent

QUICK = {
    "evaluate.two_sample": False,
    "evaluate.utility": False,
    "evaluate.privacy": "off",
    "privacy.min_entities": 5,
}


def config(real: str, out: Path, **changes: Any) -> Config:
    given = {key.replace("__", "."): value for key, value in changes.items()}
    return load_config(None, {"seed": real, "lake.tables": str(out), **QUICK, **given})


def judged(spark: SparkSession, tables: Tables, out: Path, **changes: Any) -> Report:
    return judge(spark, tables, config(tables.real, out, **changes), out, silent())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "made.parquet"
    pyarrow.parquet.write_table(people(400, 5), path)
    return path


def test_files_and_delta_tables_are_judged_in_the_types_of_the_real_one(
    spark: SparkSession, tmp_path: Path, made: Path
) -> None:
    real = str(tmp_path / "real")
    write(spark.createDataFrame(people(600, 0).to_pandas()), real, app_id="test/real")
    wide = people(400, 5).append_column("note", pa.array(["x"] * 400))
    wide = wide.set_column(1, "age", wide["age"].cast(pa.int64()))
    pyarrow.parquet.write_table(wide, tmp_path / "wide.parquet")
    plain = judged(spark, Tables(real, str(made)), tmp_path / "a")
    other = judged(spark, Tables(real, str(tmp_path / "wide.parquet")), tmp_path / "b")
    assert any("'note'" in note and "not judged" in note for note in other.notes)
    names = ("column_similarity", "pair_similarity")
    for name in names:
        assert plain.metric_of(name) == other.metric_of(name)


def test_rows_of_an_entity_are_held_out_together(
    spark: SparkSession, tmp_path: Path, made: Path
) -> None:
    rows = people(600, 0)
    who = pa.array([row // 3 for row in range(600)], pa.int32())
    path = tmp_path / "visits.parquet"
    pyarrow.parquet.write_table(rows.append_column("visit", who), path)
    other = people(400, 5).append_column("visit", who.slice(0, 400))
    pyarrow.parquet.write_table(other, tmp_path / "other.parquet")
    tables = Tables(str(path), str(tmp_path / "other.parquet"))
    found = judged(spark, tables, tmp_path / "out", split__key=["visit"])
    assert found.stated["unit"] == "entity (visit)"
    held = {row["role"]: row["rows"] for row in found.tables}
    assert held["train"] % 3 == held["holdout"] % 3 == 0 and held["train"] + held["holdout"] == 600


def test_the_real_table_posing_as_synthetic_is_refused_for_its_copies(
    spark: SparkSession, tmp_path: Path
) -> None:
    path = tmp_path / "real.parquet"
    pyarrow.parquet.write_table(people(600, 0), path)
    found = judged(spark, Tables(str(path), str(path)), tmp_path / "out")
    assert not found.verdict.passed and found.verdict.areas["privacy"] == "red"
    copies = found.metric_of("exact_copy_rate")
    assert copies is not None and copies.counts is not None
    train = next(row["rows"] for row in found.tables if row["role"] == "train")
    assert copies.counts == (train, 600)


def test_white_space_around_texts_is_no_difference_unless_it_is_to_be_one(
    spark: SparkSession, tmp_path: Path, made: Path
) -> None:
    """A run trims texts, so that what it has made lacks the blanks of its seed."""
    rows = people(600, 0)
    blank = pa.array([f" {city} " for city in rows["city"].to_pylist()])
    path = tmp_path / "blank.parquet"
    pyarrow.parquet.write_table(rows.set_column(2, "city", blank), path)
    tables = Tables(str(path), str(made))
    found = judged(spark, tables, tmp_path / "a")
    city = found.metric("column_similarity", "city")
    assert city is not None and city.value > 0.85
    assert any("clean.trim" in note for note in found.notes)
    as_it_is = judged(spark, tables, tmp_path / "b", clean__trim=False)
    other = as_it_is.metric("column_similarity", "city")
    assert other is not None and other.value < 0.5


def test_texts_are_repaired_as_a_run_repairs_its_seed(
    spark: SparkSession, tmp_path: Path, made: Path
) -> None:
    rows = people(600, 0)
    words = {"Rome": "ROME", "Oslo": "Oslo", "Kyiv": "n/k"}
    other = pa.array([words[city] for city in rows["city"].to_pylist()])
    path = tmp_path / "other.parquet"
    pyarrow.parquet.write_table(rows.set_column(2, "city", other), path)
    cleaned = {
        "clean__replace": {"city": {"ROME": "Rome"}},
        "clean__null_markers": ["n/k"],
        "clean__allowed": {"city": ["Rome", "Oslo"]},
    }
    found = judged(spark, Tables(str(path), str(made)), tmp_path / "a", **cleaned)
    (city,) = [column for column in found.columns if column.bins.name == "city"]
    assert set(city.bins.labels) == {"Rome", "Oslo", "(rare)", "(null)"}
    said = " ".join(found.notes)
    assert "clean.replace" in said and "clean.null_markers" in said and "no row" in said
    with pytest.raises(InputError, match=r"clean.replace names column 'town'"):
        judged(
            spark,
            Tables(str(path), str(made)),
            tmp_path / "b",
            clean__replace={"town": {"a": "b"}},
        )

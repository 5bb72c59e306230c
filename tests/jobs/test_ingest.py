from pathlib import Path

from pyspark.sql import SparkSession

from jobs.ingest import read_options
from jobs.run import Run
from lakehouse.files import ReadOptions
from lakehouse.tables import write
from tests.lakes import configured, done, people, started


def test_files_are_read_as_the_configuration_says() -> None:
    given = {
        "header": False,
        "delimiter": ";",
        "null_markers": ("?",),
        "trim": False,
        "column_types": {"age": "int"},
        "encoding": "latin-1",
    }
    changes = {f"ingest__{name}": value for name, value in given.items()}
    config = configured("people.csv", Path("lake"), **changes, ingest__unsupported_columns="drop")
    assert read_options(config) == ReadOptions(**given, unsupported="drop")


def test_a_seed_of_files_becomes_a_table_of_the_lake(finished: Run) -> None:
    record = finished.record("ingest")
    assert record.tables["seed"].name == finished.lake.table("people", "seed")
    assert record.tables["seed"].rows == 600
    assert (record.facts["source"], record.facts["broken_lines"]) == (finished.config.seed, 0)
    names = [column["name"] for column in record.facts["columns"]]
    assert names == ["person_id", "age", "city", "pay", "joined"]


def test_a_seed_table_that_changes_under_the_run_is_read_at_its_version(
    spark: SparkSession, tmp_path: Path
) -> None:
    seed = str(tmp_path / "bronze" / "people")
    rows = spark.createDataFrame(people().to_pandas())
    write(rows, seed, app_id="first")
    run = done(started(spark, seed, tmp_path / "lake"), "ingest")
    write(rows.limit(10), seed, app_id="second")
    done(run, "clean")
    assert run.record("ingest").tables["seed"].name == seed
    assert run.record("clean").tables["clean"].rows == 600

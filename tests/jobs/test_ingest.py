from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.run import Run
from lakehouse.declarations import of_schema
from lakehouse.tables import TableRef, current_version, read, write
from synth.table.errors import InputError
from tests.lakes import done, people, started


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


def test_a_file_that_is_damaged_inside_is_named_and_leaves_no_seed(
    spark: SparkSession, tmp_path: Path
) -> None:
    folder = tmp_path / "people"
    folder.mkdir()
    pq.write_table(people(), folder / "a.parquet")
    pq.write_table(people(), folder / "b.parquet")
    data = bytearray((folder / "b.parquet").read_bytes())
    data[40:3000] = b"\xff" * 2960  # its footer is whole: only reading the rows shows it
    (folder / "b.parquet").write_bytes(bytes(data))
    run = started(spark, folder, tmp_path / "lake")
    with pytest.raises(
        InputError, match=r"people \(.*b\.parquet\) cannot be read: a file of it is"
    ):
        done(run, "ingest")
    assert run.find_record("ingest") is None
    name = run.lake.table("people", "seed")
    assert current_version(spark, name) is None or read(spark, TableRef(name)).count() == 0


def test_columns_of_folders_and_of_newer_files_reach_the_seed_and_the_report(
    spark: SparkSession, tmp_path: Path
) -> None:
    rows = people()
    for place, table in {
        "region=north": rows.slice(0, 300).drop_columns("pay"),
        "region=south": rows.slice(300),
    }.items():
        (tmp_path / "people" / place).mkdir(parents=True)
        pq.write_table(table, tmp_path / "people" / place / "part.parquet")
    run = done(started(spark, tmp_path / "people", tmp_path / "lake"), "ingest")
    record = run.record("ingest")
    names = {column["name"] for column in record.facts["columns"]}
    assert names == {*rows.column_names, "region"}
    said = " ".join(record.notes)
    assert "'region' (string, 2 values)" in said
    assert "column 'pay' is in 1 of 2 files" in said


def visits(spark: SparkSession, rows: int = 600) -> DataFrame:
    """A place in a struct in a struct, which is null for some, and a list, which no run learns."""
    rng = np.random.default_rng(0)
    city = rng.choice(["Rome", "Oslo", "Kyiv"], rows)
    north = {"Rome": 41.9, "Oslo": 59.9, "Kyiv": 50.5}
    made = [
        (
            int(number),
            None if rng.random() < 0.1 else (str(name), (north[str(name)], int(number % 7))),
            (float(rng.normal()),),
            ["a"] * int(rng.integers(3)),
        )
        for number, name in enumerate(city)
    ]
    schema = (
        "visit int not null, place struct<city: string, `geo point`: struct<north: double, "
        "zone: int>>, measured struct<value: double> not null, tags array<string>"
    )
    return spark.createDataFrame(made, schema)


@pytest.mark.parametrize("kind", ["delta", "parquet"])
def test_structs_are_learned_by_their_fields_and_published_as_structs(
    kind: str, spark: SparkSession, tmp_path: Path
) -> None:
    seed = tmp_path / "visits"
    frame = visits(spark)
    if kind == "delta":
        write(frame, str(seed), app_id="visits", declared=of_schema(frame.schema))
    else:
        frame.write.parquet(str(seed))
    with pytest.raises(InputError, match="drop or fields, which learns structs by their fields"):
        done(started(spark, seed, tmp_path / "refused"), "ingest")
    changes = {
        "ingest__unsupported_columns": "fields",
        "train__generator": "marginal",
        "columns__sensitive": ["place.city"],
    }
    run = done(started(spark, seed, tmp_path / "lake", **changes), "publish")
    said = " ".join(run.record("ingest").notes)
    assert "column 'place' is learned by its fields 'place.city', 'place.geo point.north'" in said
    assert "left out, as their types cannot be synthesised: 'tags' (array<string>)" in said
    assert run.record("publish").facts["verdict"] == "published", run.record("publish").notes
    made = read(spark, run.record("publish").tables["synthetic"].ref)
    assert made.columns == ["visit", "place", "measured"]
    for name in made.columns:
        assert made.schema[name].dataType == frame.schema[name].dataType
    rows = made.toArrow().to_pylist()
    places = [row["place"] for row in rows if row["place"] is not None]
    assert 0.03 < 1 - len(places) / len(rows) < 0.2
    north = {"Rome": 41.9, "Oslo": 59.9, "Kyiv": 50.5}
    assert all(one["geo point"]["north"] == north[one["city"]] for one in places)
    assert all(row["measured"] is not None for row in rows)
    # The same again writes nothing: a run that goes on finds what it has published.
    before = run.record("publish").tables["synthetic"]
    again = started(spark, seed, tmp_path / "lake", **changes)
    assert done(again, "publish").record("publish").tables["synthetic"] == before

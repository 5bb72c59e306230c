"""A table of given rows: one synthetic row for each, at the version that was pinned."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.config import ConfigError
from jobs.config_file import load_config
from jobs.given_rows import (
    given_rows,
    pinned,
    require_given_rows,
    require_rows,
    rows_for_given,
)
from jobs.run import Run
from jobs.sample import sample
from lakehouse.lineage import read_lineage
from lakehouse.tables import read
from synth.sampling.blocks import SamplePlan
from synth.sampling.model_folder import load_model
from tests.lakes import done, people, started, write_csv

GIVEN = [("Rome", 30), ("Oslo", None), (None, 51), ("Kyiv", 40), (None, None)] * 60


def given_frame(spark: SparkSession, rows: list[tuple[Any, ...]] = GIVEN) -> DataFrame:
    return spark.createDataFrame(rows, "city string, age int")


@pytest.fixture(scope="module")
def table(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("given") / "rows")
    given_frame(spark).write.format("delta").save(path)
    return path


@pytest.fixture(scope="module")
def made(spark: SparkSession, table: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("lake")
    seed = write_csv(people(), folder / "people.csv")
    run = started(
        spark, seed, folder / "lake", sample__given_rows=table, train__generator="marginal"
    )
    return done(run, "sample")


def cells(frame: DataFrame) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row) for row in frame.select("city", "age").collect())


def test_each_given_row_becomes_one(made: Run, spark: SparkSession, table: str) -> None:
    record = made.record("sample")
    candidate = record.tables["candidate"]
    rows = read(spark, candidate.ref)
    assert candidate.rows == rows.count() == len(GIVEN)
    found = cells(rows)
    assert sum(n for (city, age), n in found.items() if (city, age) == ("Rome", 30)) >= 60
    assert sum(n for (city, age), n in found.items() if (city, age) == ("Kyiv", 40)) >= 60
    assert sum(n for (city, _), n in found.items() if city == "Oslo") >= 60
    assert sum(n for (_, age), n in found.items() if age == 51) >= 60
    ids = [row.person_id for row in rows.select("person_id").collect()]
    assert sorted(ids) == list(range(1, len(GIVEN) + 1))
    assert f"one row for each of {table} at version 0" in record.notes[1]
    lineage = read_lineage(spark, candidate.name)
    assert lineage is not None
    assert (lineage.given, lineage.given_rows) == (("city", "age"), f"{table} at version 0")


def given(run: Run, name: str, version: str | None = "0", **more: Any) -> Run:
    """The same run with other given rows."""
    update = {"given_rows": name, "given_version": version, **more}
    section = run.config.sample.model_copy(update=update)
    return replace(run, config=run.config.model_copy(update={"sample": section}))


def test_the_same_rows_whatever_the_order_and_the_partitions(
    made: Run, spark: SparkSession, table: str
) -> None:
    folder = made.path("model")
    model, plan = load_model(folder), SamplePlan("people", len(GIVEN), 5, block_rows=128)
    turned = f"{table}-turned"
    given_frame(spark, GIVEN[::-1]).repartition(3).write.format("delta").save(turned)
    runs = given(made, table, partitions=1), given(made, turned, partitions=2)
    one, other = (
        sorted(map(str, rows_for_given(run, folder, model, plan).collect())) for run in runs
    )
    assert len(one) == len(GIVEN)
    assert one == other


def test_each_candidate_has_a_row_for_each_given_one(
    made: Run, spark: SparkSession, table: str
) -> None:
    run = given(made, table, candidates=2)
    tables = sample(run).tables
    assert tables["candidate"] == made.record("sample").tables["candidate"]
    one, two = (read(spark, tables[role].ref) for role in ("candidate", "candidate_2"))
    whole = [frame.where("city = 'Rome' AND age = 30") for frame in (one, two)]
    assert all(frame.count() >= 60 for frame in whole)
    assert two.count() == len(GIVEN) and one.exceptAll(two).count() > 0


def test_a_version_is_pinned_and_another_is_another_sample(
    made: Run, spark: SparkSession, table: str
) -> None:
    assert made.config.sample.given_version == "0"
    given_frame(spark, [("Paris", 33)]).write.format("delta").mode("append").save(table)
    assert require_rows(made) == len(GIVEN)
    newest = given(made, table, pinned(given(made, table, None).config, spark).sample.given_version)
    assert newest.config.sample.given_version == "1"
    assert newest.identity("sample") != made.identity("sample")
    with pytest.raises(
        ConfigError, match=r"table people: sample.given_rows: given 'city': 'Paris'"
    ):
        require_given_rows(newest, load_model(made.path("model")).encoder)


def test_files_can_be_given_and_are_refused_once_they_have_changed(
    made: Run, spark: SparkSession, tmp_path: Path
) -> None:
    path = write_csv(pa.table({"city": ["Rome", "Oslo"], "age": [30, 31]}), tmp_path / "given.csv")
    config = pinned(given(made, str(path), None).config, spark)
    run = given(made, str(path), config.sample.given_version)
    assert cells(given_rows(run)) == Counter([("Rome", 30), ("Oslo", 31)])
    write_csv(pa.table({"city": ["Rome"], "age": [30]}), path)
    with pytest.raises(ConfigError, match="have changed since the run was opened"):
        given_rows(run)


def test_given_rows_stand_alone() -> None:
    for other in ({"sample.rows": 10}, {"sample.given": {"city": "Rome"}}):
        with pytest.raises(ConfigError, match=r"given_rows and (rows|given) cannot go together"):
            load_config(None, {"seed": "a", "lake.tables": "b", "sample.given_rows": "c", **other})
    changes = {"sample.given_rows": "c", "sample.temperature": 0.5}
    with pytest.raises(ConfigError, match="temperature and given cannot go together"):
        load_config(None, {"seed": "a", "lake.tables": "b", **changes})

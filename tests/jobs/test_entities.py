"""privacy.min_entities counts entities where split.key names one: of the lake's own tables."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.config import ConfigError
from jobs.entities import (
    count_entities,
    least_rows,
    notes_on_entities,
    profile_by_entity,
)
from jobs.run import Run
from lakehouse.schemas import schema_of
from synth.profiling.entity_support import RowEntities
from synth.profiling.table_profile import TableProfile
from synth.statistics.entities import Entities
from tests.jobs.runs import bare_run
from tests.lakes import done, started, write_parquet

LONE_ROWS, LEAST = 300, 5
LONE = ("Lonely Town", "777.25", "ZQX", "1931-04")  # how its values are known in any file


def visits(seed: int = 0) -> pa.Table:
    """A thousand visits of 120 people, and three hundred of one who is like nobody else."""
    rng = np.random.default_rng(seed)
    who = np.concatenate([rng.integers(1, 121, 1000), np.zeros(LONE_ROWS, np.int64)])
    lone, rows = who == 0, len(who)
    born = np.where(lone, -14_154, rng.integers(-3000, 9000, 121)[who])
    number = np.where(lone, 7_000_000, 4_000_000) + rng.integers(0, 10**6, rows)
    return pa.table(
        {
            "person": [f"P-{one}" for one in who],
            "practice": pa.array(who % 3, pa.int32()),
            "town": np.where(lone, LONE[0], np.array(["Ulm", "Bonn", "Jena"])[who % 3]),
            "paid": np.where(lone, 777.25, np.round(rng.lognormal(4, 0.5, rows), 2)),
            "born": pa.array(born.astype("int32")).cast(pa.date32()),
            "code": [f"{'ZQX' if own else 'ABC'}-{n}" for own, n in zip(lone, number, strict=True)],
        }
    ).take(rng.permutation(rows))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("entities") / "visits.parquet"
    write_parquet(visits(), path)
    return path


def test_entities_are_counted_as_in_memory(spark: SparkSession, table: Path) -> None:
    frame, rows = spark.read.parquet(str(table)), visits()
    for key in (["person"], ["practice", "town"]):
        held = RowEntities.of(rows, key, 2)
        expected = Entities.of_rows(held.codes, 2)
        assert count_entities(frame, key, 2) == expected
        assert least_rows(frame, key, 2, "visits") == expected.least_rows
    assert least_rows(frame, [], 7, "visits") == 7


def test_rows_without_an_entity_count_as_one(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(None,), (None,), ("a",)], "who string")
    assert count_entities(frame, ["who"], 2) == Entities(2, 2, 3)


def test_a_profile_by_entity_is_that_of_the_table_in_memory(
    spark: SparkSession, table: Path
) -> None:
    frame, rows = spark.read.parquet(str(table)), visits()
    found = profile_by_entity(frame, schema_of(frame), key=["person"], least=LEAST)
    expected = TableProfile.of(rows)
    RowEntities.of(rows, ["person"], LEAST).tell(expected, rows)
    for name in rows.column_names:
        own, other = found[name], expected[name]
        assert own.by_entity == other.by_entity and own.by_entity is not None, name
        if isinstance(own.counted.counts, dict):
            assert own.counted.counts == other.counted.counts, name
        else:
            assert np.array_equal(own.counted.counts, other.counted.counts), name


def test_what_one_entity_holds_is_in_no_file_however_many_its_rows(
    spark: SparkSession, table: Path, tmp_path: Path
) -> None:
    def files(run: Run) -> str:
        names = ("profile.json", "encoder.json", "code_statistics.json")
        return "".join(run.path(name).read_text("utf-8") for name in names)

    by_row = done(started(spark, table, tmp_path / "rows"), "encode")
    missing = [mark for mark in LONE if mark not in files(by_row)]
    assert missing == []  # what is planted would be seen
    by_person = done(started(spark, table, tmp_path / "people", split__key=["person"]), "encode")
    assert [mark for mark in LONE if mark in files(by_person)] == []
    facts = json.loads(by_person.path("profile.json").read_text("utf-8"))
    shared = {one["value"] for one in facts["columns"][2]["frequent"]}
    assert shared == {"Ulm", "Bonn", "Jena"}
    said = [n for n in by_person.record("encode").notes if "counts entities (person)" in n]
    assert len(said) == 1 and f"where {LEAST} of them hold it" in said[0]
    assert not [n for n in by_row.record("encode").notes if "counts entities" in n]


def test_too_few_entities_are_refused_before_anything_is_profiled(
    spark: SparkSession, table: Path, tmp_path: Path
) -> None:
    run = started(spark, table, tmp_path, split__key=["practice"])
    message = r"the seed has 3 different practice \(split.key\); at least 10 are needed"
    with pytest.raises(ConfigError, match=message):
        done(run, "profile")
    assert not run.path("profile.json").exists()


def test_nothing_is_said_of_entities_without_a_key(tmp_path: Path) -> None:
    assert notes_on_entities(bare_run(tmp_path).config, 11, 100) == []

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.evidence import driver_rows, measured_of, samples_of, scan_all
from synth.encode import EncoderSettings, TableEncoder
from synth.metrics.compared import Compared
from synth.metrics.gates import GateRules
from synth.metrics.judge import Question, Wanted
from synth.table.schema import Column, TableSchema

SCHEMA = TableSchema((Column("age", "int"), Column("job", "string")))
COUNTED_ONLY = Wanted(two_sample=False, utility=False, privacy=None)


def people(rows: int, seed: int) -> pa.Table:
    rng = np.random.default_rng(seed)
    ages = pa.array(rng.integers(18, 60, rows), pa.int32())
    return pa.table(
        {"age": ages, "job": rng.choice(["a", "b", "c"], rows), "who": np.arange(rows) // 2}
    )


@pytest.fixture(scope="module")
def encoder() -> TableEncoder:
    rows = people(300, 0).select(["age", "job"])
    return Compared.of({"train": rows}, SCHEMA, EncoderSettings(min_entities=3)).encoder


def said(_: str) -> None:
    """Whoever follows is told nothing here."""


def test_spark_counts_what_memory_counts(spark: SparkSession, encoder: TableEncoder) -> None:
    tables = {
        role: people(200, seed) for seed, role in enumerate(("train", "holdout", "synthetic"))
    }
    frames = {role: spark.createDataFrame(table.to_pandas()) for role, table in tables.items()}
    question = Question(COUNTED_ONLY, GateRules(), seed=0)
    whole = scan_all(frames, encoder, said)
    found = measured_of(frames, whole, encoder, question, 100, said)
    plain = {role: table.select(["age", "job"]) for role, table in tables.items()}
    same = Compared(plain, encoder, ())
    for role, counts in same.whole(said).counts.items():
        assert counts.to_bytes() == whole.counts[role].to_bytes()
    assert found.metrics[0] == same.copies()


def test_models_get_a_bounded_sample_with_the_unit_and_it_is_said(
    spark: SparkSession, encoder: TableEncoder
) -> None:
    frame = spark.createDataFrame(people(120, 1).to_pandas())
    question = Question(Wanted(), GateRules(), seed=0, unit=("who",))
    samples, notes = samples_of({"train": frame}, {"train": 120}, encoder, question, 50, said)
    assert samples["train"].column_names == ["age", "job", "who"] and len(samples["train"]) == 50
    assert notes == [
        "models and attacks are given 50 of 120 train rows at random; columns, pairs and exact "
        "copies are counted over all of them"
    ]


def test_equal_rows_do_not_come_all_or_none(spark: SparkSession, encoder: TableEncoder) -> None:
    same = spark.range(100).selectExpr("int(30) AS age", "'a' AS job")
    question = Question(Wanted(), GateRules(), seed=0)
    rows = driver_rows(same, encoder, question, rows=30, of=100, salt="s")
    assert len(rows) == 30

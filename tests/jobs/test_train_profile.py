"""The rules of a train part are verified in the scan of its profile, where its forms are sure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.run import Run
from jobs.train_profile import CheckedRules, TrainProfile
from synth.dependencies.finding import DependencySearch
from synth.forms.find import find_forms, settled_by
from synth.forms.table_forms import TableForms
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema
from tests.jobs.runs import bare_run
from tests.lakes import spoken

ROWS, OPEN = 400, (390, 395)


def stays() -> pa.Table:
    """Dates as text, one of them not in two rows, and a column that follows from another."""
    rng = np.random.default_rng(0)
    day = np.datetime64("2022-01-01") + rng.integers(0, 300, ROWS)
    left = [f"{one.item():%d.%m.%Y}" for one in day + rng.integers(1, 9, ROWS)]
    for place in OPEN:
        left[place] = "open"
    ward = rng.integers(0, 5, ROWS)
    return pa.table(
        {
            "came": [f"{one.item():%d.%m.%Y}" for one in day],
            "left": left,
            "ward": ward,
            "floor": ward // 2,
        }
    )


def search_of(forms: TableForms) -> DependencySearch:
    return DependencySearch(forms.learned, min_entities=5, direct=64)


@pytest.fixture(scope="module")
def rows() -> pa.RecordBatch:
    return stays().combine_chunks().to_batches()[0]


@pytest.fixture(scope="module")
def forms(rows: pa.RecordBatch) -> TableForms:
    found, _ = find_forms(rows, TableSchema.from_arrow(rows.schema), min_entities=5)
    assert set(found.by_column) == {"came", "left"}
    return found


@pytest.fixture
def run(spark: SparkSession, tmp_path: Path) -> Run:
    return bare_run(tmp_path)


@pytest.fixture(scope="module")
def train(spark: SparkSession) -> Iterator[DataFrame]:
    frame = spark.createDataFrame(stays().to_pandas()).repartition(2).cache()
    yield frame
    frame.unpersist()


def anew(run: Run, train: DataFrame, rows: pa.RecordBatch, forms: TableForms) -> CheckedRules:
    """The rules of these forms in a scan of their own."""
    return TrainProfile(run, train, rows, search_of).rules(forms, forms.read(rows))


def test_rules_are_verified_in_the_scan_of_the_profile(
    run: Run, train: DataFrame, rows: pa.RecordBatch, forms: TableForms
) -> None:
    both = TrainProfile(run, train, rows, search_of)
    profile = both.profile(forms, forms.learned)
    settled = settled_by(rows, forms)
    assert "left" not in settled.complete and "came" in settled.complete
    checked = both.rules(settled, settled.read(rows))
    assert "and verifying" in spoken(run) and ": verifying" not in spoken(run)
    assert profile.rows == checked.verification.rows == ROWS
    own = anew(run, train, rows, settled)
    assert ": verifying" in spoken(run)
    assert [one.describe() for one in checked.candidates.rules] == [
        one.describe() for one in own.candidates.rules
    ]
    plan = checked.search.settle(checked.verification, profile)
    assert "floor" in {step.target for step in plan.steps}
    assert plan.to_json() == own.search.settle(own.verification, profile).to_json()


def test_forms_that_the_whole_table_settles_otherwise_are_looked_at_anew(
    run: Run, train: DataFrame, rows: pa.RecordBatch, forms: TableForms
) -> None:
    few = rows.slice(0, min(OPEN))  # no row of them is open
    both = TrainProfile(run, train, few, search_of)
    profile = both.profile(forms, forms.learned)
    assert settled_by(few, forms) != settled_by(rows, forms)
    settled = settled_by(rows, forms)
    checked = both.rules(settled, settled.read(few))
    assert ": verifying" in spoken(run)
    own = anew(run, train, few, settled)
    assert checked.candidates == own.candidates
    assert checked.search.settle(checked.verification, profile).to_json() == (
        own.search.settle(own.verification, profile).to_json()
    )


def test_some_columns_are_profiled_alone(
    run: Run, train: DataFrame, rows: pa.RecordBatch, forms: TableForms
) -> None:
    both = TrainProfile(run, train, rows, search_of)
    found = both.profile(forms, forms.learned.select(["ward", "floor"]))
    assert found.schema.names == ("ward", "floor") and "verifying" not in spoken(run)
    plain = TableProfile.of(pa.table({name: rows.column(name) for name in ("ward", "floor")}))
    assert found["ward"].distinct.estimate() == plain["ward"].distinct.estimate()

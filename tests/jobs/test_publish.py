"""The gate: what passes it carries its lineage, what does not is kept with the reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.pipeline import do_all, summary
from jobs.publish import GateFailed, check_gates
from jobs.run import Run
from jobs.stages import STAGES
from lakehouse.lineage import read_lineage
from lakehouse.tables import TableRef, current_version, read
from tests.commits import history
from tests.jobs.runs import bare_run, book_all
from tests.lakes import started, write_csv


def test_a_refused_run_is_an_error_only_where_one_asks(tmp_path: Path) -> None:
    run = bare_run(tmp_path)
    judged = {"reasons": ["copies", "pairs"], "failed_gates": ["privacy", "quality"]}
    facts = {"evaluate": judged, "publish": {"verdict": "refused"}}
    book_all(run, facts, *STAGES)
    with pytest.raises(GateFailed) as refused:
        check_gates(run)
    assert str(refused.value) == (
        "not published: copies; pairs. The candidate stays at /lake/candidate"
    )
    assert refused.value.exit_code == 4  # privacy counts before quality
    assert GateFailed("pairs", ["quality"]).exit_code == 3
    book_all(run, {**facts, "publish": {"verdict": "published"}}, *STAGES)
    check_gates(run)


def test_the_synthetic_table_says_what_it_is(finished: Run) -> None:
    name = summary(finished)["tables"]["synthetic"]["name"]
    lineage = read_lineage(finished.spark, name)
    assert lineage is not None
    assert (lineage.run_id, lineage.verdict) == (finished.id, "published")
    assert lineage.seed == finished.record("ingest").tables["seed"].ref
    assert lineage.model_hash == finished.record("train").facts["model_hash"]
    assert (lineage.temperature, lineage.given) == (1.0, ())
    commit = history(finished.spark, name)[0]
    assert commit["userMetadata"]["run_id"] == finished.id
    fields = finished.spark.read.format("delta").load(name).schema.fields
    assert all("Synthetic" in field.metadata["comment"] for field in fields)


def test_the_registry_knows_the_run(finished: Run) -> None:
    runs = read(finished.spark, TableRef(finished.lake.registry("runs")))
    assert runs.where(F.col("run_id") == finished.id).select("verdict").first()[0] == "published"


def test_all_of_the_candidate_is_published(finished: Run) -> None:
    rows = {role: facts["rows"] for role, facts in summary(finished)["tables"].items()}
    assert rows["synthetic"] == rows["candidate"] == 600


def test_nothing_that_stands_for_single_training_rows_is_left(finished: Run) -> None:
    assert not finished.path("codes").exists() and not finished.path("checkpoint").exists()
    assert (
        "codes and checkpoints of the training are deleted" in finished.record("publish").notes[-1]
    )


@pytest.fixture(scope="module")
def coarse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of few values, in a folder of its own."""
    places = range(3600)  # so many that chance is far from the gates
    table = pa.table(
        {
            "a": [i % 2 for i in places],
            "b": [i // 2 % 2 for i in places],
            # Mostly a + b, which columns that are drawn one by one do not show.
            "c": [(i % 2 + i // 2 % 2 + (i % 29 == 0)) % 3 for i in places],
        }
    )
    return write_csv(table, tmp_path_factory.mktemp("coarse") / "coarse.csv")


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"gates__column_shortfall": 0, "sample__rows": 5}, 3, "column similarity is"),
        ({"gates__pair_shortfall": 0.05, "train__generator": "marginal"}, 3, "pair similarity is"),
        ({"gates__copy_rate": 0}, 4, "rows equal a real one in every value, at most 0 may"),
    ],
)
def test_a_table_that_breaks_a_gate_is_kept_and_not_published(
    spark: SparkSession, coarse: Path, changes: dict[str, Any], code: int, reason: str
) -> None:
    run = started(spark, coarse, coarse.parent / "lake", gates__amber="refuse", **changes)
    do_all(run)
    with pytest.raises(GateFailed, match=reason) as refused:
        check_gates(run)
    assert refused.value.exit_code == code
    assert current_version(spark, run.lake.table("coarse", "synthetic")) is None
    candidate = run.record("sample").tables["candidate"].name
    lineage = read_lineage(spark, candidate)
    assert lineage is not None and lineage.verdict == "refused"
    assert candidate in str(refused.value)
    assert "are taken as data and kept" in run.record("clean").notes[1]

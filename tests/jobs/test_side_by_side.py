"""Two candidates of one model through sample, evaluate and publish; the first was there before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.candidates import Candidate
from jobs.pipeline import do_all, summary
from jobs.records import StageRecord, TableRecord, read_record
from jobs.run import Run
from jobs.side_by_side import Judged, notes_on, told
from lakehouse.lineage import read_lineage
from lakehouse.tables import TableRef, read
from synth.metrics.copies import exact_copies
from synth.metrics.judge import Judgement
from synth.metrics.metric import Gate, Metric
from synth.metrics.ranking import rank
from synth.metrics.scans import WholeTables
from synth.metrics.verdict import verdict_of
from synth.sampling.blocks import SamplePlan
from tests.commits import history
from tests.jobs.test_pipeline import made_until_the_model
from tests.lakes import spoken, started

COLD = 0.2  # far from the seed's distribution
SETTINGS: dict[str, Any] = {
    "train__generator": "marginal",
    "gates__bounds": {"triple_similarity": {"green": 1}, "worst_slice_shortfall": {"green": 1}},
}
TWO: dict[str, Any] = {"sample__candidates": 2, "sample__temperatures": [COLD, 1.0]}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lake")


@pytest.fixture(scope="module")
def alone(spark: SparkSession, seed: Path, lake: Path) -> dict[str, Any]:
    """What a run with one candidate has left, before a second is asked for."""
    run = started(spark, seed, lake, sample__temperature=COLD, **SETTINGS)
    do_all(run)
    record = run.record("sample")
    return {
        "sample": record,
        "made": made_until_the_model(run),
        "figures": run.path("figures.json").read_text(),
        "published": summary(run)["verdict"],
        "commits": written(spark, record, "candidate"),
    }


@pytest.fixture(scope="module")
def two(spark: SparkSession, seed: Path, lake: Path, alone: dict[str, Any]) -> Run:
    """The same run with two candidates, of which the second is the better one."""
    run = started(spark, seed, lake, **TWO, **SETTINGS)
    do_all(run)
    return run


def written(spark: SparkSession, record: StageRecord, role: str) -> int:
    """How many commits have put rows into a candidate."""
    commits = history(spark, record.tables[role].name)
    return sum(commit["operation"] in ("WRITE", "APPEND") for commit in commits)


def test_more_candidates_train_nothing_and_leave_the_first_as_it_is(
    two: Run, alone: dict[str, Any], spark: SparkSession
) -> None:
    assert made_until_the_model(two) == alone["made"]
    before, now = alone["sample"], two.record("sample")
    assert now.tables["candidate"] == before.tables["candidate"]
    assert now.facts.items() >= before.facts.items()
    assert written(spark, now, "candidate") == alone["commits"]
    assert two.path("figures.json").read_text() == alone["figures"]  # measured once
    assert "candidate 1: reading" not in spoken(two) and "candidate 2: reading" in spoken(two)
    assert alone["published"] == "published"


def test_each_candidate_is_a_table_with_its_own_seed_and_lineage(
    two: Run, spark: SparkSession
) -> None:
    record = two.record("sample")
    assert set(record.tables) == {"candidate", "candidate_2"}
    first, second = (read_lineage(spark, table.name) for table in record.tables.values())
    assert first is not None and second is not None
    assert (first.temperature, second.temperature) == (COLD, 1.0)
    assert first.sampling_seed == record.facts["seed"] != second.sampling_seed
    assert second.sampling_seed == record.facts["others"]["candidate_2"]["seed"]
    assert record.tables["candidate_2"].name.endswith("-2")
    assert record.notes[:2] == (
        "2 candidates, of which the best is published",
        "600 synthetic rows",
    )
    assert record.notes[2].startswith("candidate 1: drawn at temperature 0.2")


def test_the_best_is_published_and_the_other_says_why_it_is_not(
    two: Run, spark: SparkSession
) -> None:
    tables = two.record("sample").tables
    assert two.record("evaluate").facts["chosen"] == 2
    made, published = (
        read(spark, ref) for ref in (tables["candidate_2"].ref, table(two, "synthetic"))
    )
    assert made.exceptAll(published).count() == 0 and published.count() == 600
    lineage = read_lineage(spark, table(two, "synthetic").name)
    assert lineage is not None and lineage.temperature == 1.0
    verdicts = [read_lineage(spark, one.name) for one in tables.values()]
    assert [one.verdict.split(":")[0] for one in verdicts if one] == ["not chosen", "published"]
    assert verdicts[0] is not None
    assert "the pair similarity is" in verdicts[0].verdict
    assert f"candidate 1 is {verdicts[0].verdict}" in two.record("publish").notes


def table(run: Run, role: str) -> TableRef:
    facts = summary(run)["tables"][role]
    return TableRef(facts["name"], facts["version"])


def test_the_report_is_that_of_the_best_with_all_beside_it(two: Run, spark: SparkSession) -> None:
    report = json.loads(two.path("report.json").read_text("utf-8"))
    rows = report["candidates"]
    assert rows == summary(two)["candidates"]
    assert [(row["candidate"], row["rank"], row["chosen"]) for row in rows] == [
        (1, 2, False),
        (2, 1, True),
    ]
    assert report["lineage"]["lakesynth.temperature"] == "1.0"
    assert "Candidates side by side" in two.path("report.html").read_text("utf-8")
    pairs = {
        row["table"]: metric["value"]
        for row in rows
        for metric in row["figures"]
        if metric["name"] == "pair_similarity"
    }
    own = next(m for m in report["metrics"] if m["name"] == "pair_similarity" and not m["columns"])
    assert list(pairs.values())[1] == own["value"] > next(iter(pairs.values()))
    metrics = read(spark, TableRef(two.lake.registry("metrics")))
    kept = metrics.where((F.col("run_id") == two.id) & (F.col("name") == "pair_similarity"))
    table_figures = kept.where("scope = 'table'").select("candidate", "value").distinct().collect()
    assert {row.candidate: row.value for row in table_figures} == pairs


def test_another_gate_measures_nothing_again(
    two: Run, spark: SparkSession, seed: Path, lake: Path
) -> None:
    before = read_record(two.folder, "sample")
    again = started(spark, seed, lake, **TWO, **{**SETTINGS, "gates__pair_shortfall": 0.9})
    do_all(again)
    assert again.record("sample") == before
    assert "reading 600 of 600" not in spoken(again)
    assert again.record("evaluate").facts["chosen"] == 2


def found(number: int, *metrics: Metric) -> Judged:
    """A candidate with these figures; what was read of tables is left out."""
    plan = SamplePlan("people", 9, number)
    candidate = Candidate(number, plan, identity="i", digest="d")
    frame, whole = cast(DataFrame, None), cast(WholeTables, None)
    judgement = Judgement(list(metrics), verdict_of(metrics), (), {})
    return Judged(candidate, TableRecord(f"c{number}", 1, 9), frame, whole, [], judgement)


def test_one_candidate_is_not_ranked() -> None:
    one = [found(1, Metric("pair_similarity", "table", 0.9))]
    ranking = rank([alone.contender for alone in one])
    assert told(one, ranking) == [] and notes_on(one, ranking) == ()


def test_one_that_may_be_published_comes_before_one_that_may_not() -> None:
    low = Metric("pair_similarity", "table", 0.5, gate=Gate("quality", 0.8))
    high = replace(exact_copies(1, 100), gate=Gate("privacy", 0.005, amber=0.02))
    kept = replace(exact_copies(0, 100), gate=high.gate)
    both = [found(1, low, kept), found(2, high)]
    ranking = rank([one.contender for one in both])
    assert ranking.best == 1  # its privacy is amber, but the other breaks a gate
    said = notes_on(both, ranking)
    assert said[0].startswith("candidate 2 of 2 is chosen: the best by the rule: whether it may be")
    rows = told(both, ranking)
    assert [(row["chosen"], row["passed"]) for row in rows] == [(False, False), (True, True)]
    assert rows[0]["why"] == "it may not be published, and candidate 2 may"

"""The rows that a model makes: of the seed's schema, the same anywhere, by the table's rules."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.run import Run
from lakehouse.lineage import read_lineage
from lakehouse.schemas import schema_of
from lakehouse.tables import read
from tests.lakes import done, started, write_csv


def test_as_many_rows_as_are_clean_in_the_schema_of_the_seed(finished: Run) -> None:
    made = finished.rows_of("sample", "candidate")
    assert made.count() == finished.record("sample").tables["candidate"].rows == 600
    seed = schema_of(finished.rows_of("ingest", "seed"))
    assert schema_of(made) == seed
    assert schema_of(finished.rows_of("publish", "synthetic")) == seed
    assert finished.record("sample").notes == ("600 synthetic rows",)


def test_keys_are_made_anew(finished: Run) -> None:
    rows = finished.rows_of("publish", "synthetic")
    ids = rows.agg(F.min("person_id"), F.max("person_id"), F.count_distinct("person_id")).first()
    assert tuple(ids) == (1, 600, 600)


def test_what_is_determined_holds_in_every_row_also_under_conditions(
    spark: SparkSession, tmp_path: Path
) -> None:
    rows = 1500
    net, tax = [(i * 7919) % 211 for i in range(rows)], [(i * 104729) % 53 for i in range(rows)]
    year = datetime(2024, 1, 1)
    ordered = [year + timedelta(seconds=i * 15_485_863 % 31_536_000) for i in range(rows)]
    table = pa.table(
        {
            "city": [f"city {(i * 31) % 9}" for i in range(rows)],
            "country": [f"country {(i * 31) % 9 % 3}" for i in range(rows)],
            "net": net,
            "tax": tax,
            "gross": [a + b for a, b in zip(net, tax, strict=True)],
            "cents": [100 * a for a in net],
            "ordered": ordered,
            "sent": [at + timedelta(seconds=i * 7577 % 9000) for i, at in enumerate(ordered)],
        }
    )
    shares = {"city 1": 0.75, "city 2": 0.25}
    run = started(
        spark,
        write_csv(table, tmp_path / "sales.csv"),
        tmp_path / "lake",
        sample__given={"city": shares},
        train__settings__conditions=[["city"]],
        gates__column_shortfall=0,
        dependencies__add=[{"kind": "order", "sources": ["net"], "target": "tax"}],
    )
    done(run, "evaluate")
    said = "your rule is not used (it does not hold in every row): net is at most tax"
    assert said in run.record("encode").notes
    rules = run.record("encode").facts["dependencies"]
    used = {rule["target"]: rule for rule in rules if rule["used"] == "drop"}
    assert set(used) == {"country", "gross", "cents"}
    encoded = next(rule for rule in rules if rule["used"] == "encoded")
    assert encoded["rule"] == "sent is encoded by the time elapsed since ordered"
    assert all(rule["exceptions"] == 0 for rule in used.values())
    report = json.loads(run.path("report.json").read_text("utf-8"))
    reported = [rule for rule in report["dependencies"] if rule["used"]]
    broken = [(rule["broken"], rule["unknown"]) for rule in reported]
    assert broken == [(0, 0)] * 6
    assert "conditions on 'city'" in run.record("sample").notes[1]
    assert "which sample.given changes on purpose" in run.record("evaluate").notes[-1]
    candidate = run.record("sample").tables["candidate"]
    lineage = read_lineage(spark, candidate.name)
    assert lineage is not None and lineage.given == ("city",)
    made = read(spark, candidate.ref)
    assert made.where("gross <> net + tax or cents <> 100 * net").count() == 0
    hours = made.selectExpr("(unix_micros(sent) - unix_micros(ordered)) / 3.6e9 as hours")
    assert made.count() == hours.where("hours between 0 and 2.5").count()
    counted = {row["city"]: row["count"] for row in made.groupBy("city").count().collect()}
    assert set(counted) == set(shares)
    assert counted["city 1"] / rows == pytest.approx(0.75, abs=0.05)
    assert made.where("city = 'city 1' and country <> 'country 1'").count() == 0

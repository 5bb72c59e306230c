"""An audit by Spark: as the one in memory of the same rows, in as many scans."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession

import jobs.audited_table
from jobs.audit import audit_table
from jobs.config_file import load_config
from jobs.progress import Reporter
from synth.audit.in_memory import profile
from tests.synth.audit.tables import applicants


def test_spark_tells_what_memory_tells_in_three_scans(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = applicants(3000)
    frame["id"] = range(len(frame))
    path = tmp_path / "people.parquet"
    frame.to_parquet(path, index=False)
    scans = []
    for name in ("aggregate", "count_distinct_rows"):
        own = getattr(jobs.audited_table, name)
        counted = lambda *given, _own=own, **more: scans.append(1) or _own(*given, **more)  # noqa: E731
        monkeypatch.setattr(jobs.audited_table, name, counted)
    config = load_config(
        None,
        {"seed": str(path), "lake.tables": str(tmp_path / "lake"), "task.target": "granted"},
    )
    found = audit_table(spark, config, tmp_path / "out", Reporter())
    assert len(scans) == 3
    alike = profile(frame, target="granted", progress=False).audit
    told = [(one.name, one.columns, one.evidence) for one in found.findings]
    assert told == [(one.name, one.columns, one.evidence) for one in alike.findings]
    assert [pair.value for pair in found.associations] == [p.value for p in alike.associations]
    assert found.structure["keys"] == alike.structure["keys"] == [["id"]]
    told = json.loads((tmp_path / "out" / "profile.json").read_text("utf-8"))
    assert told["rows"] == 3000 and told["question"]["target"] == "granted"
    lake = {"lake.tables": str(tmp_path / "lake")}
    assert load_config(tmp_path / "out" / "proposed.yaml", lake).columns.keys == ("id",)


def test_entities_are_counted_and_hostile_names_are_read(
    spark: SparkSession, tmp_path: Path
) -> None:
    names = {"sex": "a.b", "city": "c `d` \\ e", "score": "_lakesynth x", "granted": "Größe"}
    frame = applicants(600).rename(columns=names)
    frame["who"] = frame.index // 30
    path = tmp_path / "odd.parquet"
    pd.DataFrame(frame).to_parquet(path, index=False)
    config = load_config(
        None,
        {"seed": str(path), "lake.tables": str(tmp_path / "l"), "split.key": ["who"]},
    )
    found = audit_table(spark, config, tmp_path / "out", Reporter())
    (few,) = [one for one in found.findings if one.name == "too few rows"]
    assert few.severity == "error" and "20 entities" in few.evidence
    assert {own["name"] for own in found.columns} == {*names.values(), "who"}

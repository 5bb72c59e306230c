from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs.records import StageRecord, TableRecord
from jobs.show import print_lineage, print_stage, print_summary
from lakehouse.lineage import Lineage
from lakehouse.tables import TableRef
from synth.audit.finding import Finding
from synth.metrics.copies import exact_copies
from synth.metrics.metric import Gate, Metric
from tests.jobs.runs import bare_run


def said(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """The words of each line on standard output."""
    found = capsys.readouterr()
    assert found.err == ""
    return [line.split() for line in found.out.splitlines() if line.strip(" ─")]


def test_a_stage_prints_its_tables_and_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_stage(StageRecord("split"), tmp_path)
    assert said(capsys) == [["run", "folder", str(tmp_path)]]
    print_stage(StageRecord("clean", {"clean": TableRecord("/lake/clean", 3, 48_790)}), tmp_path)
    assert said(capsys)[:2] == [
        ["table", "rows", "version", "where"],
        ["clean", "48,790", "3", "/lake/clean"],
    ]


def test_the_profile_stage_prints_what_it_says_of_columns_in_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = Finding("constant", "info", ("id [b]",), "every row has the same one", "Leave it out")
    facts = {
        "schema": [{"name": "id [b]"}, {"name": "day"}],
        "forms": {"day": {"kind": "moment_text", "written": "dates written as DD/MM/YYYY"}},
        "findings": [finding.to_json()],
    }
    print_stage(StageRecord("profile", facts=facts), tmp_path)
    lines = [" ".join(words) for words in said(capsys)]
    assert lines[:4] == [
        "column written as",
        "day dates written as DD/MM/YYYY",
        "info constant id [b]",
        "every row has the same one. Leave it out",
    ]


def test_a_summary_prints_tables_figures_rows_and_the_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = bare_run(tmp_path)
    run.folder.mkdir(parents=True)
    rows = [{"a [b]": "1", "city": "Rome"}, {"a [b]": "2", "city": ""}]
    run.path("report.json").write_text(json.dumps({"sample": rows}))
    bound = Gate("privacy", 0.0125)
    figures = [
        Metric("column_similarity", "table", 0.98765, reference=0.99, gate=Gate("quality", 0.96)),
        replace(exact_copies(2000, 100_000, held_copies=3, held_rows=1500), gate=bound),
        Metric("jensen_shannon", "table", 0.5),  # in the report alone
    ]
    result: dict[str, Any] = {
        "run_id": run.id,
        "folder": str(run.folder),
        "tables": {"candidate": {"name": "/lake/c", "version": 0, "rows": 1234}},
        "metrics": [figure.to_json() for figure in figures],
        "verdict": "refused",
        "reasons": ["too many copies", "[twice]"],
        "report": "/lake/report.html",
        "model": "/lake/model",
        "seconds": {"ingest": 4.4, "train": 10.2},
    }
    print_summary(result)
    lines = said(capsys)
    assert ["candidate", "1,234", "0", "/lake/c"] in lines
    assert ["column", "similarity", "0.9877", "0.9900", "at", "least", "0.9600:", "kept"] in lines
    copies = "exact copies 2,000 of 100,000 3 of 1,500 at most 1,250: broken"
    assert copies.split() in lines
    assert not any("0.5000" in line for line in lines)
    assert ["2", "synthetic", "rows"] in lines and ["column", "row", "1", "row", "2"] in lines
    assert ["city", "Rome"] in lines
    assert lines[-4:] == [
        ["verdict", "refused:", "too", "many", "copies;", "[twice]"],
        ["run", "people-0-1,", "15", "s,", "of", "which", "training", "10", "s"],
        ["model", "/lake/model"],
        ["report", "/lake/report.html"],
    ]
    result["candidates"] = [
        {"candidate": 1, "rank": 2, "chosen": False, "why": "privacy is [red]"},
        {"candidate": 2, "rank": 1, "chosen": True, "why": "the best"},
    ]
    print_summary(result)
    assert said(capsys)[-6:-4] == [
        ["chosen", "candidate", "2", "of", "2:", "the", "best"],
        ["candidate", "1:", "privacy", "is", "[red]"],
    ]


def test_lineage_prints_one_fact_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    seed = TableRef("/lake/seed", 3)
    lineage = Lineage(
        run_id="people-0-1",
        seed_name="people.csv",
        seed=seed,
        train=seed,
        holdout=None,
        model_hash="m",
        generator="marginal",
        config_digest="c",
        sampling_seed=7,
        rows=600,
        block_rows=256,
        created="2024-01-31T00:00:00+00:00",
        package_version="0",
    )
    print_lineage("/lake/[synthetic]", lineage)
    lines = said(capsys)
    assert lines[0] == ["/lake/[synthetic]", "is", "synthetic"]
    assert ["run_id", "people-0-1"] in lines and ["verdict", "not", "evaluated"] in lines
    assert len(lines) == 1 + len(lineage.to_properties())

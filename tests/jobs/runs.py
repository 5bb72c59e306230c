"""Runs without Spark: a folder and the records that stages would have left."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import numpy as np
from pyspark.sql import SparkSession

from jobs.lake import Lake
from jobs.records import StageRecord, TableRecord, write_record
from jobs.run import GivenModel, Run
from synth.encode import CodeStatistics, TableEncoder
from tests.lakehouse.codes import write_codes
from tests.lakes import configured, silent


def bare_run(
    lake: Path, *, name: str = "people-0-1", model: GivenModel | None = None, **changes: Any
) -> Run:
    """A run that has no session: whatever asks Spark fails."""
    config = configured("people.csv", lake, **changes)
    return Run(name, config, Lake.of(config), cast(SparkSession, None), silent(), model)


def book(
    run: Run,
    stage: str,
    facts: dict[str, Any] | None = None,
    *,
    tables: dict[str, TableRecord] | None = None,
    notes: Iterable[str] = (),
) -> StageRecord:
    """Finish a stage as far as bookkeeping goes."""
    record = StageRecord(
        stage,
        tables or {},
        facts or {},
        tuple(notes),
        identity=run.identity(stage),
        turn=run.turn(stage),
    )
    write_record(run.folder, record)
    return record


def book_all(run: Run, facts: dict[str, dict[str, Any]], *stages: str, rows: int = 100) -> None:
    """Finish stages in their order, with their facts, and tables of so many rows."""
    roles = {"ingest": "seed", "clean": "clean", "split": "train", "sample": "candidate"}
    for stage in stages:
        role = roles.get(stage)
        tables = {role: TableRecord(f"/lake/{role}", 3, rows)} if role else {}
        book(run, stage, facts.get(stage), tables=tables)


def leave_codes(
    folder: Path, encoder: TableEncoder, codes: np.ndarray, statistics: CodeStatistics
) -> None:
    """What encode leaves in a run's folder, without rows that validate."""
    names = [f"c{place}" for place in range(codes.shape[1])]
    write_codes(codes, folder / "codes" / "part=train" / "a.parquet", names)
    (folder / "encoder.json").write_text(encoder.dumps(), encoding="utf-8")
    (folder / "code_statistics.json").write_text(json.dumps(statistics.to_json()))

"""run: every stage in order, going on where an earlier try broke."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jobs.clean import clean
from jobs.encode import encode
from jobs.evaluate import evaluate
from jobs.ingest import ingest
from jobs.launch import require_means_of
from jobs.lock import release
from jobs.profiling import profile
from jobs.publish import publish
from jobs.run import STAGES, Run, StageRecord
from jobs.sample import sample
from jobs.split import split
from jobs.train import train

WORK: dict[str, Callable[[Run], StageRecord]] = {
    "ingest": ingest,
    "profile": profile,
    "clean": clean,
    "split": split,
    "encode": encode,
    "train": train,
    "sample": sample,
    "evaluate": evaluate,
    "publish": publish,
}


def do_stage(run: Run, stage: str) -> StageRecord:
    """One stage, unless it is finished."""
    return run.do(stage, WORK[stage])


def do_all(run: Run) -> None:
    """All stages in order; a finished one is passed over. Gives the run's lock back."""
    try:
        if run.find_record("train") is None:
            require_means_of(run.config.train)
        for stage in STAGES:
            do_stage(run, stage)
    finally:
        release(run.folder)


def summary(run: Run) -> dict[str, Any]:
    """What a run has made so far, as one JSON object."""
    records = [record for stage in STAGES if (record := run.find_record(stage)) is not None]
    by_stage = {record.stage: record for record in records}
    evaluated = by_stage.get("evaluate")
    trained = by_stage.get("train")
    published = by_stage.get("publish")
    return {
        "run_id": run.id,
        "folder": str(run.folder),
        "tables": {
            role: {"name": table.name, "version": table.version, "rows": table.rows}
            for record in records
            for role, table in record.tables.items()
        },
        "metrics": evaluated.facts["metrics"] if evaluated else [],
        "verdict": published.facts["verdict"] if published else None,
        "reasons": evaluated.facts["reasons"] if evaluated else [],
        "report": evaluated.facts["report"] if evaluated else None,
        "model": trained.facts["model"] if trained else None,
        "seconds": {record.stage: record.seconds for record in records},
        "notes": [note for record in records for note in record.notes],
    }

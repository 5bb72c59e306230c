"""run: every stage in order, going on where an earlier try broke."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs.adoption import adopt
from jobs.choice import choice_of
from jobs.given_model import require_columns_of_model, take_encoder, take_model
from jobs.going_on import require_known
from jobs.launch import require_means_of
from jobs.lock import release
from jobs.mlflow_tracking import track
from jobs.opening import keep_configuration
from jobs.records import StageRecord, write_record
from jobs.run import Run
from jobs.show_audit import lines_on
from jobs.stages import BY_NAME, LATER_STAGES, STAGES, before
from synth.audit.finding import Finding

# In place of the stages that a model from elsewhere makes needless.
_TAKEN: dict[str, Callable[[Run], StageRecord]] = {"encode": take_encoder, "train": take_model}


def do_stage(run: Run, stage: str) -> StageRecord:
    """One stage, unless it is finished, or an earlier run has done the same.

    Its record is written whole, at the end, and with one after the training the run's
    configuration, so that this is the one that made the newest table. After the last one the
    figures go to MLflow, where one is named; also of a run that was finished before, since MLflow
    may have failed then, or may not have been named.
    """
    record = _done(run, stage)
    if stage == STAGES[-1]:
        for note in track(run):
            run.reporter.note(note)
    return record


def found_before(run: Run, stage: str) -> StageRecord | None:
    """The record of a stage that is finished, or that an earlier run has done; says which."""
    done, where = run.find_record(stage), f"[{STAGES.index(stage) + 1}/{len(STAGES)}] {stage}"
    if done is not None:
        run.reporter.note(f"{where}: finished before, nothing to do")
        return done
    identity = run.identity(stage)
    if run.model is not None and stage == "profile":  # now that the seed is known
        require_columns_of_model(run)
    adopted = adopt(run, stage, identity)
    if adopted is not None:
        run.reporter.note(f"{where}: as in run {adopted.as_in}")
    return adopted


def finish(
    run: Run, record: StageRecord, seconds: float, step_seconds: Mapping[str, float] | None = None
) -> StageRecord:
    """Keep what a stage has made: from now on it is finished."""
    record = replace(
        record,
        identity=run.identity(record.stage),
        leaves=run.identity(record.stage, told=False) if BY_NAME[record.stage].tells else "",
        turn=run.turn(record.stage),
        seconds=round(seconds, 2),
        step_seconds=dict(step_seconds or {}),
    )
    if record.stage in LATER_STAGES:
        keep_configuration(run)
    write_record(run.folder, record)
    return record


def _done(run: Run, stage: str) -> StageRecord:
    found = found_before(run, stage)
    if found is not None:
        return found
    work = BY_NAME[stage].work if run.model is None else _TAKEN.get(stage, BY_NAME[stage].work)
    started = time.monotonic()
    with run.reporter.stage(stage, STAGES.index(stage) + 1, len(STAGES)):
        record: StageRecord = work(run)
        for note in record.notes:
            run.reporter.note(note)
    return finish(run, record, time.monotonic() - started, run.reporter.step_seconds)


def do_all(run: Run, last: str = STAGES[-1]) -> None:
    """All stages in order, up to ``last``; a finished one is passed over.

    Gives the run's lock back.
    """
    try:
        if run.model is None and run.find_record("train") is None:
            require_means_of(run.config.train)
        require_known(run)
        for stage in (*before(last), last):
            record = do_stage(run, stage)
            if stage == "profile":
                for line in lines_on([*map(Finding.from_json, record.facts["findings"])]):
                    run.reporter.note(line)
    finally:
        release(run.folder)


def summary(run: Run) -> dict[str, Any]:
    """What a run has made so far, as one JSON object."""
    return summary_of(run.folder, run.records())


def summary_of(folder: Path, by_stage: Mapping[str, StageRecord]) -> dict[str, Any]:
    """The same of a run's folder and the records of its finished stages."""
    records = list(by_stage.values())
    evaluated = by_stage.get("evaluate")
    trained = by_stage.get("train")
    published = by_stage.get("publish")
    choice = choice_of(folder, by_stage)
    return {
        "run_id": folder.name,
        "folder": str(folder),
        "tables": {
            role: {"name": table.name, "version": table.version, "rows": table.rows}
            for record in records
            for role, table in record.tables.items()
        },
        "metrics": evaluated.facts["metrics"] if evaluated else [],
        "verdict": published.facts["verdict"] if published else None,
        "reasons": evaluated.facts["reasons"] if evaluated else [],
        "report": evaluated.facts["report"] if evaluated else None,
        "candidates": evaluated.facts.get("candidates", []) if evaluated else [],
        "choice": None if choice is None else choice.to_json(),
        "model": trained.facts["model"] if trained else None,
        "seconds": {record.stage: record.seconds for record in records},
        "notes": [note for record in records for note in record.notes],
    }

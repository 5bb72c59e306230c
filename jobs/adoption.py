"""A stage that an earlier run of the table has finished on the same is not done again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from jobs.declared import require_not_generated
from jobs.identity import identity as identity_of
from jobs.opening import earlier_runs
from jobs.records import StageRecord, read_record, write_record
from jobs.run import Run
from jobs.seed_checks import require_columns, require_rows
from jobs.stages import MODEL_STAGES
from lakehouse.declarations import Declared
from lakehouse.files import fingerprint
from lakehouse.tables import is_readable
from synth.table.schema import TableSchema

CODES = "codes"
# What each stage leaves in the run's folder, but for the codes.
_FILES = {
    "profile": ("profile.json",),
    "encode": ("encoder.json", "code_statistics.json"),
    "train": ("model", "training.jsonl"),
}
_MORE = {"train": ("search.json",), "profile": ("audit",)}  # where there is one


def adopt(run: Run, stage: str, identity: str) -> StageRecord | None:
    """Take over the record and the files of an earlier run's stage; None where there is none.

    Tables must be readable at their version, and the seed must not have changed.
    """
    if not run.adopts or stage not in MODEL_STAGES:
        return None
    for folder in earlier_runs(run):
        record = read_record(folder, stage)
        if record is None or record.identity != identity or not _are_there(run, record):
            continue
        if stage == "ingest" and not _is_of_this_seed(run, record):
            continue
        if not _bring_files(run, folder, record):
            continue
        taken = replace(record, seconds=0.0, step_seconds={}, turn=run.turn(stage))
        taken = replace(taken, as_in=record.as_in or folder.name)
        if "model" in taken.facts:
            taken = replace(taken, facts={**taken.facts, "model": str(run.path("model"))})
        write_record(run.folder, taken)
        return taken
    return None


def _are_there(run: Run, record: StageRecord) -> bool:
    return all(is_readable(run.spark, table.ref) for table in record.tables.values())


def _is_of_this_seed(run: Run, record: StageRecord) -> bool:
    """Whether the seed is as it was; ConfigError where it lacks what the configuration names."""
    if record.facts["fingerprint"] != fingerprint(run.spark, run.config.seed):
        return False
    columns = TableSchema.from_json(record.facts["columns"])
    require_columns(run.config, columns.names)
    if "declared" in record.facts:
        require_not_generated(run, Declared.from_json(record.facts["declared"]), columns)
    require_rows(run.config, record.tables["seed"])
    return True


def _bring_files(run: Run, folder: Path, record: StageRecord) -> bool:
    """Copy a stage's files into the run's folder; whether all that later stages read is there."""
    names = _FILES.get(record.stage, ())
    if not all((folder / name).exists() for name in names):
        return False
    if record.stage == "encode" and not _codes_are_left(run, folder, record):
        return False
    for name in (
        *names,
        *(name for name in _MORE.get(record.stage, ()) if (folder / name).exists()),
    ):
        _copy(folder / name, run.path(name))
    return True


def _codes_are_left(run: Run, folder: Path, encoded: StageRecord) -> bool:
    """Bring the codes, which a finished run has deleted; they are not needed where training is not.

    The training is not needed where it can be taken over as well.
    """
    trained = read_record(folder, "train")
    wanted = identity_of("train", run.config, {"encode": encoded.result})
    if trained is not None and trained.identity == wanted and (folder / "model").is_dir():
        return True
    before = _files_in(folder / CODES)
    if not before:
        return False
    shutil.rmtree(run.path(CODES), ignore_errors=True)
    try:
        _copy(folder / CODES, run.path(CODES))
    except (OSError, shutil.Error):  # they are being deleted
        return False
    return _files_in(run.path(CODES)) == before


def _files_in(folder: Path) -> list[str]:
    def files() -> Iterator[str]:
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path.relative_to(folder))

    return sorted(files())


def _copy(source: Path, target: Path) -> None:
    """Copy a file or a folder so that a reader sees all of it or nothing."""
    draft = target.with_name(target.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, draft)
        shutil.rmtree(target, ignore_errors=True)
    else:
        shutil.copyfile(source, draft)
    os.replace(draft, target)

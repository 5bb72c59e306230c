"""split: the clean table -> a train part and a holdout that no stage before evaluate reads."""

from __future__ import annotations

from jobs.records import StageRecord
from jobs.rows import identified_rows
from jobs.run import Run
from lakehouse.occurrence import OCCURRENCE
from lakehouse.scan import split_by_hash
from lakehouse.tables import write
from synth.table.errors import InputError


def split(run: Run) -> StageRecord:
    """Deal rows by the salted hash of their key, or of the whole row; one scan for each part."""
    given = run.config.split
    rows, key = identified_rows(run, run.rows_of("clean", "clean"))
    salt = f"holdout/{run.config.random_seed}"
    both = split_by_hash(rows, key=key, salt=salt, fraction=given.holdout_fraction)
    rest, part = (side.drop(OCCURRENCE) for side in both)
    parts = {"train": rest} if given.holdout_fraction == 0 else {"train": rest, "holdout": part}
    tables = {}
    for role, frame in parts.items():
        run.reporter.step(f"writing the {role} part")
        name = run.lake.table(run.table, role)
        tables[role] = run.table_record(write(frame, name, app_id=run.app_id("split", role)))
    total = run.record("clean").tables["clean"].rows
    if sum(table.rows for table in tables.values()) != total:
        raise RuntimeError(
            f"table {run.table}: the parts do not add up to the {total:,} clean rows"
        )
    notes = [f"{tables['train'].rows:,} rows to train on"]
    if "holdout" in tables:
        notes[0] += f", {tables['holdout'].rows:,} held out"
    if tables["train"].rows == 0 or ("holdout" in tables and tables["holdout"].rows == 0):
        raise InputError(
            f"table {run.table}: {total:,} clean rows leave a part empty; give more rows, or set "
            "split.holdout_fraction to 0"
        )
    if "holdout" not in tables:
        notes.append("no holdout (split.holdout_fraction is 0): the report has no ceiling")
    return StageRecord("split", tables, notes=tuple(notes))

"""What a run's profile tells besides columns, where it is to look at the whole table."""

from __future__ import annotations

import shutil

from pyspark.sql import DataFrame

from jobs.audit import PAGE, PROPOSED, written
from jobs.audited_table import AuditedTable
from jobs.declared import seed_declared
from jobs.run import Run
from synth.audit.audit import Audit
from synth.audit.engine import audit_from
from synth.audit.first_scan import First
from synth.audit.question import AuditQuestion
from synth.table.schema import TableSchema

FOLDER = "audit"  # of the run's folder
WHERE = "the whole profile: {page}, and what a run may take over: {proposed}, in the run's folder"
NO_TARGET = "{why}: classes, leakage and bias are not told"
NOT_NAMED, NOT_COUNTED = "no task.target is named", "task.target {target!r} is not counted"


def whole_profile(run: Run, seed: DataFrame, question: AuditQuestion, first: First) -> Audit:
    """The audit of a run's seed, of which the ``first`` scan was made; page, JSON, proposals.

    A scan of pairs, rules and groups of rows, and one or two of columns that may be keys.
    """
    declared, names = seed_declared(run), first.profile.schema.names
    partitions = tuple(name for name in declared.partitioned_by if name in names)
    table = AuditedTable(run.config.seed, seed, first.profile.schema, partitions=partitions)
    source = table.source(run.config.random_seed, run.reporter.step)
    found = audit_from(source, question, first)
    return written(found, run.path(FOLDER), run.reporter)


def forget(run: Run) -> None:
    """Take away what an earlier profile of the run has written."""
    shutil.rmtree(run.path(FOLDER), ignore_errors=True)


def notes_of(found: Audit, schema: TableSchema) -> list[str]:
    """What the audit says besides its findings, and where all of it is."""
    where = WHERE.format(page=f"{FOLDER}/{PAGE}", proposed=f"{FOLDER}/{PROPOSED}")
    target, missing = found.question["target"], list[str]()
    keys = [column.name for column in schema if column.key]
    if target is None or target in keys or target not in [own.name for own in found.bins]:
        why = NOT_NAMED if target is None else NOT_COUNTED.format(target=target)
        missing = [NO_TARGET.format(why=why)]
    return [*found.notes, *missing, where]

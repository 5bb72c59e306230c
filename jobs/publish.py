"""publish: the gate. The best candidate becomes the synthetic table if it keeps every bound."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from jobs.candidates import Candidate, chosen
from jobs.choice import NOT_CHOSEN, Choice, choice_of
from jobs.declared import candidate_declared, column_comments, table_comment
from jobs.records import StageRecord, TableRecord
from jobs.rows import seed_structs
from jobs.run import Run
from lakehouse.declarations import NOTHING, differences, read_declared
from lakehouse.lineage import UNFINISHED, Lineage, read_lineage, set_verdict
from lakehouse.publication import Publication, publish_table
from lakehouse.registry import Registry
from lakehouse.structs import declared_in_structs, in_structs
from lakehouse.tables import TableRef, read, sql_name
from synth.table.errors import InputError

PUBLISHED, REFUSED = "published", "refused"


class GateFailed(Exception):
    """A table breaks a gate of these ``kinds``; ``result`` is what a command prints of it."""

    def __init__(self, message: str, kinds: list[str], result: dict[str, Any] | None = None):
        super().__init__(message)
        self.exit_code = 4 if "privacy" in kinds else 3
        self.result = result


def publish(run: Run) -> StageRecord:
    """Copy the candidate to the published table in one commit, or say why not.

    Fields of the seed's structs, which are columns of the candidate, are structs again in it.

    A refused run is a finished one: its verdict stands in the candidate's properties and in the
    registry. ``check_gates`` turns it into an error.
    """
    verdict = run.record("evaluate").facts
    best = chosen(run)
    candidate = run.record("sample").tables[best.role]
    lineage = read_lineage(run.spark, candidate.name)
    if lineage is None:
        raise InputError(f"{candidate.name} has lost its lineage: start a new run (--fresh)")
    choice = best_of(run)
    lineage = lineage if choice is None else replace(lineage, choice=choice.words)
    decision = PUBLISHED if verdict["passed"] else REFUSED
    tables = {}
    refused: tuple[str, ...] = ()
    if verdict["passed"]:
        run.reporter.step("publishing the synthetic table")
        tables["synthetic"] = run.table_record(_copy(run, best, candidate.ref, lineage))
        refused = _not_kept(run, best, tables["synthetic"])
    set_verdict(run.spark, candidate.name, decision)
    others = set_aside_candidates(run)
    record_decision(run, decision, lineage, candidate, run.app_id("publish", "run"))
    notes = [f"not published: {reason}" for reason in verdict["reasons"] if not tables]
    notes += [f"published as {table.name}" for table in tables.values()]
    if tables and verdict.get("status") == "amber":
        notes.append("published with amber figures (gates.amber: refuse keeps such tables back)")
    notes += (*others, *refused)
    notes += () if choice is None else (*choice.lines(), *choice.notes)
    if not run.config.encode.keep_codes:
        notes.append(forget_codes(run))
    return StageRecord("publish", tables, {"verdict": decision}, tuple(notes))


def best_of(run: Run) -> Choice | None:
    """The choice of runs by which this one is to be published; None where there was none."""
    found = choice_of(run.folder, run.records())
    return found if found is not None and found.best["run"] == run.id else None


def set_aside_candidates(run: Run) -> tuple[str, ...]:
    """Write into the tables of the other candidates why they are not chosen."""
    said = []
    for one in run.record("evaluate").facts.get("candidates", []):
        if not one["chosen"]:
            set_verdict(run.spark, one["table"], f"{NOT_CHOSEN}: {one['why']}")
            said.append(f"candidate {one['candidate']} is {NOT_CHOSEN}: {one['why']}")
    return tuple(said)


def forget_codes(run: Run) -> str:
    """Delete what stands for the rows of the train part one by one; nothing needs it any more."""
    left: list[str] = []
    for pattern in ("codes", "ray", "checkpoint*", "search"):
        for folder in run.folder.glob(pattern):
            shutil.rmtree(folder, onerror=lambda _, path, __: left.append(str(path)))
    if left:
        return (
            f"codes and checkpoints of the training could not all be deleted, {left[0]} is left: "
            "delete it, for with encoder.json it is nearly the real rows"
        )
    return "codes and checkpoints of the training are deleted (encode.keep_codes keeps them)"


def check_gates(run: Run) -> None:
    """GateFailed when the run's candidate was refused."""
    if run.record("publish").facts["verdict"] == PUBLISHED:
        return
    facts = run.record("evaluate").facts
    raise refusal(facts, run.record("sample").tables[chosen(run).role].name)


def refusal(judged: dict[str, Any], candidate: str) -> GateFailed:
    """The error of a candidate that was ``judged`` (facts of evaluate) to break a gate."""
    said = f"not published: {'; '.join(judged['reasons'])}. The candidate stays at {candidate}"
    return GateFailed(said, judged["failed_gates"])


def _copy(run: Run, best: Candidate, candidate: TableRef, lineage: Lineage) -> TableRef:
    judged = run.record("evaluate").facts
    published = replace(
        lineage,
        verdict=PUBLISHED,
        gates=judged.get("status", ""),
        waivers=tuple(judged.get("waived", ())),
    )
    structs = seed_structs(run)
    declared = declared_in_structs(candidate_declared(run, best.role), structs)
    rows = in_structs(read(run.spark, candidate), structs)
    said = Publication(
        properties=published.to_properties(),
        unfinished=UNFINISHED,
        metadata=published.to_metadata(),
        comment=table_comment(declared, published),
        column_comments=column_comments(declared, published, rows.columns)
        | {one.name: one.comment for one in structs if one.comment and one.name in rows.columns},
        declared=declared,
    )
    name = run.lake.table(run.table, "synthetic")
    return publish_table(rows, name, said, app_id=run.app_id("publish", "synthetic"))


def _not_kept(run: Run, best: Candidate, published: TableRecord) -> tuple[str, ...]:
    """What the candidate declares and the table in its old place could not be made to."""
    wanted = declared_in_structs(candidate_declared(run, best.role), seed_structs(run))
    if wanted == NOTHING:
        return ()
    found = read_declared(run.spark, sql_name(published.name))
    return differences(wanted, found)


def record_decision(
    run: Run, decision: str, lineage: Lineage, candidate: TableRecord, app_id: str
) -> None:
    """Add to the registry what became of a candidate, at most once for each ``app_id``."""
    registry = Registry(run.spark, run.lake.registry("runs"), run.lake.registry("metrics"))
    row = {
        "run_id": run.id,
        "candidate": candidate.name,
        "table": run.table,
        "verdict": decision,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "lineage": lineage.to_properties(),
    }
    registry.record_run(row, app_id)

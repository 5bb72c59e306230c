"""sample: the model folder -> candidate tables, rows made block by block, one commit each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobs.acceptance import Acceptance, accept, require_all
from jobs.candidates import Candidate, candidates, said_together
from jobs.config import ConfigError
from jobs.declared import Carried, carried, column_comments, summary_of, table_comment
from jobs.given_rows import (
    described,
    given_columns,
    require_given_rows,
    require_rows,
)
from jobs.progress import following
from jobs.records import StageRecord, TableRecord
from jobs.run import Run
from jobs.synthetic import Blocks, made_as, rules
from lakehouse.cleaning_counts import balance_of
from lakehouse.declarations import NOTHING, Declared, differences
from lakehouse.lineage import Lineage
from lakehouse.tables import define, write
from synth.sampling.blocks import SamplePlan, condition_notes
from synth.sampling.model_folder import Model, load_model
from synth.table.errors import InputError
from synth.version import VERSION

_OF_GIVEN_ROWS = (
    "a row that is made for a given one (sample.given_rows) breaks what the seed declares, {}: "
    "give rows that leave a way to keep it"
)
_TOO_LONG = (
    "a synthetic text is longer than its char(n) or varchar(n) column of the seed takes, as where "
    "keys run out: make fewer rows (sample.rows), or widen the column in the seed"
)
_REFUSALS = {  # by the class of the error
    "EXCEED_CHAR_VARCHAR_LIMIT": _TOO_LONG,  # Delta's
    "EXCEED_LIMIT_LENGTH": _TOO_LONG,  # Spark's
    "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES": _OF_GIVEN_ROWS.format("a CHECK constraint"),
    "DELTA_NOT_NULL_CONSTRAINT_VIOLATED": _OF_GIVEN_ROWS.format("a NOT NULL column"),
}


def sample(run: Run) -> StageRecord:
    """Make the rows on the executors and commit them once; no Spark job reads the seed.

    Each candidate is a table of its own, with a seed of its own, and a temperature where that is
    asked. The first is the table that an only one is: where more are asked for, it is there.
    Where the seed declares what a row can break, they are made once more before, to be counted.
    The same run, model and seed give the same rows, whatever the number of executors; a rerun makes
    no second commit.
    """
    folder = Path(run.record("train").facts["model"])
    model, asked = load_model(folder), candidates(run)
    if run.config.sample.given_rows is not None:
        require_given_rows(run, model.encoder)
        rows = require_rows(run)
        asked = tuple(replace(one, plan=replace(one.plan, rows=rows)) for one in asked)
    conditions = [_check_conditions(run, model, one.plan) for one in asked]
    wanted = carried(run, model.encoder.table_schema)
    made = [
        _made(run, folder, model, one, wanted, said)
        for one, said in zip(asked, conditions, strict=True)
    ]
    facts = dict(made[0].facts)
    if len(made) > 1:
        facts["others"] = {made[k].role: made[k].facts for k in range(1, len(made))}
    notes = said_together([one.notes for one in made])
    if len(made) > 1:
        notes = (f"{len(made)} candidates, of which the best is published", *notes)
    return StageRecord("sample", {one.role: one.table for one in made}, facts, notes)


@dataclass(frozen=True)
class _Made:
    """A table of one candidate, and what the record says of it."""

    role: str
    table: TableRecord
    facts: dict[str, Any]
    notes: tuple[str, ...]


def _made(
    run: Run,
    folder: Path,
    model: Model,
    candidate: Candidate,
    wanted: Carried,
    conditions: tuple[str, ...],
) -> _Made:
    """Write the table of a candidate, at most once."""
    plan, identity = candidate.plan, candidate.identity
    lineage = _lineage(run, model, candidate)
    name = run.lake.candidate(run.table, run.id, identity, candidate.number)
    declared, undeclared = _defined(run, name, wanted, lineage)
    marks = run.path("progress/sample")
    made = made_as(wanted, declared)
    blocks = Blocks(run, folder, model, plan, made, marks, rules(run, declared))
    found = _accepted(blocks)
    run.reporter.step(f"making {plan.rows:,} rows in {plan.blocks} blocks{_which(run, candidate)}")
    with _followed(run, marks, plan), _refusals_told(run):
        ref = write(
            blocks.table(found),
            name,
            # The table's name has the identity: these rows are made once, whatever came between.
            app_id=f"lakesynth/{run.id}/{_purpose(candidate)}/{identity}",
            mode="append",
            metadata=lineage.to_metadata(),
            **_described(lineage, declared, wanted.schema.names),
        )
    table = run.table_record(ref)
    if table.rows != plan.rows:
        raise RuntimeError(f"{table.name} has {table.rows} rows, {plan.rows} were to be made")
    facts = {
        "seed": plan.seed,
        "block_rows": plan.block_rows,
        "blocks": plan.blocks,
        "declared": declared.to_json(),
        "acceptance": None if found is None else asdict(found),
    }
    notes = (f"{table.rows:,} synthetic rows", *conditions, *summary_of(declared))
    notes += (() if found is None else found.notes()) + wanted.notes + undeclared
    return _Made(candidate.role, table, facts, notes)


def _purpose(candidate: Candidate) -> str:
    return "sample" if candidate.number == 1 else f"sample-{candidate.number}"


def _which(run: Run, candidate: Candidate) -> str:
    """Which of several candidates it is, in words."""
    asked = run.config.sample.candidates
    return "" if asked == 1 else f", candidate {candidate.number} of {asked}"


def _described(lineage: Lineage, declared: Declared, names: list[str]) -> dict[str, Any]:
    """What a synthetic table says of itself beside its rows."""
    return {
        "properties": lineage.to_properties(),
        "comment": table_comment(declared, lineage),
        "column_comments": column_comments(declared, lineage, names),
        "declared": declared,
    }


def _defined(
    run: Run, name: str, wanted: Carried, lineage: Lineage
) -> tuple[Declared, tuple[str, ...]]:
    """Make the candidate without rows: what it then declares, and what it was refused.

    Before the rows, since these are to keep what it declares.
    """
    if wanted.declared == NOTHING:
        return NOTHING, ()
    described = _described(lineage, wanted.declared, wanted.schema.names)
    found = define(run.spark, name, wanted.schema, **described)
    refused = differences(wanted.declared, found)
    # Its comments have the lineage in them, and the house's own properties are not declared.
    comments = {column.name: column.comment for column in wanted.declared.columns}
    declared = found.with_columns(
        lambda c: replace(
            c,
            comment=comments[c.name],
            identity=c.identity and replace(c.identity, last=None),  # how far it has come
        )
    )
    properties = {k: v for k, v in found.properties.items() if k in wanted.declared.properties}
    declared = replace(declared, comment=wanted.declared.comment, properties=properties, notes=())
    why = "Delta in this session refuses it"
    return declared, tuple(f"{line}: {why}" for line in refused)


def _accepted(blocks: Blocks) -> Acceptance | None:
    """Which rows keep what the table declares; None where no rule could be broken.

    Given rows are not to be replaced by others: InputError where one breaks a rule.
    """
    run, plan = blocks.run, blocks.plan
    if not blocks.rules:
        return None
    run.reporter.step(f"counting rows that keep {', '.join(blocks.rules)}")
    with _followed(run, blocks.marks, plan):
        if run.config.sample.given_rows is not None:
            require_all(blocks.table(None), blocks.rules, run.table)
            return None
        return accept(blocks.numbered, blocks.rules, plan, run.table)


def _check_conditions(run: Run, model: Model, plan: SamplePlan) -> tuple[str, ...]:
    """What is to be said of conditions; ConfigError before any row is made where one is wrong."""
    try:
        notes = condition_notes(model, plan)
    except InputError as error:
        raise ConfigError(f"table {run.table}: sample.{error}") from error
    if plan.temperature != 1.0:
        return (f"drawn at temperature {plan.temperature}: not as the seed is distributed",)
    if run.config.sample.given_rows is not None:
        return (f"one row for each of {described(run)} (sample.given_rows)",)
    if not plan.given:
        return ()
    names = ", ".join(map(repr, plan.given))
    return (f"every row is made under conditions on {names} (sample.given)", *notes)


@contextmanager
def _refusals_told(run: Run) -> Iterator[None]:
    """What Delta refuses of the rows, in the caller's words."""
    try:
        yield
    except Exception as error:
        for sign, words in _REFUSALS.items():
            if sign in str(error):
                raise InputError(f"table {run.table}: {words}") from error
        raise


@contextmanager
def _followed(run: Run, marks: Path, plan: SamplePlan) -> Iterator[None]:
    """Show how many blocks are finished while Spark works."""

    def show() -> None:
        done = sum(1 for _ in marks.iterdir()) if marks.is_dir() else 0
        if done:
            rows = min(done * plan.block_rows, plan.rows)
            run.reporter.advance("making rows", rows, plan.rows, unit="rows")

    try:
        with following(show):
            yield
    finally:
        if marks.is_dir():
            for mark in marks.iterdir():
                mark.unlink()


def _lineage(run: Run, model: Model, candidate: Candidate) -> Lineage:
    plan = candidate.plan
    seed = run.record("ingest").tables["seed"]
    parts = run.record("split").tables
    return Lineage(
        run_id=run.id,
        seed_name=run.config.seed,
        seed=seed.ref,
        train=parts["train"].ref,
        holdout=parts["holdout"].ref if "holdout" in parts else None,
        model_hash=model.hash,
        generator=model.generator.name,
        config_digest=candidate.digest,
        sampling_seed=plan.seed,
        rows=plan.rows,
        block_rows=plan.block_rows,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        package_version=VERSION,
        temperature=plan.temperature,
        given=given_columns(run, plan),
        given_rows="" if run.config.sample.given_rows is None else described(run),
        cleaning=balance_of(run.record("clean").facts["counts"]),
        model_source="" if run.model is None else run.model.folder,
    )

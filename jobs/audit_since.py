"""Profiles that add: states of a table's columns are kept, and rows added since profiled alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from pyspark.sql import SparkSession

from jobs.config import ConfigError
from jobs.profile_states import profile_since
from lakehouse.state_store import StateStore
from lakehouse.tables import TableRef, current_version
from synth.audit.audit import Audit
from synth.audit.conclusions import told_of_columns
from synth.audit.content import found
from synth.audit.content_state import ContentState
from synth.audit.first_scan import First
from synth.audit.question import AuditQuestion
from synth.profiling.stored_profile import StoredProfile, without_values
from synth.statistics.state import State
from synth.statistics.together import Together
from synth.table.schema import TableSchema

PART = "columns"
ADDED = (
    "{rows:,} rows were added since version {since}, and read alone; pairs of columns, rules, keys "
    "and groups of rows are of whole tables, and not counted: profile without --since counts them"
)
UNTOLD = "of sensitive columns a kept state has counts alone: {names} are told by those"


@dataclass(frozen=True)
class Kept:
    """Where states are kept: a Delta table; and the version to go on from, if any."""

    table: str
    since: int | None = None


def keeping(spark: SparkSession, seed: str, kept: Kept | None) -> Callable[[First], None]:
    """What keeps the states of a first scan of the seed as it is; ConfigError for no Delta table.

    Nothing where nothing is to be kept.
    """
    if kept is None:
        return lambda first: None
    version, store = _version(spark, seed), StateStore(spark, kept.table)

    def keep(first: First) -> None:
        state = Together([without_values(first.profile), first.state])
        store.save(
            seed, version, first.profile.schema, {PART: state.to_bytes()}, first.profile.rows
        )

    return keep


def audit_since(
    spark: SparkSession, seed: str, kept: Kept, since: int, question: AuditQuestion
) -> Audit:
    """The columns of the seed as it is: the kept states of version ``since``, and the added rows.

    The sum is kept as well. InputError where there are no such states, or rows were not only added.
    """
    version, store = _version(spark, seed), StateStore(spark, kept.table)
    stored = store.newest(seed, at_most=since)
    schema = TableSchema(()) if stored is None else stored.schema  # none: said by profile_since
    loads: tuple[Callable[[bytes], State], ...] = (
        partial(StoredProfile.from_bytes, schema=schema),
        partial(ContentState.from_bytes, schema=schema),
    )
    total, rows = profile_since(
        spark,
        TableRef(seed, version),
        since,
        store,
        schema,
        partial(Together.new, (partial(StoredProfile, schema), partial(ContentState, schema))),
        partial(Together.from_bytes, loads=loads),
        part=PART,
    )
    columns, content = total.parts
    store.save(seed, version, schema, {PART: total.to_bytes()}, columns.rows)
    notes = [ADDED.format(rows=rows, since=since)]
    hidden = [column.name for column in schema if column.sensitive]
    if hidden:
        notes.append(UNTOLD.format(names=", ".join(map(repr, hidden))))
    told = told_of_columns(seed, question, columns.profile, found(content), notes)
    counts = tuple(
        {"name": name, "type": schema[name].type, "sensitive": True, "nulls": nulls}
        for name, nulls in columns.counts.nulls.items()
    )
    return replace(told, columns=(*told.columns, *counts))


def _version(spark: SparkSession, seed: str) -> int:
    version = current_version(spark, seed)
    if version is None:
        raise ConfigError(
            f"--states keeps states of a Delta table, and {seed} is none: leave --states out, or "
            "write the seed as Delta first"
        )
    return version

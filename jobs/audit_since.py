"""Profiles that add: states of a table are kept, and for the next only added rows are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pyspark.sql import SparkSession

from jobs.audited_table import AuditedTable
from jobs.config import ConfigError
from jobs.profile_states import AddedRows, kept_at
from lakehouse.state_store import StateStore
from lakehouse.tables import current_version
from synth.audit.audit import Audit
from synth.audit.kept import KeptProfile
from synth.audit.question import AuditQuestion
from synth.audit.since import audit_since as audit_added
from synth.audit.source import Source


@dataclass(frozen=True)
class Kept:
    """Where states are kept: a Delta table; and the version to go on from, if any."""

    table: str
    since: int | None = None


def require_versions(spark: SparkSession, seed: str) -> None:
    """ConfigError for a seed that is no Delta table, of which no states can be kept."""
    if current_version(spark, seed) is None:
        raise _no_versions(seed)


def keeping(spark: SparkSession, seed: AuditedTable, where: Kept) -> Callable[[KeptProfile], None]:
    """What keeps the states of the seed, in one commit; ConfigError for no Delta table."""
    version, store = _version_of(seed), StateStore(spark, where.table)

    def keep(kept: KeptProfile) -> None:
        store.save(seed.name, version, kept.schema, kept.states(), kept.rows)

    return keep


def kept_before(spark: SparkSession, seed: AuditedTable, where: Kept, since: int) -> KeptProfile:
    """What was kept of version ``since``; InputError where that is not there, or does not fit."""
    return kept_at(spark, StateStore(spark, where.table), seed.name, since, seed.schema)


def audit_since(
    spark: SparkSession,
    seed: AuditedTable,
    source: Source,
    kept: KeptProfile,
    where: Kept,
    since: int,
    question: AuditQuestion,
) -> Audit:
    """The seed as it is: what was ``kept`` of version ``since``, and the added rows, in one scan.

    ``source`` is the seed's own. The sum is kept as well. InputError where rows were not only
    added, and where the question does not fit what was kept.
    """
    added = AddedRows.of(spark, seed.name, since, _version_of(seed), kept.schema)
    found = audit_added(replace(source, scan=added), question, kept, since)
    keeping(spark, seed, where)(found.kept)
    return found.audit


def _version_of(seed: AuditedTable) -> int:
    if seed.version is None:
        raise _no_versions(seed.name)
    return seed.version


def _no_versions(seed: str) -> ConfigError:
    return ConfigError(
        f"--states keeps states of a Delta table, and {seed} is none: leave --states out, or "
        "write the seed as Delta first"
    )

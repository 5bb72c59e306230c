"""Foreign keys between a table and others: looked for in profiles, counted exactly, then told.

Columns by themselves: a reference of several columns is not looked for, nor one of a table to
itself. No value of any table is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from synth.audit.finding import Finding
from synth.audit.inclusion import Inclusion, InclusionCounts, Table, holds, inclusions
from synth.audit.name_kinship import words_of, words_of_table
from synth.audit.remedies import by
from synth.audit.source import Source
from synth.profiling.table_profile import TableProfile

MOST_COUNTED = 60  # inclusions that are worth an exact count, those by name first


@dataclass(frozen=True)
class ForeignKey:
    """A proposed constraint and its evidence; ``rows`` of the child have a value."""

    found: Inclusion
    counts: InclusionCounts
    rows: int
    nulls: int

    @property
    def violations(self) -> int:
        """Rows with a value that is in no row of the parent."""
        return self.counts.orphans

    @property
    def kept(self) -> float:
        """The share of the rows with a value that have a parent."""
        return 1 - self.violations / self.rows

    def to_json(self, seed: str) -> dict[str, Any]:
        """All of it; for a column of ``seed`` the rule of cleaning that holds it, too."""
        own, counts = self.found, self.counts
        told: dict[str, Any] = {
            "table": own.table,
            "columns": [own.column],
            "references": own.parent,
            "key": [own.key],
            "told_by": own.by,
            "rows": self.rows,
            "nulls": self.nulls,
            "violations": self.violations,
            "orphan_values": counts.orphan_values,
            "share_with_parent": round(self.kept, 6),
            "parents": counts.keys,
            "parents_with_rows": counts.parents,
            "rows_per_parent": round((self.rows - self.violations) / max(counts.parents, 1), 3),
            "most_rows_of_a_parent": counts.most,
            "cardinality": "one to one" if counts.most <= 1 else "many to one",
        }
        if own.table == seed:
            told["rule"] = {
                "rule": "foreign_key_exists",
                "columns": [own.column],
                "table": own.parent,
                "references": [own.key],
            }
        return told


def foreign_keys(
    source: Source, profile: TableProfile
) -> tuple[tuple[ForeignKey, ...], tuple[str, ...]]:
    """Those between ``source``, whose ``profile`` is given, and its others; and what is to be said.

    One scan of each other table, and one of two columns for each inclusion that there may be.
    """
    if not source.others:
        return (), ()
    tables = [Table(source.table, profile)]
    for other in source.others:
        source.follow(f"profiling {other.table}")
        new = partial(TableProfile, other.schema)
        load = partial(TableProfile.from_bytes, schema=other.schema)
        tables.append(Table(other.table, other.scan(new, load)))
    looked = sorted(inclusions(tables), key=lambda one: one.by != "name")
    if looked:
        source.follow(f"counting {len(looked[:MOST_COUNTED])} foreign keys that there may be")
    profiles = {table.name: table.profile for table in tables}
    found = []
    for one in looked[:MOST_COUNTED]:
        state, counts = profiles[one.table][one.column], source.included(one)
        if holds(counts, state.count):
            found.append(ForeignKey(one, counts, state.count, state.nulls))
    return _one_way(found), tuple(_notes(tables, looked))


def on_foreign_keys(found: Sequence[ForeignKey], seed: str) -> Iterator[Finding]:
    """References of which some have no parent."""
    for one in found:
        if not one.violations:
            continue
        own, share = one.found, one.violations / one.rows
        yield Finding(
            "rows without a parent",
            "warning",
            (own.column if own.table == seed else own.key,),
            f"{one.violations:,} of {one.rows:,} rows with a value in {own.column!r} of "
            f"{own.table} ({share:.2%}) refer to no {own.key!r} of {own.parent}",
            f"Complete {own.parent}, or set such rows aside: the rule foreign_key_exists "
            f"({by('clean.rules')})",
        )


def _one_way(found: Sequence[ForeignKey]) -> tuple[ForeignKey, ...]:
    """Where two keys refer to each other, the reference to the table that they are named after."""
    best: dict[frozenset[tuple[str, str]], ForeignKey] = {}
    for one in found:
        own = one.found
        ends = frozenset([(own.table, own.column), (own.parent, own.key)])
        if ends not in best or _preference(one) > _preference(best[ends]):
            best[ends] = one
    return tuple(best.values())


def _preference(one: ForeignKey) -> tuple[bool, bool, int]:
    named = bool(set(words_of_table(one.found.parent)) & set(words_of(one.found.key)))
    return not one.violations, named, one.counts.keys


def _notes(tables: Sequence[Table], looked: Sequence[Inclusion]) -> Iterator[str]:
    names = ", ".join(table.name for table in tables[1:])
    yield (
        f"foreign keys were looked for between {tables[0].name} and {names}: of single columns, "
        "whole numbers or texts; not of several columns together, nor within one table"
    )
    if len(looked) > MOST_COUNTED:
        yield (
            f"{len(looked) - MOST_COUNTED} of {len(looked)} foreign keys that there may be were "
            "not counted: name fewer tables at a time"
        )

"""The audit of a table in three scans, whether Spark makes them or they are of rows in memory.

The first profiles the columns and draws a sample, in which is found how columns are written and
which rules may hold. The second counts, in the bins of the first, every column and pair of columns,
sums products of numbers, verifies the rules on every row, and counts groups of equal rows. The
third counts keys exactly, where columns look like one. Other tables that are named beside it are
profiled in a scan each, and references between them counted.
"""

from __future__ import annotations

from collections.abc import Callable

from synth.audit.audit import Audit
from synth.audit.counted import Counted
from synth.audit.design import Design, designed
from synth.audit.exact_keys import counted_keys, likely_keys
from synth.audit.first_scan import First, first_scan
from synth.audit.foreign_keys import foreign_keys
from synth.audit.keeping import kept_design, kept_of
from synth.audit.kept import KeptProfile
from synth.audit.question import AuditQuestion
from synth.audit.source import Source
from synth.audit.telling import told_of_counted
from synth.audit.text_words import mean_words
from synth.statistics.together import Together
from synth.table.errors import InputError


def audit(
    source: Source, question: AuditQuestion, keep: Callable[[KeptProfile], None] | None = None
) -> Audit:
    """Three scans of the table, and what follows from them; InputError for an unknown target.

    ``keep`` is given what may be kept of them, so that rows that come later are added to it.
    """
    source.require(question.target)
    source.follow("profiling columns")
    return audit_from(source, question, first_scan(source, question), keep)


def audit_from(
    source: Source,
    question: AuditQuestion,
    first: First,
    keep: Callable[[KeptProfile], None] | None = None,
) -> Audit:
    """The same where the ``first`` scan has been made: the other two.

    The target may be read out of a column, too; of one that is not counted nothing is told.
    """
    profile, least = first.profile, question.least
    if not profile.rows:
        raise InputError(f"table {source.table} has no rows: there is nothing to audit")
    source.follow("looking for forms and rules in a sample")
    design = designed(profile, first.sample, least)
    own = kept_design(first, least, design) if keep else None
    state, to_keep = _second_scan(source, design, own)
    counted = Counted.of(design, state, profile)
    keys = counted_keys(source, profile.rows, likely_keys(profile, counted.groups))
    if keep:
        keep(kept_of(first, least, own, to_keep, keys))
    links, said_of_links = foreign_keys(source, profile)
    return told_of_counted(
        source,
        question,
        profile,
        counted,
        keys,
        first.content,
        mean_words(first.sample),
        links=links,
        notes=first.notes,
        notes_on_links=said_of_links,
    )


def _second_scan(
    source: Source, design: Design, own: Design | None
) -> tuple[Together, Together | None]:
    """One scan of the table: what is told, and what its ``own`` design counts to be kept."""
    source.follow("counting pairs of columns and groups of rows, and verifying rules")
    told = design.counting
    if own is None or own is design:
        state = source.scan(told.new, told.load)
        return state, state if own is design else None
    kept = own.counting

    def new() -> Together:
        return Together([told.new(), kept.new()])

    def load(data: bytes) -> Together:
        return Together.from_bytes(data, (told.load, kept.load))

    both = source.scan(new, load).parts
    return both[0], both[1]

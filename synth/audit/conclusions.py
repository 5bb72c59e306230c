"""What follows from the counts of a table: associations, findings, and what may be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from synth.audit.associations import Association, associations
from synth.audit.audit import Audit
from synth.audit.broken_rules import BrokenRule, on_broken_rules
from synth.audit.column_audit import Columns, findings_on_columns
from synth.audit.content import SensitiveContent
from synth.audit.drift_findings import drifts, on_drift
from synth.audit.finding import Finding, gravest_first
from synth.audit.foreign_keys import ForeignKey, on_foreign_keys
from synth.audit.near_duplicates import NearDuplicates
from synth.audit.partition_drift import on_partitions, partition_drifts
from synth.audit.people_findings import on_doubles, on_people
from synth.audit.quasi_identifiers import QuasiIdentifier
from synth.audit.question import AuditQuestion
from synth.audit.task_findings import GroupRate, group_rates, on_classes, on_groups, on_leakage
from synth.audit.text_formats import TextFormat, on_formats
from synth.audit.unlearned import on_unlearned
from synth.forms.table_forms import TableForms
from synth.metrics.gram import GramState
from synth.metrics.histograms import CodeHistograms
from synth.metrics.protected import protected_columns
from synth.profiling.privacy import protected_profile
from synth.profiling.table_profile import TableProfile
from synth.table.leaves import Unlearned


@dataclass(frozen=True)
class Seen:
    """What the scans have told of a table; raw values are in it, and it lives in a job alone.

    ``words``: how many a value of a text column has on average, in a sample. ``hidden``: so many
    columns there are besides, of which counts alone are known.
    """

    profile: TableProfile
    words: Mapping[str, float]
    forms: TableForms
    counts: CodeHistograms
    products: GramState
    structure: dict[str, Any]
    people: tuple[QuasiIdentifier, ...] = ()
    doubles: NearDuplicates | None = None
    content: tuple[SensitiveContent, ...] = ()
    links: tuple[ForeignKey, ...] = ()
    partitions: tuple[str, ...] = ()
    unlearned: tuple[Unlearned, ...] = ()
    hidden: int = 0
    broken: tuple[BrokenRule, ...] = ()
    formats: tuple[TextFormat, ...] = ()


def told_of_columns(
    table: str,
    question: AuditQuestion,
    profile: TableProfile,
    content: tuple[SensitiveContent, ...],
    notes: Sequence[str],
    hidden: int = 0,
    links: Sequence[ForeignKey] = (),
) -> Audit:
    """The audit of columns alone, each by itself, where no more than their states is known.

    ``hidden``: so many there are besides, of which counts alone are known. ``links``: what they
    refer to in other tables.
    """
    seen = Columns(profile, content, question.inference.identifying(content), hidden=hidden)
    findings = gravest_first((*findings_on_columns(question, seen), *on_foreign_keys(links, table)))
    written = protected_profile(profile, question.least)
    return Audit(
        table,
        profile.rows,
        tuple(written["columns"]),
        (),
        (),
        (),
        {
            "rules": [],
            "keys": [],
            "foreign_keys": [one.to_json(table) for one in links],
            "forms": {},
            "formats": [],
            "not_looked_at": [],
        },
        findings,
        notes=tuple(notes),
        question=asdict(question),
        content=content,
    )


def told(table: str, question: AuditQuestion, seen: Seen, notes: Sequence[str]) -> Audit:
    """The audit of a table from what was seen of it."""
    pairs = associations(seen.counts, seen.products)
    rates = _rates(question, seen)
    findings = gravest_first(_findings(table, question, seen, pairs, rates))
    written = protected_profile(seen.profile, question.least)
    return Audit(
        table,
        seen.profile.rows,
        tuple(written["columns"]),
        seen.counts.bins,
        tuple(seen.counts.column(place) for place in range(len(seen.counts.bins))),
        pairs,
        seen.structure,
        findings,
        rates,
        tuple(notes),
        asdict(question),
        seen.people,
        seen.doubles,
        seen.content,
    )


def _findings(
    table: str,
    question: AuditQuestion,
    seen: Seen,
    pairs: Sequence[Association],
    rates: Sequence[GroupRate],
) -> Iterator[Finding]:
    assumed = question.inference.identifying(seen.content)
    yield from findings_on_columns(
        question, Columns(seen.profile, seen.content, assumed, seen.forms, seen.words, seen.hidden)
    )
    yield from on_unlearned(seen.unlearned)
    yield from on_people(seen.people)
    yield from on_doubles(seen.doubles)
    if question.target is not None and _is_counted(seen, question.target):
        yield from on_classes(seen.counts, question.target)
        yield from on_leakage(pairs, question.target)
        yield from on_groups(rates, question.target)
    yield from on_broken_rules(seen.broken)
    yield from on_formats(seen.formats)
    yield from on_foreign_keys(seen.links, table)
    yield from on_drift(drifts(seen.counts, pairs, seen.partitions))
    yield from on_partitions(partition_drifts(seen.counts, pairs, seen.partitions))


def _rates(question: AuditQuestion, seen: Seen) -> tuple[GroupRate, ...]:
    if question.target is None or not _is_counted(seen, question.target):
        return ()
    protected = protected_columns(seen.profile.schema.names)
    return group_rates(seen.counts, question.target, question.positive, protected)


def _is_counted(seen: Seen, name: str) -> bool:
    return name in [bins.name for bins in seen.counts.bins]

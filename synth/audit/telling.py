"""What is told of a table that was counted: structure, findings, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synth.audit.audit import Audit
from synth.audit.conclusions import Seen, told
from synth.audit.content import SensitiveContent
from synth.audit.counted import Counted
from synth.audit.exact_keys import Keys
from synth.audit.foreign_keys import ForeignKey
from synth.audit.partition_drift import not_counted
from synth.audit.quasi_identifiers import quasi_identifiers
from synth.audit.question import AuditQuestion
from synth.audit.source import Source
from synth.audit.text_formats import text_formats
from synth.audit.unlearned import notes_on
from synth.profiling.table_profile import TableProfile


def told_of_counted(
    source: Source,
    question: AuditQuestion,
    profile: TableProfile,
    counted: Counted,
    keys: Keys,
    content: tuple[SensitiveContent, ...],
    words: Mapping[str, float],
    *,
    links: Sequence[ForeignKey] = (),
    notes: Sequence[str] = (),
    notes_on_links: Sequence[str] = (),
) -> Audit:
    """The audit: ``notes`` come first, ``words`` are those of a text column's values on average."""
    formats = tuple(text_formats(profile, question.least))
    seen = Seen(
        profile.marked(keys=[name for name in keys.alone if name in profile.schema.names]),
        words,
        counted.design.forms,
        counted.histograms,
        counted.products,
        {**_structure(source, counted, keys, links), "formats": [f.to_json() for f in formats]},
        quasi_identifiers(counted.groups, counted.design.people.described),
        counted.doubles,
        content,
        tuple(links),
        source.partitions,
        source.unlearned,
        len(source.schema) - len(profile.schema),
        counted.rules.broken,
        formats,
    )
    said = (
        *source.notes,
        *notes_on(source.unlearned),
        *notes,
        *counted.notes,
        *notes_on_links,
        *not_counted(seen.counts, source.partitions),
    )
    return told(source.table, question, seen, said)


def _structure(
    source: Source, counted: Counted, keys: Keys, links: Sequence[ForeignKey]
) -> dict[str, Any]:
    named = [[column.name] for column in source.schema if column.key]
    forms = counted.design.forms.forms
    return {
        "rules": list(counted.rules.facts),
        "keys": [*named, *map(list, keys.confirmed)],
        "foreign_keys": [one.to_json(source.table) for one in links],
        "forms": {form.column.name: form.describe() for form in forms},
        "not_looked_at": list(counted.design.limits),
    }

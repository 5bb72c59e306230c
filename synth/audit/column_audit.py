"""What is found of a table's columns, each by itself: all that one scan and a sample tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from synth.audit.absent_values import on_absent_values
from synth.audit.column_findings import on_columns
from synth.audit.content import SensitiveContent
from synth.audit.finding import Finding, gravest_first
from synth.audit.people_findings import on_content
from synth.audit.purpose import PURPOSE, on_purpose
from synth.audit.question import AuditQuestion
from synth.audit.size import TOO_FEW, on_free_text, on_size
from synth.forms.table_forms import NO_FORMS, TableForms
from synth.profiling.table_profile import TableProfile

STOPPING = (PURPOSE, TOO_FEW)  # findings that may be errors


@dataclass(frozen=True)
class Columns:
    """What is known of them; ``words`` are how many a value of a column has, where a sample was.

    ``assumed`` are the contents whose columns are taken for sensitive. ``hidden``: so many columns
    there are besides, of which counts alone are known.
    """

    profile: TableProfile
    content: tuple[SensitiveContent, ...] = ()
    assumed: tuple[SensitiveContent, ...] = ()
    forms: TableForms = NO_FORMS
    words: Mapping[str, float] = field(default_factory=dict)
    hidden: int = 0


def findings_on_columns(question: AuditQuestion, seen: Columns) -> tuple[Finding, ...]:
    """All findings on a table that need no two columns at once, the gravest first."""
    return gravest_first(_found(question, seen))


def _found(question: AuditQuestion, seen: Columns) -> Iterator[Finding]:
    understood = {form.column.name for form in seen.forms.forms if not form.is_made}
    prose = {name: words for name, words in seen.words.items() if name not in understood}
    yield from on_purpose(question.purpose)
    yield from on_size(seen.profile, question.entities, question.min_entities, seen.hidden)
    yield from on_content(seen.content, seen.assumed)
    yield from on_columns(seen.profile, question.least)
    yield from on_absent_values(seen.profile, question.least)
    yield from on_free_text(seen.profile, prose)

"""The first scan of a table: its columns profiled, what they hold of people, and a sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from synth.audit.content import SensitiveContent, found, prose_columns
from synth.audit.content_state import ContentState
from synth.audit.free_text import search_free_text
from synth.audit.question import AuditQuestion
from synth.audit.remedies import by
from synth.audit.row_sample import RowSample
from synth.audit.source import Source
from synth.profiling.table_profile import TableProfile
from synth.statistics.state import State
from synth.statistics.together import Together


@dataclass(frozen=True)
class First:
    """What it has told: columns that identify people are sensitive in the profile's schema."""

    profile: TableProfile
    state: ContentState
    sample: pa.RecordBatch
    content: tuple[SensitiveContent, ...]
    notes: tuple[str, ...]


def first_scan(source: Source, question: AuditQuestion) -> First:
    """One scan of the table."""
    schema, rows = source.schema, question.sample_rows

    def new() -> Together:
        return Together([TableProfile(schema), ContentState(schema), RowSample(schema, rows)])

    loads: list[Callable[[bytes], State]] = [
        partial(TableProfile.from_bytes, schema=schema),
        partial(ContentState.from_bytes, schema=schema),
        partial(RowSample.from_bytes, schema=schema, rows=rows),
    ]
    load = partial(Together.from_bytes, loads=loads)
    profile, state, sampled = source.scan(new, load, ordered=True).parts
    sample = sampled.table()
    prose = {name: sample.column(name).drop_null().to_pylist() for name in prose_columns(state)}
    inside = search_free_text(prose) if prose else None
    content = (*found(state), *(inside.contents if inside else ()))
    said = tuple(_assumed(content)) if question.infer_sensitive else ()
    if question.infer_sensitive:
        names = {one.column for one in content if _identifies(one)}
        profile = profile.marked(sensitive=names)
    return First(profile, state, sample, content, (*said, *(inside.notes if inside else ())))


def _identifies(one: SensitiveContent) -> bool:
    return one.identifying and one.confidence != "low"


def _assumed(content: tuple[SensitiveContent, ...]) -> Iterator[str]:
    for one in content:
        if _identifies(one):
            yield (
                f"column {one.column!r} is taken for sensitive ({one.kind}): its values are not "
                f"told ({by('columns.infer_sensitive: false')} shows them)"
            )

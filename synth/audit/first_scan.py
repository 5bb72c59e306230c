"""The first scan of a table: its columns profiled, what they hold of people, and a sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from synth.audit.content import SensitiveContent
from synth.audit.content_state import ContentState
from synth.audit.contents import contents
from synth.audit.question import AuditQuestion
from synth.audit.row_sample import RowSample
from synth.audit.sensitive_columns import notes_on
from synth.audit.source import Source
from synth.profiling.table_profile import TableProfile
from synth.statistics.state import State
from synth.statistics.together import Together


@dataclass(frozen=True)
class First:
    """What it has told: columns that identify people are sensitive in the profile's schema.

    ``free_text_notes``: those of the ``notes`` that tell how free text was searched.
    """

    profile: TableProfile
    state: ContentState
    sample: pa.RecordBatch
    content: tuple[SensitiveContent, ...]
    notes: tuple[str, ...]
    free_text_notes: tuple[str, ...] = ()


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
    told = contents(state, sample)
    assumed = question.inference.identifying(told.contents)
    profile = profile.marked(sensitive={one.column for one in assumed})
    notes = (*notes_on(assumed), *told.notes)
    return First(profile, state, sample, told.contents, notes, told.notes)

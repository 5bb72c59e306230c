"""What columns hold of people: by patterns in every row, and in free text by a sample of it."""

from __future__ import annotations

import pyarrow as pa

from synth.audit.content import found, prose_columns
from synth.audit.content_state import ContentState
from synth.audit.free_text import FreeText, search_free_text


def contents(state: ContentState, sample: pa.RecordBatch) -> FreeText:
    """All of it, and notes on how free text was searched, where there is some."""
    prose = {name: sample.column(name).drop_null().to_pylist() for name in prose_columns(state)}
    inside = search_free_text(prose)
    return FreeText((*found(state), *inside.contents), inside.notes)

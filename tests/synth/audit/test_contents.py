"""Contents of columns: patterns of every row, and a word on free text."""

from __future__ import annotations

import pyarrow as pa

from synth.audit.content_state import ContentState
from synth.audit.contents import contents
from synth.table.schema import TableSchema

ROWS = 300


def told(table: pa.Table) -> tuple[list[str], tuple[str, ...]]:
    state = ContentState(TableSchema.from_arrow(table.schema))
    (batch,) = table.to_batches()
    state.update(batch)
    found = contents(state, batch.slice(0, 50))
    return [f"{one.column}: {one.kind}" for one in found.contents], found.notes


def test_patterns_are_told_of_every_row_and_free_text_of_a_sample() -> None:
    mails = [f"olena{n}@example.org" for n in range(ROWS)]
    prose = [f"the customer called about order {n} and was angry again" for n in range(ROWS)]
    found, notes = told(pa.table({"contact": mails, "story": prose}))
    assert found[0] == "contact: e-mail address"
    (note,) = notes
    assert note.startswith("free text in 'story' was searched by")


def test_without_prose_nothing_is_said_of_it() -> None:
    assert told(pa.table({"age": list(range(ROWS))})) == ([], ())

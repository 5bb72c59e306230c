"""What was counted is told with its structure and notes."""

from __future__ import annotations

import pyarrow as pa

from synth.audit.counted import Counted
from synth.audit.exact_keys import Keys
from synth.audit.question import AuditQuestion
from synth.audit.source import Source
from synth.audit.telling import told_of_counted
from tests.synth.audit.test_design import designed_of
from tests.synth.audit.test_engine import Scans, people


def test_keys_forms_rules_and_notes_are_told() -> None:
    frame = people()
    design, profile = designed_of(frame)
    state = design.counting.new()
    for batch in pa.Table.from_pandas(frame, preserve_index=False).to_batches():
        state.update(batch)
    scans = Scans(frame, 1, {"keys": ["text_day"]})
    source = Source(
        "people", scans.schema, scans.scan, scans.distinct_of, notes=("seen",), partitions=("id",)
    )
    keys = Keys((("id",), ("a column that is not told",)))
    found = told_of_counted(
        source,
        AuditQuestion(),
        profile,
        Counted.of(design, state, profile),
        keys,
        (),
        {"email": 6.0},
        notes=("first",),
        notes_on_links=("last",),
    )
    assert found.structure["keys"] == [["text_day"], ["id"], ["a column that is not told"]]
    assert found.structure["forms"]["text_day"] == "dates written as DD.MM.YYYY"
    assert found.notes[:2] == ("seen", "first") and "last" in found.notes
    assert "drift between the partitions by 'id' was not looked at" in found.notes[-1]
    assert ("email",) in [one.columns for one in found.findings if one.name == "free text"]

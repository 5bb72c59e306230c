"""What the second scan has told is read off its states, and what was left out is said."""

from __future__ import annotations

import pyarrow as pa

from synth.audit.counted import Counted
from tests.synth.audit.test_design import designed_of
from tests.synth.audit.test_engine import people


def test_counts_rules_and_doubles_are_read_off() -> None:
    frame = people()
    design, profile = designed_of(frame)
    state = design.counting.new()
    for batch in pa.Table.from_pandas(frame, preserve_index=False).to_batches():
        state.update(batch)
    counted = Counted.of(design, state, profile)
    assert counted.histograms.rows == counted.groups.rows == 6000
    (rule,) = [own for own in counted.rules.facts if own["target"] == "gross" and own["used"]]
    assert (rule["rows"], rule["exceptions"]) == (6000, 0)
    assert counted.doubles is not None and counted.doubles.doubled.value == 0
    said = " ".join(counted.notes)
    assert "without 'id' (a key: it singles out every row)" in said
    assert "without 'country' (constant" in said and "estimated from a sample of groups" in said


def test_of_columns_that_tell_all_rows_apart_no_doubles_are_counted() -> None:
    design, profile = designed_of(people()[["id"]])
    counted = Counted.of(design, design.counting.new(), profile)
    assert counted.doubles is None

"""What is kept is read as it was written, adds, and loses what turns out to be sensitive."""

from __future__ import annotations

import json

import pytest

from synth.audit.exact_keys import Keys
from synth.audit.kept import COLUMNS, PAIRS, FirstFacts, KeptPairs, KeptProfile
from synth.statistics.together import apart, joined
from tests.synth.audit.kept_rows import counts, emptied, read_again
from tests.synth.audit.test_engine import Scans, people
from tests.synth.audit.test_since import kept_of


@pytest.fixture(scope="module")
def kept() -> KeptProfile:
    return kept_of(people()[:900])


def test_states_are_read_as_they_were_written(kept: KeptProfile) -> None:
    again = read_again(kept)
    assert again.states() == kept.states() and list(kept.states()) == [COLUMNS, PAIRS]
    assert again.pairs is not None and kept.pairs is not None
    assert again.pairs.facts == kept.pairs.facts
    assert again.rows == kept.pairs.facts.rows == 900


def test_rows_are_added_as_often_as_they_come(kept: KeptProfile) -> None:
    frame = people()[:900]
    total = emptied(read_again(kept))
    for start in (0, 300, 600):
        part = Scans(frame[start : start + 300], 2)
        total.add(part.scan(total.recount.new, total.recount.load))
    assert total.rows == 900 and counts(total) == counts(kept)


def test_facts_are_json_without_a_value(kept: KeptProfile) -> None:
    assert kept.pairs is not None
    facts = kept.pairs.facts
    text = json.dumps(facts.to_json())
    assert FirstFacts.from_json(json.loads(text)) == facts
    assert "Kyiv" not in text and facts.words["city"] == 1.0 and "email" not in facts.words
    assert facts.keys == Keys((("id",),))
    changed = kept.with_keys(Keys((), (("id",),)))
    assert changed.pairs is not None and changed.pairs.facts.keys.refuted == (("id",),)


def test_more_sensitive_columns_leave_counts_and_no_pairs(kept: KeptProfile) -> None:
    found = kept.without(["city", "net"])
    assert found.pairs is None and list(found.states()) == [COLUMNS]
    assert found.columns.counts.nulls == {"city": 0, "net": 0, "email": 0}
    assert b"Kyiv" in kept.states()[COLUMNS] and b"Kyiv" not in found.states()[COLUMNS]
    assert found.with_keys(Keys()) is found and kept.schema["city"].sensitive is False


def test_other_bytes_are_refused(kept: KeptProfile) -> None:
    data = kept.states()[PAIRS]
    facts, design, state = apart(data)
    other = json.dumps({**json.loads(facts), "format": 0}).encode()
    for bad in (b"", b"\x01", data[:-7], joined([facts, design]), joined([other, design, state])):
        with pytest.raises(ValueError, match="no counts of pairs that this version reads"):
            KeptPairs.from_bytes(bad)


def test_what_travels_to_rows_has_no_count(kept: KeptProfile) -> None:
    assert kept.pairs is not None
    empty = emptied(kept).recount
    assert kept.recount == empty and kept.recount.pairs is kept.pairs.design.counting
    assert not hasattr(kept.recount, "columns")

"""The generator with its reasons, and what a table is like."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from synth.planning.choice import Asked, TableFacts, reasons
from synth.profiling.table_profile import TableProfile

TABLE = pa.table(
    {
        "age": list(range(60)) * 20,
        "code": [f"c{i}" for i in range(1200)],
        "story": [f"the {i}th thing that was told to them" for i in range(1200)],
        "sex": ["f", "m"] * 600,
    }
)
PROFILE = TableProfile.of(TABLE)
FACTS = TableFacts.of(PROFILE)
ASKED = Asked("autoregressive", False)


def test_a_table_is_told_by_rows_kinds_and_many_valued_texts() -> None:
    assert TableFacts(1200, 4, 1, 3, ("code", "story")) == FACTS
    assert FACTS.words() == (
        "1,200 rows, 4 columns: 1 of numbers or times, 3 of texts, of which 2 have 1,000 values "
        "or more"
    )
    assert FACTS.to_json()["many_valued"] == ["code", "story"]


def test_a_generator_that_is_asked_for_needs_no_other_reason() -> None:
    assert reasons(replace(ASKED, is_given=True), FACTS) == ("autoregressive: asked for",)


def test_the_default_says_why_and_what_speaks_for_another() -> None:
    said = " ".join(reasons(replace(ASKED, conditions=("sex",)), FACTS))
    assert "best or beside the best" in said and "conditions on 'sex'" in said
    assert "mixture, if a first table is wanted within seconds" in said
    wide = " ".join(reasons(ASKED, replace(FACTS, columns=300)))
    assert "300 columns" in wide

"""Words of texts."""

from __future__ import annotations

import pyarrow as pa

from synth.audit.text_words import mean_words


def test_words_of_the_values_that_there_are() -> None:
    batch = pa.RecordBatch.from_pydict(
        {
            "t": ["one two", None, " three  four five six "],
            "n": [1, 2, 3],
            "empty": pa.nulls(3, pa.string()),
        }
    )
    assert mean_words(batch) == {"t": 3.0}

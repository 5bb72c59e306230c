"""How many words texts have: what tells prose from names and codes."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def mean_words(sample: pa.RecordBatch) -> dict[str, float]:
    """By text column the mean number of words of its values, of those that have one."""
    found = {}
    for name, values in zip(sample.schema.names, sample.columns, strict=True):
        if pa.types.is_string(values.type) and values.null_count < len(values):
            words = pc.count_substring_regex(values.drop_null(), r"\S+")
            found[name] = float(pc.mean(words).as_py())
    return found

"""A table of persons for tests of the audit: 48,842 rows of the census of 1994."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.csv

from synth.datasets import adult_path


@cache
def adult() -> pa.Table:
    """The table, whose missing values are nulls; read once."""
    options = pa.csv.ConvertOptions(strings_can_be_null=True, null_values=["", " ?"])
    return pa.csv.read_csv(adult_path(), convert_options=options).combine_chunks()

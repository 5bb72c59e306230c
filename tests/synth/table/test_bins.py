import json
from math import inf

import pytest

from synth.table.bins import ColumnBins

BINS = ColumnBins(
    "age",
    "number",
    ordinal=True,
    labels=("young", "18 to 65", "old", "(null)"),
    lower=(-inf, 18.0, 65.5, None),
    upper=(18.0, 65.5, inf, None),
    pair_bins=(0, 0, 1, 2),
    sensitive=True,
)


def test_bins_equal_themselves_through_standard_json() -> None:
    text = json.dumps(BINS.to_json(), allow_nan=False)
    assert ColumnBins.from_json(json.loads(text)) == BINS


def test_bins_and_pair_bins_are_counted() -> None:
    assert (len(BINS), BINS.n_pair_bins) == (4, 3)
    nothing = ColumnBins("x", "category", False, (), (), (), ())
    assert (len(nothing), nothing.n_pair_bins) == (0, 0)


def test_lists_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"bins of column 'x' differ in length: \[1, 2\]"):
        ColumnBins("x", "category", False, ("a", "b"), (None, None), (None, None), (0,))

"""What long texts are grouped by: the column that goes with them, if any does."""

import numpy as np

from synth.encode.grouping import predicted_kind

CARRIER = np.arange(1000) % 5
TAIL = CARRIER + 5 * (np.arange(1000) // 5 % 20)  # a hundred tails, each of one carrier


def test_the_column_that_the_values_determine_wins() -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 5, 1000)
    partly = np.where(rng.random(1000) < 0.5, CARRIER, noise)
    found = predicted_kind(TAIL, 100, {"noise": noise, "partly": partly, "carrier": CARRIER})
    assert found is not None
    assert found.tolist() == (np.arange(100) % 5).tolist()


def test_values_go_with_the_commonest_code_where_they_do_not_determine_it() -> None:
    other = CARRIER.copy()
    other[TAIL == 7] = [2] * 4 + [3] * 6  # tail 7 has ten rows
    found = predicted_kind(TAIL, 100, {"carrier": other})
    assert found is not None and found[7] == 3


def test_a_column_of_chance_is_not_taken_however_few_the_rows() -> None:
    # Each of 250 values has four rows: by chance they seem to tell a third of any column.
    values = np.arange(1000) % 250
    assert (
        predicted_kind(values, 250, {"noise": np.random.default_rng(0).integers(0, 5, 1000)})
        is None
    )


def test_a_column_that_hardly_varies_goes_with_everything_and_counts_for_nothing() -> None:
    hardly = (TAIL == 0).astype(int)
    assert predicted_kind(TAIL, 100, {"hardly": hardly}) is None
    assert predicted_kind(TAIL, 100, {}) is None
    assert predicted_kind(TAIL[:0], 100, {"carrier": CARRIER[:0]}) is None

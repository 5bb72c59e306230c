import numpy as np
import pyarrow as pa

from synth.metrics.row_copies import copied, row_codes

TRAIN = pa.table({"id": [1, 2, 3], "a": [1.0, None, float("nan")], "b": ["x", "y", None]})


def test_a_copy_equals_in_every_value_null_and_nan_included() -> None:
    made = pa.table(
        {"id": [9, 9, 9, 9], "a": [1.0, None, float("nan"), 1.0], "b": ["x", "y", None, "y"]}
    )
    assert copied(made, TRAIN, ["a", "b"]).tolist() == [True, True, True, False]
    assert not copied(made, TRAIN, ["id", "a", "b"]).any()


def test_nothing_equals_where_there_is_nothing() -> None:
    assert not copied(TRAIN, TRAIN.slice(0, 0), ["a"]).any()
    assert not copied(TRAIN, TRAIN, []).any()


def test_codes_of_many_wide_columns_stay_apart() -> None:
    """Sixty columns of a thousand values: their product is far beyond an int64."""
    rng = np.random.default_rng(0)
    rows = pa.table({f"c{i}": rng.integers(0, 1000, 500) for i in range(60)})
    codes = row_codes(pa.concat_tables([rows, rows]))
    assert (codes[:500] == codes[500:]).all() and len(np.unique(codes)) == 500

import numpy as np
import pyarrow as pa

from synth.table.row_codes import row_codes


def test_codes_of_many_wide_columns_stay_apart() -> None:
    """Sixty columns of a thousand values: their product is far beyond an int64."""
    rng = np.random.default_rng(0)
    rows = pa.table({f"c{i}": rng.integers(0, 1000, 500) for i in range(60)})
    codes = row_codes(pa.concat_tables([rows, rows]))
    assert (codes[:500] == codes[500:]).all() and len(np.unique(codes)) == 500


def test_nulls_are_equal_and_equal_to_nothing_else() -> None:
    rows = pa.table({"a": [None, 0, None, 1], "b": ["x", "x", "x", None]})
    assert row_codes(rows).tolist() == [0, 1, 0, 2]

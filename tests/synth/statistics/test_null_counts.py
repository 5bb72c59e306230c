import pyarrow as pa

from synth.statistics.null_counts import NullCounts

BATCH = pa.RecordBatch.from_pydict({"a": pa.array([1, None, None]), "b": ["x", None, "y"]})


def test_counts_add_and_survive_their_bytes() -> None:
    one, whole = NullCounts(["a", "b"]), NullCounts(["a", "b"])
    one.update(BATCH)
    again = NullCounts.from_bytes(one.to_bytes())
    again.merge(one)
    for _ in range(2):
        whole.update(BATCH)
    assert again.to_bytes() == whole.to_bytes()
    assert (again.rows, again.nulls) == (6, {"a": 4, "b": 2})


def test_without_columns_the_rows_are_counted() -> None:
    rows = NullCounts()
    rows.update(BATCH)
    again = NullCounts.from_bytes(rows.to_bytes())
    assert (again.rows, again.nulls) == (3, {})

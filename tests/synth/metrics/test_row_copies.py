import pyarrow as pa

from synth.metrics.row_copies import copied

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

import pyarrow as pa

from synth.metrics.blanks import notes_on_blanks

REAL = pa.table({"job": [" a", "b ", None, "c"], "age": [1, 2, 3, 4]})


def test_rows_that_differ_by_blanks_alone_are_counted_by_column() -> None:
    made = pa.table({"job": ["a", "b", "b ", "d", None], "age": [1, 2, 3, 4, 5]})
    (note,) = notes_on_blanks(REAL, made)
    assert note.startswith("column 'job': 2 synthetic rows have a text that equals a real one but")


def test_equal_other_and_missing_texts_are_no_matter() -> None:
    assert notes_on_blanks(REAL, REAL) == ()
    nothing = pa.table({"job": pa.array([None, None], pa.string()), "age": [1, 2]})
    assert notes_on_blanks(REAL, nothing) == notes_on_blanks(nothing, REAL) == ()
    assert notes_on_blanks(REAL, pa.table({"job": ["x"], "age": [1]})) == ()

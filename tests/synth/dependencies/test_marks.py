"""How flags are written: read and written alike, and of two texts which one says that it is set."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.marks import (
    PLAIN,
    Mark,
    is_flag_type,
    marks_of,
    read,
    set_as_number,
    turned,
    write,
)
from synth.table.schema import Column


@pytest.mark.parametrize(
    ("array", "mark"),
    [
        (pa.array([1, 0, None, 1], pa.int8()), PLAIN),
        (pa.array([1.0, 0.0, None, 1.0]), PLAIN),
        (pa.array([True, False, None, True]), PLAIN),
        (pa.array(["Y", "N", None, "Y"]), Mark("Y", "N")),
    ],
)
def test_what_is_read_is_written_alike(array: pa.Array, mark: Mark) -> None:
    flag = read(array, mark)
    assert flag.on.tolist() == [True, False, False, True]
    assert flag.known.tolist() == [True, True, False, True] and flag.fits.all()
    assert write(flag.on, array.type, mark).drop_null().to_pylist()[:2] == array.to_pylist()[:2]


def test_nothing_may_say_that_a_flag_is_not_set() -> None:
    array, mark = pa.array(["X", None, "X"]), Mark("X", off_is_null=True)
    flag = read(array, mark)
    assert flag.on.tolist() == [True, False, True] and flag.known.all()
    assert write(flag.on, array.type, mark) == array


def test_other_values_fit_no_flag() -> None:
    assert read(pa.array([0, 1, 2]), PLAIN).fits.tolist() == [True, True, False]
    assert read(pa.array(["Y", "?", "N"]), Mark("Y", "N")).fits.tolist() == [True, False, True]
    assert is_flag_type("string") and is_flag_type("decimal(1,0)") and not is_flag_type("date")


def test_the_rarer_text_over_all_columns_of_a_pair_is_the_one_that_is_set() -> None:
    rows, rng = 300, np.random.default_rng(0)
    which = rng.integers(0, 3, rows)
    columns = {name: pa.array(np.where(which == n, "Y", "N")) for n, name in enumerate("abc")}
    mostly = pa.array(np.where(rng.random(rows) < 0.9, "Y", "N"))
    found = marks_of({**columns, "mostly": mostly}, 10)
    assert found == dict.fromkeys([*"abc", "mostly"], Mark("Y", "N"))
    assert turned(found["a"]) == Mark("N", "Y")


def test_texts_that_few_rows_hold_make_no_flag() -> None:
    array = pa.array(["Y"] * 5 + ["N"] * 200)
    assert marks_of({"a": array}, 10) == {}
    assert marks_of({"a": array}, 5) == {"a": Mark("Y", "N")}


def test_a_flag_as_a_number_in_sql() -> None:
    column = Column("a`b", "string")
    assert set_as_number(column, Mark("it's", "no")) == (
        r"CASE WHEN `a``b` = 'it\'s' THEN 1 WHEN `a``b` = 'no' THEN 0 "
        "WHEN `a``b` IS NULL THEN NULL ELSE 2 END"
    )
    assert set_as_number(Column("x", "int"), Mark(off_is_null=True)) == (
        "CASE WHEN `x` = 1 THEN 1 WHEN `x` IS NULL THEN 0 ELSE 2 END"
    )

"""Texts read from left to right, all rows at once."""

import numpy as np
import pyarrow as pa

from synth.forms.text_scan import MOST_BYTES, Scanner
from tests.synth.forms.texts import texts


def test_fields_are_read_where_they_stand() -> None:
    scanner = Scanner(texts(["2024-7 May", "1999-12 March", "x", None, "2024-7 Mayo"]))
    years = scanner.digits(4)
    scanner.literal("-")
    months, widths = scanner.number(1, 2)
    scanner.literal(" ")
    names = scanner.word(("Mar", "March", "May"))
    assert scanner.finish().tolist() == [True, True, False, False, False]
    assert years[:2].tolist() == [2024, 1999] and months[:2].tolist() == [7, 12]
    assert widths[:2].tolist() == [1, 2]
    assert names[:2].tolist() == [2, 1]  # the longest that stands there


def test_signs_and_groups_of_digits() -> None:
    scanner = Scanner(texts(["-1’234’567", "12", "-"]))
    negative = scanner.passed("-")
    number = scanner.grouped("’", 18)
    assert scanner.finish().tolist() == [True, True, True]
    assert negative.tolist() == [True, False, True]
    assert number.tolist() == [1_234_567, 12, 0]


def test_a_slice_is_read_as_such_and_texts_do_not_run_into_each_other() -> None:
    array = texts(["11", "2", "33", "44"]).slice(1, 2)
    scanner = Scanner(array)
    value = scanner.digits(2)
    assert scanner.finish().tolist() == [False, True] and value[1] == 33
    assert len(Scanner(pa.array([], pa.string())).finish()) == 0


def test_long_texts_are_not_read() -> None:
    scanner = Scanner(texts(["1" * (MOST_BYTES + 1), "1"]))
    assert np.array_equal(scanner.ok, [False, True])

"""Texts written from left to right, all rows at once."""

import numpy as np
import pyarrow as pa

from synth.forms.text_print import Printer, digit_count, digits_of


def test_blocks_stand_side_by_side() -> None:
    printer = Printer(3)
    printer.literal("€ ")
    printer.optional("-", np.array([True, False, False]))
    printer.number(np.array([7, 120, 0]), 1)
    printer.literal("/")
    printer.digits(np.array([5, 12, 345]), 2)
    printer.words(("März", "May"), np.array([0, 1, 0]))
    printer.blank_padded(np.array([1, 22, 3]), 2)
    valid = np.array([True, True, False])
    assert printer.finish(valid).to_pylist() == ["€ -7/05März 1", "€ 120/12May22", None]


def test_texts_of_one_width_need_no_mask() -> None:
    printer = Printer(2)
    printer.digits(np.array([1, 2]), 4)
    written = printer.finish(np.ones(2, bool))
    assert written.equals(pa.array(["0001", "0002"]))
    written.validate(full=True)


def test_digits_by_hand() -> None:
    assert digits_of(np.array([1234567]), 7).tobytes() == b"1234567"
    assert digit_count(np.array([0, 9, 10, 999, 10**17, 10**18 - 1])).tolist() == [
        1, 1, 2, 3, 18, 18,
    ]  # fmt: skip

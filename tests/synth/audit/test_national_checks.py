"""Numbers that the states, or Wikipedia after them, publish as examples."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from synth.audit import national_checks as checks
from synth.forms.texts import octets_of

PESEL = checks.weighted(1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1, modulus=10)


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (checks.french_key, "295109912611193 253072B07300470"),
        (checks.nif_letter, "54362315K 12345678Z"),
        (checks.nie_letter, "X2482300W X5253868R"),
        (checks.codice_fiscale_letter, "RCCMNL83S18D969H MRTMTT25D09F205Z"),
        (checks.personnummer_digit, "8112189876 8803200016"),
        (checks.kimlik_digits, "17291716060 10000000146"),
        (checks.belgian_key, "85073003328 17073003384"),
        (checks.curp_digit, "BOXW310820HNERXN09"),
        (checks.my_number_digit, "123456789018"),
        (PESEL, "44051401359"),
    ],
)
def test_a_right_number_passes_and_one_with_another_digit_does_not(
    check: Callable[[np.ndarray], np.ndarray], right: str
) -> None:
    for number in right.split():
        assert check(octets_of(pa.array([number]), len(number))).all()
        place = 1 if number[1].isdigit() else len(number) - 3
        if not number[place].isdigit():
            place = 7  # the day of a codice fiscale
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert not check(octets_of(pa.array([wrong]), len(wrong))).any()


def test_digits_of_a_german_tax_number_repeat_once() -> None:
    numbers = ["86095742719", "12345678903", "11223456789", "11145678902"]
    found = checks.german_tax_digits(octets_of(pa.array(numbers), 11))
    assert found.tolist() == [True, False, False, True]

"""What may stand between the fields of dates and times."""

import pytest

from synth.forms.moment_signs import clocks_signs, dates_signs


@pytest.mark.parametrize(
    ("signs", "date", "allowed"),
    [
        ("--", "Ymd", True),
        ("::", "Ymd", True),
        ("::", "dmY", False),
        ("-/", "dmY", False),
        ("年月", "Ymd", True),
        ("xx", "Ymd", False),
    ],
)
def test_signs_of_dates(signs: str, date: str, allowed: bool) -> None:
    fields = ((date[0], signs[0], date[1]), (date[1], signs[1], date[2]))
    assert dates_signs(fields, date, padded=True) is allowed


def test_a_short_year_and_a_number_are_told_apart() -> None:
    assert dates_signs((("m", "/", "y"),), "my", padded=True)
    assert not dates_signs((("m", "/", "y"),), "my", padded=False)
    assert dates_signs((("b", "-", "y"),), "my", padded=False)
    assert not dates_signs((("M", ":", "y"),), "dmy", padded=True)  # of 23:53:56
    assert not dates_signs((("b", " '", "d"),), "md", padded=True)


@pytest.mark.parametrize(
    ("sign", "date", "allowed"),
    [(":", "", True), (".", "", False), (".", "dmY", True), ("h", "", True), ("x", "dmY", False)],
)
def test_signs_of_clock_times(sign: str, date: str, allowed: bool) -> None:
    fields = (("H", sign, "M"),)
    assert clocks_signs(fields, "", date=date, has_date=bool(date)) is allowed


def test_digits_alone_are_a_time() -> None:
    assert clocks_signs((("H", "", "M"),), "", date="Ymd", has_date=True)
    assert clocks_signs((("H", "", "M"),), "", date="", has_date=False)
    assert not clocks_signs((("H", "", "M"),), "", date="md", has_date=False)  # 5 May 2024
    assert clocks_signs((("H", "", "M"), ("M", "", "S")), "", date="", has_date=False)

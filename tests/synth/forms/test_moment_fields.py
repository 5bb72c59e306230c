"""Fields of dates and times."""

import numpy as np
import pytest

from synth.forms.moment_fields import HOUR, MINUTE, clock_of, days_of, field_of

ONE = np.ones(1, np.int64)


def test_noon_and_midnight() -> None:
    hours, halves = np.array([12, 12, 1, 11]), np.array([0, 1, 1, 0])
    clock, valid = clock_of({"I": hours, "p": halves, "M": np.array([0, 30, 5, 59])})
    assert valid.all() and clock is not None
    assert (clock // MINUTE).tolist() == [0, 750, 785, 719]
    assert field_of("I", ONE, clock, {}, 1969).tolist() == hours.tolist()
    assert field_of("p", ONE, clock, {}, 1969).tolist() == halves.tolist()


def test_fields_that_say_no_day_or_no_time() -> None:
    assert days_of({"H": ONE}, 1969)[0] is None
    assert clock_of({"Y": ONE})[0] is None


@pytest.mark.parametrize(
    ("day", "ordinal"),
    [(1, 0), (2, 1), (3, 2), (4, 3), (11, 3), (12, 3), (13, 3), (21, 0), (31, 0)],
)
def test_english_ordinals(day: int, ordinal: int) -> None:
    days = np.array([day - 1])  # of January 1970
    assert field_of("o", days, 0 * days, {}, 1969).tolist() == [ordinal]


def test_hours_of_a_duration_go_beyond_a_day() -> None:
    clock = clock_of({"N": np.array([125]), "M": np.array([30])})[0]
    assert clock is not None and clock.tolist() == [125 * HOUR + 30 * MINUTE]
    assert field_of("N", ONE, clock, {}, 1969).tolist() == [125]

"""Days since 1970 and the calendar, against Python's own."""

import datetime as dt

import numpy as np

from synth.forms.calendar_days import (
    date_of_days,
    days_of_date,
    days_of_week,
    days_of_year_day,
    week_of_days,
)

EPOCH = dt.date(1970, 1, 1).toordinal()
DAYS = np.concatenate(
    [
        np.random.default_rng(0).integers(-719_000, 2_900_000, 2_000),
        np.array([dt.date(y, m, d).toordinal() - EPOCH for y, m, d in
                  [(1, 1, 1), (9999, 12, 31), (2000, 2, 29), (1900, 3, 1), (2024, 12, 30)]]),
    ]
)  # fmt: skip
DATES = [dt.date.fromordinal(int(day) + EPOCH) for day in DAYS]


def test_dates_are_those_of_the_calendar() -> None:
    year, month, day = date_of_days(DAYS)
    known = [(d.year, d.month, d.day) for d in DATES]
    assert list(zip(year.tolist(), month.tolist(), day.tolist(), strict=True)) == known
    back, valid = days_of_date(year, month, day)
    assert valid.all() and np.array_equal(back, DAYS)


def test_days_that_there_are_not() -> None:
    wrong = [(2023, 2, 29), (1900, 2, 29), (2024, 4, 31), (2024, 13, 1), (2024, 0, 1), (2024, 1, 0),
             (0, 1, 1), (10_000, 1, 1), (2024, 1, 99)]  # fmt: skip
    year, month, day = (np.array(column) for column in zip(*wrong, strict=True))
    assert not days_of_date(year, month, day)[1].any()
    assert days_of_date(np.array([2024]), np.array([2]), np.array([29]))[1].all()


def test_weeks_are_those_of_iso_8601() -> None:
    year, week, weekday = week_of_days(DAYS)
    known = [tuple(d.isocalendar()) for d in DATES]
    assert list(zip(year.tolist(), week.tolist(), weekday.tolist(), strict=True)) == known
    inside = (year >= 1) & (year <= 9998)
    back, valid = days_of_week(year[inside], week[inside], weekday[inside])
    assert valid.all() and np.array_equal(back, DAYS[inside])
    weeks = days_of_week(np.array([2020, 2021, 2021]), np.array([53, 53, 0]), np.ones(3, int))[1]
    assert weeks.tolist() == [True, False, False]


def test_days_of_the_year() -> None:
    numbers = np.array([d.timetuple().tm_yday for d in DATES])
    back, valid = days_of_year_day(date_of_days(DAYS)[0], numbers)
    assert valid.all() and np.array_equal(back, DAYS)
    last = days_of_year_day(np.array([2023, 2024, 2024]), np.array([366, 366, 0]))[1]
    assert last.tolist() == [False, True, False]

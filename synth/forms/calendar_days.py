"""Years, months and days of the Gregorian calendar as days since 1970, for whole arrays."""

from __future__ import annotations

from functools import cache

import numpy as np

LATEST_YEAR = 2050  # two-digit years beyond are those of the century before

FIRST_YEAR, LAST_YEAR = 1, 9999
_FIRST_MONTH = -1969 * 12  # January of the year 1, counted from January 1970
_THURSDAY = 3  # 1 January 1970, where Monday is 0


def days_of_date(
    year: np.ndarray, month: np.ndarray, day: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """``(days, valid)``: int64 days since 1970, and where there is such a day (no 31 June)."""
    valid = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    at = np.where(valid, year * 12 + month - 13, 0)
    starts = _month_starts()
    first = starts[at]
    valid &= day <= starts[at + 1] - first
    return np.where(valid, first + day - 1, 0), valid


def date_of_days(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(year, month, day)`` of days since 1970, within the years 1 to 9999."""
    starts = _month_starts()
    days = np.clip(days, starts[0], starts[-1] - 1)
    at = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) - _FIRST_MONTH
    year, month = np.divmod(at, 12)
    return year + 1, month + 1, days - starts[at] + 1


def days_of_year_day(year: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(days, valid)`` of the n-th day of a year, 1 to 365 or 366."""
    one = np.ones_like(year)
    first, known = days_of_date(year, one, one)
    last = days_of_date(year, 12 * one, 31 * one)[0]
    valid = known & (number >= 1) & (first + number - 1 <= last)
    return np.where(valid, first + number - 1, 0), valid


def days_of_week(
    year: np.ndarray, week: np.ndarray, weekday: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """``(days, valid)`` of an ISO 8601 week and its weekday (Monday is 1)."""
    one = np.ones_like(year)
    fourth, known = days_of_date(year, one, 4 * one)  # 4 January is always in week 1
    monday = fourth - (fourth + _THURSDAY) % 7
    days = monday + 7 * (week - 1)
    valid = known & (week >= 1) & (week <= 53) & (weekday >= 1) & (weekday <= 7)
    valid &= week_of_days(days)[0] == year
    return np.where(valid, days + weekday - 1, 0), valid


def week_of_days(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(year, week, weekday)`` by ISO 8601: a week belongs to the year of its Thursday."""
    weekday = (days + _THURSDAY) % 7
    thursday = days - weekday + 3
    year = date_of_days(thursday)[0]
    one = np.ones_like(year)
    first = days_of_date(year, one, one)[0]
    return year, (thursday - first) // 7 + 1, weekday + 1


@cache
def _month_starts() -> np.ndarray:
    """int64: the first day of each month from January of the year 1 to January 10000."""
    months = np.arange(_FIRST_MONTH, (LAST_YEAR + 1 - 1970) * 12 + 1)
    starts: np.ndarray = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    starts.flags.writeable = False
    return starts


def century_of(two_digits: np.ndarray) -> int:
    """The first of the hundred years that these two-digit years stand for.

    They begin in the middle of the widest gap of the years seen, and end by 2050 where the years
    seen allow it.
    """
    seen = np.unique(two_digits % 100)
    gaps = np.diff(np.append(seen, seen[0] + 100))
    widest = int(np.argmax(gaps))
    last, gap = int(seen[widest]), int(gaps[widest])
    first = (last + (gap + 1) // 2) % 100  # of the window, in two digits
    last_year = 1900 + first + (last - first) % 100
    return 1900 + 100 * (last_year + 100 <= LATEST_YEAR) + first

"""The fields of written dates and times: each is read, checked and written for all rows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from synth.forms.calendar_days import (
    date_of_days,
    days_of_date,
    days_of_week,
    days_of_year_day,
    week_of_days,
)
from synth.forms.moment_names import ORDINALS, names
from synth.forms.text_print import Printer, digit_count, digits_of
from synth.forms.text_scan import Scanner

if TYPE_CHECKING:
    from synth.forms.moment_format import MomentFormat

Fields = dict[str, np.ndarray]
MONTH_CODES, YEAR_CODES = ("m", "B", "b"), ("Y", "y")
HOURS = ("H", "N", "E")
DAY = 86_400_000_000_000  # nanoseconds
HOUR, MINUTE, SECOND = 3_600_000_000_000, 60_000_000_000, 1_000_000_000
OPTIONAL = {"?": ".", "!": ","}  # flags of a fraction that is left out where it is zero
YEAR_OF_NONE = 2000  # that dates without a year are learned in: it has a 29 February
MOST_HOURS_DIGITS = 5  # of a duration
WIDTHS = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2, "j": 3, "G": 4, "V": 2}
WIDTHS |= {"u": 1, "q": 1, "N": 2, "E": 2}
# The least and the greatest value of the fields that have bounds of their own.
_EPOCH_DIGITS = 10  # of the seconds since 1970, from 2001 to 2286
_BOUNDS = {"H": (0, 23), "E": (0, 24), "I": (1, 12), "M": (0, 59), "S": (0, 59)}


class Token(NamedTuple):
    """A field by its ``code``, or a literal ``text`` where the code is empty."""

    code: str
    flag: str = ""
    digits: int = 6  # of a fraction
    text: str = ""


def read_token(token: Token, form: MomentFormat, scanner: Scanner, fields: Fields) -> None:
    """Read one token of every text into ``fields``."""
    code = token.code
    if not code:
        scanner.literal(token.text)
    elif code in _OPTIONS:
        fields[code] = scanner.word(_OPTIONS[code](form))
    elif code == "f":
        fields["f"] = _read_fraction(token, scanner)
    elif code == "z":
        fields["z"] = _read_offset(token, scanner)
    elif code == "N":
        fields["N"] = _read_number(scanner, 1 if token.flag else 2, MOST_HOURS_DIGITS)
    elif code == "K":
        fields["K"] = _read_number(scanner, 1 if token.flag else 2, MOST_HOURS_DIGITS)
    elif code == "s":
        number = scanner.digits(_EPOCH_DIGITS + token.digits)
        fields["s"] = number * 10 ** (9 - token.digits)
        scanner.ok &= number >= 10 ** (_EPOCH_DIGITS + token.digits - 1)
    elif token.flag == "_":
        blank = scanner.passed(" ")
        fields[code], width = scanner.number(1, WIDTHS[code])
        scanner.ok &= (width == WIDTHS[code]) != blank
        scanner.ok &= (width == 1) | (fields[code] >= 10)
    elif token.flag:
        fields[code] = _read_number(scanner, 1, WIDTHS[code])
    else:
        fields[code] = scanner.digits(WIDTHS[code])


def write_token(
    token: Token,
    form: MomentFormat,
    printer: Printer,
    days: np.ndarray,
    clock: np.ndarray,
    fields: Fields,
) -> None:
    """Write one token of every text; ``fields`` knows those parts that are none of the moment."""
    code = token.code
    if not code:
        printer.literal(token.text)
    elif code == "f":
        _write_fraction(token, clock % SECOND, printer)
    elif code == "z":
        _write_offset(token, fields["z"], printer)
    elif code == "s":
        seconds = days * 86_400 + clock // SECOND
        printer.digits(np.maximum(seconds, 0), _EPOCH_DIGITS)
        if token.digits:
            printer.digits(clock % SECOND // 10 ** (9 - token.digits), token.digits)
    else:
        value = field_of(code, days, clock, fields, form.first_year)
        if code in _OPTIONS:
            printer.words(_OPTIONS[code](form), value)
        elif code in ("N", "K"):
            printer.number(value, 1 if token.flag else 2)
        elif token.flag == "_":
            printer.blank_padded(value, WIDTHS[code])
        elif token.flag:
            printer.number(value, 1)
        else:
            printer.digits(value, WIDTHS[code])


def days_of(fields: Fields, first_year: int) -> tuple[np.ndarray | None, np.ndarray]:
    """``(days, valid)``: the days that fields say, None where they say none."""
    if "s" in fields:
        return fields["s"] // DAY, np.ones(1, bool)
    year = fields.get("Y")
    if "y" in fields:
        year = first_year + (fields["y"] - first_year) % 100
    if "G" in fields:
        one = np.ones_like(fields["G"])
        return days_of_week(fields["G"], fields["V"], fields.get("u", one))
    if year is None and "d" in fields:
        year = np.full_like(fields["d"], YEAR_OF_NONE)
    if year is None:
        return None, np.ones(1, bool)
    if "j" in fields:
        return days_of_year_day(year, fields["j"])
    one = np.ones_like(year)
    if "q" in fields:
        days, known = days_of_date(year, 3 * fields["q"] - 2, one)
        return days, known & (fields["q"] <= 4)
    month = fields["m"] if "m" in fields else 1 + fields.get("B", fields.get("b", one))
    return days_of_date(year, month, fields.get("d", one))


def clock_of(fields: Fields) -> tuple[np.ndarray | None, np.ndarray]:
    """``(clock, valid)``: nanoseconds since midnight, None where the fields say none."""
    valid = np.ones(1, bool)
    if "s" in fields:
        return fields["s"] % DAY, valid
    for code, (least, most) in _BOUNDS.items():
        if code in fields:
            valid = valid & (fields[code] >= least) & (fields[code] <= most)
    if "I" in fields:
        hours = fields["I"] % 12 + 12 * fields.get("p", np.zeros_like(fields["I"]))
    elif set(HOURS) & set(fields):
        hours = fields[next(code for code in HOURS if code in fields)]
    elif "K" in fields:
        hours = np.zeros_like(fields["K"])
    elif "M" in fields:  # minutes and seconds of a shorter span
        hours = np.zeros_like(fields["M"])
    else:
        return None, valid
    clock = hours * HOUR
    for code, unit in (("K", MINUTE), ("M", MINUTE), ("S", SECOND), ("f", 1)):
        if code in fields:
            clock = clock + fields[code] * unit
    return clock, valid & (clock <= DAY) if "E" in fields else valid


def field_of(
    code: str, days: np.ndarray, clock: np.ndarray, fields: Fields, first_year: int
) -> np.ndarray:
    """int64 ``(rows,)``: one field of moments; those that are none of them are in ``fields``."""
    if code in "GVu":
        return week_of_days(days)["GVu".index(code)]
    if code in "Aa":
        weekday: np.ndarray = (days + 3) % 7
        return weekday
    if code in _CLOCK_PARTS:
        return _CLOCK_PARTS[code](clock)
    if code == "Z":
        return fields["Z"]
    if "date" not in fields:
        fields["date"] = np.stack(date_of_days(days))
    year, month, day = fields["date"]
    return _date_part(code, year, month, day, days)


def _date_part(
    code: str, year: np.ndarray, month: np.ndarray, day: np.ndarray, days: np.ndarray
) -> np.ndarray:
    if code == "o":
        last = np.where((day >= 11) & (day <= 13), 0, day % 10)
        ordinal: np.ndarray = np.where((last >= 1) & (last <= 3), last - 1, 3)
        return ordinal
    if code == "j":
        one = np.ones_like(year)
        number: np.ndarray = days - days_of_date(year, one, one)[0] + 1
        return number
    parts = {"Y": year, "m": month, "d": day}
    if code in parts:
        return parts[code]
    if code == "y":
        return year % 100
    return (month + 2) // 3 if code == "q" else month - 1


_CLOCK_PARTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "H": lambda clock: clock // HOUR,
    "N": lambda clock: clock // HOUR,
    "E": lambda clock: clock // HOUR,
    "K": lambda clock: clock // MINUTE,
    "I": lambda clock: (clock // HOUR + 11) % 12 + 1,
    "p": lambda clock: clock // HOUR // 12 % 2,
    "M": lambda clock: clock // MINUTE % 60,
    "S": lambda clock: clock // SECOND % 60,
}
_OPTIONS: dict[str, Callable[[MomentFormat], tuple[str, ...]]] = {
    "B": lambda form: names("B", form.language, form.case),
    "b": lambda form: names("b", form.language, form.case),
    "A": lambda form: names("A", form.language, form.case),
    "a": lambda form: names("a", form.language, form.case),
    "p": lambda form: form.half_days,
    "o": lambda form: ORDINALS,
    "Z": lambda form: form.zones,
}


def _read_number(scanner: Scanner, least: int, most: int) -> np.ndarray:
    """A number with no more leading zeros than make it ``least`` digits wide."""
    value, width = scanner.number(least, most)
    scanner.ok &= (width == least) | (digit_count(value) == width)
    return value


def _read_fraction(token: Token, scanner: Scanner) -> np.ndarray:
    if token.flag in OPTIONAL:
        return _read_optional(token, scanner)
    if token.flag != "-":
        nanoseconds: np.ndarray = scanner.digits(token.digits) * 10 ** (9 - token.digits)
        return nanoseconds
    value, width = scanner.number(1, 9)
    scanner.ok &= (width == 1) | (value % 10 != 0)
    trimmed: np.ndarray = value * 10 ** (9 - np.clip(width, 0, 9))
    return trimmed


def _read_optional(token: Token, scanner: Scanner) -> np.ndarray:
    """A fraction with the sign before it; a zero is written as neither."""
    shown = scanner.passed(OPTIONAL[token.flag])
    value, width = scanner.number(0, token.digits or 9)
    scanner.ok &= shown == (value > 0)
    scanner.ok &= ~shown | ((width == token.digits) if token.digits else (value % 10 != 0))
    nanoseconds: np.ndarray = value * 10 ** (9 - np.clip(width, 0, 9))
    return nanoseconds


def _write_fraction(token: Token, nanoseconds: np.ndarray, printer: Printer) -> None:
    optional = token.flag in OPTIONAL
    if not optional and token.flag != "-":
        printer.digits(nanoseconds // 10 ** (9 - token.digits), token.digits)
        return
    width = np.full(len(nanoseconds), token.digits if optional and token.digits else 1)
    for place in range(2, 10 if not (optional and token.digits) else 0):
        width = np.where(nanoseconds % 10 ** (10 - place) != 0, place, width)
    if optional:
        unit = 10 ** (9 - token.digits) if token.digits else 1
        width = np.where(nanoseconds // unit == 0, 0, width)
        printer.optional(OPTIONAL[token.flag], width > 0)
    printer.block(digits_of(nanoseconds, 9), np.arange(9)[None, :] < width[:, None])


def _read_offset(token: Token, scanner: Scanner) -> np.ndarray:
    """Minutes from UTC; ``-00:00`` is written otherwise than it is read, and so is no offset."""
    is_utc = scanner.passed("Z") if token.flag == "^" else np.zeros(scanner.rows, bool)
    start, ok = scanner.at.copy(), scanner.ok.copy()
    sign = scanner.byte()
    scanner.ok &= (sign == ord("+")) | (sign == ord("-"))
    scanner.at += 1
    hours = scanner.digits(2)
    if token.flag in (":", "^"):
        scanner.literal(":")
    minutes = np.zeros_like(hours) if token.flag == "#" else scanner.digits(2)
    offset = np.where(sign == ord("-"), -1, 1) * (60 * hours + minutes)
    scanner.ok &= (hours <= 18) & (minutes <= 59) & ((sign == ord("+")) | (offset != 0))
    if token.flag == "^":
        scanner.ok = np.where(is_utc, ok, scanner.ok & (offset != 0))
        scanner.at = np.where(is_utc, start, scanner.at)
        offset = np.where(is_utc, 0, offset)
    minutes_east: np.ndarray = offset
    return minutes_east


def _write_offset(token: Token, offset: np.ndarray, printer: Printer) -> None:
    shown = offset != 0 if token.flag == "^" else np.ones(len(offset), bool)
    if token.flag == "^":
        printer.optional("Z", ~shown)
    hours, minutes = np.divmod(np.abs(offset), 60)
    kept = np.repeat(shown[:, None], 2, axis=1)
    printer.optional("+", shown & (offset >= 0))
    printer.optional("-", shown & (offset < 0))
    printer.block(digits_of(hours, 2), kept)
    if token.flag in (":", "^"):
        printer.optional(":", shown)
    if token.flag != "#":
        printer.block(digits_of(minutes, 2), kept)

"""Numbers that are dates or times: 20241231, 31122024, 202412, 2024366, 20241231235959, 235959.

Clock times of hours and minutes alone (517) stay numbers: their encoding and their rules know them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.calendar_days import date_of_days
from synth.forms.form import Form, Recognised
from synth.forms.moment_fields import WIDTHS, clock_of, days_of, field_of
from synth.forms.moment_format import NANOSECONDS_PER_DAY, MomentFormat, Moments
from synth.forms.moment_notes import notes_of
from synth.forms.moment_search import Found, choose, loosened, with_century
from synth.forms.registry import Family
from synth.forms.unread import share_read
from synth.table.errors import InputError
from synth.table.schema import Column, decimal_parts
from synth.table.values import MICROSECONDS_PER_DAY, from_numbers, is_whole, to_numbers

LAYOUTS = (
    "%Y%m%d", "%d%m%Y", "%m%d%Y", "%y%m%d", "%d%m%y", "%m%d%y", "%Y%m", "%m%Y", "%G%V", "%Y%j",
    "%H%M%S", "%Y%m%d%H", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%y%m%d%H%M%S", "%d%m%Y%H%M%S",
    "%m%d%Y%H%M%S",
)  # fmt: skip
READ_SHARE, ASKED_SHARE = 0.9, 0.5  # of the values: to take a column, and where a user names it
FEWEST_SHARE = 0.2  # of all that are not null, marks of what is missing included
FEWEST_ROWS, FEWEST_VALUES = 20, 15  # of so many distinct numbers, not all are dates by chance
FEWEST_COARSE = 2  # different years, months or hours: numbers that count on stay within one
FEWEST_LEADING = 4  # days or months, where these are the first digits
FEWEST_HOURS = 5
FEWEST_DIGITS = 6  # of a decimal that holds dates
MOST_DIGITS = 15  # that a double holds exactly
WORDS = ("date", "time", "timestamp")
_DIGITS_ALONE = r"^(0|[1-9][0-9]{0,17})$"


@dataclass(frozen=True)
class NumberDate(Form):
    """Numbers whose digits are those of ``format``; zeros in front may be lost.

    Its one part is a date, a timestamp, or whole seconds since midnight.
    """

    kind: ClassVar[str] = "number_date"

    column: Column
    format: MomentFormat

    @cached_property
    def type(self) -> str:
        """The type of the part."""
        if not self.format.has_date:
            return "bigint"
        return "timestamp_ntz" if self.format.has_clock else "date"

    @property
    def parts(self) -> tuple[Column, ...]:
        return (self.main(self.type),)

    def read(self, array: pa.Array) -> tuple[dict[str, pa.Array], np.ndarray]:
        moments = read_numbers(self.format, *whole_numbers(array, self.column.type))
        value = moments.days
        if self.type == "bigint":
            value = moments.clock // self.format.unit
        elif self.type == "timestamp_ntz":
            value = moments.days * MICROSECONDS_PER_DAY + moments.clock // 1_000
        return {self.column.name: from_numbers(value, moments.valid, self.type, 0)}, moments.valid

    def write(
        self, parts: Mapping[str, pa.Array], rng: np.random.Generator, first_row: int
    ) -> pa.Array:
        value, valid = to_numbers(parts[self.column.name], self.type)
        days, clock = value, np.zeros_like(value)
        if self.type == "bigint":
            last = NANOSECONDS_PER_DAY // self.format.unit - 1
            clock = np.clip(value, 0, last) * self.format.unit
        elif self.type == "timestamp_ntz":
            days, micros = np.divmod(value, MICROSECONDS_PER_DAY)
            clock = micros * 1_000
        fields: dict[str, np.ndarray] = {}
        number = np.zeros(len(value), np.int64)
        for token in self.format.tokens:
            field = field_of(token.code, days, clock, fields, self.format.first_year)
            number = number * 10 ** WIDTHS[token.code] + field
        if pa.types.is_string(self.column.arrow_type):
            return pa.array(number, mask=~valid).cast(pa.string())
        kind = np.int64 if is_whole(self.column.type) else np.float64
        return from_numbers(number.astype(kind), valid, self.column.type, 0)

    def describe(self) -> str:
        what = {"bigint": "clock times", "date": "dates"}.get(self.type, "dates with a time")
        return f"{what} written as {self.format.words()} in digits"

    def to_json(self) -> dict[str, Any]:
        return {"format": self.format.to_json()}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> NumberDate:
        return cls(column, MomentFormat.from_json(data["format"]))


def read_numbers(form: MomentFormat, numbers: np.ndarray, whole: np.ndarray) -> Moments:
    """The moments whose digits these are, ``valid`` where they are some.

    ``numbers``: int64 ``(rows,)``; ``whole``: where they are numbers that can be.
    """
    rest, fields = np.where(whole, numbers, 0), {}
    for token in reversed(form.tokens):
        rest, fields[token.code] = np.divmod(rest, 10 ** WIDTHS[token.code])
    days, known = days_of(fields, form.first_year)
    clock, sound = clock_of(fields)
    zero = np.zeros(len(numbers), np.int64)
    valid = whole & (rest == 0) & known & sound
    return Moments(
        zero if days is None else days, zero if clock is None else clock, zero, zero, valid
    )


def whole_numbers(array: pa.Array, type_name: str) -> tuple[np.ndarray, np.ndarray]:
    """``(numbers, whole)``: int64, and where the value is a whole number, not negative."""
    if pa.types.is_string(array.type):
        digits = pc.fill_null(pc.match_substring_regex(array, _DIGITS_ALONE), False)
        numbers = pc.if_else(digits, array, "0").cast(pa.int64())
        return np.asarray(numbers), np.asarray(digits)
    values, valid = to_numbers(array, type_name)
    if values.dtype == np.float64:
        with np.errstate(invalid="ignore"):
            exact = valid & (values >= 0) & (values < 10.0**MOST_DIGITS) & (values % 1 == 0)
            exact &= ~((values == 0) & np.signbit(values))  # -0.0 would lose its sign
        return np.where(exact, values, 0.0).astype(np.int64), exact
    return values, valid & (values >= 0)


def recognise(column: Column, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The dates or times that nearly all numbers of a column are.

    A number of six digits is a date of the form YYMMDD by chance in 1 of 27 cases: that all of many
    different numbers are is no chance (:func:`synth.forms.moment_search.is_sure`). Counting on
    from a first number would leave the months, unless it stays within one: so there must be
    several.
    """
    if column.key or not _may_be(column):
        return None
    whole = whole_numbers(sample, column.type)[1]
    if whole.sum() < FEWEST_SHARE * _present(column, sample).sum():
        return None
    least = max(FEWEST_ROWS, FEWEST_SHARE * _present(column, sample).sum())
    found = _search(column, sample, min_entities, LAYOUTS, least)
    if found is None:
        return None
    moments = read_numbers(found.formats[0], *whole_numbers(sample, column.type))
    present = sample if column.type != "double" else pc.if_else(pc.is_nan(sample), None, sample)
    if share_read(present, moments.valid, min_entities) < READ_SHARE:
        return None
    if not _is_spread(found.formats[0], moments):
        return None
    return Recognised(NumberDate(column, found.formats[0]), notes_of(found))


def parse(column: Column, wanted: str, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The form of a pattern of digits that a user names, or of the words date, time, timestamp."""
    if not _may_be(column, asked=True) or not ("%" in wanted or wanted in WORDS):
        return None
    found = (
        _search(column, sample, min_entities, LAYOUTS)
        if wanted in WORDS
        else _as_given(column, wanted, sample)
    )
    rows = int(_present(column, sample).sum())
    read = found.counts[0] if found else 0
    if found is None or read < ASKED_SHARE * rows:
        raise InputError(
            f"forms: column {column.name!r} is to be read as {wanted!r}, but {rows - read} of "
            f"{rows} sampled values are no such dates or times"
        )
    return Recognised(NumberDate(column, found.formats[0]), notes_of(found))


def _as_given(column: Column, wanted: str, sample: pa.Array) -> Found:
    """The layout as the user writes it; InputError where it is none, or says too little."""
    try:
        form = MomentFormat(loosened(wanted))
    except InputError as error:
        raise InputError(f"forms: column {column.name!r}: {error}") from None
    if not form.codes <= set("YymdjHMS") or not form.is_compact:
        raise InputError(
            f"forms: column {column.name!r} holds numbers: {wanted!r} may have digits only, "
            "such as %Y%m%d"
        )
    present = _present(column, sample)
    moments = read_numbers(form, *whole_numbers(sample, column.type))
    form = with_century(form, moments, present) if moments.valid.any() else form
    made = NumberDate(column, form)
    parts, read = made.read(sample)
    rows = pa.array(read)
    if not made.write(parts, np.random.default_rng(0), 0).filter(rows).equals(sample.filter(rows)):
        raise InputError(
            f"forms: column {column.name!r}: {wanted!r} says neither a date nor a time of day"
        )
    return Found((form,), (int(read.sum()),), (), int(present.sum()))


def _present(column: Column, sample: pa.Array) -> np.ndarray:
    """Bool ``(rows,)``: which are neither null nor NaN."""
    present = np.asarray(sample.is_valid())
    if column.type == "double":
        present = present & ~np.isnan(to_numbers(sample, column.type)[0])
    return present


def _search(
    column: Column,
    sample: pa.Array,
    min_entities: int,
    layouts: tuple[str, ...],
    least: float = 0,
) -> Found | None:
    """The layout that reads most of a sample, of those that read as many rows at ``least``."""
    numbers, whole = whole_numbers(sample, column.type)
    different, place, rows = np.unique(
        np.where(whole, numbers, -1), return_inverse=True, return_counts=True
    )
    read = {}  # each number once, by each layout
    for form in map(MomentFormat, layouts):
        moments = read_numbers(form, different, different >= 0)
        if rows[moments.valid].sum() >= least:
            read[form] = Moments(*(part[place] for part in moments))
    return choose(read, _present(column, sample), min_entities, most_formats=1)


def _is_spread(form: MomentFormat, moments: Moments) -> bool:
    """Whether the dates are of several months and the times of several hours."""
    days, clock = moments.days[moments.valid], moments.clock[moments.valid]
    if len(np.unique(days * 86_400 + clock // 1_000_000_000)) < FEWEST_VALUES:
        return False
    if not form.has_date:
        minutes, seconds = clock // 60_000_000_000, clock // 1_000_000_000
        hours = len(np.unique(minutes // 60))
        return hours >= FEWEST_HOURS and len(np.unique(seconds % 60)) >= FEWEST_HOURS
    years, months, numbers = date_of_days(days)
    first = form.tokens[0].code  # what counts on leaves the first digits as they are
    if first in "dm" and len(np.unique(numbers if first == "d" else months)) < FEWEST_LEADING:
        return False
    coarse = years if "j" in form.codes or "d" not in form.codes else 12 * years + months
    return len(np.unique(coarse)) >= FEWEST_COARSE


def _may_be(column: Column, *, asked: bool = False) -> bool:
    """Whether numbers of so many digits fit; texts may be some that lost zeros in front."""
    parts = decimal_parts(column.type)
    if parts is not None:
        return parts[1] == 0 and parts[0] >= FEWEST_DIGITS
    known = ("int", "bigint", "double") if asked else ("int", "bigint", "double", "string")
    return column.type in known


FAMILY = Family(
    "dates and times in numbers",
    (NumberDate,),
    recognise,
    parse,
    "for numbers a pattern of digits such as %Y%m%d",
)

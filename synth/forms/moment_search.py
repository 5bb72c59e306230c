"""Which formats the dates and times of a sample are written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import log, log10

import numpy as np
import pyarrow as pa

from synth.forms.calendar_days import century_of, date_of_days
from synth.forms.moment_fields import field_of
from synth.forms.moment_format import MomentFormat, Moments
from synth.forms.moment_roles import CHANCE, NEARLY_ALL, evidence, formats_of
from synth.forms.moment_skeleton import groups_of

MOST_FORMATS, MOST_SKELETONS = 4, 6
SECOND_SHARE = 0.02  # of the rows: a format of fewer is told by the part that keeps other texts
SURE = 6.0  # digits of the odds against chance, over the distinct values of the fields
FEWEST_VALUES = 3
DENSER = 0.4  # the reading whose dates lie so much closer together is the likelier one
FIRST_DAYS, LAST_DAYS = 8, 24  # days of the month begin and end so, two-digit years seldom do
PLAUSIBLE_YEARS = (1800, 2200)  # of dates that are digits alone
EPOCH_YEARS, FEWEST_DAYS = (2002, 2049), 10  # of seconds since 1970; 1,000,000,001 counts on
MOST_EPOCH_DAYS = 7_300  # random numbers that begin with 1 lie over 28 years
FEWEST_HOURS, LATE_MINUTE = 5, 30  # of digits that are clock times


@dataclass(frozen=True)
class Found:
    """The formats of a column, the main one first, and the rows of the sample that each reads.

    ``rivals``: formats that read the main one's rows as well, with another day.
    """

    formats: tuple[MomentFormat, ...]
    counts: tuple[int, ...]
    rivals: tuple[MomentFormat, ...]
    rows: int  # that are not null


def search(
    sample: pa.Array,
    min_entities: int,
    keep: Callable[[MomentFormat], bool] = lambda form: True,
) -> Found | None:
    """The formats that read most of a sample, one after another; None where none is sure."""
    groups, _ = groups_of(sample)
    candidates = [
        form
        for group in groups[:MOST_SKELETONS]
        for form in formats_of(group, min_entities)
        if keep(form)
    ]
    candidates = [form for form in dict.fromkeys(candidates) if form.zones or not _names_zone(form)]
    read = {form: form.read(sample) for form in candidates}
    for form in [form for form in candidates if form.optional_fraction]:
        plain = replace(form, pattern=form.always_fraction)
        if plain in read and read[plain].valid.sum() == read[form].valid.sum():
            del read[form]
    return choose(read, np.asarray(sample.is_valid()), min_entities)


def choose(
    read: dict[MomentFormat, Moments],
    present: np.ndarray,
    min_entities: int,
    most_formats: int = MOST_FORMATS,
) -> Found | None:
    """Of formats, with what each reads of a sample, those that read most, one after another.

    ``present``: bool, the rows that are not null. None where no format is sure.
    """
    candidates, left, rows = list(read), present.copy(), int(present.sum())
    formats: list[MomentFormat] = []
    counts: list[int] = []
    rivals: tuple[MomentFormat, ...] = ()
    while len(formats) < most_formats:
        joins = [f for f in candidates if not formats or _kind(f) == _kind(formats[0])]
        gain = {form: int((read[form].valid & left).sum()) for form in joins}
        most = max(gain.values(), default=0)
        if most < (max(SECOND_SHARE * rows, min_entities) if formats else min_entities):
            break
        tied = [form for form in joins if gain[form] == most]
        best = _likeliest(tied, read, left)
        if not is_sure(best, read[best], left):
            candidates.remove(best)
            continue
        if not formats:
            rivals = tuple(f for f in tied if _rivals(f, best) and _differs(read[f], read[best]))
        formats.append(with_century(best, read[best], left))
        counts.append(most)
        left &= ~read[best].valid
    return Found(tuple(formats), tuple(counts), rivals, rows) if formats else None


def is_sure(form: MomentFormat, moments: Moments, rows: np.ndarray) -> bool:
    """Whether so many different values of its fields would hardly be written so by chance.

    Each different month counts as one of 12 of a hundred numbers of two digits, and so on.
    """
    at = moments.valid & rows
    days, clock = moments.days[at], moments.clock[at]
    if len(np.unique(days * 86_400 + clock // 1_000_000_000)) < FEWEST_VALUES:
        return False
    digits_alone = form.is_compact or "s" in form.codes or form.pattern.startswith("%H%M")
    if digits_alone and not _is_plausible(form, days, clock):
        return False
    if "s" in form.codes:  # numbers of ten digits and more
        return True
    odds, fields = 0.0, {"Z": moments.zone[at], "z": moments.offset[at]}
    for token in form.tokens:
        if token.code in CHANCE and token.code != "z":
            values = np.unique(field_of(token.code, days, clock, fields, form.first_year))
            odds -= len(values) * log10(CHANCE[token.code])
    return odds >= SURE


def _is_plausible(form: MomentFormat, days: np.ndarray, clock: np.ndarray) -> bool:
    """Whether digits alone are dates of years that occur, and times of several hours.

    Each different one counts once: 99991231 may stand for no date in many rows.
    """
    if "s" in form.codes:
        days = np.unique(days)
        years = date_of_days(days)[0]
        near = (years >= EPOCH_YEARS[0]) & (years <= EPOCH_YEARS[1])
        low, high = np.quantile(days, [0.05, 0.95])
        together = len(days) >= FEWEST_DAYS and high - low <= MOST_EPOCH_DAYS
        return bool(near.mean() >= NEARLY_ALL) and bool(together)
    if not form.has_date:
        minutes = np.unique(clock // 60_000_000_000)
        late = bool((minutes % 60 >= LATE_MINUTE).any())  # codes that count on begin with 01
        return late and len(np.unique(minutes // 60)) >= FEWEST_HOURS
    if "Y" not in form.codes:
        return True
    years = date_of_days(np.unique(days))[0]
    plausible = (years >= PLAUSIBLE_YEARS[0]) & (years <= PLAUSIBLE_YEARS[1])
    return bool(plausible.mean() >= NEARLY_ALL)


def _names_zone(form: MomentFormat) -> bool:
    return "Z" in form.codes


def _kind(form: MomentFormat) -> str:
    if form.has_date:
        return "zoned" if form.is_zoned else "local"
    return "duration" if form.codes & {"N", "K"} else "clock"


def _rivals(one: MomentFormat, best: MomentFormat) -> bool:
    """Whether so many texts would fit both by chance alike."""
    return abs(evidence(one) - evidence(best)) < 0.1


def _differs(one: Moments, other: Moments) -> bool:
    both = one.valid & other.valid
    return bool(np.any(one.days[both] != other.days[both]))


def _likeliest(
    tied: list[MomentFormat], read: dict[MomentFormat, Moments], rows: np.ndarray
) -> MomentFormat:
    """One of several formats that read the same rows: the one with the least against it."""
    widths = {form: _width(read[form], rows) for form in tied}
    least = min(widths.values())

    def against(form: MomentFormat) -> tuple[int, float, int, int, int, int]:
        wider = int(log(widths[form] / least) / -log(DENSER))
        return (*_oddness(form, read[form], rows), wider, _convention(form), tied.index(form))

    return min(tied, key=against)


def _width(moments: Moments, rows: np.ndarray) -> float:
    """The days in which the middle nine tenths lie, at least 1."""
    low, high = np.quantile(np.unique(moments.days[moments.valid & rows]), [0.05, 0.95])
    return max(float(high - low), 1.0)


def _oddness(form: MomentFormat, moments: Moments, rows: np.ndarray) -> tuple[int, float, int]:
    """What speaks against a reading: each entry only where those before it are equal.

    Hours beyond a day, or days that may as well be years (Jan-23); how many texts would fit it by
    chance (that all do tells for the format that few fit); different days of always the same month,
    which are the first of different months.
    """
    at = moments.valid & rows
    _, months, days = date_of_days(moments.days[at])
    one_month = len(np.unique(months)) == 1 and len(np.unique(days)) > 1
    yearless = form.has_date and not form.codes & set("YyGs")
    narrow = yearless and (days.min() > FIRST_DAYS or days.max() < LAST_DAYS)
    return int(bool(form.codes & {"N", "K"}) or narrow), -round(evidence(form), 6), int(one_month)


def _convention(form: MomentFormat) -> int:
    """Where nothing tells day and month apart: years first, then by the sign between them."""
    order = "".join(c for c in (token.code for token in form.tokens) if c in "Yymd")
    month_first = "/" in form.pattern or ("." not in form.pattern and "-" not in form.pattern)
    ranks = ("Ymd", "mdY", "dmY") if month_first else ("Ymd", "dmY", "mdY")
    if "y" in order and ("/" in form.pattern or "." in form.pattern):
        ranks = (*ranks[1:], "Ymd")
    order = order.replace("y", "Y")
    return ranks.index(order) if order in ranks else len(ranks)


def with_century(form: MomentFormat, moments: Moments, rows: np.ndarray) -> MomentFormat:
    """The format with the hundred years of its two-digit years: a gap of the years lies between."""
    if "y" not in form.codes:
        return form
    years = date_of_days(moments.days[moments.valid & rows])[0]
    return replace(form, first_year=century_of(years))


def loosened(pattern: str) -> str:
    """A pattern without what the values tell: padding, digits, the style of an offset."""
    for alias, meaning in _ALIASES:
        pattern = pattern.replace(alias, meaning)
    parts = []
    for token in MomentFormat(pattern).tokens:
        code = "h" if token.code in ("b", "B") else token.code
        parts.append(f"%{code}" if code else token.text.replace("%", "%%"))
    return "".join(parts).replace("%o", "")


_ALIASES: Iterable[tuple[str, str]] = (
    ("%F", "%Y-%m-%d"), ("%T", "%H:%M:%S"), ("%R", "%H:%M"), ("%D", "%m/%d/%y"), ("%e", "%d"),
    ("%h", "%b"), ("%k", "%H"), ("%l", "%I"), ("%r", "%I:%M:%S %p"),
)  # fmt: skip

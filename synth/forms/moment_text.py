"""Dates and times that are texts: ``31.12.2024``, ``Jan 5, 2024 3:07 PM``, ``23:59``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.calendar_search import MAJOR_ZONES
from synth.forms.form import Form, Recognised
from synth.forms.moment_format import NANOSECONDS_PER_DAY, MomentFormat, Moments
from synth.forms.moment_notes import notes_of
from synth.forms.moment_search import Found, loosened, search, with_century
from synth.forms.moment_zones import zone_offsets
from synth.forms.registry import Family
from synth.forms.unread import share_read
from synth.table.errors import InputError
from synth.table.schema import Column
from synth.table.sql import literal, quote
from synth.table.values import MICROSECONDS_PER_DAY, from_numbers, to_numbers

READ_SHARE, ASKED_SHARE = 0.8, 0.5  # of the values: to take a column, and where a user names it
FEWEST_ROWS, FEWEST_SHARE = 10, 0.2  # of all that are not null, marks of what is missing included
FORMAT, OFFSET, ZONE, BELOW = "format", "offset in minutes", "zone", "nanoseconds"
ZONE_SHARE = 0.99  # of the offsets are those of the zone: the others stay texts
MOST_OFFSET = 18 * 60  # minutes, by ISO 8601's users
WORDS = ("date", "time", "timestamp")


@dataclass(frozen=True)
class MomentText(Form):
    """Texts in one of ``formats``, the main one first; all say dates, or all clock times.

    The part with the column's own name is a date, a timestamp (with a zone: the instant), or whole
    numbers of ``unit`` nanoseconds since midnight. What a format leaves open is a part of its own.
    ``below``: whether there is more than zeros below a microsecond; ``zone``: the time zone whose
    offsets are written, where they are those of one.
    """

    kind: ClassVar[str] = "moment_text"

    column: Column
    formats: tuple[MomentFormat, ...]
    below: bool = False
    zone: str = ""

    @cached_property
    def type(self) -> str:
        """The type of the part that has the column's own name."""
        if not self.formats[0].has_date:
            return "bigint"
        if not any(form.has_clock for form in self.formats):
            return "date"
        return "timestamp" if self.formats[0].is_zoned else "timestamp_ntz"

    @cached_property
    def unit(self) -> int:
        """Nanoseconds of the finest field of all formats."""
        return min(form.unit for form in self.formats)

    @cached_property
    def parts(self) -> tuple[Column, ...]:
        parts = [self.main(self.type)]
        if not self.zone and any(map(_has_offsets, self.formats)):
            parts.append(self.part(OFFSET, "bigint"))
        if len(self._zones) > 1:
            parts.append(self.part(ZONE, "string"))
        if self.below:
            parts.append(self.part(BELOW, "bigint"))
        if len(self.formats) > 1:
            parts.append(self.part(FORMAT, "string"))
        return tuple(parts)

    def read(self, array: pa.Array) -> tuple[dict[str, pa.Array], np.ndarray]:
        rows = len(array)
        zero = np.zeros(rows, np.int64)
        held = {name: zero.copy() for name in ("value", "offset", "zone", "below", "format")}
        read = np.zeros(rows, bool)
        for place, form in enumerate(self.formats):
            if read.all():
                break
            moments = form.read(array)
            value, below, sound = self._value(moments)
            new = moments.valid & sound & ~read
            zones = np.array([self._zones.index(zone) for zone in form.zones] or [0])
            found = (value, moments.offset, zones[np.maximum(moments.zone, 0)], below)
            for name, values in zip(held, found, strict=False):
                held[name][new] = values[new]
            held["format"][new] = place
            read |= new
        return self._parts(held, read), read

    def write(
        self, parts: Mapping[str, pa.Array], rng: np.random.Generator, first_row: int
    ) -> pa.Array:
        value, valid = to_numbers(parts[self.column.name], self.type)
        offset = np.clip(self._number(parts, OFFSET, len(value)), -MOST_OFFSET, MOST_OFFSET)
        zone = self._place(parts, ZONE, self._zones, len(value))
        below = np.clip(self._number(parts, BELOW, len(value)), 0, 999)
        place = self._place(parts, FORMAT, self._format_names, len(value))
        written = pa.nulls(len(value), pa.string())
        for index, form in enumerate(self.formats):
            here = place == index
            texts = form.write(self._moments(form, value, below, offset, zone, valid & here))
            written = texts if here.all() else pc.if_else(pa.array(here), texts, written)
        return written.cast(self.column.arrow_type)

    def describe(self) -> str:
        what = {"bigint": "clock times", "date": "dates"}.get(self.type, "dates with a time")
        if self.formats[0].codes & {"N", "K"}:
            what = "durations"
        return f"{what} written as {' or '.join(self._format_names)}"

    def in_sql(self) -> str | None:
        """Of dates and times in one format, without zones and fractions."""
        pattern = self.formats[0].in_spark()
        if pattern is None or len(self.formats) > 1 or self.type not in ("date", "timestamp_ntz"):
            return None
        read = f"try_to_timestamp({quote(self.column.name)}, {literal(pattern)})"
        return f"CAST({read} AS DATE)" if self.type == "date" else read

    def to_json(self) -> dict[str, Any]:
        return {
            "formats": [form.to_json() for form in self.formats],
            "below": self.below,
            "zone": self.zone,
        }

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> MomentText:
        formats = tuple(map(MomentFormat.from_json, data["formats"]))
        return cls(column, formats, data["below"], data["zone"])

    @cached_property
    def _zones(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(zone for form in self.formats for zone in form.zones))

    @cached_property
    def _format_names(self) -> tuple[str, ...]:
        """Each format in words, or by its pattern where two have the same."""
        words = [form.words() for form in self.formats]
        different = len(set(words)) == len(words)
        return tuple(words) if different else tuple(form.pattern for form in self.formats)

    def _value(self, moments: Moments) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """``(value, nanoseconds below it, sound)`` in the numbers of the main part's type."""
        sound = np.ones(len(moments.days), bool)
        if self.type == "date":
            return moments.days, np.zeros_like(moments.days), sound
        if self.type == "bigint":
            return moments.clock // self.unit, np.zeros_like(moments.days), sound
        micros, below = np.divmod(moments.clock, 1_000)
        value = moments.days * MICROSECONDS_PER_DAY + micros
        if self.type == "timestamp":
            value = value - moments.offset * 60_000_000
            if self.zone:
                sound = moments.offset == zone_offsets(value, self.zone)
        return value, below, sound if self.below else sound & (below == 0)

    def _moments(
        self,
        form: MomentFormat,
        value: np.ndarray,
        below: np.ndarray,
        offset: np.ndarray,
        zone: np.ndarray,
        valid: np.ndarray,
    ) -> Moments:
        """What a format writes of parts: the inverse of :meth:`_value`."""
        zone = np.array([_at(z, form.zones) for z in self._zones] or [0])[zone]
        zero = np.zeros_like(value)
        if self.type == "date":
            return Moments(value, zero, offset, zone, valid)
        if self.type == "bigint":
            last = NANOSECONDS_PER_DAY // self.unit - ("E" not in form.codes)
            inside = value if form.codes & {"N", "K"} else np.minimum(value, last)
            return Moments(zero, np.maximum(inside, 0) * self.unit, offset, zone, valid)
        if self.type == "timestamp":
            if self.zone:
                offset = zone_offsets(value, self.zone)
            value = value + (offset if form.offset is None else form.offset) * 60_000_000
        days, micros = np.divmod(value, MICROSECONDS_PER_DAY)
        return Moments(days, micros * 1_000 + below, offset, zone, valid)

    def _parts(self, held: Mapping[str, np.ndarray], read: np.ndarray) -> dict[str, pa.Array]:
        arrays = {self.column.name: from_numbers(held["value"], read, self.type, 0)}
        known = {part.name for part in self.parts}
        for label, name in ((OFFSET, "offset"), (BELOW, "below")):
            arrays[self.part(label, "bigint").name] = pa.array(held[name], mask=~read)
        for label, name, words in (
            (ZONE, "zone", self._zones),
            (FORMAT, "format", self._format_names),
        ):
            if self.part(label, "string").name in known:
                index = pa.array(held[name], mask=~read)
                arrays[self.part(label, "string").name] = pa.array(words, pa.string()).take(index)
        return {name: array for name, array in arrays.items() if name in known}

    def _number(self, parts: Mapping[str, pa.Array], label: str, rows: int) -> np.ndarray:
        array = parts.get(self.part(label, "bigint").name) if self._has(label) else None
        return np.zeros(rows, np.int64) if array is None else to_numbers(array, "bigint")[0]

    def _place(
        self, parts: Mapping[str, pa.Array], label: str, words: tuple[str, ...], rows: int
    ) -> np.ndarray:
        """The place of a part's text among the known ones; of others the first."""
        if not self._has(label):
            return np.zeros(rows, np.int64)
        texts = parts[self.part(label, "string").name]
        place = pc.index_in(texts, pa.array(words, pa.string()))
        return np.asarray(pc.fill_null(place, 0)).astype(np.int64)

    def _has(self, label: str) -> bool:
        return any(part.name == self.part(label, part.type).name for part in self.parts)


def recognise(column: Column, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The dates, times or clock times that nearly all texts of a column are."""
    if column.key or not pa.types.is_string(column.arrow_type):
        return None
    found = search(sample, min_entities)
    if found is None or sum(found.counts) < max(FEWEST_ROWS, FEWEST_SHARE * found.rows):
        return None
    read = np.any([form.read(sample).valid for form in found.formats], axis=0)
    if share_read(sample, read, min_entities) < READ_SHARE:
        return None
    return _recognised(column, found, sample)


def parse(column: Column, wanted: str, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The form of a pattern that a user names, or of the words date, time and timestamp."""
    if not pa.types.is_string(column.arrow_type) or not ("%" in wanted or wanted in WORDS):
        return None
    if wanted in WORDS:
        found = search(sample, min_entities)
    else:
        try:
            loose = loosened(wanted)
        except InputError as error:
            raise InputError(f"forms: column {column.name!r}: {error}") from None
        found = search(sample, min_entities, lambda form: loosened(form.pattern) == loose)
        found = found or _as_given(column, wanted, sample)
    rows = len(sample) - sample.null_count
    read = 0 if found is None else sum(found.counts)
    if found is None or read < ASKED_SHARE * rows:
        raise InputError(
            f"forms: column {column.name!r} is to be written as {wanted!r}, but {rows - read} of "
            f"{rows} sampled values are written otherwise"
        )
    return _recognised(column, found, sample)


def _as_given(column: Column, wanted: str, sample: pa.Array) -> Found | None:
    """The format as the user writes it; InputError where it says too little to be written back."""
    form, present = MomentFormat(wanted), np.asarray(sample.is_valid())
    read = form.read(sample)
    if not read.valid.any():
        return None
    form = with_century(form, read, present)
    rows = pa.array(read.valid)
    if not form.write(form.read(sample)).filter(rows).equals(sample.filter(rows)):
        raise InputError(
            f"forms: column {column.name!r}: {wanted!r} says neither a date nor a time of day: "
            "name year or day, or hour and minute"
        )
    return Found((form,), (int(read.valid.sum()),), (), int(present.sum()))


def _recognised(column: Column, found: Found, sample: pa.Array) -> Recognised:
    form = MomentText(column, found.formats)
    if form.type.startswith("timestamp") and form.unit < 1_000:
        read = [one.read(sample) for one in found.formats]
        below = any(np.any(moments.clock[moments.valid] % 1_000) for moments in read)
        form = MomentText(column, found.formats, below)
    zone = _zone(form, sample) if form.type == "timestamp" else ""
    form = replace(form, zone=zone)
    return Recognised(form, notes_of(found, below=form.below, zone=zone))


def _zone(form: MomentText, sample: pa.Array) -> str:
    """The time zone whose offsets the texts have; empty where the offset is one, or of none."""
    if not any(map(_has_offsets, form.formats)):
        return ""
    parts, read = form.read(sample)
    instants = to_numbers(parts[form.column.name], form.type)[0][read]
    offsets = to_numbers(parts[form.part(OFFSET, "bigint").name], "bigint")[0][read]
    if len(np.unique(offsets)) < 2:
        return ""
    for zone in MAJOR_ZONES:
        if np.mean(offsets == zone_offsets(instants, zone)) >= ZONE_SHARE:
            return zone
    return ""


def _has_offsets(form: MomentFormat) -> bool:
    return "z" in form.codes and form.offset is None


def _at(zone: str, zones: tuple[str, ...]) -> int:
    return zones.index(zone) if zone in zones else 0


FAMILY = Family(
    "dates and times in text",
    (MomentText,),
    recognise,
    parse,
    "a date format such as %d/%m/%Y, or date or time for one that is found",
)

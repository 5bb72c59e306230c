"""How one date, time or clock time is written: a pattern that is read and written.

Patterns are those of C's ``strftime`` with what it lacks: ``%-d`` without a leading zero, ``%_d``
with a blank in its place, ``%3f`` so many digits of a second's fraction, ``%-f`` as many as it
needs, ``%?f`` or ``%?6f`` the same with a point before it (``%!f``: a comma), and nothing of both
where it is zero, ``%s`` seconds since 1970 in UTC and ``%3s`` milliseconds, ``%:z`` (+02:00),
``%#z`` (+02), ``%^z`` (Z for UTC, else +02:00), ``%q`` (quarter), ``%o`` (the st of 1st), ``%N``
hours of a duration, which may exceed a day's, ``%K`` its minutes where these come first, and ``%E``
hours of a clock whose day ends at 24:00.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from synth.forms.moment_fields import (
    OPTIONAL,
    Token,
    clock_of,
    days_of,
    field_of,
    read_token,
    write_token,
)
from synth.forms.text_print import Printer
from synth.forms.text_scan import Scanner
from synth.table.errors import InputError

CHUNK = 65_536  # rows that are read and written at a time: their bytes stay in the cache
NANOSECONDS_PER_DAY = 86_400_000_000_000
_DIRECTIVE = re.compile(r"%([-_:#^?!]?)(\d?)([A-Za-z%])|([^%]+)|(%)")
_KNOWN = frozenset("YymdHIMSfjBbAapPGVuqozZNKEs%")
_WORDS = {
    "Y": "YYYY", "y": "YY", "m": "MM", "d": "DD", "H": "hh", "I": "hh", "M": "mm", "S": "ss",
    "j": "DDD", "B": "Month", "b": "Mon", "A": "Weekday", "a": "Day", "p": "AM", "P": "am",
    "G": "YYYY", "V": "ww", "u": "weekday", "q": "quarter", "o": "th", "Z": "zone", "N": "hh",
    "K": "mm", "E": "hh", "s": "seconds since 1970",
}  # fmt: skip
_SPARK = {"Y": "yyyy", "m": "MM", "d": "dd", "H": "HH", "M": "mm", "S": "ss"}
_OFFSETS = {"": "+hhmm", ":": "+hh:mm", "#": "+hh", "^": "Z or +hh:mm"}
_SHORT = {"m": "M", "d": "D", "H": "h", "I": "h", "N": "h", "K": "m", "E": "h"}
_OF_A_SECOND = {3: "milli", 6: "micro", 9: "nano"}


class Moments(NamedTuple):
    """What texts say: all int64 ``(rows,)`` but ``valid``, bool.

    ``days`` since 1970 and ``clock`` in nanoseconds since midnight, both as written (local), with
    the ``offset`` from UTC in minutes and the place of the zone among those that the format names.
    """

    days: np.ndarray
    clock: np.ndarray
    offset: np.ndarray
    zone: np.ndarray
    valid: np.ndarray


@dataclass(frozen=True)
class MomentFormat:
    """A pattern, and what it leaves open.

    ``language`` and ``case`` of names; ``half_days`` of ``%p``; the ``zones`` that ``%Z`` may be;
    the constant ``offset`` in minutes of ``%z``, None where it differs by row; ``first_year`` of
    the hundred years that ``%y`` stands for.
    """

    pattern: str
    language: str = "en"
    case: str = "title"
    half_days: tuple[str, str] = ("AM", "PM")
    zones: tuple[str, ...] = ()
    offset: int | None = None
    first_year: int = 1969

    def __post_init__(self) -> None:
        _ = self.tokens  # InputError for a pattern that is none

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Fields and literal texts in their order; InputError for a directive that there is not."""
        found = []
        for match in _DIRECTIVE.finditer(self.pattern):
            flag, width, code, text, stray = match.groups()
            if stray or (code and code not in _KNOWN):
                raise InputError(f"{self.pattern!r} is no date format: {match[0]!r} is not known")
            if text or code == "%":
                found.append(Token("", text=text or "%"))
            else:
                digits = int(width) if width else 0 if flag in OPTIONAL or code == "s" else 6
                if code == "P":
                    code = "p"
                found.append(Token(code, flag, digits))
        return tuple(found)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The directives that occur: ``{"Y", "m", "d"}``."""
        return frozenset(token.code for token in self.tokens if token.code)

    def in_spark(self) -> str | None:
        """The same pattern as Spark has it; None where it has fields that need more than digits.

        >>> MomentFormat("%d.%m.%Y").in_spark()
        'dd.MM.yyyy'
        """
        made = ""
        for token in self.tokens:
            letters = _SPARK.get(token.code) if token.flag in ("", "-") else None
            if token.code and letters is None:
                return None
            if letters is not None:
                made += letters[0] if token.flag and token.code != "Y" else letters
            else:
                made += re.sub(r"[^\s.,:/_-]+", lambda own: f"'{own[0]}'", token.text)
        return made if "'''" not in made else None

    @property
    def has_date(self) -> bool:
        """Whether a day is said, or the month, week or quarter that it stands for."""
        return bool(self.codes & set("YyGds"))

    @property
    def has_clock(self) -> bool:
        """Whether a time of day is said."""
        return bool(self.codes & set("HINKEs"))

    @property
    def is_zoned(self) -> bool:
        """Whether the instant is known: by an offset, or a zone that is UTC."""
        return bool({"z", "s"} & self.codes) or (
            "Z" in self.codes and set(self.zones) <= {"UTC", "GMT"}
        )

    @property
    def is_compact(self) -> bool:
        """Whether it is written in digits alone."""
        return all(token.code and token.code not in "BbAapozZ" for token in self.tokens)

    @property
    def optional_fraction(self) -> bool:
        """Whether a fraction of zero is left out."""
        return any(token.code == "f" and token.flag in OPTIONAL for token in self.tokens)

    @property
    def always_fraction(self) -> str:
        """The pattern of the format that leaves no fraction out."""
        pattern = self.pattern
        for flag, sign in OPTIONAL.items():
            pattern = pattern.replace(f"%{flag}f", f"{sign}%-f").replace(f"%{flag}", f"{sign}%")
        return pattern

    @property
    def unit(self) -> int:
        """Nanoseconds of the finest field of the clock."""
        for token in self.tokens:
            if token.code in ("f", "s"):
                trimmed = token.flag == "-" or (token.flag in OPTIONAL and not token.digits)
                return 1 if trimmed else int(10 ** (9 - token.digits))
        if "S" in self.codes:
            return 1_000_000_000
        return 60_000_000_000 if "M" in self.codes else 3_600_000_000_000

    def read(self, array: pa.Array) -> Moments:
        """The moments of texts, ``valid`` where they are written just so."""
        chunks = [array.slice(at, CHUNK) for at in range(0, max(len(array), 1), CHUNK)]
        parts = [self._read(chunk) for chunk in chunks]
        return Moments(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def write(self, moments: Moments) -> pa.Array:
        """The texts of moments, null where they are not valid."""
        rows = len(moments.days)
        starts = range(0, max(rows, 1), CHUNK)
        texts = [self._write(Moments(*(c[at : at + CHUNK] for c in moments))) for at in starts]
        return pa.concat_arrays(texts)

    def words(self) -> str:
        """The pattern as people write it: DD.MM.YYYY hh:mm."""
        return "".join(_word(token, self.offset) for token in self.tokens)

    def to_json(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {**asdict(self), "half_days": list(self.half_days), "zones": list(self.zones)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> MomentFormat:
        """What :meth:`to_json` wrote."""
        first, second = data["half_days"]
        return cls(**{**data, "half_days": (first, second), "zones": tuple(data["zones"])})

    def _read(self, array: pa.Array) -> Moments:
        scanner = Scanner(array)
        fields: dict[str, np.ndarray] = {}
        for token in self.tokens:
            read_token(token, self, scanner, fields)
        days, known = days_of(fields, self.first_year)
        clock, sound = clock_of(fields)
        zero = np.zeros(scanner.rows, np.int64)
        days, clock = (zero if part is None else part for part in (days, clock))
        valid = scanner.finish() & known & sound
        offset = fields.get("z", zero)
        if self.offset is not None:
            valid &= offset == self.offset
        for code in ("A", "a", "o"):
            if code in fields:
                valid &= field_of(code, days, clock, fields, self.first_year) == fields[code]
        return Moments(days, clock, offset, fields.get("Z", zero), valid)

    def _write(self, moments: Moments) -> pa.Array:
        printer = Printer(len(moments.days))
        fields = {"z": moments.offset, "Z": moments.zone}
        if self.offset is not None:
            fields["z"] = np.full_like(moments.offset, self.offset)
        for token in self.tokens:
            write_token(token, self, printer, moments.days, moments.clock, fields)
        return printer.finish(moments.valid)


def _word(token: Token, offset: int | None) -> str:
    if not token.code:
        return token.text
    if token.code == "z":
        return "Z" if token.flag == "^" and offset == 0 else _OFFSETS[token.flag]
    if token.code == "f":
        digits = "f" * token.digits if token.flag != "-" and token.digits else "f..."
        return f"[{OPTIONAL[token.flag]}{digits}]" if token.flag in OPTIONAL else digits
    if token.code == "s":
        return _OF_A_SECOND.get(token.digits, "") + _WORDS["s"]
    if token.flag and token.code in _SHORT:
        return _SHORT[token.code]
    return _WORDS[token.code]

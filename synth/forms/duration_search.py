"""In which style the durations of a sample are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from synth.forms.duration_style import Component, DurationStyle
from synth.forms.number_search import rows_of

NANOSECOND, MICROSECOND, MILLISECOND, SECOND = 1, 1_000, 1_000_000, 1_000_000_000
MINUTE, HOUR, DAY, WEEK = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND, 604_800 * SECOND
MONTH, YEAR = 1, 12  # of which no duration in days is known: they stand alone
SHARED = 0.01  # of the texts have a component, or it is none of the style's
_WORDS = {
    WEEK: "w wk wks week weeks woche wochen semaine semaines semana semanas settimana settimane",
    DAY: "d day days t tag tage tagen j jour jours día días dia dias giorno giorni dag dagen",
    HOUR: "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur",
    MINUTE: "m min mins minute minutes minuten minuto minutos minuti",
    SECOND: "s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos "
    "secondo secondi",
    MILLISECOND: "ms msec millisecond milliseconds",
    MICROSECOND: "us µs microsecond microseconds",
    NANOSECOND: "ns nanosecond nanoseconds",
}
_UNITS = {word: unit for unit, words in _WORDS.items() for word in words.split()}
_YEARS = "y yr yrs year years jahr jahre an ans año años ano anos anno anni jaar"
_MONTHS = "m mo mon mos month months monat monate mois mes meses mese mesi maand maanden"
_LONG_UNITS = {word: YEAR for word in _YEARS.split()} | {word: MONTH for word in _MONTHS.split()}
_ISO = {"W": WEEK, "D": DAY, "H": HOUR, "M": MINUTE, "S": SECOND}
_ISO_TEXT = re.compile(
    r"P(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
)
_PIECE = re.compile(r"(\d+)(?:\.(\d+))?([^\d]*)")
_LABEL = re.compile(r"(\s?)([^\W\d_]+)(\.?)(.*)", re.DOTALL)


@dataclass
class Seen:
    """What a component shows over all texts."""

    texts: int = 0
    ones: Counter[str] = field(default_factory=Counter)
    many: Counter[str] = field(default_factory=Counter)
    zeros: int = 0  # with zeros in front
    short: int = 0  # of one digit
    decimals: Counter[int] = field(default_factory=Counter)

    def add(self, number: str, fraction: str | None, label: str, rows: int) -> None:
        """One number of a text that so many rows have."""
        self.texts += rows
        self.decimals[len(fraction or "")] += rows
        (self.ones if number.strip("0") == "1" and not fraction else self.many)[label] += rows
        self.zeros += rows * (len(number) > 1 and number[0] == "0")
        self.short += rows * (len(number) == 1)

    def component(self, unit: int, texts: int, left_out: str) -> Component:
        """The component that most show."""
        many = (self.many or self.ones).most_common(1)[0][0]
        one = self.ones.most_common(1)[0][0] if self.ones else many
        width = 2 if self.zeros > self.short else 1
        return Component(unit, one, many, width, "never" if self.texts == texts else left_out)


def find_duration(sample: pa.Array, min_entities: int) -> DurationStyle | None:
    """The style that reads most texts of a sample; None where there is none."""
    texts = rows_of(sample)
    least = max(SHARED * texts.total(), min_entities)
    styles = [style for way in (_iso, _days_and_clock, _in_words) for style in way(texts, least)]
    listed = pa.array(list(texts), pa.string())
    rows = np.array(list(texts.values()), np.int64)
    read = [int(rows[style.read(listed)[1]].sum()) for style in styles]
    return styles[int(np.argmax(read))] if read and max(read) >= least else None


def _iso(texts: Counter[str], least: float) -> Iterator[DurationStyle]:
    """ISO 8601: ``P3DT4H``, ``PT90M``, ``P1Y6M``."""
    seen: dict[int, Seen] = {}
    own = Counter({t: n for t, n in texts.items() if len(t) > 2 and _ISO_TEXT.fullmatch(t)})
    long = sum(n for t, n in own.items() if re.match(r"P(?:\d+Y|\d+M)", t)) > own.total() / 2
    for text, n in own.items():
        dates, _, times = text[1:].partition("T")
        for part, units in ((dates, {"Y": YEAR, "M": MONTH} if long else _ISO), (times, _ISO)):
            for number, fraction, label in _PIECE.findall(part):
                if label in units and (not long or part is dates):
                    seen.setdefault(units[label], Seen()).add(number, fraction, label, n)
    for style in _styles(seen, own.total(), least):
        first = sum(long or one.many in ("W", "D") for one in style.components)
        mark = "T" if first < len(style.components) else ""
        yield replace(style, head="P", mark=mark, marked=first)


def _days_and_clock(texts: Counter[str], least: float) -> Iterator[DurationStyle]:
    """``3 days, 4:05:06``: Python's, pandas', and PostgreSQL's."""
    seen: dict[int, Seen] = {}
    expression = re.compile(r"(?:(\d+)(\s?[^\W\d_]+,? ?))?(\d+):(\d\d)(?::(\d\d)(?:\.(\d+))?)?")
    matches = {text: match for text in texts if (match := expression.fullmatch(text))}
    for text, match in matches.items():
        days, label, hours, minutes, seconds, fraction = match.groups()
        n = texts[text]
        if days is not None:
            if _UNITS.get(label.strip(" ,").lower()) != DAY:
                return
            seen.setdefault(DAY, Seen()).add(days, None, label, n)
        seen.setdefault(HOUR, Seen()).add(hours, None, ":", n)
        behind = ":" if seconds is not None else ""
        seen.setdefault(MINUTE, Seen()).add(minutes, None, behind, n)
        if seconds is not None:
            seen.setdefault(SECOND, Seen()).add(seconds, fraction, "", n)
    if DAY in seen:
        for style in _styles(seen, sum(texts[text] for text in matches), least):
            fixed = tuple(
                one if place < 2 else replace(one, width=2)
                for place, one in enumerate(style.components)
            )
            yield replace(style, components=fixed)


def _in_words(texts: Counter[str], least: float) -> Iterator[DurationStyle]:
    """``2d 3h``, ``1 hour, 5 minutes``, ``102h13m47s``."""
    is_long = sum(n for t, n in texts.items() if _has_years(t)) > texts.total() / 2
    units = _LONG_UNITS if is_long else _UNITS
    seen: dict[int, Seen] = {}
    between: Counter[str] = Counter()
    total = 0
    for text, n in texts.items():
        pieces = [
            (number, fraction, label)
            for number, fraction, behind in _PIECE.findall(text)
            if (label := _LABEL.fullmatch(behind))
        ]
        known = [units.get(label[2].lower(), 0) for _, _, label in pieces]
        written = "".join(n_ + ("." + f if f else "") + label[0] for n_, f, label in pieces)
        if not known or written != text or not all(known) or sorted(set(known))[::-1] != known:
            continue
        total += n
        between.update({label[4]: n for _, _, label in pieces[:-1]})
        for unit, (number, fraction, label) in zip(known, pieces, strict=True):
            behind = label[1] + label[2] + label[3]
            seen.setdefault(unit, Seen()).add(number, fraction, behind, n)
    if len(seen) > 1 and between:
        for style in _styles(seen, total, least):
            if len(style.components) > 1:
                yield replace(style, between=between.most_common(1)[0][0])


def _has_years(text: str) -> bool:
    label = _LABEL.fullmatch(text.lstrip("0123456789"))
    return label is not None and label[2].lower() in _YEARS.split()


def _styles(seen: dict[int, Seen], texts: int, least: float) -> Iterator[DurationStyle]:
    """The styles of the components that enough texts have, by what may be left out."""
    kept = {unit: seen[unit] for unit in sorted(seen, reverse=True) if seen[unit].texts >= least}
    if not kept:
        return
    last = min(kept)
    shown = Counter({width: n for width, n in kept[last].decimals.items() if n >= least})
    decimals = max(shown, default=0)
    if decimals > 9:
        return
    scale = last if not decimals else last // 10**decimals
    if not scale or any(unit % scale for unit in kept):
        return
    for left_out in ("zero", "leading"):
        components = tuple(
            one.component(unit // scale, texts, left_out) for unit, one in kept.items()
        )
        positive = [width for width in shown if width]
        yield DurationStyle(
            components,
            decimals=decimals,
            trimmed=len(positive) > 1,
            bare_whole=len(positive) == 1 and 0 in shown,
        )

"""Times told by how long after another they are: end = start + span, and the span is learned.

Two times that are each learned by their place in years meet to the minute by chance only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import TIMES
from synth.dependencies.dependency import (
    Columns,
    Dependency,
    DependencyError,
    Found,
    Rows,
    Written,
    choose_rows,
)
from synth.dependencies.sample import Sample
from synth.statistics.column_state import NumberState
from synth.table.schema import Column, TableSchema
from synth.table.values import MICROSECONDS_PER_DAY, from_numbers, to_numbers

UNITS = ("day", "time")
FEWEST_ROWS = 200
NARROWER = 0.25  # a span is worth more than the time itself where it varies so much less
MIDDLE = (0.05, 0.95)
HEAVY = 1 / 256  # share of the rows at which a value counts as one that repeats
APART = 5  # a value of so many times the mean value's rows stands for something: "open", "unknown"
SOME_MONTHS = 60  # days from which on days of the month can be told
EVERY_DAY = 18  # days of the month in use, 30 where all are
FEWER_HOURS = 0.7  # of the source's hours in use: the target keeps hours of its own
CALENDAR = (-719_162, 2_932_896)  # days of 0001-01-01 and 9999-12-31: Spark knows none beyond
CLEARLY = 0.2  # share of the rows by which clocks must repeat more than spans


@dataclass(frozen=True)
class Since(Written):
    """``target`` is the source plus a span that is learned in its place.

    ``unit``: ``time`` for the whole difference; ``day`` for that of the days, beside which the time
    of day is learned as it is (a check-out at 11, whenever the guest came). ``apart``: values of
    the target that are learned as they are (9999-12-31), int64, ascending.
    """

    kind: ClassVar[str] = "since"
    fields: ClassVar[tuple[str, ...]] = ("unit",)
    needed: ClassVar[tuple[str, ...]] = ()
    rank: ClassVar[int] = 9
    is_constraint: ClassVar[bool] = False

    target: str
    sources: tuple[str, ...]
    unit: str = "day"
    type: str = "date"
    apart: tuple[int, ...] = ()
    # Raw values of the whole table: there from the verification to the encoder, never written.
    spans: NumberState | None = field(default=None, compare=False, repr=False)

    @property
    def day(self) -> int:
        """A day in the units of the columns' numbers."""
        return 1 if self.type == "date" else MICROSECONDS_PER_DAY

    def is_apart(self, values: np.ndarray) -> np.ndarray:
        """Which values of the target are learned as they are."""
        found: np.ndarray = np.isin(values, np.array(self.apart, np.int64))
        return found

    def measured(self, start: pa.Array, end: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """``(spans, valid)``: whole days or the columns' own unit; invalid where not learned."""
        begun, has_start = to_numbers(start, self.type)
        ended, has_end = to_numbers(end, self.type)
        valid = has_start & has_end & ~self.is_apart(ended)
        if self.unit == "day":
            begun, ended = begun // self.day, ended // self.day
        return np.where(valid, ended - begun, 0), valid

    def holds(self, columns: Columns) -> Rows:
        """False where the target has a value of its own, and nothing to count it from."""
        ended, has_end = to_numbers(columns[self.target], self.type)
        alone = np.asarray(columns[self.sources[0]].is_null()) & has_end
        holds: Rows = ~(alone & ~self.is_apart(ended))
        return holds

    def restore(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
        """The target, where ``columns`` hold a span under :func:`span_name`."""
        spans = columns.get(span_name(self.target))
        if spans is None:
            return {}
        span, told = to_numbers(spans, "bigint")
        start, valid = to_numbers(columns[self.sources[0]], self.type)
        first, last = (day * self.day for day in CALENDAR)
        ended = np.clip(self._from(start) + span, first, last + self.day - 1)
        end = from_numbers(ended, valid, self.type, 0)
        return {self.target: choose_rows(told, end, columns[self.target])}

    def start_of(self, columns: Columns) -> pa.Array:
        """The source that the target and the span lead back to; as it is where there is no span."""
        own = columns[self.sources[0]]
        span, told = to_numbers(columns[span_name(self.target)], "bigint")
        end, valid = to_numbers(columns[self.target], self.type)
        start = to_numbers(own, self.type)[0]
        if self.unit == "day":  # the start keeps its time of day
            led = (end // self.day - span // self.day) * self.day + start % self.day
        else:
            led = end - span
        return choose_rows(told & valid, from_numbers(led, told & valid, self.type, 0), own)

    def _from(self, start: np.ndarray) -> np.ndarray:
        return start // self.day * self.day if self.unit == "day" else start

    def describe(self) -> str:
        unit = "days" if self.unit == "day" else "time"
        return f"{self.target} is told by the {unit} since {self.sources[0]}"

    def check(self, schema: TableSchema) -> None:
        if self.unit not in UNITS:
            raise DependencyError(f"no unit {self.unit!r}: use one of {', '.join(UNITS)}")
        if len(self.sources) != 1:
            raise DependencyError(f"a time is told since one source, not {len(self.sources)}")
        start, end = schema[self.sources[0]].type, schema[self.target].type
        if start not in TIMES or start != end:
            raise DependencyError(
                f"{self.target!r} and {self.sources[0]!r} must be dates or timestamps of one type, "
                f"not {end} and {start}"
            )

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), "apart": list(self.apart)}

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Since:
        target, apart = data["target"], tuple(int(value) for value in data.get("apart", ()))
        kind = schema[target].type
        unit = data.get("unit", "day" if kind == "date" else "time")
        return cls(target, tuple(data["sources"]), unit, kind, apart)


def span_name(target: str) -> str:
    """Under which a target's decoded span stands among the columns: no name that a table has."""
    return f"\0{target}"


def new_spans(rule: Since) -> NumberState:
    """An empty state of the rule's spans."""
    return NumberState(Column(rule.target, "bigint"))


def count_spans(rule: Since, columns: Columns, state: NumberState) -> None:
    """Add a batch's spans to the state; null where the target is."""
    end = columns[rule.target]
    span, valid = rule.measured(columns[rule.sources[0]], end)
    counted = valid | np.asarray(end.is_null())
    state.update(pa.array(span, mask=~valid).filter(pa.array(counted)))


def with_spans(found: Found, spans: NumberState) -> Found:
    """The rule with what the whole table says of its spans."""
    rule = found.dependency
    assert isinstance(rule, Since)
    return replace(found, dependency=replace(rule, spans=spans))


def find(sample: Sample) -> list[Since]:
    """Pairs of times that lie much closer together than either varies, the closest first."""
    found: list[tuple[float, Since]] = []
    places = {name: place for place, name in enumerate(sample.names)}
    for end in sample.times:
        kind, apart = sample.type_of(end), _apart(sample, end)
        for start in sample.times:
            if start != end and sample.type_of(start) == kind:
                rule = Since(end, (start,), "time", kind, apart)
                width = _width(sample, rule, is_first=places[start] < places[end])
                if width is not None and not _is_of_the_calendar(sample, rule):
                    found.append((width, replace(rule, unit=_unit(sample, rule))))
    return [rule for _, rule in sorted(found, key=lambda entry: entry[0])]


def completed(rules: Iterable[Dependency], sample: Sample) -> tuple[Dependency, ...]:
    """A user's own rules, with the values that stand apart in those that tell times."""
    return tuple(
        replace(rule, apart=_apart(sample, rule.target)) if isinstance(rule, Since) else rule
        for rule in rules
    )


def _apart(sample: Sample, name: str) -> tuple[int, ...]:
    """Values that many more rows hold than the mean value: they stand for something."""
    numbers, valid = to_numbers(sample.columns[name], sample.type_of(name))
    values, rows = np.unique(numbers[valid], return_counts=True)
    if not len(values):
        return ()
    least = max(HEAVY * sample.rows, APART * rows.mean(), sample.settings.min_entities)
    return tuple(int(value) for value in values[rows >= least])


def _width(sample: Sample, rule: Since, *, is_first: bool) -> float | None:
    """How far the middle spans lie apart, in shares of the narrower column; None if too far.

    None also where the source mostly comes later: each pair is told in one direction.
    """
    start, end = sample.columns[rule.sources[0]], sample.columns[rule.target]
    span, valid = rule.measured(start, end)
    if valid.sum() < FEWEST_ROWS or not rule.holds(sample.columns).all():
        return None
    middle = float(np.median(span[valid]))
    if middle < 0 or (middle == 0 and not is_first):
        return None
    sides = [to_numbers(array, rule.type)[0][valid] for array in (start, end)]
    low, high = np.quantile(span[valid], MIDDLE)
    narrower = min(float(np.diff(np.quantile(side, MIDDLE))[0]) for side in sides)
    width = float(high - low) / narrower if narrower > 0 else np.inf
    return width if width <= NARROWER else None


def _is_of_the_calendar(sample: Sample, rule: Since) -> bool:
    """Whether the target keeps to some days of the month, which no span from elsewhere meets."""
    _, valid = rule.measured(sample.columns[rule.sources[0]], sample.columns[rule.target])
    numbers = to_numbers(sample.columns[rule.target], rule.type)[0][valid] // rule.day
    if float(np.diff(np.quantile(numbers, MIDDLE))[0]) < SOME_MONTHS:
        return False
    dates = numbers.astype("datetime64[D]")
    return _in_use(dates - dates.astype("datetime64[M]")) < EVERY_DAY


def _unit(sample: Sample, rule: Since) -> str:
    """``day`` for dates, for long spans, and where the times of day repeat; ``time`` for others.

    A request is answered days later, or in office hours; a rental of two days ends to the minute.
    """
    if rule.type == "date":
        return "day"
    start, end = sample.columns[rule.sources[0]], sample.columns[rule.target]
    span, valid = rule.measured(start, end)
    came, went = (to_numbers(array, rule.type)[0][valid] % rule.day for array in (start, end))
    by_clock, by_span = _repeating(went), _repeating(span[valid])
    if by_span > by_clock + CLEARLY:
        return "time"
    is_long = float(np.median(span[valid])) >= rule.day
    hour = rule.day // 24
    keeps_hours = _in_use(went // hour) < FEWER_HOURS * _in_use(came // hour)
    return "day" if is_long or keeps_hours or by_clock > by_span + CLEARLY else "time"


def _in_use(values: np.ndarray) -> float:
    """How many values are in use: exp(entropy), their number where all are as frequent."""
    shares = np.unique(values, return_counts=True)[1] / len(values)
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _repeating(values: np.ndarray) -> float:
    """Share of the rows whose value many rows hold."""
    rows = np.unique(values, return_counts=True)[1]
    return float(rows[rows >= HEAVY * len(values)].sum() / max(len(values), 1))

"""Distances: how far two columns lie apart has a bound in every row that has both.

Hired at least 18 years after birth, a high at most a tenth over the low, a pressure at least 20
over the other. Where the one is not encoded by the other, nothing else keeps such bounds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from synth.dependencies.bound import natural_bound, steps_of
from synth.dependencies.column_types import TIMES, is_amount
from synth.dependencies.columns import NOTHING, Columns, Fixed, Rows, choose_rows, fixed_rows, once
from synth.dependencies.dependency import Constraint, DependencyError, Mode
from synth.dependencies.evidence import Exceptions, Found, Tally
from synth.dependencies.grid import from_grid, grid_of, limit_of, limits_of
from synth.dependencies.linear import in_units
from synth.dependencies.settings import DependencySettings
from synth.table.errors import InputError
from synth.table.schema import TableSchema, type_of_arrow
from synth.table.values import from_numbers, to_numbers

FORMS = ("difference", "ratio")
MICROSECONDS = 1_000_000  # of a second
LAST_BITS = {"float": 1e-6}  # relative noise of a difference of floats
DOUBLE_BITS = 2e-15


@dataclass(frozen=True)
class Distance(Constraint):
    """``target`` less the source, or by it, is from ``least`` to ``most``, where both are given.

    A difference of dates is one of days, that of times one of seconds; a ratio says nothing where
    the source is not above 0. ``held``: columns that are told by others, or tell them.
    ``is_found``: the bounds are the sample's, and those of the whole table are to take their place.
    """

    kind: ClassVar[str] = "distance"
    fields: ClassVar[tuple[str, ...]] = ("form", "least", "most")
    rank: ClassVar[int] = 10  # after orders, which exchange values

    target: str
    sources: tuple[str, ...]
    form: str = "difference"
    least: float | None = None
    most: float | None = None
    type: str = "int"
    held: tuple[str, ...] = ()
    is_found: bool = field(default=False, compare=False)

    def lag(self, columns: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """``(lag, valid, blur)``: float64, and what rounding may have made of it."""
        low, has_low = once(columns, self.sources[0], in_plain_units)
        high, has_high = once(columns, self.target, in_plain_units)
        valid = has_low & has_high & np.isfinite(low) & np.isfinite(high)
        if self.form == "ratio":
            valid &= low > 0
        low, high = np.where(valid, low, 1.0), np.where(valid, high, 1.0)
        types = {type_of_arrow(columns[name].type) for name in self.columns}
        bits = max(LAST_BITS.get(name, DOUBLE_BITS) for name in types)
        if self.form == "ratio":
            return high / low, valid, bits * np.abs(high / low)
        return high - low, valid, bits * np.maximum(np.abs(low), np.abs(high))

    def holds(self, columns: Columns) -> Rows:
        """True also where one of them is null."""
        lag, valid, blur = self.lag(columns)
        least = -np.inf if self.least is None else self.least
        most = np.inf if self.most is None else self.most
        holds: Rows = ~valid | ((lag >= least - blur) & (lag <= most + blur))
        return holds

    def tally(self, settings: DependencySettings) -> Tally:
        return Extremes(self, settings.min_entities)

    def with_repair(self, fixed: Collection[str], mode: Mode) -> Distance:
        return replace(self, held=tuple(name for name in self.columns if name in fixed))

    def restore(
        self, columns: Columns, rng: np.random.Generator, fixed: Fixed = NOTHING
    ) -> dict[str, pa.Array]:
        """The target comes as far inside as it was outside, or as far as another row's; else the
        source does, where the target is fixed, or held alone.
        """
        wrong = ~self.holds(columns)
        if not wrong.any():
            return {}
        name, low, high = self.sources[0], columns[self.sources[0]], columns[self.target]
        free_low = wrong & ~fixed_rows(name, low, fixed)
        free_high = wrong & ~fixed_rows(self.target, high, fixed)
        low_first = self.target in self.held and name not in self.held
        lowered = free_low & (low_first | ~free_high)
        raised = free_high & ~lowered
        lag = self._inside(columns, wrong, rng)
        changed = {}
        for moved, rows, sign in ((name, lowered, -1), (self.target, raised, 1)):
            if rows.any():
                other = columns[self.target if moved == name else name]
                made = self._at(other, columns[moved], sign, lag)
                changed[moved] = choose_rows(rows, made, columns[moved])
        return changed

    @classmethod
    def restore_all(
        cls, rules: Sequence[Any], columns: Columns, rng: np.random.Generator, fixed: Fixed
    ) -> dict[str, pa.Array]:
        """Until none is broken, or they cannot all be kept."""
        restored = dict(columns)
        for _ in range(len(rules) + 2):
            any_changed = False
            for rule in rules:
                changed = rule.restore(restored, rng, fixed)
                restored |= changed
                any_changed |= bool(changed)
            if not any_changed:
                break
        return restored

    @classmethod
    def require_possible(cls, rules: Sequence[Any], given: Columns) -> None:
        """Also for two given columns of which a pair lies too near, or too far apart."""
        super().require_possible(rules, given)
        for rule in rules:
            if not given.keys() >= {*rule.columns}:
                continue
            (source,) = rule.sources
            near, far = given[source].unique(), given[rule.target].unique()
            pairs = np.indices((len(near), len(far))).reshape(2, -1)
            columns = {
                source: near.take(pa.array(pairs[0])),
                rule.target: far.take(pa.array(pairs[1])),
            }
            if not rule.holds(columns).all():
                raise InputError(
                    f"given {source!r} and {rule.target!r}: {rule.describe()} in every row, which "
                    "these values break: give others, or fit without this dependency (veto)"
                )

    def describe(self) -> str:
        if self.form == "ratio":
            return f"{self.target} is {self._ends} times {self.sources[0]}"
        return f"{self.target} is {self._ends}{self._unit[0]} more than {self.sources[0]}"

    @property
    def _ends(self) -> str:
        low, high = (None if x is None else x / self._unit[1] for x in (self.least, self.most))
        if low is None:
            return f"at most {high:.9g}"
        return f"at least {low:.9g}" if high is None else f"{low:.9g} to {high:.9g}"

    @property
    def _unit(self) -> tuple[str, float]:
        """In words, and in the unit of the bounds: of times the longest that both are whole in."""
        if self.type not in TIMES:
            return "", 1.0
        if self.type == "date":
            return " days", 1.0
        ends = [end for end in (self.least, self.most) if end is not None]
        for name, unit in (("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0)):
            if not any(end % unit for end in ends):
                return f" {name}", unit
        return " seconds", 1.0

    def check(self, schema: TableSchema) -> None:
        if len(self.sources) != 1:
            raise DependencyError(f"a distance has one source, not {len(self.sources)}")
        if self.form not in FORMS:
            raise DependencyError(f"no form {self.form!r}: use one of {', '.join(FORMS)}")
        if self.least is None and self.most is None:
            raise DependencyError("a distance needs least, most, or both")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise DependencyError(f"least, {self.least}, is above most, {self.most}")
        low, high = schema[self.sources[0]].type, schema[self.target].type
        are_times = self.form == "difference" and low in TIMES and low == high
        if not (are_times or (is_amount(low) and is_amount(high))):
            raise DependencyError(
                f"{self.sources[0]!r} and {self.target!r} must be numbers, or dates or times of "
                f"one type and a difference, not {low} and {high}"
            )

    def to_json(self) -> dict[str, Any]:
        own = {**super().to_json(), "held": list(self.held)}
        return {**own, "is_found": True} if self.is_found else own

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Distance:
        least, most = data.get("least"), data.get("most")
        return cls(
            data["target"],
            tuple(data["sources"]),
            data.get("form", "difference"),
            None if least is None else float(least),
            None if most is None else float(most),
            schema[data["target"]].type,
            tuple(data.get("held", ())),
            bool(data.get("is_found", False)),
        )

    def _inside(self, columns: Columns, wrong: Rows, rng: np.random.Generator) -> np.ndarray:
        """Lags within the bounds: mirrored at the nearer one, or another row's."""
        lag, valid, _ = self.lag(columns)
        least = -np.inf if self.least is None else self.least
        most = np.inf if self.most is None else self.most
        mirrored = np.where(lag < least, 2 * least - lag, 2 * most - lag)
        others = lag[valid & ~wrong]
        if not len(others):
            others = np.array([least if self.least is not None else most])
        drawn = rng.choice(others, len(lag))
        fits = (mirrored >= least) & (mirrored <= most)
        return np.where(wrong, np.where(fits, mirrored, drawn), lag)

    def _at(self, other: pa.Array, own: pa.Array, sign: int, lag: np.ndarray) -> pa.Array:
        """Values so far from the others, on the grid of their column and within the bounds."""
        base = in_plain_units(other)[0]

        def at(far: np.ndarray | float) -> np.ndarray:
            if self.form == "difference":
                return base + sign * far
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                return np.nan_to_num(base * far if sign > 0 else base / far)

        bounds = [None if end is None else at(end) for end in (self.least, self.most)]
        first, last = bounds[::sign]  # the source is the lower, the higher its target is above it
        return on_grid(at(lag), first, last, own)


class Extremes(Exceptions):
    """The rows that break the bounds, and the smallest and largest lags: ``number`` of each."""

    def __init__(self, rule: Distance, number: int):
        super().__init__(rule)
        self.distance, self.number, self.valid = rule, number, 0
        self.smallest, self.largest = np.zeros(0), np.zeros(0)

    def update(self, columns: Columns) -> None:
        if not self.distance.is_found:  # the sample's bounds are not kept: what breaks them is none
            super().update(columns)
        lag, valid, _ = self.distance.lag(columns)
        self._add(lag[valid], lag[valid])

    def _add(self, small: np.ndarray, large: np.ndarray) -> None:
        if len(small) > self.number:  # sorted below: these are few
            small = np.partition(small, self.number - 1)[: self.number]
            large = np.partition(large, -self.number)[-self.number :]
        self.smallest = np.sort(np.concatenate([self.smallest, small]))[: self.number]
        self.largest = np.sort(np.concatenate([self.largest, large]))[-self.number :]

    def merge(self, other: Self) -> None:
        super().merge(other)
        self._add(other.smallest, other.largest)

    def to_fields(self) -> dict[str, Any]:
        return {**super().to_fields(), "smallest": self.smallest, "largest": self.largest}

    def load(self, fields: dict[str, Any]) -> None:
        super().load(fields)
        self.smallest, self.largest = fields["smallest"].copy(), fields["largest"].copy()

    def found(self, rows: int, informative: int) -> Found | None:
        rule, broken = self.distance, self.count
        if rule.is_found:
            if len(self.smallest) < self.number:
                return None
            steps, broken = steps_of(rule.type), 0
            least, most = rule.least, rule.most
            if least is not None:
                least = natural_bound(self.smallest, steps)
            if most is not None:
                most = -natural_bound(-self.largest[::-1], steps) + 0.0
            rule = replace(rule, least=least, most=most, is_found=False)
        return Found(rule, rows, broken, informative, rows, informative)


def in_plain_units(array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """``(values, valid)``: float64, dates as days, times as seconds, numbers as they are."""
    name = type_of_arrow(array.type)
    if name not in TIMES:
        return in_units(array, name)
    values, valid = to_numbers(array, name)
    return values / (1 if name == "date" else MICROSECONDS), valid


def on_grid(
    values: np.ndarray, first: np.ndarray | None, last: np.ndarray | None, like: pa.Array
) -> pa.Array:
    """Values in plain units as another column has them, from ``first`` to ``last`` on its grid."""
    name = type_of_arrow(like.type)
    grid = {"date": 0, "timestamp": 6, "timestamp_ntz": 6}.get(name, grid_of(like))
    low = np.full(len(values), -np.inf) if first is None else first
    high = np.full(len(values), np.inf) if last is None else last
    everywhere = np.ones(len(values), bool)
    if grid is None:
        return from_numbers(np.clip(values, low, high), everywhere, name, 17)
    scale, slack = 10.0**grid, 1e-6
    steps = np.rint(values * scale)
    steps = np.minimum(
        np.maximum(steps, np.ceil(low * scale - slack)), np.floor(high * scale + slack)
    )
    if name in TIMES:
        return from_numbers(np.clip(steps, *limits_of(name)).astype(np.int64), everywhere, name, 0)
    most = float(limit_of(name, grid))
    whole = np.clip(np.nan_to_num(steps), -most, most).astype(np.int64)
    return from_grid(whole, everywhere, name, grid)[0]

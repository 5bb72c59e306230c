"""The search for lines: the plainest one on which the rows of two number columns lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from synth.dependencies.columns import Columns, Rows, present
from synth.dependencies.dependency import Family, Formula
from synth.dependencies.grid import grid_of
from synth.dependencies.linear import BLUR, Linear, in_units
from synth.dependencies.sample import Sample
from synth.statistics.column_state import FULL_PRECISION
from synth.table.limits import EXACT_FLOATS
from synth.table.schema import type_of_arrow

FIRST_ROWS = 256
ALIKE = 0.99  # correlation of the first rows from which on a line is looked for
COARSE = 0.5  # the same, for targets of few steps
FEWEST_ROWS = 50
LIKELY = 0.95  # of the first rows, which may hold several of the exceptions
LAST_BITS = 1e-12  # relative
TOLD = 0.9  # of the rows, whose halves may be rounded either way
WINDOWS, WINDOW_ROWS = 5, 80  # where rows may be mistakes: nearly always one has none of them
FAR = 8.0  # times the middle distance from a line
MOST_DIGITS = 9  # of a slope or an offset: what has more was not chosen by people
Numbers = tuple[np.ndarray, np.ndarray]  # values, and where they are given


def find(sample: Sample) -> list[Linear]:
    """For every pair of number columns in which one is the other in other units, the line."""
    names = [name for name in sample.numbers if sample.distinct(name) > 2]
    names = names[: sample.settings.number_columns]
    values = {name: in_units(sample.columns[name], sample.type_of(name)) for name in names}
    parts = _windows(values, sample.settings.broken)
    alike = np.fmax.reduce([_alike_at_once(list(part.values())) for part in parts])
    rules: dict[tuple[str, str], Linear] = {}
    for at, target in enumerate(names):
        decimals = grid_of(sample.columns[target])
        for place, source in enumerate(names):
            if source == target:
                continue
            likeness, rule = float(alike[place, at]), None
            if np.isnan(likeness):
                likeness = max(_likeness(part[source], part[target]) for part in parts)
            if likeness > ALIKE:
                rule = _line(sample, source, target, values, decimals)
            if rule is None and likeness > COARSE and decimals is not None:
                rule = _steps(sample, source, target, values, decimals)
            if rule:
                rules[target, source] = rule
    return [
        rule
        for (target, source), rule in rules.items()
        if not _leaves_gaps(rule, rules.get((source, target)))
    ]


def _windows(values: dict[str, Numbers], broken: float) -> list[dict[str, Numbers]]:
    """The rows by which columns are sifted: all, and parts of them where some may break a rule."""
    starts = range(0, WINDOWS * WINDOW_ROWS, WINDOW_ROWS) if broken else ()
    slices = [slice(None), *(slice(start, start + WINDOW_ROWS) for start in starts)]
    return [{name: (v[own], ok[own]) for name, (v, ok) in values.items()} for own in slices]


def _without_far(a: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Which rows lie about the line that most of them lie on; a few may be anywhere.

    Its slope is the middle one between rows that lie side by side by chance (Theil 1950).
    """
    apart = np.diff(a) != 0
    slope = float(np.median(np.diff(c)[apart] / np.diff(a)[apart])) if apart.any() else 0.0
    rest = c - slope * a
    off = np.abs(rest - np.median(rest))
    near: np.ndarray = off <= FAR * np.median(off) + BLUR["double"] * np.abs(c)
    return near


def _leaves_gaps(rule: Linear, inverse: Linear | None) -> bool:
    """Whether several values of the source lead to one target, though the inverse holds as well.

    A gross price that is drawn need not be that of any net price; every net price has its gross.
    """
    if inverse is None or FULL_PRECISION in (rule.decimals, inverse.decimals):
        return False
    return abs(rule.slope) * 10.0 ** (rule.decimals - inverse.decimals) < 1 - 1e-9


def _alike_at_once(columns: list[Numbers]) -> np.ndarray:
    """:func:`_likeness` of all pairs of columns whose first rows all count; nan of the others."""
    alike = np.full((len(columns), len(columns)), np.nan)
    whole = [
        place
        for place, (values, valid) in enumerate(columns)
        if len(values[:FIRST_ROWS]) >= FEWEST_ROWS
        and valid[:FIRST_ROWS].all()
        and (np.abs(values[:FIRST_ROWS]) < EXACT_FLOATS).all()
        and np.ptp(values[:FIRST_ROWS]) > 0
    ]
    if len(whole) > 1:
        first = np.stack([columns[place][0][:FIRST_ROWS] for place in whole]).astype(float)
        scaled = first / np.abs(first).max(1, keepdims=True)
        alike[np.ix_(whole, whole)] = np.abs(np.corrcoef(scaled))
    return alike


def _likeness(source: Numbers, target: Numbers) -> float:
    """The size of the correlation of the first rows that have both; 0 where it says nothing."""
    both = np.flatnonzero(source[1] & target[1])[:FIRST_ROWS]
    a, c = source[0][both], target[0][both]
    rows = (np.abs(a) < EXACT_FLOATS) & (np.abs(c) < EXACT_FLOATS)
    if rows.sum() < FEWEST_ROWS or np.ptp(a[rows]) == 0 or np.ptp(c[rows]) == 0:
        return 0.0
    a, c = a[rows] / np.abs(a[rows]).max(), c[rows] / np.abs(c[rows]).max()
    return float(abs(np.corrcoef(a, c)[0, 1]))


def _line(
    sample: Sample, source: str, target: str, values: dict[str, Numbers], decimals: int | None
) -> Linear | None:
    """The plainest line on which the rows of the sample lie, but for a few exceptions."""
    (a, has_a), (c, has_c) = values[source], values[target]
    rows = has_a & has_c & (np.abs(a) < EXACT_FLOATS) & (np.abs(c) < EXACT_FLOATS)
    digits = FULL_PRECISION if decimals is None else decimals
    types = sample.type_of(target), sample.type_of(source)
    first = sample.first(FIRST_ROWS)
    a, c = a[rows], c[rows]
    if sample.settings.broken:
        near = _without_far(a, c)
        a, c = a[near], c[near]
    for slope, offset in _plain_lines(a, c):
        rule = Linear(target, (source,), slope, offset, digits, *types)
        least = sample.settings.near
        fits = _share(rule, first) >= LIKELY and _share(rule, sample.columns) >= least
        if fits and sample.admits(rule):
            rule = _off_the_halves(rule, sample.columns)
            return rule if is_told(rule, sample.columns) else None
    return None


def _steps(
    sample: Sample, source: str, target: str, values: dict[str, Numbers], decimals: int
) -> Linear | None:
    """The line of which a target of few steps is what is left after rounding, down or to nearest.

    Hours of seconds, decades of years: so coarse that the rows do not look like a line. Every row
    says between which slopes it is.
    """
    (a, has_a), (c, has_c) = values[source], values[target]
    rows = has_a & has_c & (np.abs(a) < EXACT_FLOATS) & (np.abs(c) < EXACT_FLOATS) & (a != 0)
    a, c, step = a[rows], c[rows], 10.0**-decimals
    if len(a) < FEWEST_ROWS or (a < 0).any():
        return None
    for below in (0.0, 0.5 * step):  # down, nearest
        for some in (slice(FIRST_ROWS), slice(None)):
            low = float(((c[some] - below) / a[some]).max())
            high = float(((c[some] - below + step) / a[some]).min())
            if not 0 < low <= high * (1 + LAST_BITS):
                break
        else:
            offset = below - step / 2
            for slope in _between(low, high):
                types = sample.type_of(target), sample.type_of(source)
                rule = Linear(target, (source,), slope, offset, decimals, *types)
                rule = _off_the_halves(rule, sample.columns)
                if sample.admits(rule) and is_told(rule, sample.columns):
                    return rule
    return None


def _between(low: float, high: float) -> Iterator[float]:
    """The plainest slope, or one by a plain number, from ``low`` to ``high``."""
    middle = (low + high) / 2
    for digits in range(-MOST_DIGITS, MOST_DIGITS + 1):
        steep = round(1 / middle, digits)
        for plain in (1 / steep if steep else 0.0, round(middle, digits)):
            if low <= plain * (1 + LAST_BITS) and plain <= high * (1 + LAST_BITS):
                yield plain
                return


def _off_the_halves(rule: Linear, columns: Columns) -> Linear:
    """The line moved so little that every half is rounded as the rows have it, where one does that.

    What is rounded down, or has its halves rounded up, lies at the end of what rounding to the
    nearest allows: the next value of the source would be a step off.
    """
    rows = present(columns, rule.columns) & rule.holds(columns)
    if rule.decimals >= FULL_PRECISION or not rows.any() or _is_exact(rule, columns, rows):
        return rule
    (a, _), (c, _) = (
        in_units(columns[name], kind)
        for name, kind in ((rule.sources[0], rule.source_type), (rule.target, rule.type))
    )
    rest, half = (c - rule.slope * a)[rows], 0.5 * 10.0**-rule.decimals
    low, high = float(rest.max()) - half, float(rest.min()) + half
    for digits in range(rule.decimals, MOST_DIGITS + rule.decimals):
        offset = round((low + high) / 2, digits)
        if low + 0.1 * (high - low) < offset < high - 0.1 * (high - low):
            moved = replace(rule, offset=offset)
            return moved if _is_exact(moved, columns, rows) else rule
    return rule


def is_told(rule: Formula, columns: Columns) -> bool:
    """Whether nearly all targets are what the rule says, not what it might round halves to.

    A score that is a rank or one more lies on the line of half more in every row, and no line
    tells it.
    """
    both = present(columns, rule.columns)
    if grid_of(columns[rule.target]) is None:  # not rounded at all
        return True
    return bool(both.any() and _same(rule, columns)[both].mean() >= TOLD)


def _is_exact(rule: Linear, columns: Columns, rows: np.ndarray) -> bool:
    """Whether these rows have just the targets that the line says."""
    return bool(_same(rule, columns)[rows].all())


def _same(rule: Formula, columns: Columns) -> Rows:
    """Where a target is what the rule says, but for the last bits of a float."""
    own = columns[rule.target]
    kind = type_of_arrow(own.type)
    (led, said), (values, has) = in_units(rule.predict(columns), kind), in_units(own, kind)
    with np.errstate(invalid="ignore"):
        same: Rows = said & has & (np.abs(led - values) <= BLUR.get(kind, 1e-9) * np.abs(values))
    return same


def _share(rule: Linear, columns: Columns) -> float:
    """The share of the rows with both values that are on the line: a copy may have exceptions."""
    both = present(columns, rule.columns)
    return float(rule.holds(columns)[both].mean()) if both.any() else 0.0


def _plain_lines(a: np.ndarray, c: np.ndarray) -> Iterator[tuple[float, float]]:
    """Slopes and offsets of ever more digits near the line of least squares, then that line."""
    middle = a.mean()
    slope = float((a - middle) @ (c - c.mean()) / ((a - middle) @ (a - middle)))
    if not slope or not np.isfinite(slope):
        return
    for digits in range(MOST_DIGITS + 1):
        steep = round(1 / slope, digits)
        for plain in {round(slope, digits), 1 / steep if steep else 0.0} - {0.0}:
            offset = float(np.median(c - plain * a))
            for fewer in range(digits + 1):
                yield plain, round(offset, fewer)
    yield slope, float(np.mean(c - slope * a))


FAMILY = Family("lines", (Linear,), find)

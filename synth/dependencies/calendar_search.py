"""The search for calendar dependencies: which part, of which column, in which time zone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.calendar import COMPOSED, PARTS, UTC, CalendarCompose, CalendarPart, local
from synth.dependencies.columns import present
from synth.dependencies.dependency import Dependency, Family
from synth.dependencies.sample import Sample

FIRST_ROWS = 1_000
MOST_OTHERS = 8  # zones that fit the first rows alike, for all rows to tell apart
MOST_OFFSETS = 4  # summer and winter time, and a change of either
# Where most of the world's tables are from; tried before the other zones.
MAJOR_ZONES = (
    UTC,
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Moscow",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Dubai",
    "Australia/Sydney",
)

Match = dict[str, dict[str, float]]  # part -> column -> share of rows


def find(sample: Sample) -> list[CalendarPart | CalendarCompose]:
    """Parts of every date and time column, and the same column made of them."""
    rules: list[CalendarPart | CalendarCompose] = []
    names = sample.whole_number_columns
    for time in sample.times:
        if not names:
            break
        zones = _zones(sample, time)
        matches = {zone: _matches(sample, time, zone, names) for zone in zones}
        rules += _composed(sample, time, matches)
        rules += _parts(sample, time, matches)
    return rules


def _zones(sample: Sample, time: str) -> tuple[str, ...]:
    """The zones to try: others than the major ones only if an hour column asks for them."""
    if sample.type_of(time) == "date":
        return (UTC,)
    first = _first(sample, time)
    hours = [name for name in sample.whole_number_columns if _is_hour(sample, name)]
    for name in hours:
        shown, valid = (x[: len(first)] for x in sample.whole_numbers(name))
        if any(_share(sample, name, PARTS["hour"](local(first, z))) > 0.98 for z in MAJOR_ZONES):
            continue
        hour = PARTS["hour"](local(first, UTC))
        both = valid & np.asarray(hour.is_valid())
        gap = (shown - np.asarray(pc.fill_null(hour, 0)))[both] % 24
        counts = np.sort(np.bincount(gap, minlength=24))[::-1]
        if counts[:MOST_OFFSETS].sum() >= 0.98 * max(both.sum(), 1):
            return MAJOR_ZONES + _others(sample, name, first)
    return MAJOR_ZONES


def _others(sample: Sample, hour: str, first: pa.Array) -> tuple[str, ...]:
    import zoneinfo

    skip = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    tried = []
    for zone in zoneinfo.available_timezones():
        if "/" in zone and not zone.startswith(skip) and zone not in MAJOR_ZONES:
            share = _share(sample, hour, PARTS["hour"](local(first, zone)))
            if share > 0.98:
                # Twins of one clock: the inhabited one.
                tried.append((-share, zone.startswith("Antarctica/"), zone))
    return tuple(zone for _, _, zone in sorted(tried)[:MOST_OTHERS])


def _is_hour(sample: Sample, name: str) -> bool:
    values, valid = sample.whole_numbers(name)
    inside = values[valid]
    return 6 <= sample.distinct(name) <= 25 and inside.min() >= 0 and inside.max() <= 23


def _matches(sample: Sample, time: str, zone: str, names: tuple[str, ...]) -> Match:
    """Columns that show a part of the time in nearly all of the first rows."""
    wall = local(_first(sample, time), zone)
    rows = len(wall)
    values = np.stack([sample.whole_numbers(name)[0][:rows] for name in names], 1)
    valid = np.stack([sample.whole_numbers(name)[1][:rows] for name in names], 1)
    found: Match = {}
    for part, function in PARTS.items():
        shown = function(wall)
        own = np.asarray(shown.is_valid())[:, None]
        number = np.asarray(pc.fill_null(shown, 0)).astype(np.int64)[:, None]
        both = own & valid
        share = (both & (values == number)).sum(0) / np.maximum(both.sum(0), 1)
        likely = np.flatnonzero(share >= 2 * sample.settings.near - 1.005)
        found[part] = {names[i]: float(share[i]) for i in likely if names[i] != time}
    return found


def _composed(sample: Sample, time: str, matches: dict[str, Match]) -> list[CalendarCompose]:
    """The coarsest parts that make up the column, in the zone that fits best."""
    best: tuple[float, CalendarCompose] | None = None
    for zone, match in matches.items():
        for parts in (3, 4, 5, 6):
            if not all(match[part] for part in COMPOSED[:parts]):
                break
            sources = tuple(_best(match[part]) for part in COMPOSED[:parts])
            if len(set(sources)) < parts:
                break
            rule = CalendarCompose(time, sources, zone, sample.type_of(time))
            if sample.admits(rule):
                held = _held(sample, rule)
                if best is None or held > best[0]:
                    best = (held, rule)
                break
    return [best[1]] if best else []


def _parts(sample: Sample, time: str, matches: dict[str, Match]) -> list[CalendarPart]:
    rules = []
    for part in PARTS:
        shares: dict[str, list[tuple[float, str]]] = {}
        for zone, match in matches.items():
            for name, share in match[part].items():
                shares.setdefault(name, []).append((share, zone))
        for name, tried in shares.items():
            # A day or month differs between zones in few rows: all rows must tell.
            made = [CalendarPart(name, (time,), part, z, sample.type_of(name)) for _, z in tried]
            held = [_held(sample, rule) for rule in made]
            top = max(range(len(made)), key=lambda i: (held[i], -i))
            if sample.varies(name) and sample.admits(made[top]):
                rules.append(made[top])
    return rules


def _held(sample: Sample, rule: Dependency) -> float:
    """The share of rows that keep a rule, of those that have a value in all of its columns."""
    there = present(sample.columns, rule.columns)
    return float(rule.holds(sample.columns)[there].mean()) if there.any() else 0.0


def _best(columns: dict[str, float]) -> str:
    return max(columns, key=lambda name: columns[name])  # the first of equals: schema order


def _first(sample: Sample, time: str) -> pa.Array:
    return sample.columns[time].slice(0, FIRST_ROWS)


def _share(sample: Sample, name: str, shown: pa.Array) -> float:
    values, valid = (x[: len(shown)] for x in sample.whole_numbers(name))
    both = valid & np.asarray(shown.is_valid())
    same = (np.asarray(pc.fill_null(shown, -1)) == values)[both]
    return float(same.mean()) if len(same) else 0.0


FAMILY = Family("calendar rules", (CalendarPart, CalendarCompose), find)

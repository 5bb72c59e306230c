"""Findings on change over time, from the counts of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from synth.audit.associations import Association
from synth.audit.drift import Drift, drift_over_time
from synth.audit.finding import Finding
from synth.audit.quasi_identifiers import person_columns
from synth.audit.remedies import by
from synth.metrics.coarse_bins import pair_order
from synth.metrics.histograms import CodeHistograms

TIMES = ("date", "timestamp")
TOLD = 5
READ_OFF = 0.5  # of a column's entropy: what time tells so much of is read off it


def drifts(
    counts: CodeHistograms, pairs: Sequence[Association], partitions: Sequence[str] = ()
) -> tuple[Drift, ...]:
    """Columns that change over the table's first column of times, the strongest first.

    One that the table is partitioned by comes before others. Dates of a person's life are none: who
    was born later is another person, not a later row. Dates and times themselves, and what is
    mostly read off the time (a year, a running number), are left out.
    """
    times = [own.name for own in counts.bins if own.unit in TIMES]
    times = [name for name in times if name not in person_columns(times)]
    times.sort(key=lambda name: name not in partitions)
    if not times:
        return ()
    over = [own.name for own in counts.bins].index(times[0])
    time = counts.bins[over]
    order, told = pair_order(time), told_by(time.name, pairs)
    found = []
    for place, own in enumerate(counts.bins):
        if own.unit in TIMES or told.get(own.name, 0.0) >= READ_OFF or not order:
            continue
        drift = drift_over_time(np.asarray(counts.pair(over, place)[order]), own.name, time.name)
        if drift is not None and drift.strength != "none":
            found.append(drift)
    return tuple(sorted(found, key=lambda one: one.expected - one.psi))


def on_drift(found: Sequence[Drift]) -> Iterator[Finding]:
    """Columns whose values are others in the last third of time than in the first."""
    if found:
        said = "; ".join(f"{one.column!r} {one.psi:.2f} ({one.strength})" for one in found[:TOLD])
        yield Finding(
            "drift over time",
            "warning" if any(one.strength == "large" for one in found) else "info",
            tuple(one.column for one in found[:TOLD]),
            "population stability index between the first and the last third of "
            f"{found[0].over!r}: {said}",
            "A synthetic table is of all times alike: leave out old rows, or condition on the time "
            f"({by('sample.given')})",
        )


def told_by(time: str, pairs: Sequence[Association]) -> dict[str, float]:
    """By column the share of its entropy that the time, or a partition, takes away."""
    told = {}
    for pair in pairs:
        if time in pair.columns:
            place = pair.columns.index(time)
            told[pair.columns[1 - place]] = pair.tells[place]
    return told

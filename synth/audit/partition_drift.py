"""Findings on partitions: whether one of a table's parts holds other values than the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synth.audit.associations import Association
from synth.audit.drift import Counts, Drift, drift_between
from synth.audit.drift_findings import READ_OFF, TIMES, TOLD, told_by
from synth.audit.finding import Finding
from synth.audit.remedies import by
from synth.metrics.histograms import CodeHistograms
from synth.table.bins import ColumnBins


@dataclass(frozen=True)
class PartitionDrift:
    """The partition that lies farthest from all others in a column.

    ``label``: which one, where one value makes it and may be told. ``apart``: all others are alike,
    so that it is the odd one out; of two partitions neither is.
    """

    drift: Drift
    label: str | None
    apart: bool


def partition_drifts(
    counts: CodeHistograms, pairs: Sequence[Association], partitions: Sequence[str]
) -> tuple[PartitionDrift, ...]:
    """Columns that differ between the values of a ``partitions`` column, the strongest first.

    Times are left to :func:`synth.audit.drift_findings.drifts`, as are columns that are read off
    the partition. No scan: the pairs are counted already.
    """
    names = [own.name for own in counts.bins]
    found = []
    for over, part in enumerate(counts.bins):
        if part.name not in partitions or part.unit in TIMES:
            continue
        told = told_by(part.name, pairs)
        for place, own in enumerate(counts.bins):
            if own.name in partitions or told.get(own.name, 0.0) >= READ_OFF:
                continue
            table = np.asarray(counts.pair(over, place))
            drift = drift_between(table, names[place], part.name)
            if drift is not None and drift.strength != "none":
                apart = _others_are_alike(table, drift)
                found.append(PartitionDrift(drift, _label(part, drift.part), apart))
    return tuple(sorted(found, key=lambda one: one.drift.expected - one.drift.psi))


def on_partitions(found: Sequence[PartitionDrift]) -> Iterator[Finding]:
    """A warning for partitions that are unlike all others, a note where all of them differ."""
    for apart in (True, False):
        own = [one for one in found if one.apart is apart]
        if not own:
            continue
        large = any(one.drift.strength == "large" for one in own)
        yield Finding(
            "partition unlike all others" if apart else "drift between partitions",
            "warning" if apart and large else "info",
            tuple(dict.fromkeys(one.drift.column for one in own[:TOLD])),
            "population stability index between a partition and all others together: "
            + "; ".join(map(_told, own[:TOLD])),
            "Check whether it was written in other units, codes or defaults, and mend it or leave "
            f"it out; else its rows can be asked for by themselves ({by('sample.given')})"
            if apart
            else "The partition is learned as any column: rows of one of them can be asked for "
            f"({by('sample.given')})",
        )


def not_counted(counts: CodeHistograms, partitions: Sequence[str]) -> Iterator[str]:
    """What is to be said of partition columns whose pairs were not counted."""
    known = {own.name for own in counts.bins}
    for name in partitions:
        if name not in known:
            yield (
                f"drift between the partitions by {name!r} was not looked at: pairs with this "
                "column are not counted"
            )


def _told(one: PartitionDrift) -> str:
    drift = one.drift
    which = f"{drift.over!r}" if one.label is None else f"{drift.over!r} = {one.label}"
    return f"{drift.column!r} {drift.psi:.2f} ({drift.strength}) by {which}"


def _others_are_alike(table: Counts, drift: Drift) -> bool:
    """Whether no partition but the farthest lies apart, of two others or more."""
    rest = np.delete(table, drift.part or 0, axis=0)
    between = drift_between(rest, drift.column, drift.over)
    return between is not None and between.strength == "none"


def _label(part: ColumnBins, place: int | None) -> str | None:
    own = [label for label, pair in zip(part.labels, part.pair_bins, strict=True) if pair == place]
    return own[0] if len(own) == 1 and not part.sensitive else None

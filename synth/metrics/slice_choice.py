"""Which columns a table is sliced by, and into which slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.metrics.coarse_bins import pair_marginal, pair_order
from synth.metrics.evidence import Evidence
from synth.metrics.histograms import CodeHistograms, Counts
from synth.table.bins import ColumnBins

MOST_COLUMNS = 5
MOST_VALUES = 20  # of a column; the rest is one slice
FEWEST_ROWS = 30  # real rows: with fewer a slice's own distribution is mostly chance
FEWEST_LABELS, MOST_LABELS = 2, 10  # of a column that nobody named


@dataclass(frozen=True)
class Slice:
    """``label`` is safe to print; ``bins`` are the pair bins of the column that it joins."""

    label: str
    bins: tuple[int, ...]


def slice_columns(evidence: Evidence) -> tuple[list[int], list[str]]:
    """Places of the columns to slice by, and what is to be said of them.

    The protected ones first, then the task's target, then columns of few labels, fewest first.
    """
    bins = evidence.counts["train"].bins
    places = {own.name: place for place, own in enumerate(bins)}
    target = [] if evidence.task is None else [evidence.task.target]
    few = [own for own in bins if FEWEST_LABELS <= _labels(own) <= MOST_LABELS]
    others = [own.name for own in sorted(few, key=_labels)]
    named = list(dict.fromkeys([*evidence.protected, *target, *others]))
    known = [name for name in named if name in places]
    notes = []
    missing = [name for name in named if name not in places]
    if missing:
        shown = ", ".join(map(repr, missing))
        notes.append(f"slices: not by {shown}, which the encoder does not count")
    chosen = known[:MOST_COLUMNS]
    if chosen:
        left = len(known) - len(chosen)
        more = f"; {left} further columns that could be are left out" if left else ""
        notes.append(f"slices: by {', '.join(map(repr, chosen))}{more}")
    return [places[name] for name in chosen], notes


def slices_of(bins: ColumnBins, real: Counts) -> tuple[list[Slice], list[str]]:
    """The slices of one column, most rows first, by its real counts ``(n_bins,)``; and notes.

    Values beyond the most frequent, and those of few rows, are joined; the joined ones are left out
    where they are too few together.
    """
    marginal = pair_marginal(bins, real)
    ranked = sorted(np.flatnonzero(marginal).tolist(), key=lambda k: (-int(marginal[k]), k))
    own = [k for k in ranked[:MOST_VALUES] if marginal[k] >= FEWEST_ROWS]
    rest = ranked[len(own) :]
    slices = [Slice(_label(bins, k), (k,)) for k in own]
    if not rest:
        return slices, []
    rows = int(marginal[rest].sum())
    said = f"slices: {len(rest)} values of {bins.name!r} with fewer rows"
    if rows < FEWEST_ROWS:
        return slices, [f"{said} are not judged: they have {rows:,} real rows together"]
    joined = Slice(f"any of {len(rest)} rarer values", tuple(rest))
    return [*slices, joined], [f"{said} are judged as one slice"]


def slice_rows(counts: CodeHistograms, place: int, slices: Sequence[Slice]) -> Counts:
    """Rows in each slice, int64 ``(slices,)``."""
    marginal = pair_marginal(counts.bins[place], counts.column(place))
    return np.array([marginal[list(own.bins)].sum() for own in slices], np.int64)


def slice_table(counts: CodeHistograms, place: int, other: int, slices: Sequence[Slice]) -> Counts:
    """Counts of the other column's pair bins within each slice, ``(slices, n_pair_bins)``."""
    pair = counts.pair(place, other)
    return np.stack([pair[list(own.bins)].sum(axis=0) for own in slices])


def _labels(bins: ColumnBins) -> int:
    """Labels of a nominal column that are no null and no rest; 0 for an ordinal one."""
    return 0 if bins.ordinal else sum(not _is_rest(label) for label in bins.labels)


def _is_rest(label: str) -> bool:
    return label.startswith("(") and label.endswith(")")


def _label(bins: ColumnBins, pair: int) -> str:
    """What a pair bin holds, in the bins' own labels, which are masked where they must be."""
    labels = [bins.labels[k] for k, own in enumerate(bins.pair_bins) if own == pair]
    if len(labels) == 1:
        return labels[0]
    if pair in pair_order(bins):
        return f"from {labels[0]} up to {labels[-1]}"
    return f"any of {len(labels)} values"

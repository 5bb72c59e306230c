"""Which three columns are counted together, and in which cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import prod

import numpy as np

from synth.metrics.coarse_bins import allotted, grouped, pair_marginal
from synth.metrics.fidelity import correlation_matrix
from synth.metrics.histograms import CodeHistograms
from synth.table.bins import ColumnBins

MOST_TRIPLES = 50
MOST_CELLS = 512  # 8 groups a column: with more, most cells of 10,000 rows hold chance
MOST_COLUMNS = 60  # that triples are chosen among: 34,220 of them
DETERMINED = 0.95  # association from which on a second column says nothing that the first does not


@dataclass(frozen=True)
class Triple:
    """Three columns by place, and of each column the group of each of its fine bins."""

    places: tuple[int, int, int]
    groups: tuple[tuple[int, ...], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of groups of each column."""
        return tuple(max(own, default=-1) + 1 for own in self.groups)


@dataclass(frozen=True)
class TriplePlan:
    """The triples of one run, the same for all its tables; ``notes`` say what was left out."""

    bins: tuple[ColumnBins, ...]
    triples: tuple[Triple, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)


def plan_triples(counts: CodeHistograms, most: int = MOST_TRIPLES) -> TriplePlan:
    """The triples whose three pairs are associated most in a table, by the sum of coefficients.

    No triple holds two columns that determine each other: it would count a pair again.
    """
    size = len(counts.bins)
    if size < 3:
        return TriplePlan(counts.bins, (), ("three columns at a time: there are no three columns",))
    strength = np.abs(np.array(correlation_matrix(counts)))
    np.fill_diagonal(strength, 0.0)
    usable = np.where(strength < DETERMINED, strength, 0.0)
    kept = sorted(np.argsort(-usable.sum(axis=1), kind="stable")[:MOST_COLUMNS].tolist())
    places = np.array(list(combinations(kept, 3)), np.int64)
    edges = np.stack([strength[places[:, a], places[:, b]] for a, b in ((0, 1), (0, 2), (1, 2))])
    places, edges = (part[..., edges.max(axis=0) < DETERMINED] for part in (places.T, edges))
    chosen = np.argsort(-edges.sum(axis=0), kind="stable")[:most]
    triples = tuple(_triple(counts, places[:, own].tolist()) for own in chosen)
    return TriplePlan(counts.bins, triples, _notes(counts, triples, places.shape[1]))


def _triple(counts: CodeHistograms, places: Sequence[int]) -> Triple:
    own = [counts.bins[place] for place in places]
    sizes = allotted(tuple(max(1, bins.n_pair_bins) for bins in own), MOST_CELLS)
    groups = []
    for place, bins, size in zip(places, own, sizes, strict=True):
        coarse = grouped(bins, pair_marginal(bins, counts.column(place)), size)
        groups.append(tuple(coarse[pair] for pair in bins.pair_bins))
    first, second, third = places
    return Triple((first, second, third), tuple(groups))


def _notes(counts: CodeHistograms, triples: Sequence[Triple], among: int) -> tuple[str, ...]:
    notes = [
        f"three columns at a time: the {len(triples)} triples of {among:,} whose columns are "
        "associated most; none holds two columns that determine each other"
    ]
    if len(counts.bins) > MOST_COLUMNS:
        notes.append(
            f"three columns at a time: chosen among the {MOST_COLUMNS} of {len(counts.bins)} "
            "columns that are associated most with the others"
        )
    joined = sum(
        prod(counts.bins[place].n_pair_bins for place in own.places) > MOST_CELLS for own in triples
    )
    if joined:
        notes.append(
            f"three columns at a time: bins of {joined} triples were joined to at most "
            f"{MOST_CELLS} cells each"
        )
    return tuple(notes)

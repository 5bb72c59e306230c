"""Findings on the column that a downstream model is to predict: examples, leakage, groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from synth.audit.associations import Association
from synth.audit.finding import Finding
from synth.audit.remedies import by
from synth.metrics.coarse_bins import pair_marginal
from synth.metrics.histograms import CodeHistograms
from synth.metrics.slice_choice import FEWEST_ROWS, slice_table, slices_of
from synth.table.bins import ColumnBins

FEWEST_EXAMPLES = 50  # of a class: with fewer neither a model nor its test says much
MOST_CLASSES = 50  # beyond, a target is a name or a measure
IMBALANCE = 0.05  # of the rows: a class with less is learned badly without weights
LEAK = 0.95  # of the target's entropy: what tells so much is mostly the target itself
FOUR_FIFTHS = 0.8  # EEOC Uniform Guidelines, 29 CFR 1607.4 D
SURE = 3.0  # standard errors by which a ratio must be below four fifths


@dataclass(frozen=True)
class GroupRate:
    """How often the target is positive in one group of a protected column."""

    column: str
    group: str
    rows: int
    rate: float

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


def on_classes(counts: CodeHistograms, target: str) -> Iterator[Finding]:
    """Classes with too few examples, and a strong imbalance."""
    place, bins = _column(counts, target)
    marginal = pair_marginal(bins, counts.column(place))
    present = np.sort(marginal[marginal > 0])
    if bins.ordinal and len(present) > 2:
        return  # a measure, not a class
    if not 2 <= len(present) <= MOST_CLASSES:
        return
    few = int((present < FEWEST_EXAMPLES).sum())
    if few:
        yield Finding(
            "too few examples of a class",
            "warning",
            (target,),
            f"{few} of {len(present)} classes have fewer than {FEWEST_EXAMPLES} rows, the smallest "
            f"{int(present[0]):,}",
            "Join rare classes, or gather more rows of them: sampling repeats what is known of "
            "them, and adds nothing",
        )
    share = float(present[0] / present.sum())
    if share < IMBALANCE:
        yield Finding(
            "strong imbalance",
            "info",
            (target,),
            f"the smallest class has {share:.1%} of the rows",
            f"A synthetic table can be balanced (by {by('sample.given')}); judge "
            "models on real rows as they are",
        )


def on_leakage(found: Sequence[Association], target: str) -> Iterator[Finding]:
    """Columns that give the target away."""
    for pair in found:
        if target not in pair.columns:
            continue
        side = 1 - pair.columns.index(target)
        told = pair.tells[side]
        if told >= LEAK:
            yield Finding(
                "leakage",
                "warning",
                (pair.columns[side], target),
                f"{pair.columns[side]!r} alone tells {told:.0%} of what there is to know of the "
                "target",
                f"If it is only known once the target is, leave it out ({by('columns.ignore')}): "
                "figures of utility would measure that one column",
            )


def group_rates(
    counts: CodeHistograms, target: str, positive: str | None, protected: Sequence[str]
) -> tuple[GroupRate, ...]:
    """Rates of the positive class in each group; none where the target has not two classes.

    ``positive`` None: the rarer class. Groups of fewer than 30 rows are not told.
    """
    place, bins = _column(counts, target)
    chosen = _positive(bins, pair_marginal(bins, counts.column(place)), positive)
    if chosen is None:
        return ()
    wanted, known = chosen
    rates = []
    for name in protected:
        if name == target or name not in [own.name for own in counts.bins]:
            continue
        own, column = _column(counts, name)
        groups = slices_of(column, counts.column(own))[0]
        table = slice_table(counts, own, place, groups) if groups else np.zeros((0, 1))
        for group, row in zip(groups, table, strict=True):
            rows = int(row[known].sum())
            if rows >= FEWEST_ROWS:
                rates.append(GroupRate(name, group.label, rows, float(row[wanted] / rows)))
    return tuple(rates)


def on_groups(rates: Sequence[GroupRate], target: str) -> Iterator[Finding]:
    """Protected columns by whose groups the positive rate differs by more than four fifths.

    Said where it is so by more than chance: the ratio of two rates by the delta method.
    """
    for name in dict.fromkeys(rate.column for rate in rates):
        own = sorted((rate for rate in rates if rate.column == name), key=lambda rate: rate.rate)
        low, high = own[0], own[-1]
        if high.rate <= 0 or low.group == high.group:
            continue
        ratio = low.rate / high.rate
        spread = (1 - high.rate) / (high.rate * high.rows)
        spread += (1 - low.rate) / (max(low.rate, 1 / low.rows) * low.rows)
        if ratio + SURE * ratio * float(np.sqrt(spread)) < FOUR_FIFTHS:
            yield Finding(
                "structural bias",
                "warning",
                (name, target),
                f"the positive rate is {low.rate:.1%} in group {low.group!r} ({low.rows:,} rows) "
                f"and {high.rate:.1%} in {high.group!r} ({high.rows:,}): a ratio of {ratio:.2f}, "
                "below four fifths (29 CFR 1607.4 D)",
                "A synthetic table repeats it. Sampling can even out how many rows each group and "
                f"class has ({by('sample.given')}), not why they differ",
            )


def _positive(
    bins: ColumnBins, marginal: np.ndarray, positive: str | None
) -> tuple[int, list[int]] | None:
    """``(pair bin of the positive class, those of both)``; None without two classes."""
    labels = {bins.pair_bins[place]: label for place, label in enumerate(bins.labels)}
    known = [
        place
        for place in np.flatnonzero(marginal).tolist()
        if not (labels[place].startswith("(") and labels[place].endswith(")"))
    ]
    if len(known) != 2:
        return None
    named = [place for place in known if positive is not None and labels[place] == str(positive)]
    if named:
        return named[0], known
    return min(known, key=lambda place: (int(marginal[place]), place)), known


def _column(counts: CodeHistograms, name: str) -> tuple[int, ColumnBins]:
    place = next(i for i, own in enumerate(counts.bins) if own.name == name)
    return place, counts.bins[place]

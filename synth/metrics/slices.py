"""Does every group of rows fare as well as the whole? Fidelity within slices, without a scan.

A generator can be right on the whole and wrong where rows are few. Slices are taken of protected
columns first, so that the figure also says whether a group is served worse than others.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
from scipy.special import ndtri

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.histograms import CodeHistograms
from synth.metrics.kind import Bound, MetricKind
from synth.metrics.metric import Metric
from synth.metrics.proportions import Interval, Z, wilson_interval
from synth.metrics.slice_choice import (
    FEWEST_ROWS,
    Slice,
    slice_columns,
    slice_rows,
    slice_table,
    slices_of,
)
from synth.metrics.slice_shortfall import SliceFigures, SliceTables, slice_figures

SEED = 0x511CE
ABSENT = 0.001  # a slice that chance leaves empty less often than this is missing

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "slice_similarity",
        "fidelity",
        "Similarity within a group",
        "How closely the rows of one group resemble the real rows of that group, the mean over "
        "all other columns. Higher is better, up to what two real samples of the group reach.",
        higher_is_better=True,
        style="percent",
    ),
    MetricKind(
        "slice_share_ratio",
        "fidelity",
        "Share of a group",
        "How frequent a group is, as a multiple of its share in the real table: 1 is right, below "
        "1 the group is under-represented, above 1 over-represented.",
        higher_is_better=True,
    ),
    MetricKind(
        "worst_slice_shortfall",
        "fidelity",
        "The group served worst",
        "By how much the group that is most surely served worse falls short of what real rows of "
        "it reach. 0 is best; 1 means that the group is missing altogether.",
        headline=True,
        bound=Bound(0.05, 0.10, by="interval"),
    ),
)


def measure(evidence: Evidence) -> Measured:
    """The figures of the slices that :func:`slice_columns` chooses, from whole tables' counts."""
    if not {"synthetic", "train"} <= set(evidence.counts):
        return Measured(notes=["slices: not measured, the tables were not counted"])
    places, notes = slice_columns(evidence)
    counts = evidence.counts
    found = slice_metrics(
        counts["synthetic"], counts["train"], counts.get("holdout"), places, seed=evidence.seed
    )
    return Measured(notes=notes) + found


def slice_metrics(
    synthetic: CodeHistograms,
    train: CodeHistograms,
    holdout: CodeHistograms | None,
    places: list[int],
    *,
    seed: int,
) -> Measured:
    """The figures of ``KINDS`` for the slices of the columns at ``places``.

    Of synthetic against holdout, referred to train against holdout; without a holdout of synthetic
    against train, where the shortfall is that from what chance alone leaves. The worst slice is
    that of which the lower end of the interval, at 95 % for all slices together, is largest: it is
    beyond a bound where that of any slice is, and a small slice is not the worst by chance.
    """
    real = holdout if holdout is not None and holdout.rows else train
    if not places or not synthetic.rows or not real.rows or len(train.bins) < 2:
        why = "no column to slice by" if not places else "a table without rows or other columns"
        return Measured(notes=[f"slices: not measured, {why}"])
    notes: list[str] = []
    judged: list[tuple[_Sliced, SliceFigures]] = []
    for place in places:
        slices, said = slices_of(real.bins[place], real.column(place))
        notes += said
        if slices:
            own = _Sliced(synthetic, real, None if real is train else train, place, slices)
            judged.append((own, own.figures(np.random.default_rng([seed, SEED, place]))))
    if not judged:
        few = f"slices: not measured, none has {FEWEST_ROWS} real rows"
        return Measured(notes=[*notes, few])
    metrics = [metric for own, figures in judged for metric in own.metrics(figures)]
    total = sum(len(own.slices) for own, _ in judged)
    # Bonferroni: with many slices the worst would often be one that is so by chance.
    reach = float(ndtri(1 - 0.025 / total))
    shortfalls = [metric for own, figures in judged for metric in own.shortfalls(figures, reach)]
    worst = max(shortfalls, key=lambda one: (one.interval or (0.0, 0.0))[0])
    return Measured([replace(worst, scope="table", columns=()), *metrics], notes)


class _Sliced:
    """One column's slices in all tables."""

    def __init__(
        self,
        made: CodeHistograms,
        real: CodeHistograms,
        train: CodeHistograms | None,
        place: int,
        slices: list[Slice],
    ):
        self.made, self.real, self.train = made, real, train
        self.place, self.slices = place, slices
        self.name = real.bins[place].name
        self.rows_made = slice_rows(made, place, slices)
        self.rows_real = slice_rows(real, place, slices)
        self.rows_train = None if train is None else slice_rows(train, place, slices)

    def figures(self, rng: np.random.Generator) -> SliceFigures:
        """By all other columns."""

        def table(counts: CodeHistograms, other: int) -> np.ndarray:
            return slice_table(counts, self.place, other, self.slices)

        others = [other for other in range(len(self.real.bins)) if other != self.place]
        tables = [
            SliceTables(
                table(self.made, other),
                table(self.real, other),
                None if self.train is None else table(self.train, other),
            )
            for other in others
        ]
        return slice_figures(tables, rng)

    def metrics(self, figures: SliceFigures) -> list[Metric]:
        """``slice_similarity`` and ``slice_share_ratio`` of each slice."""
        found = []
        for k, own in enumerate(self.slices):
            value, radius = float(figures.value[k]), Z * float(figures.value_error[k])
            similarity = Metric(
                "slice_similarity",
                "column",
                value,
                (self.name,),
                (max(0.0, value - radius), min(1.0, value + radius)),
                None if self.train is None else float(figures.reference[k]),
                slice=f"{self.name} = {own.label}",
            )
            found += [similarity, self._ratio(k, similarity)]
        return found

    def _ratio(self, k: int, beside: Metric) -> Metric:
        made, real = int(self.rows_made[k]), int(self.rows_real[k])
        reference = None
        if self.train is not None and self.rows_train is not None:
            train = int(self.rows_train[k])
            reference = share_ratio(train, self.train.rows, real, self.real.rows)[0]
        value, interval = share_ratio(made, self.made.rows, real, self.real.rows)
        return replace(
            beside, name="slice_share_ratio", value=value, interval=interval, reference=reference
        )

    def shortfalls(self, figures: SliceFigures, reach: float) -> list[Metric]:
        """``worst_slice_shortfall`` of each slice, if it were the worst."""
        found = []
        for k, own in enumerate(self.slices):
            value, radius = float(figures.shortfall[k]), reach * float(figures.shortfall_error[k])
            interval = (max(-1.0, value - radius), min(1.0, value + radius))
            if not self.rows_made[k]:
                expected = float(self.rows_real[k]) / self.real.rows * self.made.rows
                value, interval = 1.0, (1.0 if exp(-expected) < ABSENT else 0.0, 1.0)
            found.append(
                Metric(
                    "worst_slice_shortfall",
                    "column",
                    value,
                    (self.name,),
                    interval,
                    higher_is_better=False,
                    slice=f"{self.name} = {own.label}",
                )
            )
        return found


def share_ratio(made: int, rows_made: int, real: int, rows_real: int) -> tuple[float, Interval]:
    """The ratio of two shares and its 95 % interval (D. Katz et al., Biometrics 1978).

    ``real`` must be positive. Without a synthetic row the upper end is Wilson's of the one share
    over the other.
    """
    share = real / rows_real
    value = made / rows_made / share
    if not made:
        return 0.0, (0.0, wilson_interval(0, rows_made)[1] / share)
    spread = (1 - made / rows_made) / made + (1 - share) / real
    radius = Z * sqrt(spread)
    return value, (exp(log(value) - radius), exp(log(value) + radius))

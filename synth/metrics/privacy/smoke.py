"""Shares and ratios of distances to the closest record: a smoke test, no proof of privacy.

They find gross copying. Tables that pass them leak to membership attacks all the same (Yao et al.,
The DCR delusion, arXiv 2505.01524, 2025), so none of them has a bound.
"""

from __future__ import annotations

import numpy as np

from synth.metrics.copies import binomial_interval
from synth.metrics.evidence import Measured
from synth.metrics.features import Floats
from synth.metrics.kind import MetricKind
from synth.metrics.metric import Metric
from synth.metrics.privacy.nearest import Neighbours, Places, least_distances, nearest
from synth.metrics.privacy.setting import Setting

SALT = 14
QUICK_ROWS = 3_000
FULL_ROWS = 20_000
DRAWS = 200
NEAR = 0.01  # of the holdout's rows are at most so far from a train row
NO_PROOF = "A smoke test: tables that pass it can leak (arXiv 2505.01524), so it is no proof."

SMOKE_KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "near_copy_rate",
        "privacy",
        "Synthetic rows next to a train row",
        "The share of synthetic rows that are nearer to a train row than all but 1 % of the "
        f"holdout's rows are. About 1 % is what real rows reach; lower is better. {NO_PROOF}",
        style="percent",
    ),
    MetricKind(
        "dcr_share",
        "privacy",
        "Synthetic rows nearer to train than to holdout",
        "The share of synthetic rows whose closest record is a train row and not one of as many "
        f"holdout rows. 50 % is good. {NO_PROOF}",
        style="percent",
    ),
    MetricKind(
        "nndr",
        "privacy",
        "Nearest neighbour distance ratio",
        "The median over synthetic rows of the distance to the nearest train row over that to the "
        f"second nearest. Near 0 is a sign of copies, 1 of none. {NO_PROOF}",
        higher_is_better=True,
    ),
)


def smoke_test(setting: Setting) -> Measured:
    """The three figures on samples of synthetic and holdout rows; O(sample x train rows)."""
    most = QUICK_ROWS if setting.evidence.depth == "quick" else FULL_ROWS
    rng = np.random.default_rng([setting.evidence.seed, SALT])
    made = _some(len(setting.synthetic), most, rng)
    held = _some(len(setting.holdout), most, rng)
    synthetic = setting.synthetic.points[made]
    from_made = nearest(synthetic, setting.train, 2)
    from_held = nearest(setting.holdout[held], setting.train, 2)
    metrics = [
        _near_rate(from_made.distances[:, 0], from_held.distances[:, 0]),
        _closest_share(setting, synthetic, rng),
        _ratio(from_made, from_held, rng),
    ]
    notes = []
    if len(made) < len(setting.synthetic) or len(held) < len(setting.holdout):
        notes.append(
            f"The smoke test of distances is of {len(made):,} synthetic and {len(held):,} "
            "holdout rows, drawn at random."
        )
    return Measured(metrics, notes)


def _near_rate(made: Floats, held: Floats) -> Metric:
    limit = float(np.sort(held)[max(1, round(NEAR * len(held))) - 1])
    counts = int((made <= limit).sum()), len(made)
    reference = int((held <= limit).sum()), len(held)
    return Metric(
        "near_copy_rate",
        "table",
        counts[0] / counts[1],
        interval=binomial_interval(*counts),
        reference=reference[0] / reference[1],
        higher_is_better=False,
        counts=counts,
        reference_counts=reference,
    )


def _closest_share(setting: Setting, synthetic: np.ndarray, rng: np.random.Generator) -> Metric:
    """Against as many train rows as there are holdout rows, or the other way; ties count half."""
    size = min(len(setting.train), len(setting.holdout))
    train = setting.train[_some(len(setting.train), size, rng)]
    held = setting.holdout[_some(len(setting.holdout), size, rng)]
    to_train, to_held = least_distances(synthetic, train), least_distances(synthetic, held)
    nearer = (to_train < to_held) + 0.5 * (to_train == to_held)
    low, high = _resampled(nearer, np.mean, rng)
    return Metric(
        "dcr_share",
        "table",
        float(nearer.mean()),
        interval=(low, high),
        reference=0.5,
        higher_is_better=False,
    )


def _ratio(made: Neighbours, held: Neighbours, rng: np.random.Generator) -> Metric:
    ratios = _ratios(made)
    return Metric(
        "nndr",
        "table",
        float(np.median(ratios)),
        interval=_resampled(ratios, np.median, rng),
        reference=float(np.median(_ratios(held))),
    )


def _ratios(near: Neighbours) -> Floats:
    """Of the first to the second distance; 1 where both are 0: such a row copies nobody alone."""
    first, second = near.distances[:, 0], near.distances[:, -1]
    return np.where(second > 0, first / np.where(second > 0, second, 1.0), 1.0)


def _resampled(values: Floats, of: object, rng: np.random.Generator) -> tuple[float, float]:
    assert callable(of)
    drawn = values[rng.integers(0, len(values), (DRAWS, len(values)))]
    low, high = np.quantile(of(drawn, axis=1), [0.025, 0.975])
    return float(low), float(high)


def _some(rows: int, most: int, rng: np.random.Generator) -> Places:
    return np.arange(rows) if rows <= most else np.sort(rng.choice(rows, most, replace=False))

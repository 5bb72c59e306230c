"""How far each real row is from the synthetic table: from its nearest synthetic row.

Train and holdout rows are exchangeable if nothing was learned by heart, whatever the law of the
synthetic rows: one that crowds where rows are dense comes close to both alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.metrics.features import Features, Floats
from synth.metrics.privacy.nearest import Places, least_distances, nearest_others
from synth.metrics.privacy.setting import Setting
from synth.metrics.privacy.space import Points
from synth.metrics.privacy.targets import units_of

SALT = 13
QUICK_ROWS = 20_000  # of the train part, and of the holdout
FULL_ROWS = 40_000
LEAST = 1e-6  # a distance to divide by, where a reference row is an equal one


@dataclass(frozen=True)
class Gaps:
    """Distances to the nearest row of a table: float64 ``(rows,)`` of train and of holdout."""

    train: Floats
    holdout: Floats

    def least(self, other: Gaps) -> Gaps:
        """To the rows of both tables together."""
        return Gaps(np.minimum(self.train, other.train), np.minimum(self.holdout, other.holdout))


@dataclass(frozen=True)
class Checked:
    """The real rows whose gaps are looked at: ``train``, ``holdout`` are places of rows.

    ``usual`` are their distances to the nearest reference row, which is none of them: how near a
    row that was drawn apart from them comes.
    """

    train: Places
    holdout: Places
    usual: Gaps
    notes: tuple[str, ...] = ()


def choose_checked(setting: Setting) -> Checked:
    """All rows, or a sample of whole units where there are many; said in the notes."""
    most = QUICK_ROWS if setting.evidence.depth == "quick" else FULL_ROWS
    rng = np.random.default_rng([setting.evidence.seed, SALT])
    sides = {"train": setting.evidence.train, "holdout": setting.holdout_rows}
    chosen, notes = [], []
    for role, rows in sides.items():
        kept = _sample(rows, most, rng)
        chosen.append(kept)
        if len(kept) < len(rows):
            notes.append(
                f"Near copies are looked for around {len(kept):,} of {len(rows):,} {role} rows."
            )
    return Checked(chosen[0], chosen[1], _usual(setting, chosen[0], chosen[1]), tuple(notes))


def gaps_to(setting: Setting, checked: Checked, synthetic: Points) -> Gaps:
    """O(checked rows x synthetic rows)."""
    return Gaps(
        least_distances(setting.train[checked.train], synthetic),
        least_distances(setting.holdout[checked.holdout], synthetic),
    )


def relative(checked: Checked, gaps: Gaps) -> Gaps:
    """Gaps as parts of the distance to the nearest reference row.

    What is near where rows are sparse is far where they are dense.
    """
    usual = checked.usual
    return Gaps(
        gaps.train / np.maximum(usual.train, LEAST), gaps.holdout / np.maximum(usual.holdout, LEAST)
    )


def joined(parts: Sequence[Gaps]) -> Gaps:
    """To the rows of all parts together."""
    total = parts[0]
    for part in parts[1:]:
        total = total.least(part)
    return total


def of_units(setting: Setting, checked: Checked, gaps: Gaps) -> Gaps:
    """An entity is as near as the nearest of its rows."""
    return Gaps(
        _least_of_units(setting.evidence.train, checked.train, gaps.train),
        _least_of_units(setting.holdout_rows, checked.holdout, gaps.holdout),
    )


def _usual(setting: Setting, train: Places, holdout: Places) -> Gaps:
    """Of holdout rows that are reference rows themselves, to the nearest other one."""
    reference, place = setting.reference.points, np.full(len(setting.holdout), -1)
    place[setting.reference_rows] = np.arange(len(reference))
    found = nearest_others(setting.holdout[holdout], reference, place[holdout], 1)
    return Gaps(least_distances(setting.train[train], reference), found.distances[:, 0])


def _sample(rows: Features, most: int, rng: np.random.Generator) -> Places:
    if len(rows) <= most:
        return np.arange(len(rows))
    units = units_of(rows)
    order = rng.permutation(units.count)
    sizes = np.bincount(units.unit, minlength=units.count)[order]
    chosen = order[np.cumsum(sizes) <= most]
    return np.flatnonzero(np.isin(units.unit, chosen))


def _least_of_units(rows: Features, kept: Places, gaps: Floats) -> Floats:
    if rows.entities is None:
        return gaps
    units = units_of(rows.take(kept))
    least = np.full(units.count, np.inf)
    np.minimum.at(least, units.unit, gaps)
    return least

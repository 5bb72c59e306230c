"""Whom an attack is tried on: members, who are in the train part, and as many others, who are not.

Random targets say what an average person risks; vulnerable ones, far from everybody else, what
those risk whom a leak gives away first ("Achilles' heels", Meeus et al. 2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synth.metrics.features import Features, Floats
from synth.metrics.privacy.nearest import Places, nearest_others
from synth.metrics.privacy.space import Points

RANDOM = 1_000
VULNERABLE = 500
VULNERABLE_SHARE = 4  # the outermost of four: vulnerable rows of small tables are not all rows
LEAST_VULNERABLE = 10  # fewer tell nothing
POOL = 3_000  # drawn from each side: the outermost of unequal numbers would differ by that alone
NEIGHBOURS = 5
ROWS_OF_AN_ENTITY = 20

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Units:
    """Who is protected: ``unit`` int64 ``(rows,)`` says whose each row is, from 0 to ``count``."""

    unit: Places
    count: int

    def rows_of(self, chosen: Places) -> tuple[Places, Places, int]:
        """The chosen units' rows, whose each is by place in ``chosen``, and how many are left out.

        At most ``ROWS_OF_AN_ENTITY`` of each unit, the first ones.
        """
        order = np.argsort(self.unit, kind="stable")
        bounds = np.searchsorted(self.unit[order], np.arange(self.count + 1))
        parts = [order[bounds[unit] : bounds[unit + 1]] for unit in chosen]
        kept = [part[:ROWS_OF_AN_ENTITY] for part in parts]
        left_out = sum(map(len, parts)) - sum(map(len, kept))
        rows = np.concatenate(kept) if kept else np.zeros(0, np.int64)
        owners = np.repeat(np.arange(len(kept)), [len(part) for part in kept])
        return rows, owners, left_out


def units_of(rows: Features) -> Units:
    """Entities, or rows where each is its own."""
    if rows.entities is None:
        return Units(np.arange(len(rows)), len(rows))
    names, unit = np.unique(rows.entities, return_inverse=True)
    return Units(unit.astype(np.int64), len(names))


@dataclass(frozen=True)
class Targets:
    """Rows under attack, members' first: ``train_rows`` and ``holdout_rows`` are their places.

    ``unit`` int64 ``(rows,)``: whose each row is. ``member``, ``random``, ``vulnerable``: bool
    ``(units,)``.
    """

    train_rows: Places
    holdout_rows: Places
    unit: Places
    member: Mask
    random: Mask
    vulnerable: Mask
    notes: tuple[str, ...] = ()

    def of_units(self, scores: Floats, pooled: str = "mean") -> Floats:
        """float64 ``(units,)``: the mean or the greatest score of each unit's rows."""
        if len(scores) == len(self.member):
            return scores
        if pooled == "max":
            greatest = np.full(len(self.member), -np.inf)
            np.maximum.at(greatest, self.unit, scores)
            return greatest
        sums = np.bincount(self.unit, weights=scores, minlength=len(self.member))
        return sums / np.bincount(self.unit, minlength=len(self.member))


def split_holdout(units: Units, rng: np.random.Generator) -> tuple[Places, Places]:
    """Units whose rows are targets, and units whose rows the attacker has for reference."""
    order = rng.permutation(units.count)
    half = units.count // 2
    return np.sort(order[:half]), np.sort(order[half:])


def choose_targets(
    train: tuple[Features, Points],
    holdout: tuple[Features, Points],
    others: Places,
    rng: np.random.Generator,
) -> Targets:
    """Targets of the train part, and as many of the holdout's units in ``others``.

    Both sides are treated alike: as many are drawn of each, and the vulnerable ones are those of
    these that lie farthest from their nearest neighbours among all real rows.
    """
    train_units, holdout_units = units_of(train[0]), units_of(holdout[0])
    size = min(POOL, train_units.count, len(others))
    inside = rng.choice(train_units.count, size, replace=False)
    outside = rng.choice(others, size, replace=False)
    in_rows, in_unit, in_cut = train_units.rows_of(inside)
    out_rows, out_unit, out_cut = holdout_units.rows_of(outside)
    own = np.concatenate([in_rows, out_rows + len(train[0])])
    unit = np.concatenate([in_unit, out_unit + size])
    real = np.concatenate([train[1], holdout[1]])
    gaps = nearest_others(real[own], real, own, NEIGHBOURS).distances
    far = gaps.mean(axis=1) if gaps.shape[1] else np.zeros(len(own))
    far = np.bincount(unit, weights=far, minlength=2 * size) / np.bincount(unit, minlength=2 * size)
    vulnerable = np.concatenate([_outermost(far[:size]), _outermost(far[size:])])
    random = np.tile(np.arange(size) < RANDOM, 2)
    kept = random | vulnerable
    number = np.cumsum(kept) - 1
    of_kept = kept[unit]
    from_train = of_kept[: len(in_rows)]
    return Targets(
        in_rows[from_train],
        out_rows[of_kept[len(in_rows) :]],
        number[unit[of_kept]],
        (np.arange(2 * size) < size)[kept],
        random[kept],
        vulnerable[kept],
        _notes(size, int(vulnerable[:size].sum()), in_cut + out_cut, train[0].entities is not None),
    )


def _outermost(far: Floats) -> Mask:
    chosen = np.zeros(len(far), np.bool_)
    count = min(VULNERABLE, len(far) // VULNERABLE_SHARE)
    if count >= LEAST_VULNERABLE:
        chosen[np.argsort(-far, kind="stable")[:count]] = True
    return chosen


def _notes(size: int, vulnerable: int, cut: int, entities: bool) -> tuple[str, ...]:
    what = "entities" if entities else "rows"
    notes = []
    if size < RANDOM or vulnerable < VULNERABLE:
        notes.append(
            f"Membership attacks are tried on {min(size, RANDOM):,} random and {vulnerable:,} "
            f"vulnerable {what} of each side, not on {RANDOM:,} and {VULNERABLE:,}: there are no "
            "more. Intervals are the wider for it."
        )
    if cut:
        notes.append(
            f"Of targets with more than {ROWS_OF_AN_ENTITY} rows the first {ROWS_OF_AN_ENTITY} "
            f"are attacked: {cut:,} rows are left out."
        )
    return tuple(notes)

"""Attackers that learn a secret column from a table and guess it for other rows.

Each knows all other columns of the rows that it attacks. ``guess`` functions take the rows that an
attacker has, the targets, and the secret's name, and give one guess for each target: float64
``(targets,)``, a number of the secret column, or a label's place, or NaN for null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from synth.metrics.features import Features, Floats
from synth.metrics.privacy.gower import nearest

TREES = 60  # for a table of few labels, more told no more on Adult
RATE = 0.15
LEAVES = 15
# One tree is grown for each label and round: more labels than that are guessed by the nearest row.
MOST_LABELS = 20
MOST_CATEGORIES = 255  # of a column that tells: with more its labels' order by frequency tells
# Trees of a few thousand rows are soon grown, and two threads wait for each other where the cores
# have other work: on a busy machine they took ten times as long.
THREADS = 1


@dataclass(frozen=True)
class NearestGuesses:
    """The nearest rows' values, and whether those rows equal the targets in all other columns."""

    values: Floats  # (targets,)
    are_twins: npt.NDArray[np.bool_]

    def else_by(self, guesses: Floats) -> Floats:
        """Of twins their value, of all other rows these guesses.

        Who sees a row that equals a person's in all that he knows of him, takes it for the
        person's; trees alone would smooth over the few rows that were copied.
        """
        return np.where(self.are_twins, self.values, guesses)


def nearest_guesses(
    known: Features, targets: Features, secrets: Sequence[str], rng: np.random.Generator
) -> list[NearestGuesses]:
    """Of each secret: the one of the nearest known row by Gower's distance."""
    views = [
        [place for place, name in enumerate(known.names) if name != secret] for secret in secrets
    ]
    places = nearest(targets, known, views, 1, rng)[:, :, 0]  # (secrets, targets)
    guesses = []
    for view, name, found in zip(views, secrets, places, strict=True):
        ours, others = targets.values[:, view], known.values[np.ix_(found, view)]
        equal = (ours == others) | (np.isnan(ours) & np.isnan(others))
        guesses.append(NearestGuesses(known.column(name)[found], equal.all(axis=1)))
    return guesses


def boosted_guesses(known: Features, targets: Features, secret: str, seed: int) -> Floats:
    """By gradient boosted trees (LightGBM): a label, or the known value next to the median.

    Labels weigh alike, as balanced accuracy counts them; only the most frequent ``MOST_LABELS`` are
    guessed. Numbers are guessed from the rows that have a finite one.
    """
    column = known.columns[known.names.index(secret)]
    seen, wanted = known.without([secret]), targets.without([secret])
    values = known.column(secret)
    if column.ordinal:
        rows = np.isfinite(values)
        return _number_guesses(seen.take(rows), values[rows], wanted, seed)
    return _label_guesses(seen, values, wanted, seed)


def _number_guesses(known: Features, values: Floats, targets: Features, seed: int) -> Floats:
    distinct = np.unique(values)
    if len(distinct) < 2:
        return np.full(len(targets), distinct[0] if len(distinct) else np.nan)
    from lightgbm import LGBMRegressor

    model = LGBMRegressor(objective="regression_l1", **_settings(seed))
    model.fit(known.values, values, categorical_feature=_categories(known))
    found = np.asarray(model.predict(targets.values), np.float64)
    above = np.clip(distinct.searchsorted(found), 1, len(distinct) - 1)
    low, high = distinct[above - 1], distinct[above]
    return np.where(found - low < high - found, low, high)


def _label_guesses(known: Features, values: Floats, targets: Features, seed: int) -> Floats:
    distinct, counts = np.unique(values, return_counts=True)  # all nulls are one
    kept = distinct[np.sort(np.argsort(-counts, kind="stable")[:MOST_LABELS])]
    if len(kept) < 2:
        return np.full(len(targets), kept[0] if len(kept) else np.nan)
    places, is_null = np.searchsorted(kept, values), np.isnan(kept[-1])
    places = np.where(np.isnan(values), len(kept) - 1 if is_null else len(kept), places)
    places = np.minimum(places, len(kept) - 1)
    rows = (kept[places] == values) | (np.isnan(kept[places]) & np.isnan(values))
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(class_weight="balanced", **_settings(seed))
    taken = known.take(rows)
    model.fit(taken.values, places[rows], categorical_feature=_categories(known))
    return kept[np.asarray(model.predict(targets.values), np.int64)]


def _categories(known: Features) -> list[int]:
    return [place for place in known.nominal if len(known.columns[place].labels) <= MOST_CATEGORIES]


def _settings(seed: int) -> dict[str, Any]:
    return {
        "n_estimators": TREES,
        "learning_rate": RATE,
        "num_leaves": LEAVES,
        "random_state": seed,
        "num_threads": THREADS,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }

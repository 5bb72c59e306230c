"""Whether train part and holdout were drawn alike: if not, attacks find what tells them apart.

An attack that tells members from others by what sets a table of last year apart from one of this
year proves no leak. So a model is asked to tell the two tables themselves apart.
"""

from __future__ import annotations

import warnings

import numpy as np

from synth.metrics.features import Floats
from synth.metrics.privacy.roc import guessing_area_error, roc
from synth.metrics.privacy.setting import Setting
from synth.metrics.privacy.targets import units_of

SALT = 17
ROWS = 5_000  # of each table
FOLDS = 2
TREES = 50
ALLOWED = 0.53  # an area that matters beside attacks whose bound is 0.55
ERRORS = 3.0  # standard errors: one table of 700 is accused by chance


def split_notes(setting: Setting) -> list[str]:
    """What is to be said where a model tells train from holdout rows; else nothing."""
    area, error = train_holdout_area(setting)
    if area - ERRORS * error <= 0.5 or area <= ALLOWED:
        return []
    return [
        f"Train part and holdout differ: a model tells their rows apart (area {area:.2f}, 0.5 is "
        "guessing). Attacks may take that difference for membership: draw the holdout at random."
    ]


def train_holdout_area(setting: Setting) -> tuple[float, float]:
    """The cross-fitted area under the curve of a model of train against holdout rows, and the
    standard error of guessing. One row of each entity: a model knows an entity's other rows again.
    """
    rng = np.random.default_rng([setting.evidence.seed, SALT])
    sides = [
        rows.values[rng.permutation(np.unique(units_of(rows).unit, return_index=True)[1])[:ROWS]]
        for rows in (setting.evidence.train, setting.holdout_rows)
    ]
    size = min(map(len, sides))
    rows = np.concatenate([side[:size] for side in sides])
    labels = np.repeat([1, 0], size)
    fold = np.tile(np.arange(size) % FOLDS, 2)
    areas = [
        _area(
            _scores(rows[fold != held], labels[fold != held], rows[fold == held]),
            labels[fold == held],
        )
        for held in range(FOLDS)
    ]
    return float(np.mean(areas)), guessing_area_error(size, size)


def _scores(rows: Floats, labels: np.ndarray, asked: Floats) -> Floats:
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(
        n_estimators=TREES,
        num_leaves=15,
        num_threads=1,
        random_state=0,
        deterministic=True,
        force_row_wise=True,
        verbose=-1,
    )
    with warnings.catch_warnings():
        # scikit-learn asks for the names of columns, which plain arrays have not.
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        model.fit(rows, labels)
        return np.asarray(model.predict(asked, raw_score=True), np.float64)


def _area(scores: Floats, labels: np.ndarray) -> float:
    return float(roc(scores[labels == 1], scores[labels == 0]).area())

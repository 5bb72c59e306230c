"""Classifier: a model that tells synthetic from reference rows takes members for synthetic.

The black-box variant of LOGAN (Hayes, Melis, Danezis & De Cristofaro 2019) with gradient boosting.
"""

from __future__ import annotations

import warnings

import numpy as np

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import Attack, Sight

ROWS = 10_000  # of each side; more makes it slower, not better
TREES = 60
SALT = 31


def score(sight: Sight) -> Floats:
    """The model's raw score of being synthetic. All equal where a side has too few rows."""
    from lightgbm import LGBMClassifier

    rng = np.random.default_rng([sight.seed, SALT])
    made, real = sight.synthetic.features.values, sight.reference.features.values
    made, real = (rows[rng.permutation(len(rows))[:ROWS]] for rows in (made, real))
    labels = np.repeat([1, 0], [len(made), len(real)])
    weights = np.repeat([0.5 / len(made), 0.5 / len(real)], [len(made), len(real)]) * len(labels)
    model = LGBMClassifier(
        n_estimators=TREES,
        num_leaves=15,
        learning_rate=0.1,
        min_child_samples=20,
        num_threads=1,  # on a busy machine two wait for each other, a hundred times as long
        random_state=sight.seed % 2**31,
        deterministic=True,
        force_row_wise=True,
        verbose=-1,
    )
    with warnings.catch_warnings():
        # scikit-learn asks for the names of columns, which plain arrays have not.
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        model.fit(np.concatenate([made, real]), labels, sample_weight=weights)
        raw = model.predict(sight.targets.features.values, raw_score=True)
    return np.asarray(raw, np.float64)


ATTACK = Attack("classifier", score)

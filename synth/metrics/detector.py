"""A classifier that tells synthetic rows from real ones: cross-validated scores of two samples.

D. Lopez-Paz and M. Oquab, Revisiting classifier two-sample tests, ICLR 2017; the learner is
gradient boosting (LightGBM), which takes nulls and labels as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from synth.metrics.delong import Placements
from synth.metrics.evidence import Depth
from synth.metrics.features import Features, Floats

FOLDS = 5
MOST_LABELS = 254  # told apart; LightGBM bins a column into 255
LARGEST = 1e300  # infinities become it: the learner takes finite numbers
TREES: dict[Depth, int] = {"quick": 100, "full": 300}
LEARNING_RATE: dict[Depth, float] = {"quick": 0.1, "full": 0.05}
LEAF_ROWS = 20  # LightGBM's own default; small tables take a twentieth of their rows
# Threads of LightGBM spin while they wait: where other work shared the cores, two took 15 times as
# long as one.
THREADS = 1

Folds = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TwoSamples:
    """``values`` float64 ``(made + real, columns)``, synthetic rows first, and each row's fold."""

    values: Floats
    folds: Folds
    made: int
    nominal: tuple[int, ...]

    @classmethod
    def of(cls, made: Features, real: Features, rng: np.random.Generator) -> TwoSamples:
        """Two samples of the same columns; labels beyond the most frequent are one."""
        values = np.concatenate([learnable(made), learnable(real)])
        folds = np.concatenate([folds_of(made, rng), folds_of(real, rng)])
        return cls(values, folds, len(made), tuple(made.nominal))

    def columns(self, places: Sequence[int]) -> TwoSamples:
        """The same rows with some of the columns."""
        nominal = tuple(new for new, old in enumerate(places) if old in self.nominal)
        return TwoSamples(self.values[:, list(places)], self.folds, self.made, nominal)

    def placements(self, scores: Floats) -> Placements:
        """Of scores ``(rows,)``, the synthetic rows being the positive ones."""
        return Placements.of(scores[: self.made], scores[self.made :])


@dataclass(frozen=True)
class Detector:
    """One fitted model for each fold, of the rows outside it."""

    samples: TwoSamples
    models: tuple[Any, ...]

    @classmethod
    def fit(cls, samples: TwoSamples, depth: Depth, seed: int) -> Detector:
        """Learn from all folds but one, for each fold."""
        return cls(samples, tuple(_fit(samples, fold, depth, seed) for fold in range(FOLDS)))

    def scores(self) -> Floats:
        """Out-of-fold scores ``(rows,)``: higher means more like the synthetic table."""
        return self._scores(self.samples.values)

    def scores_without(self, places: Sequence[int], rng: np.random.Generator) -> Floats:
        """The same with those columns shuffled inside each fold (Breiman 2001), each by itself."""
        values = self.samples.values.copy()
        for fold in range(FOLDS):
            rows = np.flatnonzero(self.samples.folds == fold)
            for place in places:
                values[rows, place] = values[rng.permutation(rows), place]
        return self._scores(values)

    def gains(self) -> Floats:
        """How much the models' splits by each column tell, ``(columns,)``; 0 for an unused one.

        Of rows that were learned from: it ranks columns, and is no figure.
        """
        found = sum(np.asarray(model.feature_importance("gain")) for model in self.models)
        return np.asarray(found, np.float64)

    def _scores(self, values: Floats) -> Floats:
        scores = np.zeros(len(values))
        for fold, model in enumerate(self.models):
            rows = self.samples.folds == fold
            if rows.any():
                scores[rows] = model.predict(values[rows], raw_score=True, num_threads=THREADS)
        return scores


def learnable(table: Features) -> Floats:
    """The values as the learner takes them: finite or NaN, labels beyond ``MOST_LABELS`` joined.

    A label that no real table has keeps a place of its own.
    """
    values = np.clip(table.values, -LARGEST, LARGEST)
    for place in table.nominal:
        unknown = table.columns[place].unknown
        codes = values[:, place]
        joined = np.where(codes == unknown, MOST_LABELS, np.minimum(codes, MOST_LABELS - 1))
        if unknown > MOST_LABELS - 1:
            values[:, place] = np.where(np.isnan(codes), np.nan, joined)
    return values


def joined_labels(table: Features) -> list[str]:
    """Names of the columns that have more labels than are told apart."""
    return [c.name for c in table.columns if not c.ordinal and len(c.labels) >= MOST_LABELS]


def folds_of(table: Features, rng: np.random.Generator) -> Folds:
    """A fold for each row, int64 ``(rows,)``, of equal sizes; rows of one entity share theirs.

    Rows of an entity in two folds would be recognised by their entity.
    """
    if table.entities is None:
        return np.asarray(rng.permutation(len(table)) % FOLDS, np.int64)
    names, place = np.unique(table.entities, return_inverse=True)
    return np.asarray((rng.permutation(len(names)) % FOLDS)[place], np.int64)


def _fit(samples: TwoSamples, fold: int, depth: Depth, seed: int) -> Any:
    import lightgbm

    rows = np.flatnonzero(samples.folds != fold)
    truth = (rows < samples.made).astype(np.float64)
    leaf = max(2, min(LEAF_ROWS, len(rows) // 20))
    settings = {
        "objective": "binary",
        "learning_rate": LEARNING_RATE[depth],
        "min_data_in_leaf": leaf,
        "seed": seed % 2**31,
        "num_threads": THREADS,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    data = lightgbm.Dataset(
        samples.values[rows],
        truth,
        categorical_feature=list(samples.nominal),
        params={"min_data_in_bin": min(3, leaf), "verbose": -1},
        free_raw_data=True,
    )
    return lightgbm.train(settings, data, num_boost_round=TREES[depth])

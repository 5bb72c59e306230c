"""Counted rows of three columns for the tests of triples and slices."""

import numpy as np

from synth.metrics.histograms import CodeHistograms
from synth.table.bins import ColumnBins
from tests.synth.metrics.columns import categories, numbers

AGE, SEX, CITY = (
    numbers("age", 50, coarse=5),
    categories("sex", "f", "m"),
    categories("city", *"abcd"),
)
BINS: tuple[ColumnBins, ...] = (AGE, SEX, CITY, categories("flag", "yes", "no"))


def coded(rows: int, seed: int) -> np.ndarray:
    """Ages, sexes, cities by age and sex, and a flag that is the parity of city and sex."""
    rng = np.random.default_rng(seed)
    age = np.where(rng.random(rows) < 0.04, 50, rng.integers(0, 50, rows))
    sex = (rng.random(rows) < 0.7).astype(int)
    city = np.clip(age // 13 + sex - (rng.random(rows) < 0.3), 0, 3)
    flag = (city + sex) % 2
    return np.stack([age, sex, city, flag], axis=1)


def shuffled_codes(matrix: np.ndarray, seed: int = 0) -> np.ndarray:
    """Each column permuted on its own."""
    rng = np.random.default_rng(seed)
    return np.stack([rng.permutation(column) for column in matrix.T], axis=1)


def histograms(matrix: np.ndarray, bins: tuple[ColumnBins, ...] = BINS) -> CodeHistograms:
    counts = CodeHistograms(bins)
    counts.update_bins(matrix)
    return counts

"""A small mixture whose law is known, and fits of rows of it."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from synth.encode import CodeStatistics
from synth.generators.mixture.settings import MixtureSettings
from synth.generators.mixture.tables import MixtureTables
from synth.learning.task import ArrayCodes, FitTask
from synth.table.sub_column import SubColumn

SUBS = (SubColumn("a", 0, 3), SubColumn("b", 0, 2), SubColumn("b", 1, 3), SubColumn("c", 0, 4))
TABLES = MixtureTables(
    SUBS,
    np.array([0.5, 0.3, 0.2]),
    (
        np.array([[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.1, 0.1, 0.8]], np.float32),
        np.array([[0.9, 0.1], [0.5, 0.5], [0.05, 0.95]], np.float32),
        np.array([[0.7, 0.2, 0.1], [0.0, 0.4, 0.6]], np.float32),  # by the group, in every class
        np.array(
            [[0.85, 0.05, 0.05, 0.05], [0.05, 0.85, 0.05, 0.05], [0.0, 0.0, 0.5, 0.5]], np.float32
        ),
    ),
)
ALL = np.array(list(product(*(range(sub.cardinality) for sub in SUBS))), np.int32)


def law(tables: MixtureTables = TABLES) -> np.ndarray:
    """float64: how likely each row of ``ALL`` is, written out."""
    classes = tables.shares.astype(np.float64)[None] * np.ones((len(ALL), 1))
    for place in (0, 1, 3):
        classes = classes * tables.codes[place].astype(np.float64)[:, ALL[:, place]].T
    found: np.ndarray = classes.sum(1) * tables.codes[2].astype(np.float64)[ALL[:, 1], ALL[:, 2]]
    return found


def rows(number: int, seed: int = 0) -> np.ndarray:
    """Rows of the law."""
    shares = law()
    rng = np.random.default_rng(seed)
    return ALL[rng.choice(len(ALL), number, p=shares / shares.sum())]


def shares_of(codes: np.ndarray) -> np.ndarray:
    """How often each row of ``ALL`` is among the codes."""
    sizes = [sub.cardinality for sub in SUBS]
    places = np.ravel_multi_index(tuple(codes.T), sizes)
    found: np.ndarray = np.bincount(places, minlength=len(ALL)) / len(codes)
    return found


def task(codes: np.ndarray, validation: np.ndarray, **settings: Any) -> FitTask:
    """What one worker is to fit."""
    statistics = CodeStatistics.of(codes, SUBS)
    own = MixtureSettings(**settings)
    return FitTask(SUBS, statistics, own, ArrayCodes(codes), ArrayCodes(validation))

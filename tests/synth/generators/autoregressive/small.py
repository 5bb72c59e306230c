"""A model of four sub-columns with random weights: so few rows that all can be listed."""

from itertools import product
from typing import Any

import numpy as np

from synth.encode import CodeStatistics
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.settings import NetworkSettings
from synth.table.sub_column import SubColumn
from tests.synth.fits import all_related, looked_up, seeded_network, weights_of

WIRINGS: list[dict[str, object]] = [
    {"parents": 1},
    {"parents": 9},
    {"parents": 2, "flexible": True},
    {"parents": 2, "conditions": (("c",),)},
]
ROWS = np.array(list(product(range(3), range(2), range(3), range(2))), np.int32)


def shaken(generator: AutoregressiveGenerator, seed: int = 0) -> AutoregressiveGenerator:
    """The same generator away from the initial zeros and ones."""
    rng = np.random.default_rng(seed)
    weights = {
        name: value
        if value.dtype.kind == "i"
        else value + rng.normal(size=value.shape).astype(np.float32) * 0.3
        for name, value in generator.weights.items()
    }
    return AutoregressiveGenerator(
        generator.sub_columns, generator.counts, weights, generator.settings
    )


def small(*, by_value: bool = False, **settings: object) -> AutoregressiveGenerator:
    """Four sub-columns of three columns, with random weights: few enough to list all rows."""
    subs = [
        SubColumn("a", 0, 3, (0.2, 0.5, 0.9)),
        SubColumn("b", 0, 2),
        SubColumn("b", 1, 3),
        SubColumn("c", 0, 2),
    ]
    own: dict[str, Any] = {"hidden": 8, **settings}
    counts = tuple(np.full(sub.cardinality, 10) for sub in subs)
    grouped = (None, None, np.full((2, 3), 5), None)
    related = all_related(subs, by_value=by_value)
    none = (None,) * len(subs)
    statistics = CodeStatistics(counts, grouped, none, none, related.to_json())
    known = looked_up(ROWS[:-1], subs, related, 6)  # all values of b but the last one
    weights = weights_of(seeded_network(subs, statistics, seed=1, looked_up=known, **own))
    return shaken(AutoregressiveGenerator(subs, counts, weights, NetworkSettings(**own)))


def seeded() -> np.random.Generator:
    return np.random.default_rng(5)


def shares(drawn: np.ndarray) -> np.ndarray:
    """How often each of ``ROWS`` occurs."""
    place = np.ravel_multi_index(tuple(drawn.T), (3, 2, 3, 2))
    return np.bincount(place, minlength=len(ROWS)) / len(drawn)

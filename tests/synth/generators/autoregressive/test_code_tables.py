"""A number of a thousand that is a name: what goes with it is learned value by value."""

from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa

from synth.learning.settings import LikelihoodSettings
from tests.synth.fits import batches, encoded, generator_of, new_training

ROWS, NUMBERS, TOWNS = 30_000, 1_000, 40
_rng = np.random.default_rng(5)
TOWN_OF = _rng.integers(0, TOWNS, NUMBERS)
NUMBER = np.random.default_rng(6).integers(0, NUMBERS, ROWS)
TOWN = np.where(_rng.random(ROWS) < 0.97, TOWN_OF[NUMBER], _rng.integers(0, TOWNS, ROWS))
TABLE = pa.table({"number": NUMBER, "town": [f"town {town:02d}" for town in TOWN]})


def share_of_right_towns(*, by_value: bool) -> float:
    encoder, codes, statistics = encoded(TABLE)
    assert [sub.column for sub in encoder.sub_columns] == ["number", "number", "town"]
    assert statistics.relations["value_embeddings"] == [False, True, False]
    if not by_value:
        related = {**statistics.relations, "value_embeddings": [False, False, False]}
        statistics = replace(statistics, relations=related)
    training = new_training(encoder, statistics, LikelihoodSettings(steps=400), hidden=16)
    training.run(partial(batches, codes[2000:], 256), lambda: iter([codes[:2000]]), lambda *_: None)
    generator = generator_of(training, encoder, statistics)
    rng = np.random.default_rng(7)
    made = encoder.decode(generator.sample(10_000, rng), rng)
    towns = np.array([int(town[5:]) for town in made.column("town").to_pylist()])
    return float((towns == TOWN_OF[made.column("number").to_numpy()]).mean())


def test_values_that_are_names_have_embeddings_of_their_own() -> None:
    assert share_of_right_towns(by_value=True) > 0.9
    assert share_of_right_towns(by_value=False) < 0.5

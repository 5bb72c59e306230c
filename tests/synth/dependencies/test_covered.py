"""How many rows have a target that stored keys have, by value and by how numbers lie."""

import numpy as np
import pyarrow as pa

from synth.dependencies.covered import covered
from synth.dependencies.settings import DependencySettings

KEYS = 40
SETTINGS = DependencySettings(min_entities=10)
ROWS = np.where(np.arange(KEYS) % 2 == 0, 12, 8)  # every second key is stored
HELD = np.arange(KEYS) % 2 == 0


def of(targets: pa.Array, held: np.ndarray = HELD) -> int:
    """Of a table of one target a key."""
    counts = pa.table({"0": np.arange(KEYS), "target": targets, "rows": ROWS})
    return covered(counts["target"], counts, np.arange(KEYS), held, SETTINGS)


def test_rows_of_words_have_those_of_stored_keys() -> None:
    words = pa.array([f"w{key % 4}" for key in range(KEYS)])
    assert of(words) == ROWS[np.arange(KEYS) % 4 % 2 == 0].sum()
    assert of(pa.array([f"w{key // 2}" for key in range(KEYS)])) == ROWS.sum()


def test_a_text_that_is_not_learned_anyway_is_covered() -> None:
    few = pa.array([f"only {key}" for key in range(KEYS)])
    rows = np.full(KEYS, 8)
    counts = pa.table({"0": np.arange(KEYS), "target": few, "rows": rows})
    held = np.zeros(KEYS, bool)
    assert covered(counts["target"], counts, np.arange(KEYS), held, SETTINGS) == rows.sum()


def test_numbers_are_covered_as_far_as_they_lie_like_all() -> None:
    alike = of(pa.array(np.arange(KEYS) + 0.5))
    assert alike > 0.8 * ROWS.sum()
    apart = of(pa.array(np.where(HELD, 0.0, 1_000.0) + np.arange(KEYS)))
    assert apart == ROWS[HELD].sum()  # those that have them by value, no more


def test_numbers_of_few_stored_rows_say_nothing_of_the_others() -> None:
    few = HELD & (np.arange(KEYS) % 8 == 0)
    assert few.any() and of(pa.array(np.arange(KEYS) + 0.5), few) == ROWS[few].sum()

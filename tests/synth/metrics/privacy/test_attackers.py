import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.features import Features
from synth.metrics.privacy.attackers import MOST_LABELS, boosted_guesses, nearest_guesses
from tests.synth.metrics.privacy.people import features


def dependent(rows: int, seed: int) -> pa.Table:
    """``word`` and ``number`` follow from ``x``; so does that a word or a number is missing."""
    rng = np.random.default_rng(seed)
    x = rng.random(rows)
    words = np.select([x < 0.2, x < 0.6, x < 0.8], ["low", "middle", "high"], "")
    return pa.table(
        {
            "x": x,
            "noise": rng.normal(size=rows),
            "word": pa.array([word or None for word in words.tolist()], pa.string()),
            "number": pa.array(np.floor(x * 5) * 100, mask=x > 0.9),
        }
    )


@pytest.fixture(scope="module")
def known() -> Features:
    return features(dependent(600, 0))


@pytest.fixture(scope="module")
def targets() -> Features:
    return features(dependent(200, 1), dependent(600, 0))


def share_right(guesses: np.ndarray, truths: np.ndarray) -> float:
    return float(((guesses == truths) | (np.isnan(guesses) & np.isnan(truths))).mean())


def test_both_attackers_learn_what_follows_from_the_other_columns(
    known: Features, targets: Features
) -> None:
    words, numbers = nearest_guesses(known, targets, ["word", "number"], np.random.default_rng(0))
    assert share_right(words.values, targets.column("word")) > 0.7
    assert share_right(numbers.values, targets.column("number")) > 0.7
    assert not words.are_twins.any()
    trees = boosted_guesses(known.without(["number"]), targets.without(["number"]), "word", 0)
    assert share_right(trees, targets.column("word")) > 0.95
    trees = boosted_guesses(known.without(["word"]), targets.without(["word"]), "number", 0)
    present = ~np.isnan(targets.column("number"))
    assert share_right(trees[present], targets.column("number")[present]) > 0.8
    assert set(trees) <= set(known.column("number"))  # a guess is a value that was seen


def test_a_row_that_equals_a_target_in_all_else_tells_its_secret_and_trees_the_rest(
    known: Features,
) -> None:
    (found,) = nearest_guesses(known, known, ["word"], np.random.default_rng(0))
    assert found.are_twins.all() and share_right(found.values, known.column("word")) == 1
    half = known.take(np.arange(300))
    (found,) = nearest_guesses(half, known, ["word"], np.random.default_rng(0))
    assert found.are_twins.tolist() == [True] * 300 + [False] * 300
    expected = np.concatenate([known.column("word")[:300], np.full(300, 9.0)])
    np.testing.assert_array_equal(found.else_by(np.full(600, 9.0)), expected)


def test_the_same_seed_gives_the_same_guesses(known: Features, targets: Features) -> None:
    first, second = (boosted_guesses(known, targets, "word", 3) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_labels_beyond_the_most_frequent_ones_are_not_guessed_by_trees() -> None:
    codes = np.arange(30).repeat(np.arange(40, 10, -1))
    table = features(pa.table({"x": codes + 0.5, "word": [f"w{code:02d}" for code in codes]}))
    guesses = boosted_guesses(table, table, "word", 0)
    assert set(guesses) <= set(range(MOST_LABELS))
    assert share_right(guesses[codes < 10], table.column("word")[codes < 10]) > 0.9


@pytest.mark.parametrize("given", ["x", None])
@pytest.mark.parametrize("kind", [pa.string(), pa.float64()])
def test_one_value_and_no_value_are_guessed_as_such(given: str | None, kind: pa.DataType) -> None:
    value = given if given is None or kind == pa.string() else 7.0
    secret = pa.array([value] * 30, kind)
    table = features(pa.table({"x": np.arange(30.0), "secret": secret}))
    guesses = boosted_guesses(table, table, "secret", 0)
    assert share_right(guesses, table.column("secret")) == 1

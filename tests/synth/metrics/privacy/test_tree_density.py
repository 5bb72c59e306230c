import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.privacy.tree_density import LEVELS, fit_code_tree
from tests.synth.metrics.privacy.rows import features, people


def test_a_chain_is_found_and_its_law_recovered() -> None:
    rng = np.random.default_rng(0)
    a = rng.integers(0, 2, 20_000)
    c = np.where(rng.random(20_000) < 0.9, a, 1 - a)  # a - c - b
    b = np.where(rng.random(20_000) < 0.8, c, 1 - c)
    names = np.array(["no", "yes"])
    rows = features(pa.table({"a": names[a], "b": names[b], "c": names[c]}), real=1)[0]
    tree = fit_code_tree(rows, np.random.default_rng(0))
    pairs = {frozenset((p, q)) for p, q in enumerate(tree.parents) if q >= 0}
    assert pairs == {frozenset((0, 2)), frozenset((1, 2))}
    codes = tree.codes(rows)
    density = np.exp(tree.log_density(codes, codes))
    same = (a == b) & (b == c)
    assert density[same] == pytest.approx(0.5 * 0.9 * 0.8, rel=0.05)


def test_probabilities_of_all_rows_sum_to_one() -> None:
    rows = features(pa.table({"x": ["a", "b", None, "a"], "y": [1.0, None, 2.0, 2.0]}), real=1)[0]
    tree = fit_code_tree(rows, np.random.default_rng(0))
    grid = np.array([[i, j] for i in range(tree.sizes[0]) for j in range(tree.sizes[1])])
    assert np.exp(tree.log_density(grid, tree.codes(rows))).sum() == pytest.approx(1)


def test_codes_tell_null_from_other_and_are_few() -> None:
    labels = [f"n{i}" for i in range(40)]
    table = pa.table({"x": [*labels, None], "n": [*np.arange(40.0), None]})
    rows, strange = features(table, pa.table({"x": ["new", "n0"], "n": [1e9, -np.inf]}), real=1)
    tree = fit_code_tree(rows, np.random.default_rng(0))
    codes = tree.codes(rows)
    assert codes[-1].tolist() == [0, 0] and codes.max(axis=0).tolist() == [LEVELS + 1, LEVELS]
    assert tree.codes(strange)[0].tolist() == [LEVELS + 1, LEVELS]
    assert np.isfinite(tree.log_density(tree.codes(strange), codes)).all()


def test_unusual_rows_are_unlikely() -> None:
    rows, others = features(people(3000, 0), people(500, 1))
    tree = fit_code_tree(rows, np.random.default_rng(0))
    shuffled = np.random.default_rng(0).permuted(others.values, axis=0)
    mixed = type(others)(others.columns, shuffled)
    real, made = (tree.log_density(tree.codes(x), tree.codes(rows)) for x in (others, mixed))
    assert real.mean() > made.mean() + 0.2

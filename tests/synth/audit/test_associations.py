"""Coefficients of pairs against closed forms and other libraries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mutual_info_score

from synth.audit.associations import associations, shared_information
from tests.synth.audit.tables import counted


def test_mutual_information_is_that_of_sklearn_but_for_its_bias() -> None:
    rng = np.random.default_rng(0)
    first = rng.integers(0, 4, 20_000)
    second = np.where(rng.random(20_000) < 0.5, first, rng.integers(0, 4, 20_000))
    table = np.zeros((4, 4), np.int64)
    np.add.at(table, (first, second), 1)
    information, tells = shared_information(table)
    entropy = -(table.sum(axis=0) / 20_000 @ np.log(table.sum(axis=0) / 20_000))
    assert tells[0] == pytest.approx(mutual_info_score(first, second) / entropy, abs=1e-3)
    assert information == max(tells)


def test_what_has_nothing_to_do_with_each_other_shares_nothing() -> None:
    rng = np.random.default_rng(1)
    table = np.zeros((30, 30), np.int64)
    np.add.at(table, (rng.integers(0, 30, 2000), rng.integers(0, 30, 2000)), 1)
    assert shared_information(table)[0] < 0.02
    assert shared_information(np.array([[5, 3]])) == (0.0, (0.0, 0.0))
    assert shared_information(np.zeros((2, 2), np.int64)) == (0.0, (0.0, 0.0))


def test_each_pair_of_kinds_has_its_coefficient() -> None:
    rng = np.random.default_rng(2)
    a = rng.normal(size=4000)
    frame = pd.DataFrame(
        {
            "a": a,
            "b": a + 0.5 * rng.normal(size=4000),
            "c": np.where(a > 0, "yes", "no"),
            "d": np.where(rng.random(4000) < 0.9, np.where(a > 0, "y", "n"), "z"),
        }
    )
    found = {pair.columns: pair for pair in associations(*counted(frame))}
    assert len(found) == 6
    assert found["a", "b"].kind == "Spearman"
    assert found["a", "b"].value == pytest.approx(frame["a"].corr(frame["b"], "spearman"), abs=0.02)
    assert found["a", "b"].pearson == pytest.approx(frame["a"].corr(frame["b"]), abs=1e-6)
    assert found["a", "c"].kind == "correlation ratio" and found["a", "c"].value > 0.8
    assert found["c", "d"].kind == "Cramer's V" and found["c", "d"].pearson is None
    assert found["c", "d"].value > 0.9

"""Rows are drawn by the copula's law, and saved without a word of any row."""

from __future__ import annotations

import numpy as np

from synth.generators.gaussian_copula.generator import GaussianCopulaGenerator
from tests.synth.generators.gaussian_copula.small import TABLES, rows, shares_of

GENERATOR = GaussianCopulaGenerator(TABLES)


def test_rows_come_as_often_as_the_law_has_them() -> None:
    found = GENERATOR.sample(200_000, np.random.default_rng(3))
    np.testing.assert_allclose(shares_of(found), shares_of(rows()), atol=0.004)


def test_a_row_depends_on_its_own_normals_only() -> None:
    few, many = (GENERATOR.sample(n, np.random.default_rng(3)) for n in (10, 1000))
    np.testing.assert_array_equal(few, many[:10])


def test_a_model_has_tables_alone() -> None:
    names = set(GENERATOR.save().tensors)
    one = {f"{kind}.{place}" for kind in ("order", "shares") for place in range(3)}
    assert names == one | {"correlation", "places.0"}

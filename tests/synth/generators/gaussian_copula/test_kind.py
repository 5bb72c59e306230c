"""The copula is made of counts and products of scores, without torch and without rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from synth.generators.gaussian_copula.kind import GaussianCopulaKind, GaussianCopulaSettings
from synth.learning.task import ArrayCodes, FitTask
from synth.table.sub_column import SubColumn
from tests.synth.fits import encoded
from tests.synth.generators.torchless import heavy_modules


def test_neither_fit_nor_sample_load_torch(tmp_path: Path) -> None:
    assert heavy_modules("gaussian_copula", tmp_path) == "[]"


@pytest.fixture(scope="module")
def linked() -> tuple[FitTask, np.ndarray]:
    """Two numbers that go together by .8, names that go with them, and one that does not."""
    rng = np.random.default_rng(0)
    both = rng.standard_normal((6000, 2)) @ np.linalg.cholesky([[1, 0.8], [0.8, 1]]).T
    names = np.array(["q", "a", "z", "m"])[np.searchsorted([-1, 0, 1], both[:, 0])]
    alone = rng.choice(["x", "y"], 6000)
    table = pa.table({"n": both[:, 0], "m": both[:, 1], "name": names, "alone": alone})
    kind = GaussianCopulaKind()
    encoder, codes, statistics = encoded(table, kind)
    none = ArrayCodes(codes[:0])  # no row is read
    own = FitTask(encoder.sub_columns, statistics, kind.settings_type(), none, none)
    return own, codes


def test_the_correlation_is_that_behind_the_rows(linked: tuple[FitTask, np.ndarray]) -> None:
    task, _ = linked
    tables = GaussianCopulaKind().fit(task).tables
    columns = [task.sub_columns[place].column for place in tables.positions.first]
    found = {
        (one, other): tables.correlation[i, j]
        for i, one in enumerate(columns)
        for j, other in enumerate(columns)
    }
    assert found["n", "m"] == pytest.approx(0.8, abs=0.02)
    assert abs(found["n", "name"]) > 0.97  # names cut from it
    assert abs(found["n", "alone"]) < 0.05
    assert task.progress.facts["shrinkage"] < 0.001


def test_columns_of_first_lead_and_scores_are_small_whole_numbers() -> None:
    subs = [SubColumn("a", 0, 3), SubColumn("b", 0, 2), SubColumn("b", 1, 4)]
    codes = np.random.default_rng(0).integers(0, [3, 2, 4], (500, 3)).astype(np.int32)
    kind = GaussianCopulaKind()
    found = kind.arrange(codes, subs, ["b"], kind.settings_type())
    assert found.order == ("b", "a")
    assert [own is not None for own in found.scores] == [True, False, True]
    for own in found.scores:
        assert own is None or max(map(abs, own)) < 2**15


def test_full_shrinkage_makes_columns_independent(linked: tuple[FitTask, np.ndarray]) -> None:
    task, _ = linked
    own = replace(task, settings=GaussianCopulaSettings(shrinkage=1.0))
    tables = GaussianCopulaKind().fit(own).tables
    np.testing.assert_allclose(tables.correlation, np.eye(len(tables.orders)), atol=1e-9)

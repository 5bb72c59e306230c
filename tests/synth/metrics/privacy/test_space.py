import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.privacy.space import fit_space
from tests.synth.metrics.privacy.rows import features, people


def distance(table: pa.Table, a: int, b: int) -> float:
    rows = features(table, real=1)[0]
    points = fit_space(rows, 0).points(rows)
    return float(np.linalg.norm(points[a] - points[b]))


def test_labels_are_one_apart_and_nulls_are_a_label() -> None:
    table = pa.table({"x": ["a", "b", None, "a"]})
    assert distance(table, 0, 1) == pytest.approx(1)
    assert distance(table, 0, 2) == pytest.approx(1)
    assert distance(table, 0, 3) == 0


def test_an_unlisted_label_is_none_of_the_others() -> None:
    known, strange = features(pa.table({"x": ["a", "b"]}), pa.table({"x": ["c", "a"]}), real=1)
    space = fit_space(known, 0)
    gaps = np.linalg.norm(space.points(strange)[0] - space.points(known), axis=1)
    assert gaps == pytest.approx([1, 1])


def test_numbers_weigh_like_labels_whatever_their_unit() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=2000)
    for unit in (1e-9, 1.0, 1e12):
        rows = features(pa.table({"x": values * unit + 3 * unit}), real=1)[0]
        points = fit_space(rows, 0).points(rows)
        assert float(np.var(points[:, 0]) * 2) == pytest.approx(0.5, rel=1e-3)


def test_no_two_numbers_merge_and_a_far_one_stays_far() -> None:
    table = pa.table({"x": [*np.zeros(90), 1.0, 1.001, 5.0, 1e6]})
    assert distance(table, 90, 91) > 0
    assert distance(table, 0, 93) > distance(table, 0, 92)


def test_many_labels_keep_about_their_distance_and_it_is_said() -> None:
    rows = features(pa.table({"x": [f"n{i}" for i in range(300)]}), real=1)[0]
    space = fit_space(rows, 0)
    points = space.points(rows)
    gaps = np.linalg.norm(points[0] - points[1:], axis=1)
    assert points.shape[1] == 32 and gaps.min() > 0.6 and gaps.max() < 1.4
    assert "1 column has more than 30 labels" in space.notes[0]


def test_empty_constant_and_infinite_columns_give_finite_points() -> None:
    table = pa.table(
        {
            "none": pa.array([None] * 4, pa.float64()),
            "one": [2.0] * 4,
            "odd": [1.0, np.inf, -np.inf, 1e308],
        }
    )
    rows = features(table, real=1)[0]
    assert np.isfinite(fit_space(rows, 0).points(rows)).all()


def test_rows_as_they_come() -> None:
    rows = features(people(50, 0), real=1)[0]
    points = fit_space(rows, 0).points(rows)
    assert points.dtype == np.float32 and len(points) == 50
    assert (fit_space(rows, 0).points(rows) == points).all()

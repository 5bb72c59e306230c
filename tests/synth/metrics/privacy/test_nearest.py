import numpy as np
import pytest

from synth.metrics.privacy import nearest as module
from synth.metrics.privacy.nearest import least_distances, nearest, nearest_others


def cloud(rows: int, seed: int, dimensions: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, dimensions)).astype(np.float32)


@pytest.mark.parametrize(("rows", "k"), [(1, 3), (70, 1), (70, 70), (700, 20), (20_000, 7)])
def test_neighbours_are_those_of_all_distances(rows: int, k: int) -> None:
    points, others = cloud(600, 0)[: max(3, 600 if rows < 1000 else 30)], cloud(rows, 1)
    found = nearest(points, others, k)
    full = np.linalg.norm(points[:, None].astype(float) - others[None], axis=2)
    assert found.distances == pytest.approx(np.sort(full, axis=1)[:, :k], abs=1e-5)
    assert np.take_along_axis(full, found.places, axis=1) == pytest.approx(found.distances)


def test_a_copy_is_at_no_distance_however_far_out() -> None:
    others = cloud(100, 0) + np.float32(40)
    assert (least_distances(others[:10], others) == 0).all()


def test_a_point_is_not_its_own_neighbour_but_its_twin_is() -> None:
    others = cloud(300, 0)
    others[7] = others[3]
    found = nearest_others(others[:10], others, np.arange(10), 2)
    assert found.distances[3, 0] == 0 and found.places[3, 0] == 7
    assert (found.places != np.arange(10)[:, None]).all()
    assert nearest_others(others[:1], others[:1], np.arange(1), 5).distances.shape == (1, 0)


def test_without_others_everything_is_infinitely_far() -> None:
    assert np.isinf(least_distances(cloud(3, 0), cloud(0, 0))).all()
    assert nearest(cloud(3, 0), cloud(0, 0), 4).places.shape == (3, 0)


def test_filling_rows_are_never_neighbours() -> None:
    others = cloud(module.GROUP + 1, 0) * np.float32(100)
    assert nearest(cloud(5, 1), others, 65).places.max() == module.GROUP

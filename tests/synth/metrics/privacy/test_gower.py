import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.features import Features
from synth.metrics.privacy import gower
from synth.metrics.privacy.gower import nearest
from tests.synth.metrics.privacy.people import features, people


def by_hand(queries: Features, candidates: Features, view: list[int]) -> np.ndarray:
    """Distances, pair by pair."""
    both = np.concatenate([queries.values, candidates.values])
    found = np.zeros((len(queries), len(candidates)))
    for i, ours in enumerate(queries.values):
        for j, others in enumerate(candidates.values):
            for place in view:
                a, b = ours[place], others[place]
                if np.isnan(a) or np.isnan(b):
                    found[i, j] += np.isnan(a) != np.isnan(b)
                elif not queries.columns[place].ordinal:
                    found[i, j] += a != b
                else:
                    found[i, j] += abs(a - b) / np.ptp(both[~np.isnan(both[:, place]), place])
    return found


@pytest.mark.parametrize("neighbours", [1, 4, 30])
@pytest.mark.parametrize("in_one_go", [1, 100, 10**6])
def test_the_nearest_are_those_of_distances_by_hand(
    neighbours: int, in_one_go: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gower, "IN_ONE_GO", in_one_go)
    queries, candidates = (features(people(rows, rows), people(99)) for rows in (9, 30))
    views = [[0, 1, 2, 3, 4, 5], [1, 3], [0, 1, 2, 4, 5]]
    found = nearest(queries, candidates, views, neighbours, np.random.default_rng(0))
    assert found.shape == (3, 9, neighbours)
    for view, places in zip(views, found, strict=True):
        distances = by_hand(queries, candidates, view)
        reached = np.take_along_axis(distances, places, axis=1)
        expected = np.sort(distances, axis=1)[:, :neighbours]
        np.testing.assert_allclose(reached, expected, atol=1e-5)
        assert all(len(set(row)) == neighbours for row in places.tolist())


def test_among_equally_near_rows_chance_decides_in_each_view_anew() -> None:
    same = features(pa.table({"a": [1.0] * 200, "b": ["x"] * 200}))
    found = nearest(same, same, [[0], [1]], 1, np.random.default_rng(0))[:, 0, 0]
    assert found[0] != found[1]
    firsts = {int(nearest(same, same, [[0]], 1, np.random.default_rng(s))[0, 0, 0]) for s in (1, 2)}
    assert len(firsts) == 2


def test_infinite_numbers_are_far_from_finite_ones_and_near_each_other() -> None:
    rows = features(pa.table({"a": [0.0, 1.0, np.inf, -np.inf, None]}))
    found = nearest(rows, rows, [[0]], 1, np.random.default_rng(0))[0, :, 0]
    assert found.tolist() == [0, 1, 2, 3, 4]


def test_a_time_of_many_digits_keeps_its_differences() -> None:
    times = features(pa.table({"a": pa.array(np.arange(50) + 1.7e15)}))
    found = nearest(times, times, [[0]], 1, np.random.default_rng(0))[0, :, 0]
    assert found.tolist() == list(range(50))


@pytest.mark.parametrize("neighbours", [0, 6])
def test_more_neighbours_than_there_are_is_an_error(neighbours: int) -> None:
    rows = features(people(5))
    with pytest.raises(ValueError, match="5 candidates"):
        nearest(rows, rows, [[0]], neighbours, np.random.default_rng(0))


def test_a_column_that_is_left_out_decides_nothing_even_among_equals() -> None:
    rng = np.random.default_rng(0)
    table = pa.table(
        {"a": np.repeat(rng.random(40), 5), "b": np.full(200, 1 / 3), "secret": rng.random(200)}
    )
    rows = features(table)
    found = nearest(rows, rows, [[0, 1]], 1, np.random.default_rng(0))[0, :, 0]
    assert (found // 5 == np.arange(200) // 5).all()
    same = (found == np.arange(200)).mean()
    assert same == pytest.approx(0.2, abs=0.02)  # one of each five, whatever its secret


def test_a_thousand_columns_do_not_overflow() -> None:
    rng = np.random.default_rng(0)
    rows = features(pa.table({f"c{i}": rng.integers(0, 2, 30).astype(float) for i in range(1500)}))
    views = [list(range(1500)), list(range(1, 1500))]
    found = nearest(rows, rows, views, 1, np.random.default_rng(0))[:, :, 0]
    assert (found == np.arange(30)).all()

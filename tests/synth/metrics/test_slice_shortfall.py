"""Figures within slices: by hand, and that small slices are not blamed for chance."""

import numpy as np
import pytest

from synth.metrics.slice_shortfall import SliceTables, mean_error, slice_figures, variation


def test_variation_by_hand_and_of_empty_slices() -> None:
    a = np.array([[1, 1], [0, 0], [0, 0], [3, 0]])
    b = np.array([[3, 1], [1, 0], [0, 0], [0, 3]])
    assert variation(a, b).tolist() == [0.25, 1, 0, 1]


def test_values_are_means_over_the_other_columns() -> None:
    own = SliceTables(np.array([[50, 50]]), np.array([[75, 25]]), np.array([[75, 25]]))
    same = SliceTables(np.array([[60, 40]]), np.array([[60, 40]]), np.array([[60, 40]]))
    figures = slice_figures([own, same], np.random.default_rng(0))
    assert figures.value[0] == pytest.approx((0.75 + 1) / 2)
    assert figures.reference[0] == pytest.approx(1.0)
    assert figures.shortfall[0] == pytest.approx(0.125)


def test_errors_of_a_mean_lie_between_those_of_one_and_of_independent_ones() -> None:
    one, many = mean_error(np.full((1, 2), 0.3)), mean_error(np.full((16, 2), 0.3))
    assert one.tolist() == [0.3, 0.3]
    assert np.all((many > 0.3 / 4) & (many < 0.3 / 2))


@pytest.mark.parametrize("holdout", [True, False])
@pytest.mark.parametrize("rows", [40, 400])
def test_slices_of_any_size_have_no_shortfall_by_chance(holdout: bool, rows: int) -> None:
    """Synthetic slices of another size than the train part's, all of one source."""
    rng = np.random.default_rng(0)
    laws = [rng.dirichlet(np.ones(8), 3) for _ in range(5)]
    found, beyond = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)

        def draw(law: np.ndarray, rows: int, rng: np.random.Generator = rng) -> np.ndarray:
            return np.stack([rng.multinomial(rows, own) for own in law])

        tables = [
            SliceTables(draw(law, rows), draw(law, 200), draw(law, 800) if holdout else None)
            for law in laws
        ]
        figures = slice_figures(tables, rng)
        found.append(figures.shortfall)
        beyond.append(figures.shortfall > 1.96 * figures.shortfall_error)
    assert abs(np.mean(found)) < 0.012
    assert np.mean(beyond) < 0.08


def test_no_other_column_is_refused() -> None:
    with pytest.raises(ValueError, match="there are none"):
        slice_figures([], np.random.default_rng(0))

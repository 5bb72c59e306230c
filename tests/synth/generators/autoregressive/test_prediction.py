import numpy as np
import pytest

from synth.generators.autoregressive.prediction import Prediction, Source

ROWS = 8000


def codes(levels: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, levels, ROWS)


def noisy(source: np.ndarray, levels: int, seed: int = 9) -> np.ndarray:
    """The source in nine rows of ten, anything in the others."""
    keep = np.random.default_rng(seed).random(ROWS) < 0.9
    return np.where(keep, source % levels, codes(levels, seed + 1))


def test_a_source_gains_nearly_the_mutual_information() -> None:
    source = codes(4, 0)
    alone = Prediction.of(noisy(source, 4), 4)
    hit, miss = 0.9 + 0.1 / 4, 0.1 / 4  # of the shares of a cell
    information = hit * np.log(hit * 4) + 3 * miss * np.log(miss * 4)
    assert alone.conditioned_on(Source.of(source)).gain(alone) == pytest.approx(
        information, abs=0.03
    )


def test_what_says_nothing_costs_and_costs_more_the_more_cells_it_has() -> None:
    alone = Prediction.of(codes(4, 1), 4)
    gains = [
        alone.conditioned_on(Source.of(codes(cells, 2))).gain(alone) for cells in (2, 200, 4000)
    ]
    assert 0.001 > gains[0] > gains[1]
    assert gains[2] < -0.01


def test_a_repetition_adds_nothing_and_the_rest_adds_its_part() -> None:
    first, second = codes(5, 3), codes(3, 4)
    target = noisy(first * 3 + second, 15)
    known = Prediction.of(target, 15).conditioned_on(Source.of(first))
    assert known.conditioned_on(Source.of(first)).gain(known) == pytest.approx(0, abs=0.01)
    assert known.conditioned_on(Source.of(second)).gain(known) > 0.5


def test_a_value_of_two_codes_tells_what_neither_tells_alone() -> None:
    group, place = codes(40, 5), codes(30, 6)
    target = noisy(np.random.default_rng(7).integers(0, 4, (40, 30))[group, place], 4)
    alone = Prediction.of(target, 4)
    parts = alone.conditioned_on(Source.of(group)).conditioned_on(Source.of(place))
    whole = parts.conditioned_on(Source.of(group, place))
    assert parts.gain(alone) < 0.1
    assert whole.gain(parts) > 0.15  # with no more than three rows a value in each half


def test_one_row_or_none_says_nothing() -> None:
    for rows in (0, 1):
        few = np.zeros(rows, np.int64)
        alone = Prediction.of(few, 3)
        assert alone.conditioned_on(Source.of(few)).gain(alone) == pytest.approx(0)


def test_totals_are_those_of_the_rows_that_are_named() -> None:
    for rows in (400, 8000):  # who is where is remembered of few rows
        source = Source.of(codes(5, 0)[:rows])
        values = np.random.default_rng(1).random((rows, 3), np.float32)
        for part in (slice(0, rows // 2), slice(rows // 2, rows), slice(0, rows // 2)):
            wanted = np.zeros((5, 3))
            np.add.at(wanted, source.cells[part], values[part])
            np.testing.assert_allclose(source.totals(values[part], part), wanted, rtol=1e-4)

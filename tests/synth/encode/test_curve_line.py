"""The line through a cloud: where it runs, what it shows of no single row, where it leads back."""

import numpy as np
import pytest

from synth.encode.curve_line import EACH, Line, fitted_line

ROWS = 5000
RNG = np.random.default_rng(0)
AGE = RNG.normal(40, 12, ROWS)
NOISE = RNG.normal(0, 0.03, ROWS)


def wave(age: np.ndarray) -> np.ndarray:
    height: np.ndarray = np.sin(age / 10) + 0.02 * age
    return height


def line_of(values: np.ndarray, own: np.ndarray, min_entities: int = 11) -> Line:
    line = fitted_line(values, own, min_entities)
    assert line is not None
    return line


def test_it_runs_through_the_middle() -> None:
    off = line_of(AGE, wave(AGE) + NOISE).at(AGE) - wave(AGE)
    assert np.sqrt(np.mean(off**2)) < 0.015  # half of the noise
    skewed = RNG.lognormal(5, 1, ROWS)
    off = line_of(skewed, np.sqrt(skewed) + 10 * NOISE).at(skewed) - np.sqrt(skewed)
    assert np.quantile(np.abs(off), 0.99) < 0.3


def test_it_goes_on_beyond_its_ends() -> None:
    line = line_of(AGE, 3 * AGE + NOISE)
    assert line.knots[0] > AGE.min() and line.knots[-1] < AGE.max()
    assert line.at(np.array([0.0, 100.0])) == pytest.approx([0, 300], abs=2)


def test_no_row_can_be_read_off_it() -> None:
    own = wave(AGE) + NOISE
    line = line_of(AGE, own)
    assert not set(line.knots) & set(AGE) and not set(line.heights) & set(own)
    below = np.searchsorted(np.sort(AGE), line.knots)
    assert np.diff(below[1:-1]).min() >= EACH // 2 and below[0] > 0 and below[-1] < ROWS
    far = own.copy()
    far[7] = 1e9  # one row more or less moves no height by more than a few rows near by do
    moved = np.abs(np.array(line_of(AGE, far).heights) - np.array(line.heights))
    assert moved.max() < 0.05


def test_knots_lie_amid_as_many_rows_as_are_asked_for() -> None:
    line = line_of(AGE, wave(AGE) + NOISE, min_entities=200)
    assert np.diff(np.searchsorted(np.sort(AGE), line.knots[1:-1])).min() >= 200
    assert len(line.knots) > 10


def test_few_rows_one_value_and_exact_lines_have_none() -> None:
    assert fitted_line(AGE[:90], AGE[:90] + NOISE[:90], 11) is None
    assert fitted_line(np.ones(ROWS), NOISE, 11) is None
    assert fitted_line(AGE, np.ones(ROWS), 11) is None


def test_it_leads_back_to_the_nearest_place() -> None:
    line = Line((0.0, 10.0, 20.0), (0.0, 5.0, 0.0))
    found = line.nearest(np.array([2.5, 2.5, 2.5, 5.0, 6.0]), np.array([1.0, 14.0, 99.0, 3.0, 3.0]))
    assert found[:4].tolist() == [5.0, 15.0, 15.0, 10.0] and np.isnan(found[4])


def test_values_that_are_not_finite_have_no_height() -> None:
    line = Line((0.0, 1.0), (0.0, 2.0))
    assert np.isfinite(line.at(np.array([0.5, np.nan, 7.0]))).tolist() == [True, False, True]
    assert not np.isfinite(line.at(np.array([np.inf]))).any()

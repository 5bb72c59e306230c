import numpy as np
import pytest

from synth.audit.drift import Drift, drift_between, drift_over_time

Counts = np.ndarray


def table(times: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> Counts:
    cells = np.bincount(times * shape[1] + values, minlength=shape[0] * shape[1])
    return cells.reshape(shape)


def test_a_chance_by_hand() -> None:
    found = drift_over_time(np.array([[60, 40], [45, 55]]), "x", "day")
    assert found is not None
    # 2 * 7.5^2 * (1 / 52.5 + 1 / 47.5) = 4.511 of one degree of freedom.
    assert found.p_value == pytest.approx(0.0337, abs=1e-4)
    assert found.strength == "none"


def test_the_figures_by_hand() -> None:
    counts = np.array([[8000, 2000], [1, 1], [5000, 5000]])
    found = drift_over_time(counts, "x", "day")
    assert found is not None
    psi = (0.8 - 0.5) * np.log(0.8 / 0.5) + (0.2 - 0.5) * np.log(0.2 / 0.5)
    assert found.psi == pytest.approx(psi, rel=1e-3)
    assert found.total_variation == pytest.approx(0.3)
    assert found.expected == pytest.approx(2 / 10_000)
    assert found.p_value < 1e-300
    assert (found.column, found.over, found.part) == ("x", "day", None)
    assert found.strength == "large"


@pytest.mark.parametrize(
    ("psi", "expected", "p_value", "strength"),
    [
        (0.09, 0.0, 0.0, "none"),
        (0.12, 0.0, 0.0, "moderate"),
        (0.30, 0.0, 0.0, "large"),
        (0.12, 0.05, 0.0, "none"),
        (0.30, 0.10, 0.0, "moderate"),
        (0.30, 0.10, 0.001, "none"),
    ],
)
def test_thresholds(psi: float, expected: float, p_value: float, strength: str) -> None:
    assert Drift("x", "day", psi, 0.0, expected, p_value).strength == strength


@pytest.mark.parametrize(("rows", "values"), [(90, 5), (300, 20), (300, 200), (20_000, 64)])
def test_rows_without_drift_raise_no_alarm(rows: int, values: int) -> None:
    rng = np.random.default_rng(rows)
    ratios, alarms = [], 0
    for _ in range(100):
        shares = rng.dirichlet(np.ones(values))
        drawn = table(rng.integers(0, 12, rows), rng.choice(values, rows, p=shares), (12, values))
        over_time, between = drift_over_time(drawn, "x", "t"), drift_between(drawn, "x", "t")
        assert over_time is not None and between is not None
        alarms += (over_time.strength != "none") + (between.strength != "none")
        ratios.append(over_time.psi / over_time.expected if over_time.expected else 1.0)
    assert alarms == 0
    assert np.mean(ratios) == pytest.approx(1, abs=0.5)  # the expectation is right


def test_a_change_is_found_also_in_few_rows() -> None:
    rng = np.random.default_rng(1)
    times = rng.integers(0, 12, 300)
    values = np.where(rng.random(300) < times / 12, 1, 0)
    found = drift_over_time(table(times, values, (12, 2)), "x", "t")
    assert found is not None and found.strength == "large"


def test_thirds_are_of_rows_and_never_share_a_time() -> None:
    # All but one in a hundred rows are of the first day.
    counts = np.array([[9000, 990], [0, 0], [50, 50]])
    found = drift_over_time(counts, "x", "day")
    assert found is not None and found.total_variation == pytest.approx(9000 / 9990 - 0.5)
    middle = np.array([[100, 0], [50, 50], [0, 100]])
    found = drift_over_time(middle, "x", "day")
    assert found is not None and found.total_variation == 1.0
    assert np.isfinite(found.psi)


def test_the_partition_that_differs_is_named() -> None:
    rng = np.random.default_rng(2)
    parts = rng.integers(0, 40, 40_000)
    values = rng.integers(0, 4, 40_000)
    values[parts == 17] = 0
    found = drift_between(table(parts, values, (40, 4)), "x", "shop")
    assert found is not None
    assert (found.part, found.strength) == (17, "large")


@pytest.mark.parametrize("counts", [np.zeros((3, 2), int), np.array([[0, 0], [4, 7]])])
def test_one_time_alone_has_no_drift(counts: Counts) -> None:
    assert drift_over_time(counts, "x", "day") is None
    assert drift_between(counts, "x", "day") is None


def test_a_constant_does_not_drift() -> None:
    found = drift_over_time(np.array([[50, 0], [50, 0], [50, 0]]), "x", "day")
    assert found is not None and found.psi == found.total_variation == 0
    assert found.strength == "none"

"""Round bounds: as close as enough rows are, and nobody's own value."""

import numpy as np
import pytest

from synth.dependencies.bound import natural_bound, steps_of

NUMBERS, DAYS, SECONDS = steps_of("double"), steps_of("date"), steps_of("timestamp")


@pytest.mark.parametrize(
    ("smallest", "steps", "bound"),
    [
        ([20, 20, 20], NUMBERS, 20),  # as many rows as may be shown hold it
        ([17, 18, 21], NUMBERS, 15),
        ([0.3, 0.9, 4], NUMBERS, 0),
        ([1.0004, 1.0009, 1.002], NUMBERS, 1),
        ([-52, -51, -43], NUMBERS, -60),
        ([-0.2, -0.2, -0.2], NUMBERS, -0.2),
        ([1.6e12, 1.6e12 + 70], NUMBERS, 1.6e12),
        ([6579, 6601, 6702], DAYS, 6575),  # 18 years
        ([6574, 6601, 6702], DAYS, 6574),  # of which one has a leap day less
        ([1, 1, 1], DAYS, 1),
        ([9, 9, 10], DAYS, 9),
        ([-400, -380, -300], DAYS, -420),
        ([95.5, 97, 103], SECONDS, 90),
        ([6574 * 86_400, 6580 * 86_400, 6700 * 86_400], SECONDS, 6574 * 86_400),
        ([86_460, 86_500, 87_000], SECONDS, 86_400),
    ],
)
def test_the_coarsest_step_that_comes_close(
    smallest: list[float], steps: tuple[float, ...], bound: float
) -> None:
    found = natural_bound(np.array(smallest, float), steps)
    assert found == pytest.approx(bound, abs=1e-9)
    assert found <= smallest[0]
    assert smallest[0] - found <= smallest[-1] - smallest[0]


@pytest.mark.parametrize("steps", [NUMBERS, DAYS, SECONDS])
def test_no_bound_lies_inside(steps: tuple[float, ...]) -> None:
    rng = np.random.default_rng(0)
    for size in (1, 90, 4_000, 1e6, 1e9):
        for _ in range(300):
            smallest = np.sort(np.rint(rng.normal(0, size, 10)))
            found = natural_bound(smallest, steps)
            assert found <= smallest[0] <= found + smallest[-1] - smallest[0]


def test_steps_fall() -> None:
    for steps in (NUMBERS, DAYS, SECONDS):
        assert (np.diff(steps) < 0).all()

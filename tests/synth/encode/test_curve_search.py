"""Which numbers are found to lie along a curve, and which are left as they are."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.encode.curve_search import find
from synth.table.schema import TableSchema
from tests.synth.encode.encoders import encoder_of, noise

ROWS = 3000
RNG = np.random.default_rng(4)
AGE = RNG.normal(40, 12, ROWS)
WAVE = np.sin(AGE / 10) + 0.02 * AGE + RNG.normal(0, 0.02, ROWS)


def found(**columns: np.ndarray | pa.Array) -> list[tuple[str, str]]:
    table = pa.table(columns)
    sample = Sample(table, TableSchema.from_arrow(table.schema), DependencySettings())
    return [(relation.target, relation.parent) for relation in find(sample)]


def plan(**columns: np.ndarray) -> dict[str, str]:
    steps = encoder_of(pa.table(columns)).plan.encoded
    return {step.target: step.found.dependency.kind for step in steps}


def test_a_wave_is_told_by_what_it_runs_along_wherever_that_stands() -> None:
    assert found(age=AGE, wave=WAVE) == found(wave=WAVE, age=AGE) == [("wave", "age")]
    assert plan(wave=WAVE, noise=RNG.normal(0, 1, ROWS), age=AGE) == {"wave": "curve"}


def test_a_slope_with_an_offset_is_told_from_the_first_to_the_second() -> None:
    celsius = RNG.normal(15, 8, ROWS)
    fahrenheit = 32 + 1.8 * celsius + RNG.normal(0, 0.2, ROWS)
    assert found(c=celsius, f=fahrenheit) == [("f", "c")]


def test_whole_numbers_and_missing_values() -> None:
    weight = RNG.lognormal(3, 0.5, ROWS)
    price = np.rint(900 + 400 * np.log(weight) + RNG.normal(0, 8, ROWS)).astype(np.int64)
    lacking = pa.array(weight, mask=RNG.random(ROWS) < 0.1)
    assert found(weight=lacking, price=price) == [("weight", "price")]  # the coarser leads


def test_a_formula_says_it_with_fewer_figures() -> None:
    total = RNG.lognormal(5, 1, ROWS)
    root, near = np.sqrt(total) + RNG.normal(0, 0.1, ROWS), total * RNG.normal(1, 0.01, ROWS)
    assert plan(total=total, root=root) == {"root": "computed_increment"}
    assert plan(total=total, near=near) == {"near": "ratio"}


def test_clusters_rings_and_what_is_merely_correlated_stay_as_they_are() -> None:
    city = np.array([[52.5, 13.4], [48.1, 11.6], [53.6, 10.0], [50.9, 7.0]])[
        RNG.integers(0, 4, ROWS)
    ]
    place = city + RNG.normal(0, 0.05, (ROWS, 2))
    assert not found(lat=place[:, 0], lon=place[:, 1])
    angle = RNG.uniform(0, 2 * np.pi, ROWS)
    assert not found(x=np.cos(angle), y=np.sin(angle) + RNG.normal(0, 0.01, ROWS))
    assert not found(age=AGE, wave=WAVE + RNG.normal(0, 0.1, ROWS))


def test_values_that_stand_for_something_lie_on_no_curve() -> None:
    unknown = RNG.random(ROWS) < 0.1
    assert found(age=AGE, wave=np.where(unknown, -9.0, WAVE)) == [("wave", "age")]
    assert not found(age=np.where(unknown, -999.0, AGE), wave=WAVE)


def test_few_rows_and_few_values_stay_as_they_are() -> None:
    assert not found(age=AGE[:150], wave=WAVE[:150])
    assert not found(age=np.round(AGE / 5), wave=WAVE) and not found(
        age=AGE, wave=np.round(WAVE, 1)
    )


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_found_in_noise(seed: int) -> None:
    assert not found(**noise(ROWS, seed))

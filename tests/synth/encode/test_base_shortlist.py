"""Products and sums that are worth a look: found by variances, whatever else the columns are."""

import numpy as np
import pytest

from synth.encode.base_shortlist import EACH, Base, shortlist

ROWS = 1000
RNG = np.random.default_rng(0)
A, B, C = RNG.lognormal(1, 1, (3, ROWS))
NOISE = RNG.normal(0, 0.02, ROWS)


def found(form: str, *columns: np.ndarray, valid: np.ndarray | None = None) -> list[Base]:
    values = np.stack(columns, 1)
    return shortlist(values, np.ones(values.shape, bool) if valid is None else valid, form)


def of(bases: list[Base], target: int) -> set[frozenset[tuple[int, float]]]:
    """The sources of a target's bases, each with its power."""
    return {
        frozenset(zip(base.sources, base.powers, strict=True))
        for base in bases
        if base.target == target
    }


@pytest.mark.parametrize("powers", [(1, 1), (1, -1), (0.5, 1), (2, -0.5), (1, 1, -1), (0.5, -1, 2)])
def test_products_of_any_powers(powers: tuple[float, ...]) -> None:
    logs = sum(power * np.log(own) for power, own in zip(powers, (A, B, C), strict=False))
    bases = found("product", A, B, C, np.exp(logs + NOISE))
    assert frozenset(enumerate(map(float, powers))) in of(bases, 3)


@pytest.mark.parametrize("signs", [(1, 1), (-1, 1), (1, 1, -1), (-1, -1)])
def test_sums_and_differences(signs: tuple[int, ...]) -> None:
    total = sum(sign * own for sign, own in zip(signs, (A, B, C), strict=False))
    bases = found("sum", A, B, C, total + NOISE)
    assert frozenset(enumerate(map(float, signs))) in of(bases, 3)


def test_a_root_is_a_product_of_one_and_a_column_itself_is_none() -> None:
    bases = found("product", A, np.sqrt(A) * np.exp(NOISE), 3 * B, B * np.exp(NOISE))
    assert frozenset({(0, 0.5)}) in of(bases, 1) and frozenset({(1, 2.0)}) in of(bases, 0)
    assert min(len(sources) for sources in of(bases, 3)) > 1
    assert not found("sum", A, A + NOISE)


def test_what_is_independent_or_exact_is_left_out() -> None:
    assert not found("product", A, B, C) and not found("sum", A, B, C)
    exact = frozenset({(0, 1.0), (1, 1.0)})
    assert exact not in of(found("product", A, B, A * B), 2)
    assert exact not in of(found("sum", A, B, A + B), 2)


def test_zeros_nulls_negative_and_far_values_stand_in_no_way() -> None:
    lost = RNG.random(ROWS) < 0.05
    seconds = np.where(lost, 0.0, A * B)
    rate = np.where(lost, RNG.normal(0, 0.01, ROWS), A * np.exp(NOISE))
    wide = RNG.normal(0, 1, ROWS)
    far = np.where(RNG.random(ROWS) < 0.01, 1e200, C)
    valid = np.ones((ROWS, 5), bool)
    valid[:, 4] = RNG.random(ROWS) < 0.3
    bases = found("product", B, seconds, rate, wide, far, valid=valid)
    assert frozenset({(1, 1.0), (0, -1.0)}) in of(bases, 2)
    assert {place for base in bases for place in (base.target, *base.sources)} == {0, 1, 2}
    assert not found("sum", wide, far)


def test_columns_of_which_no_row_has_all_are_compared_two_by_two() -> None:
    valid = RNG.random((ROWS, 9)) < 0.8
    others = RNG.lognormal(1, 1, (6, ROWS))
    bases = found("product", A, B, A * B * np.exp(NOISE), *others, valid=valid)
    assert frozenset({(0, 1.0), (1, 1.0)}) in of(bases, 2)


def test_a_target_has_a_bounded_number_of_bases() -> None:
    copies = [A * np.exp(RNG.normal(0, 0.05, ROWS)) for _ in range(20)]
    for target in range(20):
        assert sum(base.target == target for base in found("product", *copies)) <= 3 * EACH


def test_constants_and_single_columns_have_none() -> None:
    assert not found("product", A) and not found("product", A, np.full(ROWS, 2.0))

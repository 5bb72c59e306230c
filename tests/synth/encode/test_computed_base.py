"""What several columns make up: in every type, null where there is none, and solved for each."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.dependency import DependencyError
from synth.encode.computed_base import computed, in_words, led_sources, require_base, solved_for

NOWHERE = np.zeros(4, bool)
EVERYWHERE = np.ones(4, bool)


def floats(*values: float | None) -> pa.Array:
    return pa.array(values, pa.float64())


def made(form: str, powers: tuple[float, ...], *arrays: pa.Array) -> list[float | None]:
    names = "abc"[: len(arrays)]
    base = computed(dict(zip(names, arrays, strict=True)), names, form, powers)
    assert base.type == pa.float64()
    values: list[float | None] = base.to_pylist()
    return values


def test_products_quotients_roots_and_sums() -> None:
    a, b, c = floats(4, 9), floats(2, 3), floats(1, 5)
    assert made("product", (1.0, 1.0, -1.0), a, b, c) == [8, 27 / 5]
    assert made("product", (0.5,), a) == [2, 3]
    assert made("product", (2.0, -0.5), b, a) == [2, 3]
    assert made("sum", (1.0, -1.0, 1.0), a, b, c) == [3, 11]


@pytest.mark.parametrize("lost", [None, float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("form", ["product", "sum"])
def test_no_base_without_every_source(form: str, lost: float | None) -> None:
    assert made(form, (1.0, 1.0), floats(lost, 1, 2), floats(3, lost, 3))[:2] == [None, None]
    assert made(form, (1.0, 1.0), floats(lost, 2), floats(3, 3))[1] is not None


def test_no_base_by_zero_below_a_root_or_beyond_a_float() -> None:
    assert made("product", (1.0, -1.0), floats(1, 0, 6), floats(0, 0, -3)) == [None, None, -2]
    assert made("product", (0.5,), floats(-1, 0, 4)) == [None, 0, 2]
    assert made("product", (-0.5,), floats(-1, 0, 4)) == [None, None, 0.5]
    assert made("product", (2.0,), floats(1e200, 3)) == [None, 9]


def test_types_are_read_as_the_numbers_that_they_are() -> None:
    whole = pa.array([3, None], pa.int32())
    money = pa.array([Decimal("2.50"), Decimal("1.00")], pa.decimal128(12, 2))
    wide = pa.array([Decimal("0.0004"), None], pa.decimal128(38, 4))
    assert made("product", (1.0, 1.0), whole, money) == [7.5, None]
    assert made("product", (1.0, -1.0), money, wide) == [pytest.approx(6250), None]


@pytest.mark.parametrize(
    ("form", "powers"),
    [
        ("product", (1.0, -1.0, 2.0)),
        ("product", (0.5, -0.5, 1.0)),
        ("sum", (1.0, -1.0, 1.0)),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_each_source_can_be_solved_for(form: str, powers: tuple[float, ...], place: int) -> None:
    values = [np.random.default_rng(n).lognormal(1, 1, 50) for n in range(3)]
    columns = {name: pa.array(own) for name, own in zip("abc", values, strict=True)}
    base = np.asarray(computed(columns, "abc", form, powers))
    assert np.allclose(solved_for(place, base, values, form, powers), values[place])


def test_what_cannot_be_solved_is_not_finite() -> None:
    negative = np.array([-4.0])
    assert not np.isfinite(solved_for(0, negative, [np.ones(1)], "product", (2.0,)))
    assert not np.isfinite(solved_for(0, negative, [np.ones(1)], "product", (0.5,)))
    zero = [np.ones(1), np.zeros(1)]
    assert not np.isfinite(solved_for(0, np.ones(1), zero, "product", (1.0, 1.0)))


def test_the_first_source_that_may_change_follows_and_the_others_stay() -> None:
    columns = {"a": floats(1, 1, 1, 1), "b": floats(2, 2, None, 0)}
    settled = {"a": np.array([False, True, False, False]), "b": NOWHERE}
    led = led_sources(
        floats(10, 10, 10, 10), EVERYWHERE, columns, "ab", "product", (1.0, 1.0), settled
    )
    # a = 10 / 2 in the first row; in the second it is settled, so that b = 10.
    found = [(name, rows.tolist()) for name, _, rows in led]
    assert found == [
        ("a", [True, False, False, False]),
        ("b", [True, False, False, False]),
        ("b", [False, True, True, True]),
        ("a", [False, False, True, True]),
    ]
    assert led[0][1].to_pylist()[0] == 5 and led[2][1].to_pylist()[1:] == [10, 10, 10]
    assert led[1][1] is columns["b"]


def test_a_source_that_is_led_to_keeps_its_type_and_grid() -> None:
    whole = {"a": pa.array([7, 7, 7, 7], pa.int16()), "b": floats(3, 3, 3, 3)}
    settled = {"a": NOWHERE, "b": EVERYWHERE}
    base = floats(10, 1e9, None, -10)
    ((_, values, rows), *_) = led_sources(
        base, EVERYWHERE, whole, "ab", "product", (1.0, 1.0), settled
    )
    assert values.type == pa.int16() and values.to_pylist() == [3, 32767, None, -3]
    assert rows.tolist() == [True, True, False, True]


def test_where_nothing_solves_the_formula_all_stay() -> None:
    columns = {"a": floats(1, 1, 1, 1)}
    led = led_sources(
        floats(-1, -1, -1, -1), EVERYWHERE, columns, "a", "product", (0.5,), {"a": NOWHERE}
    )
    assert not any(rows.any() for _, _, rows in led)


@pytest.mark.parametrize(
    ("form", "powers", "said"),
    [
        ("product", (1.0, 1.0), "a * b"),
        ("product", (-1.0, 1.0), "b / a"),
        ("product", (-0.5, -1.0), "1 / sqrt(a) / b"),
        ("product", (2.0, 0.5), "a squared * sqrt(b)"),
        ("sum", (-1.0, 1.0), "b - a"),
        ("sum", (-1.0, -1.0), "-a - b"),
    ],
)
def test_in_words(form: str, powers: tuple[float, ...], said: str) -> None:
    assert in_words("ab", form, powers) == said


@pytest.mark.parametrize(
    ("sources", "form", "powers", "message"),
    [
        ("ab", "mean", (1.0, 1.0), "form is product or sum, not 'mean'"),
        ("a", "sum", (1.0,), "a sum has 2 to 3 sources, not 1"),
        ("abcd", "product", (1.0,) * 4, "a product has 1 to 3 sources, not 4"),
        ("ab", "product", (1.0,), "one power, of 1, -1, 0.5, 2, -0.5, for each source"),
        ("ab", "product", (1.0, 3.0), "one power, of 1, -1, 0.5, 2, -0.5, for each source"),
        ("ab", "sum", (1.0, 2.0), "one power, of 1, -1, for each source"),
    ],
)
def test_no_other_base(sources: str, form: str, powers: tuple[float, ...], message: str) -> None:
    with pytest.raises(DependencyError, match=message):
        require_base(sources, form, powers)

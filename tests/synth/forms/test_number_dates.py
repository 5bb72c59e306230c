"""Numbers that are dates or times."""

from datetime import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.number_dates import LAYOUTS, NumberDate, parse, recognise
from synth.table.errors import InputError
from tests.synth.forms.texts import assert_kept, column, moments

TIMES = moments(300)
RNG = np.random.default_rng(4)


def numbers(pattern: str, type_name: str) -> pa.Array:
    values = [None if i % 11 == 3 else int(t.strftime(pattern)) for i, t in enumerate(TIMES)]
    if type_name == "string":
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    if type_name.startswith("decimal"):
        exact = [None if v is None else Decimal(v) for v in values]
        return pa.array(exact, column(type_name).arrow_type)
    return pa.array(values, column(type_name).arrow_type)


@pytest.mark.parametrize(
    "type_name", ["bigint", "double", "decimal(18,0)", "decimal(38,0)", "string"]
)
@pytest.mark.parametrize(
    "pattern",
    [
        "%Y%m%d",
        "%d%m%Y",
        "%m%d%Y",
        "%y%m%d",
        "%Y%m",
        "%Y%j",
        "%Y%m%d%H%M%S",
        "%Y%m%d%H%M",
        "%H%M%S",
    ],
)
def test_layouts_are_recognised_and_written_back(pattern: str, type_name: str) -> None:
    array = numbers(pattern, type_name)
    found = recognise(column(type_name), array, 10)
    assert found is not None and isinstance(found.form, NumberDate)
    assert found.form.format.pattern == pattern
    assert np.array_equal(assert_kept(found.form, array), np.asarray(array.is_valid()))


def test_zeros_in_front_are_lost_in_numbers() -> None:
    found = recognise(column("bigint"), numbers("%d%m%Y", "bigint"), 10)
    assert found is not None
    assert found.form.read(pa.array([5012024]))[0]["c"][0].as_py() == datetime(2024, 1, 5).date()
    clock = recognise(column("bigint"), numbers("%H%M%S", "bigint"), 10)
    assert clock is not None
    assert clock.form.read(pa.array([93005, 5]))[0]["c"].to_pylist() == [9 * 3600 + 30 * 60 + 5, 5]


def test_what_is_no_date_is_not_read() -> None:
    found = recognise(column("double"), numbers("%Y%m%d", "double"), 10)
    assert found is not None
    odd = pa.array(
        [20240230.0, 0.0, -20240101.0, 20240101.5, float("nan"), float("inf"), 99999999.0, None]
    )
    assert not found.form.read(odd)[1].any()
    assert not found.form.read(pa.array([-0.0]))[1].any()


@pytest.mark.parametrize(
    "values",
    [
        RNG.integers(0, 10**6, 300), RNG.integers(0, 10**8, 300), np.arange(300) + 200_100,
        np.arange(300) + 20_240_101, np.arange(300) + 2_000_001, np.arange(300) % 31 + 20_240_101,
        RNG.integers(20, 240, 300) * 1_000, RNG.integers(40, 480, 300) * 500,
        RNG.integers(1990, 2025, 300),
        RNG.integers(0, 60, 300), RNG.integers(1_500_000_000, 1_700_000_000, 300),
        RNG.normal(200_600, 300, 300).astype(int),
        (lambda m: m // 60 * 100 + m % 60)(RNG.integers(0, 1440, 300)),  # HHMM: an encoding's
    ],
)  # fmt: skip
def test_other_numbers_are_left_alone(values: np.ndarray) -> None:
    assert recognise(column("bigint"), pa.array(values), 10) is None


def test_keys_are_left_alone() -> None:
    assert recognise(column("bigint", key=True), numbers("%Y%m%d", "bigint"), 10) is None


def test_a_user_names_the_layout() -> None:
    both = pa.array([(1 + t.day % 12) * 10**6 + (1 + t.month % 12) * 10**4 + t.year for t in TIMES])
    for wanted in ("%d%m%Y", "%m%d%Y"):
        found = parse(column("bigint"), wanted, both, 10)
        assert found is not None and isinstance(found.form, NumberDate)
        assert found.form.format.pattern == wanted
    with pytest.raises(InputError, match=r"column 'c' .*300 of 300"):
        parse(column("bigint"), "%Y%m%d", pa.array(np.arange(300)), 10)
    with pytest.raises(InputError, match="digits only"):
        parse(column("bigint"), "%Y-%m-%d", both, 10)
    few = pa.array([20240101.0, 20240101.0, float("nan"), None])
    named = parse(column("double"), "%Y%m%d", few, 10)
    assert named is not None and assert_kept(named.form, few).tolist() == [True, True, False, False]
    with pytest.raises(InputError, match="neither a date nor a time"):
        parse(column("bigint"), "%m", pa.array([1, 2, 3]), 10)
    assert parse(column("bigint"), "number", both, 10) is None
    assert parse(column("string"), "%Y%m%d", pa.array(["x"]), 10) is None


@pytest.mark.parametrize("pattern", LAYOUTS)
def test_drawn_values_are_written_in_digits(pattern: str) -> None:
    from synth.forms.moment_format import MomentFormat

    form = NumberDate(column("bigint"), MomentFormat(pattern))
    array = pa.array([int(t.strftime(pattern)) for t in TIMES])
    parts, read = form.read(array)
    assert read.all() and form.write(parts, RNG, 0).equals(array)

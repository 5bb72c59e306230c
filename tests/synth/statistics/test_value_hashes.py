import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.statistics.value_hashes import NULL, hash_values
from synth.table.errors import InputError

DAY = datetime.date(2024, 2, 29)
NOON = datetime.datetime(2024, 2, 29, 12)
WIDE = pa.decimal128(30, 2)
VALUES = [
    pa.array([1, 2, 1, None], pa.int32()),
    pa.array([1.5, 2.5, 1.5, None]),
    pa.array(["a", "", "a", None]),
    pa.array(["a", "", "a", None]).dictionary_encode(),
    pa.array([True, False, True, None]),
    pa.array([DAY, datetime.date(1969, 1, 1), DAY, None]),
    pa.array([NOON, datetime.datetime(1969, 1, 1), NOON, None], pa.timestamp("us")),
    pa.array([Decimal("1.25"), Decimal("-1.25"), Decimal("1.25"), None], pa.decimal128(10, 2)),
    # Equal as floats.
    pa.array([Decimal(2**62), Decimal(2**62 + 1), Decimal(2**62), None], WIDE),
]


@pytest.mark.parametrize("array", VALUES, ids=lambda own: str(own.type))
def test_equal_values_alone_have_equal_hashes_and_null_is_a_value(array: pa.Array) -> None:
    first, second, again, null = hash_values(array).tolist()
    assert first == again and len({first, second, null}) == 3
    assert null == NULL


@pytest.mark.parametrize("array", VALUES, ids=lambda own: str(own.type))
def test_a_slice_has_the_hashes_of_its_rows(array: pa.Array) -> None:
    assert hash_values(array.slice(1)).tolist() == hash_values(array).tolist()[1:]


def test_all_nan_are_one_value_and_so_are_both_zeros() -> None:
    other_nan = np.uint64(0x7FF8000000000001).view(np.float64)
    hashes = hash_values(pa.array(np.array([np.nan, other_nan, 0.0, -0.0])))
    assert hashes[0] == hashes[1] and hashes[2] == hashes[3] and hashes[0] != hashes[2]


def test_a_dictionary_is_as_its_values() -> None:
    plain = pa.array(["x", None, "y", "x"])
    assert hash_values(plain.dictionary_encode()).tolist() == hash_values(plain).tolist()
    assert hash_values(pa.array([3, 4, 3]).dictionary_encode()).dtype == np.uint64


def test_without_a_value_all_are_null() -> None:
    for empty in (pa.array([None, None], pa.string()), pa.nulls(2)):
        assert hash_values(empty).tolist() == [NULL, NULL]
    assert hash_values(pa.array([], pa.string())).dtype == np.uint64


def test_hashes_are_the_same_in_every_process() -> None:
    hashes = [int(hash_values(pa.array([own]))[0]) for own in (7, "a", 0.5)]
    assert hashes == [7191089600892374487, 13950350942979735504, 17606427253252083309]


def test_a_type_that_cannot_be_learned_is_refused() -> None:
    with pytest.raises(InputError, match="not supported"):
        hash_values(pa.array([b"x"]))

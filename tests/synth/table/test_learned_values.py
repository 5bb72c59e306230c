"""Every Arrow type is learned and restored exactly, or refused with a remedy."""

import logging
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.table.errors import InputError
from synth.table.learned_values import Unfit, learned, recounted, restored
from synth.table.schema import is_supported, type_of_arrow

COUNTED = [
    pa.time32("s"),
    pa.time32("ms"),
    pa.time64("us"),
    pa.time64("ns"),
    *(pa.duration(unit) for unit in ("s", "ms", "us", "ns")),
]
MOMENTS = [pa.timestamp(unit, zone) for unit in ("s", "ms", "us") for zone in (None, "Asia/Tokyo")]
WHOLE = [
    pa.int8(),
    pa.int16(),
    pa.int32(),
    pa.int64(),
    pa.uint8(),
    pa.uint16(),
    pa.uint32(),
    pa.uint64(),
]


def arrays() -> list[pa.Array]:
    """Of each type a null, ordinary values and its extremes."""
    cents = [Decimal("1.50"), None, Decimal("-2.25")]
    large = pa.array(["a", "b"], pa.large_string())
    found = [pa.array([1, None, 86_399], type_) for type_ in (*COUNTED, *MOMENTS)]
    for type_ in WHOLE:
        ends = np.iinfo(type_.to_pandas_dtype())
        found.append(pa.array([int(ends.min), None, int(ends.max)], type_))
    found += [
        pa.array([1000, None], pa.timestamp("ns", "+02:00")),
        pa.array([-(2**63), 2**63 - 1, None], pa.duration("ns")),
        pa.array([0, None, 2_932_896], pa.date32()),
        pa.array([86_400_000, None, -259_200_000], pa.date64()),
        pa.array([True, None, False]),
        pa.array([1.5, None, -0.0], pa.float32()),
        pa.array(np.array([1.5, np.inf, 6e-8], np.float16)),
        pa.array([None, None]),
        pa.array(["a", None, ""]),
        pa.array(["a", None, ""], pa.large_string()),
        pa.array(["a", None, "", "a"]).dictionary_encode(),
        pa.array([1.5, None, 1.5]).dictionary_encode(),
        pa.DictionaryArray.from_arrays(pa.array([0, None], pa.int8()), large),
        pa.array(cents, pa.decimal128(38, 10)),
        pa.array(cents, pa.decimal256(60, 10)),
        pa.array([Decimal(100), None], pa.decimal128(5, 0)).cast(pa.decimal128(5, -2)),
        pc.run_end_encode(pa.array([1, 1, 2])),
    ]
    if hasattr(pa, "string_view"):
        found.append(pa.array(["a", None, ""], pa.string_view()))
    if hasattr(pa, "decimal32"):
        found += [pa.array(cents, pa.decimal32(5, 2)), pa.array(cents, pa.decimal64(15, 2))]
    return found


@pytest.mark.parametrize("array", arrays(), ids=lambda a: str(a.type))
def test_a_column_is_restored_as_it_was(array: pa.Array) -> None:
    values = pa.chunked_array([array, array.slice(1)])
    found = learned(values, "x")
    assert is_supported(type_of_arrow(found.type)) and not pa.types.is_dictionary(found.type)
    again = restored(found, array.type)
    assert again.type == array.type
    assert _numbers(again) == _numbers(values)
    none = pa.chunked_array([], array.type)
    assert restored(learned(none, "x"), array.type).type == array.type


def _numbers(values: pa.ChunkedArray) -> list[Any]:
    """Nanoseconds as whole numbers: Python's own times are coarser."""
    fine = str(values.type).startswith(("timestamp[ns", "duration[ns", "time64[ns"))
    plain: list[Any] = (values.cast(pa.int64()) if fine else values).to_pylist()
    return plain


REFUSED = [
    (pa.binary(), "decode it to a text"),
    (pa.binary(16), "decode it to a text"),
    (pa.list_(pa.int8()), r"\(explode\)"),
    (pa.struct([("a", pa.int8())]), r"\(flatten\)"),
    (pa.map_(pa.string(), pa.int8()), r"\(explode\)"),
    (pa.month_day_nano_interval(), "make it a duration"),
    (pa.decimal256(70, 50), "leave it out or convert it"),
]


@pytest.mark.parametrize(("type_", "remedy"), REFUSED, ids=str)
def test_a_type_without_a_counterpart_is_refused(type_: pa.DataType, remedy: str) -> None:
    with pytest.raises(InputError, match=f"column 'x' is of type .*not supported: .*{remedy}"):
        learned(pa.chunked_array([pa.nulls(2, type_)]), "x")


def test_values_that_no_learned_type_holds_are_refused_without_them() -> None:
    far = pa.chunked_array([pa.array([Decimal(10**45)], pa.decimal256(60, 0))])
    with pytest.raises(InputError, match=r"column 'x' .*more than 38 digits") as error:
        learned(far, "x")
    assert "10000" not in str(error.value)


def test_what_is_finer_than_a_microsecond_is_cut_and_it_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ends = [-(2**63), 2**63 - 1, 1_600_000_000_000_000_999, None]
    values = pa.chunked_array([pa.array(ends, pa.timestamp("ns"))])
    with caplog.at_level(logging.WARNING):
        found = learned(values, "at")
    assert "column 'at': times are cut to microseconds" in caplog.text
    back = restored(found, pa.timestamp("ns")).cast(pa.int64()).to_pylist()
    assert back[2:] == [1_600_000_000_000_000_000, None]
    assert back[0] == -(2**63) // 1000 * 1000 + 1000  # the first that the type holds


@pytest.mark.parametrize(
    ("values", "target"),
    [
        ([256], pa.uint8()),
        ([-1], pa.uint64()),
        ([86_400], pa.time32("s")),
        ([-1], pa.time64("ns")),
        ([1], pa.null()),
        ([1.0e6], pa.float16()),
        ([0.5], pa.int64()),
    ],
    ids=str,
)
def test_values_beyond_a_type_do_not_fit(values: list[Any], target: pa.DataType) -> None:
    with pytest.raises(Unfit):
        restored(pa.chunked_array([values]), target)


def test_units_of_two_tables_are_brought_together_or_refused() -> None:
    seconds = pa.chunked_array([[1, None, 5]])
    fine = recounted(seconds, pa.duration("s"), pa.duration("ns"), "x")
    assert fine.to_pylist() == [10**9, None, 5 * 10**9]
    assert recounted(fine, pa.duration("ns"), pa.duration("s"), "x").equals(seconds)
    with pytest.raises(InputError, match=r"'x' is of type duration\[s\], but the model .* time32"):
        recounted(seconds, pa.duration("s"), pa.time32("s"), "x")
    with pytest.raises(InputError, match=r"holds values that are no duration\[s\]"):
        recounted(pa.chunked_array([[1]]), pa.duration("ms"), pa.duration("s"), "x")

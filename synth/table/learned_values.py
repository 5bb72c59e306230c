"""Arrow types that the engine has no word for, the values in which they are learned, and back.

A dictionary is learned by its values, a time of day or a duration as a whole number of its unit, an
unsigned number as the next wider signed one, a half float as a float, what counts seconds to
nanoseconds in microseconds. :func:`restored` is the inverse of :func:`learned` on every value.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.table.errors import InputError
from synth.table.schema import arrow_type, is_supported, type_of_arrow

logger = logging.getLogger(__name__)
_WIDEST = 38  # digits of a decimal in Spark
_NANOSECONDS = 1000  # in a microsecond


class Unfit(Exception):
    """Values that their original type cannot hold; the message holds none of them."""


def learned(values: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """The values in a type that can be learned; each keeps its identity.

    Finer than a microsecond is cut, as Spark does, with a log warning. InputError names a column
    whose type has no such counterpart, and what to do.
    """
    found = values.type
    if pa.types.is_dictionary(found):
        return learned(values.cast(found.value_type), name)
    if isinstance(found, pa.BaseExtensionType):
        require_learnable(found.storage_type, name, shown=found)
        return learned(_storage(values), name)
    if _is_run_end_encoded(found):
        return learned(
            _chunked([pc.run_end_decode(c) for c in values.chunks], found.value_type), name
        )
    require_learnable(found, name)
    if pa.types.is_float16(found):
        return _chunked([_of_halves(chunk) for chunk in values.chunks], pa.float32())
    if pa.types.is_time(found) or pa.types.is_duration(found):
        return whole(values)
    if pa.types.is_uint64(found):
        return _signed(values)
    if pa.types.is_decimal(found):
        return _plain_decimal(values, name)
    if pa.types.is_timestamp(found) and found.unit == "ns":
        return _in_microseconds(values, name)
    target = arrow_type(type_of_arrow(found))
    try:
        return values.cast(target)
    except pa.ArrowException:
        raise InputError(
            f"column {name!r} is of type {found} and holds values that are no "
            f"{type_of_arrow(found)}: leave those rows or the column out"
        ) from None


def restored(values: pa.ChunkedArray, target: pa.DataType) -> pa.ChunkedArray:
    """Learned values in the type that they came in; Unfit where one is beyond it.

    A dictionary holds the values that occur, in the order of their first row.
    """
    if values.type == target:
        return values
    if pa.types.is_dictionary(target):
        encoded = one_array(values).dictionary_encode()
        words = restored(pa.chunked_array([encoded.dictionary]), target.value_type)
        return _chunked([dictionary_of(encoded.indices, one_array(words), target)], target)
    if isinstance(target, pa.BaseExtensionType):
        stored = restored(values, target.storage_type)
        return _chunked([target.wrap_array(chunk) for chunk in stored.chunks], target)
    if _is_run_end_encoded(target):
        plain = restored(values, target.value_type)
        kind = target.run_end_type
        return _chunked([pc.run_end_encode(c, kind) for c in plain.chunks], target)
    try:
        return _cast_back(values, target)
    except pa.ArrowException:
        raise Unfit(f"values that no {target} holds") from None


def within(values: pa.ChunkedArray, target: pa.DataType) -> tuple[pa.ChunkedArray, int]:
    """Whole numbers inside the ends of a type of whole numbers or times of day, and how many moved.

    Values of other types stay as they are.
    """
    if pa.types.is_time(target):
        low, high = 0, _a_day(target) - 1
    elif pa.types.is_integer(target):
        ends = np.iinfo(target.to_pandas_dtype())
        low, high = int(ends.min), int(ends.max)
    else:
        return values, 0
    if not pa.types.is_integer(values.type):
        return values, 0
    whole = values.cast(pa.int64())
    bounded = pc.min_element_wise(whole, pa.scalar(min(high, 2**63 - 1)), skip_nulls=False)
    bounded = pc.max_element_wise(bounded, pa.scalar(low), skip_nulls=False)
    moved = int(pc.sum(pc.not_equal(whole, bounded)).as_py() or 0)
    return (bounded, moved) if moved else (values, 0)


def dictionary_of(indices: pa.Array, words: pa.Array, target: pa.DataType) -> pa.Array:
    """The dictionary array of a type; Unfit where its indices do not reach all words."""
    try:
        reached = indices.cast(target.index_type)
    except pa.ArrowException:
        raise Unfit("more values than its type has numbers for") from None
    return pa.DictionaryArray.from_arrays(reached, words, ordered=target.ordered)


def one_array(values: pa.ChunkedArray) -> pa.Array:
    """All chunks as one."""
    if values.num_chunks == 1:
        return values.chunk(0)
    return pa.concat_arrays(values.chunks) if values.num_chunks else pa.nulls(0, values.type)


def _cast_back(values: pa.ChunkedArray, target: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_null(target):
        if values.null_count == len(values):
            return _chunked([pa.nulls(len(values))], target)
        raise Unfit("values, where none were")
    if pa.types.is_float16(target):
        return _chunked([_to_halves(chunk) for chunk in values.chunks], target)
    if pa.types.is_time(target):
        return _of_day(values, target)
    if pa.types.is_duration(target):
        return values.cast(pa.int64()).cast(target)
    if pa.types.is_timestamp(target):
        return _in_unit(values, target)
    if pa.types.is_decimal(target) and target.scale < 0:  # Arrow casts to these unchecked
        return values.cast(target, safe=False)
    return values.cast(target)


def is_counted(type_: pa.DataType) -> bool:
    """Whether values of the type are learned as whole numbers of its unit."""
    return bool(pa.types.is_time(type_) or pa.types.is_duration(type_))


def recounted(
    values: pa.ChunkedArray, of: pa.DataType, to: pa.DataType, name: str
) -> pa.ChunkedArray:
    """Whole numbers of one unit as those of another; InputError where one is no such count."""
    if pa.types.is_null(of) or pa.types.is_null(to):
        return values
    if is_counted(of) and is_counted(to) and pa.types.is_time(of) == pa.types.is_time(to):
        try:
            return whole(restored(values, of).cast(to))
        except pa.ArrowException:
            raise InputError(
                f"column {name!r} is of type {of} and holds values that are no {to}, as which the "
                "model knows it: convert it"
            ) from None
    raise InputError(f"column {name!r} is of type {of}, but the model knows it as {to}: convert it")


def require_learnable(found: pa.DataType, name: str, *, shown: Any = None) -> None:
    """InputError for a type whose values cannot be learned, with the remedy for it."""
    if is_supported(type_of_arrow(found)) and not _is_too_wide(found):
        return
    if pa.types.is_time(found) or pa.types.is_duration(found) or _is_learned_decimal(found):
        return
    raise InputError(
        f"column {name!r} is of type {shown or found}, which is not supported: {_remedy(found)}"
    )


def _is_too_wide(found: pa.DataType) -> bool:
    return bool(pa.types.is_decimal(found)) and not _is_learned_decimal(found)


def _is_learned_decimal(found: pa.DataType) -> bool:
    return bool(pa.types.is_decimal(found)) and found.scale <= _WIDEST


def _remedy(found: pa.DataType) -> str:
    text = str(found)
    if "binary" in text:
        return "decode it to a text (such as hexadecimal), or leave it out"
    if pa.types.is_struct(found):
        return "make a column of each of its fields (flatten), or leave it out"
    if pa.types.is_nested(found):
        return "make a table of its elements (explode), or a column of each, or leave it out"
    if text == "month_day_nano_interval":
        return "make it a duration, or a number of days, or leave it out"
    return "leave it out or convert it"


def _chunked(chunks: list[pa.Array], type_: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array(chunks, type_)


def _storage(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return _chunked([chunk.storage for chunk in values.chunks], values.type.storage_type)


def _is_run_end_encoded(found: pa.DataType) -> bool:
    return bool(pa.types.is_run_end_encoded(found))


def _of_halves(chunk: pa.Array) -> pa.Array:
    """Halves as floats: older versions of Arrow cast none, and fill none."""
    if not len(chunk):
        return pa.nulls(0, pa.float32())
    halves = np.frombuffer(chunk.buffers()[1], np.float16)[chunk.offset : chunk.offset + len(chunk)]
    return pa.array(halves.astype(np.float32), mask=np.asarray(chunk.is_null()))


def _to_halves(chunk: pa.Array) -> pa.Array:
    floats = np.asarray(pc.fill_null(chunk, 0.0))
    with np.errstate(over="ignore"):
        halves = floats.astype(np.float16)
    if np.any(np.isinf(halves) & np.isfinite(floats)):
        raise Unfit("numbers beyond those of a half float")
    return pa.array(halves, pa.float16(), mask=np.asarray(chunk.is_null()))


def whole(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times of day or durations as the whole numbers of their unit, int64."""
    if pa.types.is_time32(values.type):
        return values.cast(pa.int32()).cast(pa.int64())
    return values.cast(pa.int64())


def _of_day(values: pa.ChunkedArray, target: pa.DataType) -> pa.ChunkedArray:
    whole = values.cast(pa.int64())
    outside = pc.or_(pc.less(whole, 0), pc.greater_equal(whole, _a_day(target)))
    if pc.any(outside).as_py():
        raise Unfit("times outside of a day")
    return whole.cast(pa.int32() if pa.types.is_time32(target) else pa.int64()).cast(target)


def _a_day(type_: pa.DataType) -> int:
    """Units of a type of times of day in a day."""
    return 86_400 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[type_.unit]


def _signed(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Unsigned numbers as signed ones where all fit, else as decimals of 20 digits."""
    try:
        return values.cast(pa.int64())
    except pa.ArrowInvalid:
        return values.cast(pa.decimal128(20, 0))


def _plain_decimal(values: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """As a decimal of at most 38 digits and of no negative scale."""
    found = values.type
    scale = max(found.scale, 0)
    target = pa.decimal128(min(max(found.precision + scale - found.scale, scale), _WIDEST), scale)
    try:
        return values.cast(target)
    except pa.ArrowException:
        raise InputError(
            f"column {name!r} is of type {found} and holds values of more than {_WIDEST} digits: "
            "make it a text, round it, or leave it out"
        ) from None


def _in_microseconds(values: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    target = pa.timestamp("us", values.type.tz)
    try:
        result = values.cast(target)
    except pa.ArrowInvalid:
        logger.warning("column %r: times are cut to microseconds, as Spark knows none finer", name)
        whole = [_floored(np.asarray(pc.fill_null(c.cast(pa.int64()), 0))) for c in values.chunks]
        nulls = [np.asarray(c.is_null()) for c in values.chunks]
        made = [pa.array(w, mask=m).cast(target) for w, m in zip(whole, nulls, strict=True)]
        result = _chunked(made, target)
    return result.cast(pa.timestamp("us", "UTC")) if target.tz else result


def _floored(nanoseconds: np.ndarray) -> np.ndarray:
    result: np.ndarray = nanoseconds // _NANOSECONDS
    return result


def _in_unit(values: pa.ChunkedArray, target: pa.DataType) -> pa.ChunkedArray:
    """Moments in their own unit; between two of a coarser unit, the earlier one."""
    whole = values.cast(pa.timestamp("us", values.type.tz)).cast(pa.int64())
    if target.unit == "ns":
        most = np.iinfo(np.int64).max // _NANOSECONDS
        # Cut to microseconds, the first moment of the type lies before it.
        whole = pc.max_element_wise(whole, pa.scalar(-most), skip_nulls=False)
        if len(whole) and (pc.max(whole).as_py() or 0) > most:
            raise Unfit(f"times that no {target} holds")
        whole = pc.multiply(whole, _NANOSECONDS)
    elif target.unit != "us":
        step = {"s": 10**6, "ms": 10**3}[target.unit]
        chunks = [np.asarray(pc.fill_null(c, 0)) // step for c in whole.chunks]
        nulls = [np.asarray(c.is_null()) for c in whole.chunks]
        made = [pa.array(c, pa.int64(), mask=m) for c, m in zip(chunks, nulls, strict=True)]
        whole = _chunked(made, pa.int64())
    return whole.cast(target)

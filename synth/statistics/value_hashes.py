"""64-bit hashes of a column's values: equal ones have equal hashes, in every process."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.statistics.distinct import hash_numbers, hash_texts
from synth.table.schema import arrow_type, decimal_parts, type_of_arrow
from synth.table.values import is_ordered, is_whole, to_numbers

NULL = np.uint64(0x5851F42D4C957F2D)  # null is a value of its own
_HIGH = np.uint64(0xD1342543DE82EF95)  # odd: tells the high word of a decimal from its low one


def hash_values(array: pa.Array) -> np.ndarray:
    """uint64 ``(rows,)``: the hash of each value; null is a value, NaN is one, and -0.0 is 0.0.

    A text that comes in a dictionary is hashed once. InputError for a type that cannot be learned.
    """
    if pa.types.is_dictionary(array.type):
        return _of_dictionary(array)
    type_name = type_of_arrow(array.type)
    if not is_ordered(type_name):
        target = arrow_type(type_name)
        if target == pa.bool_():
            return _of_numbers(array.cast(pa.int8()), "tinyint")
        return _of_texts(array.cast(target))
    if decimal_parts(type_name) and not is_whole(type_name):
        return _of_wide_decimals(array, type_name)
    return _of_numbers(array, type_name)


def _of_dictionary(array: pa.DictionaryArray) -> np.ndarray:
    own = np.append(hash_values(array.dictionary), NULL)
    places = np.asarray(array.indices.cast(pa.int64()).fill_null(len(own) - 1))
    hashed: np.ndarray = own[places]
    return hashed


def _of_texts(array: pa.Array) -> np.ndarray:
    encoded = array.dictionary_encode()
    own = np.append(hash_texts(encoded.dictionary.to_pylist()), NULL)
    places = np.asarray(encoded.indices.fill_null(len(own) - 1))
    hashed: np.ndarray = own[places]
    return hashed


def _of_numbers(array: pa.Array, type_name: str) -> np.ndarray:
    values, valid = to_numbers(array, type_name)
    if values.dtype == np.float64:
        values = values + 0.0  # -0.0 and 0.0 are one value
        values[np.isnan(values)] = np.nan  # of whatever bits
    hashed = hash_numbers(values)
    hashed[~valid] = NULL
    return hashed


def _of_wide_decimals(array: pa.Array, type_name: str) -> np.ndarray:
    """Of decimals of more digits than an int64 holds: both words, for floats tell few apart."""
    parts = decimal_parts(type_name)
    assert parts is not None
    wide = array.cast(pa.decimal128(38, parts[1]))
    words = np.frombuffer(wide.buffers()[1], np.uint64).reshape(-1, 2)
    own = words[wide.offset : wide.offset + len(wide)]
    hashed = hash_numbers(hash_numbers(own[:, 0]) + hash_numbers(own[:, 1]) * _HIGH)
    hashed[~np.asarray(array.is_valid())] = NULL
    return hashed

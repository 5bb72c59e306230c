"""Plain fields to bytes and back, without pickle: one Arrow record batch of one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

Field = np.ndarray | list[str] | int | float | str | bytes


def pack(fields: Mapping[str, Field]) -> bytes:
    """Serialise numpy arrays (1-D), lists of strings, numbers, texts and bytes."""
    arrays: list[pa.Array] = []
    for value in fields.values():
        if isinstance(value, np.ndarray):
            arrays.append(_one_list(pa.array(value)))
        elif isinstance(value, list):
            arrays.append(_one_list(pa.array(value, pa.string())))
        else:
            arrays.append(pa.array([value]))
    batch = pa.RecordBatch.from_arrays(arrays, names=list(fields))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def unpack(data: bytes) -> dict[str, Any]:
    """The fields that :func:`pack` was given: arrays as numpy, strings as lists."""
    with pa.ipc.open_stream(data) as reader:
        batch = reader.read_next_batch()
    fields: dict[str, Any] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_list(column.type):
            values = column.values
            is_text = pa.types.is_string(values.type)
            fields[name] = values.to_pylist() if is_text else values.to_numpy(zero_copy_only=False)
        else:
            fields[name] = column[0].as_py()
    return fields


def _one_list(values: pa.Array) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)

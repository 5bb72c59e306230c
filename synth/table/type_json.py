"""Arrow types and values of one column as JSON, read back exactly and without running code."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

import pyarrow as pa


def type_to_json(type_: pa.DataType) -> dict[str, str]:
    """``name`` is for the reader; ``schema`` is Arrow's own message of a one-column schema."""
    message = pa.schema([pa.field("", type_)]).serialize().to_pybytes()
    return {"name": str(type_), "schema": b64encode(message).decode("ascii")}


def type_from_json(data: dict[str, str]) -> pa.DataType | None:
    """The type as :func:`type_to_json` wrote it; None where this version of Arrow lacks it."""
    try:
        return pa.ipc.read_schema(pa.py_buffer(b64decode(data["schema"]))).field(0).type
    except (pa.ArrowException, OSError):
        return None


def schema_to_json(schema: pa.Schema) -> str:
    """A schema with its metadata, as Arrow's own message."""
    return b64encode(schema.serialize().to_pybytes()).decode("ascii")


def schema_from_json(message: str | None) -> pa.Schema:
    """The schema that :func:`schema_to_json` wrote; one of no columns for None."""
    if message is None:
        return pa.schema([])
    return pa.ipc.read_schema(pa.py_buffer(b64decode(message)))


def values_to_json(values: pa.Array) -> dict[str, Any]:
    """Values of a type that is learned, as texts; moments as the whole numbers that they are."""
    return {
        "type": type_to_json(values.type),
        "values": _counted(values).cast(pa.string()).to_pylist(),
    }


def values_from_json(data: dict[str, Any]) -> pa.Array:
    """What :func:`values_to_json` wrote."""
    target = type_from_json(data["type"])
    texts = pa.array(data["values"], pa.string())
    count = _count_of(target)
    return texts.cast(count).cast(target) if count else texts.cast(target)


def _counted(values: pa.Array) -> pa.Array:
    count = _count_of(values.type)
    return values.cast(count) if count else values


def _count_of(type_: pa.DataType) -> pa.DataType | None:
    """The whole numbers as which Arrow holds a date or a time."""
    if pa.types.is_date32(type_):
        return pa.int32()
    return pa.int64() if pa.types.is_timestamp(type_) else None

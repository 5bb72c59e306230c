"""A user's own dependency, as the configuration writes it."""

from __future__ import annotations

from typing import Any

from synth.dependencies.dependency import Rule, kind_of
from synth.schema import TableSchema

_FIELDS = {
    "functional": (),
    "calendar_part": ("part", "zone"),
    "calendar_compose": ("zone",),
    "clock_part": ("part", "midnight"),
    "clock_sum": ("midnight",),
    "sum": ("signs", "decimals"),
    "shift": ("unit",),
    "difference": ("unit",),
    "order": (),
    "nulls": (),
}


def parse_dependency(data: dict[str, Any], schema: TableSchema) -> Rule:
    """The rule of ``{"kind": ..., "sources": [...], "target": ...}`` and the kind's own fields.

    Raises:
        ValueError: for a kind, field or column that there is not, or a type that does not fit.

    """
    kind = str(data.get("kind"))
    rule_type = kind_of(kind)
    allowed = ("kind", "sources", "target", *_FIELDS[kind])
    unknown = sorted(set(data) - set(allowed))
    if unknown:
        raise ValueError(
            f"a {kind} dependency has no field {unknown[0]!r}: use {', '.join(allowed)}"
        )
    missing = [n for n in ("sources", "target", *_needed(kind)) if n not in data]
    if missing:
        raise ValueError(f"a {kind} dependency needs {missing[0]!r}")
    if isinstance(data["sources"], str):
        raise ValueError(f"sources is a list of columns: write [{data['sources']}]")
    names = [*data["sources"], data["target"]]
    for name in names:
        _check_column(name, schema)
    if len(set(names)) < len(names):
        raise ValueError(f"a {kind} dependency names a column twice: {', '.join(names)}")
    rule = rule_type.from_json(data, schema)
    rule.check(schema)
    return rule


def _needed(kind: str) -> tuple[str, ...]:
    return ("part",) if kind in ("calendar_part", "clock_part") else ()


def _check_column(name: str, schema: TableSchema) -> None:
    if name not in schema.names:
        raise ValueError(f"no column {name!r}; the table has {', '.join(map(repr, schema.names))}")
    column = schema[name]
    if column.key:
        raise ValueError(f"column {name!r} is a key: it is made anew and takes no part")
    if not column.is_supported:
        raise ValueError(f"column {name!r} is of type {column.type}, which is not supported")

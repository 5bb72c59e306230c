"""A user's own dependency, as the configuration writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth.dependencies.dependency import Dependency, DependencyError
from synth.dependencies.registry import kind_of
from synth.table.known_names import known_names
from synth.table.schema import TableSchema

_WHOLE_NUMBERS = ("midnight", "decimals")  # of the fields; some are lists, all others words
_NUMBERS = ("slope", "offset", "scale", "least", "most", "whole")
_ANSWERS = ("strict", "opposite")


def parse_dependency(data: Mapping[str, Any], schema: TableSchema) -> Dependency:
    """The rule of ``{"kind": ..., "sources": [...], "target": ...}`` and the kind's own fields.

    Raises:
        DependencyError: for a kind, field or column that there is not, a field of the wrong shape,
            or a type that does not fit.

    """
    if not isinstance(data, Mapping):
        raise DependencyError(
            f"{data!r} is no dependency: a rule has the fields kind, sources and target"
        )
    kind = str(data.get("kind"))
    rule_type = kind_of(kind)
    allowed = ("kind", "sources", "target", *rule_type.fields)
    unknown = sorted(set(map(str, data)) - set(allowed))
    if unknown:
        raise DependencyError(
            f"a {kind} dependency has no field {unknown[0]!r}: use {', '.join(allowed)}"
        )
    missing = [n for n in ("sources", "target", *rule_type.needed) if n not in data]
    if missing:
        raise DependencyError(f"a {kind} dependency needs {missing[0]!r}")
    if not isinstance(data["sources"], list | tuple):
        raise DependencyError(f"sources is a list of columns: write [{data['sources']}]")
    if not data["sources"]:
        raise DependencyError(f"a {kind} dependency needs at least one source")
    names = [*data["sources"], data["target"]]
    for name in names:
        _check_column(name, schema)
    if len(set(names)) < len(names):
        raise DependencyError(f"a {kind} dependency names a column twice: {', '.join(names)}")
    for field in rule_type.fields:
        if field in data:
            _check_shape(field, data[field])
    rule = rule_type.from_json(dict(data), schema)
    rule.check(schema)
    return rule


def _check_shape(field: str, value: Any) -> None:
    if field == "signs":
        if not isinstance(value, list | tuple) or not all(map(_is_whole, value)):
            raise DependencyError(f"signs is a list such as [1, -1], not {value!r}")
    elif field == "powers":
        if not isinstance(value, list | tuple) or not all(map(_is_number, value)):
            raise DependencyError(f"powers is a list such as [1, -1], not {value!r}")
    elif field == "shapes":
        if not isinstance(value, list | tuple) or not all(isinstance(own, str) for own in value):
            raise DependencyError(f"shapes is a list of words, not {value!r}")
    elif field in _WHOLE_NUMBERS:
        if not _is_whole(value):
            raise DependencyError(f"{field} is a whole number, not {value!r}")
    elif field in _NUMBERS:
        if not _is_number(value):
            raise DependencyError(f"{field} is a number, not {value!r}")
    elif field in _ANSWERS:
        if not isinstance(value, bool):
            raise DependencyError(f"{field} is true or false, not {value!r}")
    elif not isinstance(value, str):
        raise DependencyError(f"{field} is a word, not {value!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_column(name: Any, schema: TableSchema) -> None:
    if name not in schema.names:
        raise DependencyError(f"no column {name!r}; {known_names(name, schema.names, 'the table')}")
    column = schema[name]
    if column.key:
        raise DependencyError(f"column {name!r} is a key: it is made anew and takes no part")
    if not column.is_supported:
        raise DependencyError(f"column {name!r} is of type {column.type}, which is not supported")

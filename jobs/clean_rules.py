"""The list ``clean.rules``: rules as data, whoever writes them, and what cleaning makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from jobs.clean_across_rules import ForeignKeyRule, UniqueRule
from jobs.clean_row_rules import (
    ExpressionRule,
    InRangeRule,
    InSetRule,
    MatchesRule,
    NotNullRule,
    NullMarkersRule,
    OutlierRule,
    TrimmedRule,
    ValidDateRule,
)
from jobs.section import dates_as_text
from synth.table.errors import InputError

CleaningRule = Annotated[
    NotNullRule
    | InRangeRule
    | InSetRule
    | MatchesRule
    | TrimmedRule
    | NullMarkersRule
    | ValidDateRule
    | OutlierRule
    | ExpressionRule
    | UniqueRule
    | ForeignKeyRule,
    Field(discriminator="rule"),
]

_RULES: TypeAdapter[tuple[CleaningRule, ...]] = TypeAdapter(tuple[CleaningRule, ...])


def read_rules(plain: Iterable[Mapping[str, Any]]) -> tuple[CleaningRule, ...]:
    """Rules of plain data, as YAML has them or a profile proposes them; may raise InputError.

    ``CleanConfig(rules=...)`` takes the same; this is for rules that stand in no configuration yet.
    """
    try:
        return _RULES.validate_python(dates_as_text([dict(rule) for rule in plain]))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"rule {where} cannot be used: {said}") from error

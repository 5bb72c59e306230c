"""The rules of cleaning that a configuration declares, as the lakehouse knows them."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import DataFrame, SparkSession

from jobs.config import Config
from jobs.data_sections import CleanConfig
from jobs.pinned_tables import foreign_rows
from lakehouse.across_rules import AcrossRule
from lakehouse.rules import CleanRules


def rules_for(config: Config, spark: SparkSession) -> CleanRules:
    """The rules of a configuration, with the tables that they look into."""
    sensitive = frozenset(config.columns.sensitive)
    return clean_rules(config.clean, sensitive, foreign_rows(config, spark))


def clean_rules(
    given: CleanConfig,
    sensitive: frozenset[str] = frozenset(),
    foreign: Mapping[int, DataFrame] | None = None,
) -> CleanRules:
    """The rules that the configuration declares; duplicates count as mistakes at first.

    ``foreign`` has the rows of other tables by the place of the rule that looks into them; without
    it there are no rules across rows.
    """
    across: list[AcrossRule] = []
    if foreign is not None:
        for place, rule in enumerate(given.rules):
            across += rule.across_rules(place, foreign.get(place))
        if given.near_duplicates is not None:
            across.append(given.near_duplicates.across_rule())
    return CleanRules(
        trim=given.trim,
        null_markers=given.null_markers,
        replace=given.replace,
        allowed=given.allowed,
        ranges=given.ranges,
        not_null=given.not_null,
        drop_duplicates=bool(given.drop_duplicates),
        rows=tuple(
            one
            for place, rule in enumerate(given.rules)
            for one in rule.row_rules(place, sensitive)
        ),
        across=tuple(across),
    )

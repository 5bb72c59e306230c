"""Tables beside the seed: named in the configuration, pinned when a run is opened."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from jobs.config import Config, ConfigError
from jobs.reading import read_options
from lakehouse.files import fingerprint, read_source
from lakehouse.listing import look
from lakehouse.tables import TableRef, read


def version_of(spark: SparkSession, source: str) -> str:
    """What a table is now: its version, or of files a hash. InputError where there is none."""
    found = look(spark, source)
    return str(found.fingerprint if found.version is None else found.version)


def rows_at(
    spark: SparkSession, config: Config, setting: str, source: str, version: str
) -> DataFrame:
    """A table's rows at the version of :func:`version_of`; ConfigError where files have changed.

    ``setting`` is where the configuration names the table.
    """
    if look(spark, source).version is not None:
        return read(spark, TableRef(source, int(version)))
    lead = f"table {config.table_name}: {setting}:"
    if fingerprint(spark, source) != version:
        raise ConfigError(
            f"{lead} the files of {source} have changed since the run was opened: start it again"
        )
    found = read_source(spark, source, read_options(config, declared=False))
    if found.broken_lines:
        raise ConfigError(
            f"{lead} {source} has {found.broken_lines:,} lines that cannot be read: repair them"
        )
    return found.frame


def pinned_rules(config: Config, spark: SparkSession) -> Config:
    """The configuration with the versions at which tables of its rules are read from now on.

    InputError where there is no such table. One that is written in the configuration stays.
    """
    section = config.clean
    if not any(rule.foreign_table for rule in section.rules):
        return config
    rules = []
    for rule in section.rules:
        pinned = rule.foreign_version
        if rule.foreign_table is not None and pinned is None:
            pinned = version_of(spark, rule.foreign_table)
            rules.append(rule.model_copy(update={"version": pinned}))
        else:
            rules.append(rule)
    clean = section.model_copy(update={"rules": tuple(rules)})
    return config.model_copy(update={"clean": clean})


def foreign_rows(config: Config, spark: SparkSession) -> dict[int, DataFrame]:
    """The rows of the tables that rules look into, by the rule's place; their versions are pinned.

    No scan of tables; of text files one, to infer their types.
    """
    return {
        place: rows_at(spark, config, rule.setting(place), rule.foreign_table, rule.foreign_version)
        for place, rule in enumerate(config.clean.rules)
        if rule.foreign_table is not None and rule.foreign_version is not None
    }

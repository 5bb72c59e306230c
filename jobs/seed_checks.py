"""What a configuration asks of its seed, checked before any work is done on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jobs.config import Config, ConfigError
from jobs.records import TableRecord
from synth.audit.finding import Finding
from synth.audit.purpose import on_purpose


def require_rows(config: Config, seed: TableRecord) -> None:
    """Too few rows to learn from are refused here, not after half of the stages."""
    least = 2 * config.privacy.min_entities
    for_training = seed.rows * (1 - config.split.holdout_fraction)
    if for_training < least:
        raise ConfigError(
            f"seed table {seed.name} has {seed.rows:,} rows, about {for_training:,.0f} of them to "
            f"train on; at least {least:,} are needed while privacy.min_entities is "
            f"{config.privacy.min_entities}: give more rows, or set it lower"
        )


def require_columns(config: Config, names: tuple[str, ...]) -> None:
    """Every column that the configuration names is there; said before any work.

    What is learned may also be named by its part (``order: year``), which encode finds.
    """
    near = config.clean.near_duplicates
    own = {
        "columns.sensitive": config.columns.sensitive,
        "columns.not_sensitive": config.columns.not_sensitive,
        "columns.keys": config.columns.keys,
        "columns.ignore": config.columns.ignore,
        "columns.forms": tuple(config.columns.forms),
        "split.key": config.split.key,
        "clean.not_null": config.clean.not_null,
        "clean.replace": tuple(config.clean.replace),
        "clean.allowed": tuple(config.clean.allowed),
        "clean.ranges": tuple(config.clean.ranges),
        **{rule.setting(i): rule.columns for i, rule in enumerate(config.clean.rules)},
        "clean.near_duplicates": near.columns if near is not None else (),
    }
    learned = {
        "encode.first": config.encode.first,
        **config.generator_names(),
        "dependencies.add": tuple(columns_of_rules(config)),
        "dependencies.veto": config.dependencies.veto,
        "sample.given": tuple(config.sample.given),
        "task.target": () if config.task.target is None else (config.task.target,),
        "evaluate.slices": config.evaluate.slices,
    }
    for setting, columns in {**own, **learned}.items():
        for name in columns:
            is_part = setting in learned and name.startswith(tuple(f"{n}: " for n in names))
            if name not in names and not is_part:
                raise ConfigError(_lacking(setting, name, config.seed, names))
    if set(names) <= set(config.columns.ignore):
        raise ConfigError(f"columns.ignore leaves no column of {config.seed}: take one out of it")


def _lacking(setting: str, name: str, seed: str, names: tuple[str, ...]) -> str:
    """That a column is not there; of a struct that is learned by its fields, which those are."""
    fields = [own for own in names if own.startswith(f"{name}.")]
    if fields:
        return (
            f"{setting} names {name!r}, which {seed} has by its fields: name each of them that is "
            f"meant: {', '.join(map(repr, fields))}"
        )
    known = ", ".join(map(repr, names))
    return f"{setting} names column {name!r}, which {seed} lacks; it has {known}"


def require_purpose(config: Config) -> None:
    """A use for which real rows are required is refused, unless who answers for it accepts it."""
    for found in on_purpose(config.stated.intended_use):
        if found.name not in config.stated.accept:
            raise ConfigError(
                f"stated.intended_use: {found.evidence}. {found.remedy}; or say who goes on all "
                f"the same, and why: stated.accept: {{{found.name}: {{by: NAME, reason: WHY}}}}"
            )


def require_fit(config: Config, findings: Iterable[Finding]) -> None:
    """A table of which synthetic data is not fit for use is refused, unless that is accepted."""
    for found in findings:
        if found.severity == "error" and found.name not in config.stated.accept:
            raise ConfigError(
                f"{config.seed}: {found.name}: {found.evidence}. {found.remedy}; or say who goes "
                f"on all the same, and why: stated.accept: {{{found.name}: {{by: NAME, reason: "
                "WHY}}"
            )


def accepted(config: Config, findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """Findings that would have stopped the run, and who went on with it; for the lineage.

    ``findings`` as the profile's record has them.
    """
    found = [one.name for one in on_purpose(config.stated.intended_use)]
    found += [one["name"] for one in findings if one["severity"] == "error"]
    given = config.stated.accept
    names = [name for name in dict.fromkeys(found) if name in given]
    return [f"{n}; accepted by {given[n].by}: {given[n].reason}" for n in names]


def columns_of_rules(config: Config) -> Iterator[str]:
    """The columns of the user's own rules, as far as these have their shape: encode checks it."""
    for rule in config.dependencies.add:
        sources = rule.get("sources")
        listed = sources if isinstance(sources, list | tuple) else ()
        yield from (name for name in (*listed, rule.get("target")) if isinstance(name, str))

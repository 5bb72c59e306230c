"""A configuration file to begin with: every setting, its default and its meaning, as comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from jobs.config import Config, ConfigError
from jobs.header import known_columns
from synth.generators.registry import generator_kind, settings_schema

_WIDTH = 96
_GIVEN = {"seed", "lake"}  # what the file itself gives


def write_first_file(config: Config, path: Path) -> Path:
    """Write :func:`first_file` there; ConfigError where a file is there already."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(first_file(config))
    except FileExistsError:
        raise ConfigError(f"{path} is there already: name another file (--out)") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def first_file(config: Config) -> str:
    """YAML that makes the same run as the configuration's seed and lake alone.

    All else stands in comments; taking the ``# `` away from a section's line and from a setting
    puts it in force.
    """
    plain = config.lake.model_dump(mode="json", exclude_none=True)
    lines = [
        "# Lakesynth: what a run reads, makes and keeps. What is in comments is the default.",
        "# lakesynth check --config FILE looks it over; lakesynth run --config FILE runs it.",
        "",
        f"seed: {_value(config.seed)}",
        *_columns(config),
        "lake:",
        *(f"  {key}: {_value(value)}" for key, value in plain.items()),
        "",
    ]
    for name, field in Config.model_fields.items():
        if name in _GIVEN:
            continue
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            lines += [f"# {name}:  # {field.description}", *_settings(config, name, section), ""]
        else:
            lines += [f"# {name}: {_value(field.default)}  # {field.description}", ""]
    return "\n".join(lines)


def _columns(config: Config) -> Iterator[str]:
    """The names of the seed's columns, where its files are here: for keys, sensitive, first."""
    line = "#   columns:"
    for name in known_columns(config) or ():
        if len(line) + len(name) > _WIDTH:
            yield line
            line = "#    "
        line += f" {_value(name)},"
    if "," in line:
        yield line.removesuffix(",")


def _settings(config: Config, section: str, kind: type[BaseModel]) -> Iterator[str]:
    for name, field in kind.model_fields.items():
        if (section, name) == ("train", "settings"):
            yield f"#   {name}:  # {field.description}"
            own = settings_schema(generator_kind(config.train.generator))["properties"]
            for setting, told in own.items():
                words = told.get("description", "")
                yield f"#     {setting}: {_value(told.get('default'))}  # {words}"
            continue
        default = field.get_default(call_default_factory=True)
        if isinstance(default, BaseModel):
            yield f"#   {name}:  # {field.description}"
            yield from (f"#   {line[1:]}" for line in _settings(config, name, type(default)))
            continue
        yield f"#   {name}: {_value(default)}  # {field.description}"


def _value(value: Any) -> str:
    """A value as YAML on one line."""
    plain = list(value) if isinstance(value, tuple) else value
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=10**6)
    return text.strip().removesuffix("...").strip()

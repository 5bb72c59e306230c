"""The configuration that a plan recommends, as a YAML file that ``lakesynth run`` takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from jobs.config import Config, ConfigError
from jobs.config_file import load_config
from synth.planning.recommendation import Recommendation


def require_free(path: Path) -> None:
    """ConfigError where a file is there already: before the work."""
    if path.exists():
        raise ConfigError(f"{path} is there already: name another file (--out)")


def write_plan(config: Config, found: Recommendation, path: Path) -> Path:
    """Write :func:`planned_file` there; ConfigError where that cannot be."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(planned_file(config, found))
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def planned_file(config: Config, found: Recommendation) -> str:
    """The configuration's own settings under those that are recommended, each with its reason."""
    changes = {one.setting: one.value for one in found.suggestions}
    planned = _with(config, changes)
    lines = [
        f"# Lakesynth, as planned for {found.table}: {found.facts.words()}.",
        "# lakesynth run --config FILE runs it; lakesynth schema tells every setting.",
        *(f"# {one.setting}: {one.reason}" for one in found.suggestions),
    ]
    plain = planned.model_dump(mode="json", exclude_defaults=True, exclude={"session": {"extra"}})
    text = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)
    return "\n".join(lines) + "\n\n" + text


def _with(config: Config, changes: dict[str, Any]) -> Config:
    """The configuration under changes by dotted keys, checked as any is."""
    plain = config.model_dump(mode="json", exclude_defaults=True)
    for key, value in changes.items():
        *sections, name = key.split(".")
        place = plain
        for section in sections:
            place = place.setdefault(section, {})
        own = place.get(name)
        place[name] = [*own, *value] if isinstance(own, list) and isinstance(value, list) else value
    return load_config(None, {key: value for key, value in plain.items() if value is not None})

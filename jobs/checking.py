"""What can be said of a configuration and its seed before Spark starts; nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jobs.config import Config
from jobs.header import known_columns
from jobs.identity import settings
from jobs.lake import Lake
from jobs.mlflow_tracking import require_tracking
from jobs.seed_checks import require_columns, require_purpose
from jobs.stages import STAGES


def checked(config: Config) -> dict[str, Any]:
    """The facts of a configuration that is sound; ConfigError or InputError where it is not.

    ``columns`` is None where only Spark can tell them. ``settings`` are those that differ from
    their defaults.
    """
    columns = known_columns(config)
    if columns is not None:
        require_columns(config, columns)
    require_tracking(config.mlflow)
    require_purpose(config)
    lake = Lake.of(config)
    changed = [one for one in settings(config, STAGES).values() if not one.is_default]
    return {
        "seed": config.seed,
        "is_here": Path(config.seed).exists(),
        "columns": None if columns is None else list(columns),
        "table": config.table_name,
        "synthetic": lake.table(config.table_name, "synthetic"),
        "files": str(lake.files),
        "generator": _generators(config),
        "settings": {one.key: one.value for one in changed if one.key not in ("seed", "table")},
    }


def _generators(config: Config) -> str:
    """The generator, or each of several with its settings."""
    several = config.train.generators
    return ", ".join(one.words for one in several) if several else config.train.generator

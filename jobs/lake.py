"""Names and folders of a lake: where each table and each file of a run is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from jobs.config import Config, ConfigError
from lakehouse.tables import is_path

ROLES = ("seed", "clean", "quarantine", "train", "holdout", "synthetic")


@dataclass(frozen=True)
class Lake:
    """``tables`` is a folder or ``catalog.schema``; ``files`` a folder that every node sees."""

    tables: str
    files: Path

    @classmethod
    def of(cls, config: Config) -> Lake:
        """The lake of a configuration; ConfigError where files have no place."""
        tables, files = config.lake.tables.rstrip("/"), config.lake.files
        in_folders = is_path(tables) or "." not in tables
        if in_folders and files is None and re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", tables):
            raise ConfigError(
                f"lake.tables is {tables}: set lake.files to a mounted folder that every node sees"
            )
        if not in_folders and files is None:
            raise ConfigError(
                f"lake.tables is the catalog schema {tables}: set lake.files to a folder that "
                "every node sees, for example /Volumes/main/lakesynth/files"
            )
        if files is None:
            return cls(str(Path(tables).absolute() / "tables"), Path(tables).absolute() / "files")
        base = str(Path(tables).absolute()) if in_folders and "://" not in tables else tables
        return cls(base, Path(files).absolute())

    @property
    def in_folders(self) -> bool:
        return is_path(self.tables)

    def table(self, table: str, role: str) -> str:
        """The name of a table's role, for example its ``clean`` rows."""
        if self.in_folders:
            return f"{self.tables}/{table}/{role}"
        return f"{self.tables}.{table}_{role}"

    def candidate(self, table: str, run_id: str, identity: str, number: int = 1) -> str:
        """The table of a sample that a run has made, by the sample's ``identity``.

        Of several candidates the first is named as if it were the only one.
        """
        name, beside = f"{run_id}-{identity[:8]}", "" if number == 1 else f"-{number}"
        if self.in_folders:
            return f"{self.tables}/{table}/candidates/{name}{beside}"
        return f"{self.tables}.{f'{name}-candidate{beside}'.replace('-', '_')}"

    def registry(self, name: str) -> str:
        """The name of a table of the registry: ``runs`` or ``metrics``."""
        if self.in_folders:
            return f"{self.tables}/_lakesynth/{name}"
        return f"{self.tables}.lakesynth_{name}"

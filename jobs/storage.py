"""The place of a lake's files: seen by Python and Spark alike, and open to this user's writes."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from jobs.config import ConfigError

DATABRICKS = "DATABRICKS_RUNTIME_VERSION"  # set on every node of a cluster there
_VOLUME = re.compile(r"/Volumes/[^/]+/[^/]+/[^/]+")


def require_storage(folder: Path) -> None:
    """ConfigError where a run cannot keep its files in a folder: said before Spark starts."""
    require_one_place(folder)
    probe = folder / f".lakesynth-{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"can be written")  # whole and once, as all files of a run are
        probe.unlink()
    except OSError as error:
        raise ConfigError(
            f"the lake cannot be written: {error.strerror or error} ({folder}); choose another "
            "folder (--lake, lake.files), or give this user the right to write there"
        ) from error


def require_one_place(folder: Path) -> None:
    """ConfigError where Python and Spark would each take a path for a place of their own.

    On Databricks Python reads ``/mnt/lake`` from the driver's disk, and Spark from DBFS. Only a
    volume has the same path for both, and for Python on the executors.
    """
    if os.environ.get(DATABRICKS) and not _VOLUME.match(str(folder)):
        raise ConfigError(
            f"lake.files is {folder}: on Databricks that is one place to Python and another to "
            "Spark; set lake.files to a folder of a Unity Catalog volume, "
            "/Volumes/CATALOG/SCHEMA/VOLUME/..."
        )

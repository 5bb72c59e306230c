"""A lake's files have one place that Python and Spark see, and it takes files."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.config import ConfigError
from jobs.storage import DATABRICKS, require_one_place, require_storage

VOLUME = "/Volumes/main/synthetic/lakesynth"


@pytest.mark.parametrize("place", ["/mnt/lake", "/dbfs/mnt/lake", "/Volumes/main", "/tmp/lake"])
def test_on_databricks_a_path_that_is_two_places_is_refused(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABRICKS, "18.0")
    with pytest.raises(ConfigError, match=f"lake.files is {place}: .*set lake.files to .*/Volumes"):
        require_one_place(Path(place))


def test_on_databricks_a_volume_is_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABRICKS, "18.0")
    require_one_place(Path(VOLUME))
    require_one_place(Path(VOLUME, "lake", "files"))


def test_elsewhere_every_folder_is_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATABRICKS, raising=False)
    require_one_place(Path("/mnt/lake"))


def test_a_folder_is_made_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    require_storage(tmp_path / "lake" / "files")
    assert list((tmp_path / "lake" / "files").iterdir()) == []


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ConfigError, match=r"the lake cannot be written: .*taken.*; choose another"):
        require_storage(tmp_path / "taken" / "files")

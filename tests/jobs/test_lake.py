from pathlib import Path

import pytest

from jobs.config import Config, ConfigError
from jobs.config_file import load_config
from jobs.lake import Lake


def config(**changes: object) -> Config:
    return load_config(None, {"seed": "people.csv", "lake.tables": "lake", **changes})


def test_names_of_tables_in_folders_and_in_a_catalog(tmp_path: Path) -> None:
    lake = Lake.of(config(**{"lake.tables": str(tmp_path)}))
    assert lake.table("t", "clean") == f"{tmp_path}/tables/t/clean"
    assert lake.files == tmp_path / "files"
    catalog = {"lake.tables": "main.gold", "lake.files": str(tmp_path)}
    assert Lake.of(config(**catalog)).table("t", "clean") == "main.gold.t_clean"
    name = "0123456789abcdef"
    assert lake.candidate("t", "t-ab-1", name) == f"{tmp_path}/tables/t/candidates/t-ab-1-01234567"
    named = Lake.of(config(**catalog)).candidate("t", "t-ab-1", name)
    assert named == "main.gold.t_ab_1_01234567_candidate"
    second = lake.candidate("t", "t-ab-1", name, 2)
    assert second == f"{tmp_path}/tables/t/candidates/t-ab-1-01234567-2"
    second = Lake.of(config(**catalog)).candidate("t", "t-ab-1", name, 2)
    assert second == "main.gold.t_ab_1_01234567_candidate_2"
    with pytest.raises(ConfigError, match=r"set lake\.files"):
        Lake.of(config(**{"lake.tables": "main.gold"}))
    with pytest.raises(ConfigError, match=r"set lake\.files"):
        Lake.of(config(**{"lake.tables": "s3a://bucket/lake"}))


def test_the_registry_lies_beside_the_tables(tmp_path: Path) -> None:
    folders = Lake.of(config(**{"lake.tables": f"{tmp_path}/"}))
    assert folders.in_folders
    assert folders.registry("runs") == f"{tmp_path}/tables/_lakesynth/runs"
    catalog = Lake("main.gold", tmp_path)
    assert not catalog.in_folders
    assert catalog.registry("metrics") == "main.gold.lakesynth_metrics"


def test_files_may_be_elsewhere_than_tables(tmp_path: Path) -> None:
    apart = {"lake.tables": f"{tmp_path}/t", "lake.files": f"{tmp_path}/f"}
    assert Lake.of(config(**apart)) == Lake(f"{tmp_path}/t", tmp_path / "f")
    stored = {"lake.tables": "s3a://bucket/lake/", "lake.files": f"{tmp_path}/f"}
    assert Lake.of(config(**stored)) == Lake("s3a://bucket/lake", tmp_path / "f")

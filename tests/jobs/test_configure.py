from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jobs.config import ConfigError
from jobs.configure import configure
from jobs.run import Run


def test_a_relative_seed_and_lake_are_meant_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text("a\n1\n")
    found = configure(seed="people.csv", lake="lake")
    assert (found.seed, found.lake.tables) == (f"{tmp_path}/people.csv", f"{tmp_path}/lake")
    catalog = configure(seed="main.sales.orders", lake="main.gold", changes={"lake.files": "f"})
    assert (catalog.seed, catalog.lake.tables) == ("main.sales.orders", "main.gold")
    assert catalog.lake.files == f"{tmp_path}/f"


def test_a_named_run_needs_no_other_configuration(finished: Run, tmp_path: Path) -> None:
    lake = finished.lake.files.parent
    found = configure(lake=str(lake), rows=77, run_id=finished.id)
    assert (found.sample.rows, found.train.settings) == (77, {"steps": 30})
    assert found.seed == finished.config.seed
    moved = tmp_path / "moved"
    shutil.copytree(lake / "files" / finished.id, moved / "files" / finished.id)
    assert configure(lake=str(moved), run_id=finished.id).lake.tables == str(moved)
    with pytest.raises(ConfigError, match="there is no run people-0-9 under"):
        configure(lake=str(lake), run_id="people-0-9")
    with pytest.raises(ConfigError, match="names no lake"):
        configure(run_id=finished.id)

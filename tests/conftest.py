"""What all tests share: one Spark session, started by the first test that needs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.session import SessionSettings, open_session


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """The house's own session on two cores; its log is in pytest's temporary folder."""
    log_file = tmp_path_factory.mktemp("spark") / "spark.log"
    session = open_session(SessionSettings(master="local[2]", log_file=log_file))
    yield session
    session.stop()


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A folder for Delta tables; its name has a space, as users' folders do."""
    folder = tmp_path / "the lake"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def adult_csv() -> Path:
    """The Adult census table that ships with the package."""
    from synth.datasets import adult_path

    return adult_path()

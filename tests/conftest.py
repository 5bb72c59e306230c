"""What all tests share: one Spark session, started by the first test that needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.session import SMALL_SETTINGS, SessionSettings, open_session
from tests.class_archive import archive_options

# A command's JVM lives for a minute: compiling its code a second time, better, does not pay, nor
# does collecting garbage beside it. The session that the tests share lives for all of them: there
# better code pays within a few runs, and takes a third off each that follows.
BRIEF = "-XX:TieredStopAtLevel=1"
os.environ.setdefault("JDK_JAVA_OPTIONS", f"-XX:+UseSerialGC {BRIEF}")
# Ray puts its workers behind all others (nice 15): beside another process of tests they starve.
os.environ.setdefault("RAY_worker_niceness", "0")

LONGEST = (
    "test_command",
    "test_bad_input",
    "test_readme",
    "test_launch",
    "test_ray_on_spark",
    "test_petastorm",
    "test_spark_connect",
    "test_generator_packages",
    "test_whole_files",
    "test_notebooks",
    "test_cluster",
    "test_mlflow_tracking",
    "test_end_to_end",
)


def pytest_configure(config: pytest.Config) -> None:
    """Processes of tests inherit what the first one has set."""
    cache = getattr(config, "cache", None)
    if cache is not None and not hasattr(config, "workerinput") and not config.option.collectonly:
        own = cache.mkdir("classes")
        os.environ["JDK_JAVA_OPTIONS"] = archive_options(own, os.environ["JDK_JAVA_OPTIONS"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, so that two processes end at about the same time."""
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


@pytest.fixture(autouse=True)
def _same_draws() -> None:
    """A test that draws from torch's own generator draws alike whichever tests ran before it."""
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """The house's own session on two cores; its log is in pytest's temporary folder.

    It is set up for small tables, as a command sets its own up for seeds as small as those of the
    tests: that takes a sixth off them. Slow tests have sessions of every other kind.
    """
    log_file = tmp_path_factory.mktemp("spark") / "spark.log"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", os.environ["JDK_JAVA_OPTIONS"].replace(BRIEF, ""))
        session = open_session(
            SessionSettings(master="local[2]", log_file=log_file, extra=SMALL_SETTINGS)
        )
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

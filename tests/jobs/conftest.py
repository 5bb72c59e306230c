"""What tests of several stages share: one finished run, made once for all processes of tests."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import do_all
from jobs.run import Run
from tests.lakes import people, started, write_csv


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of one call of pytest see."""
    base = tmp_path_factory.getbasetemp()
    common = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "common"
    common.mkdir(exist_ok=True)
    return common


@contextmanager
def one_at_a_time(common: Path, name: str) -> Iterator[None]:
    """Processes of tests wait for each other; the lock goes with the process that has it."""
    with (common / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def seed(common: Path) -> Path:
    """People as a CSV file, which tests leave as it is."""
    path = common / "people.csv"
    with one_at_a_time(common, "seed"):
        if not path.exists():
            write_csv(people(), path)
    return path


@pytest.fixture(scope="session")
def finished(spark: SparkSession, seed: Path, common: Path) -> Run:
    """One whole run that tests only read, its published table included."""
    with one_at_a_time(common, "finished"):
        run = started(spark, seed, common / "lake")
        do_all(run)  # the second process finds all of it done
    return run

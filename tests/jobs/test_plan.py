"""What a plan takes from a configuration; the whole of it stands in test_plan_command.py."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs.config import Config, ConfigError
from jobs.config_file import load_config
from jobs.plan import memory_bytes, plan_run, scan_factor, work_of
from jobs.progress import Reporter
from synth.planning.rates import SCAN
from synth.planning.speed import ROUND_SECONDS, Speed


def config(tmp_path: Path, **changes: Any) -> Config:
    own = {key.replace("__", "."): value for key, value in changes.items()}
    return load_config(None, {"seed": "people.csv", "lake.tables": str(tmp_path), **own})


def test_the_work_is_that_of_the_settings(tmp_path: Path) -> None:
    usual = work_of(config(tmp_path), 10_000, 20)
    assert (usual.train_rows, usual.synthetic_rows, usual.columns) == (8000, 10_000, 20)
    assert usual.heap_bytes == 2**31 and not usual.by_entity and not usual.under_ray
    given = config(
        tmp_path,
        sample__rows=500,
        sample__candidates=3,
        split__holdout_fraction=0.5,
        split__key=["who"],
        evaluate__privacy="off",
        train__launch="local",
    )
    found = work_of(given, 10_000, 20, is_copied=False)
    assert (found.train_rows, found.synthetic_rows) == (5000, 1500)
    assert found.by_entity and found.under_ray and not found.is_copied
    assert found.privacy == "off"


def test_a_long_fit_is_under_ray_and_one_of_counts_is_not(tmp_path: Path) -> None:
    assert work_of(config(tmp_path), 10_000_000, 50).under_ray
    assert not work_of(config(tmp_path, train__generator="marginal"), 10_000_000, 50).under_ray


def test_a_scan_tells_how_quick_spark_is_but_not_one_of_text(tmp_path: Path) -> None:
    work = work_of(config(tmp_path), 10**6, 10)
    busy = Speed(8 * ROUND_SECONDS, 4 * ROUND_SECONDS, 2)
    seconds = 6 * SCAN.seconds(10)
    idle = replace(busy, seconds=busy.cpu_seconds)
    assert scan_factor("parquet", seconds, work, idle) == pytest.approx(6)
    assert scan_factor("parquet", seconds, work, busy) == pytest.approx(math.sqrt(3 * 2))
    assert scan_factor("csv", seconds, work, busy) == pytest.approx(2)


@pytest.mark.parametrize(
    ("text", "size"), [("2g", 2**31), ("512m", 2**29), ("1024", 1024), ("3GB", 3 * 2**30)]
)
def test_sizes_are_read_as_spark_writes_them(text: str, size: int) -> None:
    assert memory_bytes(text) == size


def test_a_size_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"session\.driver_memory is 'much': write a size"):
        memory_bytes("much")


def test_what_this_machine_lacks_is_said_before_spark_starts(tmp_path: Path) -> None:
    def never() -> Any:
        raise AssertionError("Spark was started")

    asked = config(tmp_path, train__use_gpu=True, train__launch="in_process")
    with pytest.raises(ConfigError, match="GPU"):
        plan_run(never, asked, Reporter())

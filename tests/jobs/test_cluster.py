from __future__ import annotations

import pytest

from jobs.cluster import asked_of_one, cluster
from jobs.config import ConfigError
from jobs.model_sections import TrainConfig


def test_a_worker_asks_for_a_cpu_and_what_else_is_given() -> None:
    assert asked_of_one(TrainConfig()) == {"CPU": 1.0, "GPU": 0.0}
    given = TrainConfig(use_gpu=True, resources={"CPU": 2, "fast": 0.5})
    assert asked_of_one(given) == {"CPU": 2, "GPU": 1.0, "fast": 0.5}


def test_a_running_cluster_has_an_address() -> None:
    with (
        pytest.raises(ConfigError, match=r"set train\.address, or use launch: local"),
        cluster(TrainConfig(launch="address"), workers=1),
    ):
        pytest.fail("it has begun")

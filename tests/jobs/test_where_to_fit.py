from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs.fit_spec import FitSpec
from jobs.model_sections import TrainConfig
from jobs.where_to_fit import RAY_FOLDER, SHORT, expected_seconds, where_to_fit
from tests.jobs.test_launch import folder, spec

__all__ = ["folder"]  # a fixture


def test_few_rows_are_fitted_in_this_process(folder: Path) -> None:
    plain = FitSpec(str(folder), "autoregressive")
    assert where_to_fit(plain, TrainConfig())[0] == "in_process"
    wider = replace(plain, settings={"batch_rows": 2700})
    assert expected_seconds(wider) > 10 * expected_seconds(plain) / 2  # type: ignore[operator]
    assert expected_seconds(wider) > SHORT  # type: ignore[operator]
    where, why = where_to_fit(wider, TrainConfig(settings=wider.settings))
    assert (where, "learning may take about" in why) == ("local", True)


@pytest.mark.parametrize(
    ("asked", "where", "reason"),
    [
        ({"workers": 2}, "local", "train.workers is 2"),
        ({"use_gpu": True}, "local", "train.use_gpu is set"),
        ({"resources": {"CPU": 4}}, "local", "train.resources are asked for"),
        ({"address": "auto"}, "address", "train.address names a cluster"),
    ],
)
def test_what_is_asked_of_a_cluster_is_fitted_on_one(
    folder: Path, asked: dict[str, Any], where: str, reason: str
) -> None:
    found, why = where_to_fit(spec(folder, steps=20), TrainConfig(**asked))
    assert (found, reason in why) == (where, True)


def test_a_fit_that_began_under_ray_goes_on_there(folder: Path) -> None:
    begun = spec(folder, steps=20)
    assert where_to_fit(begun, TrainConfig())[0] == "in_process"
    (folder / RAY_FOLDER).mkdir()
    assert where_to_fit(begun, TrainConfig())[0] == "local"

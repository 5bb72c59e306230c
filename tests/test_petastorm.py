"""Whole work in petastorm's environment, whose reader feeds the workers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jobs.launch import launch
from jobs.model_sections import TrainConfig
from synth.sampling.model_folder import load_manifest
from tests.jobs.runs import leave_codes
from tests.jobs.test_launch import spec
from tests.lakehouse.codes import write_codes
from tests.lakehouse.test_feed import need
from tests.lakes import LOOSE, lakesynth
from tests.synth.fits import encoded
from tests.synth.tables import mixed_table

pytestmark = [pytest.mark.slow, pytest.mark.petastorm, pytest.mark.timeout(900)]


@pytest.fixture(autouse=True)
def _petastorm_is_here() -> None:
    need("petastorm")


def test_two_workers_under_ray_take_a_row_group_each(tmp_path: Path) -> None:
    encoder, codes, statistics = encoded(mixed_table(3000))
    leave_codes(tmp_path, encoder, codes[300:1500], statistics)
    names = [f"c{place}" for place in range(codes.shape[1])]
    write_codes(codes[1500:], tmp_path / "codes" / "part=train" / "b.parquet", names)
    for place, part in enumerate(np.array_split(codes[:300], 2)):
        write_codes(part, tmp_path / "codes" / "part=validation" / f"{place}.parquet", names)
    launch(
        replace(spec(tmp_path, steps=20, evaluation_steps=5), reader="petastorm"),
        TrainConfig(launch="local", workers=2, reader="petastorm"),
    )
    told = load_manifest(tmp_path / "model")["about"]["training"]
    assert (told["workers"], told["steps"], told["rows"]) == (2, 20, 2700)


def test_the_demo_publishes_a_table(tmp_path: Path) -> None:
    done = lakesynth(
        *("demo", "--rows", "3000", "--json", tmp_path / "demo"),
        train__reader="petastorm",
        train__launch="in_process",
        train__settings__steps=150,
        evaluate__two_sample=False,
        evaluate__utility=False,
        evaluate__privacy="off",
        gates__bounds=LOOSE,
    )
    assert done.code == 0, done.err
    assert done.json["verdict"] == "published"
    assert done.json["tables"]["synthetic"]["rows"] == 3000
    assert "Warning" not in done.err and "Traceback" not in done.err

"""The train stage of several runs: what is kept, told and refused; Ray stands aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs import train_at_once as module
from jobs.fit_spec import FitSpec
from jobs.launch import fit_here
from jobs.launch_many import Ended
from jobs.lock import LOCK
from jobs.model_sections import TrainConfig
from jobs.run import Run
from jobs.train_at_once import train_at_once
from synth.table.errors import InputError
from tests.jobs.runs import bare_run, book_all, leave_codes
from tests.lakes import spoken
from tests.synth.fits import encoded
from tests.synth.tables import mixed_table


@pytest.fixture
def runs(tmp_path: Path) -> list[Run]:
    """Runs that are encoded: two that learn, and one of counts."""
    given: list[dict[str, Any]] = [
        {"generator": "mixture"},
        {"generator": "mixture", "settings": {"passes": 2}},
        {"generator": "marginal"},
    ]
    made = list[Run]()
    for place, train in enumerate(given):
        run = bare_run(
            tmp_path,
            name=f"people-{place}-1",
            **{f"train__{key}": value for key, value in train.items()},
        )
        if made:
            run = replace(run, reporter=made[0].reporter)
        leave_codes(run.folder, *encoded(mixed_table(600)))
        book_all(run, {}, "ingest", "profile", "clean", "split", "encode")
        made.append(run)
    return made


def here(failing: dict[int, Exception]) -> Callable[..., None]:
    """A launcher that fits in this process, and fails where it is told to."""

    def launch(specs: Sequence[FitSpec], config: TrainConfig, at_once: int, ended: Ended) -> None:
        assert at_once == min(2, len(specs))
        for place, spec in enumerate(specs):
            if place not in failing:
                fit_here(spec)
            ended(place, 1.5, failing.get(place))

    return launch


def test_one_that_fails_does_not_lose_the_others(
    runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "launch_many", here({1: InputError("the loss is nan")}))
    said = (
        r"1 of 2 generators could not be fitted: run people-1-1, mixture \(passes 2\): the loss is "
        r"nan\. What else was fitted \(1\) is finished and kept\. .* take it out of train\.gen"
    )
    with pytest.raises(InputError, match=said):
        train_at_once(runs, 2)
    assert [run.find_record("train") is not None for run in runs] == [True, False, False]
    record = runs[0].record("train")
    assert record.seconds == 1.5 and "one of 2 generators, 2 at the same time" in record.notes[1]
    assert "run people-0-1, mixture: mixture: " in spoken(runs[0])
    assert not any((run.folder / LOCK).exists() for run in runs)

    monkeypatch.setattr(module, "launch_many", here({}))  # and the same again goes on
    train_at_once(runs, 2)
    assert [run.find_record("train") is not None for run in runs] == [True, True, False]
    assert runs[0].record("train") == record
    monkeypatch.setattr(module, "launch_many", pytest.fail)
    train_at_once(runs, 2)


def test_a_fault_of_ours_is_no_input_error(
    runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = RuntimeError("ray::_fit()\n  File x.py\nRuntimeError: out of memory")
    monkeypatch.setattr(module, "launch_many", here({0: broken, 1: InputError("no")}))
    with pytest.raises(RuntimeError, match="mixture: RuntimeError: out of memory; run") as caught:
        train_at_once(runs, 2)
    assert not isinstance(caught.value, InputError) and caught.value.__cause__ is broken

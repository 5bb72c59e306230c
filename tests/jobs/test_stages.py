"""The table of stages: complete, in order, and each a function of its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jobs
from jobs.config import Config
from jobs.stages import BY_NAME, LATER_STAGES, MODEL_STAGES, REPLACED, STAGES, before


def test_stages_read_only_what_comes_before_them() -> None:
    assert MODEL_STAGES + LATER_STAGES == STAGES
    for stage in STAGES:
        assert set(BY_NAME[stage].reads) <= set(before(stage))


def test_every_stage_is_a_function_of_its_name() -> None:
    for name, stage in BY_NAME.items():
        assert stage.work.__name__ == name and stage.work.__doc__
        source = Path(jobs.__path__[0]) / f"{stage.module.removeprefix('jobs.')}.py"
        assert '__name__ == "__main__"' not in source.read_text("utf-8")


def test_a_run_is_named_after_all_up_to_its_model() -> None:
    assert MODEL_STAGES[-1] == "train" and LATER_STAGES[0] == "sample"
    assert before("ingest") == () and before("sample") == MODEL_STAGES
    assert set(REPLACED) <= set(MODEL_STAGES)


def test_settings_of_stages_are_those_of_the_configuration() -> None:
    for stage in BY_NAME.values():
        for key in stage.settings:
            section: Any = Config
            for part in key.split("."):
                assert part in section.model_fields, (stage.name, key)
                section = section.model_fields[part].annotation

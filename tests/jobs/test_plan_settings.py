"""Settings that a plan recommends: none without a reason."""

from __future__ import annotations

from dataclasses import replace

from jobs.plan_settings import suggestions
from synth.planning.choice import Asked

ASKED = Asked("autoregressive", False)


def keys(asked: Asked, seconds: float | None = 10.0, **more: list[str]) -> dict[str, object]:
    given = {"identifying": [], "prose": [], **more}
    found = suggestions(asked, given["identifying"], given["prose"], seconds)
    return {one.setting: one.value for one in found}


def test_nothing_is_changed_without_a_reason() -> None:
    assert keys(ASKED) == {}


def test_columns_that_identify_and_prose_are_set_apart() -> None:
    found = keys(ASKED, identifying=["mail"], prose=["story"])
    assert found == {"columns.sensitive": ["mail"], "columns.ignore": ["story"]}


def test_conditions_are_learned_unless_they_are_set() -> None:
    asked = replace(ASKED, conditions=("sex", "age"))
    assert keys(asked) == {"train.settings.conditions": [["sex", "age"]]}
    assert keys(replace(asked, settings=("conditions",))) == {}
    assert keys(replace(asked, generator="mixture")) == {}


def test_a_gpu_is_used_for_long_fits() -> None:
    asked = replace(ASKED, has_gpu=True)
    assert keys(asked, 600.0) == keys(asked, None) == {"train.use_gpu": True}
    assert keys(asked, 10.0) == keys(replace(asked, uses_gpu=True), 600.0) == {}

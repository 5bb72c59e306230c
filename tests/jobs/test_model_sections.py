from typing import Any

import pytest
from pydantic import ValidationError

from jobs.model_sections import MOST_CANDIDATES, SampleConfig, TrainConfig


def test_settings_are_those_that_differ_from_the_defaults() -> None:
    assert TrainConfig(settings={"patience": 4, "steps": 300}).settings == {"steps": 300}
    with pytest.raises(ValidationError, match=r"steps has moved: write train\.settings\.steps"):
        TrainConfig.model_validate({"steps": 300})


def test_a_generator_that_is_not_there_is_refused() -> None:
    there = r"no generator 'ctgn'; did you mean ctgan\? there are: autoregressive"
    with pytest.raises(ValidationError, match=there):
        TrainConfig(generator="ctgn")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"at_once": 0}, "greater than or equal to 1"),
        ({"at_once": 2}, "at_once is 2, and there is one generator: name several in generators"),
        (
            {"at_once": 2, "generators": ["mixture", "ctgan"], "workers": 2},
            "at_once is 2, and workers is 2: a generator that is fitted beside others has one",
        ),
        (
            {"at_once": 2, "generators": ["mixture", "ctgan"], "launch": "in_process"},
            "launch is in_process: fits at the same time are under Ray; set launch to auto",
        ),
    ],
)
def test_fits_at_the_same_time_that_cannot_be_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TrainConfig.model_validate(given)


def test_each_of_several_at_once_is_a_run_as_of_its_generator_alone() -> None:
    several = TrainConfig.model_validate({"at_once": 2, "generators": ["mixture", "ctgan"]})
    assert several.alone()[0] == TrainConfig(generator="mixture")
    assert TrainConfig.model_validate({"address": "ray://x"}).on_running_cluster
    assert not several.on_running_cluster


def test_given_rows_go_with_no_other_wish_on_rows() -> None:
    assert SampleConfig(given_rows="people.csv").rows is None
    with pytest.raises(ValidationError, match="given_rows and rows cannot go together"):
        SampleConfig(given_rows="people.csv", rows=5)
    with pytest.raises(ValidationError, match="temperature and given cannot go together"):
        SampleConfig(temperature=0.5, given={"city": "Rome"})


def test_each_candidate_has_a_temperature() -> None:
    assert SampleConfig().each_temperature == (1.0,)
    assert SampleConfig(candidates=3, temperature=0.5).each_temperature == (0.5, 0.5, 0.5)
    section = SampleConfig(candidates=2, temperatures=(1.0, 0.5), rows=9)
    assert section.each_temperature == (1.0, 0.5)
    assert section.alone(1) == SampleConfig(rows=9)
    assert section.alone(2) == SampleConfig(rows=9, temperature=0.5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"candidates": 0}, "greater than or equal to 1"),
        ({"candidates": 9}, "less than or equal to 8"),
        ({"temperatures": (0.5, 1.0)}, "temperatures has 2, and candidates is 1: give each"),
        ({"candidates": 2, "temperatures": (0.0, 1.0)}, "temperatures must be above 0"),
        (
            {"candidates": 2, "temperatures": (0.5, 1.0), "temperature": 0.5},
            "temperature and temperatures cannot go together",
        ),
        (
            {"candidates": 2, "temperatures": (0.5, 1.0), "given": {"city": "Rome"}},
            "temperature and given cannot go together",
        ),
    ],
)
def test_candidates_that_cannot_be_made_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SampleConfig(**given)


def test_conditions_and_given_rows_go_with_candidates() -> None:
    assert SampleConfig(candidates=2, given={"city": "Rome"}).candidates == 2
    assert SampleConfig(candidates=2, given_rows="people.csv").candidates == 2


def test_each_of_several_generators_is_the_section_of_one_alone() -> None:
    given = ["marginal", {"generator": "autoregressive", "settings": {"steps": 9, "patience": 4}}]
    section = TrainConfig.model_validate({"generators": given, "workers": 2})
    assert [one.words for one in section.generators] == ["marginal", "autoregressive (steps 9)"]
    assert section.alone() == (
        TrainConfig(generator="marginal", workers=2),
        TrainConfig(settings={"steps": 9}, workers=2),
    )
    alone = TrainConfig()
    assert alone.alone() == (alone,)


def steps(count: int) -> dict[str, Any]:
    return {"generator": "autoregressive", "settings": {"steps": count}}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"generators": ["ctgn"]}, "no generator 'ctgn'"),
        ({"generators": [steps(0)]}, "steps: Input should be greater than"),
        (
            {"generators": ["autoregressive", steps(9), steps(9)]},
            r"generators names autoregressive \(steps 9\) twice",
        ),
        ({"generators": ["marginal"], "generator": "marginal"}, "generators and generator cannot"),
        (
            {"generators": ["marginal"], "settings": {}},
            "generators and settings cannot go together",
        ),
        ({"generators": [steps(k + 1) for k in range(MOST_CANDIDATES + 1)]}, "at most 8 items"),
        ({"generators": [{**steps(9), "workers": 2}]}, "Extra inputs are not permitted"),
    ],
)
def test_generators_that_cannot_be_held_against_each_other_are_refused(
    given: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        TrainConfig.model_validate(given)

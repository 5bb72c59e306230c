import pytest
from pydantic import ValidationError

from jobs.model_sections import SampleConfig, TrainConfig


def test_settings_are_those_that_differ_from_the_defaults() -> None:
    assert TrainConfig(settings={"patience": 4, "steps": 300}).settings == {"steps": 300}
    with pytest.raises(ValidationError, match=r"steps has moved: write train\.settings\.steps"):
        TrainConfig.model_validate({"steps": 300})


def test_a_generator_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValidationError, match="no generator 'ctgn'; there are: autoregressive"):
        TrainConfig(generator="ctgn")


def test_given_rows_go_with_no_other_wish_on_rows() -> None:
    assert SampleConfig(given_rows="people.csv").rows is None
    with pytest.raises(ValidationError, match="given_rows and rows cannot go together"):
        SampleConfig(given_rows="people.csv", rows=5)
    with pytest.raises(ValidationError, match="temperature and given cannot go together"):
        SampleConfig(temperature=0.5, given={"city": "Rome"})

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from jobs.identity import configuration
from jobs.model_sections import TrainConfig
from jobs.search_section import SearchConfig
from tests.lakes import configured

HIDDEN = {"settings": {"hidden": [16, 32]}}


def test_numbers_stay_as_they_are_given() -> None:
    asked = {"hidden": {"from": 16, "to": 64, "log": True}, "dropout": [0, 0.5]}
    section = SearchConfig.model_validate({"settings": asked})
    assert section.model_dump(mode="json")["settings"] == asked
    assert isinstance(section.settings["hidden"]["from"], int)


def test_no_search_is_the_default_and_trials_alone_are_refused() -> None:
    assert SearchConfig() == SearchConfig(trials=8)
    with pytest.raises(ValidationError, match="search has seconds, trials and no settings to try"):
        SearchConfig(trials=3, seconds=5)
    with pytest.raises(ValidationError, match="search has trials and no settings to try: name so"):
        SearchConfig(trials=3)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"generators": ["mixture", "ctgan"]}, "search: generators are several; leave one of"),
        ({"workers": 2}, "search: workers is 2, and a trial has one; leave one of them out"),
        ({"launch": "in_process"}, "search: launch is in_process, and trials are under Ray"),
        ({"generator": "marginal"}, "search.settings: generator 'marginal' cannot be searched"),
        ({"search": {"settings": {"hidden": [1]}}}, r"search.settings: hidden: .*\(given: 1\)"),
        ({"search": {"settings": {"hidden": {"form": 1}}}}, "search.settings: hidden: a range is"),
        ({"search": {**HIDDEN, "trials": 0}}, "search.trials"),
        ({"search": {**HIDDEN, "seconds": 0}}, "search.seconds"),
    ],
)
def test_what_does_not_go_with_a_search_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TrainConfig.model_validate({"search": HIDDEN, **given})


def test_another_search_is_another_run(tmp_path: Any) -> None:
    def named(**changes: Any) -> str:
        own = configured("people.csv", tmp_path, train__launch="auto", **changes)
        return configuration(own, "train")

    asked = {"train__search__settings": {"hidden": [16, 32]}}
    names = [
        named(),
        named(**asked),
        named(train__search__settings={"hidden": [16, 64]}),
        named(**asked, train__search__trials=4),
        named(**asked, train__search__seconds=60),
    ]
    assert len(set(names)) == len(names)
    assert named(train__search__trials=8) == names[0]  # the default


def test_a_configuration_with_a_search_equals_itself_through_yaml(tmp_path: Any) -> None:
    from jobs.config_file import load_config

    given = configured(
        "people.csv",
        tmp_path,
        train__launch="auto",
        train__search={"settings": {"hidden": {"from": 16, "to": 64}, "dropout": [0.1, 0.2]}},
    )
    path = tmp_path / "run.yaml"
    path.write_text(given.to_yaml())
    assert load_config(path) == given

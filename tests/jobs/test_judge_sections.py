from typing import Any

import pytest
from pydantic import ValidationError

from jobs.judge_sections import (
    BoundConfig,
    EvaluateConfig,
    GatesConfig,
    MlflowConfig,
    TaskConfig,
    WaiverConfig,
)
from synth.metrics.kind import Bound


def test_bounds_are_those_of_the_catalogue_but_for_the_given_ones() -> None:
    rules = GatesConfig(bounds={"utility_loss": BoundConfig(green=0.01, amber=0.02)}).rules((1, 9))
    own = rules.bounds["utility_loss"]
    assert (own.green, own.amber, own.by) == (0.01, 0.02, "interval") and rules.repeats == (1, 9)
    similar = rules.bounds["column_similarity"]
    assert similar == Bound(0.03, by="interval", relative=True, absolute=0.9)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"bounds": {"utility_los": {"green": 0.1}}}, "did you mean 'utility_loss'"),
        ({"bounds": {"pearson_difference": {"green": 0.1}}}, "is no figure that has a bound"),
        ({"bounds": {"exact_copy_rate": {"green": 0.1}}}, "its own setting: copy_rate"),
        ({"bounds": {"column_similarity": {"green": 0.1}}}, "column_shortfall"),
        ({"bounds": {"utility_loss": {"green": 0.1, "amber": 0.05}}}, "amber begins where green"),
        ({"bounds": {"power_found": {"green": 0.5, "amber": 0.9}}}, "amber begins where green"),
        ({"waivers": {"utility_loss": {"by": "Jane Doe"}}}, "reason"),
        ({"waivers": {"utility_loss": {"by": " ", "reason": "a pilot"}}}, "is blank"),
        ({"waivers": {"no_figure": {"by": "Jane", "reason": "a pilot"}}}, "is no figure"),
    ],
)
def test_what_no_gate_can_mean_is_refused(section: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        GatesConfig.model_validate(section)


def test_a_waiver_names_a_person_and_a_reason() -> None:
    given = {"utility_loss": WaiverConfig(by="Jane Doe ", reason="a pilot")}
    assert (
        str(GatesConfig(waivers=given).rules((0, 0)).waivers["utility_loss"]) == "Jane Doe: a pilot"
    )


def test_amber_is_published_unless_it_is_refused() -> None:
    assert GatesConfig().amber == "publish" and GatesConfig(amber="refuse").amber == "refuse"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (TaskConfig, {"kind": "regression"}),
        (TaskConfig, {"models": []}),
        (TaskConfig, {"models": ["xgboost"]}),
        (EvaluateConfig, {"privacy": "none"}),
        (EvaluateConfig, {"model_rows": 10}),
    ],
)
def test_what_is_not_known_is_refused(kind: Any, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(given)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"tracking_uri": "localhost:5000"}, "'localhost:5000' is no address: write http://host"),
        ({"tracking_uri": "mlruns"}, "'mlruns' is no address"),
        ({"tracking_uri": "https://jane:secret@host"}, "holds a user's name or password"),
        ({"tracking_uri": "databricks"}, "it is a path of the workspace, such as /Shared"),
        ({"experiment": ""}, "at least 1 character"),
    ],
)
def test_an_address_that_mlflow_would_misread_is_refused(
    section: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        MlflowConfig.model_validate(section)


@pytest.mark.parametrize(
    "section",
    [
        {},
        {"tracking_uri": "http://127.0.0.1:5000"},
        {"tracking_uri": "file:/data/mlruns"},
        {"tracking_uri": "sqlite:///mlflow.db"},
        {"tracking_uri": "databricks", "experiment": "/Shared/lakesynth"},
        {"tracking_uri": "databricks://profile", "experiment": "/Shared/lakesynth"},
    ],
)
def test_what_mlflow_takes_for_an_address_is_taken(section: dict[str, Any]) -> None:
    assert MlflowConfig.model_validate(section).tracking_uri == section.get("tracking_uri")


def test_a_bare_off_of_yaml_is_the_word() -> None:
    assert EvaluateConfig.model_validate({"privacy": False}).privacy == "off"
    with pytest.raises(ValidationError, match="'off', 'quick' or 'full'"):
        EvaluateConfig.model_validate({"privacy": True})

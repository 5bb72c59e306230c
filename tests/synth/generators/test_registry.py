from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from pydantic import BaseModel

from jobs.model_sections import TrainConfig
from synth import Synthesizer
from synth.generators import registry
from synth.generators.marginal import MarginalKind
from synth.generators.registry import (
    DEFAULT,
    ENTRY_POINTS,
    WITHOUT_TORCH,
    generator_kind,
    note_on_torch,
    read_settings,
    setting_names,
)
from synth.table.errors import InputError

PLACES = {
    "absent": "no_such_package:Kind",
    "misspelled": "synth.generators.marginal:MarginalKnd",
    "of_another_type": "synth.version:VERSION",
    "made": "tests.synth.generators.test_registry:MADE",
    "marginal": "no_such_package:Kind",
}
MADE = MarginalKind()


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint(name, place, ENTRY_POINTS) for name, place in PLACES.items()]
    monkeypatch.setattr(registry, "entry_points", lambda *, group: points)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent", r"installed but cannot be loaded from no_such_package:Kind \(No module named"),
        ("misspelled", r"cannot be loaded from .*MarginalKnd \(.*no attribute 'MarginalKnd'\)"),
        ("of_another_type", "is no GeneratorKind but a str: its entry point names a subclass"),
        (
            "magic",
            "no generator 'magic'; there are: absent, autoregressive, .*made, marginal, missp",
        ),
    ],
)
def test_a_generator_that_is_not_there_is_explained(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        generator_kind(name)


def test_an_entry_point_may_name_a_kind_that_is_made_and_takes_no_name_of_ours() -> None:
    assert generator_kind("made") is MADE
    assert type(generator_kind("marginal")) is MarginalKind


@dataclass(frozen=True)
class OwnSettings:
    width: int = 3
    names: tuple[str, ...] = ()


class OwnKind(MarginalKind):
    settings_type = OwnSettings


class ModelSettings(BaseModel):
    width: int = 3
    depth: dict[str, int] = {}


class ModelKind(MarginalKind):
    settings_type = ModelSettings


@pytest.mark.parametrize("kind", [OwnKind(), ModelKind()], ids=["dataclass", "model"])
def test_settings_of_dataclasses_and_models_are_read_alike(kind: Any) -> None:
    assert read_settings(kind, {"width": 7}).width == 7
    assert read_settings(kind, None) == read_settings(kind, {}) == kind.settings_type()
    with pytest.raises(InputError, match=r"^widht: unknown key; did you mean width\? known here:"):
        read_settings(kind, {"widht": 7})
    with pytest.raises(InputError, match=r"^width: Input should be a valid integer.*'wide'.$"):
        read_settings(kind, {"width": "wide"})
    with pytest.raises(InputError, match=r"mapping or .*Settings, however: str"):
        read_settings(kind, "")


def test_every_wrong_setting_is_named() -> None:
    with pytest.raises(InputError) as error:
        read_settings(ModelKind(), {"width": "wide", "depth": {"a": "b"}})
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == ["width", "depth.a"]


def test_settings_are_of_a_dataclass_or_a_model() -> None:
    with pytest.raises(TypeError, match="dict is neither a dataclass nor a pydantic model"):
        setting_names(dict)


def test_auto_is_the_default_where_torch_is_and_the_best_without_it_elsewhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert Synthesizer().kind.name == Synthesizer(generator="auto").kind.name == DEFAULT
    assert TrainConfig(generator="auto") == TrainConfig()
    monkeypatch.setattr("synth.generators.registry.find_spec", lambda name: None)
    assert Synthesizer().kind.name == WITHOUT_TORCH
    assert "torch is not installed here: the generator is mixture" in caplog.text
    for given in ({}, {"generator": "auto"}):
        assert TrainConfig.model_validate(given).generator == WITHOUT_TORCH
    several = TrainConfig.model_validate({"generators": ["auto", "marginal"]})
    assert [one.generator for one in several.alone()] == [WITHOUT_TORCH, "marginal"]
    assert TrainConfig(generator=DEFAULT).generator == DEFAULT  # who names one gets it
    (note,) = note_on_torch(WITHOUT_TORCH)
    assert "pip install 'lakesynth[train]'" in note and not note_on_torch("marginal")

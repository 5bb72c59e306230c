from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from jobs.config import Config, ConfigError
from jobs.config_file import json_schema, load_config
from jobs.identity import configuration
from synth.generators.autoregressive.kind import AutoregressiveKind


def config(**changes: object) -> Config:
    return load_config(None, {"seed": "people.csv", "lake.tables": "lake", **changes})


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("split.holdout_fraction", 0.99, r"split.holdout_fraction: .*less than or equal to 0.5"),
        (
            "clean.ranges",
            {"age": [120, 0]},
            r"clean.ranges: column 'age' has the range \[120.0, 0.0\]",
        ),
        ("clean.ranges", {"age": [None, None]}, "which is open on both sides: give one, or leave"),
        ("clean.ranges", {"day": ["2024-02-01", "2023-01-31"]}, "'day' .*no value lies in: lowest"),
        ("clean.allowed", {"city": []}, "clean.allowed: column 'city' allows no value"),
        ("train.settings.steps", "many", "train.settings.steps: .*integer"),
        ("lake.files", "s3://bucket/files", "mounted path"),
        ("clean.drop_duplicates", "maybe", "clean.drop_duplicates"),
        (
            "train.settings.precision",
            "tf32",
            "train: precision tf32 is of GPUs, and this training is on CPU",
        ),
    ],
)
def test_a_wrong_value_is_named(key: str, value: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        config(**{key: value})


def test_a_configuration_equals_itself_through_yaml(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    first = config(**{"clean.ranges": {"age": [0, None]}, "columns.keys": ["id"]})
    path.write_text(first.to_yaml())
    assert load_config(path) == first


@pytest.mark.parametrize(
    ("seed", "name"),
    [
        ("data/People 2024.csv.gz", "people_2024"),
        ("main.sales.orders", "orders"),
        ("/lake/bronze/orders/", "orders"),
        ("people.parquet", "people"),
    ],
)
def test_the_table_is_named_after_its_seed(seed: str, name: str) -> None:
    assert load_config(None, {"seed": seed, "lake.tables": "lake"}).table_name == name


def test_dates_may_stand_unquoted(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(
        "seed: people.csv\nlake: {tables: lake}\n"
        "clean: {ranges: {day: [2020-01-31, null]}, allowed: {day: [2020-02-01]}}\n"
        "sample: {given: {day: 2020-02-02, seen: {2020-02-03: 0.5, 2020-02-04: 1}}}\n"
    )
    found = load_config(path)
    assert found.clean.ranges == {"day": ("2020-01-31", None)}
    assert found.clean.allowed == {"day": ("2020-02-01",)}
    shares = {"2020-02-03": 0.5, "2020-02-04": 1}
    assert found.sample.given == {"day": "2020-02-02", "seen": shares}
    path.write_text(found.to_yaml())
    assert load_config(path) == found


@pytest.mark.parametrize(
    "changes",
    [
        {"train.settings.conditions": [["city", "id"]], "columns.keys": ["id"]},
        {"encode.first": ["id"], "columns.ignore": ["id"]},
        {"sample.given": {"id": 3}, "columns.keys": ["id"]},
    ],
)
def test_a_column_set_apart_is_not_asked_for(changes: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"names 'id', which is in columns.* never drawn"):
        config(**changes)


def test_a_condition_has_columns() -> None:
    given = {"train.settings.conditions": [["city"], ["age", "city"]]}
    assert config(**given).train.generator_settings.conditions == (("city",), ("age", "city"))
    with pytest.raises(ConfigError, match=r"train\.settings\.conditions"):
        config(**{"train.settings.conditions": [[]]})


def test_each_of_several_generators_is_one_alone_and_goes_with_the_rest() -> None:
    several = ["marginal", {"generator": "autoregressive", "settings": {"steps": 9}}]
    found = config(**{"train.generators": several}).for_each_generator()
    alone = (config(**{"train.generator": "marginal"}), config(**{"train.settings.steps": 9}))
    assert found == alone
    names = [configuration(one, "train") for one in (*found, *alone)]
    assert names[:2] == names[2:] and names[0] != names[1]
    weighted = {"generator": "autoregressive", "settings": {"class_weights": "city"}}
    with pytest.raises(ConfigError, match="'autoregressive' draws 'city' first, as its settings"):
        config(**{"train.generators": ["marginal", weighted]})
    asked = {"generator": "autoregressive", "settings": {"conditions": [["city"]]}}
    said = r"train\.generators\.1\.settings\.conditions names 'city', which is in columns.ignore"
    with pytest.raises(ConfigError, match=said):
        config(**{"train.generators": ["marginal", asked], "columns.ignore": ["city"]})


def test_class_weights_need_their_column_first() -> None:
    with pytest.raises(ConfigError, match=r"put 'city' at the start of encode.first"):
        config(**{"train.settings.class_weights": "city", "encode.first": ["age", "city"]})


def test_a_generator_that_knows_no_temperature_is_refused_when_the_configuration_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Plain:
        name = "plain"

    monkeypatch.setattr(AutoregressiveKind, "generator_type", Plain)
    with pytest.raises(ConfigError, match="generator 'autoregressive' draws at no temperature"):
        config(**{"sample.temperature": 0.5})
    assert config(**{"sample.temperature": 1.0}).sample.temperature == 1.0
    with pytest.raises(ConfigError, match="generator 'autoregressive' draws at no temperature"):
        config(**{"sample.candidates": 2, "sample.temperatures": [1, 0.5]})
    assert config(**{"sample.candidates": 2}).sample.candidates == 2


@pytest.mark.parametrize("role", ["keys", "sensitive"])
def test_a_column_that_is_left_out_has_no_other_role(role: str) -> None:
    with pytest.raises(ConfigError, match=rf"columns.{role} and columns.ignore both name 'id'"):
        config(**{f"columns.{role}": ["id"], "columns.ignore": ["id"]})
    with pytest.raises(ConfigError, match=rf"columns.{role} names 'id' twice"):
        config(**{f"columns.{role}": ["id", "id"]})
    config(**{"columns.keys": ["id"], "columns.sensitive": ["id"]})  # a key that is never shown


def fields(section: type[BaseModel], lead: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in section.model_fields.items():
        yield f"{lead}{name}", field
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from fields(field.annotation, f"{lead}{name}.")


def test_every_setting_is_described() -> None:
    described = {name: field.description for name, field in fields(Config)}
    own = json_schema()["$defs"]["Settings"]["properties"]
    described |= {f"train.settings.{name}": one.get("description") for name, one in own.items()}
    assert len(described) > 70
    assert not [name for name, words in described.items() if not words]

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from jobs.api import configure
from jobs.config import Config, ConfigError
from jobs.config_file import json_schema, load_config, parse_changes
from jobs.demo import prepare
from jobs.lake import Lake
from synth.generators.autoregressive.kind import AutoregressiveKind


def config(**changes: object) -> Config:
    return load_config(None, {"seed": "people.csv", "lake.tables": "lake", **changes})


def test_an_unknown_key_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("seed: people.csv\nlake: {tables: lake}\ntrain: {settings: {stpes: 5}}\n")
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert "train.settings.stpes: unknown key; did you mean steps?" in str(error.value)
    assert "learning_rate" in str(error.value) and str(path) in str(error.value)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("split.holdout_fraction", 1.5, "split.holdout_fraction: .*less than 1"),
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


def test_seed_and_lake_are_asked_for() -> None:
    with pytest.raises(ConfigError, match="names no seed table"):
        load_config(None, {"lake.tables": "lake"})
    with pytest.raises(ConfigError, match="names no lake"):
        load_config(None, {"seed": "x.csv"})


def test_files_that_are_no_configuration_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no configuration file"):
        load_config(tmp_path / "missing.yaml")
    (tmp_path / "list.yaml").write_text("- a\n")
    with pytest.raises(ConfigError, match="must hold keys and values"):
        load_config(tmp_path / "list.yaml")
    (tmp_path / "broken.yaml").write_text("a: [\n")
    with pytest.raises(ConfigError, match="is not YAML"):
        load_config(tmp_path / "broken.yaml")


def test_changes_from_the_command_line_are_yaml() -> None:
    assert parse_changes(["train.settings.steps=5", "columns.sensitive=[a, b]"]) == {
        "train.settings.steps": 5,
        "columns.sensitive": ["a", "b"],
    }
    with pytest.raises(ConfigError, match="is not KEY=VALUE"):
        parse_changes(["train.settings.steps"])
    with pytest.raises(ConfigError, match="seed is a value, not a section"):
        config(**{"seed.x": 1})


def test_a_configuration_equals_itself_through_yaml(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    first = config(**{"clean.ranges": {"age": [0, None]}, "columns.keys": ["id"]})
    path.write_text(first.to_yaml())
    assert load_config(path) == first


def test_the_json_schema_takes_the_demo_and_refuses_a_typo(tmp_path: Path) -> None:
    schema = json.loads(json.dumps(json_schema()))
    demo = yaml.safe_load(prepare(tmp_path).read_text())
    jsonschema.validate(demo, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**demo, "sede": "x"}, schema)


def test_an_edited_demo_configuration_is_kept(tmp_path: Path) -> None:
    path = prepare(tmp_path / "demo")
    path.write_text(path.read_text().replace("steps: 5000", "steps: 3"))
    assert load_config(prepare(tmp_path / "demo")).train.settings == {"steps": 3}


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


def test_names_of_tables_in_folders_and_in_a_catalog(tmp_path: Path) -> None:
    lake = Lake.of(config(**{"lake.tables": str(tmp_path)}))
    assert lake.table("t", "clean") == f"{tmp_path}/tables/t/clean"
    assert lake.files == tmp_path / "files"
    catalog = {"lake.tables": "main.gold", "lake.files": str(tmp_path)}
    assert Lake.of(config(**catalog)).table("t", "clean") == "main.gold.t_clean"
    name = "0123456789abcdef"
    assert lake.candidate("t", "t-ab-1", name) == f"{tmp_path}/tables/t/candidates/t-ab-1-01234567"
    named = Lake.of(config(**catalog)).candidate("t", "t-ab-1", name)
    assert named == "main.gold.t_ab_1_01234567_candidate"
    with pytest.raises(ConfigError, match=r"set lake\.files"):
        Lake.of(config(**{"lake.tables": "main.gold"}))
    with pytest.raises(ConfigError, match=r"set lake\.files"):
        Lake.of(config(**{"lake.tables": "s3a://bucket/lake"}))


def test_settings_of_spark_are_neither_kept_nor_said() -> None:
    secret = {"session.extra": {"spark.hadoop.fs.s3a.secret.key": "hunter2"}}
    assert "hunter2" not in config(**secret).to_yaml()
    with pytest.raises(ConfigError, match=r"session\.extra") as error:
        config(**{"session.extra": ["spark.key=hunter2"]})
    assert "hunter2" not in str(error.value)


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


def test_a_temperature_and_conditions_exclude_each_other() -> None:
    with pytest.raises(ConfigError, match="temperature and given cannot go together"):
        config(**{"sample.temperature": 0.5, "sample.given": {"city": "Rome"}})


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


def test_class_weights_need_their_column_first() -> None:
    with pytest.raises(ConfigError, match=r"put 'city' at the start of encode.first"):
        config(**{"train.settings.class_weights": "city", "encode.first": ["age", "city"]})


def test_a_relative_seed_and_lake_are_meant_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text("a\n1\n")
    found = configure(seed="people.csv", lake="lake")
    assert (found.seed, found.lake.tables) == (f"{tmp_path}/people.csv", f"{tmp_path}/lake")
    catalog = configure(seed="main.sales.orders", lake="main.gold", changes={"lake.files": "f"})
    assert (catalog.seed, catalog.lake.tables) == ("main.sales.orders", "main.gold")
    assert catalog.lake.files == f"{tmp_path}/f"


def test_a_generator_that_knows_no_temperature_is_refused_when_the_configuration_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Plain:
        name = "plain"

    monkeypatch.setattr(AutoregressiveKind, "generator_type", Plain)
    with pytest.raises(ConfigError, match="generator 'autoregressive' draws at no temperature"):
        config(**{"sample.temperature": 0.5})
    assert config(**{"sample.temperature": 1.0}).sample.temperature == 1.0

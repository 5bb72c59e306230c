import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from jobs.config import Config, ConfigError
from jobs.config_file import json_schema, load_config, load_lake, parse_changes, read_mapping
from jobs.demo import prepare


def config(**changes: object) -> Config:
    return load_config(None, {"seed": "people.csv", "lake.tables": "lake", **changes})


def test_an_unknown_key_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("seed: people.csv\nlake: {tables: lake}\ntrain: {settings: {stpes: 5}}\n")
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert "train.settings.stpes: unknown key; did you mean steps?" in str(error.value)
    assert "learning_rate" in str(error.value) and str(path) in str(error.value)


def test_a_wrong_key_of_one_of_several_generators_is_named() -> None:
    for entry, said in (
        ({"genrator": "marginal"}, "train.generators.1.genrator: unknown key; did you mean gener"),
        (
            {"generator": "autoregressive", "settings": {"stpes": 5}},
            "train.generators.1.settings.stpes: unknown key; did you mean steps?",
        ),
        ("marginl", "train.generators.1.generator: no generator 'marginl'; did you mean marginal?"),
        (3, "train.generators.1: Input should be a valid dictionary"),
    ):
        with pytest.raises(ConfigError) as error:
            config(**{"train.generators": ["marginal", entry]})
        assert said in str(error.value)


def test_the_json_schema_takes_generators_by_name_and_with_settings() -> None:
    entry = {"generator": "autoregressive", "settings": {"steps": 5}}
    plain = {"seed": "people.csv", "lake": {"tables": "lake"}}
    jsonschema.validate({**plain, "train": {"generators": ["marginal", entry]}}, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plain, "train": {"generators": [{"steps": 5}]}}, json_schema())


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


def test_changes_that_are_not_yaml_are_named() -> None:
    with pytest.raises(ConfigError, match=r"--set 'columns\.keys=\[a': the value is not YAML"):
        parse_changes(["columns.keys=[a"])
    assert parse_changes([" table =a=b"]) == {"table": "a=b"}


def test_a_mapping_on_the_command_line_is_yaml_or_json() -> None:
    assert read_mapping("--given", "{city: Rome, age: 30}") == {"city": "Rome", "age": 30}
    assert read_mapping("--given", '{"city": {"Rome": 0.5}}') == {"city": {"Rome": 0.5}}
    with pytest.raises(ConfigError, match=r"--given maps columns to values, .* however: 'Rome'"):
        read_mapping("--given", "Rome")
    with pytest.raises(ConfigError, match="--given is not YAML"):
        read_mapping("--given", "{city: ")


def test_changes_win_over_the_file_and_leave_the_rest_of_a_section(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("seed: a.csv\nlake: {tables: lake}\nsample: {rows: 5, block_rows: 512}\n")
    found = load_config(path, {"sample.rows": 7})
    assert (found.sample.rows, found.sample.block_rows) == (7, 512)


def test_a_lake_is_found_without_a_seed(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(f"lake: {{tables: {tmp_path}/lake}}\n")
    assert load_lake(path, {}).files == tmp_path / "lake" / "files"
    changes = {"lake.files": str(tmp_path / "f"), "sample.rows": "no number"}
    assert load_lake(path, changes).files == tmp_path / "f"  # what else is changed is not looked at
    with pytest.raises(ConfigError, match="names no lake"):
        load_lake(None, {})


def test_the_json_schema_takes_the_demo_and_refuses_a_typo(tmp_path: Path) -> None:
    schema = json.loads(json.dumps(json_schema()))
    demo = yaml.safe_load(prepare(tmp_path).read_text())
    jsonschema.validate(demo, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**demo, "sede": "x"}, schema)


def test_settings_of_spark_are_neither_kept_nor_said() -> None:
    secret = {"session.extra": {"spark.hadoop.fs.s3a.secret.key": "hunter2"}}
    assert "hunter2" not in config(**secret).to_yaml()
    with pytest.raises(ConfigError, match=r"session\.extra") as error:
        config(**{"session.extra": ["spark.key=hunter2"]})
    assert "hunter2" not in str(error.value)


def test_a_password_in_an_address_of_mlflow_is_not_said() -> None:
    with pytest.raises(ConfigError, match=r"mlflow\.tracking_uri: holds a user's name") as error:
        config(**{"mlflow.tracking_uri": "https://jane:hunter2@host"})
    assert "hunter2" not in str(error.value)

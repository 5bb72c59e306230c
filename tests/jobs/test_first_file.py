import re
from pathlib import Path

import pytest
import yaml

from jobs.config import Config, ConfigError
from jobs.config_file import load_config
from jobs.first_file import first_file, write_first_file
from tests.lakes import people, write_csv


@pytest.fixture
def config(tmp_path: Path) -> Config:
    seed = write_csv(people(10), tmp_path / "people.csv")
    return load_config(None, {"seed": str(seed), "lake.tables": str(tmp_path / "lake")})


def test_the_file_makes_the_same_run(config: Config, tmp_path: Path) -> None:
    path = write_first_file(config, tmp_path / "run.yaml")
    assert load_config(path) == config
    text = path.read_text(encoding="utf-8")
    assert "#   columns: person_id, age, city, pay, joined" in text
    assert max(map(len, text.splitlines())) < 200


def test_all_that_stands_in_comments_is_the_default(config: Config) -> None:
    lines = first_file(config).splitlines()[2:]
    lines = [line for line in lines if not line.startswith("#   columns: person_id")]
    in_force = yaml.safe_load("\n".join(re.sub(r"^# ", "", line) for line in lines))
    assert set(in_force) == set(Config.model_fields)
    assert in_force["train"]["settings"]["residual_layers"] == 1
    assert Config.model_validate(in_force) == config


def test_a_file_that_is_there_stays(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("mine")
    with pytest.raises(ConfigError, match=r"run\.yaml is there already: name another file"):
        write_first_file(config, path)
    assert path.read_text() == "mine"
    with pytest.raises(ConfigError, match="cannot be written"):
        write_first_file(config, tmp_path / "missing" / "run.yaml")

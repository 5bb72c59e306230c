from pathlib import Path

import pytest

from jobs.checking import checked
from jobs.config import ConfigError
from tests.lakes import configured, people, write_csv


def test_what_is_known_before_spark_starts(tmp_path: Path) -> None:
    seed = write_csv(people(10), tmp_path / "people.csv")
    found = checked(configured(seed, tmp_path / "lake", sample__rows=7, encode__first=["city"]))
    assert found["columns"] == ["person_id", "age", "city", "pay", "joined"]
    assert found["settings"]["sample.rows"] == 7
    assert found["settings"]["encode.first"] == ["city"]
    assert found["synthetic"] == f"{tmp_path}/lake/tables/people/synthetic"
    assert not (tmp_path / "lake").exists()


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    seed = write_csv(people(10), tmp_path / "people.csv")
    with pytest.raises(ConfigError, match=r"sample\.given names column 'citty'"):
        checked(configured(seed, tmp_path / "lake", sample__given={"citty": "Rome"}))


def test_each_of_several_generators_is_checked(tmp_path: Path) -> None:
    seed = write_csv(people(10), tmp_path / "people.csv")
    several = [{"generator": "autoregressive", "settings": {"steps": 9}}, "marginal"]
    found = checked(configured(seed, tmp_path / "lake", train__generators=several))
    assert found["generator"] == "autoregressive (steps 9), marginal"
    assert checked(configured(seed, tmp_path / "lake"))["generator"] == "autoregressive"
    given = {"generator": "autoregressive", "settings": {"conditions": [["citty"]]}}
    said = r"train\.generators\.1\.settings\.conditions names column 'citty', which .* lacks"
    with pytest.raises(ConfigError, match=said):
        checked(configured(seed, tmp_path / "lake", train__generators=["marginal", given]))


def test_of_a_table_of_a_catalog_the_columns_are_not_known(tmp_path: Path) -> None:
    found = checked(configured("main.sales.orders", tmp_path / "lake"))
    assert (found["columns"], found["is_here"]) == (None, False)

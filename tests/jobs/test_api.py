from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs import api
from jobs.api import do_run, log_file, start_run, start_session
from jobs.config import ConfigError
from jobs.session import SessionSettings
from tests.lakes import configured, people, write_csv


def test_a_file_that_is_not_there_is_said_before_spark_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "starts_here", lambda settings: True)
    monkeypatch.setattr(api, "start_session", pytest.fail)
    with pytest.raises(ConfigError, match=r"nothing found at .*missing\.csv"):
        start_run(configured(tmp_path / "missing.csv", tmp_path))
    with pytest.raises(ConfigError, match="gives no table name: set table"):
        start_run(configured(tmp_path / "---.csv", tmp_path))


def test_what_a_header_tells_is_said_before_spark_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "starts_here", lambda settings: True)
    monkeypatch.setattr(api, "start_session", pytest.fail)
    seed = write_csv(people(10), tmp_path / "people.csv")
    for changes, message in (
        (
            {"columns__sensitive": ["citty"]},
            r"columns.sensitive names column 'citty'.* it has 'per",
        ),
        ({"clean__ranges": {"agee": [0, 9]}}, "clean.ranges names column 'agee'"),
        ({"encode__first": ["pays"]}, "encode.first names column 'pays'"),
    ):
        with pytest.raises(ConfigError, match=message):
            start_run(configured(seed, tmp_path / "lake", **changes))


def test_of_several_generators_all_are_looked_over_before_spark_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "starts_here", lambda settings: True)
    monkeypatch.setattr(api, "start_session", pytest.fail)
    seed = write_csv(people(10), tmp_path / "people.csv")
    given = {"generator": "autoregressive", "settings": {"conditions": [["citty"]]}}
    with pytest.raises(ConfigError, match=r"settings\.conditions names column 'citty'"):
        do_run(configured(seed, tmp_path / "lake", train__generators=["marginal", given]))
    assert not (tmp_path / "lake").exists()


def test_a_lake_that_cannot_be_written_is_said_before_spark_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "starts_here", lambda settings: True)
    monkeypatch.setattr(api, "start_session", pytest.fail)
    seed = write_csv(people(10), tmp_path / "people.csv")
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ConfigError, match=r"the lake cannot be written: .*taken.*; choose another"):
        start_run(configured(seed, tmp_path / "taken"))


def test_a_mount_of_databricks_is_refused_before_spark_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABRICKS_RUNTIME_VERSION", "18.0")
    monkeypatch.setattr(api, "start_session", pytest.fail)
    with pytest.raises(ConfigError, match=r"lake\.files is /mnt/lake: on Databricks"):
        start_run(configured("main.sales.people", tmp_path, lake__files="/mnt/lake"))
    with pytest.raises(ConfigError, match=r"lake\.files is /mnt/lake/files: on Databricks"):
        start_run(configured("main.sales.people", Path("/mnt/lake")))


def test_the_session_is_the_one_that_the_configuration_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[SessionSettings] = []
    monkeypatch.setattr(api, "open_session", asked.append)
    given: dict[str, Any] = {"master": "local[3]", "driver_memory": "5g", "extra": {"a": "b"}}
    changes = {f"session__{key}": value for key, value in given.items()}
    config = configured("people.csv", tmp_path, **changes, session__jars_folder="/jars")
    few = tmp_path / "few.csv"
    few.write_text("a\n1\n")
    start_session(config)
    start_session(None)
    start_session(configured(str(few), tmp_path), brief=True)
    log = tmp_path / "files" / "logs" / "people.log"
    assert asked == [
        SessionSettings(**given, jars_folder=Path("/jars"), log_file=log),
        SessionSettings(),
        replace(asked[2], small=True, brief=True),
    ]
    assert (asked[0].small, asked[0].brief) == (False, False)
    assert log_file(config) == log

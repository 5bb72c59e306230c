"""One message, one JSON object, and the exit code of its kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from jobs.api import log_file
from jobs.config import Config, ConfigError
from jobs.outcome import guarded
from jobs.publish import GateFailed
from tests.lakes import configured


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return configured("people.csv", tmp_path)


def code_of(
    configure: Callable[[], Config],
    work: Callable[[Config], dict[str, Any]],
    *,
    as_json: bool = True,
) -> int:
    with pytest.raises(typer.Exit) as ended:
        guarded(configure, work, as_json)
    return ended.value.exit_code


def traces(config: Config) -> list[Path]:
    """What errors have left, the oldest first."""
    log = log_file(config)
    return sorted(log.parent.glob(f"{log.stem}-error-*.log"))


def broken_by(error: Exception) -> Callable[[Any], Any]:
    def work(_: Any = None) -> Any:
        raise error

    return work


def test_a_result_is_one_json_object(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(lambda: config, lambda given: {"seed": given.seed, "größe": 1}) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ('{"seed": "people.csv", "größe": 1}\n', "")
    assert code_of(lambda: config, lambda _: {"a": 1}, as_json=False) == 0
    assert capsys.readouterr().out == ""


def test_a_mistake_is_one_message_and_leaves_no_file(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mistake = ConfigError("columns.keys names column 'x': [take] it out")
    for configure, work in (
        (broken_by(mistake), pytest.fail),
        (lambda: config, broken_by(mistake)),
    ):
        assert code_of(configure, work) == 2
        said = capsys.readouterr()
        assert json.loads(said.out) == {"error": str(mistake)}
        assert said.err == f"error: {mistake}\n"
        assert list(tmp_path.iterdir()) == []


def test_a_mistake_that_shows_late_has_its_trace_beside_the_log(config: Config) -> None:
    log = log_file(config)
    log.parent.mkdir(parents=True)
    log.write_text("what Spark said\n")
    assert code_of(lambda: config, broken_by(ConfigError("give more rows"))) == 2
    assert log.read_text() == "what Spark said\n"
    (trace,) = traces(config)
    assert trace.read_text().startswith("Traceback")
    assert "ConfigError: give more rows" in trace.read_text()


@pytest.mark.parametrize(("kinds", "code"), [(["quality"], 3), (["privacy", "quality"], 4)])
def test_a_broken_gate_has_a_code_of_its_kind(
    config: Config, kinds: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = GateFailed("not published: copies are 3 %", kinds)
    assert code_of(lambda: config, broken_by(refused)) == code
    said = capsys.readouterr()
    message = "not published: copies are 3 %"
    assert (json.loads(said.out), said.err) == ({"error": message}, f"{message}\n")
    refused.result = {"verdict": "refused"}
    assert code_of(lambda: config, broken_by(refused)) == code
    assert json.loads(capsys.readouterr().out) == {"verdict": "refused"}


def test_any_other_error_is_its_first_line_and_the_way_to_the_trace(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    error = RuntimeError("the disk is full\nand more that nobody reads")
    assert code_of(lambda: config, broken_by(error)) == 1
    said = capsys.readouterr()
    (trace,) = traces(config)
    message = f"RuntimeError: the disk is full\nThe whole error is in {trace}"
    assert (json.loads(said.out), said.err) == ({"error": message}, f"{message}\n")
    assert "and more that nobody reads" in trace.read_text()
    assert code_of(broken_by(ValueError()), pytest.fail) == 1  # before there is a configuration
    first, second = capsys.readouterr().err.splitlines()
    assert first == "ValueError: "
    assert "Traceback" in Path(second.removeprefix("The whole error is in ")).read_text()


def test_each_error_has_a_file_of_its_own(config: Config) -> None:
    for name in ("first", "second"):
        assert code_of(lambda: config, broken_by(RuntimeError(name))) == 1
    first, second = (path.read_text() for path in traces(config))
    assert "RuntimeError: first" in first and "second" not in first
    assert "RuntimeError: second" in second and "first" not in second


def test_a_lake_that_takes_no_file_has_the_trace_elsewhere(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    assert code_of(lambda: config, broken_by(RuntimeError("no room")), as_json=False) == 1
    place = Path(capsys.readouterr().err.splitlines()[1].removeprefix("The whole error is in "))
    assert tmp_path not in place.parents
    assert "RuntimeError: no room" in place.read_text()

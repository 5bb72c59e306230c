"""Runs of the past, as their folders tell of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.choice import keep_choice
from jobs.choose import choose
from jobs.config import ConfigError
from jobs.history import compared, past_run, past_runs
from jobs.opening import CONFIGURATION
from jobs.run import GivenModel, Run
from tests.jobs.past import left_run


def test_runs_are_told_newest_first_with_what_became_of_them(tmp_path: Path) -> None:
    files = left_run(tmp_path, "people-a-1", "2024-01-01T08:00:00+00:00").lake.files
    left_run(tmp_path, "people-b-1", "2024-03-01", verdict="refused", score=0.5)
    left_run(tmp_path, "people-c-1", "2024-02-01", last="train")
    (files / "logs").mkdir()
    found = past_runs(files)
    assert [(run.id, run.verdict, run.rows) for run in found] == [
        ("people-b-1", "refused", 100),
        ("people-c-1", "unfinished, after train", None),
        ("people-a-1", "published", 100),
    ]
    assert [metric.value for metric in found[0].metrics] == [0.0, 0.5]
    assert found[1].metrics == [] and found[1].to_json()["report"] is None
    assert past_runs(files, "people") == found
    with pytest.raises(ConfigError, match="makes a table 'staff'; there are people"):
        past_runs(files, "staff")


@pytest.mark.parametrize("folder", ["", "empty"])
def test_a_folder_without_runs_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="there is no run under"):
        past_runs(tmp_path / folder)
    with pytest.raises(ConfigError, match="there is no run people-a-1 under"):
        past_run(tmp_path / folder, "people-a-1")


def test_stages_that_other_settings_made_are_not_finished(tmp_path: Path) -> None:
    """As after a command that changed the gates and broke before it had measured again."""
    run = left_run(tmp_path, "people-a-1", "2024-01-01")
    path = run.path(CONFIGURATION)
    path.write_text(path.read_text() + "gates: {copy_rate: 0.5}\n")
    found = past_run(run.lake.files, run.id)
    assert found.verdict == "unfinished, after sample"
    assert found.metrics == []


def test_a_run_of_another_version_is_told_with_a_note(tmp_path: Path) -> None:
    run = left_run(tmp_path, "people-a-1", "2024-01-01")
    path = run.path(CONFIGURATION)
    path.write_text(path.read_text() + "of_another_version: 1\n")
    found = past_run(run.lake.files, run.id)
    assert (found.config, found.verdict) == (None, "published")
    assert found.note is not None and "another version" in found.note
    result = compared(found, found)
    assert any(found.note in note for note in result["notes"])
    assert result["settings"] is None  # not: none differs


@pytest.mark.parametrize("file", ["run.json", "stages/clean.json"])
@pytest.mark.parametrize("text", ["{", "{}", '{"of": "another version"}', "[]"])
def test_a_run_whose_files_cannot_be_read_hides_no_other(
    tmp_path: Path, file: str, text: str
) -> None:
    run = left_run(tmp_path, "people-a-1", "2024-01-01")
    left_run(tmp_path, "people-b-1", "2024-01-02")
    run.path(file).write_text(text)
    found = past_runs(run.lake.files)
    assert [(one.id, one.verdict) for one in found] == [
        ("people-b-1", "published"),
        ("people-a-1", "unknown"),
    ]
    assert found[1].note is not None
    with pytest.raises(ConfigError, match=r"people-a-1 has not been evaluated \(its files cannot"):
        compared(found[0], found[1])


def test_one_that_was_not_chosen_says_why(tmp_path: Path) -> None:
    runs = [
        left_run(tmp_path, "people-a-1", "2024-01-01", pairs=0.95),
        left_run(tmp_path, "people-b-1", "2024-01-02", pairs=0.9, last="evaluate"),
    ]
    files = runs[0].lake.files
    choice = choose([past_run(files, run.id) for run in runs])
    for run in runs:
        keep_choice(run.folder, choice, run.record("evaluate"))
    best, other = (past_run(files, run.id) for run in runs)
    assert (best.verdict, other.verdict) == ("published", "not chosen")
    assert best.chosen == f"chosen: {choice.words}"
    assert other.chosen == other.to_json()["chosen"] == choice.verdict_of(other.id)
    assert "the pair similarity is 0.9000" in choice.verdict_of(other.id)


def test_a_report_that_is_gone_is_said(tmp_path: Path) -> None:
    run = left_run(tmp_path, "people-a-1", "2024-01-01")
    run.path("report.json").unlink()
    found = past_run(run.lake.files, run.id)
    with pytest.raises(ConfigError, match=r"report.json is gone"):
        compared(found, found)


def test_settings_that_a_model_from_elsewhere_leaves_without_effect_are_said(
    tmp_path: Path,
) -> None:
    run = left_run(tmp_path, "people-a-1", "2024-01-01", model=GivenModel("/models/m", "abc"))
    found = past_run(run.lake.files, run.id)
    assert (found.verdict, found.model) == ("published", "/models/m")
    assert "samples the model /models/m" in compared(found, found)["notes"][0]


def test_two_runs_differ_in_settings_figures_columns_and_seconds(tmp_path: Path) -> None:
    one = left_run(tmp_path, "people-a-1", "2024-01-01")
    two = left_run(tmp_path, "people-b-1", "2024-01-02", score=0.95, **{"train.settings.steps": 77})
    first, second = (past_run(run.lake.files, run.id) for run in (one, two))
    result = compared(first, second)
    assert result["settings"] == [
        {"setting": "train.settings.steps", "first": "30", "second": "77"}
    ]
    by_name = {figure["name"]: figure for figure in result["figures"]}
    assert by_name["column_similarity"]["first"]["value"] == 0.98
    assert by_name["column_similarity"]["second"]["value"] == 0.95
    assert len(result["columns"]) == 12
    assert result["columns"][0]["difference"] == pytest.approx(-0.03)
    assert result["notes"] == []
    assert next(iter(result["seconds"])) == "ingest"


def test_what_makes_figures_incomparable_is_said(tmp_path: Path) -> None:
    runs = [
        left_run(tmp_path, "people-a-1", "2024-01-01"),
        left_run(tmp_path, "people-b-1", "2024-01-01", fingerprint="other"),
        left_run(tmp_path, "people-c-1", "2024-01-01", **{"split.holdout_fraction": 0.3}),
    ]
    first, other_seed, other_split = (past_run(run.lake.files, run.id) for run in runs)
    assert [note[:18] for note in compared(first, other_seed)["notes"]] == ["their seeds differ"]
    assert [note[:20] for note in compared(first, other_split)["notes"]] == ["their real rows may "]


def test_a_run_without_figures_cannot_be_compared(tmp_path: Path) -> None:
    run = left_run(tmp_path, "people-a-1", "2024-01-01")
    left = left_run(tmp_path, "people-b-1", "2024-01-01", last="sample")
    first, second = (past_run(run.lake.files, one.id) for one in (run, left))
    with pytest.raises(ConfigError, match="people-b-1 has not been evaluated"):
        compared(first, second)


def test_values_of_sensitive_columns_are_not_shown(tmp_path: Path) -> None:
    given = {"columns.sensitive": ["city"]}
    runs = [
        left_run(tmp_path, f"people-{name}-1", "2024-01-01", **given, **own)
        for name, own in (("a", {}), ("b", {"sample.given": {"city": "Rome"}}))
    ]
    first, second = (past_run(run.lake.files, run.id) for run in runs)
    assert "Rome" not in str(compared(first, second)["settings"])


@pytest.mark.usefixtures("spark")
def test_a_real_run_is_told_as_it_is(finished: Run) -> None:
    found = past_run(finished.lake.files, finished.id)
    assert found.verdict == "published"
    assert list(found.records) == list(finished.records())
    assert found.rows == finished.record("sample").tables["candidate"].rows
    result = compared(found, found)
    assert result["notes"] == [] and result["settings"] == []
    assert {one["difference"] for one in result["columns"]} == {0.0}

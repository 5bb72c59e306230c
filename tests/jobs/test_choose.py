"""Finished runs held against each other, of what their folders tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobs.choose import choose
from jobs.config import ConfigError
from jobs.history import PastRun, past_run
from jobs.opening import CONFIGURATION
from jobs.records import write_record
from jobs.run import GivenModel, Run
from tests.jobs.past import left_run


def past(run: Run) -> PastRun:
    return past_run(run.lake.files, run.id)


def left(lake: Path, name: str, **given: Any) -> PastRun:
    return past(left_run(lake, f"people-{name}-1", "2024-01-01", **{"pairs": 0.9, **given}))


def test_the_best_comes_first_and_the_others_say_why_they_do_not(tmp_path: Path) -> None:
    runs = [
        left(tmp_path, "a", pairs=0.95, **{"train.settings.steps": 77}),
        left(tmp_path, "b", pairs=0.99, verdict="refused"),
        left(tmp_path, "c", pairs=0.96, train__generator="marginal", last="evaluate"),
    ]
    found = choose(runs)
    assert [(row["run"], row["rank"], row["chosen"]) for row in found.rows] == [
        ("people-a-1", 2, False),
        ("people-b-1", 3, False),
        ("people-c-1", 1, True),
    ]
    assert [(row["generator"], row["settings"]) for row in found.rows] == [
        ("autoregressive", {"steps": 77}),
        ("autoregressive", {"steps": 30}),
        ("marginal", {}),
    ]
    assert found.rows[1]["why"] == "it may not be published, and run people-c-1 may"
    assert found.rows[0]["why"] == (
        "the pair similarity is 0.9500, that of run people-c-1 is 0.9600"
    )
    assert found.best["table"] == "/lake/candidate" and found.best["version"] == 3
    assert found.best["passed"] and found.best["areas"] == {"fidelity": "green"}
    names = [figure["name"] for figure in found.best["figures"]]
    assert "exact_copy_rate" in names and "pair_similarity" in names
    assert len(found.notes) == 1 and found.notes[0].startswith("the figures are of the best")


def test_of_equal_ones_the_first_that_is_named(tmp_path: Path) -> None:
    one, two = left(tmp_path, "a"), left(tmp_path, "b")
    assert choose([one, two]).best["run"] == one.id
    assert choose([two, one]).best["run"] == two.id
    assert (
        choose([two, one])
        .row_of(one.id)["why"]
        .endswith(f"it from run {two.id}, which comes first")
    )


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({}, {"last": "sample"}, "people-b-1 has not been evaluated .*lakesynth evaluate --run"),
        (
            {},
            {"fingerprint": "other"},
            "different real rows, for their seeds differ: run the older",
        ),
        ({}, {"split.holdout_fraction": 0.3}, "for these were cleaned or split otherwise: run one"),
        (
            {"gates.copy_rate": 0.5},
            {},
            r"judged differently, by gates.copy_rate \(0.5 and 1.0\): judge one as the other was",
        ),
        ({}, {"task.target": "city"}, r"by task.target \(null and \"city\"\)"),
    ],
)
def test_runs_that_were_measured_otherwise_are_refused(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        choose([left(tmp_path, "a", **first), left(tmp_path, "b", **second)])


def test_what_is_no_choice_is_refused(tmp_path: Path) -> None:
    one = left(tmp_path, "a")
    with pytest.raises(ConfigError, match="one run is no choice: name two or more"):
        choose([one])
    with pytest.raises(ConfigError, match="people-a-1 is named twice"):
        choose([one, one])


def test_runs_of_other_tables_and_of_other_versions_are_refused(tmp_path: Path) -> None:
    one, two, three = left(tmp_path, "a"), left(tmp_path, "b"), left(tmp_path, "c")
    (two.folder / "run.json").write_text(
        (two.folder / "run.json").read_text().replace('"people"', '"staff"')
    )
    with pytest.raises(ConfigError, match="make different tables, people and staff: choose among"):
        choose([one, past_run(two.folder.parent, two.id)])
    path = three.folder / CONFIGURATION
    before = path.read_text()
    path.write_text(before + "of_another_version: 1\n")
    with pytest.raises(
        ConfigError, match="people-c-1 cannot be judged beside others: its settings"
    ):
        choose([one, past_run(three.folder.parent, three.id)])
    path.write_text(before)
    record = three.records["evaluate"]
    del record.facts["status"]
    write_record(three.folder, record)
    with pytest.raises(ConfigError, match="people-c-1 was judged by an earlier version"):
        choose([one, past_run(three.folder.parent, three.id)])


def test_what_the_owner_says_and_other_rows_do_not_keep_runs_apart(tmp_path: Path) -> None:
    one = left(tmp_path, "a", **{"stated.approved_by": "Ada"})
    two = left(tmp_path, "b", **{"sample.rows": 50})
    assert any("sample.rows is 50, not null" in note for note in choose([one, two]).notes)


def test_a_model_from_elsewhere_may_have_seen_the_holdout(tmp_path: Path) -> None:
    one = left(tmp_path, "a")
    run = left_run(tmp_path, "people-b-1", "2024-01-01", model=GivenModel("/models/m", "h"))
    found = choose([one, past(run)])
    assert "samples the model /models/m, whose generator may have seen" in found.notes[1]
    assert found.row_of(run.id)["generator"] == "of a model from elsewhere"

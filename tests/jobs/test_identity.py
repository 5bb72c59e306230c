"""What names a stage's work, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field, create_model

from jobs.config import Config
from jobs.config_file import load_config
from jobs.data_sections import CleanConfig
from jobs.identity import (
    chosen_settings,
    configuration,
    differences,
    encode_reads,
    identity,
    settings,
)
from jobs.stages import BY_NAME, LATER_STAGES, MODEL_STAGES, STAGES
from synth.learning.settings import LikelihoodSettings


def config(**changes: Any) -> Config:
    given = {key.replace("__", "."): value for key, value in changes.items()}
    return load_config(None, {"seed": "people.csv", "lake.tables": "lake", **given})


def identities(given: Config) -> dict[str, str]:
    """The identity of every stage, as if each record were named by its identity alone."""
    found: dict[str, str] = {}
    for stage in STAGES:
        read = {name: found[name] for name in BY_NAME[stage].reads}
        found[stage] = identity(stage, given, read)
    return found


def changed(**changes: Any) -> tuple[str, ...]:
    """The stages that are done again when these settings change."""
    old, new = identities(config()), identities(config(**changes))
    return tuple(stage for stage in STAGES if old[stage] != new[stage])


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"ingest__trim": False}, "ingest"),
        ({"table": "others"}, "ingest"),
        ({"encode__first": ["city"]}, "encode"),
        ({"dependencies__find": False}, "encode"),
        ({"privacy__rare_values": "made"}, "encode"),
        ({"train__settings__conditions": [["city"]]}, "encode"),
        ({"train__settings__flexible": True}, "encode"),
        ({"train__settings__steps": 7}, "train"),
        ({"sample__rows": 7}, "sample"),
        ({"sample__given": {"city": "Rome"}}, "sample"),
        ({"sample__temperature": 0.5}, "sample"),
        ({"gates__copy_rate": 0.1}, "evaluate"),
    ],
)
def test_a_setting_changes_the_stage_that_reads_it_and_those_after_it(
    changes: dict[str, Any], first: str
) -> None:
    found = changed(**changes)
    assert found[0] == first
    assert {"evaluate", "publish"} <= set(found)


def test_what_a_stage_does_not_read_leaves_it_as_it_is() -> None:
    assert "clean" not in changed(columns__ignore=["note"])  # it reads none but sensitive ones
    assert "split" in changed(clean__trim=False) and "profile" not in changed(clean__trim=False)
    assert changed(gates__column_shortfall=0.5) == ("evaluate", "publish")
    assert changed(sample__rows=5) == ("sample", "evaluate", "publish")
    assert set(changed(random_seed=1)) == set(STAGES) - {"ingest", "profile", "clean"}


@pytest.mark.parametrize(
    "changes",
    [
        {"lake__tables": "other", "session__driver_memory": "8g"},
        {"train__launch": "address", "train__address": "auto", "train__workers": 8},
        {"train__use_gpu": True, "train__resources": {"CPU": 2.0}, "train__failures": 0},
        {"train__reader": "petastorm", "train__checkpoint_seconds": 1},
        {"encode__keep_codes": True, "sample__partitions": 3},
        {"mlflow__tracking_uri": "http://mlflow:5000", "mlflow__experiment": "others"},
        {"train__settings__steps": LikelihoodSettings.steps, "clean__trim": True},  # as by default
        {"table": "people"},  # as it is called anyhow
    ],
)
def test_where_it_runs_and_what_is_the_default_change_nothing(changes: dict[str, Any]) -> None:
    assert changed(**changes) == ()


def test_codes_for_workers_that_are_dealt_row_groups_are_written_for_so_many() -> None:
    dealt = config(train__reader="petastorm", train__workers=2)
    assert changed(train__reader="petastorm", train__workers=2)[0] == "encode"
    more = config(train__reader="petastorm", train__workers=3)
    assert identities(more)["encode"] != identities(dealt)["encode"]
    pyarrow = config(train__workers=3)
    assert identities(pyarrow) == identities(config())


def test_identities_are_those_of_any_version() -> None:
    small = config(
        split__holdout_fraction=0.25, privacy__min_entities=5, sample__given={"city": "Rome"}
    )
    assert configuration(small, "train") == "a85415b681a9ae8a"
    assert identity("clean", config(clean__trim=False), {"ingest": "0" * 16}) == "266deded42b7400a"
    assert (
        identity("sample", small, dict.fromkeys(BY_NAME["sample"].reads, "1")) == "24a20a7cded98953"
    )


def test_a_setting_that_a_later_version_brings_changes_nothing() -> None:
    later = create_model(
        "CleanConfig", __base__=CleanConfig, fold=(dict[str, int], Field(default_factory=dict))
    )
    old = config(clean__trim=False)
    new = old.model_copy(update={"clean": later(trim=False)})
    assert identities(new) == identities(old)
    assert configuration(new, "train") == configuration(old, "train")
    other = old.model_copy(
        update={"clean": later.model_validate({"trim": False, "fold": {"a": 1}})}
    )
    assert identities(other)["clean"] != identities(old)["clean"]


def test_the_order_of_conditions_counts() -> None:
    assert changed(sample__given={"a": 1, "b": 2}) != ()
    one, two = (config(sample__given=given) for given in ({"a": 1, "b": 2}, {"b": 2, "a": 1}))
    assert identities(one)["sample"] != identities(two)["sample"]


def test_a_record_that_is_read_counts() -> None:
    given = config()
    assert identity("clean", given, {"ingest": "a"}) != identity("clean", given, {"ingest": "b"})


def test_a_model_from_elsewhere_stands_for_encoder_and_training() -> None:
    one, two = config(), config(train__settings__steps=7, encode__fine=9)
    assert configuration(one, "train", model="m") == configuration(two, "train", model="m")
    assert configuration(one, "train", model="m") != configuration(one, "train", model="n")
    assert identity("train", one, {"encode": "x"}, model="m") == identity(
        "train", two, {"encode": "y"}, model="m"
    )
    assert differences(one, two, MODEL_STAGES, model="m") == []


def test_every_setting_that_makes_something_is_read() -> None:
    read = {key for stage in STAGES for key in settings(config(), (stage,))}
    assert {"seed", "table", "random_seed", "train.generator", "gates.copy_rate"} <= read
    assert not {key for key in read if key.startswith(("lake.", "session.", "mlflow."))}
    flexible = config(train__settings__flexible=True)
    assert "train.settings.flexible" in encode_reads(flexible)
    assert "train.settings.flexible" in settings(flexible, ("encode",))


def test_differences_say_both_values_but_none_of_sensitive_columns() -> None:
    run = config(
        clean__ranges={"age": [0, 120], "pay": [0, 10]},
        columns__sensitive=["pay"],
        session__extra={"spark.key": "hunter2"},
    )
    given = config(
        clean__ranges={"age": [0, 100], "pay": [0, 77]},
        columns__sensitive=["pay"],
        session__extra={"spark.key": "hunter3"},
        train__settings__steps=7,
        gates__copy_rate=0.5,
    )
    found = {one.key: (one.before, one.now) for one in differences(run, given, MODEL_STAGES)}
    assert found == {
        "clean.ranges.age": ("[0.0, 120.0]", "[0.0, 100.0]"),
        "clean.ranges.pay": ("(not shown)", "(not shown)"),
        "train.settings.steps": ("the default", "7"),
    }
    assert [one.key for one in differences(run, given, LATER_STAGES)] == ["gates.copy_rate"]
    only = differences(config(), config(clean__ranges={"age": [0, 1]}), ("clean",))
    assert (only[0].key, only[0].before) == ("clean.ranges.age", "nothing")


def test_chosen_settings_are_those_that_differ_but_no_values_of_sensitive_columns() -> None:
    given = config(
        clean__ranges={"age": [0, 120], "pay": [0, 10]},
        columns__sensitive=["pay"],
        dependencies__add=[{"kind": "map", "sources": ["city"], "target": "pay", "map": {"a": 9}}],
        sample__given={"email": "jane@example.org", "city": "Rome"},
        task__positive="rich",
        lake__files="/files",
        clean__trim=True,
    )
    found = chosen_settings(given, ["email"])
    hidden = {key for key, text in found.items() if text == "(not shown)"}
    assert hidden == {
        "clean.ranges.pay",
        "dependencies.add",
        "sample.given.email",
        "task.positive",  # of a target that is proposed from the data
    }
    assert {key: found[key] for key in found.keys() - hidden} == {
        "seed": '"people.csv"',
        "table": '"people"',
        "clean.ranges.age": "[0.0, 120.0]",
        "columns.sensitive": '["pay"]',
        "sample.given.city": '"Rome"',
    }


def test_what_is_looked_for_is_shown_of_a_target_that_is_not_sensitive() -> None:
    given = {"task__positive": "rich", "columns__sensitive": ["pay"]}
    assert chosen_settings(config(task__target="city", **given))["task.positive"] == '"rich"'
    assert chosen_settings(config(task__target="pay", **given))["task.positive"] == "(not shown)"
    rule = [{"kind": "map", "sources": ["city"], "target": "land"}]
    assert "city" in chosen_settings(config(dependencies__add=rule))["dependencies.add"]

from typing import Any

import pytest

from jobs.config import Config, ConfigError
from jobs.config_file import load_config
from jobs.records import TableRecord
from jobs.seed_checks import (
    accepted,
    require_columns,
    require_fit,
    require_purpose,
    require_rows,
)
from synth.audit.finding import Finding


def config(**changes: Any) -> Config:
    given = {key.replace("__", "."): value for key, value in changes.items()}
    return load_config(None, {"seed": "people.csv", "lake.tables": "lake", **given})


def test_rows_to_train_on_are_twice_as_many_as_a_value_needs() -> None:
    given = config(privacy__min_entities=5, split__holdout_fraction=0.2)
    with pytest.raises(ConfigError) as refused:
        require_rows(given, TableRecord("/lake/seed", 0, 12))
    assert str(refused.value) == (
        "seed table /lake/seed has 12 rows, about 10 of them to train on; at least 10 are needed "
        "while privacy.min_entities is 5: give more rows, or set it lower"
    )
    require_rows(given, TableRecord("/lake/seed", 0, 13))
    whole = config(privacy__min_entities=5, split__holdout_fraction=0)
    require_rows(whole, TableRecord("/lake/seed", 0, 10))
    with pytest.raises(ConfigError, match="has 9 rows"):
        require_rows(whole, TableRecord("/lake/seed", 0, 9))


RULE = {"kind": "sum", "sources": ["a", "x"], "target": "b"}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("columns.sensitive", ["x"]),
        ("columns.keys", ["x"]),
        ("columns.ignore", ["x"]),
        ("split.key", ["a", "x"]),
        ("clean.not_null", ["x"]),
        ("clean.replace", {"x": {"b": "c"}}),
        ("clean.allowed", {"x": [1]}),
        ("clean.ranges", {"x": [0, 1]}),
        ("encode.first", ["x"]),
        ("train.settings.conditions", [["a"], ["x", "a"]]),
        ("dependencies.add", [RULE]),
        ("dependencies.add", [{**RULE, "sources": ["a"], "target": "x"}]),
        ("dependencies.veto", ["x"]),
        ("sample.given", {"x": 1}),
        ("task.target", "x"),
        ("evaluate.slices", ["x"]),
    ],
)
def test_a_column_that_the_seed_lacks_is_named_with_its_setting(setting: str, value: Any) -> None:
    given = config(**{setting: value})
    with pytest.raises(ConfigError) as refused:
        require_columns(given, ("a", "b"))
    assert (
        str(refused.value) == f"{setting} names column 'x', which people.csv lacks; it has 'a', 'b'"
    )
    require_columns(given, ("a", "b", "x"))


def test_a_struct_is_named_by_its_fields() -> None:
    given = config(columns__sensitive=["home"])
    with pytest.raises(ConfigError, match=r"by its fields: .* 'home\.city', 'home\.zip'$"):
        require_columns(given, ("id", "home.city", "home.zip", "homely"))


def test_some_column_is_left() -> None:
    given = config(columns__ignore=["a", "b"])
    with pytest.raises(ConfigError, match=r"leaves no column of people\.csv: take one out of it"):
        require_columns(given, ("a", "b"))
    require_columns(given, ("a", "b", "c"))


def test_a_rule_without_its_shape_is_left_to_encode() -> None:
    odd: list[dict[str, Any]] = [{"kind": "sum"}, {"sources": 3, "target": None}]
    require_columns(config(dependencies__add=odd), ("a",))


def test_an_error_of_the_profile_stops_a_run_unless_somebody_accepts_it() -> None:
    few = Finding("too few rows", "error", (), "12 rows", "Gather more of it")
    fine = Finding("constant", "info", ("a",), "every row has the same one", "Leave it out")
    with pytest.raises(ConfigError, match=r"people\.csv: too few rows: 12 rows\. Gather more"):
        require_fit(config(), [fine, few])
    said = {"too few rows": {"by": "Olena", "reason": "a trial of the code"}}
    given = config(stated__accept=said)
    require_fit(given, [fine, few])
    (line,) = accepted(given, [one.to_json() for one in (fine, few)])
    assert line == "too few rows; accepted by Olena: a trial of the code"


def test_a_use_that_needs_real_rows_is_refused_unless_somebody_accepts_it() -> None:
    require_purpose(config(stated__intended_use="load tests"))
    trial = config(stated__intended_use="Evidence for a clinical trial")
    with pytest.raises(ConfigError, match=r"speaks of clinical trial.*stated\.accept: \{purpose"):
        require_purpose(trial)
    assert accepted(trial, []) == []
    said = {"purpose needs real rows": {"by": "Olena", "reason": "rehearsal of the code alone"}}
    given = config(stated__intended_use="Evidence for a clinical trial", stated__accept=said)
    require_purpose(given)
    (line,) = accepted(given, [])
    assert line.endswith("accepted by Olena: rehearsal of the code alone")
    with pytest.raises(ConfigError, match=r"stated\.accept.*purpose needs real rows"):
        config(stated__accept={"purpose": {"by": "Olena", "reason": "why"}})

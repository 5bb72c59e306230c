"""Whatever a caller gives that cannot be meant is told in one sentence, before any work."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.arguments import encoder_settings, listed, whole
from synth.encode import EncoderSettings
from synth.table.errors import InputError

ROWS = 400
FRAME = pd.DataFrame(
    {
        "age": np.arange(ROWS) % 60,
        "job": list("abcd") * (ROWS // 4),
        ("x", "b"): np.arange(ROWS) % 7,
        3: np.arange(ROWS) % 5,
    }
)
RULE = {"kind": "order", "sources": ["age"], "target": "job"}


def plain(**options: Any) -> Synthesizer:
    return Synthesizer(generator="marginal", progress=False, **options)


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    return plain().fit(FRAME)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"generator": "marginl"}, "no generator 'marginl'; did you mean marginal"),
        ({"generator": None}, "no generator None; there are"),
        ({"settings": [1]}, "settings of generator .* are a mapping"),
        ({"settings": {"step": 1}}, "step: unknown key; did you mean steps"),
        ({"seed": "a"}, "seed must be a whole number, however: 'a'"),
        ({"seed": True}, "seed must be a whole number, however: True"),
        ({"seed": -1}, "seed must be 0 or more, however: -1"),
        ({"device": [1]}, "device is cpu or cuda"),
        ({"progress": "yes"}, r"progress is None .*however: 'yes'"),
        ({"encoder": {"min_entity": 5}}, "encoder: no setting 'min_entity'; did you mean 'min_ent"),
        ({"encoder": {"min_entities": 0}}, "encoder: min_entities must be 1 or more, however: 0"),
        ({"encoder": {"coarse": 300}}, "encoder: coarse must be 256 or less, however: 300"),
        ({"encoder": {"heavy": "x"}}, "encoder: heavy is a share"),
        ({"encoder": {"heavy": 2}}, "encoder: heavy lies above 0"),
        ({"encoder": {"rare_values": "drop"}}, "encoder: rare_values is frequent or made"),
        ({"encoder": 5}, "encoder is EncoderSettings or a mapping"),
    ],
)
def test_options_are_looked_at(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Synthesizer(**options)


@pytest.mark.parametrize("argument", ["keys", "sensitive", "first", "veto"])
def test_columns_are_looked_at(argument: str) -> None:
    known = (
        rf"{argument} names 'agee', which is no column of the table; did you mean 'age'\? it has"
    )
    with pytest.raises(InputError, match=known):
        plain().fit(FRAME, **{argument: ["agee"]})
    with pytest.raises(InputError, match=rf"{argument} names 7, which is no column"):
        plain().fit(FRAME, **{argument: [7]})
    for wrong in (5, None, {"age": 1}):
        with pytest.raises(InputError, match=f"{argument} takes a list of column names, however: "):
            plain().fit(FRAME, **{argument: wrong})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"forms": {"agee": "plain"}}, "forms names 'agee', .*did you mean 'age'"),
        ({"forms": {"job": 5}}, "forms: how column 'job' is written is a text"),
        ({"forms": "plain"}, "forms is True, False or a mapping"),
        ({"forms": None}, "forms is True, False or a mapping"),
        ({"dependencies": [{**RULE, "target": "jobb"}]}, "dependencies names 'jobb', .*mean 'job'"),
        ({"dependencies": [{**RULE, "kind": "ordr"}]}, "no dependency of kind 'ordr'"),
        ({"dependencies": [{"kind": "order"}]}, "a order dependency needs 'sources'"),
        ({"dependencies": ["order"]}, r"a rule is written \{'kind': 'sum'"),
        ({"dependencies": None}, "dependencies is True, False or a list of rules"),
        ({"dependencies": RULE}, "dependencies is True, False or a list of rules"),
        ({"schema": {"age": "string"}}, "schema is a synth.table.schema.TableSchema"),
    ],
)
def test_arguments_of_a_fit_are_looked_at(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        plain().fit(FRAME, **arguments)


def test_columns_of_the_settings_are_looked_at_before_any_work() -> None:
    with pytest.raises(InputError, match=r"conditions names 'agee', .*did you mean 'age'"):
        Synthesizer(settings={"conditions": [["agee"]]}, progress=False).fit(FRAME)


@pytest.mark.parametrize(
    "table", [None, 5, "people.csv", [{"a": 1}], {"a": [1]}, np.zeros((3, 2)), FRAME["age"]]
)
def test_what_is_no_table_is_a_mistake_of_type_too(table: Any, fitted: Synthesizer) -> None:
    for call in (plain().fit, fitted.impute, fitted.log_prob):
        with pytest.raises(
            InputError, match="a table must be a pandas or Polars DataFrame"
        ) as error:
            call(table)
        assert isinstance(error.value, TypeError)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (FRAME[:0], "the table has no rows"),
        (FRAME[[]], "the table has no columns"),
        (FRAME[:1], "the table has 1 rows; at least 22 are needed"),
        (pd.DataFrame({"a": [None] * 50}), "no column of the table can be learned"),
        (pd.DataFrame({"id": range(200)}), "no column of the table can be learned"),
        (FRAME[["age", "age"]], "column 'age' appears twice"),
    ],
)
def test_tables_that_teach_nothing_are_named(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(InputError, match=said):
        plain().fit(frame)


def test_labels_of_several_levels_and_numbers_are_named_as_they_are() -> None:
    frame = FRAME[["age", "job"]].set_axis(
        pd.MultiIndex.from_tuples([("x", "a"), ("y", "b")]), axis=1
    )
    made = plain().fit(frame, sensitive=[("y", "b")]).sample(3)
    assert made.columns.equals(frame.columns)
    with pytest.raises(InputError, match=r"first names \('y', 'c'\), which is no column"):
        plain().fit(frame, first=[("y", "c")])


CALLS: list[tuple[Callable[[Synthesizer], Any], str]] = [
    (lambda model: model.sample(), "say how many rows are wanted"),
    (lambda model: model.sample(-1), "rows must be positive, however: rows=-1"),
    (lambda model: model.sample(2.5), "rows must be a whole number, however: 2.5"),  # type: ignore[arg-type]
    (lambda model: model.sample(True), "rows must be a whole number, however: True"),
    (lambda model: model.sample(3, given=5), "given maps columns to values"),
    (lambda model: model.sample(3, given={"agee": 5}), "given 'agee': .*did you mean 'age'"),
    (lambda model: model.sample(3, seed="a"), "seed must be a whole number"),  # type: ignore[arg-type]
    (lambda model: model.sample(3, temperature="a"), "temperature must be above 0"),  # type: ignore[arg-type]
    (lambda model: model.save(5), "folder is a path, however: int"),  # type: ignore[arg-type]
    (lambda model: model.load(5), "folder is a path, however: int"),  # type: ignore[arg-type]
    (
        lambda model: model.impute(FRAME.rename(columns={"age": "Age"})),
        "the table lacks 'age', which the model knows; may 'age' be 'Age'",
    ),
    (lambda model: model.log_prob(FRAME[["age"]]), "the table lacks 'job', .* which the model"),
]


@pytest.mark.parametrize(("call", "said"), CALLS)
def test_calls_of_a_model_are_looked_at(
    call: Callable[[Synthesizer], Any], said: str, fitted: Synthesizer
) -> None:
    with pytest.raises(InputError, match=said):
        call(fitted)


def test_settings_of_the_encoder_may_be_a_mapping() -> None:
    assert encoder_settings({"min_entities": 20}) == EncoderSettings(min_entities=20)
    assert encoder_settings(None) == EncoderSettings()
    small = pa.table({"n": [1, 2] * 10})
    assert len(plain(encoder={"min_entities": 5}).fit(small).sample(4)) == 4


def test_whole_numbers_of_numpy_and_lists_of_any_kind_are_taken() -> None:
    assert whole("rows", np.int64(3), least=1) == 3
    assert listed("keys", pd.Index(["a", 2])) == ["a", 2]
    assert listed("keys", (name for name in "ab")) == ["a", "b"]

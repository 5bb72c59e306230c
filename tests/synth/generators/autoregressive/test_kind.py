"""What the kind asks of encode, and what it refuses before the work."""

import json
from typing import Any

import numpy as np
import pytest

from synth.generators.autoregressive.kind import AutoregressiveKind
from synth.generators.autoregressive.relations import Relations
from synth.generators.autoregressive.settings import AutoregressiveSettings
from synth.generators.registry import setting_names
from synth.table.errors import InputError
from synth.table.schema import Column, TableSchema
from synth.table.sub_column import SubColumn
from tests.synth.generators.autoregressive.small import ROWS, small

KIND = AutoregressiveKind()
SCHEMA = TableSchema(tuple(Column(name, "int") for name in "abcd"))


def settings(**own: Any) -> AutoregressiveSettings:
    return AutoregressiveSettings(**own)


def test_columns_that_conditions_name_need_values_of_their_own() -> None:
    needs = KIND.needs(settings(conditions=(("a", "b"), ("b", "c"))), SCHEMA)
    assert needs.conditioned == {"a", "b", "c"}
    assert needs.drawn == {"conditions": ("a", "b", "c")}
    assert needs.first == () and needs.arranged
    assert KIND.needs(settings(), SCHEMA).conditioned == frozenset()
    assert KIND.needs(settings(flexible=True), SCHEMA).conditioned == set("abcd")


def test_the_column_that_weighs_is_drawn_first() -> None:
    assert KIND.needs(settings(class_weights="d"), SCHEMA).first == ("d",)


def test_settings_that_encode_reads_are_the_kinds_own() -> None:
    assert KIND.encode_settings <= set(setting_names(KIND.settings_type))


def codes() -> tuple[np.ndarray, tuple[SubColumn, ...]]:
    """``c`` copies ``a`` nearly always; ``b``, of two codes, goes with nothing."""
    rng = np.random.default_rng(0)
    a, b, place = rng.integers(0, 4, 3000), rng.integers(0, 3, 3000), rng.integers(0, 5, 3000)
    c = np.where(rng.random(3000) < 0.9, a, rng.integers(0, 4, 3000))
    subs = (SubColumn("b", 0, 3), SubColumn("b", 1, 5), SubColumn("a", 0, 4), SubColumn("c", 0, 4))
    return np.stack([b, place, a, c], 1), subs


def test_columns_are_arranged_along_their_associations() -> None:
    found = KIND.arrange(*codes(), (), settings())
    assert found.order == ("a", "c", "b")
    assert found.partners[:2] == (None, 0) and found.partners[3] is None
    relations = Relations.from_json(json.loads(json.dumps(found.relations)))
    assert relations.parents[1] == (0,) and relations.parents[3][0] == 2
    assert relations.association[0, 1] > 0.5 > relations.association[0, 2]


def test_columns_that_are_to_lead_do() -> None:
    assert KIND.arrange(*codes(), ("b", "c"), settings()).order == ("b", "c", "a")


def test_a_column_that_cannot_weigh_is_refused() -> None:
    assert KIND.arrange(*codes(), ("a",), settings(class_weights="a")).order[0] == "a"
    with pytest.raises(InputError, match="names 'c', however: 'a' is drawn first"):
        KIND.arrange(*codes(), ("a",), settings(class_weights="c"))
    with pytest.raises(InputError, match="names 'b', which has too many values: leave it out"):
        KIND.arrange(*codes(), ("b",), settings(class_weights="b"))


def test_tf32_on_a_cpu_is_refused() -> None:
    KIND.require_means(settings(precision="tf32"), device="cuda")
    KIND.require_means(settings(precision="bfloat16"), device="cpu")
    with pytest.raises(InputError, match="precision tf32 is of GPUs"):
        KIND.require_means(settings(precision="tf32"), device="cpu")


def test_a_compiler_is_asked_for_where_steps_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("synth.generators.network_kind.require_compiler", asked.append)
    KIND.require_machine(settings(), device="cpu")
    assert asked == []
    KIND.require_machine(settings(compiled=True), device="cuda")
    assert asked == ["cuda"]


def test_it_loads_what_its_generator_saves() -> None:
    own = small()
    loaded = KIND.load(own.save())
    assert loaded.name == KIND.name == "autoregressive"
    np.testing.assert_array_equal(loaded.log_prob(ROWS), own.log_prob(ROWS))


def test_a_rehearsal_has_heads_as_wide_as_the_whole_table() -> None:
    assert KIND.rehearsed(settings(), 1000).hidden == settings().width_for(1000)
    assert KIND.rehearsed(settings(), 10**6).hidden == settings().width_for(10**6)
    assert KIND.rehearsed(settings(hidden=16), 10**6).hidden == 16

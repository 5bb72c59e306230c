import json

import pytest

from synth.generators.autoregressive.settings import AutoregressiveSettings, NetworkSettings
from synth.table.errors import InputError


def test_what_a_model_describes_of_its_network_is_pinned() -> None:
    """Another key or default would be another model of the same weights."""
    expected = {
        "hidden": None,
        "residual_layers": 1,
        "dropout": None,
        "flexible": False,
        "conditions": (),
        "parents": 4,
        "class_weights": None,
    }
    assert NetworkSettings().describe() == expected
    assert AutoregressiveSettings(steps=7).describe() == expected  # nothing of the learning


def test_settings_survive_json_which_knows_lists_only() -> None:
    own = NetworkSettings(hidden=16, conditions=(("a", "b"), ("c",)), class_weights="a")
    again = NetworkSettings(**json.loads(json.dumps(own.describe())))
    assert again == own and hash(again) == hash(own)


@pytest.mark.parametrize("conditions", ["sex", ["sex", "age"], [["sex"], "age"], [[]]])
def test_a_text_is_no_set_of_columns(conditions: object) -> None:
    message = r"conditions are sets of columns, such as \[\['sex', 'age'\]\], however: "
    with pytest.raises(InputError, match=message):
        NetworkSettings(conditions=conditions)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "rate"),
    [(0, 0.5), (1_499, 0.5), (1_500, 0.3), (5_000, 0.2), (30_000, 0.15), (10**7, 0.1)],
)
def test_few_rows_are_dropped_more_often(rows: int, rate: float) -> None:
    assert NetworkSettings().dropout_of(rows, cells=1e9) == rate


def test_a_small_joint_needs_no_dropout_and_a_given_rate_is_taken() -> None:
    assert NetworkSettings().dropout_of(100, cells=100) == 0.0
    assert NetworkSettings().dropout_of(100, cells=101) == 0.5
    assert NetworkSettings(dropout=0.25).dropout_of(100, cells=1) == 0.25
    assert NetworkSettings(dropout=0.0).dropout_of(100, cells=1e9) == 0.0


def test_heads_are_narrow_for_few_rows_unless_their_width_is_given() -> None:
    assert [NetworkSettings().width_for(rows) for rows in (1, 4_999, 5_000, 10**7)] == [
        32,
        32,
        64,
        64,
    ]
    assert NetworkSettings(hidden=16).width_for(10**7) == 16

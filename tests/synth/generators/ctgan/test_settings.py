"""Settings that cannot be are refused with their name."""

from __future__ import annotations

from typing import Any

import pytest

from synth.generators.ctgan.kind import CtganKind
from synth.generators.registry import read_settings
from synth.table.errors import InputError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pac", 0),
        ("temperature", 0),
        ("learning_rate", -1e-3),
        ("average_decay", 1),
        ("penalty", -1),
        ("pool_rows", 0),
        ("calibration_rounds", -1),
    ],
)
def test_a_value_out_of_range_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=f"^{name}: Input should be"):
        read_settings(CtganKind(), {name: value})

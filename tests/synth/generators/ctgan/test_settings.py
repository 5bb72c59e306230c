"""Settings that cannot be are refused with their name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from synth.generators.ctgan.kind import CtganKind
from synth.generators.ctgan.settings import CtganSettings
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


def test_a_part_of_a_batch_is_a_pack_at_least() -> None:
    kind, settings = CtganKind(), CtganSettings(batch_rows=55, pac=10, accumulation=5)
    kind.require_means(settings, device="cpu")
    said = r"^accumulation is 6, more than the 5 whole packs \(pac 10\) of a batch of 55 rows: set "
    with pytest.raises(InputError, match=said):
        kind.require_means(replace(settings, accumulation=6), device="cpu")

"""How many classes there are."""

from __future__ import annotations

import pytest

from synth.generators.mixture.settings import MOST_COMPONENTS, MixtureSettings


@pytest.mark.parametrize(
    ("rows", "expected"), [(10, 1), (6000, 10), (307_200, 512), (10**8, MOST_COMPONENTS)]
)
def test_classes_grow_with_the_rows_up_to_a_bound(rows: int, expected: int) -> None:
    assert MixtureSettings().components_for(rows) == expected
    assert MixtureSettings(components=7).components_for(rows) == 7

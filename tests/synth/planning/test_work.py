"""What a run is to do, in numbers."""

from __future__ import annotations

from tests.synth.planning.works import work


def test_values_are_told_in_millions_and_rows_in_whole_blocks() -> None:
    own = work(rows=2_000_000, train_rows=1_000_000, synthetic_rows=16_385, columns=10)
    assert own.seed_cells == 20 and own.train_cells == 10
    assert own.synthetic_cells == 0.16385 and own.blocks == 2

"""Partitions that differ: one that is unlike all others, all of them, and none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synth.audit.partition_drift import not_counted, on_partitions, partition_drifts
from synth.metrics.histograms import CodeHistograms
from synth.table.bins import ColumnBins

RNG = np.random.default_rng(2)
REGIONS = ("east", "north", "south", "west")


def bins(name: str, labels: tuple[str, ...]) -> ColumnBins:
    places = tuple(range(len(labels)))
    return ColumnBins(
        name, "category", False, labels, (None,) * len(labels), (None,) * len(labels), places
    )


def counted(shares: list[list[float]], rows: int = 4000) -> CodeHistograms:
    """``shares``: of the values of the second column, by region; the third does not depend."""
    region = RNG.integers(0, len(shares), rows)
    value = (RNG.random(rows)[:, None] > np.cumsum(shares, axis=1)[region]).sum(axis=1)
    state = CodeHistograms(
        [
            bins("region", REGIONS[: len(shares)]),
            bins("unit", ("a", "b", "c")),
            bins("x", ("0", "1")),
        ]
    )
    state.update_bins(np.stack([region, np.minimum(value, 2), RNG.integers(0, 2, rows)], axis=1))
    return state


def test_the_odd_one_out_is_a_warning() -> None:
    usual = [0.6, 0.3, 0.1]
    found = partition_drifts(counted([usual, [0.1, 0.2, 0.7], usual, usual]), [], ["region"])
    assert [(one.drift.column, one.label, one.apart) for one in found] == [("unit", "north", True)]
    (finding,) = on_partitions(found)
    assert finding.severity == "warning" and finding.name == "partition unlike all others"
    assert "'unit'" in finding.evidence and "'region' = north" in finding.evidence


def test_where_all_differ_it_is_good_to_know() -> None:
    shares = [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.3, 0.4, 0.3]]
    (finding,) = on_partitions(partition_drifts(counted(shares), [], ["region"]))
    assert finding.severity == "info" and finding.name == "drift between partitions"
    two = partition_drifts(counted(shares[:2]), [], ["region"])
    assert [one.apart for one in two] == [False]


def test_alike_partitions_and_other_columns_are_nothing() -> None:
    alike = counted([[0.6, 0.3, 0.1]] * 4)
    assert partition_drifts(alike, [], ["region"]) == ()
    assert partition_drifts(counted([[0.9, 0.1, 0.0], [0.1, 0.9, 0.0]]), [], []) == ()
    assert list(on_partitions(())) == []
    assert len(list(not_counted(alike, ["region", "day"]))) == 1


def test_a_sensitive_partition_is_not_named() -> None:
    state = counted([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7], [0.6, 0.3, 0.1]])
    state.bins = (replace(state.bins[0], sensitive=True), *state.bins[1:])
    assert [one.label for one in partition_drifts(state, [], ["region"])] == [None]

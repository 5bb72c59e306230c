"""Nodes and arcs of a diagram: parts, order, heights."""

from __future__ import annotations

import numpy as np

from synth.report.arc_layout import FIRST_REACH, PORTS, STEP, Arrow, layout


def arrows(*pairs: str, group: str = "g") -> list[Arrow]:
    return [Arrow(pair[0], pair[1], group) for pair in pairs]


def test_parts_are_apart_the_largest_first() -> None:
    parts = layout(arrows("xy", "ab", "bc"), "xyabc", 200)
    assert [part.nodes for part in parts] == [("a", "b", "c"), ("x", "y")]
    assert parts[0].height == 3 * STEP
    assert layout([], "abc", 200) == ()


def test_sources_stand_above_their_targets() -> None:
    (part,) = layout(arrows("dc", "cb", "ba", "ea"), "abcde", 200)
    place = {name: at for at, name in enumerate(part.nodes)}
    assert all(place[arc.arrow.source] < place[arc.arrow.target] for arc in part.arcs)
    assert all(arc.start < arc.end for arc in part.arcs)


def test_a_cycle_has_an_order_as_well() -> None:
    (part,) = layout(arrows("ab", "bc", "ca"), "abc", 200)
    assert sorted(part.nodes) == ["a", "b", "c"] and len(part.arcs) == 3
    back = [arc for arc in part.arcs if arc.end < arc.start]
    assert len(back) == 1


def test_equal_arrows_are_one_and_none_goes_to_itself() -> None:
    (part,) = layout([*arrows("ab", "ab", "aa"), *arrows("ab", group="h")], "ab", 200)
    assert [arc.arrow.group for arc in part.arcs] == ["g", "h"]


def test_ends_at_a_node_are_apart_and_near_its_middle() -> None:
    (part,) = layout(arrows("az", "bz", "cz", "dz", "zy"), "abcdzy", 200)
    at = part.nodes.index("z")
    ends = sorted(
        [arc.end for arc in part.arcs if arc.arrow.target == "z"]
        + [arc.start for arc in part.arcs if arc.arrow.source == "z"]
    )
    assert len(set(ends)) == 5
    assert np.abs(np.array(ends) - (at + 0.5) * STEP).max() <= PORTS


def test_nested_arcs_do_not_cross() -> None:
    """Of two that end at one node the one from farther away comes in below."""
    (part,) = layout(arrows("ac", "bc"), "abc", 200)
    ends = {arc.arrow.source: arc.end for arc in part.arcs}
    assert ends["a"] > ends["b"]
    (fan,) = layout(arrows("ab", "ac"), "abc", 200)
    starts = {arc.arrow.target: arc.start for arc in fan.arcs}
    assert starts["c"] < starts["b"]


def test_no_arc_swings_out_too_far() -> None:
    names = [f"c{i}" for i in range(300)]
    (part,) = layout([Arrow("c0", name, "g") for name in names], names, 150)
    assert len(part.nodes) == 300 and max(arc.reach for arc in part.arcs) == 150
    assert min(arc.reach for arc in part.arcs) == FIRST_REACH

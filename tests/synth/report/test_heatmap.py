"""A picture of all pairs: one square each, on a scale that holds every value."""

import numpy as np
import pytest

from synth.report.heatmap import Scale, heat_map_svg
from synth.report.svg import printable
from tests.synth.report.trial import HOSTILE, svg_texts


def test_heat_map_holds_one_square_for_each_pair():
    matrix = np.full((3, 3), 0.9)
    svg = heat_map_svg(matrix, ["a", HOSTILE, "c"], Scale.similarity(matrix), prefix="m")
    texts = svg_texts(svg)
    assert printable(HOSTILE, 16) in texts
    assert texts.count("a") == 1  # the first name only below, the last only at the side


def test_scales_hold_what_they_show():
    matrix = np.array([[np.nan, 0.83], [0.83, np.nan]])
    assert Scale.similarity(matrix).low == pytest.approx(0.8)
    assert Scale.difference(matrix).high == pytest.approx(0.85)
    assert Scale.similarity(np.full((2, 2), np.nan)).low <= 0.95


def test_a_scale_without_a_value_is_one_all_the_same() -> None:
    nothing = np.full((2, 2), np.nan)
    assert (Scale.difference(nothing).low, Scale.difference(nothing).high) == (0.0, 0.05)
    assert (Scale.correlation().low, Scale.correlation().high) == (-1.0, 1.0)


def test_two_maps_on_one_scale_have_the_same_ends() -> None:
    low, high = np.full((2, 2), 0.61), np.full((2, 2), 0.99)
    scale = Scale.similarity(low, high)
    assert scale == Scale.similarity(low)
    for matrix in (low, high):
        assert {"0.6", "1"} <= set(svg_texts(heat_map_svg(matrix, ["a", "b"], scale, prefix="m")))

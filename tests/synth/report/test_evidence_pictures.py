"""Pictures of attacks and of predictions."""

import xml.etree.ElementTree as ElementTree

from matplotlib.patches import Rectangle

from synth.report.evidence_pictures import attack_figure, attack_svg, bars_figure, bars_svg
from synth.report.svg import style
from tests.synth.report.trial import HOSTILE, svg_texts

CURVE = {"attack": "closest_record", "targets": "random", "fpr": [0, 0.5, 1], "tpr": [0, 0.8, 1]}


def test_each_attack_is_a_line_beside_guessing() -> None:
    with style():
        (axes,) = attack_figure([CURVE, {**CURVE, "targets": "vulnerable"}]).axes
    assert len(axes.lines) == 3
    assert list(axes.lines[1].get_ydata()) == [0, 0.8, 1]
    texts = svg_texts(attack_svg([CURVE], prefix="a"))
    assert {"guessing", "closest_record, random rows"} <= set(texts)


def test_a_bar_for_each_name_and_room_for_the_longest() -> None:
    with style():
        (axes,) = bars_figure([("a", 0.5), ("b", 2.0)], full=1.0).axes
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [bar.get_width() for bar in bars] == [0.5, 2.0]
    assert axes.get_xlim()[1] >= 2.0


def test_names_are_literal_text() -> None:
    svg = bars_svg([(HOSTILE, 0.5), ("a$b_{c}$", 1.0)], full=1.0, prefix="b")
    ElementTree.fromstring(svg)
    assert "a$b_{c}$" in svg_texts(svg) and "<script>" not in svg

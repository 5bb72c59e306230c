"""A figure becomes an element that can stand in a page with many others."""

import re
import xml.etree.ElementTree as ElementTree

import matplotlib
import pytest

from synth.report.svg import inline_svg, new_figure, printable, style
from tests.synth.report.trial import svg_texts


def drawn(prefix: str) -> str:
    with style():
        figure = new_figure(200, 100)
        axes = figure.add_axes((0.1, 0.2, 0.8, 0.7))
        axes.plot([0, 1], [0, 1])
        axes.set_xlabel("a$b_{c}$ <i>")
        return inline_svg(figure, prefix=prefix)


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("plain", None, "plain"),
        ("two\nlines\x00here", None, "two lines here"),
        (" \t ", None, "(empty)"),
        ("half \ud800", None, "half ?"),
        ("exactly ten", 11, "exactly ten"),
        ("one letter too many", 11, "one letter…"),
    ],
)
def test_text_is_one_line_that_xml_can_hold(text: str, limit: int | None, shown: str) -> None:
    assert printable(text, limit) == shown


def test_a_picture_scales_and_its_text_stays_text() -> None:
    svg = drawn("p")
    root = ElementTree.fromstring(svg)
    assert root.get("viewBox") == "0 0 200 100"
    assert root.get("width") is None and root.get("height") is None
    assert root.get("aria-hidden") == "true"
    assert "a$b_{c}$ <i>" in svg_texts(svg)


def test_ids_are_its_own_and_the_bytes_the_same_each_time() -> None:
    one, two = drawn("p1"), drawn("p2")
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0] and not ids[0] & ids[1]
    assert set(re.findall(r"url\(#([^)]+)", one)) <= ids[0]
    assert one == drawn("p1")


def test_the_users_matplotlib_is_left_as_it_was() -> None:
    before = dict(matplotlib.rcParams)
    drawn("x")
    assert dict(matplotlib.rcParams) == before

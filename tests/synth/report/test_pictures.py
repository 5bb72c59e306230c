"""Pictures stand in one page with many others, and take names as they are."""

import doctest
import re
import xml.etree.ElementTree as ElementTree

import pytest

from synth.report import pictures
from synth.report.pictures import curve_svg, distribution_svg
from synth.report.report import ColumnComparison
from tests.synth.metrics.columns import categories
from tests.synth.report.trial import BINS, drawn, spans, svg_texts


def _comparison(place: int) -> ColumnComparison:
    counts = drawn(900, 1).column(place).tolist()
    return ColumnComparison(BINS[place], counts, counts)


@pytest.mark.parametrize("place", range(len(BINS)))
def test_pictures_are_well_formed_and_their_ids_are_their_own(place):
    svg = distribution_svg(_comparison(place), prefix="p7")
    root = ElementTree.fromstring(svg)
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert all(name.startswith("p7-") for name in ids)
    assert len(set(ids)) == len(ids)
    used = re.findall(r'(?:url\(#|href="#)([^)"]+)', svg)
    assert set(used) <= set(ids)


def test_the_same_column_gives_the_same_bytes():
    assert distribution_svg(_comparison(1), prefix="a") == distribution_svg(
        _comparison(1), prefix="a"
    )


def test_labels_are_literal_text():
    bins = categories("c", "a$b_{c}$", "<b>&", "日本語")
    texts = svg_texts(distribution_svg(ColumnComparison(bins, [3, 2, 1], [3, 2, 1]), prefix="x"))
    assert {"a$b_{c}$", "<b>&", "日本語"} <= set(texts)


def test_axis_of_a_sensitive_column_shows_no_value():
    bins = spans("salary", "number", [20_117.0 + 500 * k for k in range(70)], sensitive=True)
    counts = [3] * 69
    svg = distribution_svg(ColumnComparison(bins, counts, counts), prefix="x")
    texts = " ".join(svg_texts(svg))
    assert "values in their order" in texts
    assert not re.search(r"\d{3}|\dk", texts)


def test_axis_of_dates_shows_years():
    texts = svg_texts(distribution_svg(_comparison(2), prefix="x"))
    assert {"1980", "2000"} <= set(texts)


@pytest.mark.parametrize("far", [-1e9, 9e9])
def test_dates_beyond_the_calendar_are_drawn(far):
    bins = spans("d", "date", [far + day for day in range(100)])
    assert "<svg" in distribution_svg(ColumnComparison(bins, [1] * 99, [1] * 99), prefix="x")


def test_figures_of_a_fit_are_drawn_whatever_they_are_called():
    one = curve_svg([{"step": 1, "training loss": 3.0}], ["training loss"], None, prefix="l")
    assert "training loss" in svg_texts(one)
    both = [{"step": k, "critic loss": 3.0, "generator loss": 3.1} for k in range(3)]
    drawn = curve_svg(both, ["critic loss", "generator loss"], 2, prefix="l")
    assert {"critic loss", "generator loss", "kept"} <= set(svg_texts(drawn))


def test_the_examples_hold():
    done = doctest.testmod(pictures)
    assert done.attempted and not done.failed

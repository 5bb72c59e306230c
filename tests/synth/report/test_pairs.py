"""The section on pairs: which maps are drawn, and which pairs are named."""

from dataclasses import replace

from synth.metrics.metric import Metric
from synth.metrics.verdict import Verdict
from synth.report.pairs import MOST_LISTED, pair_view
from synth.report.report import ColumnComparison, Report
from tests.synth.metrics.columns import categories

NAMES = ("a", "b", "c")


def report(*metrics: Metric, names: tuple[str, ...] = NAMES, **more: object) -> Report:
    columns = [ColumnComparison(categories(name, "x"), [1], [1]) for name in names]
    verdict = Verdict(True, [])
    return replace(Report("t", "t", "r", "now", verdict, list(metrics), columns), **more)


def pair(one: str, two: str, value: float, reference: float | None = None) -> Metric:
    return Metric("pair_similarity", "pair", value, (one, two), reference=reference)


def test_one_column_has_no_section() -> None:
    assert pair_view(report(Metric("pair_similarity", "table", 0.9))) is None


def test_the_pairs_that_lost_most_against_their_ceiling_come_first() -> None:
    view = pair_view(
        report(pair("a", "b", 0.70, 0.72), pair("a", "c", 0.9, 0.99), pair("b", "c", 0.95))
    )
    assert view is not None
    assert [row["names"] for row in view["worst"]] == ["a × c", "b × c", "a × b"]
    assert view["worst"][0] == {"names": "a × c", "value": "0.900", "reference": "0.990"}
    assert view["worst"][1]["reference"] == "–"  # 1 stands in for the ceiling
    assert (view["total"], view["wide"], view["left_out"]) == (3, False, 0)


def test_only_so_many_pairs_are_named() -> None:
    names = tuple(f"column {place}" for place in range(6))
    pairs = [pair(one, two, 0.5) for one in names for two in names if one < two]
    view = pair_view(report(*pairs, names=names))
    assert view is not None
    assert len(view["worst"]) == MOST_LISTED < view["total"] == 15


def test_the_ceiling_is_drawn_where_there_is_one_and_links_where_they_are_known() -> None:
    def titles(found: Report, section: str) -> list[str]:
        view = pair_view(found)
        assert view is not None
        return [drawn["title"] for drawn in view[section]]

    bare = report(pair("a", "b", 0.7))
    assert titles(bare, "similarity") == ["Synthetic against real"]
    assert titles(bare, "links") == []
    against = report(pair("a", "b", 0.7, 0.8))
    assert titles(against, "similarity") == ["Synthetic against real", "Real against real"]
    square = [[1.0, 0.2, 0.0], [0.2, 1.0, -0.5], [0.0, -0.5, 1.0]]
    linked = replace(bare, real_correlation=square, synthetic_correlation=square)
    assert titles(linked, "links") == ["In the real table", "In the synthetic table", "Difference"]
    assert titles(replace(linked, synthetic_correlation=square[:2]), "links") == []

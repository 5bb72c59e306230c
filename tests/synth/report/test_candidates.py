from __future__ import annotations

from dataclasses import replace
from typing import Any

from synth.metrics.metric import Metric
from synth.metrics.ranking import RULE
from synth.report.candidates import candidates_view, runs_view
from synth.report.html import render_html
from synth.report.report import Report
from tests.synth.report.trial import HOSTILE, trial_report


def candidate(number: int, *, chosen: bool, figures: list[Metric]) -> dict[str, Any]:
    return {
        "candidate": number,
        "table": f"/lake/c-{number}",
        "version": 1,
        "seed": 2**63 + number,
        "temperature": 1.0 / number,
        "rank": 3 - number,
        "chosen": chosen,
        "why": f"because {HOSTILE}",
        "passed": True,
        "status": "amber",
        "areas": {"privacy": "amber", "fidelity": "green"},
        "figures": [figure.to_json() for figure in figures],
    }


def two() -> list[dict[str, Any]]:
    loss = Metric("utility_loss", "table", 0.0123)
    pairs = Metric("pair_similarity", "table", 0.9)
    return [
        candidate(1, chosen=False, figures=[pairs]),
        candidate(2, chosen=True, figures=[replace(pairs, value=0.95), loss]),
    ]


def test_candidates_stand_beside_each_other_in_the_order_of_the_rule() -> None:
    found = candidates_view(two())
    assert found is not None and found["rule"] == RULE
    assert found["areas"] == ["Privacy", "Utility", "Fidelity"]
    assert [row["chosen"] for row in found["rows"]] == [False, True]
    assert found["rows"][1]["under"] == f"temperature 0.5, seed {2**63 + 2}"
    assert found["rows"][0]["states"] == [
        ("amber", "amber"),
        ("", "no bound"),
        ("green", "within bounds"),
    ]
    shown = [(row["title"], [cell["value"] for cell in row["cells"]]) for row in found["figures"]]
    assert shown == [
        ("Utility loss", ["–", "1.23 %"]),
        ("Pair similarity", ["0.900", "0.950"]),
    ]


def test_one_table_has_no_candidates() -> None:
    assert candidates_view([]) is None and runs_view([]) is None
    page = render_html(trial_report())
    assert "Candidates side by side" not in page and "Runs side by side" not in page


def test_the_page_has_them_after_the_verdict_and_the_report_keeps_them() -> None:
    report = replace(trial_report(), candidates=two())
    assert Report.from_json(report.to_json()) == report
    page = render_html(report)
    places = [page.index(sign) for sign in ('class="verdict', 'id="candidates"', 'id="claims"')]
    assert places == sorted(places)
    assert "because &lt;script&gt;" in page and "because <script>" not in page


def of_runs(here: int) -> list[dict[str, Any]]:
    """The same as rows of two runs; the report is of that one."""
    own = [{"generator": "marginal", "settings": {}}, {"generator": HOSTILE, "settings": {"k": 3}}]
    return [
        {**one, **made, "run": f"people-{place}-1", "here": place == here}
        for place, (one, made) in enumerate(zip(two(), own, strict=True), start=1)
    ]


def test_runs_stand_beside_each_other_with_their_generators() -> None:
    best = runs_view(of_runs(2))
    assert best is not None
    assert [row["label"] for row in best["rows"]] == ["people-1-1", "people-2-1"]
    assert best["rows"][0]["under"] == "marginal" and best["rows"][1]["under"].endswith(" (k 3)")
    assert best["lead"].endswith(
        "2 runs made tables of the same real rows; this page is that of the best one."
    )
    other = runs_view(of_runs(1))
    assert other is not None and other["lead"].endswith("is that of people-1-1, not chosen.")


def test_the_page_has_runs_and_candidates() -> None:
    report = replace(trial_report(), candidates=two(), runs=of_runs(2))
    assert Report.from_json(report.to_json()) == report
    page = render_html(report)
    places = [page.index(sign) for sign in ('id="runs"', 'id="candidates"', 'href="#runs"')]
    assert places == sorted(places) and "<script>" not in page

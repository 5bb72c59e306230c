"""A judgement as callers meet it: frames in, a report that is saved, shown and drawn."""

import json
from pathlib import Path

import matplotlib.figure
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import synth
from synth import Synthesizer, evaluate
from synth.evaluation import NOBODY_ELSE, OF_MODEL, Evaluation
from synth.metrics.compared import NO_HOLDOUT
from synth.report.report import Report
from synth.table.errors import InputError

LITTLE = {"two_sample": False, "utility": False, "privacy": "off", "progress": False}


def orders(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    net, tax = rng.integers(10, 90, rows), rng.integers(1, 9, rows)
    city = rng.choice(["Rome", "Oslo"], rows)
    return pd.DataFrame({"net": net, "tax": tax, "gross": net + tax, "city": city})


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluate(
        orders(300, 0), orders(300, 1), holdout=orders(200, 2), sensitive=["city"], **LITTLE
    )


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    quick = {"steps": 30, "evaluation_steps": 10}
    return Synthesizer(seed=1, settings=quick, progress=False).fit(
        orders(400, 0), sensitive=["city"]
    )


def test_it_is_a_public_name() -> None:
    assert "evaluate" in synth.__all__ and synth.evaluate is evaluate
    with pytest.raises(AttributeError, match="has no attribute 'judge'"):
        _ = synth.judge  # type: ignore[attr-defined]


def test_the_verdict_is_at_hand(found: Evaluation) -> None:
    verdict = found.report.verdict
    assert (found.passed, found.status, found.reasons) == (
        verdict.passed,
        verdict.status,
        verdict.reasons,
    )
    assert repr(found).startswith("Synthetic table: ") and "<table>" in found._repr_html_()
    assert len(found.metrics) == len(found.report.metrics)


def test_a_report_is_saved_as_a_page_or_as_data(found: Evaluation, tmp_path: Path) -> None:
    page = found.save(tmp_path / "r.html")
    assert "none was tried (privacy)" in Path(page).read_text("utf-8")  # as its caller knows it
    data = json.loads(Path(found.save(str(tmp_path / "r.json"))).read_text("utf-8"))
    assert Report.from_json(data) == found.report
    with pytest.raises(InputError, match=r"\.html or \.json, however: .*r\.txt"):
        found.save(tmp_path / "r.txt")


def test_kinds_of_frames_can_be_mixed(found: Evaluation) -> None:
    arrow = pa.Table.from_pandas(orders(300, 1), preserve_index=False)
    again = evaluate(orders(300, 0), arrow, holdout=orders(200, 2), sensitive=["city"], **LITTLE)
    assert again.metrics.equals(found.metrics)


def test_pictures_are_figures_and_mask_what_is_sensitive(found: Evaluation) -> None:
    drawn = [found.plot_column("net"), found.plot_column("city"), found.plot_pair("city", "tax")]
    assert all(isinstance(figure, matplotlib.figure.Figure) for figure in drawn)
    shown = "".join(figure._repr_svg_() for figure in drawn)  # type: ignore[attr-defined]
    assert "Rome" not in shown and "Oslo" not in shown and "gross" not in shown
    for wrong in (lambda: found.plot_column("nett"), lambda: found.plot_pair("nett", "tax")):
        with pytest.raises(InputError, match="no column 'nett' is compared; did you mean 'net'"):
            wrong()
    with pytest.raises(InputError, match="no membership attack was tried"):
        found.plot_privacy()
    with pytest.raises(InputError, match="no column was predicted"):
        found.plot_utility()


def test_a_synthesizer_judges_what_it_makes(fitted: Synthesizer) -> None:
    found = fitted.evaluate(orders(400, 0), holdout=orders(300, 5), **LITTLE)
    (broken,) = found.metrics.query("name == 'rule_violation_rate'").to_dict("records")
    assert (broken["value"], broken["status"]) == (0.0, "green")
    assert OF_MODEL in found.notes and NO_HOLDOUT not in found.notes
    assert [rule["broken"] for rule in found.report.dependencies if rule["used"]] == [0]
    (city,) = [row for row in found.report.treatment if row["column"] == "city"]
    assert city["sensitive"]  # as in the fit
    copies = found.report.metric_of("exact_copy_rate")
    assert copies is not None and copies.counts is not None and copies.counts[1] == 400
    page = found._repr_html_()
    assert "Synthetic table" in page


def test_as_many_rows_are_judged_as_are_asked_for(fitted: Synthesizer) -> None:
    found = fitted.evaluate(orders(400, 0), rows=120, **LITTLE)
    assert NO_HOLDOUT in found.notes
    copies = found.report.metric_of("exact_copy_rate")
    assert copies is not None and copies.counts is not None and copies.counts[1] == 120
    rows = {role: counts.rows for role, counts in found.counts.items()}
    assert rows == {"train": 320, "holdout": 80, "synthetic": 120}


def test_without_a_holdout_no_attack_is_tried_on_what_was_learned(fitted: Synthesizer) -> None:
    asked = {**LITTLE, "privacy": "quick"}
    found = fitted.evaluate(orders(400, 0), rows=120, **asked)
    assert NOBODY_ELSE in found.notes
    assert found.report.metric_of("worst_attack_auc") is None


def test_what_a_synthesizer_cannot_judge_is_said(fitted: Synthesizer) -> None:
    with pytest.raises(InputError, match="has not been fitted"):
        Synthesizer().evaluate(orders(100, 0))
    with pytest.raises(InputError, match="holdout: the table has no rows"):
        fitted.evaluate(orders(400, 0), holdout=orders(400, 0)[:0], **LITTLE)
    with pytest.raises(InputError, match="target names 'price'"):
        fitted.evaluate(orders(400, 0), target="price", **LITTLE)
    with pytest.raises(TypeError, match="sensitive"):
        fitted.evaluate(orders(400, 0), sensitive=["city"])

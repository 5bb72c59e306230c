"""Findings on a target: planted, and not where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from synth.audit.associations import associations
from synth.audit.task_findings import group_rates, on_classes, on_groups, on_leakage
from tests.synth.audit.tables import applicants, counted


def test_rates_of_groups_and_the_four_fifths_rule() -> None:
    frame = applicants()
    counts, _ = counted(frame)
    rates = group_rates(counts, "granted", "yes", ["sex", "granted", "no column"])
    true = frame.assign(hit=frame["granted"] == "yes").groupby("sex")["hit"]
    assert {r.group: (r.rows, r.rate) for r in rates} == {
        sex: (int(own.count()), pytest.approx(own.mean())) for sex, own in true
    }
    (found,) = on_groups(rates, "granted")
    assert found.columns == ("sex", "granted") and "below four fifths" in found.evidence
    fair, _ = counted(applicants(rate=0.4))
    assert list(on_groups(group_rates(fair, "granted", None, ["sex"]), "granted")) == []


def test_the_rarer_class_is_positive_where_nobody_says() -> None:
    frame = applicants()
    counts, _ = counted(frame)
    (first, *_) = group_rates(counts, "granted", None, ["sex"])
    assert first.rate < 0.5
    assert group_rates(counts, "score", None, ["sex"]) == ()  # has not two classes
    assert group_rates(counts, "city", None, ["sex"]) == ()


def test_a_column_that_gives_the_target_away() -> None:
    frame = applicants()
    frame["decided_on"] = np.where(frame["granted"] == "yes", "after", "never")
    counts, products = counted(frame)
    (found,) = on_leakage(associations(counts, products), "granted")
    assert found.columns == ("decided_on", "granted")


def test_few_examples_and_imbalance() -> None:
    frame = applicants()
    frame["kind"] = np.where(np.arange(len(frame)) < 20, "rare", "common")
    counts, _ = counted(frame)
    names = [found.name for found in on_classes(counts, "kind")]
    assert names == ["too few examples of a class", "strong imbalance"]
    assert list(on_classes(counts, "granted")) == []
    assert list(on_classes(counts, "score")) == []

"""The page of an audit: what stands in it, escaped, whatever names a table has."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synth.audit.in_memory import Profile
from synth.audit.in_memory import profile as audited
from synth.report.audit_page import audit_view, render_audit

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def found() -> Profile:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"c{i}": rng.integers(0, 4, 700) for i in range(30)})
    frame[HOSTILE] = np.where(rng.random(700) < 0.5, "<b>bold", "& plain")
    return audited(frame, target="c0", progress=False)


def test_names_and_labels_are_escaped(found: Profile) -> None:
    page = render_audit(found.audit)
    assert HOSTILE not in page and "&lt;script&gt;" in page
    assert "<b>bold" not in page


def test_a_wide_table_can_be_found_one_s_way_in(found: Profile) -> None:
    view = audit_view(found.audit)
    assert len(view["columns"]) == 31 and not view["columns"][0]["open"]
    page = render_audit(found.audit)
    assert page.count('href="#column-') == 31 and page.count("<details") == 31


def test_the_map_of_a_wide_table_has_its_strongest_pairs() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"c{i:02}": rng.integers(0, 4, 600) for i in range(70)})
    frame["last"] = frame["c69"] * 10 + rng.integers(0, 2, 600)
    view = audit_view(audited(frame, progress=False).audit)
    assert view["mapped_out"] == 11 and view["pairs"][0]["names"] == "c69 and last"
    assert ">last<" in view["map"] and ">c69<" in view["map"]


def test_the_headline_counts_findings(found: Profile) -> None:
    assert audit_view(found.audit)["headline"] == "Nothing was found"
    assert audit_view(found.audit)["meant"] == "Nothing speaks against synthesis."
    few = audited(pd.DataFrame({"a": range(15)}), purpose="clinical trial", progress=False)
    view = audit_view(few.audit)
    assert view["headline"].startswith("2 errors") and view["tone"] == "red"
    assert view["map"] is None

from synth.audit.finding import Finding
from synth.report.findings import finding_view


def test_a_finding_is_shown_with_its_tone_and_all_its_columns() -> None:
    found = Finding("constant", "info", ("a\x00b", "c"), "one value", "Leave them out")
    view = finding_view(found)
    assert view["tone"] == "green" and "\x00" not in view["columns"]
    assert view["columns"].endswith(", c")
    assert finding_view(Finding("too few rows", "error", (), "", ""))["columns"] == "whole table"

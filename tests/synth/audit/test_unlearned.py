"""What is said of columns that no run learns."""

from __future__ import annotations

from synth.audit.unlearned import notes_on, on_unlearned
from synth.table.leaves import Unlearned

FOUND = (
    Unlearned("address", "struct", ("address.city",)),
    Unlearned("blob", "binary", (), ("blob",)),
)


def test_one_finding_names_them_all() -> None:
    (finding,) = on_unlearned(FOUND)
    assert finding.severity == "warning" and finding.columns == ("address", "blob")
    assert "'address' (struct), 'blob' (binary)" in finding.evidence
    assert "ingest.unsupported_columns" in finding.remedy
    assert "structs by their fields where ingest.unsupported_columns is fields" in finding.remedy
    (bytes_alone,) = on_unlearned(FOUND[1:])
    assert "fields" not in bytes_alone.remedy
    assert list(on_unlearned(())) == []


def test_leaves_and_what_is_not_looked_at_are_notes() -> None:
    assert list(notes_on(FOUND)) == [
        "column 'address' (struct) is profiled by its leaves: 'address.city'",
        "not looked at: 'blob'",
    ]

"""What is said of what was not measured."""

from synth.metrics.skipped import Skipped


def test_each_reason_is_said_once_with_its_columns() -> None:
    skipped = Skipped()
    for name in "abcdefg":
        skipped.add("too small", name)
    skipped.add("empty", "z")
    assert skipped.notes() == [
        "too small (7 columns: 'a', 'b', 'c', 'd', 'e' and 2 more)",
        "empty (one of the columns: 'z')",
    ]
    assert Skipped().notes() == []

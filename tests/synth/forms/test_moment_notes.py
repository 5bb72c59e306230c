"""What is said of recognised dates."""

from synth.forms.moment_format import MomentFormat
from synth.forms.moment_notes import notes_of
from synth.forms.moment_search import Found


def test_all_that_was_assumed_is_said() -> None:
    formats = (MomentFormat("%d/%m/%y", first_year=1950), MomentFormat("%Y-%m-%d"))
    found = Found(formats, (800, 150), (MomentFormat("%m/%d/%y"),), 1000)
    text = " | ".join(notes_of(found, below=True, zone="Europe/Berlin"))
    for part in ("'%m/%d/%y'", "forms", "1950 to 2049", "15.0%", "'%Y-%m-%d'", "5.00%",
                 "below a microsecond", "Europe/Berlin"):  # fmt: skip
        assert part in text


def test_what_is_certain_needs_no_note() -> None:
    assert notes_of(Found((MomentFormat("%Y-%m-%d"),), (1000,), (), 1000)) == ()

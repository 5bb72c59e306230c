"""What is to be said of recognised dates and times: what was assumed, and what is not read."""

from __future__ import annotations

from synth.forms.moment_fields import YEAR_OF_NONE
from synth.forms.moment_search import Found


def notes_of(found: Found, *, below: bool = False, zone: str = "") -> tuple[str, ...]:
    """Sentences for the report; no value of a row."""
    main = found.formats[0]
    notes = []
    if found.rivals:
        others = ", ".join(repr(form.pattern) for form in found.rivals)
        notes.append(
            f"its values can be read as {main.pattern!r} and as {others}: the first was assumed; "
            f"name another one in forms to correct it"
        )
    if "y" in main.codes:
        notes.append(f"two-digit years are read as {main.first_year} to {main.first_year + 99}")
    if main.has_date and not main.codes & set("YyGs"):
        notes.append(f"dates without a year are learned as those of {YEAR_OF_NONE}")
    for form, count in zip(found.formats[1:], found.counts[1:], strict=True):
        share = count / found.rows
        notes.append(f"{share:.1%} of the sampled values are written as {form.pattern!r}")
    unread = 1 - sum(found.counts) / found.rows
    if unread > 0:
        notes.append(f"{unread:.2%} of the sampled values are no such dates: they are kept apart")
    if below:
        notes.append("digits below a microsecond are learned apart from the time")
    if zone:
        notes.append(f"its offsets from UTC are those of {zone}")
    return tuple(notes)

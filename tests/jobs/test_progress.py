from __future__ import annotations

import io
import re
import threading
import time

import pytest
from rich.console import Console

from jobs import progress
from jobs.progress import Reporter


def reporter(*, terminal: bool = False) -> tuple[Reporter, io.StringIO]:
    """A reporter, and what it writes to."""
    file = io.StringIO()
    return Reporter(Console(file=file, width=200, force_terminal=terminal)), file


def test_a_stage_is_plain_lines_where_there_is_no_terminal() -> None:
    found, file = reporter()
    with found.stage("clean", 3, 9):
        found.step("counting")
        found.note("2 rows [of 9] are broken")  # brackets are no markup
        found.step("writing")
    lines = re.sub(r"\d+\.\d s", "T s", file.getvalue()).splitlines()
    assert lines == [
        "[3/9] clean ...",
        "[3/9] clean: counting",
        "      2 rows [of 9] are broken",
        "[3/9] clean: writing",
        "[3/9] clean: done in T s",
    ]
    assert list(found.step_seconds) == ["counting", "writing"]
    assert all(seconds >= 0 for seconds in found.step_seconds.values())


def test_a_stage_that_breaks_says_so_and_lets_the_error_through() -> None:
    found, file = reporter()

    def break_in_a_step() -> None:
        with found.stage("train", 6, 9):
            found.step("fitting")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_in_a_step()
    assert "[6/9] train: failed in" in file.getvalue()
    assert list(found.step_seconds) == ["fitting"]
    with found.stage("sample", 7, 9):
        pass
    assert found.step_seconds == {}  # of the stage that ran last


def test_how_far_a_step_is_comes_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    found, file = reporter()
    with found.stage("sample", 7, 9):
        found.step("making rows")
        found.advance("making rows", 1000, 2000, unit="rows")
        assert "1,000" not in file.getvalue()  # it has just begun
        monkeypatch.setattr(progress, "PLAIN_INTERVAL", 0.0)
        found.advance("making rows", 1500, 2000, unit="rows")
    assert "[7/9] sample: making rows (1,500 of 2,000 rows)\n" in file.getvalue()


def test_a_terminal_shows_a_live_line_and_keeps_the_last_one() -> None:
    found, file = reporter(terminal=True)
    with found.stage("sample", 7, 9):
        found.step("making rows")
        found.advance("making rows", 12_000, 48_790, unit="rows")
        found.note("a note")
    shown = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", file.getvalue())
    assert "12,000 of 48,790 rows, 0:00" in shown
    assert "      a note" in shown
    assert "[7/9] sample: making rows (" not in shown  # no plain lines beside it
    assert re.search(r"\[7/9\] sample: done in \d+\.\d s\s*$", shown)


def test_what_follows_looks_on_while_the_body_works_and_no_longer() -> None:
    looks, looked = [], threading.Event()

    def look() -> None:
        looks.append(None)
        looked.set()

    with progress.following(look):
        assert looked.wait(30)
    number = len(looks)
    time.sleep(2 * progress.POLL_SECONDS)
    assert len(looks) == number

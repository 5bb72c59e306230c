"""One line that changes: on a terminal, in a notebook that a client executes, and nowhere else."""

import io
import logging
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from rich.console import Console

from synth import progress
from synth.progress import (
    Following,
    PlainView,
    TerminalView,
    begin_step,
    clock,
    following,
    how_far,
    in_notebook,
    live_progress,
)

ROOT = Path(__file__).resolve().parents[2]
FIT = """
import numpy as np
import pandas as pd
from lakesynth import Synthesizer

rng = np.random.default_rng(0)
frame = pd.DataFrame({"city": rng.choice(["Oslo", "Rome"], 600), "n": rng.integers(0, 9, 600)})
model = Synthesizer(seed=0, settings={"steps": 40, "evaluation_steps": 10}).fit(frame)
"""


def test_how_far_it_is_in_words() -> None:
    assert (
        how_far(12_000, 48_790, "rows", 4.2, 11) == "12,000 of 48,790 rows, 0:04, about 0:11 left"
    )
    assert how_far(0, None, "", 65, None) == "1:05"
    assert clock(3_600) == "60:00"


def test_a_program_without_a_terminal_sees_nothing_and_the_log_all(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert not in_notebook()
    with caplog.at_level(logging.INFO, logger="synth.progress"), following("fit", None) as follow:
        follow.step("encoding")
        follow.advance("learning", 1, 2, unit="steps")
    assert capsys.readouterr() == ("", "")
    assert caplog.messages == ["fit: encoding"]


def test_plain_lines_are_written_where_they_are_wanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with following("fit", True) as follow:
        follow.step("[encoding]")
        follow.advance("learning", 1, 2_000, unit="steps")  # within the interval
        monkeypatch.setattr(progress, "PLAIN_INTERVAL", 0.0)
        follow.advance("learning", 1_000, 2_000, unit="steps")
    lines = capsys.readouterr().err.splitlines()
    said = ["fit: [encoding]", "fit: learning (1,000 of 2,000 steps)", "fit: done in 0:00"]
    assert lines == said
    with following("fit", False) as follow:
        follow.step("encoding")
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_a_line_gives_way_and_keeps_the_last() -> None:
    file = io.StringIO()
    view = TerminalView(Console(file=file, width=120, force_terminal=True, highlight=False))
    follow = Following("fit", view)
    follow.step("encoding")
    follow.pause()
    file.write("a warning\n")
    follow.step("learning")
    follow.advance("learning, training loss 3.2", 20, 40, unit="steps")
    follow.close("fit: done in 0:01")
    shown = file.getvalue()
    assert "encoding" in shown and "20 of 40 steps" in shown and "training loss 3.2" in shown
    assert shown.rstrip().endswith("fit: done in 0:01")


def test_a_step_of_unknown_length_forgets_how_far_the_one_before_was() -> None:
    live = live_progress(Console(file=io.StringIO(), force_terminal=True))
    live.update(begin_step(live, "fit", "learning"), completed=20, total=40, unit="steps")
    (place,) = [live.tasks[0].id]
    assert begin_step(live, "fit", "calibrating") != place
    (task,) = live.tasks
    assert (task.total, task.completed, task.fields["unit"]) == (None, 0, "")


def test_work_that_breaks_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    def break_in_a_step() -> None:
        with following("fit", True) as follow:
            follow.step("encoding")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_in_a_step()
    assert capsys.readouterr().err.splitlines()[-1] == "fit: stopped while encoding, after 0:00"


def test_what_is_soon_done_shows_nothing() -> None:
    file = io.StringIO()
    follow = Following("sample", PlainView(Console(file=file)), after=60.0)
    follow.step("making rows")
    follow.close("sample: done in 0:00")
    assert file.getvalue() == ""


class Recorded(NotebookClient):
    """A client that keeps what was displayed for a time only."""

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Keep the data of each display and of its updates."""
        if msg["msg_type"] in ("display_data", "update_display_data"):
            self.states.append(msg["content"]["data"])
        return super().process_message(msg, cell, cell_index)

    states: list[dict[str, str]]


@pytest.mark.slow
def test_a_notebook_shows_steps_and_keeps_one_line() -> None:
    cells = [nbformat.v4.new_code_cell(text) for text in (FIT, "model", "model.sample(3)")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = Recorded(notebook, timeout=300, resources={"metadata": {"path": str(ROOT)}})
    client.states = []
    client.execute()
    shown = [state["text/plain"] for state in client.states]
    for text in ("reading the table", "finding rules", "encoding", "calibrating"):
        assert any(text in line for line in shown), text
    assert any("training loss" in line and " of 40 steps, 0:" in line for line in shown)
    assert any("<progress value=" in state.get("text/html", "") for state in client.states)
    of_fit = {output.output_type: output for output in notebook.cells[0].outputs}
    assert of_fit["stream"].text.startswith("ended after 40 steps while the validation loss still")
    output = of_fit["display_data"]
    assert list(output.data) == ["text/plain"]
    assert output.data["text/plain"].startswith("fit: done in 0:")
    assert [cell.outputs[0].output_type for cell in notebook.cells[1:]] == ["execute_result"] * 2
    assert [len(cell.outputs) for cell in notebook.cells] == [2, 1, 1]


def test_notes_go_to_the_log_that_users_know_each_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    Following("fit", None).say(["a", "b", "a"])
    assert [(one.name, one.message) for one in caplog.records] == [
        ("synth.synthesizer", "a"),
        ("synth.synthesizer", "b"),
    ]

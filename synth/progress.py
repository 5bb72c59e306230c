"""What a person sees of a fit in memory: one line that changes, in a terminal or in a notebook.

A program that has neither sees nothing: the same goes to the log, at level INFO.
"""

from __future__ import annotations

import html
import logging
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
)
from rich.text import Text

logger = logging.getLogger(__name__)
warnings = logging.getLogger("synth.synthesizer")  # whom users know
PLAIN_INTERVAL = 5.0  # seconds between lines of one step, in the log and where lines stay
DRAW_INTERVAL = 0.3  # seconds between two states of a line in a notebook


class View(Protocol):
    """Where a line is shown: it is replaced by the next one, but for the last."""

    def show(self, title: str, text: str, done: int, total: int | None, unit: str) -> None:
        """The line, and how far it is: ``done`` of ``total``, None where that is not known."""
        ...

    def pause(self) -> None:
        """Leave the place to others until the next line."""
        ...

    def close(self, text: str | None) -> None:
        """The last line, which stays; None for none."""
        ...


class Follower(Protocol):
    """Who is told how a fit goes."""

    def step(self, text: str) -> None:
        """What is done now; its length is not known."""
        ...

    def advance(self, text: str, done: int, total: int, *, unit: str) -> None:
        """How far the step is."""
        ...

    def say(self, notes: Iterable[str]) -> None:
        """What the caller should know."""
        ...


class Following:
    """Steps of one piece of work, on their way to a view and to the log."""

    def __init__(self, title: str, view: View | None, *, after: float = 0.0):
        """Nothing is shown in the first seconds, ``after`` in number."""
        self._title, self._view, self._after = title, view, after
        self._started = self._logged = time.monotonic()
        self.text = ""
        self.is_shown = False

    @property
    def seconds(self) -> float:
        """Since the work has begun."""
        return time.monotonic() - self._started

    def step(self, text: str) -> None:
        """What is done now; its length is not known."""
        self.text, self._logged = text, time.monotonic()
        logger.info("%s: %s", self._title, text)
        self._show(text, 0, None, "")

    def advance(self, text: str, done: int, total: int, *, unit: str) -> None:
        """How far the step is."""
        now = time.monotonic()
        if now - self._logged >= PLAIN_INTERVAL:
            self._logged = now
            logger.info("%s: %s (%s of %s %s)", self._title, text, done, total, unit)
        self._show(text, done, total, unit)

    def say(self, notes: Iterable[str]) -> None:
        """Notes to the log, each once, where no line that changes stands in their way."""
        self.pause()
        for note in dict.fromkeys(notes):
            warnings.warning(note)

    def pause(self) -> None:
        """Before something else is written: a warning, say."""
        if self._view is not None:
            self._view.pause()

    def close(self, text: str) -> None:
        """The last line, seen only where there was one before it."""
        if self._view is not None:
            self._view.close(text if self.is_shown else None)

    def _show(self, text: str, done: int, total: int | None, unit: str) -> None:
        if self._view is not None and self.seconds >= self._after:
            self.is_shown = True
            self._view.show(self._title, text, done, total, unit)


@contextmanager
def following(title: str, shown: bool | None, *, after: float = 0.0) -> Iterator[Following]:
    """Show the steps of a block, and at its end how long it took or where it broke.

    ``shown`` is None for what fits: a line in a notebook or on a terminal (standard error), nothing
    elsewhere. True shows plain lines there too, False shows nothing anywhere.
    """
    found = Following(title, _view_of(shown), after=after)
    try:
        yield found
    except BaseException:
        found.close(f"{title}: stopped while {found.text}, after {clock(found.seconds)}")
        raise
    found.close(f"{title}: done in {clock(found.seconds)}")


def _view_of(shown: bool | None) -> View | None:
    if shown is False:
        return None
    if in_notebook():
        return NotebookView()
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if console.is_terminal:
        return TerminalView(console)
    return PlainView(console) if shown else None


def in_notebook() -> bool:
    """Whether the code runs in a kernel whose front end shows what is displayed."""
    known = sys.modules.get("IPython")
    shell = known.get_ipython() if known is not None else None
    return getattr(shell, "kernel", None) is not None


class TerminalView:
    """A live line with a bar, which leaves one line behind."""

    def __init__(self, console: Console):
        self._console = console
        self._live: Progress | None = None
        self._text = ""

    def show(self, title: str, text: str, done: int, total: int | None, unit: str) -> None:
        """Draw, and start the line where there is none."""
        if self._live is None:
            self._live = live_progress(self._console)
            self._live.start()
        if total is None or not self._live.task_ids:
            begin_step(self._live, title, text)
        if total is not None:
            task = self._live.task_ids[0]
            self._live.update(task, completed=done, total=total, detail=text, unit=unit)

    def pause(self) -> None:
        """Take the line away."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def close(self, text: str | None) -> None:
        """Take the line away and write the last one."""
        self.pause()
        if text is not None:
            self._console.print(text, markup=False)


class NotebookView:
    """One output of a cell, drawn anew in its place: a saved notebook keeps the last line alone.

    Rich and tqdm need ipywidgets for that, and leave every state behind where it is not installed.
    """

    def __init__(self) -> None:
        self._handle: Any = None
        self._drawn = 0.0
        self._step: tuple[str, float] = ("", 0.0)

    def show(self, title: str, text: str, done: int, total: int | None, unit: str) -> None:
        """Draw what is new, a few times a second at most."""
        now = time.monotonic()
        if total is None:
            self._step = (text, now)
        elif now - self._drawn < DRAW_INTERVAL:
            return
        self._drawn = now
        seconds = now - self._step[1]
        left = seconds * (total - done) / done if total and done else None
        line = f"{title}: {text}"
        if total:
            line += f" ({how_far(done, total, unit, seconds, left)})"
        state = f' value="{done}" max="{total}"' if total else ""
        bar = f"<progress{state}></progress> <code>{html.escape(line)}</code>"
        self._draw({"text/plain": line, "text/html": bar})

    def pause(self) -> None:
        """Other output has a place of its own."""

    def close(self, text: str | None) -> None:
        """Draw the last line."""
        if text is not None:
            self._draw({"text/plain": text})

    def _draw(self, data: dict[str, str]) -> None:
        if self._handle is None:
            display = import_module("IPython.display").display
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


class PlainView:
    """Lines that stay, at most one every few seconds within a step."""

    def __init__(self, console: Console):
        self._console = console
        self._written = 0.0

    def show(self, title: str, text: str, done: int, total: int | None, unit: str) -> None:
        """Write the line if it is due."""
        now = time.monotonic()
        if total is not None and now - self._written < PLAIN_INTERVAL:
            return
        self._written = now
        far = "" if total is None else f" ({done:,} of {total:,} {unit})"
        self._console.print(f"{title}: {text}{far}", markup=False)

    def pause(self) -> None:
        """Lines stay as they are."""

    def close(self, text: str | None) -> None:
        """Write the last line."""
        if text is not None:
            self._console.print(text, markup=False)


def how_far(done: int, total: int | None, unit: str, seconds: float, left: float | None) -> str:
    """``12,000 of 48,790 rows, 0:04, about 0:11 left``: as much of it as is known."""
    parts = [f"{done:,} of {total:,} {unit}"] if total else []
    parts.append(clock(seconds))
    if left:
        parts.append(f"about {clock(left)} left")
    return ", ".join(parts)


def clock(seconds: float) -> str:
    """``1:05``: minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


class _HowFar(ProgressColumn):
    def render(self, task: Task) -> Text:
        total = int(task.total) if task.total else None
        unit, left = task.fields.get("unit", ""), task.time_remaining
        return Text(how_far(int(task.completed), total, unit, task.elapsed or 0.0, left))


def live_progress(console: Console) -> Progress:
    """A live line of title, detail, bar and how far it is; tasks have ``detail`` and ``unit``."""
    return Progress(
        SpinnerColumn(),
        TextColumn("[bold]{task.description}"),
        TextColumn("{task.fields[detail]}"),
        BarColumn(bar_width=20),
        _HowFar(),
        console=console,
        transient=True,
    )


def begin_step(live: Progress, title: str, text: str = "") -> TaskID:
    """Another step of unknown length in the live line: a task gives no total back, so a new one."""
    for old in live.task_ids:
        live.remove_task(old)
    return live.add_task(title, total=None, detail=text, unit="")

"""What a person sees while a run works: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

from synth.progress import PLAIN_INTERVAL, begin_step, live_progress

POLL_SECONDS = 0.5


@contextmanager
def following(look: Callable[[], None]) -> Iterator[None]:
    """Call ``look`` every half second, in a thread of its own, while the body works elsewhere."""
    stop = threading.Event()

    def follow() -> None:
        while not stop.wait(POLL_SECONDS):
            look()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Reporter:
    """Stage, step, rows and remaining time, on standard error."""

    def __init__(self, console: Console | None = None):
        self.console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._live: Progress | None = None
        self._task: TaskID | None = None
        self._label = ""
        self._last_line = 0.0
        self._step: tuple[str, float] | None = None
        self.step_seconds: dict[str, float] = {}  # of the stage that ran last

    @contextmanager
    def stage(self, name: str, place: int, of: int) -> Iterator[None]:
        """Everything of one stage; a closing line says how long it took."""
        self._label = f"[{place}/{of}] {name}"
        started = time.monotonic()
        self._step, self.step_seconds = None, {}
        if self.console.is_terminal:
            self._live = live_progress(self.console)
            self._live.start()
            self._task = begin_step(self._live, self._label)
        else:
            self._print(f"{self._label} ...")
        try:
            yield
            done = True
        except BaseException:
            done = False
            raise
        finally:
            self._close_step()
            if self._live is not None:
                self._live.stop()
                self._live, self._task = None, None
            mark = "done" if done else "failed"
            self._print(f"{self._label}: {mark} in {time.monotonic() - started:.1f} s")

    def step(self, text: str) -> None:
        """What the stage does now; its length is not known."""
        self._close_step()
        self._step = (text, time.monotonic())
        if self._live is not None and self._task is not None:
            self._task = begin_step(self._live, self._label, text)
        elif not self.console.is_terminal:
            self._print(f"{self._label}: {text}")
        self._last_line = time.monotonic()

    def advance(self, text: str, done: int, total: int, *, unit: str) -> None:
        """How far the step is; a plain line at most every few seconds."""
        if self._live is not None and self._task is not None:
            self._live.update(self._task, completed=done, total=total, detail=text, unit=unit)
        elif time.monotonic() - self._last_line >= PLAIN_INTERVAL:
            self._last_line = time.monotonic()
            self._print(f"{self._label}: {text} ({done:,} of {total:,} {unit})")

    def note(self, text: str) -> None:
        """A finding that stays on the screen."""
        self._print(f"{'':6}{text}")

    def _close_step(self) -> None:
        if self._step is not None:
            text, started = self._step
            self.step_seconds[text] = round(time.monotonic() - started, 2)
            self._step = None

    def _print(self, text: str) -> None:
        target = self._live.console if self._live is not None else self.console
        target.print(text, markup=False)

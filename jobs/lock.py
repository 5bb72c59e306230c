"""One process at a time works on a run: two would write over each other's codes and model."""

from __future__ import annotations

import atexit
import json
import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

from synth.table.errors import InputError

LOCK = "run.lock"
BEAT_SECONDS = 5.0  # how often the holder says that it lives
STALE_SECONDS = 30.0  # a holder on another machine that is silent for so long is dead


class RunBusy(InputError):
    """Another process works on the run."""


def hold(folder: Path) -> None:
    """Take a run's lock until it is released or this process ends; RunBusy says who has it.

    A lock of this process is its own already. One of a process that has ended on this machine, or
    has been silent on another, is taken over, so that a killed run can go on.
    """
    path = folder / LOCK
    while True:
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            if _is_ours(path):
                return
            _require_dead(path)
            _take_away(path)
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(_self(), file)
        threading.Thread(target=_beat, args=(path,), daemon=True).start()
        atexit.register(release, folder)
        return


def release(folder: Path) -> None:
    """Give a run's lock back, where it is this process's."""
    path = folder / LOCK
    if _is_ours(path):
        path.unlink(missing_ok=True)


def _self() -> dict[str, str | int | float]:
    process = psutil.Process()
    return {"host": socket.gethostname(), "pid": process.pid, "started": process.create_time()}


def _take_away(path: Path) -> None:
    """Remove a dead holder's lock; one that somebody else has taken meanwhile is put back."""
    dead = path.with_name(f"{LOCK}.{socket.gethostname()}.{os.getpid()}")
    try:
        os.rename(path, dead)
    except FileNotFoundError:
        return  # somebody else has removed it
    try:
        _require_dead(dead)
    except RunBusy:
        os.rename(dead, path)
        raise
    dead.unlink()


def _holder(path: Path) -> dict[str, str | int | float]:
    try:
        found: dict[str, str | int | float] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}  # just released, or just being written
    return found


def _is_ours(path: Path) -> bool:
    holder = _holder(path)
    here = holder.get("host") == socket.gethostname() and holder.get("pid") == os.getpid()
    return here and _lives(os.getpid(), float(holder["started"]))


def _require_dead(path: Path) -> None:
    holder = _holder(path)
    silent = _silence(path)
    if holder.get("host") == socket.gethostname():
        alive = _lives(int(holder["pid"]), float(holder["started"]))
    else:
        alive = silent < STALE_SECONDS
    if alive:
        raise RunBusy(
            f"run {path.parent.name} is being worked on by process {holder.get('pid')} on "
            f"{holder.get('host')} (last sign of life {silent:.0f} s ago): wait for it, or end it"
        )


def _silence(path: Path) -> float:
    """Seconds since the holder's last sign of life; by the clock of the storage both see."""
    try:
        return max(time.time() - path.stat().st_mtime, 0.0)
    except FileNotFoundError:
        return STALE_SECONDS


def _lives(pid: int, started: float) -> bool:
    try:
        return abs(psutil.Process(pid).create_time() - started) < 1.0
    except psutil.NoSuchProcess:
        return False


def _beat(path: Path) -> None:
    while _is_ours(path):
        with suppress(FileNotFoundError):  # released since
            os.utime(path)
        time.sleep(BEAT_SECONDS)

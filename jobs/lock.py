"""One process at a time works on a run: two would write over each other's codes and model.

The lock is a file that its holder touches every few seconds. Nobody compares clocks: who wants the
lock watches whether the file's time *changes*, by a clock of its own that only runs forward.
"""

from __future__ import annotations

import atexit
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from jobs.records import write_atomically
from synth.table.errors import InputError

LOCK = "run.lock"
BEAT_SECONDS = 5.0  # how often the holder touches its lock
STALE_SECONDS = 30.0  # a holder whose lock nobody has touched for so long is dead
WATCH_SECONDS = 0.5  # how often who wants the lock looks at it


class RunBusy(InputError):
    """Another process works on the run."""


@dataclass(frozen=True)
class Holder:
    """Who has a lock, as its file says it.

    ``pids`` names the space in which ``pid`` means something: one start of a machine, and one
    namespace of process numbers in it, which two containers do not share. None where the system
    does not say; ``started`` is in ticks of that start's own clock. ``claim`` is of one lock alone.
    """

    host: str
    pid: int
    pids: str | None
    started: int | None
    claim: str

    @classmethod
    def here(cls) -> Holder:
        """This process, with a claim that no other lock has."""
        pid = os.getpid()
        return cls(socket.gethostname(), pid, _pids(), _started(pid), secrets.token_hex(8))

    @property
    def is_in_sight(self) -> bool:
        """Whether its number can be looked up from here."""
        return self.started is not None and self.pids is not None and self.pids == _pids()

    @property
    def runs(self) -> bool:
        """Whether that very process runs, and not merely one of its number."""
        return _started(self.pid) == self.started or _is_hidden(self.pid)

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"


@dataclass(frozen=True)
class _Sign:
    """What a look at a lock showed; ``touched`` is only ever compared with another look's."""

    holder: Holder | None  # None while the file is being written
    touched: int


_held: dict[Path, Holder] = {}  # the locks of this process


def hold(folder: Path, note: Callable[[str], None] = lambda _: None) -> None:
    """Take a run's lock until it is released or this process ends; RunBusy says who has it.

    A lock of this process is its own already. One whose holder has ended is taken over, so that a
    killed run can go on: at once where the holder's number can be looked up, elsewhere when nobody
    has touched the lock for half a minute, which ``note`` says.
    """
    path = folder / LOCK
    while not _is_ours(path):
        mine = Holder.here()
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            dead = _dead(path, note)
            if dead is not None:
                _take_away(path, dead)
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(mine), file)
        _held[path] = mine
        threading.Thread(target=_beat, args=(path, mine), daemon=True).start()
        atexit.register(release, folder)


def release(folder: Path) -> None:
    """Give a run's lock back, where it is this process's."""
    path = folder / LOCK
    if _is_ours(path):
        path.unlink(missing_ok=True)
    _held.pop(path, None)


def _dead(path: Path, note: Callable[[str], None]) -> _Sign | None:
    """The lock of a dead holder, None where there is none any more; RunBusy at a sign of life."""
    first = _look(path)
    if first is None:
        return None
    holder = first.holder
    if holder is not None and holder.is_in_sight:
        if holder.runs:
            raise _busy(path, holder)
        return first
    note(f"run {path.parent.name} was held by {holder or 'a process'}: looking whether it lives")
    began = time.monotonic()
    while time.monotonic() - began < STALE_SECONDS:
        time.sleep(WATCH_SECONDS)
        sign = _look(path)
        if sign is None:
            return None
        if holder is None and sign.holder is not None:  # now it is written
            return _dead(path, note)
        if sign != first:
            raise _busy(path, sign.holder)
    return first


def _busy(path: Path, holder: Holder | None) -> RunBusy:
    return RunBusy(
        f"run {path.parent.name} is being worked on by {holder or 'another process'}: wait for it, "
        "or end it"
    )


def _take_away(path: Path, dead: _Sign) -> None:
    """Remove a dead holder's lock; one that somebody else has taken meanwhile is put back."""
    aside = path.with_name(f"{LOCK}.{secrets.token_hex(8)}")
    try:
        os.rename(path, aside)
    except FileNotFoundError:
        return  # it was released, or somebody else has removed it
    if _look(aside) != dead and not path.exists():
        os.rename(aside, path)
    else:
        aside.unlink()


def _look(path: Path) -> _Sign | None:
    """The lock as it is now; None where there is none.

    It is opened each time: a client of NFS asks the server then, and not its own cache.
    """
    try:
        with path.open(encoding="utf-8") as file:
            touched, text = os.fstat(file.fileno()).st_mtime_ns, file.read()
    except FileNotFoundError:
        return None
    try:
        return _Sign(Holder(**json.loads(text)), touched)
    except (json.JSONDecodeError, TypeError):
        return _Sign(None, touched)


def _is_ours(path: Path) -> bool:
    mine, sign = _held.get(path), _look(path)
    if mine is None or sign is None:
        return False
    return sign.holder == mine and mine.pid == os.getpid()  # a fork has its parent's memory


def _beat(path: Path, mine: Holder) -> None:
    missed = 0  # once may be while somebody looks at the lock put aside
    while _held.get(path) == mine and missed < 2:
        with suppress(OSError):  # released since, or the storage does not answer for once
            missed = 0 if _is_ours(path) else missed + 1
            if not missed:
                _touch(path, mine)
        time.sleep(BEAT_SECONDS)


def _touch(path: Path, mine: Holder) -> None:
    """Give the lock another time; it is written anew where the storage sets no times."""
    before = path.stat().st_mtime_ns
    with suppress(OSError):  # an object store behind a folder, as Volumes of Databricks are
        os.utime(path)
    if path.stat().st_mtime_ns == before:
        write_atomically(path, json.dumps(asdict(mine)))


def _pids() -> str | None:
    """The name of the space that process numbers are of, as Linux tells it.

    With the namespace of clocks, by which a process's start is told.
    """
    try:
        if os.readlink("/proc/self") != str(os.getpid()):
            return None  # /proc is that of another namespace
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        spaces = [f"/proc/self/ns/{kind}" for kind in ("pid", "time")]
        return "/".join([boot, *(os.readlink(space) for space in spaces if os.path.exists(space))])
    except OSError:
        return None


def _started(pid: int) -> int | None:
    """When a process was started, in ticks since the machine's own start; None where none runs.

    Not a time of day: that of a process shifts when somebody sets the clock.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    state, *fields = text.rpartition(b")")[2].split()  # after its name, which may hold anything
    return None if state in (b"Z", b"X") else int(fields[18])


def _is_hidden(pid: int) -> bool:
    """Whether a process of this number runs that /proc does not show to this user."""
    if Path(f"/proc/{pid}").exists():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""Two processes never work on one run; a dead one's lock is no obstacle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from jobs import lock
from jobs.lock import LOCK, Holder, RunBusy, hold, release

HOLD = "import sys, time; from pathlib import Path; from jobs import lock; "
HOLD += "lock.STALE_SECONDS = 2.0; lock.hold(Path(sys.argv[1]))"
STAY = f"{HOLD}; print('held', flush=True); time.sleep(60)"
NAMESPACE = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]


def other(folder: Path, code: str, *, within: list[str] | None = None) -> subprocess.Popen[str]:
    line = [*(within or []), sys.executable, "-c", code, str(folder)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def held(folder: Path, process: subprocess.Popen[str]) -> Holder:
    """The holder, once the process has the lock."""
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return Holder(**json.loads((folder / LOCK).read_text()))


def is_ours(folder: Path) -> bool:
    """Whether the lock names this very process."""
    return json.loads((folder / LOCK).read_text())["claim"] == lock._held[folder / LOCK].claim


def elsewhere(path: Path) -> Holder:
    """A lock of a process that cannot be looked up from here."""
    holder = Holder("elsewhere", 1, "another start/pid:[1]", 5, "claim")
    path.write_text(json.dumps(asdict(holder)))
    return holder


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A holder is silent after a second."""
    monkeypatch.setattr(lock, "STALE_SECONDS", 1.0)
    monkeypatch.setattr(lock, "WATCH_SECONDS", 0.05)


def test_a_second_process_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    first = other(tmp_path, STAY)
    held(tmp_path, first)
    began = time.monotonic()
    with pytest.raises(RunBusy, match=f"process {first.pid} on .*wait for it, or end it"):
        hold(tmp_path)
    first.kill()  # leaves its lock behind
    first.wait()
    assert (tmp_path / LOCK).exists()
    hold(tmp_path)
    hold(tmp_path)  # our own
    assert time.monotonic() - began < 5  # nobody had to wait for silence
    second = other(tmp_path, HOLD)
    assert "RunBusy" in second.communicate(timeout=60)[1]
    release(tmp_path)


def test_a_process_that_ends_leaves_no_lock(tmp_path: Path) -> None:
    assert other(tmp_path, HOLD).wait(60) == 0
    assert not (tmp_path / LOCK).exists()


def test_a_process_that_nobody_has_waited_for_is_dead(tmp_path: Path) -> None:
    first = other(tmp_path, STAY)
    held(tmp_path, first)
    first.kill()
    time.sleep(0.5)  # it is a zombie, and its number is still taken
    hold(tmp_path)
    assert is_ours(tmp_path)
    release(tmp_path)
    first.wait()


def test_a_process_of_the_same_number_is_not_the_holder(tmp_path: Path) -> None:
    here = Holder.here()
    assert here.started is not None
    before = replace(here, started=here.started - 1, claim="of another process")
    (tmp_path / LOCK).write_text(json.dumps(asdict(before)))
    hold(tmp_path)
    assert is_ours(tmp_path)
    release(tmp_path)


@pytest.mark.usefixtures("quick")
def test_a_holder_elsewhere_is_dead_when_it_is_silent(tmp_path: Path) -> None:
    path = tmp_path / LOCK
    elsewhere(path)
    said: list[str] = []
    began = time.monotonic()
    hold(tmp_path, said.append)
    assert time.monotonic() - began >= 1.0
    assert said == [
        f"run {tmp_path.name} was held by process 1 on elsewhere: looking whether it lives"
    ]
    assert json.loads(path.read_text())["pid"] == os.getpid()
    assert list(tmp_path.iterdir()) == [path]
    release(tmp_path)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("hours", [-5, 0, 5])
def test_a_clock_that_is_wrong_neither_steals_nor_keeps_a_lock(tmp_path: Path, hours: int) -> None:
    """The holder's times are those of its own clock, hours away from this machine's."""
    path = tmp_path / LOCK
    elsewhere(path)
    stop = threading.Event()

    def beat() -> None:
        count = 0
        while not stop.wait(0.2):
            count += 1
            at = time.time() + 3600 * hours + count
            os.utime(path, (at, at))

    beating = threading.Thread(target=beat)
    beating.start()
    try:
        with pytest.raises(RunBusy, match="process 1 on elsewhere"):
            hold(tmp_path)
    finally:
        stop.set()
        beating.join()
    hold(tmp_path)  # it is silent now, whatever its last time was
    release(tmp_path)


def namespaces_refused() -> str:
    """Why no namespace of process numbers can be made here; nothing where one can."""
    try:
        done = subprocess.run([*NAMESPACE, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "there is no unshare"
    return done.stderr.strip()


@pytest.mark.usefixtures("quick")
def test_a_container_of_the_same_name_does_not_take_a_living_process_for_dead(
    tmp_path: Path,
) -> None:
    """Host name and machine are the same; the holder's number means another process, or none."""
    refused = namespaces_refused()
    if refused:
        pytest.skip(f"no namespace of process numbers can be made: {refused}")
    beats = STAY.replace("lock.hold", "lock.BEAT_SECONDS = 0.2; lock.hold")
    inside = other(tmp_path, beats, within=NAMESPACE)
    try:
        holder, here = held(tmp_path, inside), Holder.here()
        assert holder.host == here.host and holder.pid < 5 and holder.pids != here.pids
        with pytest.raises(RunBusy, match=f"process {holder.pid} on"):
            hold(tmp_path)
        second = other(tmp_path, HOLD, within=NAMESPACE)  # of the very same number
        assert "RunBusy" in second.communicate(timeout=60)[1]
    finally:
        inside.kill()
        inside.wait()
    hold(tmp_path)  # after it has been silent
    release(tmp_path)


def test_only_the_holder_gives_a_lock_back(tmp_path: Path) -> None:
    hold(tmp_path)
    release(tmp_path)
    assert not (tmp_path / LOCK).exists()
    hold(tmp_path)
    path = tmp_path / LOCK
    elsewhere(path)
    taken_over = path.read_text()
    release(tmp_path)
    assert path.read_text() == taken_over
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("quick")
def test_a_lock_that_was_never_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()  # its process ended between two calls
    hold(tmp_path)
    assert is_ours(tmp_path)
    release(tmp_path)


def test_the_holder_says_that_it_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.05)
    hold(tmp_path)
    first = (tmp_path / LOCK).stat().st_mtime_ns
    time.sleep(0.5)
    assert (tmp_path / LOCK).stat().st_mtime_ns > first
    release(tmp_path)


@pytest.mark.parametrize("answer", ["refuses", "forgets"])
def test_the_holder_says_that_it_lives_where_the_storage_sets_no_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    def utime(path: Path) -> None:
        if answer == "refuses":
            raise OSError(38, "Function not implemented")

    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(os, "utime", utime)
    hold(tmp_path)
    first = (tmp_path / LOCK).stat().st_mtime_ns
    time.sleep(0.5)
    assert (tmp_path / LOCK).stat().st_mtime_ns > first
    assert is_ours(tmp_path)
    release(tmp_path)
    assert not (tmp_path / LOCK).exists()

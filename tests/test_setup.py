"""The set-up script: one clear line for each thing that is missing, and no half-made environment.

Real virtual environments and a real pip; what pip installs is a package without needs, with a build
backend of its own, so that nothing is downloaded.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.clone import Clone, pip_of_ensurepip, script

pytestmark = pytest.mark.slow  # environments are made

CLOSED = "http://127.0.0.1:9/simple"  # the discard port: nothing listens there

# Debian splits the module off: ``import ensurepip`` fails there.
WITHOUT_VENV = f'case "$*" in *ensurepip*) exit 1 ;; esac\nexec "{sys.executable}" "$@"'


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "clone")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clone that ``demo`` has made ready."""
    clone = Clone(tmp_path_factory.mktemp("made") / "clone")
    status, out, err = clone.run()
    assert (status, err) == (0, ""), (clone.venv / "install.log").read_text()
    assert out.startswith("Installing pinned dependencies into .venv (first time only;")
    return clone


def test_java_that_is_missing(clone: Clone) -> None:
    (clone.tools / "java").unlink()
    line = clone.refused()
    assert "Java was not found: install Java 17 or newer" in line
    assert "JAVA_HOME" in line
    assert not clone.venv.exists()


@pytest.mark.parametrize(
    ("first_line", "named"),
    [
        ('openjdk version "11.0.2" 2019-01-15', "java is Java 11:"),
        ('java version "1.8.0_392"', "java is Java 8:"),
        ("no version here", "of an unknown version"),
    ],
)
def test_java_that_is_too_old(clone: Clone, first_line: str, named: str) -> None:
    script(clone.tools / "java", f"echo '{first_line}' >&2")
    line = clone.refused()
    assert named in line
    assert "install Java 17 or newer" in line


def test_java_that_does_not_run(clone: Clone) -> None:
    # macOS has such a java where no Java is installed.
    script(clone.tools / "java", "echo 'Unable to locate a Java Runtime.' >&2; exit 1")
    assert "'java -version' does not run: install Java 17" in clone.refused()


def test_java_home_goes_before_the_path(clone: Clone) -> None:
    home = clone.folder / "jdk 11"
    assert "has no bin/java" in clone.refused(JAVA_HOME=str(home))
    script(home / "bin" / "java", """echo 'openjdk version "11.0.2"' >&2""")
    assert f"{home}/bin/java is Java 11" in clone.refused(JAVA_HOME=str(home))


def test_python_that_is_too_old(clone: Clone) -> None:
    script(clone.tools / "python3", "echo 3.9.18")
    line = clone.refused()
    assert "python3 is Python 3.9.18: install Python 3.11 or newer" in line
    assert "PYTHON=" in line
    assert not clone.venv.exists()


def test_python_that_is_missing(clone: Clone) -> None:
    (clone.tools / "python3").unlink()
    assert "python3 was not found or does not start: install Python 3.11" in clone.refused()
    assert "nowhere/python was not found" in clone.refused(PYTHON="nowhere/python")


def test_python_without_venv(clone: Clone) -> None:
    script(clone.tools / "python3", WITHOUT_VENV)
    assert "python3 has no venv module: install it" in clone.refused()


def test_newer_python_beside_an_old_one_is_found(clone: Clone) -> None:
    script(clone.tools / "python3", "echo 3.9.18")
    script(clone.tools / "python3.12", WITHOUT_VENV)
    assert "python3.12 has no venv module" in clone.refused()


def test_folder_that_is_no_environment_is_left_alone(clone: Clone) -> None:
    precious = clone.folder / "data" / "precious.csv"
    precious.parent.mkdir()
    precious.write_text("a")
    assert "data exists and is no virtual environment" in clone.refused(VENV="data")
    assert precious.read_text() == "a"


@pytest.mark.parametrize("pip", [pip_of_ensurepip(), "1000.0"])
def test_registry_that_does_not_answer(clone: Clone, pip: str) -> None:
    # Once for pip itself, and once where pip is there and the first need is missing.
    clone.pin(pip)
    (clone.folder / "pyproject.toml").write_text('[build-system]\nrequires = ["setuptools"]\n')
    line = clone.refused(PIP_NO_INDEX="0", PIP_INDEX_URL=CLOSED, PIP_RETRIES="1")
    assert "the package registry did not answer" in line
    assert "PIP_INDEX_URL" in line
    assert "pip's words are in .venv/install.log" in line
    assert "127.0.0.1" in (clone.venv / "install.log").read_text()


def test_second_run_installs_nothing_and_is_quick(made: Clone) -> None:
    log = made.venv / "install.log"
    before = log.stat().st_mtime_ns
    started = time.monotonic()
    assert made.run() == (0, "", "")
    assert time.monotonic() - started < 5
    assert log.stat().st_mtime_ns == before


def test_second_run_needs_no_python_of_the_system(made: Clone) -> None:
    (made.tools / "python3").rename(made.tools / "away")
    try:
        assert made.run() == (0, "", "")
    finally:
        (made.tools / "away").rename(made.tools / "python3")


def test_tests_need_more_than_the_demo_and_the_demo_then_nothing(made: Clone) -> None:
    assert made.run("test")[1].startswith("Installing what has changed into .venv ")
    assert made.run("lint") == (0, "", "")
    assert made.run("demo") == (0, "", "")


def test_changed_pins_are_installed_and_a_failure_is_made_good(made: Clone) -> None:
    pins = made.folder / "constraints" / "current.txt"
    pins.write_text(pins.read_text() + "# another version\n")
    made.mood("fails")
    assert "the installation failed" in made.refused()
    made.mood("fine")
    assert made.run()[1].startswith("Installing")
    assert made.run() == (0, "", "")


def test_version_that_the_registry_lacks(made: Clone) -> None:
    project = made.folder / "pyproject.toml"
    before = project.read_text()
    project.write_text('[build-system]\nrequires = ["no-such-need"]\n')
    line = made.refused()
    assert "the installation failed (ERROR: No matching distribution found for no-such-need" in line
    project.write_text(before)


def test_interrupted_installation_is_repaired(made: Clone) -> None:
    pins = made.folder / "constraints" / "current.txt"
    pins.write_text(pins.read_text() + "# yet another version\n")
    made.mood("hangs")
    process = made.start()
    try:
        made.wait_until_hanging(process)
        status, _, err = made.run()
        assert status == 1
        assert f"process {process.pid} is installing into .venv: wait for it" in err
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
    assert not (made.venv / ".installed").exists()
    made.mood("fine")
    status, out, err = made.run()
    assert (status, err) == (0, "")
    assert out.startswith("The last installation into .venv was interrupted: starting afresh")
    assert made.run() == (0, "", "")


def test_interrupt_by_the_user_is_one_line_and_repaired(made: Clone) -> None:
    pins = made.folder / "constraints" / "current.txt"
    pins.write_text(pins.read_text() + "# one more version\n")
    made.mood("hangs")
    process = made.start()
    try:
        made.wait_until_hanging(process)
    finally:
        os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C sends
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == "lakesynth: interrupted; the next run repairs .venv"
    assert not (made.venv / ".installed").exists()
    made.mood("fine")
    assert made.run()[0] == 0
    assert made.run() == (0, "", "")


def test_broken_environment_is_made_anew(made: Clone) -> None:
    # As after an upgrade of the system's Python: the link points to nothing.
    for link in (made.venv / "bin").glob("python*"):
        link.unlink()
    assert made.run()[1].startswith("Installing")
    assert (made.venv / "bin" / "lakesynth").exists()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_stops_where_the_set_up_stops(clone: Clone) -> None:
    (clone.tools / "java").unlink()
    make = shutil.which("make")
    assert make
    for verb in ("demo", "test"):
        done = subprocess.run(
            [make, verb],
            cwd=clone.folder,
            env=clone.environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.splitlines()[0].startswith("lakesynth: Java was not found")


def test_petastorm_has_an_environment_of_its_own_and_pins_of_its_own(made: Clone) -> None:
    beside = made.folder / ".venv-petastorm"
    before = (made.venv / ".installed").read_text()
    status, out, err = made.run("petastorm")
    assert (status, err) == (0, ""), (beside / "install.log").read_text()
    assert out.startswith("Installing pinned dependencies into .venv-petastorm (first time only;")
    assert (beside / "bin" / "lakesynth").exists()
    assert made.run("petastorm") == (0, "", "")
    assert (made.venv / ".installed").read_text() == before
    pins = made.folder / "constraints" / "petastorm.txt"
    pins.write_text(pins.read_text() + "# another version\n")
    assert made.run() == (0, "", "")  # the other environment has nothing to do with them

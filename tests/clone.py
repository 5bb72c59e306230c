"""A clone of the set-up files, beside fake tools, in which the set-up script runs for real."""

import ensurepip
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("bash", "cat", "dirname", "env", "grep", "head", "ls", "mv", "rm", "sed", "sleep", "tail")

BACKEND = """
import os, pathlib, time, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    mood = pathlib.Path("mood").read_text().strip()
    if mood == "fails":
        raise SystemExit("the backend fails")
    if mood == "hangs":
        pathlib.Path("hanging").touch()
        time.sleep(120)
    name, info = "lakesynth-0.1.0-py3-none-any.whl", "lakesynth-0.1.0.dist-info"
    files = {
        "METADATA": "Metadata-Version: 2.1\\nName: lakesynth\\nVersion: 0.1.0\\n"
        "Provides-Extra: all\\nProvides-Extra: dev\\nProvides-Extra: petastorm\\n",
        "WHEEL": "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "entry_points.txt": "[console_scripts]\\nlakesynth = json.tool:main\\n",
    }
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for file, text in files.items():
            wheel.writestr(f"{info}/{file}", text)
        wheel.writestr(f"{info}/RECORD", "".join(f"{info}/{f},,\\n" for f in (*files, "RECORD")))
    return name
"""


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


class Clone:
    """A copy of the set-up files in a folder of its own, with a package that needs nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tools = folder / "tools"
        self.venv = folder / ".venv"
        (folder / ".ci").mkdir(parents=True)
        (folder / "constraints").mkdir()
        shutil.copy(ROOT / ".ci" / "setup.sh", folder / ".ci" / "setup.sh")
        shutil.copy(ROOT / "Makefile", folder / "Makefile")
        (folder / "backend.py").write_text(BACKEND)
        (folder / "setup.py").write_text("")
        (folder / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        )
        self.mood("fine")
        self.pin(pip_of_ensurepip())
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, tool
            self.tools.mkdir(exist_ok=True)
            (self.tools / tool).symlink_to(found)
        script(self.tools / "java", """echo 'openjdk version "17.0.9" 2023-10-17' >&2""")
        script(self.tools / "python3", f'exec "{sys.executable}" "$@"')

    def mood(self, mood: str) -> None:
        (self.folder / "mood").write_text(mood)

    def pin(self, pip: str) -> None:
        for name in ("current.txt", "petastorm.txt"):
            (self.folder / "constraints" / name).write_text(f"pip=={pip}\n")

    def environment(self, **settings: str) -> dict[str, str]:
        return {
            "PATH": str(self.tools),
            "HOME": str(self.folder),
            "PIP_NO_INDEX": "1",
            "PIP_NO_CACHE_DIR": "1",
            **settings,
        }

    def start(self, verb: str = "demo", **settings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["bash", ".ci/setup.sh", verb],
            cwd=self.folder,
            env=self.environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, verb: str = "demo", **settings: str) -> tuple[int, str, str]:
        process = self.start(verb, **settings)
        out, err = process.communicate(timeout=200)
        return process.returncode, out, err

    def refused(self, verb: str = "demo", **settings: str) -> str:
        """The one line with which the script ends; it leaves no word that all is installed."""
        status, _, err = self.run(verb, **settings)
        assert status == 1
        lines = err.strip().splitlines()
        assert len(lines) == 1, err
        assert lines[0].startswith("lakesynth: ")
        assert not (self.venv / ".installed").exists()
        assert not (self.venv / ".installing").exists()
        return lines[0]

    def wait_until_hanging(self, process: subprocess.Popen[str]) -> None:
        """Return once pip has called the build backend, which then sleeps (mood ``hangs``)."""
        deadline = time.monotonic() + 120
        while not (self.folder / "hanging").exists():
            assert time.monotonic() < deadline, "the installation did not start"
            assert process.poll() is None, process.communicate()
            time.sleep(0.2)
        (self.folder / "hanging").unlink()


def pip_of_ensurepip() -> str:
    """The version of pip that a new environment starts with."""
    return ensurepip.version()

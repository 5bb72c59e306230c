"""The built wheel holds all that it should, and works where the repository is out of sight."""

import configparser
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from synth.version import VERSION

pytestmark = pytest.mark.slow  # a wheel and an environment are made

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("lakesynth", "jobs", "synth", "lakehouse")
IGNORED = shutil.ignore_patterns("__pycache__", "*.egg-info")


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that the working tree gets no build folder."""
    if int(metadata.version("setuptools").split(".")[0]) < 77:
        pytest.skip("petastorm holds setuptools below 70; the wheel is built with 77 or newer")
    source = tmp_path_factory.mktemp("source")
    for name in (*ROOMS, "tests"):
        shutil.copytree(ROOT / name, source / name, ignore=IGNORED)
    for name in ("setup.py", "pyproject.toml", "LICENSE", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source / name)
    # Without isolation: setuptools is pinned in the environment, and nothing is downloaded.
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", ".", cwd=source)
    built = list((source / "dist").glob("*.whl"))
    assert [path.name for path in built] == [f"lakesynth-{VERSION}-py3-none-any.whl"]
    return built[0]


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def read(wheel: Path, suffix: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(suffix)]
        return archive.read(name).decode("utf-8")


def test_every_module_is_in_the_wheel(names: set[str]) -> None:
    modules = {
        path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*.py")
    }
    assert modules - names == set()


def test_every_other_file_of_the_rooms_is_in_the_wheel(names: set[str]) -> None:
    # A template or a data file that package_data forgets fails at a user's, never in the clone.
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file())
    data = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.suffix not in (".py", ".pyc") and not path.name.startswith(".")
    }
    data |= {"synth/datasets/adult.csv.gz", "synth/datasets/ADULT_LICENCE.md"}
    data |= {f"{room}/py.typed" for room in ROOMS}
    assert data - names == set()


def test_nothing_else_is_in_the_wheel(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert tops == {*ROOMS, f"lakesynth-{VERSION}.dist-info"}


def test_command_and_extras(wheel: Path) -> None:
    points = configparser.ConfigParser()
    points.read_string(read(wheel, ".dist-info/entry_points.txt"))
    assert dict(points["console_scripts"]) == {"lakesynth": "jobs.cli:main"}
    extras = set(re.findall(r"^Provides-Extra: (\S+)$", read(wheel, "METADATA"), re.MULTILINE))
    assert extras == {
        "spark",
        "connect",
        "train",
        "report",
        "judge",
        "mlflow",
        "dev",
        "petastorm",
        "text",
        "all",
    }


@pytest.mark.parametrize("file", ["current.txt", "petastorm.txt"])
def test_every_need_is_pinned_within_its_range(wheel: Path, file: str) -> None:
    from packaging.requirements import Requirement

    lines = (ROOT / "constraints" / file).read_text(encoding="utf-8").splitlines()
    pins = dict(line.lower().replace("_", "-").split("==") for line in lines if "==" in line)
    skipped = {"petastorm"} if file == "current.txt" else {"dev", "text"}
    for line in re.findall(r"^Requires-Dist: (.+)$", read(wheel, "METADATA"), re.MULTILINE):
        need = Requirement(line)
        if need.marker and any(need.marker.evaluate({"extra": extra}) for extra in skipped):
            continue
        pin = pins.get(need.name.lower().replace("_", "-"))
        assert pin is not None, f"{need.name} has no line in constraints/{file}"
        assert need.specifier.contains(pin), f"{need} against {pin} of constraints/{file}"


@pytest.mark.parametrize("file", ["current.txt", "petastorm.txt"])
def test_constraints_are_exact_and_know_no_place(file: str) -> None:
    lines = (ROOT / "constraints" / file).read_text(encoding="utf-8").splitlines()
    exact = re.compile(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.+]+")
    assert [line for line in lines if not exact.fullmatch(line)] == []


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment that holds our wheel; what it needs is borrowed from this one."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=False)
    pip = (sys.executable, "-m", "pip", "--python", folder, "--disable-pip-version-check")
    run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    # A plain path line: it adds the packages of this environment, but runs none of its .pth
    # files, so that an editable installation of this repository stays out of sight.
    own = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    (own / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_installed_package_finds_its_data(installed: Path, tmp_path: Path) -> None:
    code = (
        "import gzip, importlib.resources, pathlib, sys, lakesynth, synth.datasets as d\n"
        "root = pathlib.Path(sys.prefix)\n"
        "assert d.adult_path().resolve().is_relative_to(root.resolve()), d.adult_path()\n"
        "assert (importlib.resources.files('lakesynth') / 'py.typed').is_file()\n"
        "print(lakesynth.__version__, sum(1 for _ in gzip.open(d.adult_path())))"
    )
    assert run(installed / "bin" / "python", "-c", code, cwd=tmp_path) == f"{VERSION} 48843\n"


def test_installed_command_is_on_the_path(installed: Path, tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    env["PATH"] = f"{installed / 'bin'}{os.pathsep}{env['PATH']}"
    assert shutil.which("lakesynth", path=env["PATH"]) == str(installed / "bin" / "lakesynth")
    assert "demo" in run("lakesynth", "--help", cwd=tmp_path, env=env)

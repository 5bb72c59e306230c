"""The code blocks of the README and of the guides: those that can run are run."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pytest
import yaml
from pyspark.sql import SparkSession
from typer.main import get_command

from jobs.cli import app
from jobs.config import Config
from jobs.config_file import load_config
from lakehouse.tables import write
from synth.generators.autoregressive.settings import AutoregressiveSettings
from synth.generators.registry import setting_names

ROOT = Path(__file__).resolve().parents[1]
GUIDES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/configuration.md",
    "docs/databricks.md",
    "docs/deployment.md",
    "docs/evaluation.md",
    "docs/plan.md",
    "docs/profile.md",
)
ROWS = 1600  # of the table that the blocks run on
NEEDS_A_PLACE = re.compile(
    r"databricks |yarn|k8s://|master:7077|sc://|start-connect|make |pip |git |\.ci/"
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a guide."""

    guide: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.guide}:{self.line}"

    def under(self, folder: Path) -> str:
        """The text with the guides' ``/data`` in a folder of the test's own."""
        return re.sub(r"(?<![\w/.])/data/", f"{folder}/", self.text)


def blocks(guide: str) -> list[Block]:
    found: list[Block] = []
    language, start, held = "", 0, list[str]()
    for number, line in enumerate((ROOT / guide).read_text("utf-8").splitlines(), 1):
        if not line.startswith("```"):
            held.append(line)
        elif start:
            found.append(Block(guide, start, language, "\n".join(held)))
            start = 0
        else:
            language, start, held = line[3:].strip(), number, []
    assert not start, f"{guide}:{start}: the block does not end"
    return found


ALL = [block for guide in GUIDES for block in blocks(guide)]
BASH = [block for block in ALL if block.language == "bash"]
YAML = [block for block in ALL if block.language == "yaml"]
PYTHON = [block for block in ALL if block.language == "python"]
ELSEWHERE = [b for b in BASH if b.guide != "README.md" or NEEDS_A_PLACE.search(b.text)]
RUNNABLE = [block for block in BASH if block not in ELSEWHERE]


def commands(block: Block) -> list[list[str]]:
    """The command lines of a block, split as the shell splits them."""
    lines = block.text.replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.strip()]


def check_lakesynth(arguments: list[str]) -> None:
    """The subcommand, its options and the settings of ``--set`` exist."""
    redirected = arguments.index(">") if ">" in arguments else len(arguments)
    verb, *rest = arguments[:redirected]
    known = get_command(app).commands  # type: ignore[attr-defined]
    assert verb in known, f"lakesynth {verb}"
    options = {name for option in known[verb].params for name in option.opts}
    given = [word for word in rest if word.startswith("--")]
    assert set(given) <= options, (verb, given)
    for place, word in enumerate(rest):
        if word == "--set":
            check_setting(rest[place + 1].partition("=")[0])


def check_setting(key: str) -> None:
    if key.startswith("train.settings."):
        assert key.split(".")[2] in setting_names(AutoregressiveSettings), f"--set {key}"
        return
    section: Any = Config
    for part in key.split("."):
        assert part in section.model_fields, f"--set {key}"
        section = section.model_fields[part].annotation


def after(words: list[str], word: str) -> list[str]:
    """The words that follow the first one that ends with ``word``; none where there is none."""
    places = [place for place, found in enumerate(words) if found.endswith(word)]
    return words[places[0] + 1 :] if places else []


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_names_no_file_that_is_not_there(guide: str) -> None:
    text = (ROOT / guide).read_text("utf-8")
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    missing = [link for link in links if not ((ROOT / guide).parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("guide", GUIDES)
def test_a_link_into_a_guide_meets_a_heading(guide: str) -> None:
    for link, anchor in re.findall(r"\]\(([^)#:]+)#([^)]+)\)", (ROOT / guide).read_text("utf-8")):
        text = ((ROOT / guide).parent / link).read_text("utf-8")
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        anchors = [re.sub(r"[^\w -]", "", heading.lower()) for heading in headings]
        assert anchor in [heading.replace(" ", "-") for heading in anchors]


def test_the_readme_has_blocks_of_each_kind() -> None:
    assert len(RUNNABLE) >= 3
    assert {block.guide for block in YAML} >= set(GUIDES) - {
        "CONTRIBUTING.md",
        "docs/architecture.md",
    }
    assert any("spark-submit" in block.text for block in RUNNABLE)
    assert any("make demo" in block.text for block in ELSEWHERE)


def test_the_lines_where_a_new_thing_goes_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`(\w+)` (?:in|of) `([\w/]+\.py)`", text)
    assert len(named) >= 7
    assert [
        n for n in named if not re.search(rf"\b{n[0]}\b", (ROOT / n[1]).read_text("utf-8"))
    ] == []


def test_figures_beside_others_are_those_of_the_benchmarks() -> None:
    """README's columns are those that its table names, of the rows on the census table."""
    ours = _rows((ROOT / "README.md").read_text("utf-8"), "| Adult census |")
    theirs = _rows((ROOT / "benchmarks" / "README.md").read_text("utf-8"), "| table | system |")
    measured = {
        row[1].lower(): [row[3], row[5].split(" (")[0], row[8], row[9].rstrip(" †")]
        for row in theirs[:5]
    }
    assert [row[0].lower() for row in ours] == list(measured)
    assert [row[1:] for row in ours] == list(measured.values())


def _rows(text: str, head: str) -> list[list[str]]:
    """The cells of a table's rows, after the line that begins with ``head``."""
    lines = text[text.index(head) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("block", ELSEWHERE, ids=str)
def test_commands_that_need_another_place_are_well_formed(block: Block) -> None:
    for words in commands(block):
        program = words[0]
        if program == "make":
            settings = [word for word in words[1:] if "=" in word]
            assert all(f"{word.split('=')[0]} ?=" in _makefile() for word in settings)
            done = subprocess.run(
                ["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
        elif program == "lakesynth":
            check_lakesynth(words[1:])
        elif program == "spark-submit":
            assert after(words, "jobs/cli.py"), words
            check_lakesynth(after(words, "jobs/cli.py"))
            check_coordinates(words)
        elif "pip" in program:
            check_extras(words)


def _makefile() -> str:
    return (ROOT / "Makefile").read_text("utf-8")


def check_coordinates(words: list[str]) -> None:
    """Delta's artifact is that of the pinned versions."""
    pins = (ROOT / "constraints" / "current.txt").read_text("utf-8")
    spark = re.search(r"^pyspark==(\d+\.\d+)", pins, re.MULTILINE)
    delta = re.search(r"^delta[-_]spark==(\S+)", pins, re.MULTILINE)
    assert spark
    assert delta
    coordinate = after(words, "--packages")[0]
    assert coordinate == f"io.delta:delta-spark_{spark[1]}_2.13:{delta[1]}"


def check_extras(words: list[str]) -> None:
    text = (ROOT / "setup.py").read_text("utf-8")
    for extras in re.findall(r"\[([a-z,]+)\]", " ".join(words)):
        for extra in extras.split(","):
            assert f'"{extra}"' in text, extra


@pytest.mark.parametrize("block", YAML, ids=str)
def test_yaml_is_a_configuration_or_a_job(block: Block, tmp_path: Path) -> None:
    data = yaml.safe_load(block.text)
    if "seed" in data:
        path = tmp_path / "run.yaml"
        path.write_text(block.text, encoding="utf-8")
        assert load_config(path).seed == data["seed"]
        return
    tasks = [data] if "task_key" in data else _tasks(data)
    assert tasks
    check_libraries(data)
    for task in tasks:
        wheel = task["python_wheel_task"]
        assert wheel["package_name"] == "lakesynth"
        names = entry_points(group="console_scripts").select(name=wheel["entry_point"])
        assert [point.value for point in names] == ["jobs.cli:main"]
        check_lakesynth(wheel["parameters"])


def check_libraries(job: dict[str, Any]) -> None:
    """What a job installs beside the wheel is named as setup.py names it."""
    text = (ROOT / "setup.py").read_text("utf-8")
    for task in _of(job, "tasks"):
        for library in task.get("libraries", []):
            assert "whl" in library or f'"{library["pypi"]["package"]}"' in text, library
    for environment in _of(job, "environments"):
        for need in environment["spec"]["dependencies"]:
            assert need.endswith(".whl") or f'"{need}"' in text, need


def _of(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    jobs = bundle.get("resources", {}).get("jobs", {}).values()
    return [one for job in jobs for one in job.get(kind, [])]


def _tasks(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    assert bundle["bundle"]["name"]
    assert "production" in bundle["targets"]
    return _of(bundle, "tasks")


@pytest.mark.parametrize("guide", [*GUIDES, "notebooks/01_quickstart.ipynb"])
def test_files_of_databricks_are_in_a_volume(guide: str) -> None:
    """``/mnt`` is one place to Python and another to Spark there, and is refused."""
    text = (ROOT / guide).read_text("utf-8")
    assert "lake.files=/mnt" not in text
    assert "files: /mnt" not in text


@pytest.fixture(scope="module")
def place(spark: SparkSession, adult_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that stands for the guides' ``/data``: a Delta table, a CSV file, a checkout."""
    folder = tmp_path_factory.mktemp("data")
    table: pa.Table = pyarrow.csv.read_csv(adult_csv).slice(0, ROWS)
    pyarrow.csv.write_csv(table, folder / "people.csv")
    names = [name.replace("-", "_") for name in table.column_names]
    frame = spark.createDataFrame(table.rename_columns(names))
    write(frame, str(folder / "customers"), app_id="readme")
    (folder / "jobs").symlink_to(ROOT / "jobs")
    return folder


def shell(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    tools = str(Path(sys.executable).parent)
    environment = {name: v for name, v in os.environ.items() if not name.startswith("PYSPARK_GATE")}
    environment["OMP_NUM_THREADS"] = "1"  # torch's threads would wait for each other on few cores
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        env=environment
        | {"PATH": f"{tools}:{os.environ['PATH']}", "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_blocks_of_the_readme_run(place: Path) -> None:
    """spark-submit comes first and does the work; the other commands then meet a finished run."""
    for block in sorted(RUNNABLE, key=lambda block: "spark-submit" not in block.text):
        done = shell(block.under(place), place)
        assert done.returncode == 0, f"{block}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    result = json.loads((place / "result.json").read_text("utf-8"))
    assert result["verdict"] == "published"
    assert result["tables"]["synthetic"]["rows"] == ROWS
    assert (place / "lake/files" / result["run_id"] / "report.html").is_file()
    runs = [path.parent.name for path in (place / "lake/files").glob("*/run.json")]
    assert runs == [result["run_id"]]  # the same arguments are the same run, whoever gives them


@pytest.mark.slow
@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_the_python_blocks_run(block: Block, place: Path) -> None:
    script = place / "block.py"
    script.write_text(block.under(place), encoding="utf-8")
    done = shell("python block.py", place)
    assert done.returncode == 0, f"{block}\n{done.stderr[-3000:]}"
    if "model.save" in block.text:
        assert (place / "model" / "manifest.json").is_file()
        shutil.rmtree(place / "model")
    if "from lakesynth import run" in block.text:
        assert "published" in done.stdout

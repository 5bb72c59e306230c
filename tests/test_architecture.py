"""The rooms of the house: who may import whom (docs/architecture.md)."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("lakesynth", "jobs", "synth", "lakehouse")
FILES = sorted(path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))

FORBIDDEN = {
    "lakesynth": {"pyspark", "delta", "ray", "petastorm", "torch", "lakehouse"},
    "synth": {"pyspark", "delta", "ray", "petastorm", "lakehouse", "jobs", "lakesynth"},
    "lakehouse": {"torch", "ray", "petastorm", "jobs", "lakesynth"},
    "jobs": {"ray", "petastorm", "lakesynth"},
}
# The files of a room that may import what the room may not; True: only lazily.
ALLOWED = {
    ("jobs/cluster.py", "ray"): True,
    ("jobs/launch.py", "ray"): True,
    ("jobs/launch_many.py", "ray"): True,
    ("jobs/tuning.py", "ray"): False,  # which is itself imported lazily
    ("jobs/ray_on_spark.py", "ray"): True,
    ("lakehouse/petastorm_feed.py", "petastorm"): True,
}
# What a room may import only lazily: in a function, or for type checkers alone.
LAZY = {"lakesynth": {"jobs", "synth"}}
# The light part of synth: descriptions and states, all that lakehouse may know of it.
LIGHT = (
    "synth.audit",
    "synth.table",
    "synth.statistics",
    "synth.version",
    "synth.profiling",
    "synth.encode",
    "synth.forms",
    "synth.metrics.metric",
    "synth.metrics.catalogue",
)
HEAVY = ("torch", "pyspark", "delta", "ray", "matplotlib", "petastorm")
# pickle runs code when it loads; Spark Connect and serverless clusters lack the attributes.
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "joblib", "cloudpickle", "marshal", "shelve"}
FORBIDDEN_ATTRIBUTES = {"rdd", "sparkContext", "_sc", "_jvm", "_jsc", "_jdf", "toPandas"}
# Tests of the whole, or of what lies outside the rooms; every other one is named after its file.
WHOLE_SYSTEM = {
    "synth/audit/test_planted.py",
    "synth/audit/test_real_tables.py",
    "synth/encode/test_encoder_attack.py",
    "test_architecture.py",
    "test_bad_input.py",
    "test_cluster.py",
    "test_command.py",
    "test_end_to_end.py",
    "test_generator_packages.py",
    "test_jobs_structure.py",
    "test_judge.py",
    "test_notebooks.py",
    "test_packaging.py",
    "test_petastorm.py",
    "test_quality_benchmark.py",
    "test_readme.py",
    "test_recovery.py",
    "test_setup.py",
    "test_spark_connect.py",
    "test_stored_values.py",
    "test_whole_files.py",
}
STEMS = {"init": "__init__"}  # the test of a package's own names and code
# Source files without a test file of their name, each with the reason.
TESTED_ELSEWHERE = {
    "synth/audit/audit.py": "plain data; what is in it by test_engine.py",
    "synth/audit/conclusions.py": "what follows from all scans together, by test_engine.py",
    "synth/audit/question.py": "plain data",
    "synth/audit/source.py": "plain data",
    "synth/dependencies/settings.py": "constants; what each does is tested where it is used",
    "synth/statistics/state.py": "a protocol",
    "synth/table/errors.py": "a class without code",
    "synth/table/limits.py": "constants",
    "synth/version.py": "a constant",
}


@dataclass(frozen=True)
class Import:
    """One imported module, and where it stands."""

    module: str
    line: int
    lazy: bool  # in a function, or for type checkers alone


def imports_of(source: str, file: Path) -> Iterator[Import]:
    """Every module that a file imports, relative ones written out."""

    def walk(node: ast.AST, lazy: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            inside = lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            inside |= isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
            if isinstance(child, ast.Import):
                yield from (Import(name.name, child.lineno, inside) for name in child.names)
            elif isinstance(child, ast.ImportFrom):
                module = absolute(child, file)
                for name in child.names:
                    inner = f"{module}.{name.name}"
                    yield Import(inner if is_module(inner) else module, child.lineno, inside)
            yield from walk(child, inside)

    yield from walk(ast.parse(source), False)


def is_module(name: str) -> bool:
    """Whether one of our own modules has this name."""
    path = ROOT / name.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def absolute(node: ast.ImportFrom, file: Path) -> str:
    """The module that a ``from`` statement names, without leading dots."""
    if not node.level:
        return node.module or ""
    package = file.with_suffix("").parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def broken_rules(source: str, file: Path) -> list[str]:
    """What a file imports or touches although its room may not."""
    room, name = file.parts[0], file.as_posix()
    found = []
    for imported in imports_of(source, file):
        top = imported.module.split(".")[0]
        if top in FORBIDDEN_MODULES:
            found.append(f"{name}:{imported.line} imports {top}")
        if top in FORBIDDEN[room]:
            only_lazily = ALLOWED.get((name, top))
            if only_lazily is None or (only_lazily and not imported.lazy):
                found.append(f"{name}:{imported.line} imports {top}")
        if top in LAZY.get(room, set()) and not imported.lazy:
            found.append(f"{name}:{imported.line} imports {top} at once")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_ATTRIBUTES:
            found.append(f"{name}:{node.lineno} uses .{node.attr}")
    return sorted(set(found))


def is_light(module: str) -> bool:
    return any(module == light or module.startswith(f"{light}.") for light in LIGHT)


def heavy_modules_after(statement: str) -> list[str]:
    """The heavy packages that a fresh interpreter has loaded after the statement."""
    loaded = f"[name for name in {HEAVY} if name in sys.modules]"
    code = f"{statement}\nimport json, sys\nprint(json.dumps({loaded}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("file", FILES, ids=str)
def test_rooms_import_what_they_may(file: Path) -> None:
    assert broken_rules((ROOT / file).read_text(encoding="utf-8"), file) == []


@pytest.mark.parametrize("file", [f for f in FILES if f.parts[0] == "lakehouse"], ids=str)
def test_lakehouse_knows_only_the_light_part_of_synth(file: Path) -> None:
    imported = imports_of((ROOT / file).read_text(encoding="utf-8"), file)
    ours = {one.module for one in imported if one.module.split(".")[0] == "synth"}
    assert [module for module in sorted(ours) if not is_light(module)] == []


@pytest.mark.parametrize("module", LIGHT)
def test_light_modules_stay_light(module: str) -> None:
    # Executors import them thousands of times.
    assert heavy_modules_after(f"import {module}") == []


def test_what_an_executor_runs_is_light() -> None:
    ours = [
        "synth.sampling.blocks",
        "synth.encode.batches",
        "synth.encode.counts",
        "synth.profiling",
    ]
    ours += ["synth.metrics.scans", "synth.generators.autoregressive.generator"]
    assert heavy_modules_after(f"import {', '.join(ours)}") == []


def test_a_command_that_does_not_train_loads_no_torch() -> None:
    assert "torch" not in heavy_modules_after("import jobs.cli")


def test_a_heavy_import_is_noticed() -> None:
    assert heavy_modules_after("import synth.table.schema, pyspark") == ["pyspark"]


@pytest.mark.parametrize(
    ("file", "source", "expected"),
    [
        ("synth/a.py", "from pyspark.sql import functions", ["synth/a.py:1 imports pyspark"]),
        ("synth/a.py", "def f():\n    import ray", ["synth/a.py:2 imports ray"]),
        ("synth/b/a.py", "from ...lakehouse import tables", ["synth/b/a.py:1 imports lakehouse"]),
        ("synth/a.py", "from . import schema", []),
        ("lakehouse/a.py", "import torch.nn", ["lakehouse/a.py:1 imports torch"]),
        (
            "lakehouse/petastorm_feed.py",
            "import petastorm",
            ["lakehouse/petastorm_feed.py:1 imports petastorm"],
        ),
        ("lakehouse/petastorm_feed.py", "def f():\n    from petastorm import reader", []),
        ("jobs/launch.py", "import ray.train", ["jobs/launch.py:1 imports ray"]),
        ("jobs/launch.py", "def f():\n    import ray.train", []),
        ("jobs/ray_on_spark.py", "import ray", ["jobs/ray_on_spark.py:1 imports ray"]),
        ("jobs/train.py", "import ray.train", ["jobs/train.py:1 imports ray"]),
        ("jobs/train.py", "import torch, pyspark, synth, lakehouse", []),
        ("jobs/a.py", "import lakesynth", ["jobs/a.py:1 imports lakesynth"]),
        ("lakesynth/a.py", "if TYPE_CHECKING:\n    import synth", []),
        ("lakesynth/a.py", "import synth.table", ["lakesynth/a.py:1 imports synth at once"]),
        ("jobs/a.py", "import pickle", ["jobs/a.py:1 imports pickle"]),
        ("jobs/a.py", "spark.sparkContext.x", ["jobs/a.py:1 uses .sparkContext"]),
    ],
)
def test_the_rules_bite(file: str, source: str, expected: list[str]) -> None:
    assert broken_rules(source, Path(file)) == expected


def test_no_stage_hides_a_module_of_the_standard_library() -> None:
    # jobs/profile.py, run by its path, would stand before the standard library's profile.
    names = {path.stem for path in (ROOT / "jobs").glob("*.py")} - {"__init__"}
    assert names & set(sys.stdlib_module_names) == set()


def test_every_folder_of_tests_is_a_package() -> None:
    # Files of the same name in two folders need it, and then the top one needs it too.
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")} | {ROOT / "tests"}
    assert [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()] == []


def mirrors() -> dict[str, str]:
    """Each test file, and the source file whose name and place it has."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = path.relative_to(ROOT / "tests")
        if name.as_posix() in WHOLE_SYSTEM:
            continue
        stem = path.stem.removeprefix("test_")
        found[name.as_posix()] = name.with_name(f"{STEMS.get(stem, stem)}.py").as_posix()
    return found


def test_every_test_file_has_its_source_file() -> None:
    assert [test for test, source in mirrors().items() if not (ROOT / source).is_file()] == []
    assert [name for name in sorted(WHOLE_SYSTEM) if not (ROOT / "tests" / name).is_file()] == []


def test_every_source_file_has_its_test_file() -> None:
    sources = {file.as_posix() for file in FILES if file.name != "__init__.py"}
    untested = sources - {*mirrors().values()}
    assert sorted(untested - TESTED_ELSEWHERE.keys()) == []
    assert sorted(TESTED_ELSEWHERE.keys() - untested) == []  # an exemption too many


def test_every_room_is_a_package() -> None:
    # A folder without __init__.py is left out of the wheel.
    folders = {ROOT / file.parent for file in FILES}
    assert [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()] == []

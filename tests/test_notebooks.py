"""The notebooks: executed from top to bottom on a small table, and clean as they are committed."""

from __future__ import annotations

import ast
import gzip
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.lakes import LOOSE, QUICK

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
QUICKSTART = ROOT / "notebooks" / "01_quickstart.ipynb"
OWN_GENERATOR = ROOT / "notebooks" / "02_own_generator.ipynb"
PACKAGE = ROOT / "tests" / "packages" / "lakesynth_shuffle"
ROWS = 1500
LARGEST = 500_000  # bytes; outputs are for reading, not an archive
OF_A_MACHINE = re.compile(r"(?<![\w.:/])/(home|Users|root|tmp|work|mnt|opt|usr|var|private)/")


def read(path: Path) -> NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_small_and_names_no_path_of_a_machine(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text) < LARGEST
    found = OF_A_MACHINE.search(text)
    assert found is None, text[found.start() : found.start() + 80]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_was_executed_in_order_without_errors(path: Path) -> None:
    cells = code_cells(read(path))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [out for cell in cells for out in cell.outputs if out.output_type == "error"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_defines_nothing(path: Path) -> None:
    for cell in code_cells(read(path)):
        defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, defined)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_has_ten_cells(path: Path) -> None:
    assert len(code_cells(read(path))) == 10


def of_kind(notebook: NotebookNode, kind: str) -> list[str]:
    """The outputs of a kind, over all cells."""
    return [
        out.data[kind]
        for cell in code_cells(notebook)
        for out in cell.outputs
        if kind in out.get("data", {})
    ]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_quickstart_runs(adult_csv: Path, tmp_path: Path) -> None:
    seed = tmp_path / "people.csv"
    with gzip.open(adult_csv, "rt", encoding="utf-8") as lines:
        seed.write_text("".join(next(lines) for _ in range(ROWS + 1)), encoding="utf-8")
    notebook = read(QUICKSTART)
    (parameters,) = [c for c in code_cells(notebook) if "parameters" in c.metadata.get("tags", ())]
    changes = {
        "train.settings.steps": 100,
        "train.launch": "in_process",
        "gates.column_shortfall": 0.1,
        "gates.bounds": LOOSE | {"two_sample_auc": {"green": 1.0}, "utility_loss": {"green": 1.0}},
        "evaluate.model_rows": 1000,
    }
    parameters.source += f'\nSEED, LAKE = {str(seed)!r}, "quick-lake"\nCHANGES |= {changes!r}'
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    assert len(of_kind(notebook, "image/png")) == 3
    (frame,) = [html for html in of_kind(notebook, "text/html") if "<iframe" in html]
    (address,) = re.findall(r'src="([^"]+)"', frame)
    assert (tmp_path / address).read_text("utf-8").lstrip().lower().startswith("<!doctype html")
    records = list((tmp_path / "quick-lake/files").glob("*/stages/publish.json"))
    assert len(records) == 1
    assert json.loads(records[0].read_text("utf-8"))["facts"]["verdict"] in of_verdict(notebook)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_generator_of_ones_own_goes_from_its_package_to_the_verdict(tmp_path: Path) -> None:
    notebook = read(OWN_GENERATOR)
    (parameters,) = [c for c in code_cells(notebook) if "parameters" in c.metadata.get("tags", ())]
    quick = {key: value for key, value in QUICK.items() if not key.startswith("train.")}
    parameters.source += f"\nPACKAGE, ROWS = {str(PACKAGE)!r}, 900\nCHANGES |= {quick!r}"
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    assert any("shuffle" in table for table in of_kind(notebook, "text/html"))
    said = [out.text for cell in code_cells(notebook) for out in cell.outputs if "text" in out]
    assert any(text.startswith("smothing: unknown key; did you mean smoothing?") for text in said)
    (record,) = (tmp_path / "lakehouse-shuffle/files").glob("*/stages/publish.json")
    assert json.loads(record.read_text("utf-8"))["facts"]["verdict"] in of_verdict(notebook)
    assert not (PACKAGE / "build").exists()  # it is built in a copy


def of_verdict(notebook: NotebookNode) -> str:
    """What the cell that ran the pipeline says of its outcome."""
    (cell,) = [cell for cell in code_cells(notebook) if "run_all(" in cell.source]
    (shown,) = [out.data["text/plain"] for out in cell.outputs if "data" in out]
    return str(shown)

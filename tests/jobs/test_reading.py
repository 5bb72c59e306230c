from pathlib import Path

from jobs.reading import read_options
from lakehouse.files import ReadOptions
from tests.lakes import configured


def test_files_are_read_as_the_configuration_says() -> None:
    given = {
        "header": False,
        "delimiter": ";",
        "null_markers": ("?",),
        "trim": False,
        "column_types": {"age": "int"},
        "encoding": "latin-1",
    }
    changes = {f"ingest__{name}": value for name, value in given.items()}
    config = configured("people.csv", Path("lake"), **changes, ingest__unsupported_columns="drop")
    assert read_options(config) == ReadOptions(**given, unsupported="drop")

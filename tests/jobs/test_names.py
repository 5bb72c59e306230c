import pytest

from jobs.names import base_name, is_file


@pytest.mark.parametrize(
    ("seed", "of_files", "name"),
    [
        ("data/people.csv.gz", True, "people"),
        ("people.parquet", True, "people"),
        ("/lake/bronze/people/", True, "people"),
        ("s3a://bucket/people.jsonl", True, "people"),
        ("people", False, "people"),
        ("main.sales.people", False, "people"),
        ("main.sales.`people`", False, "people"),
        ("main.people.data", False, "data"),  # a table of this name, not a suffix
    ],
)
def test_a_seed_is_files_or_a_table_and_has_a_name(seed: str, of_files: bool, name: str) -> None:
    assert (is_file(seed), base_name(seed)) == (of_files, name)

from typing import Any

import pytest
from pydantic import ValidationError

from jobs.data_sections import CleanConfig, LakeConfig, SplitConfig, require_range


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (120.0, 0.0, r"column 'age' has the range \[120.0, 0.0\], which no value lies in"),
        (None, None, "which is open on both sides: give one, or leave it out"),
        (float("nan"), 3.0, "give numbers, or null for an open side"),
        ("2024-02-01", "2023-12-31", "which no value lies in: lowest first, then highest"),
    ],
)
def test_a_range_that_nothing_can_keep_is_refused(low: Any, high: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        require_range("age", low, high)


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 120.0), (5.0, 5.0), (None, 3.0), ("2023-12-31", None), ("b", "a")]
)
def test_ranges_that_a_value_may_keep_are_taken(low: Any, high: Any) -> None:
    require_range("age", low, high)
    assert CleanConfig(ranges={"age": (low, high)}).ranges == {"age": (low, high)}


def test_a_list_that_allows_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="column 'city' allows no value, so that every row"):
        CleanConfig(allowed={"city": ()})


def test_at_most_half_is_held_out() -> None:
    assert SplitConfig(holdout_fraction=0.5).holdout_fraction == 0.5
    with pytest.raises(ValidationError, match=r"less than or equal to 0\.5"):
        SplitConfig(holdout_fraction=0.99)


@pytest.mark.parametrize("url", ["s3://bucket/files", "abfss://a@b/files", "dbfs:/mnt/files"])
def test_files_are_in_a_mounted_folder(url: str) -> None:
    with pytest.raises(ValidationError, match=r"mounted path such as /Volumes/.* not a URL"):
        LakeConfig(tables="main.gold", files=url)


@pytest.mark.parametrize("slashes", ["/", "///"])
def test_a_volume_has_one_path_however_it_is_spelled(slashes: str) -> None:
    found = LakeConfig(tables="main.gold", files=f"dbfs:{slashes}Volumes/main/gold/files")
    assert found.files == "/Volumes/main/gold/files"

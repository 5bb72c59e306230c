"""Bytes that are no text are refused with what they may be, before a row is taken from them."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession

from lakehouse.encodings import likely_encoding
from lakehouse.files import ReadOptions, read_source
from synth.table.errors import InputError

GERMAN = "name,ort\n" + "\n".join(
    f"Größe{n},Straße der Überschüsse {n}; schöne Grüße aus Köln" for n in range(60)
)
RUSSIAN = "имя,город\n" + "\n".join(f"Привет{n},большой город на реке {n}" for n in range(60))


@pytest.mark.parametrize(
    ("text", "encoding", "remedy"),
    [
        (GERMAN, "latin-1", "set ingest.encoding: iso-8859-1"),
        (GERMAN.replace("aus", "„aus“ – 5 €"), "cp1252", "convert it"),
        (GERMAN, "utf-16-le", "set ingest.encoding: utf-16le"),
        (RUSSIAN, "cp1251", "convert it"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".json"])
def test_text_in_another_encoding_is_refused_with_the_remedy(
    spark: SparkSession, lake: Path, text: str, encoding: str, remedy: str, suffix: str
) -> None:
    if suffix == ".json":
        text = "\n".join(f'{{"a": "{line}", "n": 1}}' for line in text.splitlines())
    data = text.encode(encoding)
    path = lake / f"t{suffix}"
    path.write_bytes(gzip.compress(data) if suffix.endswith(".gz") else data)
    with pytest.raises(InputError, match=rf"t{suffix}.*{remedy}") as refused:
        read_source(spark, str(path), ReadOptions())
    assert "Gr" not in str(refused.value) and "Привет" not in str(refused.value)


def test_random_bytes_are_no_table(spark: SparkSession, lake: Path) -> None:
    path = lake / "t.csv"
    path.write_bytes(np.random.default_rng(0).bytes(20_000))
    with pytest.raises(
        InputError, match=r"t\.csv is no utf-8 text \(byte 0x.. at [\d,]+\): it is no"
    ):
        read_source(spark, str(path), ReadOptions())


def test_one_broken_byte_far_down_is_found(spark: SparkSession, lake: Path) -> None:
    lines = [f"{n},plain text" for n in range(5000)]
    data = "n,s\n" + "\n".join(lines)
    path = lake / "t.csv"
    path.write_bytes(data.encode() + b"\n9,caf\xe9\n")
    with pytest.raises(
        InputError, match=r"is no utf-8 text \(byte 0xe9 at [\d,]+\): it looks like iso8859-1"
    ):
        read_source(spark, str(path), ReadOptions())


def test_a_replacement_character_that_is_in_the_text_is_a_character(
    spark: SparkSession, lake: Path
) -> None:
    path = lake / "t.csv"
    path.write_text("s\na \ufffd b\n", encoding="utf-8")
    assert read_source(spark, str(path), ReadOptions()).frame.collect()[0][0] == "a \ufffd b"


def test_zeros_are_no_text(spark: SparkSession, lake: Path) -> None:
    path = lake / "t.csv"
    path.write_bytes(b"s\nab\n" * 50 + b"a\0b\n" + b"ab\n" * 50)
    with pytest.raises(InputError, match="holds characters of value 0"):
        read_source(spark, str(path), ReadOptions())


def test_the_guess_is_by_the_bytes() -> None:
    assert likely_encoding("a,b\n1,2\n".encode("utf-16-be") * 20) == "utf-16-be"
    assert likely_encoding(np.random.default_rng(1).bytes(5000)) is None

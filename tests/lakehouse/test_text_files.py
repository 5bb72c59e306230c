"""CSV and JSON as Spark reads them: every line kept, the broken ones marked, bad headers named."""

import gzip
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.listing import look
from lakehouse.text_files import BROKEN_LINE, ReadOptions, csv_text, json_rows


def csv(
    spark: SparkSession, path: Path, text: str, **options: object
) -> tuple[list[str], list[tuple[str | None, ...]]]:
    """Columns and rows of a CSV file."""
    encoding = str(options.get("encoding", "utf-8"))
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    frame = csv_text(spark, look(spark, str(path)), ReadOptions(**options))  # type: ignore[arg-type]
    return frame.columns, [tuple(row) for row in frame.collect()]


def test_everything_is_text_and_every_line_is_kept(spark: SparkSession, lake: Path) -> None:
    text = 'n, a word \n1," x, ""y"""\n2\n3,b,too many\n4,"two\nlines"\n'
    columns, rows = csv(spark, lake / "t.csv", text)
    assert columns == ["n", "a word", BROKEN_LINE]
    assert rows[0] == ("1", ' x, "y"', None)
    assert rows[3] == ("4", "two\nlines", None)
    assert [(row[0], str(row[2]).strip()) for row in rows[1:3]] == [
        ("2", "2"),
        ("3", "3,b,too many"),
    ]


@pytest.mark.parametrize(
    ("name", "delimiter"), [("a.csv", ";"), ("b.tsv", "\t"), ("c.csv", "|"), ("d.csv.gz", ",")]
)
def test_delimiters_are_guessed(spark: SparkSession, lake: Path, name: str, delimiter: str) -> None:
    columns, rows = csv(spark, lake / name, f'\n a{delimiter}"b,;|"\n1{delimiter}"x"\n')
    assert columns == ["a", "b,;|", BROKEN_LINE]
    assert rows == [("1", "x", None)]
    columns, _ = csv(spark, lake / name, "a;b,c\n1;2,3\n", delimiter=",")
    assert columns == ["a;b", "c", BROKEN_LINE]  # what is given is not guessed


def test_without_a_header_columns_are_numbered(spark: SparkSession, lake: Path) -> None:
    columns, rows = csv(spark, lake / "t.csv", "1,größe\n", header=False, encoding="latin-1")
    assert columns == ["_c0", "_c1", BROKEN_LINE]
    assert rows == [("1", "größe", None)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_at_the_files_start_is_no_part_of_the_name(
    spark: SparkSession, lake: Path, encoding: str
) -> None:
    columns, rows = csv(spark, lake / "t.csv", "maß,b\nä,1\n", encoding=encoding)
    assert columns == ["maß", "b", BROKEN_LINE]
    assert rows == [("ä", "1", None)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"t\.csv is empty"),
        ("a,b,a\n", "header has column 'a' twice: rename one"),
        ("a,A\n", r"column 'A' twice \(also as 'a'; Spark takes them for one\)"),
        ("a,,c\n", "column 2 has no name in the header"),
        ("a,_broken_line\n", "the name '_broken_line' is taken"),
    ],
)
def test_bad_headers_are_named(spark: SparkSession, lake: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        csv(spark, lake / "t.csv", text)


def test_an_encoding_that_spark_cannot_read_is_refused(spark: SparkSession, lake: Path) -> None:
    (lake / "t.csv").write_text("a\n")
    found = look(spark, str(lake / "t.csv"))
    for encoding in ("klingon", "cp037"):  # Python knows the second one
        with pytest.raises(ValueError, match=rf"ingest.encoding '{encoding}' .*iconv -t utf-8"):
            csv_text(spark, found, ReadOptions(encoding=encoding))


def json_of(
    spark: SparkSession, path: Path, text: str
) -> tuple[list[str], list[tuple[object, ...]]]:
    path.write_text(text, encoding="utf-8")
    frame = json_rows(spark, look(spark, str(path)), ReadOptions())
    return frame.columns, [tuple(row) for row in frame.collect()]


def test_json_lines_keep_the_order_of_the_first_row(spark: SparkSession, lake: Path) -> None:
    columns, rows = json_of(spark, lake / "t.json", '{"z": 1, "a": "x"}\n{"b": 2, "z": 3}\n{"z": 4')
    assert columns == ["z", "a", "b", BROKEN_LINE]
    assert rows[:2] == [(1, "x", None, None), (3, None, 2, None)]
    assert rows[2] == (None, None, None, '{"z": 4')


def test_an_array_or_one_object_over_many_lines_is_read(spark: SparkSession, lake: Path) -> None:
    assert json_of(spark, lake / "a.json", ' [{"a": 1},\n{"a": 2}]')[1] == [(1,), (2,)]
    assert json_of(spark, lake / "b.json", '{\n"a": 1,\n"b": 2}') == (["a", "b"], [(1, 2)])


def test_json_without_objects_is_refused(spark: SparkSession, lake: Path) -> None:
    with pytest.raises(ValueError, match="holds no JSON objects: write one object a line"):
        json_of(spark, lake / "t.json", "1\n2\n")

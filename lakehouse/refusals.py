"""What Spark says when it cannot read an input, as one sentence: what, why, and what helps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from pyspark.errors import PySparkException

from synth.table.errors import InputError

_DAMAGED_LOG = (
    "its Delta log is damaged, or of a kind that this Delta cannot read; restore the folder "
    "_delta_log, or give the data files as a table of their own"
)
# A pattern in what Spark, Hadoop or Delta say -> why, and what helps. The first that fits counts;
# {0} is what the pattern's first group has found.
_REASONS = (
    (
        r"No FileSystem for scheme|UnsupportedFileSystem|No AbstractFileSystem",
        "Spark has no file system for that address; check it, or add its jar (spark.jars.packages)",
    ),
    (
        r"AccessControlException|Permission denied|AccessDenied|403 Forbidden",
        "there is no right to read it; give Spark's user that right",
    ),
    (
        r"UnknownHostException|Connection refused|ConnectException|SocketTimeout",
        "its server cannot be reached; check the address and the network",
    ),
    (
        r"is not a Parquet file|Could not read footer|CANNOT_READ_FILE_FOOTER|NOT_A_PARQUET",
        "it is no Parquet file, or it is cut short; write it again, or take it out of the folder",
    ),
    (
        r"FILE_NOT_EXIST|FileNotFoundException|PATH_NOT_FOUND|does not exist",
        "a file of it is gone; run the command again when nobody writes there",
    ),
    (
        r"PARQUET_COLUMN_DATA_TYPE_MISMATCH|PARQUET_CONVERSION_FAILURE|CANNOT_MERGE",
        "its files hold a column in types that do not go together; write them in one type",
    ),
    (
        r"incorrect header check|invalid (block|distance|stored)|unexpected end|not in GZIP|"
        r"ZipException|EOFException|CRC",
        "it is compressed and damaged, or not compressed as its suffix says; write it again",
    ),
    (
        r"COLUMN_ALREADY_EXISTS\]? The column `(.+?)` already",
        "more than one column, or field of a column, is called {0!r} but for upper case, and Spark "
        "takes them for one; rename one of them",
    ),
    (
        r"UNABLE_TO_INFER_SCHEMA|no viable|CANNOT_INFER",
        "nothing in it tells columns; check that it is a table",
    ),
    (
        r"MALFORMED_CHARACTER|MalformedInput|Unmappable",
        "its bytes are no text of that encoding; set ingest.encoding, or convert it with iconv",
    ),
    (
        r"FAILED_READ_FILE|ParquetDecodingException|Corrupt|corrupt",
        "a file of it is damaged; write it again, or take it out of the folder",
    ),
    (r"DELTA_|_delta_log|io\.delta|sql\.delta", _DAMAGED_LOG),
)
_LOG_FILE = re.compile(r"/_delta_log/\d{20}[\w.]*")
_FILE = re.compile(r"((?:file|[a-z][a-z0-9+.-]*)://?[^\s\"',]+)")


@contextmanager
def refusing(source: str, *, while_writing: bool = False) -> Iterator[None]:
    """InputError in the place of what Spark raises because of its input.

    Errors that say nothing of an input (a lost executor, a full disk) stay as they are, and
    ``while_writing`` all but those of Spark's readers of files.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # Spark's own, and Java's under py4j and Connect
        reason = reason_of(error)
        if reason is None or (while_writing and "FAILED_READ_FILE" not in str(error)):
            raise
        raise InputError(f"{_where(source, error)} cannot be read: {reason}") from error


def reason_of(error: Exception) -> str | None:
    """Why an input cannot be read, and the remedy; None where the error is of another kind."""
    if not isinstance(error, PySparkException) and type(error).__module__.partition(".")[0] not in (
        "py4j",
        "pyspark",
    ):
        return None
    text = str(error)
    if _LOG_FILE.search(text):
        return _DAMAGED_LOG  # whatever is wrong with a file of it
    for pattern, reason in _REASONS:
        if found := re.search(pattern, text):
            return reason.format(*found.groups())
    return None


def _where(source: str, error: Exception) -> str:
    """The source, with the file of it that the error names."""
    file = _named_file(error)
    return source if file.endswith(source) or source.startswith(file) else f"{source} ({file})"


def _named_file(error: Exception) -> str:
    """The first file that an error names; empty where it names none."""
    named = _FILE.search(str(error))
    return unquote(re.sub(r"^file:/+", "/", named.group(1))).rstrip(".:;)") if named else ""

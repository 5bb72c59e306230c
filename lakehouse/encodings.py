"""Bytes that are no text of the encoding they were read in."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from lakehouse.listing import File, Listing
from synth.table.errors import InputError

# What a reader writes where bytes are no character, and what no text holds.
MARKS = ("\ufffd", "\0")
_CHUNK = 1 << 20  # bytes that are decoded at a time
_SAMPLE = 1 << 16  # bytes of which the encoding is guessed
_FEW = 16  # bytes beyond ASCII, of which a statistic of letters tells little
_CANDIDATES = [
    "utf_8",
    "cp1252",
    "iso8859_1",
    "iso8859_2",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "koi8_r",
    "cp437",
    "cp850",
    "mac_roman",
    "shift_jis",
    "euc_jp",
    "gb18030",
    "big5",
    "euc_kr",
    "utf_16",
    "utf_32",
]
# What Spark reads, by the names that Python gives.
SPARK_ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "ascii": "us-ascii",
    "iso8859-1": "iso-8859-1",
    "utf-16": "utf-16",
    "utf-16-be": "utf-16be",
    "utf-16-le": "utf-16le",
    "utf-32": "utf-32",
}


def is_marked(texts: Iterable[str]) -> bool:
    """Whether a text holds what may come of bytes in another encoding."""
    return any(mark in text for text in texts for mark in MARKS)


def require_text(spark: SparkSession, found: Listing, encoding: str) -> None:
    """InputError for the first file that is no text of the encoding, with what it may be.

    Files are read whole where this machine has them, of others the first MiB. Costly: for files
    that gave reason for doubt. No value of a file is in the error.
    """
    for file in found.files:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        place = 0
        for chunk in _chunks(spark, file):
            try:
                zero = decoder.decode(chunk).find("\0")
            except UnicodeDecodeError as error:
                raise InputError(_refusal(file, encoding, chunk, error, place)) from error
            if zero >= 0:
                raise InputError(
                    f"{file.path} holds characters of value 0, which no text has: {_remedy(chunk)}"
                )
            place += len(chunk)


def _chunks(spark: SparkSession, file: File) -> Iterator[bytes]:
    if Path(file.path).is_absolute():
        with pa.input_stream(file.path, compression="detect") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
        return
    content = F.substring("content", 1, _CHUNK).alias("content")
    row = spark.read.format("binaryFile").load(file.path).select(content).first()
    if row is not None:
        yield bytes(row["content"])


def _refusal(
    file: File, encoding: str, chunk: bytes, error: UnicodeDecodeError, before: int
) -> str:
    start = min(error.start, len(chunk) - 1)
    return (
        f"{file.path} is no {encoding} text (byte 0x{chunk[start]:02x} at {before + start:,}): "
        f"{_remedy(chunk[max(0, start - _SAMPLE // 2) :][:_SAMPLE])}"
    )


def _remedy(sample: bytes) -> str:
    """What the bytes may be, and what to do then."""
    guessed = likely_encoding(sample)
    if guessed is None:
        return "it is no text in any encoding; give a text file, or take it out of the folder"
    if guessed in SPARK_ENCODINGS:
        return f"it looks like {guessed}; set ingest.encoding: {SPARK_ENCODINGS[guessed]}"
    return f"it looks like {guessed}; convert it (iconv -f {guessed} -t utf-8)"


def likely_encoding(sample: bytes) -> str | None:
    """The encoding, by Python's name, in which the bytes are most like text; None for none."""
    from charset_normalizer import from_bytes  # executors, which import this file, need it not

    zeros = sample.count(0)
    if zeros > len(sample) // 4:  # every second byte of Latin letters
        pairs = len(sample) // 2 * 2
        upper = sample[0:pairs:2].count(0) > sample[1:pairs:2].count(0)
        return "utf-16-be" if upper else "utf-16-le"
    if zeros and not sample.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        return None
    western = "cp1252" if _beyond_latin_1(sample) else "iso8859-1"
    with_few_signs = sum(byte >= 0x80 for byte in sample) < _FEW
    best = from_bytes(sample, cp_isolation=_CANDIDATES).best()
    read = _decoded(sample, western)
    if read is not None and with_few_signs and _is_of_letters(read):
        return western
    if best is None:
        return None
    return western if read == str(best) else codecs.lookup(best.encoding).name


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return sample.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_of_letters(text: str) -> bool:
    """Whether what is not ASCII is letters, as in a Western language, or a typographer's sign."""
    return all(sign.isalpha() or sign in "€£§°«»„“”‚‘’–…" for sign in text if not sign.isascii())


def _beyond_latin_1(sample: bytes) -> bool:
    """Whether Windows' encoding has characters here that ISO 8859-1 has not."""
    return any(0x80 <= byte < 0xA0 for byte in sample)

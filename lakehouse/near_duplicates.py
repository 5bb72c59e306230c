"""Rows that nearly agree: MinHash signatures of their text, cut into bands (Broder 1997).

The text of a row is that of the chosen columns, without upper case; its shingles are all pieces of
three characters. Two rows are as similar as the share of their shingles that both have (Jaccard).
Rows that agree in a band of their signatures are compared, each with the first one of its band:
linear in the rows, where all pairs of a band would be quadratic in those that agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.across_rules import MARK, OUT, later_of
from lakehouse.scan import map_batches
from lakehouse.schemas import column, quote

SHINGLE = 3  # characters: the usual length for names and addresses
SIGNATURE = 128  # hashes of a row
RECALL = 0.99  # of pairs just as similar as asked that agree in some band, at least
_TEXT, _ID, _NEAR = "_lakesynth_text", "_lakesynth_id", "_lakesynth_near"
_SKETCHES = "id string, shingles array<bigint>, bands array<bigint>"
_SKETCHES_ARROW = pa.schema(
    [
        ("id", pa.string()),
        ("shingles", pa.list_(pa.int64())),
        ("bands", pa.list_(pa.int64())),
    ]
)


def rows_of_band(similarity: float) -> int:
    """How many hashes make a band: the most with which :data:`RECALL` is kept."""
    for rows in range(SIGNATURE // 2, 0, -1):
        bands = SIGNATURE // rows
        if 1 - (1 - similarity**rows) ** bands >= RECALL:
            return rows
    return 1


@dataclass(frozen=True)
class NearDuplicates:
    """No row is nearly the same as one before it; one without a value in all columns may be."""

    similarity: float
    words: str = "nearly the same as another row"

    def require(self, setting: str, columns: Sequence[str], frame: DataFrame) -> None:
        """Any column has a text."""

    def marked(self, frame: DataFrame, columns: Sequence[str]) -> DataFrame:
        """Scans of these columns, with shuffles of bands and shingles, and a join."""
        cells = [column(name).cast("string") for name in columns]
        text = F.lower(F.concat_ws("\u001f", *[F.coalesce(cell, F.lit("")) for cell in cells]))
        counts = ~column(OUT) & F.coalesce(*cells).isNotNull()
        own = frame.withColumn(_ID, F.when(counts, F.sha2(text, 256)))
        texts = own.where(column(_ID).isNotNull()).select(_ID, text.alias(_TEXT))
        near = _near(texts.dropDuplicates([_ID]), self.similarity)
        joined = own.join(near, column(_ID) == column(_NEAR), "left")
        again = later_of(joined, [column(_ID)], column(_ID).isNotNull())
        kept = [quote(name) for name in frame.columns]
        return joined.select(*kept, (column(_NEAR).isNotNull() | again).alias(MARK))


def _near(texts: DataFrame, similarity: float) -> DataFrame:
    """The ids of texts that are as similar to one of a lesser id; one column."""
    sketch = Sketches(rows_of_band(similarity))
    sketched = map_batches(texts, [_ID, _TEXT], sketch, _SKETCHES)
    banded = sketched.select("id", F.posexplode("bands").alias("band", "hash"))
    of_band = Window.partitionBy("band", "hash")
    pairs = banded.withColumn("first", F.min("id").over(of_band)).where("id != first")
    shingles = sketched.select("id", "shingles")
    one = shingles.withColumnsRenamed({"shingles": "mine"})
    other = shingles.withColumnsRenamed({"id": "first", "shingles": "others"})
    compared = pairs.select("id", "first").distinct().join(one, "id").join(other, "first")
    shared = F.size(F.array_intersect("mine", "others"))
    every = F.size("mine") + F.size("others") - shared
    alike = compared.where(shared >= F.lit(similarity) * every)
    return alike.select(column("id").alias(_NEAR)).distinct()


@dataclass(frozen=True)
class Sketches:
    """Texts, by batches, with their shingles and their bands; what an executor runs."""

    rows: int

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Batches of ids and texts as batches of ids, shingles and bands."""
        for batch in batches:
            if not batch.num_rows:
                continue
            pieces = [shingles_of(text) for text in batch.column(1).to_pylist()]
            ends = np.cumsum([0, *map(len, pieces)])
            every = np.concatenate(pieces)
            bands = bands_of(every, ends[:-1], self.rows)
            arrays = [
                batch.column(0),
                _lists(every, ends),
                _lists(bands.ravel(), np.arange(len(bands) + 1) * bands.shape[1]),
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=_SKETCHES_ARROW)


def shingles_of(text: str) -> np.ndarray:
    """Distinct 64-bit hashes of all pieces of three characters; of a shorter text one."""
    signs = np.frombuffer(text.ljust(SHINGLE, "\0").encode("utf-32-le"), np.uint32)
    hashed = np.zeros(len(signs) - SHINGLE + 1, np.uint64)
    for place in range(SHINGLE):
        hashed = _mixed(hashed ^ signs[place : place + len(hashed)].astype(np.uint64))
    return np.unique(hashed)


def bands_of(shingles: np.ndarray, starts: np.ndarray, rows: int) -> np.ndarray:
    """A hash of each band of each text's signature.  # (texts, bands)

    ``shingles`` are those of all texts behind each other, and ``starts`` where each text's begin.
    """
    found = []
    for band in range(SIGNATURE // rows):
        joined = np.zeros(len(starts), np.uint64)
        for place in range(rows):
            seed = np.uint64(band * rows + place + 1)
            least = np.minimum.reduceat(_mixed(shingles ^ _mixed(seed)), starts)
            joined = _mixed(joined ^ least)
        found.append(joined)
    return np.stack(found, axis=1)


def _mixed(values: np.ndarray | np.uint64) -> np.ndarray:
    """Each number with all of its bits stirred: the end of splitmix64 (Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        mixed = np.asarray(values, np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))


def _lists(values: np.ndarray, ends: np.ndarray) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(values.view(np.int64)))

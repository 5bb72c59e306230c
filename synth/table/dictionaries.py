"""Texts of which there are few, each held once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import pyarrow as pa
import pyarrow.compute as pc

FEW = 4096  # different texts of a column, which every batch of its rows looks up once
LOOKED_AT = 50_000  # rows that tell whether there are more


def in_dictionaries(table: pa.Table) -> pa.Table:
    """The table, its columns of few texts as dictionaries; the others are what they were.

    To hash a text costs more than all else that is counted of it: whoever reads a table several
    times hashes it once. Columns share the cores.
    """
    with ThreadPoolExecutor(cpu_count()) as cores:
        columns = list(cores.map(_in_dictionary, table.columns))
    return pa.table(columns, names=table.column_names)


def _in_dictionary(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_string(column.type) or pc.count_distinct(column[:LOOKED_AT]).as_py() > FEW:
        return column
    coded = column.dictionary_encode()
    return coded if not coded.num_chunks or len(coded.chunk(0).dictionary) <= FEW else column

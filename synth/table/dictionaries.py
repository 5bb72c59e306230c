"""Texts of which there are few, each held once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from os import cpu_count

import pyarrow as pa
import pyarrow.compute as pc

FEW = 4096  # different texts of a column, which every batch of its rows looks up once
LOOKED_AT = 50_000  # rows that tell whether there are more


class InDictionaries(Mapping[str, pa.Table]):
    """The tables, their columns of few texts as dictionaries; the others are what they were.

    To hash a text costs more than all else that is counted of it: whoever reads a table several
    times hashes it once. That goes on beside whatever else is done, columns sharing the cores, the
    first table's before those of the next; a table is waited for where it is asked for.
    """

    def __init__(self, tables: Mapping[str, pa.Table]):
        cores = ThreadPoolExecutor(cpu_count(), thread_name_prefix="lakesynth-dictionaries")
        self._columns: dict[str, dict[str, Future[pa.ChunkedArray]]] = {
            role: {name: cores.submit(_in_dictionary, table[name]) for name in table.column_names}
            for role, table in tables.items()
        }
        cores.shutdown(wait=False)  # takes no more, and ends with the last

    def __getitem__(self, role: str) -> pa.Table:
        """A table, once its columns are done."""
        return pa.table({name: own.result() for name, own in self._columns[role].items()})

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def _in_dictionary(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_string(column.type) or pc.count_distinct(column[:LOOKED_AT]).as_py() > FEW:
        return column
    coded = column.dictionary_encode()
    return coded if not coded.num_chunks or len(coded.chunk(0).dictionary) <= FEW else column

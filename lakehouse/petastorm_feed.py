"""The reader of encoded row groups by petastorm, for sites that run it (``train.reader``)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from synth.table.errors import InputError

if TYPE_CHECKING:
    from lakehouse.feed import CodeFeed


def read_with_petastorm(feed: CodeFeed, rng: np.random.Generator | None) -> Iterator[np.ndarray]:
    """The worker's rows by row group, mixed by ``rng`` or in the order of the files."""
    paths = dict.fromkeys(group.path for group in feed.groups)
    own = sum(group.rows for group in feed.groups[feed.rank :: feed.world])
    blocks = _batch_reader()(
        [f"file://{Path(path).absolute()}" for path in paths],
        # Its default, "thread", may take a moment without work for the end and leave row groups
        # out without a word; "dummy" reads in this thread.
        reader_pool_type="dummy",
        num_epochs=1,
        cur_shard=feed.rank,
        shard_count=feed.world,
        shuffle_row_groups=rng is not None,
        # A seed shuffles also where shuffle_row_groups is off, and 0 counts as none.
        seed=None if rng is None else int(rng.integers(1, 2**31)),
    )
    try:
        for block in blocks:
            columns = [getattr(block, name) for name in feed.columns]
            codes = np.stack(columns, axis=1).astype(np.int32)
            own -= len(codes)
            yield codes
    finally:  # not a with block: at its end petastorm prints to standard output
        blocks.stop()
        blocks.join()
    if own:
        raise RuntimeError(f"petastorm left out {own:,} rows of the worker: start again")


def check_petastorm_can_share(feed: CodeFeed, folder: Path) -> None:
    """InputError where petastorm is not installed, or cannot share these files."""
    _batch_reader()
    if len(feed.groups) < feed.world:
        raise InputError(
            f"{folder} holds {len(feed.groups)} row group(s) for {feed.world} workers, and "
            "petastorm deals whole ones: set train.workers to fewer, encode.rows_per_file to less, "
            "or train.reader to pyarrow"
        )
    if any(sign in str(folder.absolute()) for sign in "#?"):
        raise InputError(
            f"petastorm cannot read {folder}, whose path holds # or ?: move lake.files, or set "
            "train.reader to pyarrow"
        )


def _batch_reader() -> Callable[..., Any]:
    """The function ``make_batch_reader``; InputError where petastorm cannot be imported."""
    # Not for a block only: readers of several epochs and feeds overlap.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"petastorm\.")
    try:
        from petastorm import make_batch_reader
    except ImportError as error:
        raise InputError(
            f"train.reader is petastorm, which cannot be imported here ({error}): run in an "
            "environment of its own (constraints/petastorm.txt) with "
            "pip install 'lakesynth[petastorm]', or set train.reader to pyarrow"
        ) from error
    return cast(Callable[..., Any], make_batch_reader)

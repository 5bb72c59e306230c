"""Whether a folder is as it was written: looked at before a fit goes on from a checkpoint."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

logger = logging.getLogger("synth.learning")

SEAL = "sealed.json"
_PART = 2**20  # bytes that are read at once


def seal(folder: Path) -> None:
    """Write down the size and the hash of every file in a folder."""
    found = {file.name: _print(file) for file in sorted(folder.iterdir()) if file.name != SEAL}
    (folder / SEAL).write_text(json.dumps(found))


def broken(folder: Path) -> str | None:
    """What a sealed folder lacks, in words; None where it is whole."""
    try:
        expected = json.loads((folder / SEAL).read_text("utf-8"))
    except FileNotFoundError:
        return f"it has no {SEAL}"
    except ValueError:
        return f"{SEAL} cannot be read"
    for name, known in expected.items():
        file = folder / name
        if not file.is_file():
            return f"{name} is missing"
        if _print(file) != known:
            return f"{name} is not as it was written: {file.stat().st_size:,} bytes"
    return None


def newest_whole(folders: Iterable[Path]) -> tuple[Path | None, tuple[str, ...]]:
    """The first of these that is whole, newest first, and what is to be said of those before it."""
    said = list[str]()
    found = None
    for folder in folders:
        lacks = broken(folder)
        if lacks is None:
            found = folder
            break
        said.append(f"checkpoint {folder.name} is broken ({lacks})")
    on = "the fit begins anew" if found is None else "the fit goes on from the one before"
    notes = (f"{'; '.join(said)}: {on}",) if said else ()
    for note in notes:
        logger.warning(note)
    return found, notes


def _print(file: Path) -> list[int | str]:
    found = blake2b(digest_size=16)
    with file.open("rb") as parts:
        while part := parts.read(_PART):
            found.update(part)
    return [file.stat().st_size, found.hexdigest()]

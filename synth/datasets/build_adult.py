"""Build ``adult.csv.gz`` from the two files of the UCI archive, byte for byte the same each time.

    python -m synth.datasets.build_adult adult.data adult.test adult.csv.gz

Inputs may be gzipped. Nothing about a value is changed: see ``ADULT_LICENCE.md``.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

from synth.datasets import ADULT_COLUMNS, ADULT_ROWS


def adult_rows(path: Path) -> list[str]:
    """The data lines of one of the two files, in their order.

    Left out are empty lines and the test file's opening remark (``|1x3 Cross validator``).
    """
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("ascii")
    rows = [line for line in text.splitlines() if line and not line.startswith("|")]
    for number, line in enumerate(rows, 1):
        if line.count(",") != len(ADULT_COLUMNS) - 1:
            raise ValueError(
                f"{path.name}: data line {number} has {line.count(',') + 1} values, "
                f"not {len(ADULT_COLUMNS)}: take the file from the UCI archive again"
            )
    return rows


def build_adult(data: Path, test: Path, target: Path) -> int:
    """Write both files as one CSV with a header line; the number of data rows comes back."""
    rows = adult_rows(data) + adult_rows(test)
    if len(rows) != ADULT_ROWS:
        raise ValueError(
            f"{data.name} and {test.name} hold {len(rows)} rows, not {ADULT_ROWS}: "
            "give adult.data first and adult.test second"
        )
    text = "\n".join([",".join(ADULT_COLUMNS), *rows, ""])
    # mtime=0 and no file name: the archive's bytes depend on the rows alone.
    target.write_bytes(gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0))
    return len(rows)


def main() -> None:
    """Build the file that the three paths of the command line name."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="adult.data, or adult.data.gz")
    parser.add_argument("test", type=Path, help="adult.test, or adult.test.gz")
    parser.add_argument("target", type=Path, help="the file to write")
    given = parser.parse_args()
    rows = build_adult(given.data, given.test, given.target)
    print(f"{given.target}: {rows:,} rows, {given.target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

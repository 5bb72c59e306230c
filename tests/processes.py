"""Pieces of Python in processes of their own, as a user's would be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def printed(code: str, *arguments: str | Path) -> str:
    """What a piece of code prints; it must end well."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def both_printed(code: str, meeting: Path) -> list[str]:
    """What two workers print that run the code at once, with their rank and where they meet."""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(rank), str(meeting)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    return [one.communicate(timeout=280)[0].strip() for one in both]

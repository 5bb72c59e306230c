"""Networks this small take longer on two threads than on one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from synth.learning.network_fit import one_thread_on


@pytest.fixture(autouse=True, scope="package")
def one_thread() -> Iterator[None]:
    """As in a fit."""
    with one_thread_on("cpu"):
        yield

"""Memory grows with the work, stays within the heap, and nothing that is loaded goes away."""

from __future__ import annotations

from synth.planning.memory import JVM_BEYOND_HEAP, MIB, peak_memory
from tests.synth.planning.works import TRIED, work


def test_a_driver_of_adult_holds_less_than_three_gigabytes() -> None:
    stages = ("ingest", "encode", "train", "evaluate")
    held = [peak_memory(stage, work(), TRIED).driver / MIB for stage in stages]
    assert held == sorted(held)
    assert 1400 < held[0] < 1800 and held[-1] < 3000


def test_the_jvm_holds_its_heap_and_a_little_more_at_any_size() -> None:
    huge = work(rows=10**9, heap_bytes=2**31)
    more = peak_memory("ingest", work(rows=10**9, heap_bytes=2**32), None)
    held = peak_memory("ingest", huge, None).driver
    assert held < 2**31 + JVM_BEYOND_HEAP + 300 * MIB
    assert more.driver - held == 2**31


def test_no_worker_of_spark_is_needed_to_fit() -> None:
    assert peak_memory("train", work(), TRIED).worker == 0
    assert peak_memory("profile", work(), None).worker > 100 * MIB

from hashlib import blake2b

import numpy as np

from synth.sampling.seeds import block_generator, seed_of

PINNED_SEED = 5798892970684970444


def test_seeds_are_pinned_and_do_not_run_together() -> None:
    assert seed_of("a", "b") != seed_of("ab") != seed_of("a", "b", "")
    assert seed_of(0, "model", "people", 7) == PINNED_SEED


def test_a_seed_is_made_of_parts_led_by_their_lengths() -> None:
    data = b"\x01" + bytes(7) + b"7" + b"\x02" + bytes(7) + "ö".encode()
    expected = int.from_bytes(blake2b(data, digest_size=8).digest(), "little")
    assert seed_of(7, "ö") == seed_of("7", "ö".encode()) == expected


def test_a_block_has_a_generator_of_its_own() -> None:
    drawn = [
        block_generator(*parts).integers(0, 2**62, 4).tolist()  # type: ignore[arg-type]
        for parts in (
            (0, "model", "people", 7),
            (1, "model", "people", 7),
            (0, "other", "people", 7),
            (0, "model", "orders", 7),
            (0, "model", "people", 8),
        )
    ]
    assert len({*map(tuple, drawn)}) == 5
    own = np.random.Generator(np.random.PCG64(PINNED_SEED)).integers(0, 2**62, 4)
    assert drawn[0] == own.tolist()

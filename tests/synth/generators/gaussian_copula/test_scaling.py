"""Orders of codes: of numbers their own, of names the one that tells most."""

from __future__ import annotations

import numpy as np

from synth.generators.gaussian_copula.scaling import code_orders, normal_scores
from synth.table.sub_column import SubColumn

NUMBER = SubColumn("n", 0, 5, ranks=(0.75, 0.25, 0.5, 1.0, None))


def seen(rows: int = 20_000) -> np.ndarray:
    """A number, and two columns of names that rise and fall with it, their codes mixed up."""
    rng = np.random.default_rng(0)
    latent = rng.standard_normal((rows, 3)) * 0.5 + rng.standard_normal((rows, 1))
    number = np.array([1, 2, 0, 3])[np.searchsorted([-1, 0, 1], latent[:, 0])]
    number[latent[:, 2] > 1.8] = 4  # a null, of those whose other columns are high
    one = np.array([3, 0, 4, 1, 2])[np.searchsorted([-1.2, -0.4, 0.4, 1.2], latent[:, 1])]
    two = np.array([2, 0, 1])[np.searchsorted([-0.5, 0.5], -latent[:, 2])]
    return np.stack([number, one, two], 1).astype(np.int32)


def test_names_are_ordered_by_what_they_tell() -> None:
    subs = [NUMBER, SubColumn("one", 0, 5), SubColumn("two", 0, 3)]
    number, one, two = (order.tolist() for order in code_orders(seen(), subs))
    assert one in ([3, 0, 4, 1, 2], [2, 1, 4, 0, 3])
    assert two in ([2, 0, 1], [1, 0, 2])
    ranked = [code for code in number if code != 4]
    assert ranked == [1, 2, 0, 3]  # as the values are
    assert number[-1] == 4  # beside the high ones


def test_a_column_alone_is_ordered_by_its_frequency_or_its_values() -> None:
    (order,) = code_orders(seen()[:, :1], [NUMBER])
    assert order.tolist()[:4] == [1, 2, 0, 3] or order.tolist()[1:] == [1, 2, 0, 3]
    codes = np.array([[0], [2], [2], [1], [2], [1]], np.int32)
    (names,) = code_orders(codes, [SubColumn("x", 0, 3)])
    assert sorted(names.tolist()) == [0, 1, 2]


def test_codes_that_the_sample_lacks_have_scores() -> None:
    found = normal_scores(np.array([1, 0, 2]), np.array([10, 0, 30]))
    assert np.isfinite(found).all() and found[1] < found[0] < found[2]

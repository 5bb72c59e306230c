from synth.metrics.catalogue import kinds
from synth.metrics.kind import AREAS


def test_every_bound_lies_between_green_and_red() -> None:
    """Where there is amber, it is on the worse side of green."""
    for kind in kinds().values():
        assert kind.area in AREAS
        if kind.bound is None or kind.bound.amber is None:
            continue
        grows = kind.bound.relative or not kind.higher_is_better
        assert (kind.bound.amber > kind.bound.green) == grows, kind.name

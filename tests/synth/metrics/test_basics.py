from synth.metrics.basics import KINDS
from synth.metrics.fidelity import measure_fidelity
from synth.metrics.histograms import CodeHistograms
from tests.synth.metrics.columns import categories, numbers


def test_whatever_is_measured_of_counts_is_in_the_list_with_its_direction() -> None:
    counts = CodeHistograms([numbers("age", 3), categories("job", "a", "b")])
    counts.rows = 1
    known = {kind.name: kind for kind in KINDS}
    for metric in measure_fidelity(synthetic=counts, train=counts, holdout=None, seed=0):
        assert known[metric.name].higher_is_better == metric.higher_is_better

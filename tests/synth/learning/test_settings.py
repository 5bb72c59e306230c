import pytest

from synth.learning.settings import LikelihoodSettings, require_precision_of
from synth.table.errors import InputError


@pytest.mark.parametrize(("rows", "batch"), [(500, 32), (35_000, 512), (10**7, 512), (1, 32)])
def test_the_batch_follows_the_rows(rows: int, batch: int) -> None:
    assert LikelihoodSettings().batch_size(rows) == batch


def test_rate_and_decay_follow_the_rows() -> None:
    sizes = (720, 5_000, 35_000, 1_000_000)
    few, less, some, many = (LikelihoodSettings().settled(rows) for rows in sizes)
    assert few.learning_rate == pytest.approx(0.01 * (720 / 5_000) ** 0.5)
    assert less.learning_rate == some.learning_rate == many.learning_rate == 0.01
    memory = [1 / (s.learning_rate * s.weight_decay) for s in (few, less, some, many)]  # in steps
    assert memory == pytest.approx([140, 333 / 2, 333, 4 * 1_000_000 / 512])
    given = LikelihoodSettings(learning_rate=0.004, weight_decay=0.1).settled(720)
    assert (given.learning_rate, given.weight_decay) == (0.004, 0.1)


def test_a_gpu_has_larger_batches_and_fewer_bits() -> None:
    usual = LikelihoodSettings()
    assert [usual.batch_size(rows, "cuda") for rows in (500, 35_000, 10**6)] == [32, 512, 4096]
    settled = usual.settled(10**6, "cuda")
    assert (settled.precision, settled.compiled, settled.captured) == ("tf32", False, True)
    on_cpu = usual.settled(10**6)
    assert (on_cpu.precision, on_cpu.compiled) == ("float32", False)
    for precision, compiled in (("float32", False), ("bfloat16", True)):
        own = LikelihoodSettings(precision=precision, compiled=compiled).settled(10**6, "cuda")
        assert (own.precision, own.compiled) == (precision, compiled)


def test_a_gpu_has_batches_read_ahead() -> None:
    usual = LikelihoodSettings()
    assert usual.settled(10**6, "cuda").read_ahead == 64 and usual.settled(10**6).read_ahead == 0
    for device in ("cpu", "cuda"):
        own = [LikelihoodSettings(read_ahead=given).settled(10**6, device) for given in (0, 5)]
        assert [one.read_ahead for one in own] == [0, 5]


def test_tf32_is_of_gpus() -> None:
    with pytest.raises(InputError, match="precision tf32 is of GPUs, and this training is on CPU"):
        require_precision_of("tf32", "cpu")
    require_precision_of("tf32", "cuda")
    require_precision_of("bfloat16", "cpu")
    require_precision_of(None, "cpu")


def test_evaluations_and_the_fall_of_the_rate_follow_the_steps() -> None:
    usual = LikelihoodSettings()
    assert [usual.evaluation_gap(step) for step in (0, 1000, 4000)] == [40, 40, 160]
    assert [usual.decay_steps(step) for step in (0, 400, 2000)] == [200, 200, 600]


def test_a_large_batch_has_a_higher_rate_as_far_as_there_are_rows() -> None:
    rates = [
        LikelihoodSettings(batch_rows=batch).settled(rows).learning_rate
        for batch, rows in ((512, 10**6), (4096, 10**6), (4096, 720))
    ]
    small = LikelihoodSettings(batch_rows=512).settled(720).learning_rate
    assert rates[:2] == pytest.approx([0.01, 0.01 * 8**0.5])
    assert small is not None
    assert rates[2] == pytest.approx(small * (720 / 512) ** 0.5)


def test_few_rows_are_measured_more_often_unless_the_steps_are_given() -> None:
    gaps = [LikelihoodSettings().settled(rows).evaluation_gap(0) for rows in (100, 4_999, 5_000)]
    assert gaps == [20, 20, 40]
    assert LikelihoodSettings(evaluation_steps=7).settled(100).evaluation_gap(0) == 7

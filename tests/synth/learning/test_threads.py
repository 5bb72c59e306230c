from threadpoolctl import threadpool_info, threadpool_limits

from synth.learning.threads import one_thread


def blas_threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@one_thread()
def within() -> set[int]:
    return blas_threads()


def test_products_run_on_one_thread_and_the_callers_number_comes_back() -> None:
    with threadpool_limits(limits=2, user_api="blas"):
        assert within() == {1}
        assert within() == {1}  # a decorator is used many times
        assert blas_threads() == {2}

"""A Ray cluster on the executors of the Spark session, for the time of a fit.

Ray's own library starts it (``ray.util.spark``): a head beside the driver, and one Spark task per
worker that holds a Ray node. What is here chooses its size, gives all nodes one token, and says
beforehand where it cannot be.
"""

from __future__ import annotations

import io
import logging
import math
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from jobs.config import ConfigError
from jobs.model_sections import TrainConfig
from jobs.session import environment, is_connect
from jobs.storage import DATABRICKS

OBJECT_STORE = 128 * 2**20  # bytes of a node; batches are read by the workers, not sent to them
# Bytes that a node says it has, for tasks that ask for some: ours ask for none. Ray's default is
# the whole machine, beside Spark's own, of which it then warns.
LOGICAL_MEMORY = 256 * 2**20
# Seconds without a sign of life after which Ray takes a node for lost: its own 30 are not enough
# for Python and a raylet to start on a busy machine.
NODE_PATIENCE = 180
# Seconds that a head is given where Ray's own 20 were not enough, as on a busy machine.
HEAD_PATIENCE = 60
ASKED = ("CPU", "GPU", "memory")  # resources that a Spark task can have
_AUTH_MODE, _AUTH_TOKEN = "RAY_AUTH_MODE", "RAY_AUTH_TOKEN"
_HOOK = "RAY_ON_SPARK_START_HOOK"  # of Ray: the path of what makes a hook
_HEAD_ENDS = 30.0  # seconds


def require_executors(config: TrainConfig) -> None:
    """ConfigError where the session that runs has no executors that can hold Ray's nodes."""
    asked = "train.launch is ray_on_spark"
    spark = SparkSession.getActiveSession()
    if spark is None:
        raise ConfigError(f"{asked}, and no Spark session runs: set train.launch to local")
    if is_connect(spark):
        raise ConfigError(
            f"{asked}, which needs a session with executors of its own, and this one is of Spark "
            "Connect or serverless: set train.launch to address, with a Ray cluster (KubeRay), or "
            "to local"
        )
    _require_master(spark.conf.get("spark.master", "") or "", asked)
    _require_resources(spark, config, asked)


def _require_master(master: str, asked: str) -> None:
    """ConfigError where Ray's library cannot work on a cluster of this kind."""
    if master == "local" or master.startswith("local["):
        raise ConfigError(
            f"{asked}, and the session's master is {master}, without executors beside this "
            "process: set train.launch to local"
        )
    if not (master == "yarn" or master.startswith(("spark://", "local-cluster["))):
        raise ConfigError(
            f"{asked}, which works on standalone clusters, YARN and dedicated clusters of "
            f"Databricks, and the session's master is {master}: set train.launch to address, with "
            "a Ray cluster (KubeRay), or to local"
        )


def _require_resources(spark: SparkSession, config: TrainConfig, asked: str) -> None:
    """ConfigError where a worker asks for what a task on the executors is never given."""
    other = [name for name in config.resources if name not in ASKED]
    if other:
        raise ConfigError(
            f"{asked}, and train.resources asks for {other[0]}: nodes on executors have "
            f"{', '.join(ASKED)} alone; take it out, or set train.launch to address"
        )
    cores = spark.conf.get("spark.executor.cores", None)
    if cores is not None and _cpus(config) > int(cores):
        raise ConfigError(
            f"{asked}, and train.resources asks for {_cpus(config)} CPUs for each worker, of "
            f"executors with spark.executor.cores {cores}: set CPU to {cores} or less"
        )
    amounts = ("spark.executor.resource.gpu.amount", "spark.task.resource.gpu.amount")
    if config.use_gpu and all(spark.conf.get(name, None) is None for name in amounts):
        raise ConfigError(
            f"{asked} and train.use_gpu is set, and the executors have no GPUs that Spark knows: "
            f"start the session with {amounts[0]}, or set train.use_gpu to false"
        )


def _cpus(config: TrainConfig) -> int:
    """Of each node: Spark gives whole cores."""
    return max(1, math.ceil(config.resources.get("CPU", 1)))


def _gpus(config: TrainConfig) -> int:
    """Of each node."""
    return max(1, math.ceil(config.resources.get("GPU", 1))) if config.use_gpu else 0


@contextmanager
def ray_on_spark(config: TrainConfig) -> Iterator[str]:
    """The address of a Ray cluster of one node for each worker, which ends with the block.

    The nodes take Spark's task slots meanwhile. Starting takes about a minute. ConfigError where
    Spark has no room for them, or executors cannot start Ray.
    """
    if _running() is not None:
        raise ConfigError(
            "train.launch is ray_on_spark, and a Ray cluster of this process is on Spark's "
            "executors already: set train.launch to address and train.address to auto, or end it "
            "with ray.util.spark.shutdown_ray_cluster()"
        )
    _quiet()
    with _surroundings():
        try:
            address = _start(config)
            _require_nodes(address, config.workers)
            yield address
        finally:
            _end()


def _start(config: TrainConfig) -> str:
    """The address of a new cluster; ConfigError, with Ray's reason, where it does not start."""
    from ray.util.spark import cluster_init

    try:
        try:
            address = _set_up(config)
        except RuntimeError as error:
            if "head node" not in str(error):
                raise
            cluster_init._RAY_HEAD_STARTUP_TIMEOUT = HEAD_PATIENCE
            address = _set_up(config)
    except (RuntimeError, ValueError) as error:
        raise ConfigError(
            f"Ray did not start on Spark's executors ({_reason(error)}): each needs "
            f"{_cpus(config)} free core(s) for a node, and this Python with lakesynth[train], "
            "whose folder of commands is on its PATH (spark.executorEnv.PATH); or set train.launch "
            "to local"
        ) from error
    return address


def _reason(error: Exception) -> str:
    """Ray's own words, of which those in the midst are the output of a command."""
    lines = [line for line in str(error.__cause__ or error).splitlines() if line.strip()]
    return "; ".join(line.strip() for line in (lines[:1] + lines[1:][-2:]))


def _set_up(config: TrainConfig) -> str:
    from ray.util.spark import setup_ray_cluster

    with redirect_stdout(io.StringIO()):  # to which the head's output is copied
        address, _ = setup_ray_cluster(
            max_worker_nodes=config.workers,
            num_cpus_worker_node=_cpus(config),
            num_gpus_worker_node=_gpus(config),
            memory_worker_node=int(config.resources.get("memory", LOGICAL_MEMORY)),
            object_store_memory_worker_node=OBJECT_STORE,
            memory_head_node=LOGICAL_MEMORY,
            object_store_memory_head_node=OBJECT_STORE,
            head_node_options={"include_dashboard": False},
        )
    return str(address)


def _require_nodes(address: str, workers: int) -> None:
    """ConfigError where there are fewer nodes than workers, for which Ray would wait on and on."""
    import ray

    ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False)
    found = sum(node["Alive"] and node["Resources"].get("CPU", 0) > 0 for node in ray.nodes())
    if found < workers:
        raise ConfigError(
            f"Spark had room for {found} of {workers} Ray nodes: set train.workers to {found} or "
            "train.resources to less, or give the session more executors"
        )


def _running() -> Any:
    """What Ray knows of its cluster on Spark's executors; None where there is none."""
    from ray.util.spark import cluster_init

    return cluster_init._active_ray_cluster


def _end() -> None:
    """End the cluster, if one has started, and wait for its head, which has words to say."""
    from ray.util.spark import shutdown_ray_cluster

    cluster = _running()
    if cluster is None:
        return
    with redirect_stdout(io.StringIO()):
        shutdown_ray_cluster()
        with suppress(subprocess.TimeoutExpired):
            cluster.head_proc.wait(_HEAD_ENDS)


@contextmanager
def _surroundings() -> Iterator[None]:
    """The environment of driver and head for the time of a block, as Ray reads it too."""
    try:
        with environment(_variables()):
            _read_authentication_anew()
            yield
    finally:
        _read_authentication_anew()


def _variables() -> dict[str, str]:
    """What the driver, and the head that it starts, read from their environment."""
    commands = Path(sys.executable).parent  # the head looks for the command ray on PATH
    return {
        "PATH": os.pathsep.join([str(commands), os.environ.get("PATH", "")]),
        "AUTOSCALER_HEARTBEAT_TIMEOUT_S": str(NODE_PATIENCE),
        # A notebook of Databricks that has run no cell for half an hour would end it: we do.
        "DATABRICKS_RAY_ON_SPARK_AUTOSHUTDOWN_MINUTES": "0",
        _HOOK: os.environ.get(_HOOK, f"{__name__}.start_hook"),
        **_authentication(),
    }


def _authentication() -> dict[str, str]:
    """One token for driver, head and nodes, unless the user has chosen otherwise.

    A head takes one that it finds in the user's home, and neither driver nor nodes would know.
    """
    mode = os.environ.get(_AUTH_MODE, "token")
    if mode != "token" or _AUTH_TOKEN in os.environ:
        return {_AUTH_MODE: mode}
    line = [sys.executable, "-m", "ray.scripts.scripts", "get-auth-token", "--generate"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    return {_AUTH_MODE: mode, _AUTH_TOKEN: done.stdout.strip()}


def _read_authentication_anew() -> None:
    """Ray reads its environment when it is imported, and is imported already."""
    import ray

    own: Any = ray._raylet
    own.Config.initialize("")


def start_hook() -> Any:
    """What Ray asks for the surroundings of its nodes: its own hook, and the token."""
    from ray.util.spark.databricks_hook import DefaultDatabricksRayOnSparkStartHook
    from ray.util.spark.start_hook_base import RayOnSparkStartHook

    databricks = DATABRICKS in os.environ
    kind: Any = DefaultDatabricksRayOnSparkStartHook if databricks else RayOnSparkStartHook

    class WithToken(kind):
        def custom_environment_variables(self) -> dict[str, str]:
            # Ray's for Databricks shows a page in a notebook, which a job has none of.
            own = {"GLOO_SOCKET_IFNAME": "eth0"} if databricks else {}
            names = (_AUTH_MODE, _AUTH_TOKEN)
            return {**own, **{name: os.environ[name] for name in names if name in os.environ}}

    return WithToken(is_global=False)


def _quiet() -> None:
    """Progress is ours to show; what goes wrong is raised."""
    logging.getLogger("ray.util.spark").setLevel(logging.ERROR)
    logging.getLogger("ray._private.worker").setLevel(logging.ERROR)
    # Its level is set anew with each request; it warns of nodes that end, as ours do at the end.
    logging.getLogger("ray.autoscaler._private.spark.spark_job_server").disabled = True
    # Not for a block only: nodes start in threads.
    warnings.filterwarnings("ignore", message="Spark session is not provided", category=UserWarning)

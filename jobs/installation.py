"""What a Spark session needs on the machine: a Java, and the jars of a Delta that fits."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pyspark

from synth.table.errors import InputError

JARS_VARIABLE = "LAKESYNTH_JARS"
OLDEST_JAVA = 17  # Spark 4 does not start on an older one
SPARK_LINES = ("4.0", "4.1", "4.2")  # the lines that Delta 4.4 is built for; it refuses others


class SessionError(InputError):
    """No usable Spark session; the message says what to install or set."""


def delta_jars(jars_folder: Path | None, extra: Mapping[str, str]) -> dict[str, str]:
    """The settings by which a new session finds Delta's jars: class path, folder, Ivy."""
    named = extra.get("spark.jars", "") + extra.get("spark.jars.packages", "")
    home = Path(os.environ.get("SPARK_HOME", Path(pyspark.__file__).parent))
    if "delta-spark" in named or any((home / "jars").glob("delta-spark_*.jar")):
        return {}
    folder = jars_folder or os.environ.get(JARS_VARIABLE)
    if folder:
        return {"spark.jars": ",".join(map(str, _jars_in(Path(folder))))}
    return {"spark.jars.packages": delta_coordinate()}


def _jars_in(folder: Path) -> list[Path]:
    """The jars of a folder; SessionError where Delta for this Spark is not among them."""
    jars = sorted(folder.glob("*.jar"))
    wanted = f"delta-spark_{spark_line()}_2.13-"
    if any(jar.name.startswith(wanted) for jar in jars):
        return jars
    found = [jar.name for jar in jars if jar.name.startswith("delta-spark")]
    raise SessionError(
        f"the folder of jars {folder} holds no {wanted}*.jar for pyspark {pyspark.__version__} "
        f"({'it holds ' + ', '.join(found) if found else f'{len(jars)} jars, none of Delta'}): "
        f"copy Delta's jars there, or unset jars_folder and {JARS_VARIABLE}"
    )


def spark_line() -> str:
    """The installed Spark's line (``4.1``); SessionError where Delta is not built for it."""
    line = ".".join(pyspark.__version__.split(".")[:2])
    if line not in SPARK_LINES:
        raise SessionError(
            f"pyspark {pyspark.__version__} does not go with Delta 4.4, which is built for Spark "
            f"{', '.join(SPARK_LINES)}: pip install 'pyspark>=4.0.1,<4.2'"
        )
    return line


def delta_coordinate() -> str:
    """Maven's coordinate of Delta for the installed pyspark and delta-spark."""
    line = spark_line()
    try:
        version = metadata.version("delta-spark")
    except metadata.PackageNotFoundError as error:
        raise SessionError(
            "delta-spark is not installed: pip install delta-spark==4.4.0"
        ) from error
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < (4, 1):
        raise SessionError(
            f"delta-spark {version} does not go with pyspark {pyspark.__version__}: "
            f"pip install delta-spark==4.4.0"
        )
    return f"io.delta:delta-spark_{line}_2.13:{version}"


def require_java() -> int:
    """The major version of the Java that Spark will start; SessionError if there is none fit."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    way_out = f"install Java {OLDEST_JAVA} (a JRE is enough) and set JAVA_HOME to its folder"
    if java is None or not Path(java).exists():
        where = f"JAVA_HOME is {home}, where there is no bin/java" if home else "no java on PATH"
        raise SessionError(f"Java is missing ({where}): {way_out}")
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    match = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    if match is None:
        raise SessionError(f"{java} -version does not say its version: {way_out}")
    if int(match[1]) < OLDEST_JAVA:
        raise SessionError(f"Java {match[1]} is too old for Spark: {way_out}")
    return int(match[1])


def three_ways() -> str:
    """How Delta can be made available, for error messages."""
    return (
        f"Delta is found in one of three ways: on the class path (spark-submit --packages "
        f"{delta_coordinate()}), in a folder of jars named by {JARS_VARIABLE} or "
        f"session.jars_folder, or fetched by Ivy (needs a Maven repository; its address can be "
        f"set by DEFAULT_ARTIFACT_REPOSITORY or spark.jars.ivySettings)"
    )

"""Java and Delta: which ones are there, and what to do where they are not."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from jobs import installation
from jobs.installation import SessionError, delta_coordinate, delta_jars, require_java, three_ways


def fake_java(folder: Path, version: str) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("version", "message"), [("1.8.0_412", "Java 8 is too old"), ("11.0.2", "Java 11 is too old")]
)
def test_an_old_java_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, message: str
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path, version)))
    with pytest.raises(SessionError, match=message) as raised:
        require_java()
    assert "\n" not in str(raised.value) and "install Java 17" in str(raised.value)


def test_a_missing_java_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SessionError, match=r"JAVA_HOME is .* no bin/java"):
        require_java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SessionError, match="no java on PATH"):
        require_java()


def test_the_java_of_java_home_is_asked_for_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path, "21.0.3")))
    assert require_java() == 21
    (tmp_path / "bin" / "java").write_text("#!/bin/sh\necho something else\n")
    with pytest.raises(SessionError, match="does not say its version: install Java 17"):
        require_java()


def test_jars_are_looked_for_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(installation.JARS_VARIABLE, raising=False)
    packages = delta_jars(None, {})["spark.jars.packages"]
    assert packages == installation.delta_coordinate()
    assert f"delta-spark_{installation.spark_line()}_2.13" in packages
    assert delta_jars(None, {"spark.jars.packages": "io.delta:delta-spark_9:1"}) == {}
    with pytest.raises(SessionError, match="none of Delta"):
        delta_jars(tmp_path, {})
    (tmp_path / "delta-spark_3.5_2.12-3.2.0.jar").touch()
    monkeypatch.setenv(installation.JARS_VARIABLE, str(tmp_path))
    with pytest.raises(SessionError, match=r"it holds delta-spark_3\.5_2\.12-3\.2\.0\.jar"):
        delta_jars(None, {})
    jar = tmp_path / f"delta-spark_{installation.spark_line()}_2.13-4.4.0.jar"
    jar.touch()
    assert str(jar) in delta_jars(None, {})["spark.jars"]


def test_a_wrong_pair_of_spark_and_delta_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyspark.__version__", "3.5.1")
    with pytest.raises(SessionError, match=r"pyspark 3\.5\.1 does not go with Delta"):
        installation.delta_coordinate()


def test_a_delta_that_is_missing_or_too_old_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: "3.2.0")
    with pytest.raises(SessionError, match=r"delta-spark 3\.2\.0 does not go with .*: pip install"):
        delta_coordinate()

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    with pytest.raises(SessionError, match=r"not installed: pip install delta-spark=="):
        delta_coordinate()


def test_the_ways_to_delta_name_what_a_user_can_set() -> None:
    told = three_ways()
    for named in (delta_coordinate(), installation.JARS_VARIABLE, "session.jars_folder"):
        assert named in told

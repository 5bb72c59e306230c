"""The package: what it holds, what it needs, and its command.

Exact versions are in ``constraints/``; why each dependency is there is in
``docs/dependencies.md``.
"""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent
ROOMS = ("lakesynth", "jobs", "synth", "lakehouse")


def version() -> str:
    """The version that synth/version.py states, read without importing the package."""
    names: dict[str, str] = {}
    exec((HERE / "synth" / "version.py").read_text(encoding="utf-8"), names)
    return names["VERSION"]


def long_description() -> str:
    """README.md, or nothing where a packager left it out."""
    readme = HERE / "README.md"
    return readme.read_text(encoding="utf-8") if readme.is_file() else ""


BASE = [
    "numpy>=1.26",
    "scipy>=1.13",
    "pandas>=2.2",
    "pyarrow>=14",
    "pydantic>=2.7",
    "pyyaml>=6.0",
    "typer>=0.12",
    "rich>=13.7",
    "safetensors>=0.5",
    "threadpoolctl>=3.1",
]

SPARK = [
    # Delta 4.4 is built for the Spark lines 4.0 and 4.1 (and for 4.2, which is not tried yet).
    "pyspark>=4.0.1,<4.2",
    # 4.4.1 is on the Python index, but its jar is not published: no session would start with it.
    "delta-spark>=4.4.0,<4.4.1",
    "charset-normalizer>=3.3,<4",
]

# The client alone: servers, and Databricks, have the rest.
MLFLOW = ["mlflow-skinny>=3,<4"]

EXTRAS = {
    "spark": SPARK,
    "connect": ["pyspark[connect]>=4.0.1,<4.2"],
    "train": ["torch>=2.12", "ray[train]>=2.55"],
    # What models and attacks of the judge are made of.
    "judge": ["lightgbm>=4.5,<5", "scikit-learn>=1.5,<2"],
    "report": ["jinja2>=3.1", "markupsafe>=2.1", "matplotlib>=3.9"],
    "mlflow": MLFLOW,
    # Names in sentences; beside it a model of spaCy's, which is in no index. Not beside petastorm:
    # spaCy is built for numpy 2.
    "text": ["presidio-analyzer>=2.2.360,<3", "spacy>=3.8.7,<4"],
    "dev": [
        *MLFLOW,
        # With these the client is a server as well. The package mlflow holds pyarrow back.
        "aiohttp>=3.14",
        "alembic>=1.20",
        "flask-cors>=6",
        "build>=1.2",
        "duckdb>=1.2,<3",  # its relations and Polars' frames are taken where they are installed
        "ipykernel>=6.29",
        "jsonschema>=4.22",
        "mypy>=1.15",
        "nbclient>=0.10",
        "nbformat>=5.10",
        "packaging>=24",
        "pandas-stubs",
        "playwright>=1.49",
        "polars>=1.20,<3",
        "psutil>=6.0",
        "pytest>=8.3",
        "pytest-timeout>=2.3",
        "pytest-xdist>=3.6",
        "ruff>=0.9",
        "setuptools",  # no lower bound: petastorm wants it below 70
        "types-PyYAML",
    ],
    # petastorm is no longer worked on: it fails with pyarrow 15 and later, and all other caps
    # follow from that one.
    "petastorm": [
        "petastorm==0.13.1",
        "pyarrow>=14.0.2,<15",
        "numpy<2",
        "pandas<3",
        "pyspark<4.1",
    ],
}
ALL = ("spark", "connect", "train", "report", "judge")
EXTRAS["all"] = [need for name in ALL for need in EXTRAS[name]]

setup(
    name="lakesynth",
    version=version(),
    description="Synthetic copies of lakehouse tables, with measured fidelity and privacy",
    long_description=long_description(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_packages(
        include=[f"{room}{inner}" for room in ROOMS for inner in ("", ".*")],
    ),
    package_data={
        "lakesynth": ["py.typed"],
        "synth": ["py.typed"],
        "synth.datasets": ["*.gz", "*.md"],
        "synth.report": ["templates/*"],
        "lakehouse": ["py.typed"],
        "jobs": ["*.yaml", "py.typed"],
    },
    include_package_data=False,
    zip_safe=False,
    install_requires=BASE,
    extras_require=EXTRAS,
    entry_points={"console_scripts": ["lakesynth = jobs.cli:main"]},
    classifiers=[
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Typing :: Typed",
    ],
)

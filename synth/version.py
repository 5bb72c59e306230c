"""The version of the package: setup.py, the lineage of tables and the command line read it here."""

VERSION = "0.1.0"
